package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// maxDoubt is how often a job is looked at that may have been started, with growing pauses over half a minute in all:
// assumption A60.
const maxDoubt = 7

// StartExport is step 4. A second export of a definition would be a second job, or one that hangs, so its request is
// sent once: when the answer is lost, the job tells whether it was started, and if it does not, that is the error. Only
// a request that a gateway has turned away for its token, and that the job knows nothing of, is sent again.
//
// Success says nothing about how the job will end, not even whether its input is any good.
func (c *Client) StartExport(ctx context.Context, fileDefinitionID, jobProfileID string) error {
	return c.startExport(ctx, fileDefinitionID, jobProfileID, "")
}

// startExport is told the job, if it is known; otherwise, at need, it asks the definition for it.
func (c *Client) startExport(ctx context.Context, fileDefinitionID, jobProfileID, jobID string) error {
	job := func(ctx context.Context) (api.JobExecution, error) {
		if jobID == "" {
			definition, err := c.fileDefinition(ctx, opExport, StepExport, fileDefinitionID)
			switch {
			case err != nil:
				return api.JobExecution{}, err
			case definition.JobExecutionId == nil:
				return api.JobExecution{}, &Error{Kind: KindServer, Op: opExport, Message: "the file definition names no job"}
			}
			jobID = *definition.JobExecutionId
		}
		return c.job(ctx, jobID, c.outageTimeout)
	}
	err := c.do(ctx, operation{
		name: opExport, renews: true,
		idle: func(ctx context.Context) bool {
			seen, err := job(ctx)
			return err == nil && !started(seen)
		},
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			// No idType: the module of 2020 refuses what it does not know, and instances are the default.
			return c.rest.StartExport(ctx, api.ExportRequest{FileDefinitionId: fileDefinitionID, JobProfileId: jobProfileID}, edit...)
		},
		read: func(_ *watched, answer *http.Response) error {
			if answer.StatusCode != http.StatusNoContent {
				return c.unusable(opExport, answer, "something else than 204")
			}
			c.tell(answer, Event{Step: StepExport, Message: "accepted"})
			return nil
		},
	})
	failure, ok := errors.AsType[*Error](err)
	if !ok || !failure.unsettled(opExport) {
		return err
	}
	c.trouble(opExport, failure, "its job will tell whether it was started")
	return c.settleExport(ctx, failure, job)
}

// settleExport looks at a job until it shows that its export was started, or for long enough to say that it was not.
// failure is what the request came to.
func (c *Client) settleExport(ctx context.Context, failure *Error, job func(context.Context) (api.JobExecution, error)) error {
	for look := 1; ; look++ {
		seen, err := job(ctx)
		switch {
		case err != nil:
			failure.Hint = "whether the export was started is not known: look at its job before you start another"
			return failure
		case started(seen):
			c.emit(Event{Step: StepExport, Message: "accepted, as its job shows"})
			return nil
		case look == maxDoubt:
			failure.Hint = fmt.Sprintf("job %s is still %s, so the export was not started as far as can be seen: look again before you start another",
				seen.Id, seen.Status)
			return failure
		}
		if err := sleep(ctx, opExport, firstPause<<(look-1)); err != nil {
			return err
		}
	}
}

// started reports whether a job has been told to run. In mod-data-export 2 to 4.3 a job has its number from the
// beginning, and for a moment after the export only its profile shows.
func started(job api.JobExecution) bool {
	return job.Status != api.JobExecutionStatusNew || job.StartedDate != nil || job.JobProfileId != nil && *job.JobProfileId != ""
}
