package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// maxUploads is how often one list is sent for one definition.
const maxUploads = 2

// Upload is step 3: it streams the ids, one UUID a line, from where csv stands, and waits until the server has taken
// them. If csv can seek, its length is announced and a refused token is no harm. A definition takes one upload: when an
// answer is lost, the definition says whether the ids have arrived, and they are sent again only if it knows of none.
// Once Upload has returned, csv is not read any more.
func (c *Client) Upload(ctx context.Context, fileDefinitionID string, csv io.Reader) (api.FileDefinition, error) {
	start, size, rewinds := extent(csv)
	for troubles := (trouble{}); ; {
		made, err := c.postUpload(ctx, fileDefinitionID, csv, start, size)
		failure, _ := errors.AsType[*Error](err)
		switch {
		case failure != nil && !failure.unsettled(opUpload):
			return made, err
		case failure == nil && made.Status != api.FileDefinitionStatusInProgress:
			return made, nil
		}
		if failure != nil {
			c.trouble(opUpload, failure, "the file definition will tell whether they have arrived")
		}
		seen, err := c.awaitUpload(ctx, fileDefinitionID)
		switch {
		case err == nil && seen.Status == api.FileDefinitionStatusCompleted:
			return seen, nil
		case failure == nil && err != nil:
			// Who may not look need not: mod-data-export 4.4 to 4.8, which answer so, make the export wait for the upload.
			if denied, ok := errors.AsType[*Error](err); ok && denied.Status == http.StatusForbidden {
				return made, nil
			}
			return made, err
		case failure == nil:
			return made, &Error{
				Kind: KindServer, Op: opUpload, Message: fmt.Sprintf("%s took the ids and says that their file is %s", c.base, quoted(string(seen.Status))),
				Hint: "try again with a new file definition",
			}
		case err != nil:
			return made, failure
		case seen.Status != api.FileDefinitionStatusNew || !rewinds || !failure.transient || troubles.failures+1 == maxUploads:
			failure.Hint = fmt.Sprintf("the file definition is %s: try again with a new one", quoted(string(seen.Status)))
			return made, failure
		}
		if err := c.again(ctx, opUpload, &troubles, failure); err != nil {
			return made, err
		}
	}
}

func (c *Client) postUpload(ctx context.Context, fileDefinitionID string, csv io.Reader, start, size int64) (api.FileDefinition, error) {
	var made api.FileDefinition
	var lent *loan
	rewinds := size >= 0
	err := c.do(ctx, operation{
		name: opUpload, renews: rewinds, streams: true,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			if rewinds {
				if _, err := csv.(io.Seeker).Seek(start, io.SeekStart); err != nil {
					return nil, unreadable(csv, err)
				}
			}
			lent = &loan{from: csv, moved: ctx.moved}
			edit = append(edit, func(_ context.Context, r *http.Request) error {
				if r.ContentLength = size; size == 0 {
					r.Body = http.NoBody
				}
				return nil
			})
			answer, err := c.rest.UploadFileWithBody(ctx, fileDefinitionID, "application/octet-stream", lent, edit...)
			if failed := lent.end(); failed != nil && err != nil {
				return nil, unreadable(csv, failed)
			}
			return answer, err
		},
		read: func(_ *watched, answer *http.Response) (err error) {
			if made, err = decode[api.FileDefinition](c, opUpload, answer); err != nil {
				return err
			}
			c.secrets.hush(&made)
			if made.Status == api.FileDefinitionStatusError {
				return c.unusable(opUpload, answer, "a file definition in state ERROR")
			}
			if made.JobExecutionId != nil && !isUUID(*made.JobExecutionId) {
				return c.unusable(opUpload, answer, "the job id %s, which is no UUID", quoted(*made.JobExecutionId))
			}
			message := lent.String()
			if made.JobExecutionId != nil {
				message += ", job " + *made.JobExecutionId
			}
			c.tell(answer, Event{Step: StepUpload, Message: message})
			return nil
		},
	})
	return made, err
}

// awaitUpload looks at a file definition until no upload is under way any more, or until the step has lasted too long.
func (c *Client) awaitUpload(ctx context.Context, fileDefinitionID string) (api.FileDefinition, error) {
	pace := Patience{PollInterval: DefaultPollInterval}
	for start := time.Now(); ; {
		seen, err := c.fileDefinition(ctx, opUpload, StepUpload, fileDefinitionID)
		waited := time.Since(start)
		if err != nil || seen.Status != api.FileDefinitionStatusInProgress || waited >= c.stepTimeout {
			return seen, err
		}
		if err := sleep(ctx, opUpload, pace.pause(waited)); err != nil {
			return seen, err
		}
	}
}
