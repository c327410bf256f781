package verify

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/tidwall/gjson"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// maxPolls bounds the looks at one job. With growing pauses they last five minutes.
const maxPolls = 24

// fileLabel is what the names of all files of all runs begin with.
const fileLabel = "fauxkapi-verify-"

// workflowActs go the six steps.
func workflowActs() []act {
	return []act{
		{
			name: actCompany, level: Workflow, once: true, play: waitForOthers,
			steps: []step{{key: "running", method: http.MethodGet, path: executionsPath, query: "query=status==IN_PROGRESS&limit=50", times: 11, why: "whether another run is at work, for up to five minutes"}},
		},
		{name: "whole", level: Workflow, jobs: 1, play: exportWhole, steps: append(jobSteps(), lateSteps()...)},
		{name: "mixed", level: Workflow, jobs: 1, play: exportMixed, steps: jobSteps()},
		{
			name: "mistakes", level: Workflow, play: makeMistakes,
			steps: []step{
				{key: "name-missing", method: http.MethodPost, path: definitionsPath, why: "a definition without a name"},
				{key: "text-file", method: http.MethodPost, path: definitionsPath, why: "a definition of a .txt file"},
				{key: "too-large", method: http.MethodPost, path: definitionsPath, why: "a definition of more than 500,000 KB", releases: since5},
				{key: "no-json", method: http.MethodPost, path: definitionsPath, why: "a body that is no JSON"},
				{key: "define", method: http.MethodPost, path: definitionsPath},
				{key: "upload-as-text", method: http.MethodPost, path: definitionsPath + "/{definition}/upload", why: "an upload with another media type"},
				{key: "upload-nowhere", method: http.MethodPost, path: definitionsPath + "/{nowhere}/upload", why: "an upload for a UUID that nothing has"},
				{key: "export-nowhere", method: http.MethodPost, path: exportPath, why: "an export of a definition that does not exist"},
				{key: "unknown-profile", method: http.MethodPost, path: exportPath, why: "an export of the run's own definition by a profile that does not exist"},
			},
		},
	}
}

// jobSteps are the requests of one job from its definition to its file.
func jobSteps() []step {
	get, post := http.MethodGet, http.MethodPost
	byID := `query=id=="{job}"`
	return []step{
		{key: "define", method: post, path: definitionsPath},
		{key: "defined", method: get, path: definitionsPath + "/{definition}"},
		{key: "upload", method: post, path: definitionsPath + "/{definition}/upload"},
		{key: "uploaded", method: get, path: definitionsPath + "/{definition}"},
		{key: "waiting", method: get, path: executionsPath, query: byID},
		{key: "too-early", method: get, path: executionsPath + "/{job}/download/{nowhere}", why: "a link of the job before it has a file"},
		{key: "upload-again", method: post, path: definitionsPath + "/{definition}/upload", why: "a second upload, after the export, which is refused"},
		{key: "export", method: post, path: exportPath},
		{key: "poll", method: get, path: executionsPath, query: byID, times: maxPolls},
		{key: "ended", method: get, path: executionsPath, query: byID},
		{key: "link", method: get, path: executionsPath + "/{job}/download/{file}"},
		{key: "other-file", method: get, path: executionsPath + "/{job}/download/{nowhere}", why: "the link of a file that the job does not have"},
		{key: "file", method: get, path: "{link}", why: "the file, without any credential"},
		{key: "unsigned", method: get, path: "{link}", why: "the same without its signature, which is refused"},
		{key: "logs", method: get, path: logsPath, query: `query=jobExecutionId=="{job}"&limit=50`},
		{key: "first-row", method: get, path: logsPath, query: `query=jobExecutionId=="{job}"&limit=1`},
		{key: "no-rows", method: get, path: logsPath, query: `query=jobExecutionId=="{nowhere}"`, why: noObject},
		{key: "as-new", method: get, path: executionsPath, query: `query=id=="{job}" and status==NEW`},
		{key: "page-one", method: get, path: executionsPath, query: `query=id==({pair}) sortby completedDate&limit=1&offset=0`},
		{key: "page-two", method: get, path: executionsPath, query: `query=id==({pair}) sortby completedDate&limit=1&offset=1`},
	}
}

