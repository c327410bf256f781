package client

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

// listed makes a list of ids by their numbers; a line that is no number stays as it is.
func listed(end string, lines ...any) string {
	var b strings.Builder
	for _, line := range lines {
		if n, ok := line.(int); ok {
			line = idOf(n)
		}
		fmt.Fprintf(&b, "%v%s", line, end)
	}
	return b.String()
}

func idOf(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-000000000000", n) }

func split(t *testing.T, text string, most int) *Split {
	t.Helper()
	s, err := NewSplit(strings.NewReader(text), int64(len(text)), most)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSplit(t *testing.T) {
	tests := map[string]struct {
		text     string
		most     int
		want     []string
		lines    string
		repeated int
	}{
		"shorter":             {listed("\n", 1, 2), 3, []string{listed("\n", 1, 2)}, "1-2", 0},
		"as long":             {listed("\n", 1, 2, 3), 3, []string{listed("\n", 1, 2, 3)}, "1-3", 0},
		"one more":            {listed("\n", 1, 2, 3, 4), 3, []string{listed("\n", 1, 2, 3), listed("\n", 4)}, "1-3 4-4", 0},
		"without the last LF": {strings.TrimSuffix(listed("\n", 1, 2, 3), "\n"), 2, []string{listed("\n", 1, 2), idOf(3)}, "1-2 3-3", 0},
		"CRLF":                {listed("\r\n", 1, 2, 3), 1, []string{listed("\r\n", 1), listed("\r\n", 2), listed("\r\n", 3)}, "1-1 2-2 3-3", 0},
		"CR":                  {listed("\r", 1, 2), 1, []string{listed("\r", 1), listed("\r", 2)}, "1-1 2-2", 0},
		"all in one":          {listed("\n", 1, 1, 2), 0, []string{listed("\n", 1, 1, 2)}, "1-3", 0},
		"empty":               {"", 2, []string{""}, "1-0", 0},
		"header and mark":     {"\uFEFFid\n" + listed("\n", 1, 2), 2, []string{"\uFEFFid\n" + listed("\n", 1), listed("\n", 2)}, "1-2 3-3", 0},
		"repeated in one":     {listed("\n", 1, 1, 2, 3), 2, []string{listed("\n", 1, 1), listed("\n", 2, 3)}, "1-2 3-4", 0},
		"repeated at first":   {listed("\n", 1, 2, 1, 3), 2, []string{listed("\n", 1, 2), listed("\n", 3)}, "1-2 3-4", 1},
		"repeated at last":    {listed("\n", 1, 2, 3, 1), 2, []string{listed("\n", 1, 2), listed("\n", 3)}, "1-2 3-4", 1},
		"repeated between":    {listed("\n", 1, 2, 9, 3, 1, 4, 2, 5), 3, []string{listed("\n", 1, 2, 9), listed("\n", 3, 4), listed("\n", 5)}, "1-3 4-6 7-8", 2},
		"all of a batch":      {listed("\n", 1, 2, 2, 1, 3), 2, []string{listed("\n", 1, 2), listed("\n", 3)}, "1-2 5-5", 2},
		"in other letters":    {listed("\n", "ABCDEF12-0000-4000-8000-000000000000", 1) + listed("\n", `" abcdef12-0000-4000-8000-000000000000"`, 2), 2, []string{listed("\n", "ABCDEF12-0000-4000-8000-000000000000", 1), listed("\n", 2)}, "1-2 3-4", 1},
		"odd lines repeated":  {listed("\n", 1, "x", "x", 2), 2, []string{listed("\n", 1, "x"), listed("\n", "x", 2)}, "1-2 3-4", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := split(t, test.text, test.most)
			var lines []string
			for i, b := range got.Batches {
				lines = append(lines, fmt.Sprintf("%d-%d", b.First, b.Last))
				text, err := io.ReadAll(iotest.OneByteReader(b.IDs()))
				if err != nil || i >= len(test.want) || string(text) != test.want[i] {
					t.Errorf("batch %d: %q, %v", i, text, err)
				}
				if err := iotest.TestReader(b.IDs(), text); err != nil {
					t.Error(err)
				}
				if b.Number != i+1 || b.Of != len(test.want) {
					t.Errorf("%v", b)
				}
			}
			if strings.Join(lines, " ") != test.lines || got.Repeated != test.repeated || len(got.Batches) != len(test.want) {
				t.Errorf("lines %v, %d repeated", lines, got.Repeated)
			}
		})
	}
}

func TestSplitThatCannotBe(t *testing.T) {
	tests := map[string]struct {
		text string
		most int
		want string
	}{
		"negative":           {listed("\n", 1), -1, "the size of a batch is negative"},
		"too many":           {listed("\n", make([]any, MaxBatches+1)...), 1, "makes 1001 jobs of 1 lines; choose larger batches"},
		"one without an id":  {listed("\n", 1, 2, "x", "y", 3), 2, "has no UUID in the lines 3 to 4, of which one job would be made; leave them out"},
		"left without an id": {listed("\n", 1, 2, 1, "y", 3), 2, "has no UUID in the lines 3 to 4"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := NewSplit(strings.NewReader(test.text), int64(len(test.text)), test.most)
			wantError(t, err, KindInput, test.want)
		})
	}
	if _, err := NewSplit(brokenAt{}, 10, 1); err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Errorf("a broken list: %v", err)
	}
}

