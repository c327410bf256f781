package client

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// The pauses before a request is sent again grow from the first to the longest.
const (
	firstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second
)

// trouble is what has gone wrong in a row within one step.
type trouble struct {
	limit    time.Duration // how long it may go on; 0 means for as long as a step may take
	since    time.Time     // from here on the time of the step counts; zero means from the first failure
	failures int
	last     *Error
}

// again waits before a request is sent again. When it would be sent too late for its step, it returns the failure.
func (c *Client) again(ctx context.Context, op string, t *trouble, failure *Error) error {
	if t.since.IsZero() {
		t.since = time.Now()
	}
	limit := cmp.Or(t.limit, c.stepTimeout)
	pause := failure.retryAfter + backoff(t.failures)
	t.failures++
	t.last = failure
	if time.Since(t.since)+pause >= limit {
		if failure.retryAfter >= limit {
			failure.Hint = fmt.Sprintf("it wants to be left alone for %v: try again after that", failure.retryAfter)
		}
		return failure
	}
	c.trouble(op, failure, "again "+shortly(pause))
	return sleep(ctx, op, pause)
}

func shortly(pause time.Duration) string {
	if pause < time.Second {
		return "in a moment"
	}
	return "in " + pause.Round(time.Second).String()
}

// backoff is a pause of any length up to a bound that doubles, so that many clients do not come back together.
func backoff(failures int) time.Duration {
	bound := longestPause
	if failures < 6 {
		bound = min(firstPause<<failures, longestPause)
	}
	return rand.N(bound)
}

// maxRetryAfter keeps what a server may ask for within what can be reckoned with.
const maxRetryAfter = 24 * time.Hour

// retryAfter is how long a server wants to be left alone: in seconds, or until an instant, which is compared with the
// server's own clock and never with ours. It is 0 if the server does not say.
func retryAfter(header http.Header) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	until, err := http.ParseTime(value)
	now, err2 := http.ParseTime(header.Get("Date"))
	if err != nil || err2 != nil {
		return 0
	}
	return min(max(until.Sub(now), 0), maxRetryAfter)
}

// sleep waits unless the caller gives up.
func sleep(ctx context.Context, op string, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return interrupted(ctx, op)
	}
}
