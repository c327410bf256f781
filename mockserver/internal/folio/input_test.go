package folio

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// Each line of a list, as the two generations take it. In kinds, i is an id, U
// one with capital letters, w a word, s a spoiler.
func TestReadInput(t *testing.T) {
	const id = "d0d6b4dc-2207-42ec-ac6b-3c30300e4307"
	for _, tt := range []struct{ name, text, kinds2020, kinds5 string }{
		{"nothing", "", "", ""},
		{"one line", id, "i", "i"},
		{"a final end of line starts no line", id + "\n", "i", "i"},
		{"LF", id + "\n" + id + "\n", "ii", "ii"},
		{"CR", id + "\r" + id + "\r", "ii", "ii"},
		{"CRLF", id + "\r\n" + id + "\r\n", "ii", "ii"},
		{"all three", id + "\r" + id + "\r\n" + id + "\n" + id, "iiii", "iiii"},
		{"LF CR are two", id + "\n\r" + id, "isi", "isi"},
		{"CR CRLF are two", id + "\r\r\n" + id, "isi", "isi"},
		{"only ends of lines", "\n\n\r\n", "sss", "sss"},
		{"header", "uuid\n" + id, "wi", "wi"},
		{"two columns", id + ",x", "w", "w"},
		{"blanks around", " " + id + "\t", "i", "s"},
		{"blank inside", id + " x", "s", "s"},
		{"CQL signs", "a=b\n(\na/b\n<\n>", "sssss", "sssss"},
		{"quotes", `"` + id + `"`, "i", "i"},
		{"quotes anywhere", `"d0d6b4dc-"2207-42ec-ac6b-3c30300e4307""`, "i", "i"},
		{"nothing but quotes", `""`, "s", "s"},
		{"capital letters", strings.ToUpper(id), "U", "U"},
		{"one capital letter", "D" + id[1:], "U", "U"},
		{"BOM", "\ufeff" + id, "w", "i"},
		{"BOM behind a quote", "\"\ufeff" + id, "w", "i"},
		{"BOM before a word", "\ufeffuuid", "w", "w"},
		{"short groups", "1-2-3-4-5", "w", "i"},
		{"no hyphens", strings.ReplaceAll(id, "-", ""), "w", "w"},
		{"braces", "{" + id + "}", "w", "w"},
		{"urn", "urn:uuid:" + id, "w", "w"},
		{"a letter too many", id + "0", "w", "w"},
		{"any version", "d0d6b4dc-2207-02ec-0c6b-3c30300e4307", "i", "i"},
		{"NUL", "\x00", "w", "w"},
		{"a long line", strings.Repeat("x", 3*maxLine) + "\n" + id, "wi", "wi"},
		{"a long line of blanks", strings.Repeat(" ", 100_000), "s", "s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, want := range map[string]string{"guide": tt.kinds2020, "sunflower": tt.kinds5} {
				in, err := ReadInput(strings.NewReader(tt.text), row(t, name).Input)
				if err != nil {
					t.Fatal(err)
				}
				var got strings.Builder
				for _, k := range in.kinds {
					got.WriteByte("wiUs"[k])
				}
				if got.String() != want {
					t.Errorf("%s: %q, want %q", name, got.String(), want)
				}
			}
		})
	}
}

// Bytes that are not UTF-8 are seen wherever they are looked for, and a
// character is not mistaken for them because a line was cut.
func TestReadInputSeesBrokenText(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		broken     bool
	}{
		{"ASCII", "abc", false},
		{"umlauts", "äöü\n", false},
		{"Latin-1", "caf\xe9", true},
		{"half a character", "\xc3", true},
		{"half a character before the end of a line", "\xc3\n\xa9", true},
		{"surrogates", "\xed\xa0\x80", true},
		{"behind good lines", "abc\nabc\n\xff", true},
		{"in quotes", "\"\xff\"", true},
		{"a line cut within 2 bytes", strings.Repeat("x", maxLine-1) + "é", false},
		{"a line cut within 3 bytes", strings.Repeat("x", maxLine-2) + "港", false},
		{"a line cut within 4 bytes", strings.Repeat("x", maxLine-3) + "𝄞", false},
		{"a line cut between characters", strings.Repeat("é", maxLine), false},
		{"broken before the cut", strings.Repeat("x", maxLine-2) + "\xffxxx", true},
		{"broken behind the cut, where nobody looks", strings.Repeat("x", maxLine) + "\xff", false},
	} {
		in, err := ReadInput(strings.NewReader(tt.text), row(t, "guide").Input)
		if err != nil {
			t.Fatal(err)
		}
		if in.broken != tt.broken {
			t.Errorf("%s: broken %v, want %v", tt.name, in.broken, tt.broken)
		}
	}
}

