package mockserver

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/sim"
	"github.com/fauxkapi/fauxkapi/openapi/api"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// fits tells why a story cannot be told in a release, if so.
func fits(story *scenarios.Scenario, row *release.Release) error {
	if !story.Fits(row.Name) {
		return fmt.Errorf("scenario %s makes no sense in release %s: choose %s", story.Name, row.Name, strings.Join(story.Releases, " or "))
	}
	if _, waits := story.Job[0].(scenarios.Wait); waits && row.Job.StartsAfter == 0 {
		return fmt.Errorf("scenario %s lets the job stay NEW for a while, but in release %s it is IN_PROGRESS before the export is answered: let it wait after \"- state: IN_PROGRESS\", or name the releases it is for", story.Name, row.Name)
	}
	return nil
}

// run is what an accepted export will come to, and how.
type run struct {
	outcome *folio.Outcome
	steps   []folio.Step
}

// plan translates the story into the steps of one job, the number-th that is
// exported in its tenant.
func (s *Server) plan(tenant string, story *scenarios.Scenario, number int, list folio.List, asked api.ExportRequest) run {
	if s.release.Job.Validates {
		if rows := s.refusedByValidator(list, asked); len(rows) > 0 {
			return run{outcome: &folio.Outcome{}, steps: []folio.Step{
				{Status: api.JobExecutionStatusInProgress},
				{Log: rows, Status: api.JobExecutionStatusFail},
			}}
		}
	}
	known := folio.Known{Inventory: s.inventory, Mapping: s.release.Mapping}
	switch {
	case !s.exportsInstances(list, asked):
		known.Records = folio.NoRecord
	case s.config.named:
		known.Records = folio.NamedRecord
	}
	if list.Format == api.UploadFormatCQL {
		list.Input = nil
	}
	input, special := list.Input.Under(rulesOf(story))
	known.Special = special
	reading := s.release.Input
	if story.SliceSize > 0 {
		reading.SliceSize = story.SliceSize
	}
	outcome := folio.Classify(input, reading, known)
	course := timeline{
		rules:      s.release.Job,
		outcome:    outcome,
		definition: list.Definition,
		dice:       sim.NewDice(s.config.seed, tenant),
		number:     number,
	}
	return run{outcome: outcome, steps: course.of(story.Job)}
}

// answerOf is the world's word for one of scenarios.
func answerOf(word scenarios.RecordAnswer) folio.RecordAnswer {
	switch word {
	case scenarios.Unknown:
		return folio.NotThere
	case scenarios.TooLong:
		return folio.TooLong
	case scenarios.Unconvertible:
		return folio.Unconvertible
	case scenarios.TwoSources:
		return folio.TwoSources
	case scenarios.Invalid:
		return folio.Damaged
	case scenarios.Duplicate:
		return folio.Repeated
	}
	return folio.AsKnown
}

func rulesOf(story *scenarios.Scenario) []folio.Rule {
	rules := make([]folio.Rule, 0, len(story.Records))
	for _, r := range story.Records {
		rules = append(rules, folio.Rule{
			Answer: answerOf(r.Answer), All: r.Lines.All, First: r.Lines.First, Every: r.Lines.Every, IDs: r.Lines.IDs,
		})
	}
	return rules
}

// timeline lays the phases of a story over the natural course of an outcome.
type timeline struct {
	rules   release.JobRules
	outcome *folio.Outcome
	dice    sim.Dice
	number  int // of the export in its tenant, from 1

	definition uuid.UUID // that is exported

	at    time.Duration // since the export was accepted
	way   float64       // travelled so far
	spans int           // drawn so far
	steps []folio.Step
}

// of returns the steps of a job.
func (t *timeline) of(phases []scenarios.Phase) []folio.Step {
	t.at = t.rules.StartsAfter
	switch {
	case t.outcome.Endless:
		return nil
	case t.outcome.Lines == 0 && t.rules.EmptyNeverRuns:
		return []folio.Step{{After: t.at, Status: api.JobExecutionStatusFail}}
	}
	reading := t.outcome.Reading()
	for i, phase := range phases {
		switch p := phase.(type) {
		case scenarios.Enter:
			if i == 0 && p.Status == api.JobExecutionStatusFail && t.at == 0 {
				// What the export request itself brings comes in the same save
				// (mod-data-export 5.3.0, DataExportService).
				t.add(folio.Step{Status: api.JobExecutionStatusInProgress})
			}
			t.add(folio.Step{Status: p.Status})
		case scenarios.Progress:
			t.log(reading)
			reading = nil
			t.progress(p)
		case scenarios.Wait:
			t.at += t.span(p.For)
		case scenarios.Log:
			t.log([]folio.LogRow{{Code: p.Code, Values: p.Values}})
		case scenarios.End:
			t.log(reading)
			t.end()
		case scenarios.Never:
			return t.steps
		}
	}
	return t.steps
}

// log adds rows to the error log of a release that has one.
func (t *timeline) log(rows []folio.LogRow) {
	if len(rows) > 0 && t.rules.Logs {
		t.add(folio.Step{Log: rows})
	}
}

func (t *timeline) add(step folio.Step) {
	step.After = t.at
	t.steps = append(t.steps, step)
}

// progress moves the counters along their natural course.
func (t *timeline) progress(p scenarios.Progress) {
	in := t.span(p.In)
	to := p.Share
	marks := t.outcome.Course(t.rules, p.Steps)
	if p.Count > 0 {
		marks = t.outcome.CourseTo(t.rules, p.Steps, p.Count)
		to = 1
		if len(marks) > 0 {
			to = marks[len(marks)-1].Way
		}
	}
	began := t.at
	for _, mark := range marks {
		if mark.Way > t.way && mark.Way <= to {
			share := (mark.Way - t.way) / (to - t.way)
			t.at = began + time.Duration(share*float64(in))
			t.add(folio.Step{Progress: &mark.Progress})
		}
	}
	t.at, t.way = began+in, to
}

// end is the final state that the outcome deserves, if no row in the log makes
// it less than complete.
func (t *timeline) end() {
	final := t.outcome.Final()
	var rows []folio.LogRow
	if t.rules.Logs {
		rows = t.outcome.Ending(t.rules, t.definition)
	}
	t.add(folio.Step{Progress: &final, Log: rows, Status: t.outcome.FinalStatus(t.rules)})
}

// span draws a length of time. Each span of each export has its own draw, so one
// more of them does not shift the others.
func (t *timeline) span(s scenarios.Span) time.Duration {
	t.spans++
	if s.To <= s.From {
		return s.From
	}
	drawn := t.dice.Uint64(fmt.Sprintf("span %d of export", t.spans), uint64(t.number))
	return s.From + time.Duration(drawn%uint64(s.To-s.From+1))
}
