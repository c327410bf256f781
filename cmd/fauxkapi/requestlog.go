package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/term"

	"github.com/fauxkapi/fauxkapi/internal/fold"
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

var uuidTail = regexp.MustCompile(`([0-9a-fA-F]{4})[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

// target is what was asked for, its ids shortened to what tells them apart.
func target(e mockserver.Exchange) string {
	text := e.Path
	if e.Query != "" {
		text += "?" + e.Query
	}
	return printable(shortened(text))
}

func shortened(text string) string { return uuidTail.ReplaceAllString(text, "$1…") }

// printable keeps what a client sent from steering the terminal.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '·'
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > 300 {
		return string(runes[:300]) + "…"
	}
	return text
}

// isTerminal tells whether a person reads out.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
