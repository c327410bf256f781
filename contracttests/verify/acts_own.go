package verify

import (
	"encoding/json"
	"net/http"
	"time"

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
			name: "hopeless", level: OwnServer, jobs: 1, play: exportHopeless, steps: jobSteps(),
		},
		{
			name: "upkeep", level: OwnServer, play: keepUp,
			steps: []step{
				{key: "expire", method: post, path: "/data-export/expire-jobs", why: "ends jobs that have been idle for an hour"},
				{key: "delete-nowhere", method: http.MethodDelete, path: executionsPath + "/{nowhere}", why: noObject},
			},
		},
		{
			name: actAging, level: OwnServer, once: true, play: grow,
			steps: []step{
				{key: "login", method: post, path: "/authn/login-with-expiry", stranger: true},
				{key: "link", method: get, path: executionsPath + "/{job}/download/{file}"},
				{key: "young-token", method: get, path: profilesPath, query: "limit=1", stranger: true},
				{key: "young-link", method: get, path: "{link}"},
				{key: "old-token", method: get, path: profilesPath, query: "limit=1", stranger: true, why: "with a token that has expired, some ten minutes later"},
				{key: "old-link", method: get, path: "{link}", why: "likewise"},
				{key: "login-again", method: post, path: "/authn/login-with-expiry", stranger: true},
			},
		},
		{
			name: actSession, level: OwnServer, once: true, play: live,
			steps: []step{
				{key: "old-login", method: post, path: "/authn/login", stranger: true, why: "the login whose token does not expire, where there is one"},
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
	export := p.export(gjson.GetBytes(define.body, "id").String(), job, profile)
	if !isUUID(job) || export.Status != http.StatusNoContent {
		return
	}
	p.ev.facts.jobs[p.act.name] = &made{job: job}
	if p.ended(job) && p.ev.facts.traits.logs {
		p.get("logs", logsPath, `query=jobExecutionId=="`+job+`"&limit=50`)
		p.made.logged = append(p.made.logged, job)
	}
}

// exportHopeless exports a list in which no id is an instance's.
func exportHopeless(p *play) {
	if p.ev.facts.nowhereIs {
		return // there is no such list
	}
	p.exportJob(&made{lines: 1, bad: 1}, nowhere+"\n")
}

// grow waits until a token and a link are too old, and tries them.
func grow(p *play) {
	body, _ := json.Marshal(map[string]string{"username": p.Username, "password": p.Password}) // strings always can be
	login := p.post("login", "/authn/login-with-expiry", string(body))
	life, known := lifeIn(login)
	if !known || life > maxAge {
		p.giveUp("the token does not expire soon enough to be waited for")
		return
	}
	link := ""
	if job := p.ev.facts.begun("whole"); job != nil && len(p.made.files) > 0 {
		o := p.get("link", executionsPath+"/"+job.job+"/download/"+p.made.files[0], "")
		if link = gjson.GetBytes(o.body, "link").String(); p.wire.unfetchable(link, job.job) != "" {
			link = ""
		}
	}
	p.send("young-token", request{method: http.MethodGet, path: profilesPath, query: "limit=1", token: tokenIn(login)})
	if link != "" {
		p.made.links = append(p.made.links, link)
		p.send("young-link", request{method: http.MethodGet, path: link, link: true})
	}
	if !p.let(max(life, linkLife) + 5*time.Second) {
		return
	}
	p.send("old-token", request{method: http.MethodGet, path: profilesPath, query: "limit=1", token: tokenIn(login)})
	if link != "" {
		p.send("old-link", request{method: http.MethodGet, path: link, link: true})
	}
	p.take(p.post("login-again", "/authn/login-with-expiry", string(body)))
}

const (
	maxAge   = 20 * time.Minute // that is waited for
	linkLife = 10 * time.Minute // of what folio-s3-client signs
)

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
	if p.ev.facts.traits.gateway == gatewayOkapi {
		body, _ := json.Marshal(map[string]string{"username": p.Username, "password": p.Password}) // strings always can be
		p.post("old-login", "/authn/login", string(body))
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
	p.take(login("last-login", p.Password))
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
