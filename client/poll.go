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

// The pauses between two looks grow to a part of the job's age, as long as that is not more than the longest.
const (
	pausePart   = 50
	longestLook = time.Minute
)

// Patience says how long to wait for a job and how often to look.
type Patience struct {
	Timeout      time.Duration // 0 means DefaultTimeout
	PollInterval time.Duration // the pause between two looks, see Wait; 0 means DefaultPollInterval
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

// pause is the time between two looks at a job that was started so long ago.
func (p Patience) pause(elapsed time.Duration) time.Duration {
	switch {
	case elapsed < time.Second/2:
		return min(time.Second/4, p.PollInterval)
	case elapsed < time.Second:
		return min(time.Second/2, p.PollInterval)
	case elapsed < 10*time.Second:
		return min(time.Second, p.PollInterval)
	}
	return max(p.PollInterval, min(elapsed/pausePart, longestLook))
}

// Wait looks at a job until it has ended, and returns what it saw last, also beside an error. A job that ended in FAIL
// is an error of KindFailed, one that did not end in time of KindTimeout. Nobody looks again after the end.
//
// A server in trouble is looked at until the OutageTimeout of the configuration has passed without one good answer.
//
// It looks after a quarter, a half and one second, once a second up to the tenth, and then at the PollInterval, or after
// a fiftieth of the time so far, up to a minute, if that is more. A shorter PollInterval holds from the beginning.
func (c *Client) Wait(ctx context.Context, jobExecutionID string, patience Patience) (api.JobExecution, error) {
	patience, err := patience.normal()
	if err != nil {
		return api.JobExecution{}, err
	}
	job := api.JobExecution{Id: jobExecutionID, Status: api.JobExecutionStatusNew}
	start := time.Now()
	var known time.Time
	for {
		left := patience.Timeout - time.Since(start)
		if err := sleep(ctx, opJob, min(patience.pause(time.Since(start)), left)); err != nil {
			return job, ofJob(lateFor(err, job), job)
		}
		last := time.Since(start) >= patience.Timeout
		seen, err := c.look(ctx, jobExecutionID, start.Add(patience.Timeout+lastLook))
		switch {
		case err == nil:
			job, known = seen, time.Now()
		case errors.Is(err, errLate):
			last = true
		default:
			return job, ofJob(lateFor(err, job), job)
		}
		switch {
		case job.Status == api.JobExecutionStatusFail:
			return job, failed(job)
		case lifecycle.Final(job.Status):
			return job, nil
		case last:
			return job, ofJob(unended(job, patience.Timeout, known), job)
		}
	}
}

// unended is a job that has not ended in time, and was seen last at some time, if ever.
func unended(job api.JobExecution, limit time.Duration, seen time.Time) *Error {
	stands := "it is " + describe(job)
	if ago := time.Since(seen); seen.IsZero() {
		stands = "as no look at it got an answer"
	} else if ago >= time.Second {
		stands = fmt.Sprintf("it was %s %v ago, and there is no answer since", describe(job), ago.Round(time.Second))
	}
	return &Error{
		Kind: KindTimeout, Op: opJob, Message: fmt.Sprintf("job %s has not ended within %v, %s", job.Id, limit, stands),
		Hint: "it may still end: look again before you start another",
	}
}

// lateFor adds to the end of a whole export where its job stood.
func lateFor(err error, job api.JobExecution) error {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == KindTimeout {
		e.Message += fmt.Sprintf(": job %s is %s", job.Id, describe(job))
		e.Hint = "the job may still end: look again before you start another"
	}
	return err
}

var errLate = errors.New("the time for the job is over")

func (c *Client) look(ctx context.Context, jobExecutionID string, deadline time.Time) (api.JobExecution, error) {
	limited, cancel := context.WithDeadlineCause(ctx, deadline, errLate)
	defer cancel()
	return c.job(limited, jobExecutionID, c.outageTimeout)
}

func failed(job api.JobExecution) error {
	message := fmt.Sprintf("job %s ended in FAIL", job.Id)
	if job.HrId != nil {
		message = fmt.Sprintf("job %s (%s) ended in FAIL", job.HrId, job.Id)
	}
	if p := job.Progress; p != nil {
		message += fmt.Sprintf(", %d of %d exported", p.Exported, p.Total.Value)
	}
	hint := "see `fauxkapi jobs explain " + job.Id + "`"
	if job.Progress != nil && job.Progress.Failed > 0 {
		hint = "check that the tenant has these ids and that the job profile is for their kind"
	}
	return ofJob(&Error{Kind: KindFailed, Op: opJob, Message: message, Hint: hint}, job)
}

// ofJob adds to an error which job it is about.
func ofJob(err error, job api.JobExecution) error {
	if e, ok := errors.AsType[*Error](err); ok {
		e.JobExecutionID, e.JobStatus = job.Id, job.Status
	}
	return err
}
