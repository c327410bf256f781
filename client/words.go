package client

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable is text on one line, without control characters, of at most limit bytes and an ellipsis.
func printable(text string, limit int) string {
	text = strings.Join(strings.Fields(text), " ")
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, text)
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + "…"
}

// quoted is for names that others chose.
func quoted(name string) string {
	return strconv.Quote(printable(name, excerptSize))
}
