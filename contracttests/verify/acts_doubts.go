package verify

import (
	"net/http"
	"strings"
)

// The sizes in bytes at which Kong is believed to refuse, and more than them.
const (
	longQuery  = 9_000
	longHeader = 40_000
)

const actGateDoubts = "doubts-of-the-gateway"

// question is a step that is sent whatever the steps before it brought.
type question struct {
	step
	header http.Header
	body   string
	token  string // instead of the run's
}

// questions are an act that puts them one after the other.
func questions(name string, level Level, all ...question) act {
	a := act{name: name, level: level, doubts: true, play: func(p *play) { p.ask(all) }}
	for _, q := range all {
		a.steps = append(a.steps, q.step)
	}
	return a
}

// ask puts those questions that are for the release. A definition that a server makes where it was to refuse is
// remembered, as everything that the run makes.
func (p *play) ask(all []question) {
	for _, q := range all {
		if !among(q.releases, p.release) {
			continue
		}
		o := p.send(q.key, request{
			method: q.method, path: p.filled(q.path), query: p.filled(q.query), raw: q.raw, header: q.header, body: p.filled(q.body), token: q.token,
		})
		if q.method == http.MethodPost && q.path == definitionsPath {
			p.remember(o)
		}
	}
}

// filled is a template with the run's own values in it.
func (p *play) filled(template string) string {
	for _, placeholder := range []string{"nowhere", "run", "tenant", "zeros"} {
		template = strings.ReplaceAll(template, "{"+placeholder+"}", p.values(placeholder)[0])
	}
	return template
}

// The releases that beliefs are about.
var (
	since5    = []string{"sunflower", "trillium"}
	guideOnly = []string{"guide"}
	kongOnly  = []string{"trillium"}
)

// doubtingActs ask what nobody has seen a real server answer. No question has an answer that could reveal what is not
// the run's, also where the server is not as it is believed to be.
func doubtingActs() []act {
	return []act{doubtsOfLists(), doubtsOfTheGateway()}
}

func doubtsOfLists() act {
	get := http.MethodGet
	const nothing = ` and id=="{nowhere}"`
	return questions("doubts", ReadOnly,
		question{step: step{key: "limit-negative", method: get, path: executionsPath, query: `query=id=="{nowhere}"&limit=-1`, why: "a page of less than none"}},
		question{step: step{key: "limit-zero", method: get, path: profilesPath, query: "limit=0", why: "a page of no rows", releases: guideOnly}},
		question{step: step{key: "blanks", method: get, path: profilesPath, query: "query=cql.allRecords%3D1%20sortby%20name/sort.descending&limit=1", raw: true, why: "blanks as %20, which are + elsewhere"}},
		question{step: step{key: "two-faults", method: get, path: profilesPath, query: "limit=-1", why: "with an Accept and a limit that are both wrong"}, header: accepting("image/png")},
		question{step: step{key: "unknown-name", method: get, path: executionsPath, query: "query=hrId==1" + nothing, why: "a name that queries do not have", releases: since5}},
		question{step: step{key: "number-and-days", method: get, path: executionsPath, query: "query=hrid==1 and startedDate=2026-01-01:2026-02-01" + nothing, why: "a number and a range of days in a query", releases: since5}},
		question{step: step{key: "after-days", method: get, path: executionsPath, query: "query=startedDate>2026-01-01:2026-02-01" + nothing, why: "later than a range of days", releases: since5}},
		question{step: step{key: "part-of-an-id", method: get, path: executionsPath, query: "query=id>2209" + nothing, why: "greater than what is no whole id", releases: guideOnly}},
	)
}

// doubtsOfTheGateway are also of the inventory, which only a gateway leads to.
func doubtsOfTheGateway() act {
	get := http.MethodGet
	none := `query=id=="{nowhere}"`
	okapi := "/_/proxy/tenants/{tenant}/"
	return questions(actGateDoubts, ReadOnly,
		question{step: step{key: "instances-negative", method: get, path: instancesPath, query: `query=id=="{nowhere}"&limit=-1`, why: "a page of the inventory with less than none", releases: []string{"sunflower"}}},
		question{step: step{key: "broken-escape", method: get, path: profilesPath, query: "query=%zz&limit=1", raw: true, why: "an escape that is none"}},
		question{step: step{key: "masked-word", method: get, path: instancesPath, query: `query=keyword all "n*d"` + ` and id=="{nowhere}"`, why: "a word with a * in it"}},
		question{step: step{key: "version", method: get, path: "/_/version", why: "which Okapi it is", releases: okapiReleases}},
		question{step: step{key: "inventory", method: get, path: okapi + "modules", query: "filter=mod-inventory", why: "which inventory it is", releases: okapiReleases}},
		question{step: step{key: "unknown-word", method: get, path: okapi + "modules", query: "filter={nowhere}&order=up", why: "an order that does not exist", releases: okapiReleases}},
		question{
			step:   step{key: "two-tokens", method: get, path: executionsPath, query: none, why: "with another token in Authorization", releases: kongOnly},
			header: http.Header{"Accept": {"text/plain"}, "Authorization": {"Bearer " + garbageToken}},
		},
		question{
			step: step{key: "body-on-get", method: get, path: executionsPath, query: none, stranger: true, why: "a GET with a body and a token that is none", releases: kongOnly},
			body: "{}", token: garbageToken,
		},
		question{step: step{key: "long-query", method: get, path: "/data-export/{nowhere}", query: "padding={zeros}", why: "a path that nobody serves, with a query of 9,000 bytes", releases: kongOnly}},
		question{
			step:   step{key: "long-header", method: get, path: "/data-export/{nowhere}", why: "the same, with a header of 40,000 bytes", releases: kongOnly},
			header: http.Header{"X-Padding": {strings.Repeat("0", longHeader)}},
		},
		question{step: step{key: "as-a-browser", method: get, path: "/data-export/{nowhere}", why: "a path that nobody serves, as a browser asks", releases: kongOnly}, header: accepting("text/html")},
	)
}

func accepting(mediaType string) http.Header { return http.Header{"Accept": {mediaType}} }
