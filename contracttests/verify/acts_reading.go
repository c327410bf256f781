package verify

import (
	"net/http"
	"strings"

	"github.com/tidwall/gjson"
)

// The paths of the module.
const (
	profilesPath    = "/data-export/job-profiles"
	definitionsPath = "/data-export/file-definitions"
	executionsPath  = "/data-export/job-executions"
	exportPath      = "/data-export/export"
	logsPath        = "/data-export/logs"
	instancesPath   = "/inventory/instances"
	bulkIDsPath     = "/instance-bulk/ids"
	downloadOf      = executionsPath + "/%s/download/%s"
)

const noObject = "asks for a UUID that nothing has"

// nothingAsked is a query that finds nothing.
const nothingAsked = `query=id=="{nowhere}"`

// readingActs look, and change nothing.
func readingActs() []act {
	get := http.MethodGet
	knocking := act{
		name: actGate, level: ReadOnly, play: knock,
		steps: []step{
			{key: "no-token", method: get, path: executionsPath, query: nothingAsked, stranger: true, why: "without a token; it asks for a UUID that nothing has, so it could reveal nothing"},
			{key: "bad-token", method: get, path: executionsPath, query: nothingAsked, stranger: true, why: "with a token that is none; likewise"},
			{key: "other-tenant", method: get, path: executionsPath, query: nothingAsked, why: "for a tenant that does not exist; likewise"},
			{key: "no-path", method: get, path: "/data-export/{nowhere}", why: "a path that nobody serves"},
		},
	}
	for _, q := range oddKnocks() {
		knocking.steps = append(knocking.steps, q.step)
	}
	return []act{
		{
			name: "profiles", level: ReadOnly, play: readProfiles,
			steps: []step{
				{key: "all", method: get, path: profilesPath, query: "limit=200"},
				{key: "first", method: get, path: profilesPath, query: "limit=1"},
				{key: "second", method: get, path: profilesPath, query: "limit=1&offset=1"},
				{key: "by-id", method: get, path: profilesPath, query: `query=id=="{listed}"`},
				{key: "sorted", method: get, path: profilesPath, query: "query=cql.allRecords=1 sortby name/sort.descending&limit=200"},
				{key: "nowhere", method: get, path: profilesPath, query: `query=id=="{nowhere}"`, why: noObject},
			},
		},
		{
			name: "jobs", level: ReadOnly, play: readJobs,
			steps: []step{
				{key: "recent", method: get, path: executionsPath, query: "query=cql.allRecords=1 sortby completedDate/sort.descending&limit=5"},
				{key: "first", method: get, path: executionsPath, query: "limit=1"},
				{key: "by-id", method: get, path: executionsPath, query: `query=id=="{listed}"`},
				{key: "by-status", method: get, path: executionsPath, query: "query=status=={listed}&limit=5"},
				{key: "nowhere", method: get, path: executionsPath, query: `query=id=="{nowhere}"`, why: noObject},
				{key: "no-id", method: get, path: executionsPath, query: `query=id=="no-id"`, why: "looks for an id that is no UUID"},
				{key: "bad-query", method: get, path: executionsPath, query: `query=id==(`, why: "a query that is broken"},
				{key: "no-rows", method: get, path: executionsPath, query: `query=id=="{nowhere}"&limit=0`, why: "a page of no rows", releases: since5},
			},
		},
		{
			name: "nothing", level: ReadOnly, play: readNothing,
			steps: []step{
				{key: "definition", method: get, path: definitionsPath + "/{nowhere}", why: noObject},
				{key: "link", method: get, path: executionsPath + "/{nowhere}/download/{nowhere}", why: noObject},
				{key: "logs", method: get, path: logsPath, query: `query=jobExecutionId=="{nowhere}"`, why: noObject},
			},
		},
		{
			name: actInstances, level: ReadOnly, play: readInstances,
			steps: []step{
				{key: "some", method: get, path: instancesPath, query: "limit=3", why: "unless ids were given"},
				{key: "given", method: get, path: instancesPath, query: "query=id==({listed})&limit=5", why: "what the server says of ids that were given"},
				{key: "bulk-ids", method: get, path: bulkIDsPath, query: `query=id=="{listed}"`, why: "the ids alone, by the guide's own path", releases: guideOnly},
				{key: "nowhere", method: get, path: instancesPath, query: "query=id==({nowhere})&limit=5", why: "whether the UUID that nothing should have is an instance's after all"},
			},
		},
		knocking,
	}
}

func readProfiles(p *play) {
	all := p.get("all", profilesPath, "limit=200")
	if !p.got(all, "list the job profiles", http.StatusOK) {
		return
	}
	p.chooseProfile(all)
	p.get("first", profilesPath, "limit=1")
	p.get("second", profilesPath, "limit=1&offset=1")
	if id := p.ev.facts.profile; id != "" {
		p.get("by-id", profilesPath, `query=id=="`+id+`"`)
	}
	p.get("sorted", profilesPath, "query=cql.allRecords=1 sortby name/sort.descending&limit=200")
	p.get("nowhere", profilesPath, `query=id=="`+nowhere+`"`)
}

// defaultProfile is the id of the default job profile for instances, the same in every FOLIO.
const defaultProfile = "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"

