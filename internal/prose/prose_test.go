package prose

import (
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 1: "1", 999: "999", 1000: "1,000", 12480: "12,480", 100000: "100,000", 1234567: "1,234,567",
		-1: "-1", -999: "-999", -1000: "-1,000", -123456: "-123,456",
		math.MaxInt64: "9,223,372,036,854,775,807", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := Thousands(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 lines", 1: "1 line", 2: "2 lines", 12480: "12,480 lines", -1: "-1 lines"} {
		if got := Count(n, "line"); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestShortIDs(t *testing.T) {
	const id = "0a1C6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11"
	for text, want := range map[string]string{
		"":                                      "",
		id:                                      "0a1C…",
		"/jobs/" + id + "/files/" + id + "?x=1": "/jobs/0a1C…/files/0a1C…?x=1",
		"id==" + id + id[1:]:                    "id==0a1C…a1C6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11",
		id[:35]:                                 id[:35],
		"no id":                                 "no id",
	} {
		if got := ShortIDs(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// What is printable stays, byte for byte; no control character does.
func FuzzPrintable(f *testing.F) {
	for _, text := range []string{"", "plain", "a\x1b[2Jb\nc\td\x7f\u0085\u009b", "Žižka · 北 \u00a0", "\xff\x00", "é"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Printable(text)
		if strings.ContainsFunc(got, unicode.IsControl) || utf8.RuneCountInString(got) != utf8.RuneCountInString(text) {
			t.Errorf("%q becomes %q", text, got)
		}
		if utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl) && got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}

func TestPrintable(t *testing.T) {
	if got, want := Printable("a\x1b[2Jb\nc\td\x7f\u0085é"), "a·[2Jb·c·d··é"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		text string
		most int
		want string
	}{
		{"", 0, ""}, {"a", 0, "…"}, {"abc", 3, "abc"}, {"abcd", 3, "abc…"}, {"äöü", 3, "äöü"}, {"äöüß", 3, "äöü…"}, {"a\xffc", 2, "a\xff…"},
	} {
		if got := Cut(tt.text, tt.most); got != tt.want {
			t.Errorf("%q to %d: %q, want %q", tt.text, tt.most, got, tt.want)
		}
	}
}
