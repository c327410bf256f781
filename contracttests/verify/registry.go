package verify

import (
	"net/http"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// registry remembers what the run made and what it was told of.
type registry struct {
	definitions, jobs, files []string
	running                  []string          // jobs that have not been seen to end
	logged                   []string          // jobs that have log rows
	lost                     []string          // names of definitions that were asked for, without an answer
	removed                  []string          // jobs
	numbers                  map[string]string // hrIds of jobs
	kept                     map[string]string
	listed                   []string        // ids that the server told, only to be looked at
	before                   map[string]bool // jobs that were there before the run made anything
	links, pairs             []string
}

// values are what a placeholder of the plan may stand for.
func (r *run) values(placeholder string) []string {
	switch placeholder {
	case "run":
		return []string{r.Run}
	case "tenant":
		return []string{r.Tenant}
	case "nowhere":
		return []string{nowhere}
	case "definition":
		return r.made.definitions
	case "job":
		return r.made.jobs
	case "file":
		return r.made.files
	case "listed":
		return r.made.listed
	case "zeros":
		return []string{strings.Repeat("0", longQuery)}
	case "pair":
		return r.made.pairs
	case "link":
		return r.made.links
	}
	return nil
}

// job remembers a job, once. One that was there before is not the run's, whatever the server says.
func (m *registry) job(id string) bool {
	if m.before[strings.ToLower(id)] {
		return false
	}
	if !slices.Contains(m.jobs, id) {
		m.jobs = append(m.jobs, id)
	}
	return true
}

// maxBefore bounds how many jobs of others are remembered.
const maxBefore = 10_000

// learn remembers what may have been made although nobody could say so, the numbers of the run's jobs, and the jobs that
// an answer has as long as none of them can be the run's.
func (m *registry) learn(o *observed) {
	m.learnNumbers(o)
	if r := o.request; r.method == http.MethodPost && r.path == definitionsPath && o.Status < 400 && !isUUID(gjson.GetBytes(o.body, "id").String()) {
		if name := gjson.Get(r.body, "fileName").String(); name != "" {
			m.lost = append(m.lost, name)
		}
	}
	if len(m.definitions)+len(m.lost) > 0 {
		return
	}
	if m.before == nil {
		m.before = map[string]bool{}
	}
	for _, id := range gjson.GetBytes(o.body, jobsList+".#.id").Array() {
		if len(m.before) < maxBefore && isUUID(id.String()) {
			m.before[strings.ToLower(id.String())] = true
		}
	}
}

func (m *registry) learnNumbers(o *observed) {
	if len(m.jobs) == 0 {
		return
	}
	if m.numbers == nil {
		m.numbers = map[string]string{}
	}
	for _, job := range gjson.GetBytes(o.body, jobsList).Array() {
		if id, number := job.Get("id").String(), job.Get("hrId").String(); slices.Contains(m.jobs, id) && wholeNumber.MatchString(number) && number != "0" {
			m.numbers[id] = number
		}
	}
}

func (m *registry) isRemoved(id string) bool { return slices.Contains(m.removed, id) }

// keep says why a job stays.
func (m *registry) keep(id, why string) {
	if m.kept == nil {
		m.kept = map[string]string{}
	}
	m.kept[id] = why
}

// left is what stays on the server.
func (m *registry) left() []Left {
	left := []Left{}
	for _, id := range m.jobs {
		if !slices.Contains(m.removed, id) {
			left = append(left, Left{Kind: "job", ID: id, Why: m.kept[id]})
		}
	}
	for _, id := range m.jobs {
		if number := m.numbers[id]; number != "" && slices.Contains(m.removed, id) {
			left = append(left, Left{Kind: "hrId", ID: number, Why: "the job was removed, and no other gets its number"})
		}
	}
	for _, id := range m.definitions {
		left = append(left, Left{Kind: "file definition", ID: id})
	}
	for _, name := range m.lost {
		left = append(left, Left{Kind: "file definition", ID: name, Why: "no answer says whether it was made, and a job with it"})
	}
	for _, id := range m.logged {
		left = append(left, Left{Kind: "log rows", ID: id})
	}
	return left
}

// nowhere is a well-formed UUID that no object of a FOLIO has.
const nowhere = "5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11"
