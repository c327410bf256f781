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

func unreadable(r io.Reader, err error) *Error {
	if errors.Is(err, errTooLong) {
		return badIDs(r, "is longer than 500,000 KB", "split it")
	}
	e := badIDs(r, fmt.Sprintf("cannot be read (%v)", err), wantIDs)
	e.Err = err
	return e
}

// badIDs names the list, if it is a file.
func badIDs(r io.Reader, message, hint string) *Error {
	name := "the list"
	if file, ok := r.(interface{ Name() string }); ok {
		name = quoted(file.Name())
	}
	return &Error{Kind: KindInput, Op: opRead, Message: name + " " + message, Hint: hint}
}

// scanIDs counts lines as the module does: LF, CR and CRLF all end one (mod-data-export 5.3.0, InputFileProcessor).
func scanIDs(r io.Reader) (idList, error) {
	const longest = 128 // of what can be a UUID between quotes, blanks and a byte order mark
	var (
		list idList
		in   = bufio.NewReaderSize(&meter{from: r, left: maxCSV, over: errTooLong}, 64<<10)
		line = make([]byte, 0, longest)
		open bool // a line has begun
		prev byte
	)
	end := func() {
		list.lines++
		id := bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\uFEFF")))
		if isUUID(id) {
			list.ids++
		} else if list.first == "" {
			list.first = string(line)
		}
		line, open = line[:0], false
	}
	for {
		b, err := in.ReadByte()
		switch {
		case err == io.EOF:
			if open {
				end()
			}
			return list, nil
		case err != nil:
			return list, err
		case b == '\n' && prev == '\r':
		case b == '\n' || b == '\r':
			end()
		default:
			open = true
			if b != '"' && len(line) < longest {
				line = append(line, b)
			}
		}
		prev = b
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