// lateSteps are for a store that does not have the file at once.
func lateSteps() []step {
	return []step{
		{key: "file-late", method: http.MethodGet, path: "{link}", why: "the file once more, if the store did not have it, after a quarter of a minute"},
		{key: "file-last", method: http.MethodGet, path: "{link}", why: "and if it does not have it then, after a minute"},
	}
}

// otherRun is the pause between two looks for another run, and how many there are.
const otherRun = 30 * time.Second

// waitForOthers waits until no job of another run is under way.
func waitForOthers(p *play) {
	for look := range 11 {
		o := p.get("running", executionsPath, "query=status==IN_PROGRESS&limit=50")
		other := ""
		p.ev.facts.busy = gjson.GetBytes(o.body, "jobExecutions.#").Int() > 0
		for _, name := range gjson.GetBytes(o.body, "jobExecutions.#.exportedFiles.#.fileName|@flatten").Array() {
			if label, is := strings.CutPrefix(name.String(), fileLabel); is { // this run has started nothing yet, so it is another with its label, too
				if other, _, _ = strings.Cut(label, "."); !plainLabel(other) {
					other = "without a label"
				}
			}
		}
		if other == "" || p.over() {
			return
		}
		if look == 10 {
			p.stop("run " + other + " is at work on this server; try again when it is over")
			return
		}
		if !p.let(p.wire.patience(otherRun)) {
			return
		}
	}
}

// exportWhole exports ids that all exist.
func exportWhole(p *play) {
	ids := p.ev.facts.ids
	if len(ids) == 0 {
		p.giveUp("there are no ids to export")
		return
	}
	p.exportJob(&made{good: ids, lines: len(ids)}, strings.Join(ids, "\n")+"\n")
}

// exportMixed exports a list as people make them: a header, an id twice, one that nothing has.
func exportMixed(p *play) {
	if len(p.ev.facts.ids) == 0 {
		p.giveUp("there are no ids to export")
		return
	}
	good := p.ev.facts.ids[0]
	lines := []string{"instance_id", good, nowhere, good}
	m := &made{good: []string{good}, lines: len(lines), bad: 3}
	if p.ev.facts.nowhereIs {
		m.good, m.bad = append(m.good, nowhere), 2
	}
	p.exportJob(m, strings.Join(lines, "\n")+"\n")
	p.lookAround(m)
}

// lookAround asks for a job that has ended in ways that show whether queries and pages are obeyed.
func (p *play) lookAround(m *made) {
	if p.over() || m.job == "" {
		return
	}
	if p.ev.facts.traits.logs {
		p.get("first-row", logsPath, `query=jobExecutionId=="`+m.job+`"&limit=1`)
		p.get("no-rows", logsPath, `query=jobExecutionId=="`+nowhere+`"`)
	}
	p.get("as-new", executionsPath, `query=id=="`+m.job+`" and status==NEW`)
	if other := p.ev.facts.begun("whole"); other != nil {
		pair := `"` + other.job + `" or "` + m.job + `"`
		p.made.pairs = append(p.made.pairs, pair)
		p.get("page-one", executionsPath, "query=id==("+pair+") sortby completedDate&limit=1&offset=0")
		p.get("page-two", executionsPath, "query=id==("+pair+") sortby completedDate&limit=1&offset=1")
	}
}

