package client

import (
	"context"
	"errors"
	"time"
)

// watched is the context of one request. It ends, with errStalled, when the request has not moved for as long as our
// patience lasts.
type watched struct {
	context.Context
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

var errStalled = errors.New("the connection stood still")

func watch(ctx context.Context) *watched {
	ctx, cancel := context.WithCancelCause(ctx)
	return &watched{
		Context: ctx,
		timer:   time.AfterFunc(patience, func() { cancel(errStalled) }),
		cancel:  cancel,
	}
}

// moved says that bytes are flowing. Only what is a stream by nature says so; anything else has to be there in time.
func (w *watched) moved() { w.timer.Reset(patience) }

// outside runs what is the caller's business, and no sign of a server that is silent however long it takes.
func (w *watched) outside(f func()) {
	w.timer.Stop()
	f()
	w.timer.Reset(patience)
}

func (w *watched) stop() {
	w.timer.Stop()
	w.cancel(nil)
}
