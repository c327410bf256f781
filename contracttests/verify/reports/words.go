package reports

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const second = time.Second

// masked stands for what cannot be shown.
const masked = '·'

// oneLine is a text as it can be shown anywhere: on one line, and without what steers a terminal or turns the direction
// of writing.
func oneLine(text string) string {
	return strings.Map(shownRune, strings.ToValidUTF8(text, string(masked)))
}

// manyLines is oneLine for texts that have lines.
func manyLines(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, string(masked)), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		return shownRune(r)
	}, text)
}

// shownRune lets through what unicode calls graphic; format characters are not, and they can hide text.
func shownRune(r rune) rune {
	switch {
	case r >= ' ' && r <= '~': // nearly all
		return r
	case r == '\t' || r == '\n' || unicode.Is(unicode.Zs, r):
		return ' '
	case !unicode.IsPrint(r):
		return masked
	}
	return r
}

// cut shortens a text to a number of characters.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)
	return strings.TrimRight(string(runes[:max(0, most-1)]), " ") + "…"
}

// sentence ends a text with a full stop, unless it ends with a mark of its own.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// list joins as people do: a, b and c.
func list(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

func number(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func moment(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }

// wrap breaks a text into lines of at most a number of characters, between words where it can.
func wrap(text string, width int) []string {
	var lines []string
	line, length := "", 0
	flush := func() {
		if length > 0 {
			lines = append(lines, line)
		}
		line, length = "", 0
	}
	for _, word := range strings.Fields(text) {
		for {
			n := utf8.RuneCountInString(word)
			if length > 0 && length+1+n <= width {
				line, length = line+" "+word, length+1+n
				break
			}
			flush()
			if n <= width {
				line, length = word, n
				break
			}
			runes := []rune(word)
			lines, word = append(lines, string(runes[:width])), string(runes[width:])
		}
	}
	flush()
	return lines
}
