package verify

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// The names of acts that the plan knows.
const (
	actLogin     = "login"
	actServer    = "server"
	actGate      = "gate"
	actInstances = "instances"
	actCleaning  = "cleaning"
	actCompany   = "company"
	actAging     = "aging"
	actSession   = "session"
)

// openingActs log in and find out what is talked to.
func openingActs() []act {
	return []act{
		{
			name: actLogin, level: ReadOnly, once: true, play: logIn,
			steps: []step{
				{key: "with-expiry", method: http.MethodPost, path: "/authn/login-with-expiry", stranger: true, why: "the one login of the run"},
				{key: "refresh", method: http.MethodPost, path: "/authn/refresh", stranger: true, times: 12, why: "before the token expires, in a run that takes so long"},
				{key: "old", method: http.MethodPost, path: "/authn/login", stranger: true, why: "instead, where there is no such login (404)"},
			},
		},
		{
			name: actServer, level: ReadOnly, play: lookAround,
			steps: []step{
				{key: "modules", method: http.MethodGet, path: "/_/proxy/tenants/{tenant}/modules", query: "filter=mod-data-export"},
				{key: "interfaces", method: http.MethodGet, path: "/_/proxy/tenants/{tenant}/interfaces"},
				{key: "applications", method: http.MethodGet, path: "/entitlements/{tenant}/applications", query: "limit=100", why: "instead, where there is no Okapi (404, 501)"},
			},
		},
	}
}

// logIn logs in once. A refusal ends the run: a second attempt could lock the user out.
func logIn(p *play) {
	body, _ := json.Marshal(map[string]string{"username": p.Username, "password": p.Password}) // strings always can be
	o := p.post("with-expiry", "/authn/login-with-expiry", string(body))
	if o.trouble == "" && o.Status == http.StatusNotFound {
		o = p.post("old", "/authn/login", string(body))
	}
	switch {
	case p.over():
		return
	case o.trouble != "":
		p.stop("nobody could log in: " + o.trouble)
		return
	case o.Status == http.StatusNotFound:
		p.stop("there is no login at this address: check the URL and the tenant")
		return
	case o.Status >= 500 || o.Status < 200:
		p.stop(fmt.Sprintf("the login was answered with %d", o.Status))
		return
	case o.Status >= 300:
		p.stop("the login was refused; check user name, password and tenant")
		return
	}
	if !p.take(o) {
		p.stop("the login was answered without a token")
		return
	}
	p.ev.facts.user = claimsIn(p.token).UserID
	p.names.name(p.ev.facts.user, "(user id)")
}

// take uses the tokens of a login from now on, if it gave any out.
func (r *run) take(o *observed) bool {
	token := tokenIn(o)
	if token == "" {
		return false
	}
	r.token, r.refresh, r.renewAt = token, refreshIn(o), time.Time{}
	if life, known := lifeIn(o); known {
		r.renewAt = r.Now().Add(life * 3 / 4)
	}
	r.names.secret(r.token)
	r.names.secret(r.refresh)
	return true
}

// renew trades the refresh token for new tokens, before the access token expires. A run has one login.
func (p *play) renew() {
	if p.refresh == "" || p.renewAt.IsZero() || p.Now().Before(p.renewAt) {
		return
	}
	refresh := p.refresh
	p.refresh = "" // it is good for once, whatever comes of it
	opening := &play{run: p.run, ctx: p.ctx, act: openingActs()[0], try: p.try, sent: map[string]int{"refresh": p.renewals}, ev: p.ev}
	p.renewals++
	p.take(opening.send("refresh", request{method: http.MethodPost, path: "/authn/refresh", header: http.Header{"Cookie": {"folioRefreshToken=" + refresh}}}))
}

// tokenIn is the access token that a login gave out.
func tokenIn(o *observed) string {
	for _, cookie := range cookiesOf(o) {
		if cookie.Name == "folioAccessToken" {
			return cookie.Value
		}
	}
	if token := o.header.Get("X-Okapi-Token"); token != "" {
		return token
	}
	return gjson.GetBytes(o.body, "okapiToken").String()
}

func cookiesOf(o *observed) []*http.Cookie { return (&http.Response{Header: o.header}).Cookies() }

// claimsIn reads a token without verifying it, which only the server can.
func claimsIn(token string) (claims struct {
	Subject string  `json:"sub"`
	UserID  string  `json:"user_id"`
	Tenant  string  `json:"tenant"`
	Expires float64 `json:"exp"`
},
) {
	parts := strings.Split(token, ".")
	if len(parts) == 3 {
		if payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "=")); err == nil {
			_ = json.Unmarshal(payload, &claims) // who cannot read it knows less
		}
	}
	return claims
}

// lookAround finds out gateway, module and release.
func lookAround(p *play) {
	facts := &p.ev.facts
	o := p.get("modules", "/_/proxy/tenants/"+p.Tenant+"/modules", "filter=mod-data-export")
	switch {
	case o.trouble == "" && o.Status == http.StatusOK && gjson.ParseBytes(o.body).IsArray():
		facts.gateway = gatewayOkapi
		facts.module = moduleIn(gjson.GetBytes(o.body, "#.id"))
		p.get("interfaces", "/_/proxy/tenants/"+p.Tenant+"/interfaces", "")
	case o.trouble == "" && (o.Status == http.StatusNotFound || o.Status == http.StatusNotImplemented):
		facts.gateway = gatewayKong
		o = p.get("applications", "/entitlements/"+p.Tenant+"/applications", "limit=100")
		facts.module = moduleIn(gjson.GetBytes(o.body, "applicationDescriptors.#.modules.#.id|@flatten"))
	}
	p.decideRelease(facts)
}

// moduleIn is the id of mod-data-export in a list of ids.
func moduleIn(ids gjson.Result) string {
	for _, id := range ids.Array() {
		version, found := strings.CutPrefix(id.String(), modulePrefix)
		if _, valid := majorMinor(version); found && valid && len(version) < 64 {
			return id.String()
		}
	}
	return ""
}

const modulePrefix = "mod-data-export-"

// decideRelease takes what was given, else what the module's version says, else what the gateway lets one guess: only
// the newest release stands behind Kong.
func (p *play) decideRelease(facts *facts) {
	if facts.release == "" && facts.module != "" {
		release, ahead, ok := releaseOf(strings.TrimPrefix(facts.module, modulePrefix))
		if !ok {
			p.stop(facts.module + " is like no release that is known; name the one that it is to be held to")
			return
		}
		facts.release, facts.ahead = release, ahead
	}
	if facts.release == "" && facts.gateway == gatewayKong {
		facts.release = table()[len(table())-1].name
	}
	if facts.release == "" {
		p.stop("the server does not tell which module it runs; name the release that it is to be held to")
		return
	}
	p.settle(facts)
}

// settle looks up what the release does differently.
func (r *run) settle(facts *facts) {
	facts.traits, _ = traitsOf(facts.release) // the names are the same, which a test holds
	r.release = facts.release
}
