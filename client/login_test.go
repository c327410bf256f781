package client

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestTokenIsTakenFromWhereTheReleasePutsIt(t *testing.T) {
	const expiring, legacy = "POST /authn/login-with-expiry", "POST /authn/login"
	tests := map[string]struct {
		call   string
		answer http.HandlerFunc
		want   string // token
		err    string
	}{
		"cookie": {call: expiring, want: "from.the.cookie", answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("Set-Cookie", "folioAccessToken=from.the.cookie; Max-Age=600; Path=/; Secure; HTTPOnly; SameSite=Lax")
			w.Header().Add("Set-Cookie", "folioRefreshToken=not.this; Max-Age=604800; Path=/authn; Secure; HTTPOnly; SameSite=Lax")
			answer(201, "application/json", `{}`)(w, nil)
		}},
		"header": {call: legacy, want: "from.the.header", answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("x-okapi-token", "from.the.header")
			answer(201, "application/json", `{"username":"diku_admin","password":"correct horse battery staple"}`)(w, nil)
		}},
		"body":                   {call: legacy, want: "from.the.body", answer: answer(201, "application/json", `{"okapiToken" : "from.the.body"}`)},
		"nowhere":                {call: legacy, err: "no token that can be used", answer: answer(201, "application/json", `{"password":"correct horse battery staple"}`)},
		"a page":                 {call: expiring, err: "no token that can be used", answer: answer(200, "text/html", `<html>welcome</html>`)},
		"a token with line ends": {call: legacy, err: "no token that can be used", answer: answer(201, "application/json", `{"okapiToken":"a\nb"}`)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStub()
			delete(s.answers, expiring)
			s.answers[test.call] = test.answer
			var token string
			profiles := s.answers["GET /data-export/job-profiles"]
			s.answers["GET /data-export/job-profiles"] = func(w http.ResponseWriter, r *http.Request) {
				token = r.Header.Get("X-Okapi-Token")
				profiles(w, r)
			}
			_, err := s.listen(t).JobProfiles(t.Context())
			if test.err != "" {
				if failure := wantError(t, err, KindServer, "log in: ", test.err); failure.Body != "" {
					t.Errorf("a login's body is quoted: %s", failure.Body)
				}
				return
			}
			if err != nil || token != test.want {
				t.Errorf("token %q, error %v; want %q", token, err, test.want)
			}
		})
	}
}

func TestEveryRequestHasTenantAndOneCredential(t *testing.T) {
	s := newStub()
	var mu sync.Mutex
	checked := 0
	c := s.client(t, Config{URL: "http://okapi.test/path/okapi/", HTTPClient: &http.Client{Transport: direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		checked++
		h := r.Header
		if strings.HasPrefix(r.URL.Path, "/store/") {
			for name := range h {
				if strings.HasPrefix(name, "X-Okapi") || name == "Authorization" || name == "Cookie" || name == "Referer" {
					t.Errorf("the link is sent %s", name)
				}
			}
			s.ServeHTTP(w, r)
			return
		}
		if h.Get("X-Okapi-Tenant") != "diku" || h.Get("Accept") != "*/*" {
			t.Errorf("%s %s lacks the tenant or Accept: %v", r.Method, r.URL.Path, h)
		}
		token := "token-of-the-stub"
		if strings.Contains(r.URL.Path, "/authn/") {
			token = ""
		}
		if h.Get("X-Okapi-Token") != token || h.Get("Authorization") != "" || h.Get("Cookie") != "" {
			t.Errorf("%s %s has another credential: %v", r.Method, r.URL.Path, h)
		}
		path, found := strings.CutPrefix(r.URL.Path, "/path/okapi")
		if !found {
			t.Errorf("%s has lost the path of the base URL", r.URL.Path)
		}
		r.URL.Path = path
		s.ServeHTTP(w, r)
	})}}})
	if _, err := c.Export(t.Context(), Export{IDs: oneID(), Output: &strings.Builder{}}); err != nil {
		t.Fatal(err)
	}
	if checked != 8 { // the login, the six steps and the link
		t.Errorf("%d requests, want 8: %v", checked, s.seen())
	}
}

