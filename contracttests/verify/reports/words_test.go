package reports

import (
	"slices"
	"testing"
)

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"a\nb\tc":           "a b c",
		"a\u00a0b\u2003c":   "a b c",
		"\x1b[2J":           "·[2J",
		"\u009b31m\x7f":     "·31m·",
		"user\u202etxt.exe": "user·txt.exe",
		"\xffa\xc3":         "·a·",
		"Ähre 漢字 e\u0301 😀": "Ähre 漢字 e\u0301 😀",
	} {
		if got := oneLine(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := manyLines("a\r\nb\rc\n\td\x00"); got != "a\nb·c\n\td·" {
		t.Errorf("got %q", got)
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string][]string{
		"":                nil,
		"  a  ":           {"a"},
		"one two three":   {"one two", "three"},
		"1234567":         {"1234567"},
		"12345678":        {"1234567", "8"},
		"a 123456789 b":   {"a", "1234567", "89 b"},
		"ein längli wort": {"ein", "längli", "wort"},
	} {
		if got := wrap(text, 7); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
