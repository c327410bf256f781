package mockserver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever a client sends and wherever it goes wrong, no password, token or
// signature is told to the observer, in the journal or on the page.
func TestExchangesKeepSecrets(t *testing.T) {
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) {
			var log strings.Builder
			c := newCaller(t, release, WithControl(), WithObserver(func(e Exchange) { fmt.Fprintf(&log, "%+v\n", e) }))
			const password = "correct-horse"
			secrets := []string{password}
			addToken := func(token string) { secrets = append(secrets, strings.Split(token, ".")[1:]...) }
			addToken(c.token)

			session := c.do(http.MethodPost, "/authn/login-with-expiry", `{"username":"exporter","password":"exporter"}`, "X-Okapi-Token", "")
			cookies := session.Result().Cookies()
			if len(cookies) != 2 {
				t.Fatalf("%d %s", session.Code, session.Body)
			}
			for _, cookie := range cookies {
				addToken(cookie.Value)
			}
			refresh := "folioRefreshToken=" + cookies[1].Value
			for _, body := range []string{
				`{"username":"diku_admin","password":"` + password + `"}`, `{"username":"nobody","password":"` + password + `"}`,
				`{"username":"diku_admin","password":["` + password + `"]}`, `{"password":"` + password + `"}`, `{"password":"` + password, `"` + password + `"`,
				`{"username":5,"password":"` + password + `"}`, `{"username":"x","password":"` + password + `"} ` + password, `{"x":"` + password + `"}`,
			} {
				for _, contentType := range []string{"application/json", "text/plain"} {
					for _, path := range []string{"/authn/login", "/authn/login-with-expiry", "/authn/logins"} {
						c.do(http.MethodPost, path, body, "X-Okapi-Token", "", "Content-Type", contentType)
					}
				}
			}
			for _, header := range [][]string{
				{"Cookie", refresh},
				{"Cookie", refresh + "; " + refresh},
				{"Cookie", refresh},
				{"Authorization", "Bearer " + c.token + "x"},
				{"X-Okapi-Token", c.token + "x"},
				{"X-Okapi-Token", c.token + "x", "X-Okapi-Tenant", ""},
				{"X-Okapi-User-Id", "x"},
				{"X-Okapi-Tenant", "other"},
			} {
				c.do(http.MethodPost, "/authn/refresh", "", header...)
				c.do(http.MethodPost, "/authn/logout", "", header...)
				c.do(http.MethodGet, "/data-export/job-profiles", "", header...)
			}

			link := c.link(t, c.finished(t, "a.csv", idList(1)))
			u, err := url.Parse(link)
			if err != nil {
				t.Fatal(err)
			}
			secrets = append(secrets, u.Query().Get("X-Amz-Signature"))
			for _, target := range []string{
				link, link + "x", strings.Replace(link, "X-Amz-Expires=600", "X-Amz-Expires=601", 1),
				"/okapi" + u.RequestURI(), "/" + u.RequestURI(), "/folio-data-export?" + u.RawQuery, "/data-export/job-profiles?" + u.RawQuery,
				"/?x=%zz&" + u.RawQuery, "/?" + url.QueryEscape(u.RawQuery), controlPrefix + "clock?" + u.RawQuery,
			} {
				for _, method := range []string{"GET", "HEAD", "POST"} {
					r := httptest.NewRequest(method, target, nil)
					r.Header.Set("X-Okapi-Tenant", "diku")
					r.Header.Set("X-Okapi-Token", c.token)
					c.s.ServeHTTP(httptest.NewRecorder(), r)
				}
			}
			c.s.Advance(linkLife)
			follow(c.s, http.MethodGet, link)

			// Secrets in places where they have no business.
			for _, target := range []string{
				"/authn/login?username=x&password=" + password, "/authn/login?PASSWORD=" + password, "/authn/login?" + url.QueryEscape("password="+password),
				"/authn/login?client_secret=" + password, "/data-export/logs?TOKEN=" + password, "/data-export/job-profiles?query=passWord==" + password,
				// A remark on a query says what is not understood of it.
				"/data-export/job-executions?query=" + url.QueryEscape(`completedDate>"`+c.token+`"`), "/data-export/job-executions?query=" + url.QueryEscape(`progress.exported="`+c.token+`"`),
				"/authn/password%3D" + password, "/?x=%zz&secret%3D" + password,
				"/authn/refresh/" + c.token, "/data-export/job-profiles?token=" + c.token, "/data-export/job-profiles?query=name==" + url.QueryEscape(c.token),
				controlPrefix + "clock/advance?by=" + c.token, controlPrefix + "clock/advance?by=1s&password=" + password,
			} {
				c.do(http.MethodPost, target, "")
				c.get(target)
			}
			for _, header := range [][]string{
				{"X-Okapi-Tenant", c.token},
				{"X-Custom", c.token},
				{"X-Api-Key", password},
				{"Authorization", password + " x"},
				{"Referer", link},
				{"Cookie", password},
				{"Cookie", "a=" + password + "; b=" + c.token},
				{"Accept", link},
				{"Content-Type", c.token},
			} {
				c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"a.csv"}`, header...)
			}
			for _, body := range []string{
				`{"fileName":"a.csv","password":"` + password + `"}`, `{"fileName":"` + c.token + `.csv"}`, `{"fileName":"a.csv"} password=` + password,
				`{"fileName":"` + strings.Repeat("x", maxText-30) + c.token + `"}`, `{"userPassword" : "` + password,
				`{"fileName":"a.csv","clientSecret":"` + password + `"}`, `{"fileName":"a.csv","TOKEN":"` + password + `"}`, `{"fileName":"a.csv","PassWord":"` + password + `"}`,
			} {
				c.do(http.MethodPost, "/data-export/file-definitions", body)
			}
			for _, path := range []string{"", "journal", "journal?format=har", "clock"} {
				shown := c.get(controlPrefix + path).Body.String()
				if path != "clock" && len(shown) < 10_000 {
					t.Errorf("%s shows little: %s", path, shown)
				}
				log.WriteString(shown)
			}

			for line := range strings.Lines(log.String()) {
				for _, secret := range secrets {
					if secret != "" && strings.Contains(line, secret) {
						t.Errorf("%.40s… is in %s", secret, line)
					}
				}
			}
			if n := strings.Count(log.String(), "\n"); n < 100 {
				t.Errorf("the observer saw %d exchanges", n)
			}
		})
	}
}