// How the bytes arrive does not matter.
func TestReadInputDoesNotDependOnChunks(t *testing.T) {
	forEachRelease(t, func(t *rapid.T, r *release.Release) {
		part := rapid.SampledFrom([]string{"\r", "\n", "\r\n", "\"", "\ufeff", "é", "\xff", " ", instance(1).String(), strings.Repeat("x", maxLine-1)})
		text := strings.Join(rapid.SliceOfN(part, 0, 40).Draw(t, "parts"), "")
		want, err := ReadInput(strings.NewReader(text), r.Input)
		if err != nil {
			t.Fatal(err)
		}
		for name, reader := range map[string]io.Reader{
			"byte by byte":       iotest.OneByteReader(strings.NewReader(text)),
			"in halves":          iotest.HalfReader(strings.NewReader(text)),
			"the end with data":  iotest.DataErrReader(strings.NewReader(text)),
			"after a long start": io.MultiReader(strings.NewReader(""), strings.NewReader(text)),
		} {
			got, err := ReadInput(reader, r.Input)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v %v, want %v %v of %q", name, got.kinds, got.ids, want.kinds, want.ids, text)
			}
		}
	})
}

// An upload that breaks off is an error wherever it does, even right after CR,
// where the next byte is waited for; and even if the error is told only once.
func TestReadInputReturnsTheReadersError(t *testing.T) {
	rules := row(t, "sunflower").Input
	for _, sent := range []string{"", "abc", "abc\n", "abc\r", "abc\r\n", strings.Repeat("x", 1<<17)} {
		if _, err := ReadInput(io.MultiReader(strings.NewReader(sent), iotest.ErrReader(io.ErrUnexpectedEOF)), rules); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("after %.10q: %v, want %v", sent, err, io.ErrUnexpectedEOF)
		}
		once := iotest.TimeoutReader(io.MultiReader(strings.NewReader("abc\r"), strings.NewReader(sent)))
		if _, err := ReadInput(once, rules); !errors.Is(err, iotest.ErrTimeout) {
			t.Errorf("an error told once, before %.10q: %v, want %v", sent, err, iotest.ErrTimeout)
		}
	}
}

func TestReadInputIsBounded(t *testing.T) {
	rules := row(t, "sunflower").Input
	in, err := readInput(strings.NewReader("a\nb\nc\n"), rules, 3)
	if err != nil || in.Lines() != 3 {
		t.Errorf("the longest list: %v", err)
	}
	if _, err := readInput(strings.NewReader("a\nb\nc\nd"), rules, 3); !errors.Is(err, ErrTooManyLines) {
		t.Errorf("one line more: %v, want %v", err, ErrTooManyLines)
	}
}

func FuzzReadInput(f *testing.F) {
	for _, seed := range []string{"", "\r\n", "\ufeff\"d0d6b4dc-2207-42ec-ac6b-3c30300e4307\"\r", "1-2-3-4-5\n\n", "caf\xe9\r\r\n x", "+1-2-3-4-5"} {
		f.Add(seed)
	}
	rules := []release.InputRules{row(f, "guide").Input, row(f, "sunflower").Input}
	f.Fuzz(func(t *testing.T, text string) {
		ends := strings.NewReplacer("\r\n", "\n", "\r", "\n")
		lines := strings.Split(ends.Replace(text), "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1] // a final end of line starts no line
		}
		for _, r := range rules {
			in, err := ReadInput(iotest.HalfReader(strings.NewReader(text)), r)
			if err != nil {
				t.Fatal(err)
			}
			if in.Lines() != len(lines) || len(in.ids) != len(lines) {
				t.Errorf("%d lines and %d ids, want %d", in.Lines(), len(in.ids), len(lines))
			}
			for i, line := range lines {
				if id, kind := classifyLine([]byte(line), r); len(line) < maxLine && (kind != in.kinds[i] || id != in.ids[i]) {
					t.Errorf("line %d, %q, is another alone", i, line)
				}
			}
			o := Classify(in, r, known(AnyRecord))
			if !o.Endless && o.Exported+o.Failed != o.Lines {
				t.Errorf("exported %d and failed %d of %d lines", o.Exported, o.Failed, o.Lines)
			}
			if n := len(slices.DeleteFunc(slices.Clone(in.kinds), func(k lineKind) bool { return k != lineID && k != lineUpperID })); n != in.IDs() {
				t.Errorf("%d ids, counted %d", n, in.IDs())
			}
		}
	})
}
