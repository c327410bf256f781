package mockserver

import (
	"errors"
	"io"
)

// cutContent is a file that has lost its end.
type cutContent struct {
	*content
	length int64
}

// Read reads up to the cut.
func (c cutContent) Read(p []byte) (int, error) {
	left := c.length - c.offset
	if left <= 0 {
		return 0, io.EOF
	}
	return c.content.Read(p[:min(int64(len(p)), left)])
}

// Seek counts from the cut end.
func (c cutContent) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekEnd {
		offset, whence = offset+c.length, io.SeekStart
	}
	if whence == io.SeekStart && offset < 0 {
		return 0, errors.New("mockserver: seek before the start of a file")
	}
	return c.content.Seek(offset, whence)
}
