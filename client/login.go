package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// The cookies in which tokens come.
const (
	accessCookie  = "folioAccessToken"
	refreshCookie = "folioRefreshToken"
)

// maxToken bounds a token, in bytes. Keycloak's have one or two thousand, and Kong takes 32 KiB of headers in all.
const maxToken = 16 << 10

// login tries the login whose token expires, then the one that came before it.
func (c *Client) login(ctx context.Context, tries int) (grant, error) {
	credentials := api.LoginRequest{Username: &c.session.username, Password: &c.session.password}
	done := "logged in as " + c.session.username
	got, err := c.granted(ctx, tries, done, func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
		return c.rest.LoginWithExpiry(ctx, credentials, edit...)
	})
	if failure, ok := errors.AsType[*Error](err); ok && failure.Status == http.StatusNotFound && !failure.transient {
		got, err = c.granted(ctx, tries, done, func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.Login(ctx, credentials, edit...)
		})
	}
	return got, err
}

// granted sends what is answered with a token.
func (c *Client) granted(ctx context.Context, tries int, done string, send sender) (grant, error) {
	var got grant
	var sent time.Time
	err := c.do(ctx, operation{
		name: opLogin, safe: true, tries: tries, anonymous: true,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			sent = time.Now()
			return send(ctx, edit...)
		},
		read: func(_ *watched, answer *http.Response) (err error) {
			if got, err = c.readGrant(answer, sent); err != nil {
				return err
			}
			c.secrets.learn(got.token, got.refresh)
			c.tell(answer, Event{Step: StepLogin, Message: done})
			return nil
		},
	})
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

// readGrant takes the tokens from where the release puts them. A life is counted from when the request was sent, and is
// 0 if the token does not expire or nobody says. No error quotes the body: it can hold a token that is not known yet,
// and mod-login before 7.6 sends back the password.
func (c *Client) readGrant(answer *http.Response, sent time.Time) (grant, error) {
	var got grant
	var life time.Duration
	for _, cookie := range answer.Cookies() {
		if !c.ours(cookie) {
			continue
		}
		age := time.Duration(min(cookie.MaxAge, int(maxLife/time.Second))) * time.Second
		switch cookie.Name {
		case accessCookie:
			got.token, life = cookie.Value, age
		case refreshCookie:
			got.refresh, got.refreshUntil = cookie.Value, sent.Add(age)
		}
	}
	if got.token == "" || life <= 0 {
		body, err := decode[struct {
			api.LegacyToken
			api.TokenExpiration
		}](c, opLogin, answer)
		if got.token == "" {
			got.token = answer.Header.Get("X-Okapi-Token")
		}
		if got.token == "" && body.OkapiToken != nil {
			got.token = *body.OkapiToken
		}
		// An instant of the server's is only compared with the server's own clock.
		date, dateErr := http.ParseTime(answer.Header.Get("Date"))
		if err == nil && dateErr == nil && !body.AccessTokenExpiration.IsZero() {
			life = min(body.AccessTokenExpiration.Sub(date), maxLife)
		}
	}
	if got.token == "" || len(got.token) > maxToken || !headerSafe(got.token) {
		return grant{}, c.unusable(opLogin, answer, "no token that can be used")
	}
	if life > 0 {
		got.renewAt, got.expires = sent.Add(life*renewPercent/100), sent.Add(life)
	}
	return got, nil
}

// ours reports whether a cookie is for the server that set it, and fit to be sent back.
func (c *Client) ours(cookie *http.Cookie) bool {
	base, err := url.Parse(c.base)
	if err != nil || len(cookie.Value) > maxToken || !headerSafe(cookie.Value) {
		return false
	}
	host, domain := strings.ToLower(base.Hostname()), strings.ToLower(strings.TrimPrefix(cookie.Domain, "."))
	return domain == "" || host == domain || strings.HasSuffix(host, "."+domain)
}
