package rehearsal

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
)

// comparison is an http.ResponseWriter that holds an answer against a file.
type comparison struct {
	header http.Header
	status int
	file   *bufio.Reader
	other  bool // a byte differs, or the file has too few
	chunk  []byte
}

var errDiffers = errors.New("the file is another")

// Header returns what nobody reads.
func (c *comparison) Header() http.Header { return c.header }

// WriteHeader remembers the status.
func (c *comparison) WriteHeader(status int) { c.status = status }

// Write compares what comes with as much of the file. Once they differ, it fails,
// so that no more is made.
func (c *comparison) Write(p []byte) (int, error) {
	c.chunk = append(c.chunk[:0], p...)
	if _, err := io.ReadFull(c.file, c.chunk); err != nil || !bytes.Equal(c.chunk, p) {
		c.other = true
		return 0, errDiffers
	}
	return len(p), nil
}

// same tells whether the answer was a file, and that file.
func (c *comparison) same() bool {
	_, err := c.file.ReadByte()
	return c.status == http.StatusOK && !c.other && errors.Is(err, io.EOF)
}
