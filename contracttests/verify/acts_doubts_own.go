package verify

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// unendedLabel begins the name of a list whose job never ends, so that no later run waits for it.
const unendedLabel = "fauxkapi-unended-"

// unendedFor is how long a job of one or two lines is given that is believed never to end.
const unendedFor = 20 * time.Second

// maxOwnPolls bounds the looks at what is about to change by itself.
const maxOwnPolls = 10

// doubtingOwnActs ask what would harm a server that others use, or takes a job of its own.
func doubtingOwnActs() []act {
	get, post := http.MethodGet, http.MethodPost
	byID := `query=id=="{job}"`
	begin := []step{
		{key: "define", method: post, path: definitionsPath},
		{key: "upload", method: post, path: definitionsPath + "/{definition}/upload"},
		{key: "export", method: post, path: exportPath},
	}
	end := []step{
		{key: "poll", method: get, path: executionsPath, query: byID, times: maxPolls},
		{key: "ended", method: get, path: executionsPath, query: byID},
	}
	later := step{key: "later", method: get, path: executionsPath, query: byID, why: "whether it has ended after twenty seconds"}
	remove := step{key: "remove", method: http.MethodDelete, path: executionsPath + "/{job}", times: 2, why: "what the run made itself"}
	return []act{
		{name: "blank-line", level: OwnServer, releases: guideOnly, doubts: true, jobs: 1, play: exportBlankLine, steps: slices.Concat(begin, end)},
		{name: "capitals", level: OwnServer, releases: guideOnly, doubts: true, jobs: 1, play: exportCapitals, steps: slices.Concat(begin, end)},
		{name: "bad-bytes", level: OwnServer, releases: guideOnly, doubts: true, jobs: 1, once: true, play: exportBadBytes, steps: append(slices.Clone(begin), later)},
		{
			name: "second-export", level: OwnServer, releases: since5, doubts: true, jobs: 1, once: true, play: exportTwice,
			steps: slices.Concat(begin, end, []step{{key: "again", method: post, path: exportPath, why: "a second export of the definition"}, later, remove}),
		},
		{
			name: "deleted-job", level: OwnServer, releases: since5, doubts: true, jobs: 1, play: deleteRunning,
			steps: slices.Concat(begin, []step{
				remove,
				{key: "back", method: get, path: executionsPath, query: byID, times: maxOwnPolls, why: "whether it has come back"},
				{key: "logs", method: get, path: logsPath, query: logOf("{job}"), why: "if it has not: until when it ran"},
			}),
		},
		{
			name: "broken-upload", level: OwnServer, releases: since5, doubts: true, play: breakUpload,
			steps: []step{
				{key: "define", method: post, path: definitionsPath},
				{key: "upload", method: post, path: definitionsPath + "/{definition}/upload", why: "an upload that breaks off"},
				{key: "look", method: get, path: definitionsPath + "/{definition}", times: maxOwnPolls},
				remove,
			},
		},
		{
			name: "taken-id", level: OwnServer, releases: guideOnly, doubts: true, play: takeID,
			steps: []step{
				{key: "define", method: post, path: definitionsPath},
				{key: "again", method: post, path: definitionsPath, why: "with the id of the one before it"},
			},
		},
		questions(
			"bare-logins", OwnServer,
			question{step: step{key: "empty", method: post, path: "/authn/login", stranger: true, why: "a login without a body", releases: okapiReleases}, header: http.Header{"Content-Type": {"application/json"}}},
			question{step: step{key: "nobody", method: post, path: "/authn/login", stranger: true, why: "a login without its members", releases: kongOnly}, body: "{}"},
			question{step: step{key: "no-cookie", method: post, path: "/authn/refresh", stranger: true, why: "a refresh without its cookie", releases: kongOnly}},
			question{step: step{key: "bad-cookie", method: post, path: "/authn/logout", stranger: true, why: "a logout of a session that there is not", releases: kongOnly}, header: http.Header{"Cookie": {"folioRefreshToken=" + garbageToken}}},
		),
	}
}

// exportOwn begins a job with a list of its own. It is nil if that was not possible.
func (p *play) exportOwn(name, list string) *made {
	profile := p.ev.facts.profile
	if profile == "" {
		p.giveUp("there is no job profile to export by")
		return nil
	}
	define := p.define(name)
	if define == nil {
		return nil
	}
	m := &made{definition: gjson.GetBytes(define.body, "id").String(), fileName: name}
	upload := p.upload("upload", m.definition, list)
	if !p.got(upload, "upload the list", http.StatusOK) {
		return nil
	}
	m.job = gjson.GetBytes(upload.body, "jobExecutionId").String()
	if !isUUID(m.job) {
		p.giveUp("the server names no job for the list")
		return nil
	}
	if !p.ours(m.job) {
		return nil
	}
	export := p.export(m.definition, m.job, profile)
	if !p.got(export, "start the export", http.StatusNoContent, http.StatusOK) {
		return nil
	}
	if p.ev.facts.traits.logs {
		p.made.logged = append(p.made.logged, m.job)
	}
	p.ev.facts.jobs[p.act.name] = m
	return m
}

