package verify

import (
	"net/http"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// doubtClaims are the beliefs of docs/assumptions.md: what nobody has seen a real server do. A server that does otherwise
// breaks nothing but the belief, so that is a drift, unless clients rest on it.
func doubtClaims() []Claim {
	return slices.Concat(gatewayDoubts(), loginDoubts(), requestDoubts(), listDoubts(), queryDoubts(), jobDoubts(), fileDoubts())
}

// wrongBelief is what it usually is when such a claim does not hold.
const wrongBelief = "a belief of ours that is wrong; please tell what came back, for then the fake is wrong, too"

// doubt makes the claim of a row in docs/assumptions.md.
func doubt(id, assumption string, level Level, releases []string, sentence, source string, judge func(*check)) Claim {
	return Claim{
		ID: "doubt." + id, Assumption: assumption, Level: level, Releases: releases,
		Sentence: sentence, Source: source, Usually: wrongBelief, judge: judge,
	}
}

// each lets a claim look at every usable answer of a step.
func each(key string, judge func(c *check, o *observed)) func(*check) {
	return func(c *check) {
		for o := range c.answers(key) {
			judge(c, o)
		}
	}
}

// answered tells of every way in which an answer is not the one that was expected: its status, its media type, its words.
func (c *check) answered(o *observed, status int, mediaType string, words ...string) {
	if o.Status != status {
		c.drift(o, "status", "the status is %d and was to be %d", o.Status, status)
		return
	}
	if kind := o.header.Get("Content-Type"); !strings.HasPrefix(kind, mediaType) {
		c.drift(o, "header Content-Type", "it is %s and was to be %s", brief(kind), mediaType)
	}
	for _, w := range words {
		if !strings.Contains(string(o.body), w) {
			c.drift(o, "body", "it was to say %s", brief(w))
		}
	}
}

// turnedAway is answered of what no server may let through.
func (c *check) turnedAway(o *observed, status int, mediaType string, words ...string) {
	if o.Status < 400 {
		c.broken(o, "status", "the status is %d and was to be %d", o.Status, status)
		return
	}
	c.answered(o, status, mediaType, words...)
}

// not tells of an answer that is good and was to be refused.
func (c *check) not(o *observed, what string) {
	if o.Status < 400 {
		c.drift(o, "status", "the status is %d, and %s was to be refused", o.Status, what)
	}
}

const (
	asJSON = "application/json"
	asText = "text/plain"
)

// gatewayDoubts are about what the gateway answers itself, and about what stands behind it.
func gatewayDoubts() []Claim {
	const kong, sidecar = "folio-kong 3.9.4", "folio-module-sidecar 4.0.0"
	return []Claim{
		doubt("plugin-speaks-json", "A12", ReadOnly, kongOnly, "Two tokens that differ are refused 404 in JSON, whatever is accepted.",
			kong+", the token plugin sets a content type itself", each(actGateDoubts+".two-tokens", func(c *check, o *observed) {
				c.turnedAway(o, http.StatusNotFound, asJSON)
			})),
		doubt("body-before-token", "A20", ReadOnly, kongOnly, "A GET with a body is refused for it before its token is looked at.",
			sidecar+", which has both checks", each(actGateDoubts+".body-on-get", func(c *check, o *observed) {
				c.turnedAway(o, http.StatusBadRequest, asJSON, "GET requests should not have a body")
			})),
		doubt("has-nginx-limits", "A22", ReadOnly, kongOnly, "A request line of 9,000 bytes is refused 414, and headers of 40,000 are refused 494.",
			kong+", built on nginx, whose defaults these are", func(c *check) {
				for o := range c.answers(actGateDoubts + ".long-query") {
					c.answered(o, http.StatusRequestURITooLong, "")
				}
				for o := range c.answers(actGateDoubts + ".long-header") {
					c.answered(o, 494, "")
				}
			}),
		doubt("has-a-page-for-browsers", "A23", ReadOnly, kongOnly, "A browser is told in HTML that there is no route.",
			"Kong 3.9, its templates of errors", each(actGateDoubts+".as-a-browser", func(c *check, o *observed) {
				c.answered(o, http.StatusNotFound, "text/html", "<h1>Error</h1>", "<p>no Route matched with those values.</p>", "request_id: ")
			})),
		doubt("has-its-neighbours", "A24", ReadOnly, nil, "Gateway, inventory and login are of the versions that the release is known with.",
			"the release notes of FOLIO, as far as they name them", knowsNeighbours),
		doubt("refuses-a-broken-escape", "A29", ReadOnly, nil, "A broken escape in a query is refused 400, in text behind Okapi and in JSON behind Kong.",
			"okapi 6.2.1 and "+sidecar+", not read for it", each(actGateDoubts+".broken-escape", func(c *check, o *observed) {
				kind := asText
				if c.traits().gateway == gatewayKong {
					kind = asJSON
				}
				c.answered(o, http.StatusBadRequest, kind)
			})),
		doubt("refuses-unknown-words", "A45", ReadOnly, okapiReleases, "An order of modules that does not exist is refused by its name.",
			"okapi 6.2.1, which refuses it; the sentence was not seen", each(actGateDoubts+".unknown-word", func(c *check, o *observed) {
				c.answered(o, http.StatusBadRequest, asText, "unknown order: up")
			})),
	}
}

// neighbours are how the ids of what stands around mod-data-export begin, and the versions of interfaces.
func neighbours(release string) (okapi string, modules []string, interfaces map[string]string) {
	switch release {
	case "guide":
		return "3.1.", []string{"mod-inventory-16.1."}, map[string]string{"data-export": "2.0", "login": "7.1", "inventory": "10.3"}
	case "sunflower":
		return "6.2.", []string{"mod-inventory-21.1."}, map[string]string{"data-export": "5.3", "login": "7.3", "inventory": "14.1"}
	}
	return "", []string{"mod-inventory-22.0.", "mod-login-keycloak-3.0."}, nil
}

func knowsNeighbours(c *check) {
	okapi, modules, interfaces := neighbours(c.facts().release)
	if okapi == "" {
		for _, o := range c.optional("server.applications") {
			if o.Status == http.StatusOK {
				c.lists(o, gjson.GetBytes(o.body, "applicationDescriptors.#.modules.#.id|@flatten"), modules)
				return
			}
		}
		c.idle = true
		return
	}
	for o := range c.answers(actGateDoubts + ".version") {
		if o.Status == http.StatusOK && !strings.HasPrefix(string(o.body), okapi) {
			c.drift(o, "body", "it is Okapi %s and was to be %sx", brief(string(o.body)), okapi)
		}
	}
	for o := range c.answers(actGateDoubts + ".inventory") {
		c.lists(o, gjson.GetBytes(o.body, "#.id"), modules)
	}
	for o := range c.answers("server.interfaces") {
		for _, offered := range gjson.ParseBytes(o.body).Array() {
			id, version := offered.Get("id").String(), offered.Get("version").String()
			if want := interfaces[id]; want != "" && version != want {
				c.drift(o, "body", "the interface %s is %s and was to be %s", id, brief(version), want)
			}
		}
	}
}

// lists tells of beginnings that no id of a list has.
func (c *check) lists(o *observed, ids gjson.Result, beginnings []string) {
	for _, beginning := range beginnings {
		if !slices.ContainsFunc(ids.Array(), func(id gjson.Result) bool { return strings.HasPrefix(id.String(), beginning) }) {
			c.drift(o, "body", "no module is %sx", beginning)
		}
	}
}

// loginDoubts are about the answers of the login.
func loginDoubts() []Claim {
	return []Claim{
		doubt("login-words-its-errors", "A21", OwnServer, kongOnly, "A login without its members, a refresh without its cookie and a logout of nobody are refused in the form of other errors.",
			"mod-login-keycloak 3.0.0, its list of handled exceptions", func(c *check) {
				for o := range c.answers("bare-logins.nobody") {
					c.turnedAway(o, http.StatusBadRequest, asJSON, `"MethodArgumentNotValidException"`, `"validation_error"`)
				}
				for o := range c.answers("bare-logins.no-cookie") {
					c.turnedAway(o, http.StatusBadRequest, asJSON, `"MissingRequestCookieException"`, `"validation_error"`)
				}
				for o := range c.answers("bare-logins.bad-cookie") {
					c.turnedAway(o, http.StatusUnprocessableEntity, asJSON, `"TokenLogoutException"`, `"token.logout.unprocessable"`)
				}
			}),
		doubt("login-needs-a-body", "A32", OwnServer, okapiReleases, "A login without a body is refused in the words of mod-data-export.",
			"mod-login 7.0.1 and 7.13.2, built on raml-module-builder", each("bare-logins.empty", func(c *check, o *observed) {
				c.turnedAway(o, http.StatusBadRequest, asText, "Json content error HV000116")
			})),
		doubt("errors-have-parameters", "A03", OwnServer, okapiReleases, "An error of the login has a list of parameters, if only an empty one.",
			"raml-module-builder 30 and 35, Errors: nulls are left out, empty lists are not", func(c *check) {
				for o := range c.answers("session.wrong-password", "session.refresh-again") {
					for _, e := range gjson.GetBytes(o.body, "errors").Array() {
						if !e.Get("parameters").IsArray() {
							c.drift(o, "/errors/0/parameters", "there is no such list")
						}
					}
				}
			}),
	}
}
