package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os/exec"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// performance is what the program did, seen from outside.
type performance struct {
	exit    int
	stopped reason // why it was ended, if it did not end by itself
	output  string
	testimony
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
		if errors.Is(err, fs.ErrNotExist) {
			err = errors.New("its first line names a program that is not there")
		}
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
	return performance{exit: program.ProcessState.ExitCode(), stopped: stopped, output: output.String()}, nil
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
	seen := s.witness.soFar()
	switch {
	case seen.late >= pollsAfterEnd:
		return pollsEnded
	case s.story.Expect.Outcome == scenarios.OutcomeTimeout && s.overTime(seen):
		return pollsForEver
	case seen.refused >= pollsAfterEnd && s.overTime(seen):
		return pollsRefused
	case time.Since(s.began) > s.plan.Limit:
		return overLimit
	}
	return byItself
}

// overTime tells whether a program has looked for a job for longer than it was
// asked to. One whose sleeps take no time has counted them, or looks at a clock.
func (s *stage) overTime(seen sight) bool {
	if seen.first == nil {
		return false
	}
	patience := s.plan.Timeout + max(s.plan.Timeout/3, time.Second)
	if s.plan.FastSleep && seen.looks <= 2*int(patience/s.plan.PollInterval) {
		return false
	}
	return time.Since(seen.first.Real) > patience
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

// pollsOf are the requests that saw one job.
func pollsOf(requests []mockserver.Exchange) (polls []mockserver.Exchange) {
	for _, e := range looksOf(requests) {
		if e.Status == http.StatusOK && e.Job != nil {
			polls = append(polls, e)
		}
	}
	return polls
}
