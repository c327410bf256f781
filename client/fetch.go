package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const (
	// maxLinks is how many links one file is fetched by, should they expire.
	maxLinks = 4
	// maxMissing is how often a store is asked for a file that it does not have yet: assumption A61.
	maxMissing = 2
)

// fetch gets the file of a job that ended well. The file id of the last look is the one that counts: until its end a job
// of mod-data-export 5 lists a provisional one.
func (c *Client) fetch(ctx context.Context, job api.JobExecution, output io.Writer, r *resumption) (File, error) {
	wanted, err := fileOf(job)
	if err != nil {
		return File{}, err
	}
	t := c.newTransfer(wanted, output)
	t.most = boundsOf(job, r.list)
	t.begun, t.limit = func() error { return t.known(r) }, c.outageTimeout
	if err := t.takeUp(r); err != nil {
		return File{}, err
	}
	if t.whole() {
		w := watch(ctx, c.callTimeout)
		defer w.stop()
		if err := t.finish(w, "an earlier run", &http.Response{StatusCode: http.StatusOK}); err != nil {
			return File{}, err
		}
		return t.file, agree(t.file, job)
	}
	for links, missing := 1, 0; ; {
		link, err := c.link(ctx, job.Id, wanted.FileId, c.outageTimeout)
		if err != nil {
			return File{}, err
		}
		failure, ok := errors.AsType[*Error](t.from(ctx, link))
		switch {
		case !ok:
			return t.file, agree(t.file, job)
		case failure.linkExpired() && links < maxLinks:
			links++
			c.trouble(opDownload, failure, "a new link is asked for")
		case failure.Op == opDownload && failure.Status == http.StatusNotFound && missing < maxMissing:
			c.trouble(opDownload, failure, "again in a moment")
			if err := sleep(ctx, opDownload, firstPause<<missing); err != nil {
				return File{}, err
			}
			missing++
		default:
			return File{}, failure
		}
	}
}

func fileOf(job api.JobExecution) (api.ExportedFile, error) {
	var listed []api.ExportedFile
	if job.ExportedFiles != nil {
		listed = *job.ExportedFiles
	}
	if len(listed) == 0 || listed[len(listed)-1].FileId == "" {
		return api.ExportedFile{}, &Error{
			Kind: KindServer, Op: opLink,
			Message: fmt.Sprintf("job %s ended in %s and lists no file", job.Id, job.Status),
			Hint:    "see whether its job profile has been deleted, which takes the file with it",
		}
	}
	file := listed[len(listed)-1]
	if !isUUID(file.FileId) || strings.ContainsAny(file.FileName, "/\\\x00") || file.FileName == ".." || file.FileName == "." {
		return api.ExportedFile{}, &Error{
			Kind: KindServer, Op: opLink,
			Message: fmt.Sprintf("job %s lists the file %s with the id %s, which is no file of an export", job.Id, quoted(file.FileName), quoted(file.FileId)),
			Hint:    "report it to whoever runs the server",
		}
	}
	return file, nil
}

// agree holds a file against the counters of its job. Not every job has them.
func agree(file File, job api.JobExecution) error {
	if p := job.Progress; p != nil && file.Records >= 0 && file.Records != p.Exported {
		return &Error{
			Kind: KindServer, Op: opDownload,
			Message: fmt.Sprintf("%s has %s, but job %s says %d", quoted(file.FileName), prose.Count(file.Records, "record"), job.Id, p.Exported),
			Hint:    "do not use it; export again",
		}
	}
	return nil
}
