package main

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/fauxkapi/fauxkapi/internal/fold"
)

// leastWidth is the least that is folded to, in characters.
const leastWidth = 40

// widthOf is how wide a line can be on out: as wide as the terminal, or as most
// are.
func widthOf(out io.Writer) int {
	if file, ok := out.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return max(width, leastWidth)
		}
	}
	return fold.Usual
}

// folded writes a text for people.
func folded(out io.Writer, text string) error {
	_, err := io.WriteString(out, fold.Text(text, widthOf(out)))
	return err
}
