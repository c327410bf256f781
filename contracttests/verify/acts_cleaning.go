package verify

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// cleaning removes the jobs that the run made, the last first, where FOLIO can.
func cleaning() act {
	one := `query=id=="{job}"`
	return act{
		name: actCleaning, level: Workflow, once: true, play: removeJobs,
		steps: []step{
			{key: "own", method: http.MethodGet, path: executionsPath, query: one, times: maxRemoved - maxJobs, why: "whether a job is the run's, before it is removed, unless that has been seen"},
			{key: "job", method: http.MethodDelete, path: executionsPath + "/{job}", times: maxRemoved, why: "what the run made itself"},
			{key: "gone", method: http.MethodGet, path: executionsPath, query: one, times: maxGone},
			{key: "still", method: http.MethodGet, path: executionsPath, query: one, times: maxGone, why: "once more, if it was still there"},
		},
	}
}

const (
	// maxRemoved is how many jobs a run can have to remove: those that it started, and those that FOLIO makes with each
	// definition.
	maxRemoved = 4 * maxJobs
	// maxGone is of how many it is looked whether they have gone.
	maxGone = 3
	// removal is how many requests the removal of a job takes.
	removal = 2
	// cleaningRequests is what removing takes at most.
	cleaningRequests = 2*maxRemoved - maxJobs + 2*maxGone
)

func removeJobs(p *play) {
	if !p.ev.facts.traits.logs {
		return
	}
	for i := len(p.made.jobs) - 1; i >= 0; i-- {
		id := p.made.jobs[i]
		if p.made.isRemoved(id) {
			continue
		}
		if why := p.notOwn(id); why != "" {
			p.made.keep(id, why)
			continue
		}
		o := p.send("job", request{method: http.MethodDelete, path: executionsPath + "/" + id})
		switch {
		case o.trouble == "" && (o.Status == http.StatusNoContent || o.Status == http.StatusNotFound):
			p.made.removed = append(p.made.removed, id)
			if !slices.Contains(p.made.running, id) { // or it may come back with its next save
				p.seeGone(id)
			}
		case o.unusable() != "":
			p.made.keep(id, "it could not be removed: "+o.unusable())
		default:
			p.made.keep(id, fmt.Sprintf("it was to be removed, and that was answered with %d", o.Status))
		}
	}
}

// byID is the query for one job.
func byID(id string) string { return `query=id=="` + id + `"` }

// seeGone looks whether a job has gone, and once more if not: what is asked for can be read from where it comes late.
func (p *play) seeGone(id string) {
	if left := len(p.made.jobs) - len(p.made.removed); p.sent["gone"] == maxGone || p.wire.sent+removal*(left+1) > p.wire.Budget {
		return
	}
	o := p.get("gone", executionsPath, byID(id))
	if state(o) != "" && p.let(p.wire.patience(time.Second)) {
		p.get("still", executionsPath, byID(id))
	}
}

// notOwn says why a job is not removed; empty if it is the run's beyond doubt. That a server named it to the run is not
// enough: it could be somebody else's by mistake.
func (p *play) notOwn(id string) string {
	for _, o := range p.wire.shown {
		if o.request.query == byID(id) && len(exported(o)) > 0 && p.foreign(o, id) == "" {
			return ""
		}
	}
	return p.foreign(p.get("own", executionsPath, byID(id)), id)
}

// foreign says why the job of an answer is not, or cannot be seen to be, the run's.
func (p *play) foreign(o *observed, id string) string {
	rows := gjson.GetBytes(o.body, jobsList)
	switch why := o.unusable(); {
	case why != "", o.Status != http.StatusOK:
		return "whether it is the run's could not be seen: " + cmp.Or(why, fmt.Sprintf("it was looked for and that was answered with %d", o.Status))
	case rows.Get("#").Int() != 1 || !strings.EqualFold(rows.Get("0.id").String(), id):
		return "it was not to be found by its id"
	}
	names := exported(o)
	for _, name := range names {
		if !strings.HasPrefix(name.String(), fileLabel+p.Run+".") && !strings.HasPrefix(name.String(), unendedLabel+p.Run+".") {
			return "it exports a file that is not the run's"
		}
	}
	if updated, ok := parseDate(rows.Get("0.lastUpdatedDate").String()); len(names) == 0 && (!ok || updated.Before(p.namedAt(id).Add(-clockSkew))) {
		return "it has no file yet, and may be older than what the run made"
	}
	return ""
}

// clockSkew is by how much the clocks of a gateway and a module may differ.
const clockSkew = 5 * time.Second

// namedAt is when the server first named a job to the run, by the server's clock; if it did not say, it is a day that no
// job is younger than.
func (p *play) namedAt(id string) time.Time {
	for _, o := range p.wire.shown {
		if o.request.method == http.MethodPost && strings.EqualFold(gjson.GetBytes(o.body, "jobExecutionId").String(), id) {
			if at, err := http.ParseTime(o.header.Get("Date")); err == nil {
				return at
			}
		}
	}
	return time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
}

// exported are the names of the files of the first job of an answer.
func exported(o *observed) []gjson.Result {
	return gjson.GetBytes(o.body, jobsList+".0.exportedFiles.#.fileName").Array()
}
