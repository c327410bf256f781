package scenarios

import (
	"fmt"
	"strings"
)

// Error says what is wrong with a scenario, where, and what to do about it.
type Error struct {
	File         string // as it was given; empty when no file was found for a name
	Line, Column int    // from 1, columns in characters; 0 when the fault is not in the text
	Message      string
	Hint         string
	Parameter    string // whose value is at fault, if it was set and is not the file's own; else empty
}

// Error is one line: file, line, column, message and hint.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Message)
	b.WriteString("; ")
	b.WriteString(e.Hint)
	return b.String()
}
