package verify

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// okapiReleases stand behind Okapi.
var okapiReleases = []string{"guide", "sunflower"}

// loginClaims are about the one login, and about what the server says of itself.
func loginClaims() []Claim {
	const source = "mod-login 7.13.2 with mod-authtoken 2.17; mod-login-keycloak (docs/gateways.md)"
	return []Claim{
		{
			ID: "login.gives-a-token", Level: ReadOnly, Source: source, early: true,
			Sentence: "A right password is answered with an access token.",
			Usually:  "a login interface that was replaced, or cookies that a proxy takes out",
			judge: func(c *check) {
				for _, o := range c.login() {
					if o.Status >= 300 || !strings.HasPrefix(o.header.Get("Content-Type"), "application/json") {
						c.unchecked(o, "the login was answered with %d, which nothing follows from", o.Status)
					} else if c.status(o, http.StatusCreated) && tokenIn(o) == "" {
						c.broken(o, "header Set-Cookie", "there is no cookie folioAccessToken, no header X-Okapi-Token and no member okapiToken")
					}
				}
			},
		},
		{
			ID: "login.token-expires", Level: ReadOnly, Source: source,
			Sentence: "The login with expiry says how long its access token lives, and that is between a minute and a day.",
			Usually:  "a configured life of the token that scripts cannot work with",
			judge: func(c *check) {
				for o := range c.answers("login.with-expiry") {
					if life, known := lifeIn(o); o.Status < 300 && !known {
						c.broken(o, "header Set-Cookie", "folioAccessToken has no Max-Age, and the body no accessTokenExpiration")
					} else if o.Status < 300 && (life < time.Minute || life > 24*time.Hour) {
						c.broken(o, "header Set-Cookie", "the token lives for %s", life)
					}
				}
			},
		},
		{
			ID: "login.says-when", Level: ReadOnly, Source: source,
			Sentence: "The login with expiry says when both of its tokens expire, which is later than now, and not later for the access token.",
			Usually:  "servers of a cluster whose clocks differ",
			judge: func(c *check) {
				for o := range c.answers("login.with-expiry") {
					if o.Status >= 300 {
						continue
					}
					access, okA := c.instant(o, "/accessTokenExpiration")
					refresh, okR := c.instant(o, "/refreshTokenExpiration")
					now, err := http.ParseTime(o.header.Get("Date"))
					if okA && err == nil && access.Before(now) {
						c.broken(o, "/accessTokenExpiration", "it is %s before the Date of the answer", now.Sub(access))
					}
					if okA && okR && refresh.Before(access) {
						c.broken(o, "/refreshTokenExpiration", "it is %s before accessTokenExpiration", access.Sub(refresh))
					}
				}
			},
		},
		{
			ID: "login.cookies-are-shielded", Level: ReadOnly, Source: source,
			Sentence: "The cookies with tokens are not for scripts of pages (HttpOnly), and the refresh token goes to the login alone (Path).",
			Usually:  "a proxy that rewrites cookies",
			judge: func(c *check) {
				for o := range c.answers("login.with-expiry") {
					for _, cookie := range cookiesOf(o) {
						if strings.HasPrefix(cookie.Name, "folio") && !cookie.HttpOnly {
							c.broken(o, "header Set-Cookie", "%s is not HttpOnly", cookie.Name)
						}
						if cookie.Name == "folioRefreshToken" && !strings.Contains(cookie.Path, "/authn") {
							c.drift(o, "header Set-Cookie", "folioRefreshToken is for the path %s and was to be for /authn", brief(cookie.Path))
						}
					}
				}
			},
		},
		{
			ID: "login.token-is-the-tenants", Level: ReadOnly, Source: "mod-authtoken 2.17: its tokens carry the tenant", Releases: okapiReleases,
			Sentence: "The access token is for the tenant that was asked.",
			Usually:  "a tenant header that a proxy sets or drops",
			judge: func(c *check) {
				for _, o := range c.login() {
					if said := claimsIn(tokenIn(o)); said.Tenant != o.named {
						c.broken(o, "token", "it is for tenant %s and was to be for %s", brief(said.Tenant), brief(o.named))
					}
				}
			},
		},
		{
			ID: "login.gives-two-cookies", Level: ReadOnly, Source: source,
			Sentence: "The login with expiry sets a cookie for each of its two tokens.",
			Usually:  "a proxy that keeps one Set-Cookie of several",
			judge: func(c *check) {
				for o := range c.answers("login.with-expiry") {
					if o.Status < 300 && (refreshIn(o) == "" || len(cookiesOf(o)) < 2) {
						c.broken(o, "header Set-Cookie", "there are %d cookies, and a folioRefreshToken and a folioAccessToken were to be set", len(cookiesOf(o)))
					}
				}
			},
		},
		documentClaim("login", "loginWithExpiry", "The login is answered as the release's document says.", ReadOnly),
		{
			ID: "server.has-the-module", Level: ReadOnly, Source: "okapi 6.2, GET /_/proxy/tenants/<tenant>/modules", Releases: okapiReleases,
			Sentence: "Exactly one mod-data-export is enabled for the tenant.",
			Usually:  "a tenant without the module, or an upgrade that was left half-way",
			judge: func(c *check) {
				for o := range c.answers("server.modules") {
					if o.Status == http.StatusOK {
						if n := versionsIn(gjson.GetBytes(o.body, "#.id")); n != 1 {
							c.broken(o, "body", "%d versions of mod-data-export are enabled and there was to be one", n)
						}
					}
				}
			},
		},
		{
			ID: "server.has-the-interface", Level: ReadOnly, Source: "okapi 6.2, GET /_/proxy/tenants/<tenant>/interfaces; mod-data-export's module descriptor", Releases: okapiReleases,
			Sentence: "The tenant has the interface data-export, in the version of the release.",
			Usually:  "an upgrade that was left half-way",
			judge: func(c *check) {
				for o := range c.answers("server.interfaces") {
					if o.Status != http.StatusOK {
						continue
					}
					version := gjson.GetBytes(o.body, `#(id=="data-export").version`).String()
					if !slices.Contains(strings.Fields(version), c.traits().interfaceVersion) {
						c.broken(o, "body", "data-export has version %s and was to have %s", brief(version), c.traits().interfaceVersion)
					}
				}
			},
		},
	}
}

// login is the usable answer of the login that was not refused for want of it.
func (c *check) login() []*observed {
	if old := c.optional("login.old"); len(old) > 0 {
		return old
	}
	var last []*observed
	for o := range c.answers("login.with-expiry") {
		last = []*observed{o}
	}
	return last
}

// lifeIn is how long the access token of a login lives.
func lifeIn(o *observed) (life time.Duration, known bool) {
	for _, cookie := range cookiesOf(o) {
		if cookie.Name == "folioAccessToken" && cookie.MaxAge > 0 {
			return time.Duration(cookie.MaxAge) * time.Second, true
		}
	}
	date, err := http.ParseTime(o.header.Get("Date"))
	expires, err2 := time.Parse(time.RFC3339, gjson.GetBytes(o.body, "accessTokenExpiration").String())
	return expires.Sub(date), err == nil && err2 == nil
}

// versionsIn is how many versions of mod-data-export are in a list of ids. Others have names that begin alike, such as
// mod-data-export-spring.
func versionsIn(ids gjson.Result) (n int) {
	for _, id := range ids.Array() {
		version, found := strings.CutPrefix(id.String(), modulePrefix)
		if _, valid := majorMinor(version); found && valid {
			n++
		}
	}
	return n
}
