package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// What is being done, as errors say it.
const (
	opRead       = "read the ids"
	opLogin      = "log in"
	opProfile    = "choose the job profile"
	opDefinition = "create the file definition"
	opUpload     = "upload the ids"
	opExport     = "start the export"
	opJob        = "look at the job"
	opLink       = "get the download link"
	opDownload   = "download the file"
	opIDs        = "collect the ids"
)

// CreateFileDefinition is step 2: it announces a file. The name has to end in .csv.
func (c *Client) CreateFileDefinition(ctx context.Context, fileName string) (api.FileDefinition, error) {
	var made api.FileDefinition
	err := c.do(ctx, operation{
		name: opDefinition, renews: true,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.CreateFileDefinition(ctx, api.FileDefinitionRequest{FileName: fileName}, edit...)
		},
		read: func(_ *watched, answer *http.Response) (err error) {
			if made, err = decode[api.FileDefinition](c, opDefinition, answer); err != nil {
				return err
			}
			if !isUUID(made.Id) {
				return c.unusable(opDefinition, answer, "the id %s, which is no UUID", quoted(made.Id))
			}
			c.tell(answer, Event{Step: StepDefinition, Message: fmt.Sprintf("%s is %s, definition %s", made.FileName, made.Status, made.Id)})
			return nil
		},
	})
	return made, err
}

// Upload is step 3: it streams the ids, one UUID a line, from where csv stands. If csv can seek, its length is announced
// and a refused token is no harm. A definition takes one upload. Once Upload has returned, csv is not read any more.
func (c *Client) Upload(ctx context.Context, fileDefinitionID string, csv io.Reader) (api.FileDefinition, error) {
	var made api.FileDefinition
	start, size, rewinds := extent(csv)
	var lent *loan
	err := c.do(ctx, operation{
		name: opUpload, renews: rewinds,
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

// StartExport is step 4. It sends its request once, whatever happens: a second one would be a second job, or one that
// hangs. The answer says nothing about how the job will end, not even whether its input is any good.
func (c *Client) StartExport(ctx context.Context, fileDefinitionID, jobProfileID string) error {
	return c.do(ctx, operation{
		name: opExport,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			// No idType: the module of 2020 refuses what it does not know, and instances are the default.
			return c.rest.StartExport(ctx, api.ExportRequest{FileDefinitionId: fileDefinitionID, JobProfileId: jobProfileID}, edit...)
		},
		read: func(_ *watched, answer *http.Response) error {
			c.tell(answer, Event{Step: StepExport, Message: "accepted"})
			return nil
		},
	})
}

// Job is step 5: it looks at a job once.
func (c *Client) Job(ctx context.Context, jobExecutionID string) (api.JobExecution, error) {
	var job api.JobExecution
	query := `id=="` + jobExecutionID + `"`
	err := c.do(ctx, operation{
		name: opJob, safe: true, renews: true,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.GetJobExecutions(ctx, &api.GetJobExecutionsParams{Query: &query}, edit...)
		},
		read: func(_ *watched, answer *http.Response) error {
			body, err := c.readJSON(opJob, answer)
			if err != nil {
				return err
			}
			jobs, err := readJobs(body)
			if err != nil {
				e := c.unusable(opJob, answer, "a job that does not fit: %s", printable(c.secrets.hide(err.Error()), excerptSize))
				e.Body, e.Err = c.secrets.excerpt(body), err
				return e
			}
			for _, job = range jobs {
				if strings.EqualFold(job.Id, jobExecutionID) {
					c.tell(answer, Event{Step: StepJob, Message: describe(job), Job: new(job)})
					return nil
				}
			}
			e := c.unusable(opJob, answer, "no job %s", quoted(jobExecutionID))
			e.Body, e.Hint = c.secrets.excerpt(body), "check the id; a job can also be deleted"
			return e
		},
	})
	if err != nil {
		return api.JobExecution{}, err
	}
	return job, nil
}

// readJobs reads a collection, as every server sends it, or the job alone, as the guide prints it.
func readJobs(body []byte) ([]api.JobExecution, error) {
	var list struct {
		JobExecutions *[]api.JobExecution `json:"jobExecutions"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	if list.JobExecutions != nil {
		return *list.JobExecutions, nil
	}
	var alone api.JobExecution
	err := json.Unmarshal(body, &alone)
	return []api.JobExecution{alone}, err
}

func describe(job api.JobExecution) string {
	text := string(job.Status)
	if p := job.Progress; p != nil {
		text += fmt.Sprintf(", %d of %d", p.Exported, p.Total.Value)
		if p.Failed != 0 {
			text += fmt.Sprintf(", %d failed", p.Failed)
		}
	}
	return text
}

// DownloadLink is step 6: it asks for a presigned link, which is good for ten minutes. A job that has not ended well has
// a link too, to nothing.
func (c *Client) DownloadLink(ctx context.Context, jobExecutionID, fileID string) (string, error) {
	var link string
	err := c.do(ctx, operation{
		name: opLink, safe: true, renews: true,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.GetDownloadLink(ctx, jobExecutionID, fileID, edit...)
		},
		read: func(_ *watched, answer *http.Response) error {
			got, err := decode[api.FileDownload](c, opLink, answer)
			if err != nil {
				return err
			}
			if link = got.Link; link == "" {
				return c.unusable(opLink, answer, "no link")
			}
			c.tell(answer, Event{Step: StepDownload, Message: c.learnLink(link)})
			return nil
		},
	})
	return link, err
}
