package verify

import (
	"net/http"
	"slices"

	"github.com/tidwall/gjson"
)

// actWorkDoubts asks about the run's own objects.
const actWorkDoubts = "doubts-of-definitions"

// aboutDefinitions are requests for definitions. All but the last two are refused whatever is true.
func aboutDefinitions() []question {
	name := `{"fileName":"` + fileLabel + `{run}.doubts.csv"`
	define := func(key, why, body string, header http.Header, releases ...string) question {
		return question{step: step{key: key, method: http.MethodPost, path: definitionsPath, why: why, releases: releases}, body: body, header: header}
	}
	text := `{"fileName":"` + fileLabel + `{run}.txt"`
	return []question{
		define("only-json", "a .txt file, by who accepts JSON alone", text+"}", accepting("application/json"), since5...),
		define("accept-and-type", "with an Accept and a media type that are both wrong", name+"}", http.Header{"Accept": {"image/png"}, "Content-Type": {"text/plain"}}),
		define("type-and-member", "with another media type and without a name", "{}", http.Header{"Content-Type": {"text/plain"}}),
		define("members", "with a member that nobody knows, one of a wrong type, and without a name", `{"x":1,"size":"five"}`, nil),
		define("nobodys-job", "a .txt file for a job that nobody made", text+`,"jobExecutionId":"{nowhere}"}`, nil, kongOnly...),
		define("more-behind", "a definition, with more behind its JSON", name+"} x", nil, "sunflower"),
		define("digits", "a definition, with a size in digits", name+`,"size":"5"}`, nil),
	}
}

// newerVersion is a UUID of version 7, which nothing has.
const newerVersion = "018f3a5c-7b4d-7c2c-9a0e-0f1a7e6a2c11"

// doubtingWorkflowActs ask about the run's own objects, and start no job.
func doubtingWorkflowActs() []act {
	get, post := http.MethodGet, http.MethodPost
	a := act{name: actWorkDoubts, level: Workflow, doubts: true, play: doubtDefinitions}
	for _, q := range aboutDefinitions() {
		a.steps = append(a.steps, q.step)
	}
	a.steps = append(
		a.steps,
		step{key: "newer-id", method: post, path: exportPath, releases: guideOnly, why: "an export of the run's own definition by a profile that does not exist, with an id of version 7"},
		step{key: "by-status", method: get, path: executionsPath, releases: since5, query: "query=id==({job} or {job} or {job}) sortby status", why: "the run's own jobs, sorted"},
		step{key: "by-number", method: get, path: executionsPath, releases: guideOnly, query: `query=id=="{job}" and progress.exported>10`, why: "the run's own job, if more than 10 were exported"},
		step{key: "or-any", method: get, path: executionsPath, releases: guideOnly, query: `query=(status==FAIL or status=*) and id=="{job}"`, why: "the run's own job, if it failed or not"},
		step{key: "with-token", method: get, path: "{link}", why: "the run's own file, with a token that is none"},
	)
	return []act{a}
}

func doubtDefinitions(p *play) {
	p.ask(aboutDefinitions())
	facts := &p.ev.facts
	digits := gjson.Result{}
	for _, o := range p.ev.exchanges[actWorkDoubts+".digits"] {
		digits = gjson.ParseBytes(o.body)
	}
	if id := digits.Get("id").String(); p.release == "guide" && slices.Contains(p.made.definitions, id) {
		p.post("newer-id", exportPath, exportBody(id, newerVersion))
	}
	whole, mixed := facts.begun("whole"), facts.begun("mixed")
	if whole == nil || mixed == nil {
		return
	}
	if facts.traits.logs {
		if waiting := digits.Get("jobExecutionId").String(); slices.Contains(p.made.jobs, waiting) {
			p.get("by-status", executionsPath, "query=id==("+waiting+" or "+whole.job+" or "+mixed.job+") sortby status")
		}
	} else {
		p.get("by-number", executionsPath, `query=id=="`+whole.job+`" and progress.exported>10`)
		p.get("or-any", executionsPath, `query=(status==FAIL or status=*) and id=="`+whole.job+`"`)
	}
	p.fetchWithToken()
}

// fetchWithToken takes a file once more, and sends a token along that is none: a store must not be told a true one.
func (p *play) fetchWithToken() {
	for _, o := range p.ev.exchanges["mixed.link"] {
		if link := gjson.GetBytes(o.body, "link").String(); slices.Contains(p.made.links, link) {
			p.send("with-token", request{method: http.MethodGet, path: link, link: true, header: http.Header{"X-Okapi-Token": {garbageToken}}})
			return
		}
	}
}
