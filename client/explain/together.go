package explain

import (
	"slices"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Together explains several jobs as one, such as those that a long list has become. file is what their records were put
// into; empty if there is none. The reasons of all are counted together. A job that ended in FAIL has no file, so that
// nothing of it counts as exported.
func Together(jobs []Explanation, file string) Explanation {
	all := Explanation{Status: api.JobExecutionStatusFail, File: file, Reasons: []Reason{}, FailedID: []string{}}
	at := map[string]int{}
	ended := true
	for _, e := range jobs {
		all.Jobs = append(all.Jobs, e.JobExecutionID)
		all.Profile = e.Profile
		all.Started = pick(all.Started, e.Started, time.Time.Before)
		all.LastMoved = pick(all.LastMoved, e.LastMoved, time.Time.After)
		all.Ended = pick(all.Ended, e.Ended, time.Time.After)
		ended = ended && lifecycle.Final(e.Status)
		all.Lines += e.Lines
		if e.Status == api.JobExecutionStatusFail {
			all.Failed += e.Lines
		} else {
			all.Exported, all.Failed = all.Exported+e.Exported, all.Failed+e.Failed
		}
		for _, r := range e.Reasons {
			i, known := at[r.Code]
			if !known {
				i = len(all.Reasons)
				at[r.Code] = i
				all.Reasons = append(all.Reasons, Reason{Code: r.Code, Text: r.Text})
			}
			all.Reasons[i].Count += r.Count
			all.Reasons[i].IDs = append(all.Reasons[i].IDs, r.IDs...)
		}
		all.FailedID = append(all.FailedID, e.FailedID...)
	}
	if !ended {
		all.Ended = nil
	}
	slices.Sort(all.FailedID)
	all.FailedID = slices.Compact(all.FailedID)
	all.Status = together(jobs)
	all.conclude("")
	if file == "" && lifecycle.Final(all.Status) {
		all.Verdict = "There is no file of all: it is made when every job has ended well."
	}
	all.advise(jobs)
	return all
}

// pick is the instant of two that comes first, or last.
func pick(a, b *time.Time, comes func(time.Time, time.Time) bool) *time.Time {
	if a == nil || b != nil && comes(*b, *a) {
		return b
	}
	return a
}

// together is the one status that says most: that of all, or that some is wanting.
func together(jobs []Explanation) api.JobExecutionStatus {
	for _, e := range jobs {
		if !lifecycle.Final(e.Status) {
			return e.Status
		}
	}
	for _, e := range jobs {
		if e.Status != jobs[0].Status {
			return api.JobExecutionStatusCompletedWithErrors
		}
	}
	return jobs[0].Status
}

// advise says of each job that has not gone well what that of all cannot.
func (e *Explanation) advise(jobs []Explanation) {
	names := map[string][]string{} // of the jobs to which an advice is given
	var advice, ask []string
	for _, job := range jobs {
		if job.Status == api.JobExecutionStatusFail || job.Failed > 0 || !lifecycle.Final(job.Status) {
			if names[job.Again] == nil {
				advice = append(advice, job.Again)
			}
			names[job.Again] = append(names[job.Again], name(job))
		}
		if job.AskWhom != "" {
			ask = append(ask, job.AskWhom)
		}
	}
	e.AskWhom = strings.Join(ask, " ")
	switch {
	case len(advice) == 0:
		e.Again = jobs[0].Again
		return
	case len(advice) == 1:
		e.Again = advice[0]
		return
	}
	for i, sentence := range advice {
		advice[i] = "Job " + strings.Join(names[sentence], ", ") + ": " + sentence
	}
	e.Again = strings.Join(advice, " ")
}

func name(e Explanation) string {
	if e.HRID != "" {
		return e.HRID
	}
	return e.JobExecutionID
}
