package client

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/fauxkapi/fauxkapi/client/rest"
)

const (
	// renewPercent is the part of a token's life after which it is renewed.
	renewPercent = 80
	// renewAgain is when a renewal that came to nothing is tried again, as long as the token is good.
	renewAgain = 15 * time.Second
	// maxLife keeps what a server may say within what can be reckoned with.
	maxLife = 365 * 24 * time.Hour
)

// session keeps the one credential of a client.
type session struct {
	username, password string

	// lock holds one value; who has taken it may look and log in. A channel, so that waiting ends with the context.
	lock    chan struct{}
	current grant
	proven  bool   // user and password have been taken before
	refused *Error // a login that was refused is not repeated: the fifth blocks the account
}

// grant is a token with its times on this machine's monotonic clock; both zero if it does not expire.
type grant struct {
	token   string
	renewAt time.Time
	expires time.Time

	refresh      string // traded, once, for the next grant; empty if there is none
	refreshUntil time.Time
}

func newSession(config Config) *session {
	s := &session{username: config.Username, password: config.Password, lock: make(chan struct{}, 1)}
	if s.username == "" {
		s.current.token = config.Token
	}
	return s
}

// token returns one that is good for a while and is not stale, the one that a server has just refused ("" if none).
func (s *session) token(ctx context.Context, c *Client, stale string) (string, error) {
	select {
	case s.lock <- struct{}{}:
		defer func() { <-s.lock }()
	case <-ctx.Done():
		return "", interrupted(ctx, opLogin)
	}
	have, now := s.current, time.Now()
	switch {
	case have.token != "" && have.token != stale && (have.renewAt.IsZero() || now.Before(have.renewAt)):
		return have.token, nil
	case s.username == "":
		return have.token, nil
	case s.refused != nil:
		return "", new(*s.refused)
	}
	good := have.token != "" && have.token != stale && now.Before(have.expires)
	// A refresh token is good for one use, and a second use ends all sessions of its user: whatever comes of this one, it
	// is not sent again. With a token that was refused before its time something is amiss; nothing of it is used then.
	s.current.refresh = ""
	if have.refresh != "" && have.token != stale && now.Before(have.refreshUntil) {
		if got, err := c.refresh(ctx, have.refresh); err == nil {
			s.current = got
			return got.token, nil
		}
	}
	tries := 0
	switch {
	case good:
		tries = 1
	case !s.proven:
		tries = 3 // of the five that block an account, should the answers to wrong ones be lost
	}
	got, err := c.login(ctx, tries)
	failure, _ := errors.AsType[*Error](err)
	switch {
	case err == nil:
		s.current, s.proven = got, true
	case failure != nil && failure.Kind == KindAccess:
		s.refused = new(*failure)
		return "", err
	case !good || !time.Now().Before(have.expires):
		if failure != nil && !s.proven {
			failure.transient = false // it was tried as often as is safe
		}
		return "", err
	default: // what we have is good for a little longer, and the server for a better moment
		s.current.renewAt = time.Now().Add(renewAgain)
	}
	return s.current.token, nil
}

// Login logs in unless a token is at hand that is good for a while. The other methods do it by themselves; who calls it
// first learns of a wrong password early.
func (c *Client) Login(ctx context.Context) error {
	_, err := c.session.token(ctx, c, "")
	return err
}

// refresh trades a refresh token for a new pair.
func (c *Client) refresh(ctx context.Context, token string) (grant, error) {
	return c.granted(ctx, 1, "session renewed", func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
		return c.rest.RefreshToken(ctx, append(edit, func(_ context.Context, r *http.Request) error {
			r.Header.Set("Cookie", refreshCookie+"="+token)
			return nil
		})...)
	})
}
