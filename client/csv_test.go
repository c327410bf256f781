package client

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

func TestScanIDs(t *testing.T) {
	const id = instanceID
	tests := map[string]struct {
		text       string
		lines, ids int64
		first      string
	}{
		"empty":                  {"", 0, 0, ""},
		"one":                    {id, 1, 1, ""},
		"one with its end":       {id + "\n", 1, 1, ""},
		"CRLF":                   {id + "\r\n" + id + "\r\n", 2, 2, ""},
		"CR":                     {id + "\r" + id + "\r", 2, 2, ""},
		"LF and CR are two":      {id + "\n\r", 2, 1, ""},
		"upper case":             {strings.ToUpper(id), 1, 1, ""},
		"quotes":                 {`"` + id + `"`, 1, 1, ""},
		"blanks around":          {" " + id + "\t", 1, 1, ""},
		"byte order mark":        {"\uFEFF" + id, 1, 1, ""},
		"header":                 {"instance_id\n" + id + "\n", 2, 1, "instance_id"},
		"blank lines":            {"\n\n" + id + "\n", 3, 1, ""},
		"another column":         {id + ",title", 1, 0, id + ",title"},
		"short groups":           {"1-2-3-4-5", 1, 0, "1-2-3-4-5"},
		"in braces":              {"{" + id + "}", 1, 0, "{" + id + "}"},
		"a letter too high":      {strings.Replace(id, "a", "g", 1), 1, 0, strings.Replace(id, "a", "g", 1)},
		"a dash elsewhere":       {strings.Replace(id, "-", "0", 1), 1, 0, strings.Replace(id, "-", "0", 1)},
		"an endless line":        {strings.Repeat(id, 10_000) + "\n" + id, 2, 1, strings.Repeat(id, 4)[:128]},
		"bytes that are no text": {"\xff\xfe\x00" + id, 1, 0, "\xff\xfe\x00" + id},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(test.text), iotest.OneByteReader(strings.NewReader(test.text)), iotest.DataErrReader(strings.NewReader(test.text))} {
				got, err := scanIDs(r)
				if want := (idList{test.lines, test.ids, test.first}); err != nil || got != want {
					t.Errorf("got %+v, %v; want %+v", got, err, want)
				}
			}
		})
	}
	if _, err := scanIDs(io.MultiReader(strings.NewReader(id), iotest.ErrReader(io.ErrNoProgress))); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a broken reader: %v", err)
	}
}

func TestListHasABound(t *testing.T) {
	_, err := drain(&meter{from: zeros{}, left: maxCSV, over: errTooLong})
	if !errors.Is(err, errTooLong) {
		t.Errorf("an endless list: %v", err)
	}
	for _, size := range []int{9, 10} {
		n, err := drain(&meter{from: strings.NewReader("0123456789"), left: int64(size), over: errTooLong})
		if (err != nil) != (size < 10) || n != 10 {
			t.Errorf("%d of 10 bytes: read %d, %v", size, n, err)
		}
	}
}

func drain(r io.Reader) (int64, error) { return io.Copy(io.Discard, r) }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestRewindable(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	inMemory := strings.NewReader("behind " + instanceID)
	inMemory.Seek(7, io.SeekStart)
	for name, from := range map[string]io.Reader{"seeker": inMemory, "pipe": io.MultiReader(strings.NewReader(instanceID))} {
		list, done, err := rewindable(t.Context(), from)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			start, size, ok := extent(list)
			text, err := io.ReadAll(list)
			if !ok || size != 36 || err != nil || string(text) != instanceID {
				t.Errorf("%s: %d bytes, %q, %v", name, size, text, err)
			}
			list.Seek(start, io.SeekStart)
		}
		done()
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func FuzzScanIDs(f *testing.F) {
	f.Add([]byte("\uFEFF" + instanceID + "\r\n\"" + instanceID + "\"\n\nx"))
	uuid := regexp.MustCompile(`^(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$`)
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := scanIDs(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		// The same by other means: every CR alone becomes LF, and Scanner does the rest.
		plain := bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
		var want idList
		for lines := bufio.NewScanner(bytes.NewReader(plain)); lines.Scan(); {
			want.lines++
			line := strings.ReplaceAll(lines.Text(), `"`, "")
			if len(line) <= 128 && uuid.MatchString(strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF"))) {
				want.ids++
			}
		}
		if got.lines != want.lines || got.ids > want.ids || got.ids < want.ids {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func BenchmarkScanIDs(b *testing.B) {
	list := strings.Repeat(instanceID+"\n", 100_000)
	b.SetBytes(int64(len(list)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := scanIDs(strings.NewReader(list)); err != nil {
			b.Fatal(err)
		}
	}
}
