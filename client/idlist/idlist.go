// Package idlist reads a list of ids as mod-data-export will, before anything is
// sent: what each line is, and what the server will make of those that are no
// plain UUID.
//
// A list is one UUID a line. What is said of a line holds for mod-data-export 5.x
// (InputFileProcessor); older ones trim blanks and look every word up, and count
// it as failed all the same. A list may have five million lines; 16 bytes are
// kept of each id, and some more of the first of each odd kind.
package idlist

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/text/encoding/unicode"
)

// MaxLines is the most lines that a list can have.
const MaxLines = 5_000_000

// maxLine is what is looked at of a line, in bytes.
const maxLine = 4096

// ErrTooLong is the error of a longer list.
var ErrTooLong = errors.New("the list has more than 5,000,000 lines; split it")

// Report is what a list holds.
type Report struct {
	Lines    int
	IDs      int    // different ones
	Repeated int    // lines whose id stood in the list before
	Header   string // the first line, if it looks like the name of a column
	Mark     bool   // the list begins with a byte order mark
	UTF16    bool   // the list is no UTF-8: the server will read none of this
	Blank    int    // lines with nothing in them
	Padded   int    // ids with blanks around them, or something behind a comma or semicolon
	Odd      int    // other lines that hold no id
	OddLine  int    // the first of them, from 1
	OddText  string // what it says
}

var header = regexp.MustCompile(`(?i)^\W*(uuid|id|instance[ _-]?(uu)?id|identifier|instance)\W*$`)

// Inspect reads a list to its end. Its errors are those of r, and ErrTooLong.
func Inspect(r io.Reader) (Report, error) {
	var report Report
	var ids []uuid.UUID
	r, report.UTF16 = decoded(r)
	for line, err := range lines(r) {
		if err != nil {
			return report, err
		}
		report.Lines++
		if report.Lines == 1 {
			line, report.Mark = bytes.CutPrefix(line, []byte("\ufeff"))
		}
		id, plain, ok := read(line)
		switch text := strings.TrimSpace(string(line)); {
		case ok && plain:
			ids = append(ids, id)
		case ok:
			report.Padded++
			ids = append(ids, id)
		case text == "":
			report.Blank++
		case report.Lines == 1 && header.MatchString(text):
			report.Header = text
		default:
			if report.Odd++; report.Odd == 1 {
				report.OddLine, report.OddText = report.Lines, cut(text)
			}
		}
	}
	total := len(ids)
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	report.IDs = len(slices.Compact(ids))
	report.Repeated = total - report.IDs
	return report, nil
}

// Clean writes each id of a list once, in the order of their first lines, and
// leaves out everything else. Its errors are those of r and w, and ErrTooLong.
func Clean(w io.Writer, r io.Reader) error {
	out := bufio.NewWriter(w)
	seen := map[uuid.UUID]struct{}{}
	first := true
	r, _ = decoded(r)
	for line, err := range lines(r) {
		if err != nil {
			return err
		}
		if first {
			line, first = bytes.TrimPrefix(line, []byte("\ufeff")), false
		}
		id, _, ok := read(line)
		if _, again := seen[id]; !ok || again {
			continue
		}
		seen[id] = struct{}{}
		if _, err := out.WriteString(id.String() + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Remarks says what the server will make of what is no plain id, a sentence
// each.
func (r Report) Remarks() []string {
	var remarks []string
	say := func(n int, format string, args ...any) {
		if n > 0 {
			remarks = append(remarks, fmt.Sprintf(format, args...))
		}
	}
	if r.UTF16 {
		return []string{"the list is UTF-16, as spreadsheets save what they call Unicode text: the server finds no id in it, and in mod-data-export 2.x its job never ends; save it as CSV UTF-8"}
	}
	if r.Mark {
		say(1, "the list begins with a byte order mark, which spoils the first id before mod-data-export 5.2")
	}
	if r.Header != "" {
		say(1, "line 1, %q, looks like the name of a column: the server counts it as failed", r.Header)
	}
	say(r.Blank, "%s: the server counts each as failed, and before 5.0 loses up to nineteen records with it", count(r.Blank, "blank line"))
	say(r.Padded, "%s with something around them: they are no ids for the server since 5.0", count(r.Padded, "id"))
	say(r.Repeated, "%s of an id that stood in the list before: the server exports it once, and counts the rest as failed", count(r.Repeated, "line"))
	say(r.Odd, "%s without an id, the first is line %d, %q: the server counts each as failed", count(r.Odd, "line"), r.OddLine, r.OddText)
	return remarks
}

// decoded is a list in UTF-8, and whether it was UTF-16, which begins with a byte
// order mark: ff fe or fe ff.
func decoded(r io.Reader) (list io.Reader, was bool) {
	in := bufio.NewReader(r)
	mark, _ := in.Peek(2) // an error comes again
	if was = string(mark) == "\xff\xfe" || string(mark) == "\xfe\xff"; !was {
		return in, false
	}
	return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(in), true
}

// read reads an id from a line. plain says that the line is nothing else.
func read(line []byte) (id uuid.UUID, plain, ok bool) {
	text := strings.ReplaceAll(string(line), `"`, "")
	if id, ok := parse(text); ok {
		return id, true, true
	}
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, ",;\t"); i >= 0 {
		text = strings.TrimSpace(text[:i])
	}
	id, ok = parse(text)
	return id, false, ok
}

func parse(text string) (uuid.UUID, bool) {
	if len(text) != 36 {
		return uuid.Nil, false
	}
	id, err := uuid.Parse(text)
	return id, err == nil
}

// lines are the lines of a list without their ends: LF, CR and CRLF, as Java's
// reader takes them.
func lines(r io.Reader) func(yield func([]byte, error) bool) {
	return func(yield func([]byte, error) bool) {
		in := bufio.NewReaderSize(r, 64<<10)
		var line []byte
		open, number := false, 0
		var before byte
		end := func() bool {
			if number++; number > MaxLines {
				yield(nil, ErrTooLong)
				return false
			}
			more := yield(line, nil)
			line, open = line[:0], false
			return more
		}
		for {
			b, err := in.ReadByte()
			switch {
			case err == io.EOF:
				if open {
					end()
				}
				return
			case err != nil:
				yield(nil, err)
				return
			case b == '\n' && before == '\r':
			case b == '\n' || b == '\r':
				if !end() {
					return
				}
			default:
				if open = true; len(line) < maxLine {
					line = append(line, b)
				}
			}
			before = b
		}
	}
}

func cut(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
