package fold_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/internal/fold"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"short\n":                            "short\n",
		"one two three four five":            "one two three four\nfive",
		"  label  one two three four five\n": "  label  one two\n         three four\n         five\n",
		"  * one two three four\n":           "  * one two three\n    four\n",
		"a 0a1c6d1e-5b0f-4f3a-9c53 b\n":      "a\n0a1c6d1e-5b0f-4f3a-9c53\nb\n",
		"äöü äöü äöü äöü äöü":                "äöü äöü äöü äöü äöü",
		"one\n\ntwo three four five six":     "one\n\ntwo three four five\nsix",
		"aaaa bbbb cccc ddddd eee":           "aaaa bbbb cccc\nddddd eee", // 20 with the fourth
		"":                                   "",
	} {
		if got := fold.Text(text, 19); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}

// No word is lost, and no line is too wide that could have been broken.
func TestTextLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.StringMatching(`[a-zä*:] {0,3}|[a-z]{1,30} |\n`)).Draw(t, "text"), "")
		width := rapid.IntRange(40, 120).Draw(t, "width")
		got := fold.Text(text, width)
		if a, b := strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(got), " "); a != b {
			t.Fatalf("%q became %q", a, b)
		}
		for line := range strings.Lines(got) {
			line = strings.TrimRight(line, "\n ")
			if utf8.RuneCountInString(line) > width && breakable(line) {
				t.Fatalf("%q is wider than %d", line, width)
			}
		}
	})
}

// breakable tells whether there is a blank where a line could have been broken: behind the beginning of its last column,
// which stands within the first 32 characters.
func breakable(line string) bool {
	return utf8.RuneCountInString(line[:strings.LastIndexByte(line, ' ')+1]) > 32
}