type brokenAt struct{}

func (brokenAt) ReadAt([]byte, int64) (int, error) { return 0, errors.New("the disk is gone") }

// A list that shrinks while it is read is no shorter list.
func TestListThatShrinks(t *testing.T) {
	list := listed("\n", 1, 2, 3)
	s := split(t, list, 2)
	s.Batches[0].ids.from = strings.NewReader(list[:10])
	if _, err := io.ReadAll(s.Batches[0].IDs()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v", err)
	}
}

func TestWriteIDs(t *testing.T) {
	list := "\uFEFFid\r\n \"" + idOf(1) + "\"\r\n\r\n" + idOf(2)
	var out bytes.Buffer
	if err := split(t, list, 0).Batches[0].WriteIDs(&out); err != nil || out.String() != listed("\n", 1, 2) {
		t.Errorf("%q, %v", out.String(), err)
	}
}

// However a list is cut, its batches hold every id once, in order, and every other line.
func FuzzSplit(f *testing.F) {
	f.Add("\uFEFF"+listed("\r\n", 1, 2, 1, "x")+listed("\r", 2, 3, 1), 2)
	f.Add(listed("\n", 1, 2, 3, 1, 1, 2), 1)
	uuid := regexp.MustCompile(`^(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$`)
	f.Fuzz(func(t *testing.T, text string, most int) {
		s, err := NewSplit(strings.NewReader(text), int64(len(text)), most)
		if err != nil || most == 0 {
			return
		}
		var together strings.Builder
		first := map[string]int{}
		for _, b := range s.Batches {
			part, err := io.ReadAll(b.IDs())
			if err != nil {
				t.Fatal(err)
			}
			together.Write(part)
			lines := strings.FieldsFunc(string(part), func(r rune) bool { return r == '\n' || r == '\r' })
			for _, line := range lines {
				if id := strings.ToLower(line); uuid.MatchString(id) {
					if before, seen := first[id]; seen && before != b.Number {
						t.Errorf("%s is in the batches %d and %d", id, before, b.Number)
					}
					first[id] = b.Number
				}
			}
			if n := strings.Count(string(part), "\n"); len(s.Batches) > 1 && n > most*2 {
				t.Errorf("batch %d has %d lines", b.Number, n)
			}
		}
		if s.Repeated == 0 && together.String() != text {
			t.Errorf("%q became %q", text, together.String())
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	var list strings.Builder
	for i := range 1_000_000 {
		list.WriteString(idOf(i) + "\n")
	}
	b.SetBytes(int64(list.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if s, err := NewSplit(strings.NewReader(list.String()), int64(list.Len()), 100_000); err != nil || len(s.Batches) != 10 {
			b.Fatal(err)
		}
	}
}
