package verify

import (
	"encoding/json"
	"net/http"

	"github.com/tidwall/gjson"
)

// ownActs do what a server that others use must be spared.
func ownActs() []act {
	get, post := http.MethodGet, http.MethodPost
	return []act{
		{
			name: "unlisted", level: OwnServer, jobs: 1, play: exportUnlisted,
			steps: []step{
				{key: "define", method: post, path: definitionsPath},
				{key: "export", method: post, path: exportPath, why: "an export before any list was uploaded"},
				{key: "poll", method: get, path: executionsPath, query: `query=id=="{job}"`, times: maxPolls},
				{key: "ended", method: get, path: executionsPath, query: `query=id=="{job}"`},
				{key: "logs", method: get, path: logsPath, query: `query=jobExecutionId=="{job}"&limit=50`},
			},
		},
		{
			name: "upkeep", level: OwnServer, play: keepUp,
			steps: []step{
				{key: "expire", method: post, path: "/data-export/expire-jobs", why: "ends jobs that have been idle for an hour"},
				{key: "delete-nowhere", method: http.MethodDelete, path: executionsPath + "/{nowhere}", why: noObject},
			},
		},
		{
			name: "session", level: OwnServer, once: true, play: live,
			steps: []step{
				{key: "wrong-password", method: post, path: "/authn/login-with-expiry", stranger: true, why: "with a wrong password"},
				{key: "login", method: post, path: "/authn/login-with-expiry", stranger: true},
				{key: "refresh", method: post, path: "/authn/refresh", stranger: true},
				{key: "refreshed", method: get, path: profilesPath, query: "limit=1", stranger: true},
				{key: "refresh-again", method: post, path: "/authn/refresh", stranger: true, why: "with a refresh token that was used, which ends all sessions of the user"},
				{key: "login-again", method: post, path: "/authn/login-with-expiry", stranger: true},
				{key: "logout", method: post, path: "/authn/logout", stranger: true},
				{key: "logged-out", method: post, path: "/authn/refresh", stranger: true, why: "with the refresh token of the session that was ended"},
				{key: "last-login", method: post, path: "/authn/login-with-expiry", stranger: true, why: "for what the run still has to clean up"},
			},
		},
	}
}

// exportUnlisted starts an export to which no list was uploaded.
func exportUnlisted(p *play) {
	profile := p.ev.facts.profile
	if profile == "" {
		p.giveUp("there is no job profile to export by")
		return
	}
	define := p.define(fileLabel + p.Run + ".unlisted.csv")
	if define == nil {
		return
	}
	job := gjson.GetBytes(define.body, "jobExecutionId").String()
	p.started++
	export := p.post("export", exportPath, exportBody(gjson.GetBytes(define.body, "id").String(), profile))
	if !isUUID(job) || export.Status != http.StatusNoContent {
		return
	}
	p.ev.facts.jobs[p.act.name] = &made{job: job}
	if p.ended(job) && p.ev.facts.traits.logs {
		p.get("logs", logsPath, `query=jobExecutionId=="`+job+`"&limit=50`)
		p.made.logged = append(p.made.logged, job)
	}
}

// keepUp asks for the module's upkeep.
func keepUp(p *play) {
	if !p.ev.facts.traits.logs {
		return
	}
	p.post("expire", "/data-export/expire-jobs", "")
	p.send("delete-nowhere", request{method: http.MethodDelete, path: executionsPath + "/" + nowhere})
}

// live is the life of sessions: a wrong password, a refresh, its misuse, a logout.
func live(p *play) {
	login := func(key, password string) *observed {
		body, _ := json.Marshal(map[string]string{"username": p.Username, "password": password}) // strings always can be
		return p.post(key, "/authn/login-with-expiry", string(body))
	}
	with := func(key, path, refresh string) *observed {
		return p.send(key, request{method: http.MethodPost, path: path, header: http.Header{"Cookie": {"folioRefreshToken=" + refresh}}})
	}
	login("wrong-password", p.Password+"x")
	first := login("login", p.Password)
	if !p.got(first, "log in once more", http.StatusCreated, http.StatusOK) {
		return
	}
	second := with("refresh", "/authn/refresh", refreshIn(first))
	if token := tokenIn(second); token != "" {
		p.send("refreshed", request{method: http.MethodGet, path: profilesPath, query: "limit=1", token: token})
	}
	with("refresh-again", "/authn/refresh", refreshIn(first))
	third := login("login-again", p.Password)
	with("logout", "/authn/logout", refreshIn(third))
	with("logged-out", "/authn/refresh", refreshIn(third))
	if token := tokenIn(login("last-login", p.Password)); token != "" {
		p.token = token
	}
}

// refreshIn is the refresh token that a login gave out.
func refreshIn(o *observed) string {
	for _, cookie := range cookiesOf(o) {
		if cookie.Name == "folioRefreshToken" {
			return cookie.Value
		}
	}
	return ""
}
