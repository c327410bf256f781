package rehearsal

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// performance is what the program did, seen from outside.
type performance struct {
	exit     int
	stopped  reason // why it was ended, if it did not end by itself
	output   string
	requests []mockserver.Exchange // of the program, as far as they are remembered
}

// reason is why a program was ended.
type reason string

const (
	byItself     reason = ""
	overLimit    reason = "limit"
	pollsEnded   reason = "polls a job that has ended"
	pollsForEver reason = "polls a job that never ends"
	pollsRefused reason = "polls with a token that is refused"
)

// perform runs the program to its end, or until it is clear that there is none.
func (s *stage) perform(ctx context.Context, env []string) (performance, error) {
	var output bounded
	program := exec.Command(s.plan.Command[0], s.plan.Command[1:]...)
	program.Env = env
	program.Stdout, program.Stderr = &output, &output
	// A child that outlives the program holds its streams open.
	program.WaitDelay = 200 * time.Millisecond
	group, err := startGroup(program)
	if err != nil {
		return performance{}, fmt.Errorf("the program %q cannot be started: %w", s.plan.Command[0], err)
	}
	done := make(chan error, 1)
	go func() { done <- program.Wait() }()
	stopped, exited := s.watch(ctx, done)
	group.end()
	if !exited {
		<-done
	}
	if ctx.Err() != nil {
		return performance{}, context.Cause(ctx)
	}
	p := performance{exit: program.ProcessState.ExitCode(), stopped: stopped, output: output.String()}
	p.requests = s.requests()
	return p, nil
}

// watch waits until the program ends, or says why it has to be ended.
func (s *stage) watch(ctx context.Context, done <-chan error) (stopped reason, exited bool) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return byItself, true
		case <-ctx.Done():
			return byItself, false
		case <-ticker.C:
			if why := s.hopeless(); why != byItself {
				return why, false
			}
		}
	}
}

// hopeless tells whether waiting longer cannot change the verdict.
func (s *stage) hopeless() reason {
	passed := time.Since(s.began)
	requests := s.requests()
	looks := looksOf(requests)
	switch {
	case pollsAfter(pollsOf(requests)) >= pollsAfterEnd:
		return pollsEnded
	case s.story.Expect.Outcome == scenarios.OutcomeTimeout && s.overTime(looks):
		return pollsForEver
	case refused(looks) >= pollsAfterEnd && s.overTime(looks):
		return pollsRefused
	case passed > s.plan.Limit:
		return overLimit
	}
	return byItself
}

// overTime tells whether a program has looked for a job for longer than it was
// asked to; one whose sleeps take no time has counted them.
func (s *stage) overTime(looks []mockserver.Exchange) bool {
	if len(looks) == 0 {
		return false
	}
	patience := s.plan.Timeout + max(s.plan.Timeout/3, time.Second)
	most := int(patience / s.plan.PollInterval)
	if s.plan.FastSleep {
		return len(looks) > 2*most
	}
	return time.Since(looks[0].Real) > patience
}

// requests are those of the program.
func (s *stage) requests() []mockserver.Exchange {
	var sent []mockserver.Exchange
	for _, e := range s.server.Journal() {
		if e.Number > s.before {
			sent = append(sent, e)
		}
	}
	return sent
}

// looksOf are the requests for jobs, whatever their answer.
func looksOf(requests []mockserver.Exchange) (looks []mockserver.Exchange) {
	for _, e := range requests {
		if e.Operation == "getJobExecutions" {
			looks = append(looks, e)
		}
	}
	return looks
}

// refused counts the last requests of all that were refused for their token.
func refused(looks []mockserver.Exchange) (n int) {
	for _, e := range slices.Backward(looks) {
		if e.Status != http.StatusUnauthorized {
			break
		}
		n++
	}
	return n
}

// pollsOf are the requests that saw one job.
func pollsOf(requests []mockserver.Exchange) (polls []mockserver.Exchange) {
	for _, e := range requests {
		if e.Operation == "getJobExecutions" && e.Status == http.StatusOK && e.Job != nil {
			polls = append(polls, e)
		}
	}
	return polls
}

// pollsAfter counts the polls after the one that told of the end.
func pollsAfter(polls []mockserver.Exchange) (n int) {
	for i, e := range polls {
		if i > 0 && lifecycle.Final(polls[i-1].Job.After) && e.Job.ID == polls[i-1].Job.ID {
			n++
		}
	}
	return n
}
