package client

import (
	"fmt"
	"net/http"
	"time"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Kind is whose turn it is after an error.
type Kind uint8

const (
	// KindOther is none of the others: the caller's context ended, or the output could not be written.
	KindOther Kind = iota
	// KindInput is for the caller to correct: configuration, ids, profile. Nothing was started.
	KindInput
	// KindAccess is a refused login, a refused token, or a permission that is missing.
	KindAccess
	// KindServer is a server that does not answer, or not as it should.
	KindServer
	// KindFailed is a job that ended in FAIL.
	KindFailed
	// KindTimeout is a job, or a whole export, that did not end in time; a job may still be running.
	KindTimeout
)

func (k Kind) String() string {
	switch k {
	case KindInput:
		return "input"
	case KindAccess:
		return "access"
	case KindServer:
		return "server"
	case KindFailed:
		return "failed"
	case KindTimeout:
		return "timeout"
	}
	return "other"
}

// Error is every error of this package. Its text is one sentence: what was being done, what happened, what to do.
type Error struct {
	Kind    Kind
	Op      string // what was being done: "log in"
	Message string // what happened
	Hint    string // what to do; may be empty

	Status int    // of the HTTP answer, 0 if there was none
	Body   string // at most 200 bytes of that answer, printable, without secrets

	JobExecutionID string // once there is a job
	JobStatus      api.JobExecutionStatus

	Err error // the cause, if another package reported one

	transient  bool          // the same request may well succeed a moment later
	unsent     bool          // nobody can have seen the request
	absent     bool          // the server has no such job
	retryAfter time.Duration // how long the server wants to be left alone
}

// unsettled reports whether op may have been done although there is no good answer to it.
func (e *Error) unsettled(op string) bool {
	return e.Op == op && e.Kind == KindServer && !e.unsent &&
		(e.transient || e.Status == 0 || e.Status/100 == 2 || e.Status >= http.StatusInternalServerError)
}

func (e *Error) Error() string {
	text := e.Message
	if e.Op != "" {
		text = e.Op + ": " + text
	}
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// unusable is an answer that came with a good status and cannot be used.
func (c *Client) unusable(op string, r *http.Response, format string, args ...any) *Error {
	return &Error{
		Kind: KindServer, Op: op, Status: r.StatusCode,
		Message: fmt.Sprintf("%s answered %d with ", c.base, r.StatusCode) + c.secrets.hide(fmt.Sprintf(format, args...)),
		Hint:    "check that the URL is that of a FOLIO gateway",
	}
}
