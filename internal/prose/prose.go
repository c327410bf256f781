// Package prose writes what people read: numbers with their commas, counts with
// their nouns, ids and long texts cut short, and the words of others without
// their power over a terminal.
//
// It promises that each function depends on its arguments alone, that no text
// comes out longer than it went in but for an ellipsis, and that what is short
// and plain comes out as it is. Nothing that it writes is for programs to read,
// so both halves may have it: a mistake here hides none of theirs.
package prose

import (
	"regexp"
	"strconv"
	"strings"
)

const ellipsis = "…"

// Integer is what can be counted.
type Integer interface{ ~int | ~int64 }

// Thousands writes a number with a comma before each three digits: 12,480.
func Thousands[N Integer](n N) string {
	text := strconv.FormatInt(int64(n), 10)
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return sign + text
}

// Count writes a number with commas and its noun, which is regular and stands in
// the singular: 1 line, 12,480 lines.
func Count[N Integer](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Thousands(n) + " " + noun + "s"
}

var uuid = regexp.MustCompile(`([0-9a-fA-F]{4})[0-9a-fA-F]{4}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// ShortIDs leaves of each UUID in a text what tells it apart: its first four
// digits.
func ShortIDs(text string) string { return uuid.ReplaceAllString(text, "$1"+ellipsis) }

// Printable puts a dot in the place of each control character, also of ends of
// lines and tabs, so that what others have written steers no terminal.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '·'
		}
		return r
	}, text)
}

// Cut leaves the first characters of a text, so many at most, and an ellipsis if
// there were more.
func Cut(text string, most int) string {
	seen := 0
	for i := range text {
		if seen == most {
			return text[:i] + ellipsis
		}
		seen++
	}
	return text
}
