package client

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	loginCall   = "POST /authn/login-with-expiry"
	refreshCall = "POST /authn/refresh"
)

// sessions makes the stub give out numbered pairs of tokens: each refresh token is good once.
func (s *stub) sessions(t *testing.T) {
	given := 0
	give := func(w http.ResponseWriter, r *http.Request) {
		given++
		w.Header().Add("Set-Cookie", fmt.Sprintf("folioAccessToken=access-%d; Max-Age=600; Path=/; Secure; HTTPOnly; SameSite=Lax", given))
		w.Header().Add("Set-Cookie", fmt.Sprintf("folioRefreshToken=refresh-%d; Max-Age=604800; Path=/authn; Secure; HTTPOnly; SameSite=Lax", given))
		answer(201, "application/json", `{}`)(w, r)
	}
	s.answers[loginCall] = give
	s.answers[refreshCall] = func(w http.ResponseWriter, r *http.Request) {
		if got, want := r.Header.Get("Cookie"), fmt.Sprintf("folioRefreshToken=refresh-%d", given); got != want {
			t.Errorf("refreshed by %q, want %q", got, want)
		}
		for _, other := range []string{"X-Okapi-Token", "Authorization"} {
			if r.Header.Get(other) != "" {
				t.Errorf("a stale %s is sent along", other)
			}
		}
		give(w, r)
	}
}

// use makes a request whose token it returns.
func (s *stub) use(t *testing.T, c *Client) (token string) {
	t.Helper()
	good := s.answers["GET /data-export/job-profiles"]
	defer func() { s.answers["GET /data-export/job-profiles"] = good }()
	s.answers["GET /data-export/job-profiles"] = func(w http.ResponseWriter, r *http.Request) {
		token = r.Header.Get("X-Okapi-Token")
		good(w, r)
	}
	if _, err := c.JobProfiles(t.Context()); err != nil {
		t.Error(err)
	}
	return token
}

func TestSessionIsRefreshed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.sessions(t)
		c := s.inProcess(t)
		for i := range 5 {
			if got, want := s.use(t, c), fmt.Sprintf("access-%d", i+1); got != want {
				t.Errorf("sent %q, want %q", got, want)
			}
			time.Sleep(480 * time.Second)
		}
		if l, r := s.count(loginCall), s.count(refreshCall); l != 1 || r != 4 {
			t.Errorf("%d logins, %d refreshes", l, r)
		}
	})
}

// A refresh whose answer is lost may have used the token up; a second use would end all sessions of the user.
func TestRefreshInDoubtIsALogin(t *testing.T) {
	endings := map[string]http.HandlerFunc{
		"refused":   answer(422, "application/json", `{"errors":[{"message":"Authorization server unable to process token refresh request","code":"token.refresh.unprocessable"}]}`),
		"not there": answer(404, "text/plain", "No suitable module found for path and tenant"),
		"no token":  answer(201, "application/json", `{}`),
	}
	for name, ending := range doubtful {
		endings[name] = ending
	}
	for name, ending := range endings {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStub()
				s.sessions(t)
				good := s.answers[refreshCall]
				s.answers[refreshCall] = ending
				c := s.onWire(t)
				s.use(t, c)
				time.Sleep(490 * time.Second)
				if got := s.use(t, c); got != "access-2" {
					t.Errorf("sent %q", got)
				}
				if l, r := s.count(loginCall), s.count(refreshCall); l != 2 || r != 1 {
					t.Errorf("%d logins, %d refreshes", l, r)
				}
				synctest.Wait()               // for a handler that was silent
				s.answers[refreshCall] = good // the session of the second login is as good as any
				time.Sleep(490 * time.Second)
				if got := s.use(t, c); got != "access-3" || s.count(refreshCall) != 2 {
					t.Errorf("sent %q after %d refreshes", got, s.count(refreshCall))
				}
			})
		})
	}
}

func TestRefreshTokenThatHasExpiredIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.sessions(t)
		c := s.inProcess(t)
		s.use(t, c)
		time.Sleep(8 * 24 * time.Hour)
		s.use(t, c)
		if l, r := s.count(loginCall), s.count(refreshCall); l != 2 || r != 0 {
			t.Errorf("%d logins, %d refreshes", l, r)
		}
	})
}

// A token that is refused before its time belongs to a session with which something is amiss.
func TestRefusedTokenIsReplacedByALogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.sessions(t)
		s.answers["GET /data-export/job-profiles"] = inTurn(answer(401, "text/plain", "Invalid token"), s.answers["GET /data-export/job-profiles"])
		if _, err := s.inProcess(t).JobProfiles(t.Context()); err != nil {
			t.Error(err)
		}
		if l, r := s.count(loginCall), s.count(refreshCall); l != 2 || r != 0 {
			t.Errorf("%d logins, %d refreshes", l, r)
		}
	})
}

// Five wrong logins block an account, whether or not their answers arrive.
func TestFirstLoginIsTriedThreeTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		good := s.answers[loginCall]
		s.answers[loginCall] = answer(504, "text/html", "<h1>504</h1>")
		c := s.inProcess(t)
		wantError(t, c.Login(t.Context()), KindServer, "log in: ", "answered 504")
		if n := s.count(loginCall); n != 3 {
			t.Errorf("%d logins", n)
		}
		s.answers[loginCall] = good
		s.use(t, c)
		s.answers[loginCall] = inTurn(answer(503, "text/html", ""), answer(503, "text/html", ""), answer(503, "text/html", ""), answer(503, "text/html", ""), good)
		time.Sleep(time.Hour)
		s.use(t, c) // the password is known to be right
	})
}

func TestRenewalThatFailsIsPutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.sessions(t)
		c := s.inProcess(t)
		s.use(t, c)
		s.answers[refreshCall], s.answers[loginCall] = answer(503, "text/html", ""), answer(503, "text/html", "")
		time.Sleep(490 * time.Second)
		for range 10 {
			s.use(t, c)
		}
		if l, r := s.count(loginCall), s.count(refreshCall); l != 2 || r != 1 {
			t.Errorf("%d logins, %d refreshes", l, r)
		}
		time.Sleep(renewAgain)
		s.use(t, c)
		if l, r := s.count(loginCall), s.count(refreshCall); l != 3 || r != 1 { // the refresh token is used up
			t.Errorf("later %d logins, %d refreshes", l, r)
		}
	})
}

func TestCookieOfAnotherDomainIsNotTaken(t *testing.T) {
	for domain, taken := range map[string]bool{
		"": true, "okapi.test": true, ".okapi.test": true, "test": true, "OKAPI.test": true,
		"evil.test": false, "kapi.test": false, "a.okapi.test": false, "okapi.test.evil": false,
	} {
		s := newStub()
		s.answers[loginCall] = func(w http.ResponseWriter, r *http.Request) {
			cookie := "folioAccessToken=t; Max-Age=600; Path=/"
			if domain != "" {
				cookie += "; Domain=" + domain
			}
			w.Header().Add("Set-Cookie", cookie)
			answer(201, "application/json", `{}`)(w, r)
		}
		err := s.inProcess(t).Login(t.Context())
		if !taken {
			wantError(t, err, KindServer, "log in: ", "no token that can be used")
		} else if err != nil {
			t.Errorf("%s: %v", domain, err)
		}
	}
}

func TestTokenHasABound(t *testing.T) {
	for size, good := range map[int]bool{maxToken: true, maxToken + 1: false} {
		s := newStub()
		delete(s.answers, loginCall)
		s.json("POST /authn/login", 201, `{"okapiToken":"`+strings.Repeat("t", size)+`"}`)
		if err := s.inProcess(t).Login(t.Context()); (err == nil) != good {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}
