package folio

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/javauuid"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// MaxLines bounds an uploaded list: 17 bytes a line are kept, and 16 more for each
// record once it is exported. How many lists a world keeps is not bounded.
const MaxLines = 5_000_000

// ErrTooManyLines is returned for a list of more than MaxLines lines.
var ErrTooManyLines = errors.New("the list has more than 5,000,000 lines, the most that this fake takes")

// maxLine is what is looked at of one line; an id is 36 bytes long.
const maxLine = 4096

// Input is an uploaded list of ids: for each line what it is, and the id if it
// is one. It never changes once read.
type Input struct {
	ids    []uuid.UUID
	kinds  []lineKind
	bad    badLines
	broken bool // holds bytes that are not UTF-8
}

// badLines are the first lines that hold no id, in their order and without a gap.
type badLines struct {
	lines []badLine
	bytes int
	full  bool
	end   int // the first line that found no room, once it is full
}

// badLine is a line that holds no id, without its double quotes.
type badLine struct {
	at   int
	text string
}

// maxBad bounds the text of bad lines that is kept, in bytes.
const maxBad = 512 << 10

func (b *badLines) add(at int, text string) {
	switch {
	case b.full:
	case b.bytes+len(text) >= maxBad || len(b.lines) >= maxBad/16:
		b.full, b.end = true, at
	default:
		b.lines, b.bytes = append(b.lines, badLine{at, strings.ToValidUTF8(text, "\ufffd")}), b.bytes+len(text)
	}
}

// known tells whether a line that is not there holds an id, as opposed to having
// found no room.
func (b *badLines) known(at int) bool { return !b.full || at < b.end }

// merged are the bad lines of both, as far as both are known.
func (b badLines) merged(with badLines) badLines {
	lines := slices.Concat(b.lines, with.lines)
	slices.SortFunc(lines, func(a, b badLine) int { return a.at - b.at })
	var all badLines
	for _, line := range lines {
		if !b.known(line.at) || !with.known(line.at) {
			all.full, all.end = true, line.at
			break
		}
		all.add(line.at, line.text)
	}
	return all
}

// Lines returns how many lines the list has.
func (in *Input) Lines() int { return len(in.kinds) }

// IDs returns how many lines hold an id.
func (in *Input) IDs() int {
	n := 0
	for _, k := range in.kinds {
		if k == lineID || k == lineUpperID {
			n++
		}
	}
	return n
}

type lineKind byte

const (
	lineWord    lineKind = iota // some word, such as a header
	lineID                      // a UUID
	lineUpperID                 // a UUID with capital letters
	lineSpoiler                 // blank, or with a character that breaks a CQL query
)

// ReadInput reads a list as a release does, line by line, and keeps 17 bytes a
// line. It returns the error of r, or ErrTooManyLines.
func ReadInput(r io.Reader, rules release.InputRules) (*Input, error) {
	return readInput(r, rules, MaxLines)
}

func readInput(r io.Reader, rules release.InputRules, most int) (*Input, error) {
	in := &Input{}
	lines := lineReader{r: bufio.NewReaderSize(r, 64<<10)}
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return in, nil
		}
		if err != nil {
			return nil, err
		}
		if len(in.kinds) == most {
			return nil, ErrTooManyLines
		}
		in.broken = in.broken || !utf8.Valid(withoutPart(line))
		id, kind := classifyLine(line, rules)
		if kind == lineWord || kind == lineSpoiler {
			in.bad.add(len(in.kinds), strings.ReplaceAll(string(line), `"`, ""))
		}
		in.ids = append(in.ids, id)
		in.kinds = append(in.kinds, kind)
	}
}

// lineReader splits a list into its physical lines.
type lineReader struct {
	r       *bufio.Reader
	line    []byte
	afterCR bool // the last line ended in CR: an LF that follows belongs to it
}

// next returns the next line without its end, which is LF, CR or CRLF, cut to
// maxLine bytes; it is good until the next call. A final end of line starts no
// further line.
func (l *lineReader) next() ([]byte, error) {
	l.line = l.line[:0]
	for begun := false; ; begun = true {
		buffered, err := l.buffered()
		switch {
		case errors.Is(err, io.EOF) && begun:
			return l.line, nil
		case err != nil:
			return nil, err
		}
		end := bytes.IndexAny(buffered, "\r\n")
		if end < 0 {
			l.keep(buffered)
			l.discard(len(buffered))
			continue
		}
		l.keep(buffered[:end])
		l.afterCR = buffered[end] == '\r'
		l.discard(end + 1)
		return l.line, nil
	}
}

// buffered returns at least one byte of what comes next, without taking it.
func (l *lineReader) buffered() ([]byte, error) {
	first, err := l.r.Peek(1)
	if err == nil && l.afterCR && first[0] == '\n' {
		l.discard(1)
		_, err = l.r.Peek(1)
	}
	l.afterCR = false
	if err != nil {
		return nil, err
	}
	return l.r.Peek(l.r.Buffered())
}

// keep adds to the line what still fits.
func (l *lineReader) keep(text []byte) {
	l.line = append(l.line, text[:min(len(text), maxLine-len(l.line))]...)
}

func (l *lineReader) discard(n int) { _, _ = l.r.Discard(n) } // seen in the buffer

// withoutPart drops the part of a character that a cut at maxLine has left.
func withoutPart(line []byte) []byte {
	if len(line) < maxLine {
		return line
	}
	start := len(line) - 1
	for start > len(line)-utf8.UTFMax && !utf8.RuneStart(line[start]) {
		start--
	}
	if utf8.FullRune(line[start:]) {
		return line
	}
	return line[:start]
}

// classifyLine tells what a line is once its double quotes are gone, as every
// release removes them.
func classifyLine(line []byte, rules release.InputRules) (uuid.UUID, lineKind) {
	text := strings.ReplaceAll(string(line), `"`, "")
	if rules.StripBOM {
		text = strings.TrimPrefix(text, "\ufeff")
	}
	if rules.Trim {
		text = strings.Trim(text, " \t\v\f\r\n")
	}
	if id, ok := parseID(text, rules.LenientUUID); ok {
		if text != strings.ToLower(text) {
			return id, lineUpperID
		}
		return id, lineID
	}
	if text == "" || strings.ContainsAny(text, " \t()=<>/") {
		return uuid.Nil, lineSpoiler
	}
	return uuid.Nil, lineWord
}

func parseID(text string, lenient bool) (uuid.UUID, bool) {
	if len(text) == 36 {
		if id, err := uuid.Parse(text); err == nil {
			return id, true
		}
	}
	if !lenient {
		return uuid.Nil, false
	}
	id, err := javauuid.Parse(text)
	return id, err == nil
}
