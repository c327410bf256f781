package javauuid_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/javauuid"
)

// Every row of both tables was answered so by UUID.fromString of OpenJDK 17.
func TestParse(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"3f2504e0-4f89-11d3-9a0c-0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"},
		{"3F2504E0-4F89-11D3-9A0C-0305E82C3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"},
		{"1-2-3-4-5", "00000001-0002-0003-0004-000000000005"},
		{"+1-+2-3-4-5", "00000001-0002-0003-0004-000000000005"},
		{"123456789-12345-1-1-1234567890abcd", "23456789-2345-0001-0001-34567890abcd"},
		{"1-7fffffffffffffff-1-1-1", "00000001-ffff-0001-0001-000000000001"},
		{"1-2-3-4-00000000000000000000000000ff", "00000001-0002-0003-0004-0000000000ff"},
	} {
		t.Run(tc.in, func(t *testing.T) {
			got, err := javauuid.Parse(tc.in)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"abc", "Invalid UUID string: abc"},
		{"", "Invalid UUID string: "},
		{"*", "Invalid UUID string: *"},
		{"1-2-3-4-5-6", "Invalid UUID string: 1-2-3-4-5-6"},
		{"3f2504e04f8911d39a0c0305e82c3301", "Invalid UUID string: 3f2504e04f8911d39a0c0305e82c3301"},
		{strings.Repeat("é", 36), "Invalid UUID string: " + strings.Repeat("é", 36)},
		{"00000000-0000-0000-0000-0000000000001", "UUID string too large"},
		{"{3f2504e0-4f89-11d3-9a0c-0305e82c3301}", "UUID string too large"},
		{"1-2-3-4-x", `Error at index 0 in: "x"`},
		{"1- 2-3-4-5", `Error at index 0 in: " 2"`},
		{"1-2-3-4-12g", `Error at index 2 in: "12g"`},
		{"1-2-3-4-5é", `Error at index 1 in: "5é"`},
		{"+-1-1-1-1", `Error at index 1 in: "+"`},
		{"1-2-3-4-++1", `Error at index 1 in: "++1"`},
		{"8000000000000000-1-1-1-1", `Error at index 15 in: "8000000000000000"`},
		{"1-2-3-4-80000000000000000", `Error at index 15 in: "80000000000000000"`},
		{"1-2-3-4-", ""},
		{"-1-2-3-4", ""},
	} {
		t.Run(tc.in, func(t *testing.T) {
			id, err := javauuid.Parse(tc.in)
			if err == nil {
				t.Fatalf("got %s, want an error", id)
			}
			if err.Error() != tc.want {
				t.Errorf("got %q, want %q", err, tc.want)
			}
		})
	}
}

// FuzzParse holds Parse to the shape that Java documents, and to google/uuid on whole UUIDs.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1-2-3-4-5", "abc", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "+-1-1-1-1"} {
		f.Add(seed)
	}
	shape := regexp.MustCompile(`^(\+?[0-9a-fA-F]+-){4}\+?[0-9a-fA-F]+$`)
	whole := regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := javauuid.Parse(s)
		if err == nil && !shape.MatchString(s) {
			t.Errorf("%q was read as %s", s, got)
		}
		if whole.MatchString(s) && (err != nil || got != uuid.MustParse(s)) {
			t.Errorf("%q was read as %s, %v", s, got, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := javauuid.Parse("3f2504e0-4f89-11d3-9a0c-0305e82c3301"); err != nil {
			b.Fatal(err)
		}
	}
}
