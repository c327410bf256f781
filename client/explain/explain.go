// Package explain says in plain words what became of an export job: what came
// out, why the rest did not, whether the file is safe to load, and whether it
// helps to run the job again.
//
// It reads what a server says of a job and of its error log, and nothing else; it
// asks for nothing itself. Where FOLIO has recorded no reason it says so, and what
// to ask whoever runs the server. It tells every code that mod-data-export 5.4
// writes into its log; a code that it does not know is shown as it is.
package explain

import (
	"fmt"
	"slices"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Explanation is what can be said of one job.
type Explanation struct {
	JobExecutionID string                 `json:"jobExecutionId"`
	HRID           string                 `json:"hrId,omitempty"`
	Jobs           []string               `json:"jobs,omitempty"` // of several, their ids, in place of the two above
	Profile        string                 `json:"jobProfile,omitempty"`
	Status         api.JobExecutionStatus `json:"status"`

	Started   *time.Time `json:"started,omitempty"`
	LastMoved *time.Time `json:"lastMoved,omitempty"` // not known before mod-data-export 3.0
	Ended     *time.Time `json:"ended,omitempty"`

	Lines    int64    `json:"lines"` // of the list
	Exported int64    `json:"exported"`
	Failed   int64    `json:"failed"`
	Reasons  []Reason `json:"reasons"`

	File     string   `json:"file,omitempty"` // as the server named it; empty if there is none to have
	Safe     bool     `json:"safeToLoad"`
	Verdict  string   `json:"verdict"` // on the file, in a sentence
	Again    string   `json:"again"`   // whether another run helps
	AskWhom  string   `json:"ask,omitempty"`
	FailedID []string `json:"failedIds"` // what is worth a look, each once
}

// Reason is one kind of thing that went wrong.
type Reason struct {
	Code  string   `json:"code"`
	Count int64    `json:"count"` // of ids or lines; 0 when it is about the job as a whole
	Text  string   `json:"text"`
	IDs   []string `json:"ids,omitempty"` // as far as the log names them
}

// Log is what is known of the error log of a job.
type Log struct {
	Rows []api.ErrorLog
	// Missing says why there are no rows to look at, in a sentence; empty if the log was read.
	Missing string
}

// NoLog is the log of a server that keeps none, as before mod-data-export 3.0.
func NoLog() Log { return Log{Missing: "This FOLIO keeps no error log that could say why."} }

// UnreadLog is a log that could not be read.
func UnreadLog() Log { return Log{Missing: "The error log could not be read."} }

// Job explains a job by what the server says of it and of its error log.
func Job(job api.JobExecution, log Log) Explanation {
	e := Explanation{
		JobExecutionID: job.Id, Status: job.Status, Reasons: []Reason{}, FailedID: []string{},
		Started: instant(job.StartedDate), LastMoved: instant(job.LastUpdatedDate), Ended: instant(job.CompletedDate),
	}
	if job.HrId != nil {
		e.HRID = job.HrId.String()
	}
	if job.JobProfileName != nil {
		e.Profile = *job.JobProfileName
	}
	if p := job.Progress; p != nil {
		e.Lines, e.Exported, e.Failed = p.Total.Value, int64(p.Exported), int64(p.Failed)
	}
	if job.ExportedFiles != nil && len(*job.ExportedFiles) > 0 && lifecycle.HasFile(job.Status) {
		e.File = (*job.ExportedFiles)[len(*job.ExportedFiles)-1].FileName
	}
	e.reason(log.Rows)
	e.conclude(log.Missing)
	return e
}

func instant(t *api.Time) *time.Time {
	if t == nil || t.IsZero() {
		return nil
	}
	return new(t.UTC())
}

// reason turns the rows of the log into reasons, those of one code together, in
// the order of their first row.
func (e *Explanation) reason(rows []api.ErrorLog) {
	at := map[string]int{}
	known := newDictionary()
	for _, row := range rows {
		var values []string
		if row.ErrorMessageValues != nil {
			values = *row.ErrorMessageValues
		}
		code, said := known.tell(row.ErrorMessageCode, values)
		if said.skip {
			continue
		}
		ids := said.ids
		if row.AffectedRecord != nil {
			ids = []string{row.AffectedRecord.Id}
		}
		i, there := at[code]
		if !there {
			i = len(e.Reasons)
			at[code] = i
			e.Reasons = append(e.Reasons, Reason{Code: code, Text: said.text})
		}
		e.Reasons[i].Count += said.count
		e.Reasons[i].IDs = append(e.Reasons[i].IDs, ids...)
		if said.repair {
			e.FailedID = append(e.FailedID, ids...)
		}
	}
	e.recount()
	slices.Sort(e.FailedID)
	e.FailedID = slices.Compact(e.FailedID)
}

// recount mends the number of bad lines. The log joins them with commas, which
// such lines have themselves; what the other reasons leave of the failed ones is
// theirs.
func (e *Explanation) recount() {
	bad := slices.IndexFunc(e.Reasons, func(r Reason) bool { return r.Code == codeBadLines })
	if bad < 0 {
		return
	}
	left := e.Failed
	for i, r := range e.Reasons {
		if i != bad && r.Code != codeTwoSources { // those records are in the file
			left -= r.Count
		}
	}
	if left > 0 && left < e.Reasons[bad].Count {
		e.Reasons[bad].Count = left
	}
}

// conclude says what follows: for the file, for another run, and whom to ask.
func (e *Explanation) conclude(missing string) {
	e.Safe = e.File != ""
	switch {
	case e.File != "" && e.Failed > 0:
		e.Verdict = fmt.Sprintf("%s holds the %s that could be exported. It is safe to load, and does not hold everything that was asked for.", e.File, prose.Count(e.Exported, "record"))
	case e.File != "" && e.Lines > 0 && e.Exported < e.Lines:
		e.Safe = false
		e.Verdict = fmt.Sprintf("%s: the counters do not add up, %s of %s and none failed. Count its records before you load it.", e.File, prose.Count(e.Exported, "record"), prose.Count(e.Lines, "line"))
	case e.File != "" && e.Status == api.JobExecutionStatusCompletedWithErrors:
		e.Verdict = fmt.Sprintf("%s holds %s, all that was asked for. It is safe to load.", e.File, prose.Count(e.Exported, "record"))
	case e.File != "":
		e.Verdict = fmt.Sprintf("%s is complete: %s. It is safe to load.", e.File, prose.Count(e.Exported, "record"))
	case lifecycle.Final(e.Status):
		e.Verdict = "There is no file. A link of this job leads to nothing."
	default:
		e.Verdict = "There is no file yet: the job has not ended."
	}
	e.Again = e.again()
	if why := e.unexplained(missing); why != "" {
		e.AskWhom = why + " Ask whoever runs the server for the log of mod-data-export" + e.when() + ", with the job's id " + e.JobExecutionID + "."
	}
}

// again says whether another run helps.
func (e *Explanation) again() string {
	expired := slices.ContainsFunc(e.Reasons, func(r Reason) bool { return r.Code == codeExpired })
	switch {
	case !lifecycle.Final(e.Status):
		return "Wait for its end before you start another: two exports at once are slower than one after the other."
	case expired:
		return "Run it again: the worker was lost, which has nothing to do with the list."
	case e.Status == api.JobExecutionStatusFail && len(e.Reasons) == 0:
		return "Run it once again, with a new file definition: nothing says that the list is at fault."
	case e.Status == api.JobExecutionStatusFail || e.Failed > 0:
		return "Running it again gives the same until the list or the records are mended."
	}
	return "There is no need to run it again."
}

// unexplained says what FOLIO keeps to itself, if anything.
func (e *Explanation) unexplained(missing string) string {
	wanting := e.Status == api.JobExecutionStatusFail || e.Failed > 0
	switch {
	case wanting && missing != "":
		return missing
	case wanting && len(e.Reasons) == 0:
		return "FOLIO recorded no reason."
	}
	return ""
}

// when is the time about which to ask.
func (e *Explanation) when() string {
	switch {
	case e.Started != nil && e.Ended != nil:
		return fmt.Sprintf(" from %s to %s UTC", e.Started.Format(time.DateTime), e.Ended.Format(time.DateTime))
	case e.Ended != nil:
		return fmt.Sprintf(" at %s UTC", e.Ended.Format(time.DateTime))
	case e.Started != nil:
		return fmt.Sprintf(" from %s UTC", e.Started.Format(time.DateTime))
	}
	return ""
}
