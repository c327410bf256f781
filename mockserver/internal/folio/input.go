package folio

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/javauuid"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// MaxLines bounds an uploaded list, and with it the memory of a world: 17 bytes
// a line.
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
	broken bool // holds bytes that are not UTF-8
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
		if len(in.kinds) == MaxLines {
			return nil, ErrTooManyLines
		}
		in.broken = in.broken || !utf8.Valid(line)
		id, kind := classifyLine(line, rules)
		in.ids = append(in.ids, id)
		in.kinds = append(in.kinds, kind)
	}
}

// lineReader splits a list into its physical lines.
type lineReader struct {
	r    *bufio.Reader
	line []byte
}

// next returns the next line without its end, which is LF, CR or CRLF, cut to
// maxLine bytes; it is good until the next call. A final end of line starts no
// further line.
func (l *lineReader) next() ([]byte, error) {
	l.line = l.line[:0]
	for begun := false; ; begun = true {
		b, err := l.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && begun:
			return l.line, nil
		case err != nil:
			return nil, err
		case b == '\n':
			return l.line, nil
		case b == '\r':
			if next, err := l.r.Peek(1); err == nil && next[0] == '\n' {
				_, _ = l.r.Discard(1) // it was just seen in the buffer
			}
			return l.line, nil
		case len(l.line) < maxLine:
			l.line = append(l.line, b)
		}
	}
}

// classifyLine tells what a line is once its double quotes are gone, as every
// release removes them.
func classifyLine(line []byte, rules release.InputRules) (uuid.UUID, lineKind) {
	text := string(bytes.ReplaceAll(line, []byte{'"'}, nil))
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
	if lenient {
		id, err := javauuid.Parse(text)
		return id, err == nil
	}
	if len(text) != 36 {
		return uuid.Nil, false
	}
	id, err := uuid.Parse(text)
	return id, err == nil
}