// chooseProfile takes the default profile for instances, or else the first.
func (p *play) chooseProfile(all *observed) {
	for _, profile := range gjson.GetBytes(all.body, "jobProfiles").Array() {
		id := profile.Get("id").String()
		if !isUUID(id) || p.ev.facts.profile != "" && id != defaultProfile {
			continue
		}
		p.ev.facts.profile, p.ev.facts.profileName = id, profile.Get("name").String()
	}
	p.made.listed = append(p.made.listed, p.ev.facts.profile)
}

func readJobs(p *play) {
	recent := p.get("recent", executionsPath, "query=cql.allRecords=1 sortby completedDate/sort.descending&limit=5")
	p.get("first", executionsPath, "limit=1")
	if job := gjson.GetBytes(recent.body, "jobExecutions.0"); recent.trouble == "" && isUUID(job.Get("id").String()) {
		id, status := job.Get("id").String(), job.Get("status").String()
		p.made.listed = append(p.made.listed, id)
		p.get("by-id", executionsPath, `query=id=="`+id+`"`)
		if plainStatus(status) {
			p.made.listed = append(p.made.listed, status)
			p.get("by-status", executionsPath, "query=status=="+status+"&limit=5")
		}
	}
	p.get("nowhere", executionsPath, `query=id=="`+nowhere+`"`)
	p.get("no-id", executionsPath, `query=id=="no-id"`)
	p.get("bad-query", executionsPath, `query=id==(`)
	if among(since5, p.release) {
		p.get("no-rows", executionsPath, `query=id=="`+nowhere+`"&limit=0`)
	}
}

func plainStatus(status string) bool {
	return status != "" && len(status) < 40 && strings.Trim(status, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

func readNothing(p *play) {
	p.get("definition", definitionsPath+"/"+nowhere, "")
	p.get("link", executionsPath+"/"+nowhere+"/download/"+nowhere, "")
	if p.ev.facts.traits.logs {
		p.get("logs", logsPath, `query=jobExecutionId=="`+nowhere+`"`)
	}
}

// readInstances finds ids to export: those that were given, as far as the server has them, or three of its own.
func readInstances(p *play) {
	nowhereIs := p.get("nowhere", instancesPath, "query=id==("+nowhere+")&limit=5")
	p.ev.facts.nowhereIs = nowhereIs.trouble == "" && gjson.GetBytes(nowhereIs.body, "instances.#").Int() > 0
	p.findIDs()
	if ids := p.ev.facts.ids; len(ids) > 0 && among(guideOnly, p.release) {
		p.made.listed = append(p.made.listed, ids[0])
		p.get("bulk-ids", bulkIDsPath, `query=id=="`+ids[0]+`"`)
	}
}

func (p *play) findIDs() {
	if len(p.IDs) == 0 {
		some := p.get("some", instancesPath, "limit=3")
		if p.got(some, "list instances", http.StatusOK) {
			p.takeIDs(some)
		}
		return
	}
	wanted := strings.Join(p.IDs, " or ")
	p.made.listed = append(p.made.listed, wanted)
	given := p.get("given", instancesPath, "query=id==("+wanted+")&limit=5")
	if p.got(given, "look for the ids that were given", http.StatusOK) {
		p.takeIDs(given)
	}
}

func (p *play) takeIDs(o *observed) {
	for _, instance := range gjson.GetBytes(o.body, "instances").Array() {
		if id := strings.ToLower(instance.Get("id").String()); isUUID(id) && len(p.ev.facts.ids) < maxIDs {
			p.ev.facts.ids = append(p.ev.facts.ids, id)
			p.ev.facts.sources[id] = instance.Get("source").String()
		}
	}
	if len(p.ev.facts.ids) == 0 {
		p.giveUp("the server has none of the instances that could be exported; give ids that it has")
	}
}

// garbageToken is no token.
const garbageToken = "garbage"

// knock comes with the wrong credentials, and asks for nothing.
func knock(p *play) {
	query := `query=id=="` + nowhere + `"`
	p.send("no-token", request{method: http.MethodGet, path: executionsPath, query: query})
	p.send("bad-token", request{method: http.MethodGet, path: executionsPath, query: query, token: garbageToken})
	p.send("other-tenant", request{method: http.MethodGet, path: executionsPath, query: query, header: http.Header{"X-Okapi-Tenant": {"fauxkapi" + p.Run}}})
	p.get("no-path", "/data-export/"+nowhere, "")
	p.ask(oddKnocks())
}

// oddKnocks come with credentials that contradict one another, or with more than a gateway reads.
func oddKnocks() []question {
	knock := func(key, why string, header http.Header, releases ...string) question {
		return question{step: step{key: key, method: http.MethodGet, path: executionsPath, query: nothingAsked + "&limit=2", why: why, releases: releases}, header: header}
	}
	return []question{
		knock("two-tokens", "with another token in Authorization", http.Header{"Authorization": {"Bearer " + garbageToken}}, okapiReleases...),
		knock("other-user", "as another user than the token's", http.Header{"X-Okapi-User-Id": {nowhere}}, okapiReleases...),
		knock("no-bearer", "with an Authorization that is no bearer token", http.Header{"Authorization": {"Basic " + garbageToken}}, kongOnly...),
		{step: step{key: "long-query", method: http.MethodGet, path: "/data-export/{nowhere}", query: "padding={zeros}", why: "a path that nobody serves, with a query of 9,000 bytes", releases: okapiReleases}},
		{
			step:   step{key: "long-header", method: http.MethodGet, path: "/data-export/{nowhere}", why: "the same, with a header of 40,000 bytes", releases: okapiReleases},
			header: http.Header{"X-Padding": {strings.Repeat("0", longHeader)}},
		},
	}
}
