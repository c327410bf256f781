package client

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/fauxkapi/fauxkapi/internal/marc"
)

// content judges a file while its bytes are written to it.
type content interface {
	io.Writer
	Close() error // says whether the file may end here
	Records() int
}

// contentOf chooses by the end of a file's name; a name without a known one is taken for MARC, the module's own default.
func contentOf(name string) content {
	switch {
	case isZIP(name):
		return uncounted{}
	case strings.EqualFold(path.Ext(name), ".json"):
		return &jsonLines{}
	}
	return &marc.Checker{}
}

func isZIP(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

type uncounted struct{}

func (uncounted) Write(p []byte) (int, error) { return len(p), nil }
func (uncounted) Close() error                { return nil }
func (uncounted) Records() int                { return -1 }

// jsonLines counts the lines of a linked data export, one document each, and looks no deeper.
type jsonLines struct {
	lines int
	open  bool // the last line has begun and not ended
}

func (j *jsonLines) Write(p []byte) (int, error) {
	j.lines += bytes.Count(p, []byte{'\n'})
	if len(p) > 0 {
		j.open = p[len(p)-1] != '\n'
	}
	return len(p), nil
}

func (j *jsonLines) Close() error { return nil }

func (j *jsonLines) Records() int {
	if j.open {
		return j.lines + 1
	}
	return j.lines
}