// exportJob goes the six steps with one list.
func (p *play) exportJob(m *made, list string) {
	facts := &p.ev.facts
	if facts.profile == "" {
		p.giveUp("there is no job profile to export by")
		return
	}
	m.fileName = fmt.Sprintf("%s%s.%d.csv", fileLabel, p.Run, p.started+1)
	define := p.define(m.fileName)
	if define == nil {
		return
	}
	m.definition = gjson.GetBytes(define.body, "id").String()
	defined := p.get("defined", definitionsPath+"/"+m.definition, "")
	if name := gjson.GetBytes(defined.body, "fileName"); defined.Status == http.StatusOK && name.Exists() && name.String() != m.fileName {
		m.job = gjson.GetBytes(define.body, "jobExecutionId").String()
		facts.jobs[p.act.name] = m
		p.giveUp("the id that the server gave the file definition is that of another, to which nothing is uploaded")
		return
	}
	upload := p.upload("upload", m.definition, list)
	if !p.got(upload, "upload the list", http.StatusOK) {
		return
	}
	uploaded := p.get("uploaded", definitionsPath+"/"+m.definition, "")
	m.job = gjson.GetBytes(upload.body, "jobExecutionId").String()
	if !isUUID(m.job) {
		m.job = gjson.GetBytes(uploaded.body, "jobExecutionId").String()
	}
	if !isUUID(m.job) {
		p.giveUp("the server names no job for the list")
		return
	}
	if !p.ours(m.job) {
		return
	}
	facts.jobs[p.act.name] = m
	p.get("waiting", executionsPath, `query=id=="`+m.job+`"`)
	p.get("too-early", executionsPath+"/"+m.job+"/download/"+nowhere, "")
	export := p.export(m.definition, m.job, facts.profile)
	if !p.got(export, "start the export", http.StatusNoContent, http.StatusOK) {
		return
	}
	if p.ended(m.job) {
		p.fetch(m)
	}
	if facts.traits.logs {
		p.made.logged = append(p.made.logged, m.job)
		p.get("logs", logsPath, `query=jobExecutionId=="`+m.job+`"&limit=50`)
	}
	p.upload("upload-again", m.definition, list)
}

// ours remembers a job that the server names, unless it was there before.
func (p *play) ours(job string) bool {
	if p.made.job(job) {
		return true
	}
	p.ev.facts.taken[p.act.name] = job
	p.giveUp(notNew)
	return false
}

// notNew is why nothing more is done with a job.
const notNew = "the job that the server names was there before the run, so it is left alone"

// define registers a definition under a name, and remembers it.
func (p *play) define(name string) *observed {
	o := p.post("define", definitionsPath, `{"fileName":"`+name+`"}`)
	if !p.got(o, "create a file definition", http.StatusCreated, http.StatusOK) {
		return nil
	}
	if p.remember(o) == "" {
		p.giveUp("the server names no id of the file definition")
		return nil
	}
	return o
}

// remember takes note of a definition that was created, and of its job. It returns the id of the definition.
func (p *play) remember(o *observed) string {
	id, job := gjson.GetBytes(o.body, "id").String(), gjson.GetBytes(o.body, "jobExecutionId").String()
	if o.trouble != "" || o.Status >= 300 || !isUUID(id) {
		return ""
	}
	p.made.definitions = append(p.made.definitions, id)
	if isUUID(job) && !p.ours(job) {
		return ""
	}
	return id
}

func (p *play) upload(key, definition, list string) *observed {
	return p.send(key, request{
		method: http.MethodPost, path: definitionsPath + "/" + definition + "/upload", body: list,
		header: http.Header{"Content-Type": {"application/octet-stream"}},
	})
}

// export starts the job of a definition.
func (p *play) export(definition, job, profile string) *observed {
	p.started++
	p.made.running = append(p.made.running, job)
	return p.post("export", exportPath, exportBody(definition, profile))
}

func exportBody(definition, profile string) string {
	return `{"fileDefinitionId":"` + definition + `","jobProfileId":"` + profile + `"}`
}

