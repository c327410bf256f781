package client

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// State is how far an export has come: enough for another process to go on where this one was, and no secret. A zero
// State is an export that has not begun.
type State struct {
	FileDefinitionID string     `json:"fileDefinitionId,omitempty"`
	JobExecutionID   string     `json:"jobExecutionId,omitempty"` // once the list is uploaded
	JobProfile       Profile    `json:"jobProfile"`
	Start            Start      `json:"start,omitempty"`
	File             *Partially `json:"file,omitempty"` // once its first byte has come
}

// Start is what is known of the one request that starts the job.
type Start string

// The knowledge of a start.
const (
	StartAsked Start = "asked" // it was about to be sent; whether it arrived only the job can tell
	StartTaken Start = "taken" // the server has taken it
)

// Partially is a file of which a part was fetched.
type Partially struct {
	FileID   string `json:"fileId"`
	FileName string `json:"fileName"`
	Size     int64  `json:"size"` // of the whole, in bytes
	Tag      string `json:"tag"`  // by which the store knows its bytes again; empty if it gives none
}

// resumption is an export with its state, which it keeps up to date.
type resumption struct {
	State
	save func(State) error
	list int64 // its length, in bytes
}

// keep saves the state after a change. An export whose state cannot be saved goes no further: nobody could go on with
// it.
func (r *resumption) keep(change func(*State)) error {
	change(&r.State)
	if r.save == nil {
		return nil
	}
	if err := r.save(r.State); err != nil {
		return &Error{Op: "save the state of the export", Message: err.Error(), Err: err}
	}
	return nil
}

// startOnce starts the job unless an earlier process has. When that one did not live to tell, the job does: it is asked
// a few times, because a request of a dead process may still be on its way.
func (c *Client) startOnce(ctx context.Context, r *resumption) error {
	switch r.Start {
	case StartTaken:
		return nil
	case StartAsked:
		for look := range maxAfterlife {
			job, err := c.job(ctx, r.JobExecutionID, c.outageTimeout)
			if err != nil {
				return err
			}
			if started(job) {
				return r.keep(func(s *State) { s.Start = StartTaken })
			}
			if err := sleep(ctx, opExport, firstPause<<look); err != nil {
				return err
			}
		}
	}
	if err := r.keep(func(s *State) { s.Start = StartAsked }); err != nil {
		return err
	}
	if err := c.startExport(ctx, r.FileDefinitionID, r.JobProfile.ID, r.JobExecutionID); err != nil {
		return err
	}
	return r.keep(func(s *State) { s.Start = StartTaken })
}

// maxAfterlife is how often a job is looked at that a dead process may have started, over a second and a half.
const maxAfterlife = 2

// Part is an output that can be gone on with: an *os.File.
type Part interface {
	io.ReadWriteSeeker
	io.ReaderAt
	Truncate(size int64) error
}

// takeUp goes on with a part that an earlier process has fetched, if it is of this file; otherwise it begins anew.
func (t *transfer) takeUp(r *resumption) error {
	part, ok := t.output.(Part)
	if !ok {
		return nil
	}
	had := r.File
	if had == nil || had.FileID != t.file.FileID || had.FileName != t.file.FileName || had.Tag == "" {
		return t.beginAnew(part)
	}
	if _, err := part.Seek(0, io.SeekStart); err != nil {
		return unwritable(err)
	}
	n, err := io.CopyBuffer(io.MultiWriter(t.sum, t.content), struct{ io.Reader }{part}, t.buffer)
	if err != nil || n > had.Size || n == 0 {
		return t.beginAnew(part)
	}
	t.file.Bytes, t.size, t.tag, t.resumed = n, had.Size, had.Tag, true
	return nil
}

// whole reports whether an earlier process has fetched all of the file.
func (t *transfer) whole() bool { return t.resumed && t.file.Bytes == t.size }

// beginAnew empties the output and forgets what was had.
func (t *transfer) beginAnew(part Part) error {
	t.content, t.sum = contentOf(t.file.FileName), sha256.New()
	t.file.Bytes, t.size, t.tag, t.resumed = 0, -1, "", false
	if err := part.Truncate(0); err != nil {
		return unwritable(err)
	}
	if _, err := part.Seek(0, io.SeekStart); err != nil {
		return unwritable(err)
	}
	return nil
}

func unwritable(err error) error {
	return &Error{Op: opDownload, Message: fmt.Sprintf("the output cannot be written (%v)", err), Err: err}
}

// known saves of which file a part is being fetched.
func (t *transfer) known(r *resumption) error {
	return r.keep(func(s *State) {
		s.File = &Partially{FileID: t.file.FileID, FileName: t.file.FileName, Size: t.size, Tag: t.tag}
	})
}

// lastSeen is a job of which nothing is known but that it exists.
func lastSeen(id string) api.JobExecution {
	return api.JobExecution{Id: id, Status: api.JobExecutionStatusNew}
}
