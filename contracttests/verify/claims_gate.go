package verify

import (
	"net/http"
	"slices"

	"github.com/tidwall/gjson"
)

// gateStatuses are what gateways turn somebody away with; which of them is no more than a note.
var gateStatuses = []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden}

// gatewayClaims are about who may come in.
func gatewayClaims() []Claim {
	claim := func(id, key, sentence, usually string, wanted func(traits) []int) Claim {
		return Claim{
			ID: "gate." + id, Level: ReadOnly, Sentence: sentence, Usually: usually,
			Source: "okapi 6.2 with mod-authtoken 2.17; folio-kong with folio-module-sidecar (docs/gateways.md)",
			judge: func(c *check) {
				if c.facts().gateway == gatewayNone {
					c.idle = true // a module lets everybody in
					return
				}
				for o := range c.answers(key) {
					if statuses := wanted(c.traits()); o.Status < 400 || !slices.Contains(statuses, o.Status) && !slices.Contains(gateStatuses, o.Status) {
						c.broken(o, "status", "the status is %d and was to be %s", o.Status, oneOf(statuses))
					} else {
						c.refused(o, statuses...)
					}
				}
			},
		}
	}
	const proxy = "a proxy in front of the gateway, which has other limits or passes on other headers"
	return []Claim{
		claim("needs-a-token", "gate.no-token", "Without a token nobody is let in.", "a proxy that adds a token of its own", func(t traits) []int { return []int{t.noToken} }),
		claim("needs-a-true-token", "gate.bad-token", "With a token that is none nobody is let in.", "a proxy that adds a token of its own", func(traits) []int { return []int{http.StatusUnauthorized} }),
		claim("needs-a-tenant", "gate.other-tenant", "A token opens no other tenant.", "a proxy that sets the tenant itself", func(t traits) []int {
			return []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}
		}),
		claim("has-no-other-paths", "gate.no-path", "A path that nobody serves is not found.", "a proxy that answers everything", func(traits) []int { return []int{http.StatusNotFound} }),
		claim("wants-one-token", "gate.two-tokens", "Two tokens that differ are refused.", proxy, func(traits) []int { return []int{http.StatusBadRequest} }).in(okapiReleases...),
		claim("knows-its-users", "gate.other-user", "A token is refused with another user's id.", proxy, func(traits) []int { return []int{http.StatusForbidden} }).in(okapiReleases...),
		claim("wants-a-bearer", "gate.no-bearer", "An Authorization that is no bearer token is refused.", proxy, func(traits) []int { return []int{http.StatusNotFound} }).in(kongOnly...),
		claim("bounds-addresses", "gate.long-query", "A request line of 9,000 bytes is refused.", proxy, func(traits) []int { return []int{http.StatusRequestURITooLong} }).in(okapiReleases...),
		claim("bounds-headers", "gate.long-header", "Headers of 40,000 bytes are refused.", proxy, func(traits) []int {
			return []int{http.StatusRequestHeaderFieldsTooLarge, http.StatusBadRequest}
		}).in(okapiReleases...),
	}
}

