package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/fauxkapi/fauxkapi/client/rest"
)

// maxJSON bounds an answer that is read as a whole, maxRefusal one that is only quoted; in bytes.
const (
	maxJSON    = 1 << 20
	maxRefusal = 64 << 10
)

// sender is a method of the generated client with its arguments bound.
type sender func(*watched, ...rest.RequestEditorFn) (*http.Response, error)

// operation is one request, and what to do about its answer.
type operation struct {
	name string // for errors: "log in"
	send sender
	read func(*watched, *http.Response) error

	safe      bool          // sent again after a transient failure
	tries     int           // how often at most; 0 means for as long as the limit allows
	limit     time.Duration // for all repetitions; 0 means for as long as a step may take
	streams   bool          // takes its time: it has to move, but not to end with the step
	renews    bool          // sent again, once, with a new token when the old one was refused
	anonymous bool          // sent without a token
	server    string        // for errors, if it is not the gateway

	// idle is asked before an operation that must not be done twice is sent again: whether the first request has had no
	// effect. Nil means that it does not matter.
	idle func(context.Context) bool
}

// do sends op until it has an answer in 2xx that read accepts, or an error.
func (c *Client) do(ctx context.Context, op operation) error {
	troubles := trouble{limit: cmp.Or(op.limit, c.stepTimeout)}
	whole := ctx
	if !op.streams {
		troubles.since = time.Now()
		limited, cancel := context.WithTimeoutCause(ctx, troubles.limit, &overdue{
			KindServer, fmt.Sprintf("%s gave no answer that helps within %v", cmp.Or(op.server, c.base), troubles.limit),
		})
		defer cancel()
		ctx = limited
	}
	refused := "" // a token, of which no more use is made
	for renewed := false; ; {
		token, err := c.credential(ctx, op, refused)
		if err == nil {
			refused = ""
			err = c.attempt(ctx, op, token)
		}
		failure, _ := errors.AsType[*Error](err)
		switch {
		case failure == nil:
			return err
		case op.renews && !renewed && c.session.username != "" && failure.Op == op.name && failure.refusedToken() && (op.idle == nil || op.idle(ctx)):
			renewed, refused = true, token
		case failure.overdue() && ctx.Err() != nil && troubles.last != nil:
			return troubles.last // says more
		case op.repeats(failure) && troubles.failures+1 != op.tries:
			if err := c.again(whole, op.name, &troubles, failure); err != nil {
				return err
			}
		default:
			return failure
		}
	}
}

// credential is what op is sent with: a token other than the one that was refused, or none.
func (c *Client) credential(ctx context.Context, op operation, refused string) (string, error) {
	if op.anonymous {
		return "", nil
	}
	return c.session.token(ctx, c, refused)
}

// repeats reports whether op may be sent again after a failure. A login that comes to nothing has had its own
// repetitions, but a token can expire in the midst of an outage that op is to outlast.
func (op operation) repeats(failure *Error) bool {
	if failure.Op != op.name {
		return failure.transient && op.limit > 0
	}
	return failure.transient && (op.safe || failure.unsent)
}

// refusedToken reports whether the gateway turned a request away before any module saw it. mod-authtoken 2.15.1 and
// later answer a token that has gone missing with 400; Stripes treats both alike.
func (e *Error) refusedToken() bool {
	return e.Status == http.StatusUnauthorized ||
		e.Status == http.StatusBadRequest && strings.HasPrefix(e.Body, "Token missing, access requires permission")
}

func (c *Client) attempt(ctx context.Context, op operation, token string) error {
	watched := watch(ctx, c.callTimeout)
	defer watched.stop()
	var editors []rest.RequestEditorFn
	if token != "" {
		editors = append(editors, func(_ context.Context, r *http.Request) error {
			r.Header.Set("X-Okapi-Token", token)
			return nil
		})
	}
	answer, err := op.send(watched, editors...)
	if err == nil {
		defer answer.Body.Close()
		c.reached.Store(true)
		if answer.StatusCode/100 != 2 {
			return c.refusal(op, answer)
		}
		err = op.read(watched, answer)
	}
	if _, ours := errors.AsType[*Error](err); err == nil || ours {
		return err
	}
	return c.noAnswer(watched, op, err)
}

// noAnswer is a request that got no answer, or only a part of one; watched is the context that it was sent with. The URL
// that net/http puts into its errors is left out: that of a link is a secret.
func (c *Client) noAnswer(watched *watched, op operation, err error) *Error {
	server := cmp.Or(op.server, c.base)
	switch cause := context.Cause(watched); {
	case cause == errStalled:
		return &Error{
			Kind: KindServer, Op: op.name, Err: cause, transient: true,
			Message: fmt.Sprintf("%s went silent for %v", server, c.callTimeout),
			Hint:    "try again later",
		}
	case cause != nil:
		return interrupted(watched, op.name)
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	// Whether net/http puts this before a cause depends on which of its goroutines was first.
	text := strings.TrimPrefix(err.Error(), "net/http: HTTP/1.x transport connection broken: ")
	dial, _ := errors.AsType[*net.OpError](err)
	return &Error{
		Kind: KindServer, Op: op.name, Err: c.secrets.cause(err),
		transient: !errors.Is(err, errRedirect) && (c.reached.Load() || brokeOff(err)),
		unsent:    dial != nil && dial.Op == "dial",
		Message:   fmt.Sprintf("no answer from %s (%s)", server, printable(c.secrets.hide(text), excerptSize)),
		Hint:      "check the URL and whether the server is running",
	}
}

// brokeOff reports whether there was a connection, so that somebody is there even if nobody has ever answered.
func brokeOff(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

// decode reads a bounded JSON answer. It looks at the content type first: a proxy's page comes with 200 too.
func decode[T any](c *Client, op string, answer *http.Response) (T, error) {
	var value T
	body, err := c.readJSON(op, answer)
	if err != nil {
		return value, err
	}
	if err := json.Unmarshal(body, &value); err != nil {
		return value, c.misfit(op, answer, body, err)
	}
	return value, nil
}

// misfit is JSON of another shape, or none.
func (c *Client) misfit(op string, answer *http.Response, body []byte, err error) *Error {
	e := c.unusable(op, answer, "JSON that does not fit: %s", printable(c.secrets.hide(err.Error()), excerptSize))
	e.Body, e.Err = c.secrets.excerpt(body), c.secrets.cause(err)
	return e
}

func (c *Client) readJSON(op string, answer *http.Response) ([]byte, error) {
	if err := c.wantJSON(op, answer); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxJSON+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxJSON {
		return nil, c.unusable(op, answer, "more than %d bytes of JSON", maxJSON)
	}
	return body, nil
}

func (c *Client) wantJSON(op string, answer *http.Response) error {
	given := answer.Header.Get("Content-Type")
	if media, _, err := mime.ParseMediaType(given); err == nil && media == "application/json" {
		return nil
	}
	body, _ := io.ReadAll(io.LimitReader(answer.Body, maxRefusal)) // a part is as good for quoting
	e := c.unusable(op, answer, "content of type %s, not JSON", quoted(given))
	e.Body = c.secrets.excerpt(body)
	return e
}