func TestRefusedLoginIsNotRepeated(t *testing.T) {
	tests := map[string]struct {
		answer http.HandlerFunc
		parts  []string
	}{
		"okapi": {
			answer(422, "application/json", `{"errors":[{"message":"Password does not match","type":"error","code":"password.incorrect","parameters":[]}]}`),
			[]string{"log in: http://", "answered 422 (Password does not match)", "check the user name"},
		},
		"keycloak": {
			answer(401, "application/json", `{"errors":[{"message":"Unauthorized error","type":"UnauthorizedException","code":"unauthorized_error"}],"total_records":1}`),
			[]string{"answered 401 (Unauthorized error)", "check the user name"},
		},
		"tenant": {answer(400, "text/plain", "No such Tenant diku"), []string{"No such Tenant diku", "check the name of the tenant"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStub()
			s.answers["POST /authn/login-with-expiry"] = test.answer
			c := s.listen(t)
			for range 3 {
				wantError(t, c.Login(t.Context()), KindAccess, test.parts...)
			}
			_, err := c.JobProfiles(t.Context())
			wantError(t, err, KindAccess, test.parts...)
			if n := len(s.seen()); n != 1 {
				t.Errorf("%d requests, want 1: %v", n, s.seen())
			}
		})
	}
}

func TestLoginIsRepeatedAfterAFailureOfTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		good, calls := s.answers["POST /authn/login-with-expiry"], 0
		s.answers["POST /authn/login-with-expiry"] = func(w http.ResponseWriter, r *http.Request) {
			if calls++; calls < 3 {
				answer(503, "text/html", "<html><title>503 Service Temporarily Unavailable</title></html>")(w, r)
				return
			}
			good(w, r)
		}
		if err := s.inProcess(t).Login(t.Context()); err != nil || calls != 3 {
			t.Errorf("%d calls, error %v", calls, err)
		}
	})
}

// A login that cannot be reached for a moment is no old FOLIO: the old login gives tokens without an end.
func TestOldLoginIsOnlyForOldServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.answers[loginCall] = inTurn(answer(404, "text/plain", "No running module instance found for mod-login-7.12.0"), s.answers[loginCall])
		if err := s.inProcess(t).Login(t.Context()); err != nil || s.count(loginCall) != 2 || s.count("POST /authn/login") != 0 {
			t.Errorf("%v, %v", err, s.seen())
		}
		s.answers[loginCall] = answer(503, "text/html", "")
		if err := s.inProcess(t).Login(t.Context()); err == nil || s.count("POST /authn/login") != 0 {
			t.Errorf("%v, %v", err, s.seen())
		}
	})
}

func TestTokenIsRenewedAtEightyPercentOfItsLife(t *testing.T) {
	tests := map[string]http.HandlerFunc{
		"by Max-Age": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("Set-Cookie", "folioAccessToken=t; Max-Age=600")
			answer(201, "application/json", `{}`)(w, nil)
		},
		"by expiry and Date, whatever our clock says": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("Set-Cookie", "folioAccessToken=t")
			w.Header().Set("Date", "Tue, 23 Jan 2024 15:05:49 GMT")
			answer(201, "application/json", `{"accessTokenExpiration":"2024-01-23T15:15:49Z"}`)(w, nil)
		},
	}
	for name, login := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStub()
				s.answers["POST /authn/login-with-expiry"] = login
				c := s.inProcess(t)
				look := func(want int) {
					t.Helper()
					if _, err := c.JobProfiles(t.Context()); err != nil {
						t.Fatal(err)
					}
					if n := s.count("POST /authn/login-with-expiry"); n != want {
						t.Errorf("%d logins, want %d", n, want)
					}
				}
				look(1)
				time.Sleep(479 * time.Second)
				look(1)
				time.Sleep(time.Second)
				look(2)
			})
		})
	}
}

func TestTokenOfAnyLifeIsUsed(t *testing.T) {
	for _, age := range []string{"1", "9223372036", "9223372036854775807", "99999999999999999999", "-1", "0", "soon"} {
		s := newStub()
		s.answers["POST /authn/login-with-expiry"] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("Set-Cookie", "folioAccessToken=t; Max-Age="+age)
			answer(201, "application/json", `{"accessTokenExpiration":"9999-01-23T15:15:49Z"}`)(w, nil)
		}
		c := s.inProcess(t)
		for range 3 {
			if _, err := c.JobProfiles(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if n := s.count("POST /authn/login-with-expiry"); n != 1 {
			t.Errorf("Max-Age %s: %d logins", age, n)
		}
	}
}

func TestManyCallersShareOneLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		good := s.answers["POST /authn/login-with-expiry"]
		s.answers["POST /authn/login-with-expiry"] = func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second)
			good(w, r)
		}
		c := s.inProcess(t)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := c.JobProfiles(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := s.count("POST /authn/login-with-expiry"); n != 1 {
			t.Errorf("%d logins, want 1", n)
		}
	})
}

