package mockserver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
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
