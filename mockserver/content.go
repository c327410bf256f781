package mockserver

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
)

// content is an exported file whose bytes are made while they are read. It is an
// io.ReadSeeker, so that http.ServeContent can serve ranges of it; seeking back
// starts the making again.
type content struct {
	inventory *catalogue.Catalogue
	mapping   catalogue.Mapping
	object    folio.Object
	size      int64

	offset int64 // of the next Read
	made   int64 // offset of the first byte of pending
	slice  int
	next   int // record of the slice
	// pending is what was made and not read. The ZIP writer writes into it, so
	// it is never moved.
	pending bytes.Buffer
	record  []byte
	archive *zip.Writer
	member  io.Writer
	done    bool

	failed error // a defect of the fake: what was made is not what was announced
}

// bufferSize is how much is made at once.
const bufferSize = 64 << 10

// The bytes that a ZIP adds to a member that is stored while it streams: local
// header, data descriptor and entry in the central directory, each name twice;
// and to the whole, the end of that directory.
const (
	zipPerMember = 30 + 16 + 46
	zipEnd       = 22
)

// newContent returns the bytes of an object.
func newContent(inventory *catalogue.Catalogue, mapping catalogue.Mapping, object folio.Object) (*content, error) {
	c := &content{inventory: inventory, mapping: mapping, object: object, size: object.Bytes}
	if object.Members != nil {
		for _, name := range object.Members {
			c.size += zipPerMember + 2*int64(len(name))
		}
		c.size += zipEnd
		if c.size > 1<<32-1 {
			return nil, fmt.Errorf("%s has more than 4 GiB, for which a ZIP is laid out otherwise", object.Name)
		}
	}
	c.restart()
	return c, nil
}

func (c *content) restart() {
	c.made, c.slice, c.next, c.done = 0, 0, 0, false
	c.pending.Reset()
	c.member = &c.pending
	if c.object.Members != nil {
		c.archive = zip.NewWriter(&c.pending)
		c.member = nil
	}
}

// Read makes bytes until there are some at the offset.
func (c *content) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if c.offset < c.made {
		c.restart()
	}
	for {
		if skip := min(c.offset-c.made, int64(c.pending.Len())); skip > 0 {
			c.pending.Next(int(skip))
			c.made += skip
		}
		if c.pending.Len() > 0 && c.made == c.offset {
			n, err := c.pending.Read(p)
			c.made += int64(n)
			c.offset = c.made
			return n, err
		}
		if c.done {
			return 0, io.EOF
		}
		if c.failed = c.makeAndMeasure(); c.failed != nil {
			return 0, c.failed
		}
	}
}

// makeAndMeasure makes the next bytes and holds their number against the size
// that was announced.
func (c *content) makeAndMeasure() error {
	if err := c.make(); err != nil {
		return err
	}
	if made := c.made + int64(c.pending.Len()); made > c.size || c.done && made != c.size {
		return fmt.Errorf("%s was announced with %d bytes, and %d were made", c.object.Name, c.size, made)
	}
	return nil
}

// make makes the next bytes: some records, or the end of a member or of all.
func (c *content) make() error {
	if c.slice == len(c.object.Slices) {
		c.done = true
		if c.archive != nil {
			return c.archive.Close()
		}
		return nil
	}
	records := c.object.Slices[c.slice]
	if c.member == nil {
		member, err := c.archive.CreateHeader(&zip.FileHeader{Name: c.object.Members[c.slice], Method: zip.Store})
		if err != nil {
			return err
		}
		c.member = member
	}
	if err := c.makeRecords(records); err != nil {
		return err
	}
	if c.next == len(records.Instances) {
		c.slice, c.next = c.slice+1, 0
		if c.archive != nil {
			c.member = nil
		}
	}
	if c.archive != nil {
		return c.archive.Flush()
	}
	return nil
}

func (c *content) makeRecords(records folio.Slice) error {
	c.record = c.record[:0]
	for c.next < len(records.Instances) && len(c.record) < bufferSize {
		id := records.Instances[c.next]
		var err error
		if which, twin := records.Twin(c.next); twin {
			c.record, err = c.inventory.AppendSourceRecord(c.record, id, which)
		} else {
			c.record, err = c.inventory.AppendRecord(c.record, id, c.mapping)
		}
		if err != nil {
			return fmt.Errorf("record of instance %s: %w", id, err)
		}
		c.next++
	}
	_, err := c.member.Write(c.record)
	return err
}

// Seek sets the offset of the next Read.
func (c *content) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += c.offset
	case io.SeekEnd:
		offset += c.size
	}
	if offset < 0 {
		return 0, errors.New("mockserver: seek before the start of a file")
	}
	c.offset = offset
	return offset, nil
}
