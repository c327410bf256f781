package client

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const (
	opJobs = "look for jobs"
	opLogs = "read the error log"

	maxLogRows = 100_000
	logPage    = 200
)

// Jobs returns a page of the jobs that a CQL query finds, and how many it finds in all. An empty query finds all of them.
func (c *Client) Jobs(ctx context.Context, query string, limit int) (jobs []api.JobExecution, total int, err error) {
	params := &api.GetJobExecutionsParams{Limit: &limit}
	if query != "" {
		params.Query = &query
	}
	err = c.do(ctx, operation{
		name: opJobs, safe: true, renews: true,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.GetJobExecutions(ctx, params, edit...)
		},
		read: func(_ *watched, answer *http.Response) error {
			body, err := c.readJSON(opJobs, answer)
			if err != nil {
				return err
			}
			if jobs, total, err = readJobs(body); err != nil {
				return c.misfit(opJobs, answer, body, err)
			}
			c.secrets.hush(&jobs)
			return nil
		},
	})
	return jobs, total, err
}

// FindJob returns a job by its id, or by the number that people see. Since mod-data-export 5.0 the index of that number is
// hrid, before it was hrId.
func (c *Client) FindJob(ctx context.Context, idOrHRID string) (api.JobExecution, error) {
	if isUUID(idOrHRID) {
		job, err := c.Job(ctx, idOrHRID)
		if failure, ok := err.(*Error); ok && failure.absent {
			return job, c.noJob("id " + idOrHRID)
		}
		return job, err
	}
	if n, err := strconv.ParseUint(idOrHRID, 10, 31); err != nil || n == 0 {
		return api.JobExecution{}, &Error{
			Kind: KindInput, Op: opJob, Message: quoted(idOrHRID) + " is neither an id nor a number of a job",
			Hint: "give the UUID of the job, or the number that FOLIO shows",
		}
	}
	for _, index := range []string{"hrid", "hrId"} {
		jobs, _, err := c.Jobs(ctx, index+"=="+idOrHRID, 2)
		failure, refused := err.(*Error)
		switch {
		case refused && failure.Status != http.StatusBadRequest: // an index that this version does not know
			return api.JobExecution{}, err
		case len(jobs) == 1:
			return jobs[0], nil
		case len(jobs) > 1:
			return api.JobExecution{}, &Error{
				Kind: KindServer, Op: opJob, Message: fmt.Sprintf("%s has several jobs with the number %s", c.base, idOrHRID),
				Hint: "give the UUID of the job",
			}
		}
	}
	return api.JobExecution{}, c.noJob("number " + idOrHRID)
}

// noJob is the error about a job that was asked for by what people call it.
func (c *Client) noJob(name string) *Error {
	return &Error{
		Kind: KindInput, Op: opJob, Message: fmt.Sprintf("there is no job with the %s at %s", name, c.base),
		Hint: "look at `fauxkapi jobs list`: it may have been deleted",
	}
}

// Logs returns the error log of a job, 100,000 rows at most. It is nil, without an error, when the server has none: before
// mod-data-export 3.0 there is no such path.
func (c *Client) Logs(ctx context.Context, jobExecutionID string) ([]api.ErrorLog, error) {
	rows := []api.ErrorLog{}
	for {
		page, err := c.logPage(ctx, jobExecutionID, len(rows))
		if failure, ok := err.(*Error); ok && failure.Status == http.StatusNotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.ErrorLogs...)
		if len(page.ErrorLogs) == 0 || len(rows) >= page.TotalRecords || len(rows) >= maxLogRows {
			return rows, nil
		}
	}
}

func (c *Client) logPage(ctx context.Context, jobExecutionID string, offset int) (page api.ErrorLogCollection, err error) {
	query, limit := "jobExecutionId=="+jobExecutionID, logPage
	err = c.do(ctx, operation{
		name: opLogs, safe: true, renews: true,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.GetLogs(ctx, &api.GetLogsParams{Query: &query, Limit: &limit, Offset: &offset}, edit...)
		},
		read: func(_ *watched, answer *http.Response) (err error) {
			page, err = decode[api.ErrorLogCollection](c, opLogs, answer)
			c.secrets.hush(&page)
			return err
		},
	})
	return page, err
}
