package client

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// session keeps the one credential of a client.
type session struct {
	username, password string

	// lock holds one value; who has taken it may look and log in. A channel, so that waiting ends with the context.
	lock    chan struct{}
	current grant
	refused *Error // a login that was refused is not repeated: the fifth blocks the account
}

// grant is a token with its times on this machine's monotonic clock; both zero if it does not expire.
type grant struct {
	token   string
	renewAt time.Time
	expires time.Time
}

const (
	// renewPercent is the part of a token's life after which it is renewed.
	renewPercent = 80
	// maxLife keeps what a server may say within what can be reckoned with.
	maxLife = 365 * 24 * time.Hour
)

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
	have := s.current
	switch now := time.Now(); {
	case have.token != "" && have.token != stale && (have.renewAt.IsZero() || now.Before(have.renewAt)):
		return have.token, nil
	case s.username == "":
		return have.token, nil
	case s.refused != nil:
		return "", new(*s.refused)
	}
	got, err := c.login(ctx)
	failure, _ := errors.AsType[*Error](err)
	switch {
	case err == nil:
		s.current = got
	case failure != nil && failure.Kind == KindAccess:
		s.refused = new(*failure)
		return "", err
	case have.token == stale || !time.Now().Before(have.expires):
		return "", err
	} // otherwise what we have is good for a little longer, and the server for a better moment
	return s.current.token, nil
}

// Login logs in unless a token is at hand that is good for a while. The other methods do it by themselves; who calls it
// first learns of a wrong password early.
func (c *Client) Login(ctx context.Context) error {
	_, err := c.session.token(ctx, c, "")
	return err
}

// login tries the login whose token expires, then the one that came before it.
func (c *Client) login(ctx context.Context) (grant, error) {
	credentials := api.LoginRequest{Username: &c.session.username, Password: &c.session.password}
	got, err := c.loginBy(ctx, func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
		return c.rest.LoginWithExpiry(ctx, credentials, edit...)
	})
	if failure, ok := errors.AsType[*Error](err); ok && failure.Status == http.StatusNotFound {
		got, err = c.loginBy(ctx, func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.Login(ctx, credentials, edit...)
		})
	}
	return got, err
}

func (c *Client) loginBy(ctx context.Context, send sender) (grant, error) {
	var got grant
	sent := time.Now()
	err := c.do(ctx, operation{name: opLogin, send: send, safe: true, anonymous: true, read: func(_ *watched, answer *http.Response) error {
		token, life, err := c.readToken(answer)
		if err != nil {
			return err
		}
		got.token = token
		if life > 0 {
			got.renewAt, got.expires = sent.Add(life*renewPercent/100), sent.Add(life)
		}
		c.secrets.add(token)
		c.tell(answer, Event{Step: StepLogin, Message: "logged in as " + c.session.username})
		return nil
	}})
	if failure, ok := errors.AsType[*Error](err); ok {
		switch failure.Status {
		case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity:
			if !failure.unknownTenant() {
				failure.Hint = "check the user name, the password and the tenant; a refused login is not repeated"
			}
			failure.Kind = KindAccess
		case http.StatusNotFound:
			failure.Hint = "check the base URL and the tenant: there is no login at that address"
		}
	}
	return got, err
}

// readToken takes the token from where the release puts it; its life is 0 if it does not expire or nobody says. No error
// quotes the body: it can hold a token that is not known yet, and mod-login before 7.6 sends back the password.
func (c *Client) readToken(answer *http.Response) (token string, life time.Duration, err error) {
	for _, cookie := range answer.Cookies() {
		if cookie.Name == "folioAccessToken" && cookie.Value != "" {
			token, life = cookie.Value, time.Duration(min(cookie.MaxAge, int(maxLife/time.Second)))*time.Second
		}
	}
	if token != "" && life > 0 {
		return token, life, nil
	}
	body, err := decode[struct {
		api.LegacyToken
		api.TokenExpiration
	}](c, opLogin, answer)
	if token == "" {
		token = answer.Header.Get("X-Okapi-Token")
	}
	if token == "" && body.OkapiToken != nil {
		token = *body.OkapiToken
	}
	if token == "" || !headerSafe(token) {
		return "", 0, c.unusable(opLogin, answer, "no token that can be used")
	}
	// An instant of the server's is only compared with the server's own clock.
	date, dateErr := http.ParseTime(answer.Header.Get("Date"))
	if err == nil && dateErr == nil && !body.AccessTokenExpiration.IsZero() {
		life = min(body.AccessTokenExpiration.Sub(date), maxLife)
	}
	return token, life, nil
}
