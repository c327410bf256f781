package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Job is step 5: it looks at a job once.
func (c *Client) Job(ctx context.Context, jobExecutionID string) (api.JobExecution, error) {
	return c.job(ctx, jobExecutionID, 0)
}

// job looks at a job until there is a good answer, for as long as the limit allows; 0 is that of a step.
func (c *Client) job(ctx context.Context, jobExecutionID string, limit time.Duration) (api.JobExecution, error) {
	var job api.JobExecution
	query := `id=="` + jobExecutionID + `"`
	err := c.do(ctx, operation{
		name: opJob, safe: true, renews: true, limit: limit,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.GetJobExecutions(ctx, &api.GetJobExecutionsParams{Query: &query}, edit...)
		},
		read: func(_ *watched, answer *http.Response) error {
			body, err := c.readJSON(opJob, answer)
			if err != nil {
				return err
			}
			jobs, _, err := readJobs(body)
			if err != nil {
				return c.misfit(opJob, answer, body, err)
			}
			for _, job = range jobs {
				if strings.EqualFold(job.Id, jobExecutionID) {
					job.Id = jobExecutionID
					c.secrets.hush(&job)
					c.tell(answer, Event{Step: StepJob, Message: describe(job), Job: new(job)})
					return nil
				}
			}
			e := c.unusable(opJob, answer, "no job %s", quoted(jobExecutionID))
			e.Body, e.Hint, e.absent = c.secrets.excerpt(body), "check the id; a job can also be deleted", true
			return e
		},
	})
	if err != nil {
		return api.JobExecution{}, err
	}
	return job, nil
}

// readJobs reads a collection, as every server sends it, or the job alone, as the guide prints it. The total is that of
// all that were found.
func readJobs(body []byte) (jobs []api.JobExecution, total int, err error) {
	var list struct {
		JobExecutions *[]anyJob `json:"jobExecutions"`
		TotalRecords  int       `json:"totalRecords"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, 0, err
	}
	if list.JobExecutions == nil {
		list.JobExecutions = &[]anyJob{{}}
		if err := json.Unmarshal(body, &(*list.JobExecutions)[0]); err != nil {
			return nil, 0, err
		}
	}
	jobs = []api.JobExecution{} // which JSON shows as a list, too
	for _, j := range *list.JobExecutions {
		j.JobExecution.Progress = j.Progress.plain()
		jobs = append(jobs, j.JobExecution)
	}
	return jobs, list.TotalRecords, nil
}

// anyJob is a job as any release writes it.
type anyJob struct {
	api.JobExecution
	Progress *anyProgress `json:"progress"`
}

type anyProgress struct {
	api.JobProgress
	Failed failures `json:"failed"`
}

// failures is a number, or in mod-data-export 4.8 alone an object: {"duplicatedSrs": 0, "otherFailed": 1}.
type failures struct {
	OtherFailed   int
	DuplicatedSrs *int
}

func (f *failures) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte{'{'}) {
		return json.Unmarshal(data, &f.OtherFailed)
	}
	type object failures
	return json.Unmarshal(data, (*object)(f))
}

func (p *anyProgress) plain() *api.JobProgress {
	if p == nil {
		return nil
	}
	p.JobProgress.Failed = p.Failed.OtherFailed
	p.JobProgress.DuplicatedSrs = cmp.Or(p.JobProgress.DuplicatedSrs, p.Failed.DuplicatedSrs)
	return &p.JobProgress
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
