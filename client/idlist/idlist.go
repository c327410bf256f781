// Package idlist reads a list of ids as mod-data-export will, before anything is
// sent: what each line is, and what the server will make of those that are no
// plain UUID.
//
// A list is one UUID a line. What is said of a line holds for mod-data-export 5.x
// (InputFileProcessor); older ones trim blanks and look every word up, and count
// it as failed all the same. A list may have five million lines; eight bytes
// are kept of each id, and it is read again if ids are repeated in it.
package idlist

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/text/encoding/unicode"

	"github.com/fauxkapi/fauxkapi/internal/repeats"
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

// minLine is how many bytes a line with an id has at least, its end included.
const minLine = textSize + 1

// Inspect reads a list from its beginning to its end, once more if it may have
// ids that are repeated. Its errors are those of list, and ErrTooLong.
func Inspect(list io.ReadSeeker) (Report, error) {
	var report Report
	finder, err := finderFor(list)
	if err != nil {
		return report, err
	}
	r, utf16, err := opened(list)
	if err != nil {
		return report, err
	}
	report.UTF16 = utf16
	for line, err := range lines(r) {
		if err != nil {
			return report, err
		}
		if id, ok := report.take(line); ok {
			finder.Add(id)
		}
	}
	total := finder.Len()
	found := finder.Repeats()
	if found.None() {
		report.IDs = total
		return report, nil
	}
	for id, err := range ids(list) {
		if err != nil {
			return report, err
		}
		if _, again := found.First(id, 0); again {
			report.Repeated++
		}
	}
	report.IDs = total - report.Repeated
	return report, nil
}

// take says in the report what a line is, and returns its id.
func (r *Report) take(line []byte) (id uuid.UUID, ok bool) {
	r.Lines++
	if r.Lines == 1 {
		line, r.Mark = bytes.CutPrefix(line, []byte(mark))
	}
	id, plain, ok := read(line)
	if ok {
		if !plain {
			r.Padded++
		}
		return id, true
	}
	switch text := strings.TrimSpace(string(line)); {
	case text == "":
		r.Blank++
	case r.Lines == 1 && header.MatchString(text):
		r.Header = text
	default:
		if r.Odd++; r.Odd == 1 {
			r.OddLine, r.OddText = r.Lines, cut(text)
		}
	}
	return id, false
}

// Clean writes each id of a list once, in the order of their first lines, and
// leaves out everything else. It reads the list twice. Its errors are those of
// list and w, and ErrTooLong.
func Clean(w io.Writer, list io.ReadSeeker) error {
	finder, err := finderFor(list)
	if err != nil {
		return err
	}
	for id, err := range ids(list) {
		if err != nil {
			return err
		}
		finder.Add(id)
	}
	found := finder.Repeats()
	out := bufio.NewWriter(w)
	for id, err := range ids(list) {
		if err != nil {
			return err
		}
		if _, again := found.First(id, 0); again {
			continue
		}
		if _, err := out.WriteString(id.String() + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

// finderFor makes room for the ids of a list.
func finderFor(list io.Seeker) (*repeats.Finder, error) {
	size, err := list.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	return repeats.NewFinder(min(size/minLine+1, MaxLines)), nil
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

// mark is a byte order mark in UTF-8.
const mark = "\ufeff"

// ids are the ids of a list, each as often as it stands there.
func ids(list io.ReadSeeker) iter.Seq2[uuid.UUID, error] {
	return func(yield func(uuid.UUID, error) bool) {
		r, _, err := opened(list)
		if err != nil {
			yield(uuid.Nil, err)
			return
		}
		begun := false
		for line, err := range lines(r) {
			if err != nil {
				yield(uuid.Nil, err)
				return
			}
			if !begun {
				line, begun = bytes.TrimPrefix(line, []byte(mark)), true
			}
			if id, _, ok := read(line); ok && !yield(id, nil) {
				return
			}
		}
	}
}

// opened is a list from its beginning, in UTF-8, and whether it was UTF-16, which
// begins with a byte order mark: ff fe or fe ff.
func opened(list io.ReadSeeker) (r io.Reader, utf16 bool, err error) {
	if _, err := list.Seek(0, io.SeekStart); err != nil {
		return nil, false, err
	}
	in := bufio.NewReader(list)
	order, _ := in.Peek(2) // an error comes again
	if utf16 = string(order) == "\xff\xfe" || string(order) == "\xfe\xff"; !utf16 {
		return in, false, nil
	}
	return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(in), true, nil
}

// read reads an id from a line. plain says that the line is nothing else.
func read(line []byte) (id uuid.UUID, plain, ok bool) {
	if len(line) == textSize { // the usual case needs no copy
		if id, err := uuid.ParseBytes(line); err == nil {
			return id, true, true
		}
	}
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

// textSize is how long an id is as text, in bytes.
const textSize = 36

func parse(text string) (uuid.UUID, bool) {
	if len(text) != textSize {
		return uuid.Nil, false
	}
	id, err := uuid.Parse(text)
	return id, err == nil
}

// lines are the lines of a list without their ends: LF, CR and CRLF, as Java's
// reader takes them.
func lines(r io.Reader) iter.Seq2[[]byte, error] {
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