// A secret is known by the name before it, however that is written.
func TestSecretMembers(t *testing.T) {
	const secret = "cor-rect, horse"
	for _, name := range []string{
		"password", "Password", "PASSWORD", "PassWord", "pASSWORD", "passwd", "userPassword", "db-password", "newPasswordAgain",
		"secret", "SECRET", "clientSecret", "client_secret", "secretKey", "secret-key", "SeCret",
		"token", "TOKEN", "Token", "okapiToken", "refresh_token", "x-okapi-token", "tokens", "ToKen",
	} {
		for _, text := range []string{
			`{"` + name + `":"` + secret + `"}`, `{"a":1, "` + name + `" : "` + secret + `","b":2}`, `{"` + name + `":"` + secret,
			`{"note":"{\"` + name + `\":\"` + secret + `\"}"}`, `{'` + name + `': '` + secret + `'}`,
			name + "=cor-rect", "a=1&" + name + "=cor-rect&b=2", name + " = cor-rect", name + "%3Dcor-rect", "%22" + name + "%22%3A%22cor-rect%22",
			`{"` + name + `":["cor-rect"]}`,
		} {
			if got := told(text, 1000); strings.Contains(got, "rect") || strings.Contains(got, "horse") {
				t.Errorf("%s is told as %s", text, got)
			}
		}
	}
}

// What only talks of secrets is told as it is.
func TestWhatIsNoSecret(t *testing.T) {
	for _, text := range []string{
		`{"accessTokenExpiration":"2026-01-20T13:27:02Z","refreshTokenExpiration":"2026-01-27T13:17:02Z"}`,
		`{"type":"error","code":"token.parse.failure","message":"Invalid token: Missing . separator for token"}`,
		"Token is missing", "query=secretary", `{"userId":"x","username":"y"}`, "/authn/refresh", "5 tokens",
		"0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11",
	} {
		if got := told(text, 1000); got != text {
			t.Errorf("%s is told as %s", text, got)
		}
	}
}

// Whatever is told is no longer than it may be, and whole characters.
func TestToldIsBounded(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("x", 100), strings.Repeat("é", 100), strings.Repeat("password=x ", 30), strings.Repeat("eyJabcdefghijkl ", 30), strings.Repeat("€", 7),
	} {
		for most := 1; most < 50; most++ {
			got := told(text, most)
			if len(got) > most+len(hidden) || !utf8.ValidString(got) || len(text) > 2*most && !strings.HasSuffix(got, hidden) {
				t.Errorf("%d bytes of %q: %q", most, text, got)
			}
		}
	}
}
