// Package fold breaks lines for people, whose terminals are 80 characters wide
// where nobody knows better.
package fold

import (
	"strings"
	"unicode/utf8"
)

// Usual is the width, in characters, of what is no terminal.
const Usual = 80

// maxLabel is where the last column of a line can begin, in characters.
const maxLabel = 30

// Text breaks the lines of a text that are longer than width at their blanks, and
// goes on below the beginning of their last column: what stands behind two blanks,
// or behind the blanks at the beginning. A word is never broken, so that it can
// still be copied.
func Text(text string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line, ended := strings.CutSuffix(line, "\n")
		foldLine(&b, line, width)
		if ended {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func foldLine(b *strings.Builder, line string, width int) {
	if utf8.RuneCountInString(line) <= width {
		b.WriteString(line)
		return
	}
	start := column(line)
	hang := utf8.RuneCountInString(line[:start])
	b.WriteString(line[:start])
	at := hang
	for word := range strings.SplitSeq(line[start:], " ") {
		size := utf8.RuneCountInString(word)
		switch {
		case at == hang:
		case at+1+size > width:
			b.WriteString("\n" + strings.Repeat(" ", hang))
			at = hang
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += size
	}
}

// column is the byte at which the last column of a line begins.
func column(line string) int {
	start := len(line) - len(strings.TrimLeft(line, " "))
	for i := start; i < min(len(line), maxLabel); i++ {
		if gap := len(line[i:]) - len(strings.TrimLeft(line[i:], " ")); gap > 1 {
			if i += gap; i <= maxLabel {
				start = i
			}
		}
	}
	if strings.HasPrefix(line[start:], "* ") {
		start += len("* ")
	}
	return start
}
