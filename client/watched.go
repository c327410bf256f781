package client

import (
	"context"
	"errors"
	"time"
)

// slowest is how many bytes have to pass, within the time of one call, for a stream not to count as silent.
const slowest = 4 << 10

// watched is the context of one request. It ends, with errStalled, when the request has not moved for the time that one
// call may take.
type watched struct {
	context.Context
	limit  time.Duration
	timer  *time.Timer
	cancel context.CancelCauseFunc
	ends   time.Time // when the timer runs out
	passed int       // bytes since it was set
}

var errStalled = errors.New("the connection stood still")

func watch(ctx context.Context, limit time.Duration) *watched {
	ctx, cancel := context.WithCancelCause(ctx)
	return &watched{
		Context: ctx,
		limit:   limit,
		timer:   time.AfterFunc(limit, func() { cancel(errStalled) }),
		ends:    time.Now().Add(limit),
		cancel:  cancel,
	}
}

// moved says that n bytes have passed, or that the request has come to another stage. Only what is a stream by nature
// says so; anything else has to be there in time. A stream that drips does not keep its request alive.
func (w *watched) moved(n int) {
	if w.passed += n; w.passed >= slowest {
		w.restart()
	}
}

func (w *watched) restart() {
	w.passed, w.ends = 0, time.Now().Add(w.limit)
	w.timer.Reset(w.limit)
}

// outside runs what is the caller's business, and no sign of a server that is silent however long it takes.
func (w *watched) outside(f func()) {
	w.timer.Stop()
	left := time.Until(w.ends)
	f()
	w.ends = time.Now().Add(left)
	w.timer.Reset(left)
}

func (w *watched) stop() {
	w.timer.Stop()
	w.cancel(nil)
}
