package mockserver

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
	if s.release.Job.Validates && s.refusedByValidator(list, asked) {
		return run{outcome: &folio.Outcome{}, steps: []folio.Step{
			{Status: api.JobExecutionStatusInProgress},
			{Status: api.JobExecutionStatusFail},
		}}
	}
	known := folio.Known{Inventory: s.inventory, Mapping: s.release.Mapping}
	switch {
	case nothingKnown(story) || !s.exportsInstances(list, asked):
		known.Records = folio.NoRecord
	case s.config.named:
		known.Records = folio.NamedRecord
	}
	if list.Format == api.UploadFormatCQL {
		list.Input = nil
	}
	rules := s.release.Input
	if story.SliceSize > 0 {
		rules.SliceSize = story.SliceSize
	}
	outcome := folio.Classify(list.Input, rules, known)
	course := timeline{
		rules:   s.release.Job,
		outcome: outcome,
		dice:    sim.NewDice(s.config.seed, tenant),
		number:  number,
	}
	return run{outcome: outcome, steps: course.of(story.Job)}
}

func nothingKnown(story *scenarios.Scenario) bool {
	return slices.ContainsFunc(story.Records, func(r scenarios.RecordRule) bool {
		return r.Answer == scenarios.Unknown && r.Lines.All
	})
}

// timeline lays the phases of a story over the natural course of an outcome.
type timeline struct {
	rules   release.JobRules
	outcome *folio.Outcome
	dice    sim.Dice
	number  int // of the export in its tenant, from 1

	at    time.Duration // since the export was accepted
	way   float64       // travelled so far
	spans int           // drawn so far
	rows  bool          // there is a row in the log
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
			t.progress(p)
		case scenarios.Wait:
			t.at += t.span(p.For)
		case scenarios.Log:
			t.rows = true
			t.add(folio.Step{Log: []folio.LogRow{{Code: p.Code, Values: p.Values}}})
		case scenarios.End:
			t.end()
		case scenarios.Never:
			return t.steps
		}
	}
	return t.steps
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

// end is the final state that the outcome deserves. Any row in the log makes it
// less than complete (mod-data-export 5.3.0, ExportExecutor).
func (t *timeline) end() {
	final := t.outcome.Final()
	status := t.outcome.FinalStatus(t.rules)
	if t.rows && status == t.rules.Success {
		status = t.rules.Partial
	}
	t.add(folio.Step{Progress: &final, Log: t.outcome.Ending, Status: status})
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
