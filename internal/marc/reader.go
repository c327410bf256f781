package marc

import (
	"fmt"
	"io"
	"iter"
)

// chunkSize is how much Records asks of its source at a time, in bytes.
const chunkSize = 64 << 10

// Records reads record after record until src ends. The first error is the last thing yielded: a *FormatError, or what
// src returned. Memory is bounded by the longest legal record, whatever src sends.
func Records(src io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		var p parser
		buf := make([]byte, chunkSize)
		for {
			n, readErr := src.Read(buf)
			for chunk := buf[:n]; len(chunk) > 0; {
				raw, rest, err := p.next(chunk)
				if err != nil {
					yield(Record{}, err)
					return
				}
				if raw != nil && !yield(newRecord(raw, p.fields), nil) {
					return
				}
				chunk = rest
			}
			if readErr == io.EOF {
				if err := p.end(); err != nil {
					yield(Record{}, err)
				}
				return
			}
			if readErr != nil {
				yield(Record{}, fmt.Errorf("read MARC record %d: %w", p.records+1, readErr))
				return
			}
		}
	}
}

// Checker judges and counts the records of a stream that is written to it, such as a download on its way to a file. It
// finds what Records finds, without building records. The zero value is ready.
type Checker struct {
	parser parser
	err    error
}

// Write returns a *FormatError at the first record that is broken, and again ever after.
func (c *Checker) Write(chunk []byte) (int, error) {
	for rest := chunk; len(rest) > 0 && c.err == nil; {
		_, rest, c.err = c.parser.next(rest)
	}
	if c.err != nil {
		return 0, c.err
	}
	return len(chunk), nil
}

// Close returns the error of a stream that broke or that stopped inside a record.
func (c *Checker) Close() error {
	if c.err == nil {
		c.err = c.parser.end()
	}
	return c.err
}

// Records is the number of sound records so far.
func (c *Checker) Records() int { return c.parser.records }
