package client

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
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

// maxUnpacked is how many times as long as a ZIP its members may be in all. Records shrink to a tenth.
const maxUnpacked = 200

// countZIP reads a ZIP back, as exports of more than 100,000 ids come in one (mod-data-export 5.3.0, slice_size), and
// checks each member.
func countZIP(ctx *watched, source io.ReaderAt, size int64) (records int, err error) {
	archive, err := zip.NewReader(source, size)
	if err != nil {
		return 0, err
	}
	left := size * maxUnpacked
	for _, member := range archive.File {
		n, err := countMember(ctx, member, &left)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", member.Name, err)
		}
		records += n
	}
	return records, nil
}

// countMember takes what it unpacks from left.
func countMember(ctx *watched, member *zip.File, left *int64) (int, error) {
	if isZIP(member.Name) {
		return 0, errors.New("a ZIP inside a ZIP")
	}
	body, err := member.Open()
	if err != nil {
		return 0, err
	}
	defer body.Close()
	content := contentOf(member.Name)
	for {
		ctx.restart()
		// In pieces, so that a member that is huge when unpacked can be given up.
		n, err := io.CopyN(content, body, copySize)
		switch *left -= n; {
		case *left < 0:
			return 0, errors.New("it unpacks to more than any list of records")
		case err == io.EOF:
			return content.Records(), content.Close()
		case err != nil:
			return 0, err
		case ctx.Err() != nil:
			return 0, context.Cause(ctx)
		}
	}
}
