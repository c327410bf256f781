package client

import (
	"context"
	"errors"
	"time"
)

// Defaults of the limits in Config.
const (
	// DefaultCallTimeout is more than the 60 s after which a sidecar answers 408 by itself.
	DefaultCallTimeout = 90 * time.Second
	DefaultStepTimeout = 3 * time.Minute
	// DefaultOutageTimeout is for a server that is restarted, or updated by somebody who watches it come back.
	DefaultOutageTimeout = 15 * time.Minute
)

// overdue is the cause of a context that was ended by one of our own limits.
type overdue struct {
	kind Kind
	text string
}

func (o *overdue) Error() string { return o.text }

// overdue reports whether the time of a step is over, this one or one around it.
func (e *Error) overdue() bool {
	late, ok := errors.AsType[*overdue](e.Err)
	return ok && late.kind == KindServer
}

// interrupted is the error of a context that has ended.
func interrupted(ctx context.Context, op string) *Error {
	cause := context.Cause(ctx)
	if late, ok := errors.AsType[*overdue](cause); ok {
		return &Error{Kind: late.kind, Op: op, Message: late.text, Hint: "try again later", Err: late}
	}
	return &Error{Op: op, Message: "interrupted", Err: cause}
}