func TestTokenIsKeptWhenItsRenewalFailsForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		c := s.inProcess(t)
		if err := c.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.answers["POST /authn/login-with-expiry"] = answer(502, "text/html", "<h1>502 Bad Gateway</h1>")
		time.Sleep(500 * time.Second)
		if _, err := c.JobProfiles(t.Context()); err != nil {
			t.Errorf("100 s before its end the token is not used: %v", err)
		}
		time.Sleep(100 * time.Second)
		_, err := c.JobProfiles(t.Context())
		wantError(t, err, KindServer, "log in: ", "answered 502 (502 Bad Gateway)")
	})
}

// guarded makes a call accept only a token that was granted after the first.
func guarded(s *stub, call string, refusal http.HandlerFunc) {
	granted := 0
	s.answers["POST /authn/login-with-expiry"] = func(w http.ResponseWriter, r *http.Request) {
		granted++
		w.Header().Add("Set-Cookie", "folioAccessToken="+strings.Repeat("t", granted)+"; Max-Age=600")
		answer(201, "application/json", `{}`)(w, r)
	}
	good := s.answers[call]
	s.answers[call] = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Okapi-Token") == "t" {
			refusal(w, r)
			return
		}
		good(w, r)
	}
}

func TestRefusedTokenIsRenewedAndTheRequestSentOnceMore(t *testing.T) {
	refusals := map[string]http.HandlerFunc{
		"okapi":   answer(401, "text/plain", "Invalid token"),
		"sidecar": answer(401, "application/json", `{"errors":[{"type":"UnauthorizedException","code":"authorization_error","message":"Unauthorized"}],"total_records":1}`),
		"missing": answer(400, "text/plain", "Token missing, access requires permission: data-export.job-profiles.collection.get"),
	}
	calls := []string{
		"GET /data-export/job-profiles", "POST /data-export/file-definitions",
		"POST /data-export/file-definitions/" + definitionID + "/upload", "GET /data-export/job-executions",
	}
	for name, refusal := range refusals {
		for _, call := range calls {
			t.Run(name+" "+call, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStub()
					guarded(s, call, refusal)
					if _, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: &strings.Builder{}}); err != nil {
						t.Error(err)
					}
					if n := s.count(call); n != 2 {
						t.Errorf("sent %d times, want 2", n)
					}
				})
			})
		}
	}
}

func TestTokenThatStaysRefusedIsAnError(t *testing.T) {
	s := newStub()
	s.answers["GET /data-export/job-profiles"] = answer(401, "text/plain", "Invalid token")
	_, err := s.listen(t).JobProfiles(t.Context())
	wantError(t, err, KindAccess, "choose the job profile: ", "401 (Invalid token)")
	if n := s.count("GET /data-export/job-profiles"); n != 2 {
		t.Errorf("sent %d times, want 2", n)
	}
}

func TestGivenTokenCannotBeRenewed(t *testing.T) {
	s := newStub()
	c, err := New(Config{URL: "http://okapi.test", Tenant: "diku", Token: "given", HTTPClient: &http.Client{Transport: direct{s}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.JobProfiles(t.Context()); err != nil {
		t.Error(err)
	}
	s.answers["GET /data-export/job-profiles"] = answer(401, "text/plain", "Invalid token")
	_, err = c.JobProfiles(t.Context())
	wantError(t, err, KindAccess, "choose the job profile: http://okapi.test answered 401 (Invalid token); get a new token")
	if n := s.count("GET /data-export/job-profiles"); n != 2 {
		t.Errorf("sent %d times, want 2", n)
	}
	for _, call := range s.seen() {
		if strings.Contains(call, "/authn/") {
			t.Errorf("a login without a user: %s", call)
		}
	}
}

func TestLoginSendsTheCredentialsAsJSON(t *testing.T) {
	s := newStub()
	good := s.answers["POST /authn/login-with-expiry"]
	var sent struct{ Username, Password string }
	c := s.client(t, Config{URL: "http://okapi.test", HTTPClient: &http.Client{Transport: direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Content-Type"); got != "application/json" {
			t.Errorf("Content-Type %q", got)
		}
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		good(w, r)
	})}}})
	if err := c.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sent.Username != "diku_admin" || sent.Password != "correct horse battery staple" {
		t.Errorf("sent %+v", sent)
	}
}
