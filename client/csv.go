package client

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxCSV bounds the list of ids, in bytes. From mod-data-export 4.5 on this is the size of upload that is refused.
const maxCSV = 500_000 << 10

// idList is what is known of a list of ids before anything is sent.
type idList struct {
	lines int64
	ids   int64  // lines that hold a UUID which some release would export
	first string // the first line that holds none, for a message
}

// checkIDs reads a list to its end, given the caller's reader and what to read it from. An error is the caller's input
// at fault.
func checkIDs(given, from io.Reader) error {
	list, err := scanIDs(from)
	switch {
	case err != nil:
		return unreadable(given, err)
	case list.lines == 0:
		return badIDs(given, "is empty", wantIDs)
	case list.ids == 0:
		return badIDs(given, "has no UUID in any line, the first is "+quoted(list.first), wantIDs)
	}
	return nil
}

const wantIDs = "give a CSV with one UUID a line"

var errTooLong = errors.New("the list is too long")

func unreadable(r any, err error) *Error {
	if errors.Is(err, errTooLong) {
		return badIDs(r, "is longer than 500,000 KB", "split it")
	}
	e := badIDs(r, fmt.Sprintf("cannot be read (%v)", err), wantIDs)
	e.Err = err
	return e
}

// badIDs names the list, if it is a file.
func badIDs(r any, message, hint string) *Error {
	name := "the list"
	if given := nameOf(r); given != "" {
		name = quoted(given)
	}
	return &Error{Kind: KindInput, Op: opRead, Message: name + " " + message, Hint: hint}
}

// nameOf is what a list is called; empty if it has no name.
func nameOf(r any) string {
	if file, ok := r.(interface{ Name() string }); ok {
		return file.Name()
	}
	return ""
}

// longestLine is how many bytes are kept of a line: what can be a UUID between quotes, blanks and a byte order mark.
const longestLine = 128

// scanIDs counts the lines of a list and those that hold an id.
func scanIDs(r io.Reader) (idList, error) {
	var list idList
	err := eachLine(r, func(line []byte, _ int64) {
		list.lines++
		if isUUID(idIn(line)) {
			list.ids++
		} else if list.first == "" {
			list.first = string(line)
		}
	})
	return list, err
}

// idIn is what a line holds, as far as it can be an id.
func idIn(line []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\uFEFF")))
}

// eachLine calls f with each line of a list, without quotation marks and cut to longestLine, and with the offset of the
// byte behind the line and its end. Lines are told apart as the module does: LF, CR and CRLF all end one
// (mod-data-export 5.3.0, InputFileProcessor).
func eachLine(r io.Reader, f func(line []byte, end int64)) error {
	var (
		in   = bufio.NewReaderSize(&meter{from: r, left: maxCSV, over: errTooLong}, 64<<10)
		line = make([]byte, 0, longestLine)
		open bool // a line has begun
		at   int64
	)
	for {
		b, err := in.ReadByte()
		switch {
		case err == io.EOF:
			if open {
				f(line, at)
			}
			return nil
		case err != nil:
			return err
		}
		at++
		if b != '\n' && b != '\r' {
			open = true
			if b != '"' && len(line) < longestLine {
				line = append(line, b)
			}
			continue
		}
		if b == '\r' {
			if next, err := in.Peek(1); err == nil && next[0] == '\n' {
				_, _ = in.Discard(1) // it is there
				at++
			}
		}
		f(line, at)
		line, open = line[:0], false
	}
}

// isUUID reports whether text is a UUID in its usual form of 36 characters, in either case.
func isUUID[T string | []byte](text T) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		b := text[i]
		switch i {
		case 8, 13, 18, 23:
			if b != '-' {
				return false
			}
		default:
			if (b < '0' || b > '9') && (b < 'a' || b > 'f') && (b < 'A' || b > 'F') {
				return false
			}
		}
	}
	return true
}

// meter passes on what it reads until an allowance is used up.
type meter struct {
	from io.Reader
	left int64
	over error // what it then returns
}

func (m *meter) Read(p []byte) (int, error) {
	if int64(len(p)) > m.left+1 {
		p = p[:m.left+1] // one byte more tells the end from too much
	}
	n, err := m.from.Read(p)
	if m.left -= int64(n); m.left < 0 {
		return n, m.over
	}
	return n, err
}

// rewindable makes a list that can be read twice: itself, or a temporary copy that done removes. When ctx ends while the
// copy is made, r may still be inside one Read: a pipe that says nothing cannot be told to stop.
func rewindable(ctx context.Context, r io.Reader) (list io.ReadSeeker, done func(), err error) {
	if _, _, ok := extent(r); ok {
		return r.(io.ReadSeeker), func() {}, nil
	}
	spool, err := os.CreateTemp("", "fauxkapi-ids-*.csv")
	if err != nil {
		return nil, nil, &Error{Op: opRead, Message: fmt.Sprintf("no temporary file for the ids (%v)", err), Hint: "make room, or name another folder by TMPDIR", Err: err}
	}
	done = func() {
		spool.Close()
		os.Remove(spool.Name())
	}
	copied := make(chan error, 1)
	go func() {
		_, err := io.Copy(spool, &meter{from: r, left: maxCSV, over: errTooLong})
		copied <- err
	}()
	select {
	case err = <-copied:
	case <-ctx.Done():
		done() // a copy that goes on fails at its next Write
		return nil, nil, interrupted(ctx, opRead)
	}
	if err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		done()
		return nil, nil, unreadable(r, err)
	}
	return spool, done, nil
}