// name is the name of the list of an act.
func (p *play) name(label string) string { return label + p.Run + "." + p.act.name + ".csv" }

// remove removes a job that nothing saves any more.
func (p *play) remove(job string) {
	o := p.send("remove", request{method: http.MethodDelete, path: executionsPath + "/" + job})
	if o.trouble == "" && (o.Status == http.StatusNoContent || o.Status == http.StatusNotFound) {
		p.made.removed = append(p.made.removed, job)
	}
}

// state is the status of the one job of an answer.
func state(o *observed) api.JobExecutionStatus {
	return api.JobExecutionStatus(gjson.GetBytes(o.body, jobsList+".0.status").String())
}

// exportBlankLine exports all ids, with a blank line among them.
func exportBlankLine(p *play) {
	if ids := p.ev.facts.ids; len(ids) > 0 {
		if m := p.exportOwn(p.name(fileLabel), "\n"+strings.Join(ids, "\n")+"\n"); m != nil {
			p.ended(m.job)
		}
	}
}

// exportCapitals exports an id in capital letters whose record is stored.
func exportCapitals(p *play) {
	stored := slices.IndexFunc(p.ev.facts.ids, p.ev.facts.isStored)
	if stored < 0 {
		return
	}
	if m := p.exportOwn(p.name(fileLabel), strings.ToUpper(p.ev.facts.ids[stored])+"\n"); m != nil {
		p.ended(m.job)
	}
}

// isStored tells whether source record storage has the record of an instance.
func (f *facts) isStored(id string) bool { return f.sources[id] == "MARC" }

// exportBadBytes exports a list that is no UTF-8.
func exportBadBytes(p *play) {
	m := p.exportOwn(p.name(unendedLabel), nowhere+"\n\xff\xfe\xfd\n")
	if m == nil || !p.let(p.wire.patience(unendedFor)) {
		return
	}
	if o := p.get("later", executionsPath, `query=id=="`+m.job+`"`); !lifecycle.Final(state(o)) {
		p.made.keep(m.job, "it does not end, and no call of this release removes it")
	}
}

// exportTwice exports a definition once more after its job has ended.
func exportTwice(p *play) {
	if len(p.ev.facts.ids) == 0 {
		return
	}
	m := p.exportOwn(p.name(unendedLabel), p.ev.facts.ids[0]+"\n")
	if m == nil {
		return
	}
	if p.ended(m.job) {
		p.post("again", exportPath, exportBody(m.definition, p.ev.facts.profile))
		if p.let(p.wire.patience(unendedFor)) {
			p.get("later", executionsPath, `query=id=="`+m.job+`"`)
		}
	}
	p.remove(m.job)
}

// manyLines is how long a list is that keeps a job busy for a moment.
const manyLines = 5_000

// madeUp is a list of ids that nothing has.
func madeUp(lines int) string {
	var b strings.Builder
	for i := range lines {
		fmt.Fprintf(&b, "5bb6a5a7-5b4c-4c2c-9a0e-%012x\n", i)
	}
	return b.String()
}

// logOf is the query for what a job left in the log, which outlives it.
func logOf(job string) string { return `query=jobExecutionId=="` + job + `"&limit=50` }

// deleteRunning removes a job while it runs, and looks whether it comes back.
func deleteRunning(p *play) {
	m := p.exportOwn(p.name(fileLabel), madeUp(manyLines))
	if m == nil {
		return
	}
	p.send("remove", request{method: http.MethodDelete, path: executionsPath + "/" + m.job})
	back := false
	for look := range maxOwnPolls {
		if !p.let(p.wire.patience(min(time.Second<<look, 15*time.Second))) || p.over() {
			return
		}
		status := state(p.get("back", executionsPath, `query=id=="`+m.job+`"`))
		back = back || status != ""
		if lifecycle.Final(status) {
			break
		}
	}
	if !back {
		p.get("logs", logsPath, logOf(m.job))
	}
	p.remove(m.job)
}

// breakUpload ends an upload half-way, once the server has begun to take it.
func breakUpload(p *play) {
	define := p.define(p.name(fileLabel))
	if define == nil {
		return
	}
	definition := gjson.GetBytes(define.body, "id").String()
	p.send("upload", request{
		method: http.MethodPost, path: definitionsPath + "/" + definition + "/upload", body: madeUp(1000), breaks: true,
		header: http.Header{"Content-Type": {"application/octet-stream"}, "Expect": {"100-continue"}},
	})
	for range maxOwnPolls {
		if o := p.get("look", definitionsPath+"/"+definition, ""); p.over() || gjson.GetBytes(o.body, "status").String() == string(api.FileDefinitionStatusError) {
			break
		}
	}
	if job := gjson.GetBytes(define.body, "jobExecutionId").String(); isUUID(job) {
		p.remove(job)
	}
}

// takeID creates a definition with the id of one that the run has just made.
func takeID(p *play) {
	define := p.define(p.name(fileLabel))
	if define == nil {
		return
	}
	p.remember(p.post("again", definitionsPath, `{"id":"`+gjson.GetBytes(define.body, "id").String()+`","fileName":"`+p.name(fileLabel)+`"}`))
}
