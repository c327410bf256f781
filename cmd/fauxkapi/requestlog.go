package main

import (
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/term"

	"github.com/fauxkapi/fauxkapi/internal/fold"
	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// requestLog writes one readable line per request, and below it what a real
// server would have held against the client. It is safe for concurrent use.
type requestLog struct {
	mu  sync.Mutex
	out io.Writer
}

func (l *requestLog) write(e mockserver.Exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := fmt.Sprintf("%s  %-6s %-56s  %d  %s\n", e.At.Local().Format("15:04:05"), e.Method, target(e), e.Status, printable(e.Effect))
	for _, a := range e.Advice {
		lines += fmt.Sprintf("          note: %s\n", printable(a.Text))
	}
	if isTerminal(l.out) {
		lines = fold.Text(lines, widthOf(l.out))
	}
	// A log that cannot be written has nobody to tell.
	_, _ = io.WriteString(l.out, lines)
}

// target is what was asked for, its ids shortened to what tells them apart.
func target(e mockserver.Exchange) string {
	text := e.Path
	if e.Query != "" {
		text += "?" + e.Query
	}
	return printable(prose.ShortIDs(text))
}

// maxShown is how many characters of a text of others are shown on one line.
const maxShown = 300

// printable keeps what a client or a server sent from steering the terminal, or
// from filling it.
func printable(text string) string { return prose.Cut(prose.Printable(text), maxShown) }

// isTerminal tells whether a person reads out.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// coloured tells whether a person reads standard output, on a terminal that has colours: NO_COLOR
// (no-color.org) and TERM=dumb say no.
func (c *console) coloured() bool {
	return isTerminal(c.stdout) && c.env("NO_COLOR") == "" && c.env("TERM") != "dumb"
}