// ownServerClaims are about what is done on a server of one's own alone.
func ownServerClaims() []Claim {
	const sessions = "mod-authtoken 2.17; mod-login-keycloak (docs/gateways.md)"
	const upkeep = "mod-data-export 5.4.0, JobExecutionService"
	claim := func(id, source, sentence, usually string, judge func(*check), releases ...string) Claim {
		return Claim{ID: id, Level: OwnServer, Source: source, Sentence: sentence, Usually: usually, Releases: releases, judge: judge}
	}
	const identity = "an identity provider that is configured in another way"
	return []Claim{
		claim("session.needs-the-password", sessions, "A wrong password is refused.", identity, func(c *check) {
			for o := range c.answers("session.wrong-password") {
				c.refused(o, c.traits().wrongPassword)
			}
		}),
		claim("session.has-an-old-login", sessions, "The login without expiry gives its token in the header X-Okapi-Token.", "a login that was switched off", func(c *check) {
			for o := range c.answers("session.old-login") {
				if c.status(o, http.StatusCreated) && o.header.Get("X-Okapi-Token") == "" {
					c.broken(o, "header X-Okapi-Token", "it is missing")
				}
			}
		}, okapiReleases...),
		claim("session.token-expires", sessions, "A token that has expired is refused.", "a gateway that remembers tokens for too long", func(c *check) {
			for o := range c.answers(actAging + ".old-token") {
				c.refused(o, http.StatusUnauthorized)
			}
		}),
		claim("link.expires", "folio-s3-client: a link is good for ten minutes", "A link that has expired is refused.", "an object store in front of which something keeps copies", func(c *check) {
			for o := range c.answers(actAging + ".old-link") {
				c.refused(o, http.StatusForbidden)
			}
		}),
		claim("hopeless.fails", "mod-data-export 5.4.0, ExportExecutor; 2.1.2: nothing was exported, so the job fails", "A list in which no id is an instance's ends in FAIL, with each line counted.", "a module of another release than it was held to", func(c *check) {
			for o := range c.answers("hopeless.ended") {
				c.same(o, atJob+"/status", "FAIL", "for nothing was exported")
			}
			if c.facts().jobs["hopeless"] != nil {
				c.counted("hopeless")
			}
		}),
		claim("session.is-refreshed", sessions, "A refresh token gives an access token and another refresh token.", identity, func(c *check) {
			login, refresh, ok := c.pair("session.login", "session.refresh")
			if !ok || !c.status(refresh, http.StatusCreated) {
				return
			}
			if _, ok := c.instant(refresh, "/accessTokenExpiration"); !ok {
				return
			}
			if tokenIn(refresh) == "" { // which may be the same again: Okapi's differ by the second alone
				c.broken(refresh, "header Set-Cookie", "there is no access token")
			}
			if refreshIn(refresh) == "" || refreshIn(refresh) == refreshIn(login) {
				c.broken(refresh, "header Set-Cookie", "there is no new refresh token")
			}
		}),
		claim("session.goes-on", sessions, "The access token that a refresh gave is accepted.", identity, func(c *check) {
			for o := range c.answers("session.refreshed") {
				c.status(o, http.StatusOK)
			}
		}),
		claim("session.is-refreshed-once", sessions, "A refresh token that was used is refused.", identity, func(c *check) {
			for o := range c.answers("session.refresh-again") {
				c.refused(o, http.StatusUnprocessableEntity, http.StatusUnauthorized, http.StatusBadRequest)
			}
		}),
		claim("session.is-ended", sessions, "A logout is answered 204, and ends the session.", identity, func(c *check) {
			for o := range c.answers("session.logout") {
				c.status(o, http.StatusNoContent)
			}
			for o := range c.answers("session.logged-out") {
				c.refused(o, http.StatusUnprocessableEntity, http.StatusUnauthorized, http.StatusBadRequest)
			}
		}),
		documentClaim("refresh", "refreshToken", "A refresh is answered as the release's document says.", OwnServer),
		documentClaim("logout", "logout", "A logout is answered as the release's document says.", OwnServer),
		claim("upkeep.expires-jobs", upkeep, "The call that ends idle jobs is answered 204.", "a permission that only the timer has", func(c *check) {
			for o := range c.answers("upkeep.expire") {
				c.status(o, http.StatusNoContent)
			}
		}, loggingReleases...),
		claim("upkeep.deletes-nothing", upkeep, "The deletion of a job that nobody made is no error.", "a module of another release than it was held to", func(c *check) {
			for o := range c.answers("upkeep.delete-nowhere") {
				c.status(o, http.StatusNoContent)
			}
		}, loggingReleases...),
		claim("unlisted.fails", upkeep, "An export without a list is accepted and ends in FAIL, without a record.", "a module of another release than it was held to", func(c *check) {
			for o := range c.answers("unlisted.export") {
				c.status(o, http.StatusNoContent)
			}
			for o := range c.answers("unlisted.ended") {
				c.same(o, atJob+"/status", "FAIL", "for nothing was uploaded")
				c.same(o, atJob+"/progress/exported", "0", "for nothing was uploaded")
			}
		}, loggingReleases...),
		claim("unlisted.is-logged", upkeep, "The log of an export without a list says that nothing could be read.", "a code that a newer module dropped or renamed", func(c *check) {
			for o := range c.answers("unlisted.logs") {
				if codes := gjson.GetBytes(o.body, logRows+".#.errorMessageCode").String(); !containsFold(codes, "error.readingFromInputFile") {
					c.broken(o, "/"+logRows, "no row has the code error.readingFromInputFile")
				}
			}
		}, loggingReleases...),
		claim("unlisted.is-refused", "mod-data-export 2.1.2 (docs/releases.md)", "An export without a list is refused.", "a module of another release than it was held to", func(c *check) {
			for o := range c.answers("unlisted.export") {
				c.refused(o, http.StatusBadRequest)
			}
		}, "guide"),
	}
}
