package mockserver

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// authenticate checks user and password of a login.
func authenticate(c *call) (folio.User, api.LoginRequest, error) {
	var asked api.LoginRequest
	if err := c.decode(&asked); err != nil {
		return folio.User{}, asked, err
	}
	username, id := value(asked.Username), value(asked.UserId)
	switch {
	case username == "" && id == "":
		return folio.User{}, asked, release.Refuse(release.NoUsername)
	case value(asked.Password) == "":
		return folio.User{}, asked, release.Refuse(release.NoPassword)
	}
	c.watchLogin(asked)
	var user folio.User
	err := c.with(func(w *folio.World) (err error) {
		user, err = w.CheckPassword(username, id, value(asked.Password))
		return err
	})
	if err == nil {
		c.effect = user.Username
	}
	return user, asked, err
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// login is the old login: its token travels in a header, the body or both.
func login(c *call) (reply, error) {
	user, asked, err := authenticate(c)
	if err != nil {
		return reply{}, err
	}
	rules := c.server.release.Login
	life := time.Duration(0)
	if rules.LegacyExpires {
		life = rules.Access
	}
	token, err := c.server.tokens.access(c.tenantName, user, c.now, life)
	if err != nil {
		return reply{}, err
	}
	body := api.LegacyToken{OkapiToken: &token}
	var cookies []string
	switch rules.LegacyBody {
	case release.EchoesLogin:
		body = api.LegacyToken{Username: asked.Username, UserId: asked.UserId, Password: asked.Password}
	case release.TokenPair:
		refresh, _ := c.openSession(user)
		body.RefreshToken = &refresh
		cookies = c.server.sessionCookies(token, refresh, c.now)
	}
	answered, err := c.json(http.StatusCreated, body)
	if rules.LegacyHeader {
		answered.add("X-Okapi-Token", token)
	}
	for _, cookie := range cookies {
		answered.add("Set-Cookie", cookie)
	}
	return answered, err
}

func loginWithExpiry(c *call) (reply, error) {
	user, _, err := authenticate(c)
	if err != nil {
		return reply{}, err
	}
	if c.server.release.Login.LegacyBody == release.EchoesLogin {
		c.advise(guideDiffers("the guide's FOLIO had no login that expires; it is here so that today's clients can log in"))
	}
	return c.session(user)
}

// session answers with a new pair of tokens in cookies.
func (c *call) session(user folio.User) (reply, error) {
	rules := c.server.release.Login
	access, err := c.server.tokens.access(c.tenantName, user, c.now, rules.Access)
	if err != nil {
		return reply{}, err
	}
	refresh, expires := c.openSession(user)
	body, err := encode(api.TokenExpiration{
		AccessTokenExpiration:  c.now.Add(rules.Access).UTC().Truncate(time.Second),
		RefreshTokenExpiration: expires.UTC().Truncate(time.Second),
	}, release.Compact)
	answered := reply{status: http.StatusCreated, contentType: "application/json", body: body}
	for _, cookie := range c.server.sessionCookies(access, refresh, c.now) {
		answered.add("Set-Cookie", cookie)
	}
	return answered, err
}

// openSession gives out a refresh token. Behind Okapi it is opaque: five parts,
// the second of them empty, like a JWE with a direct key; so it is here behind
// Keycloak, too.
func (c *call) openSession(user folio.User) (token string, expires time.Time) {
	expires = c.now.Add(c.server.release.Login.Refresh)
	_ = c.with(func(w *folio.World) error { // the command cannot fail
		drawn := w.Draw("refresh token")
		encode := base64.RawURLEncoding.EncodeToString
		token = encode([]byte(`{"alg":"dir","enc":"A256GCM"}`)) + ".." + encode(drawn[:12]) + "." + encode(drawn[:]) + "." + encode(drawn[12:28])
		w.OpenSession(user.ID, token, expires)
		return nil
	})
	return token, expires
}

// sessionCookies are the two cookies in the release's spelling and order of
// attributes.
func (s *Server) sessionCookies(access, refresh string, now time.Time) []string {
	rules := s.release.Login
	cookie := func(name, value, path string, life time.Duration) string {
		age := fmt.Sprintf("Max-Age=%d; Expires=%s", int(life.Seconds()), now.Add(life).UTC().Format(http.TimeFormat))
		where := "Path=" + path
		if rules.PathFirst {
			age, where = where, age
		}
		return fmt.Sprintf("%s=%s; %s; %s; Secure; %s; SameSite=%s", name, value, age, where, rules.HTTPOnly, rules.SameSite)
	}
	return []string{
		cookie("folioAccessToken", access, "/", rules.Access),
		cookie("folioRefreshToken", refresh, "/authn", rules.Refresh),
	}
}

// refreshToken trades a refresh token for a new pair.
func refreshToken(c *call) (reply, error) {
	token, ok := refreshCookie(c.request)
	if !ok {
		return reply{}, release.Refuse(release.NoRefreshCookie)
	}
	var user folio.User
	err := c.with(func(w *folio.World) (err error) {
		if w.Redeemed(token) {
			c.advise(refreshTokenReused())
		}
		user, err = w.Redeem(token)
		return err
	})
	if err != nil {
		return reply{}, err
	}
	c.effect = user.Username
	return c.session(user)
}

// refreshCookie returns the refresh token if it was sent exactly once.
func refreshCookie(r *http.Request) (string, bool) {
	cookies := r.CookiesNamed("folioRefreshToken")
	if len(cookies) != 1 {
		return "", false
	}
	return cookies[0].Value, true
}

// logout revokes the session of the cookie; without any cookie it revokes all
// of the user's. No access token dies of it.
func logout(c *call) (reply, error) {
	err := c.with(func(w *folio.World) error {
		token, ok := refreshCookie(c.request)
		switch {
		case ok:
			return w.CloseSession(token)
		case c.request.Header.Get("Cookie") != "" && c.server.release.Gateway.Flavour == release.Okapi:
			return release.Refuse(release.LogoutWithoutRefresh)
		case !c.loggedIn && c.server.release.Gateway.Flavour == release.Eureka:
			return release.Refuse(release.LogoutWithoutUser)
		}
		w.CloseSessions(c.user.ID)
		return nil
	})
	if err != nil {
		return reply{}, err
	}
	answered := noContent()
	for _, place := range [][2]string{{"folioAccessToken", "/"}, {"folioRefreshToken", "/authn"}} {
		answered.add("Set-Cookie", fmt.Sprintf(c.server.release.Login.ClearedBy, place[0], place[1]))
	}
	return answered, nil
}