// ended looks at a job until it has ended, at growing intervals.
func (p *play) ended(job string) bool {
	query := `query=id=="` + job + `"`
	for look := range maxPolls {
		o := p.get("poll", executionsPath, query)
		if p.over() {
			return false
		}
		status := gjson.GetBytes(o.body, "jobExecutions.0.status").String()
		if o.trouble == "" && lifecycle.Final(api.JobExecutionStatus(status)) {
			p.made.running = slices.DeleteFunc(p.made.running, func(id string) bool { return id == job })
			p.get("ended", executionsPath, query)
			return !p.over()
		}
		pause := time.Second / 4 << min(look, 6)
		if !p.let(p.wire.patience(pause)) {
			return false
		}
	}
	p.ev.facts.endless[p.act.name] = true
	p.giveUp("the job has not ended within five minutes")
	return false
}

// fetch takes the link of a job that has ended, and the file.
func (p *play) fetch(m *made) {
	last := p.ev.exchanges[p.act.name+".ended"]
	file := gjson.GetBytes(last[len(last)-1].body, "jobExecutions.0.exportedFiles|@reverse|0.fileId").String()
	if !isUUID(file) {
		return // the claims say so
	}
	p.made.files = append(p.made.files, file)
	path := executionsPath + "/" + m.job + "/download/"
	o := p.get("link", path+file, "")
	p.get("other-file", path+nowhere, "")
	link := gjson.GetBytes(o.body, "link").String()
	if why := p.wire.unfetchable(link, m.job); why != "" {
		p.skip(why, "file", "unsigned")
		return
	}
	bare, _, signed := strings.Cut(link, "?")
	p.made.links = append(p.made.links, link)
	p.fetchFile(link)
	if signed {
		p.made.links = append(p.made.links, bare)
		p.send("unsigned", request{method: http.MethodGet, path: bare, link: true})
	}
}

// fetchFile takes the file of a link. A store may have it a moment after the job has ended.
func (p *play) fetchFile(link string) {
	get := request{method: http.MethodGet, path: link, link: true}
	o := p.send("file", get)
	for _, later := range []struct {
		key   string
		pause time.Duration
	}{{"file-late", 15 * time.Second}, {"file-last", 45 * time.Second}} {
		if o.trouble != "" || o.Status != http.StatusNotFound || p.act.name != "whole" || !p.let(p.wire.patience(later.pause)) {
			return
		}
		o = p.send(later.key, get)
	}
}

// makeMistakes makes the commonest mistakes, each about an object of its own or about none.
func makeMistakes(p *play) {
	p.post("name-missing", definitionsPath, `{}`)
	p.post("text-file", definitionsPath, `{"fileName":"`+fileLabel+p.Run+`.txt"}`)
	if among(since5, p.release) {
		p.remember(p.post("too-large", definitionsPath, `{"fileName":"`+fileLabel+p.Run+`.large.csv","size":500001}`))
	}
	p.post("no-json", definitionsPath, `{"fileName":`)
	p.uploadBody("upload-nowhere", nowhere, "application/octet-stream")
	p.post("export-nowhere", exportPath, exportBody(nowhere, cmpProfile(p.ev.facts.profile)))
	define := p.define(fileLabel + p.Run + ".mistakes.csv")
	if define == nil {
		return
	}
	definition := gjson.GetBytes(define.body, "id").String()
	p.uploadBody("upload-as-text", definition, "text/plain")
	p.post("unknown-profile", exportPath, exportBody(definition, nowhere))
}

func (p *play) uploadBody(key, definition, mediaType string) {
	p.send(key, request{
		method: http.MethodPost, path: definitionsPath + "/" + definition + "/upload", body: nowhere + "\n",
		header: http.Header{"Content-Type": {mediaType}},
	})
}

func cmpProfile(id string) string {
	if id == "" {
		return defaultProfile
	}
	return id
}

func isUUID(text string) bool { return len(text) == 36 && uuid.Validate(text) == nil }
