package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Defaults of Patience.
const (
	DefaultTimeout      = 10 * time.Minute
	DefaultPollInterval = 5 * time.Second
)

// lastLook is how long the poll at the deadline itself may take.
const lastLook = 2 * time.Second

// Patience says how long to wait for a job and how often to look.
type Patience struct {
	Timeout      time.Duration // 0 means DefaultTimeout
	PollInterval time.Duration // the longest pause between two looks; 0 means DefaultPollInterval
}

func (p Patience) normal() (Patience, error) {
	if p.Timeout < 0 || p.PollInterval < 0 {
		return p, &Error{Kind: KindInput, Op: opJob, Message: "a time limit or an interval is negative", Hint: "give a duration such as 10m"}
	}
	if p.Timeout == 0 {
		p.Timeout = DefaultTimeout
	}
	if p.PollInterval == 0 {
		p.PollInterval = DefaultPollInterval
	}
	return p, nil
}

// pause is the time between two looks at a job that was started so long ago: after a quarter, a half and one second,
// then once a second up to the tenth, then at the interval, and never longer than that.
func (p Patience) pause(elapsed time.Duration) time.Duration {
	pause := p.PollInterval
	switch {
	case elapsed < time.Second/2:
		pause = time.Second / 4
	case elapsed < time.Second:
		pause = time.Second / 2
	case elapsed < 10*time.Second:
		pause = time.Second
	}
	return min(pause, p.PollInterval)
}

// Wait looks at a job until it has ended, and returns what it saw last, also beside an error. A job that ended in FAIL
// is an error of KindFailed, one that did not end in time of KindTimeout. Nobody looks again after the end.
func (c *Client) Wait(ctx context.Context, jobExecutionID string, patience Patience) (api.JobExecution, error) {
	patience, err := patience.normal()
	if err != nil {
		return api.JobExecution{}, err
	}
	job := api.JobExecution{Id: jobExecutionID, Status: api.JobExecutionStatusNew}
	start := time.Now()
	for {
		left := patience.Timeout - time.Since(start)
		if err := sleep(ctx, opJob, min(patience.pause(time.Since(start)), left)); err != nil {
			return job, ofJob(err, job)
		}
		last := time.Since(start) >= patience.Timeout
		seen, err := c.look(ctx, jobExecutionID, start.Add(patience.Timeout+lastLook))
		switch {
		case err == nil:
			job = seen
		case errors.Is(err, errLate):
			last = true
		default:
			return job, ofJob(err, job)
		}
		switch {
		case job.Status == api.JobExecutionStatusFail:
			return job, failed(job)
		case lifecycle.Final(job.Status):
			return job, nil
		case last:
			return job, ofJob(&Error{
				Kind: KindTimeout, Op: opJob,
				Message: fmt.Sprintf("job %s has not ended within %v, it is %s", job.Id, patience.Timeout, describe(job)),
				Hint:    "it may still end: look again before you start another",
			}, job)
		}
	}
}

var errLate = errors.New("the time for the job is over")

func (c *Client) look(ctx context.Context, jobExecutionID string, deadline time.Time) (api.JobExecution, error) {
	limited, cancel := context.WithDeadlineCause(ctx, deadline, errLate)
	defer cancel()
	return c.Job(limited, jobExecutionID)
}

func failed(job api.JobExecution) error {
	message := fmt.Sprintf("job %s ended in FAIL", job.Id)
	if job.HrId != nil {
		message = fmt.Sprintf("job %s (%s) ended in FAIL", job.HrId, job.Id)
	}
	if p := job.Progress; p != nil {
		message += fmt.Sprintf(", %d of %d exported", p.Exported, p.Total.Value)
	}
	return ofJob(&Error{
		Kind: KindFailed, Op: opJob, Message: message,
		Hint: "check that the tenant has these ids and that the job profile is for their kind",
	}, job)
}

// ofJob adds to an error which job it is about.
func ofJob(err error, job api.JobExecution) error {
	if e, ok := errors.AsType[*Error](err); ok {
		e.JobExecutionID, e.JobStatus = job.Id, job.Status
	}
	return err
}
