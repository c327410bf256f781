package main

import (
	"context"
	"encoding/csv"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/client/explain"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// details are what a report adds to the result of a job, or of several.
type details struct {
	Output      *savedFile           `json:"output,omitempty"` // of several jobs
	Unpacked    []client.Member      `json:"unpacked,omitempty"`
	Repeated    int                  `json:"repeatedLines,omitempty"` // that were left out
	Explanation *explain.Explanation `json:"explanation,omitempty"`
	Error       string               `json:"error,omitempty"`
	Started     *time.Time           `json:"started,omitempty"`
	Ended       *time.Time           `json:"ended,omitempty"`
}

// report is the result as JSON shows it: that of the job, or of several.
func report(result *outcome, more details) any {
	if result == nil {
		return more
	}
	more.Unpacked = result.unpacked
	if result.several() {
		more.Output = result.saved
		return struct {
			*client.BatchesResult
			details
		}{result.BatchesResult, more}
	}
	return struct {
		*client.Result
		details
	}{result.Batches[0].Result, more}
}

// tell says what became of an export, and saves what was asked for. It returns
// what is wrong with all of it.
func (r *exportRun) tell(ctx context.Context, result *outcome, err error) error {
	var more details
	if r.split != nil {
		more.Repeated = r.split.Repeated
	}
	if result != nil && result.begun() {
		jobs := r.explain(ctx, result)
		more.Explanation = r.sayWhy(result, jobs)
		if r.FailedIDs != "" {
			err = join(err, r.saveFailed(result, jobs))
		}
		if r.Report != "" {
			err = join(err, saveReport(r.Report, report(result, more)))
		}
		r.tellRunning(result)
		if r.JSON && result.Outcome != "" {
			shown := more
			shown.Explanation = nil
			err = join(err, printJSON(r.term.stdout, report(result, shown)))
		}
	}
	if r.night == nil {
		return err
	}
	return join(err, r.keepRun(result, more, err))
}

func join(err, more error) error {
	if more == nil {
		return err
	}
	return errors.Join(err, more)
}

// begun tells whether there is a job.
func (o *outcome) begun() bool {
	for _, one := range o.Batches {
		if one.Result != nil {
			return true
		}
	}
	return false
}

// keepRun completes the folder of the run.
func (r *exportRun) keepRun(result *outcome, more details, err error) error {
	if failed := r.openNight(); failed != nil {
		return failed
	}
	more.Started, more.Ended = new(r.began.UTC()), new(time.Now().UTC())
	if err != nil {
		more.Error = err.Error()
		r.night.log("fauxkapi: " + more.Error)
	}
	failed := saveReport(r.night.report(), report(result, more))
	if failed == nil {
		failed = r.night.file.Close()
	}
	return failed
}

func saveReport(path string, value any) error {
	out, err := createOutput(path, "--report")
	if err != nil {
		return err
	}
	defer out.discard()
	if err := printJSON(out, value); err != nil {
		return err
	}
	return out.keep()
}

// tellRunning names the jobs that were given up here and not at the server.
func (r *exportRun) tellRunning(result *outcome) {
	for _, one := range result.Batches {
		if failure, ok := errors.AsType[*client.Error](one.Err); ok && one.Result != nil && goesOn(failure, one.Result) {
			r.term.say("the job goes on without us: `fauxkapi jobs watch %s` looks at it", one.JobExecutionID)
		}
	}
}

// explain says what became of each job, as jobs explain does; nil if all ended
// well. A log that cannot be read is no further error: the export has its own.
func (r *exportRun) explain(ctx context.Context, result *outcome) []explain.Explanation {
	var jobs []explain.Explanation
	wanting := false
	for _, one := range result.Batches {
		if one.Result == nil || one.Job.Id == "" {
			continue
		}
		log := explain.Log{}
		if one.Outcome == client.Fail || one.Outcome == client.Partial {
			wanting = true
			log = readLog(ctx, r.term, r.client, one.JobExecutionID)
		}
		jobs = append(jobs, explain.Job(one.Job, log))
	}
	if !wanting {
		return nil
	}
	return jobs
}

// sayWhy says it of all together.
func (r *exportRun) sayWhy(result *outcome, jobs []explain.Explanation) *explain.Explanation {
	if len(jobs) == 0 {
		return nil
	}
	said := jobs[0]
	if result.several() {
		name := ""
		if result.saved != nil {
			name = filepath.Base(result.saved.Path)
		}
		said = explain.Together(jobs, name)
	}
	var text strings.Builder
	_ = said.WriteText(&text) // a Builder takes everything
	for line := range strings.Lines(text.String()) {
		r.term.say("%s", strings.TrimSuffix(line, "\n"))
	}
	return &said
}

// saveFailed saves the ids that are worth a look: those that the explanations
// name, and of several jobs all ids of those that ended in FAIL. When all went
// well there are none: an old list must not stay.
func (r *exportRun) saveFailed(result *outcome, jobs []explain.Explanation) error {
	out, err := createOutput(r.FailedIDs, "--failed-ids")
	if err != nil {
		return err
	}
	defer out.discard()
	list := csv.NewWriter(out)
	for _, job := range jobs {
		if result.several() && job.Status == api.JobExecutionStatusFail {
			continue
		}
		for _, id := range job.FailedID {
			_ = list.Write([]string{id}) // Flush tells
		}
	}
	if list.Flush(); list.Error() != nil {
		return list.Error()
	}
	for _, one := range result.Batches {
		if result.several() && one.Result != nil && one.Outcome == client.Fail {
			if err := one.WriteIDs(out); err != nil {
				return err
			}
		}
	}
	return out.keep()
}
