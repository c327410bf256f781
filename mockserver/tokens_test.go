package mockserver

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
)

// A token is good to the end of its last second; that of the old login for ever,
// where the release has it so.
func TestTokensExpire(t *testing.T) {
	for _, release := range Releases() {
		c := newCaller(t, release)
		user := folio.User{Username: "diku_admin"}
		life := c.s.release.Login.Access
		short, err := c.s.tokens.access("diku", user, c.s.Now(), life)
		if err != nil {
			t.Fatal(err)
		}
		last := c.s.Now().Truncate(time.Second).Add(life)
		for _, tt := range []struct {
			at   time.Time
			good bool
		}{{c.s.Now(), true}, {last, true}, {last.Add(time.Second - 1), true}, {last.Add(time.Second), false}, {last.AddDate(1, 0, 0), false}} {
			if _, err := c.s.tokens.verify(short, tt.at); (err == nil) != tt.good {
				t.Errorf("%s: %v before its end: %v, want good %v", release, last.Sub(tt.at), err, tt.good)
			}
		}
		if _, err := c.s.tokens.verify(c.token, last.AddDate(100, 0, 0)); err != nil {
			t.Errorf("%s: a token without an end, after a hundred years: %v", release, err)
		}
	}
}

// Only what this server signed is a token, and it says whose it is.
func TestTokensAreSigned(t *testing.T) {
	for _, release := range Releases() {
		c, other := newCaller(t, release), newCaller(t, release, WithSeed(2))
		said, err := c.s.tokens.verify(c.token, c.s.Now())
		if err != nil || said.Tenant != "diku" || said.UserID.String() != "873bbfa4-7f40-4bd0-aa27-027494a4b5e9" {
			t.Errorf("%s: %+v, %v", release, said, err)
		}
		if _, err := c.s.tokens.verify(other.token, c.s.Now()); err == nil {
			t.Errorf("%s: the token of another server is good", release)
		}
		unsigned, err := jwt.NewWithClaims(jwt.SigningMethodNone, jwt.MapClaims{"tenant": "diku"}).SignedString(jwt.UnsafeAllowNoneSignatureType)
		if err != nil {
			t.Fatal(err)
		}
		stronger, err := jwt.NewWithClaims(jwt.SigningMethodHS512, jwt.MapClaims{"tenant": "diku"}).SignedString(c.s.tokens.key[:])
		if err != nil {
			t.Fatal(err)
		}
		for _, token := range []string{unsigned, stronger, c.token + "x", c.token[1:], ""} {
			if _, err := c.s.tokens.verify(token, c.s.Now()); err == nil {
				t.Errorf("%s: %q is a token", release, token)
			}
		}
	}
}
