package folio

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// LogRow is a row of the error log of a job, as an outcome or a story brings it
// about.
type LogRow struct {
	Code     string
	Values   []string        // nil when the code carries the text itself
	Affected *AffectedRecord // nil when the row is about no single record
}

// AffectedRecord is the instance that a row is about.
type AffectedRecord struct {
	ID          uuid.UUID
	HRID, Title string
}

// LogEntry is a row in the log of a tenant.
type LogEntry struct {
	ID      uuid.UUID
	Job     uuid.UUID // uuid.Nil: a file definition was refused
	Profile uuid.UUID // of the job; uuid.Nil if it had none
	Created time.Time
	LogRow
}

// maxLog bounds the rows that a tenant keeps; the oldest go first.
const maxLog = 100_000

// log adds a row for a job, which may be uuid.Nil, in a release with a log.
func (w *World) log(job uuid.UUID, row LogRow) {
	if !w.rules.Job.Logs {
		return
	}
	if w.rules.Job.MergesRows && row.Values != nil && slices.ContainsFunc(w.logged, func(e *LogEntry) bool {
		return e.Job == job && job != uuid.Nil && e.Code == row.Code && e.Values != nil && slices.Equal(e.Values, row.Values)
	}) {
		return
	}
	entry := &LogEntry{ID: w.newID("error log"), Job: job, Created: w.now, LogRow: row}
	if j, ok := w.stored(job); ok && j.Profile != nil {
		entry.Profile = j.Profile.ID
	}
	if len(w.logged) >= maxLog {
		w.logged = slices.Delete(w.logged, 0, maxLog/10)
	}
	w.logged = append(w.logged, entry)
}

// hasRows tells whether there is any row about a job. Then it does not end as
// complete, whatever its run came to (mod-data-export 5.3.0, ExportExecutor).
func (w *World) hasRows(job uuid.UUID) bool {
	return slices.ContainsFunc(w.logged, func(e *LogEntry) bool { return e.Job == job })
}

// rewriteLog leaves one row of those of a job, its first, and gives it another
// text. A job without rows gets none.
func (w *World) rewriteLog(job uuid.UUID, row LogRow) {
	first := true
	w.logged = slices.DeleteFunc(w.logged, func(e *LogEntry) bool {
		if e.Job != job {
			return false
		}
		if first {
			first, e.LogRow = false, row
			return false
		}
		return true
	})
}

// FindLogs returns the page of the rows that a filter lets through, and how many
// it lets through in all.
func (w *World) FindLogs(f *cql.Filter[*LogEntry], offset, limit int) ([]LogEntry, int) {
	var found []*LogEntry
	for _, e := range w.logged {
		if f.Match(e) {
			found = append(found, e)
		}
	}
	f.Sort(found)
	page := Page(found, offset, limit)
	entries := make([]LogEntry, 0, len(page))
	for _, e := range page {
		entries = append(entries, *e)
	}
	return entries, len(found)
}

// LogSchema says what a query over the error log may name: the attributes of
// ErrorLogEntity.
func LogSchema() *cql.Schema[*LogEntry] {
	return cql.NewJPA(
		cql.ID("id", func(e *LogEntry) uuid.UUID { return e.ID }),
		cql.Ref("jobExecutionId", func(e *LogEntry) uuid.UUID { return e.Job }),
		cql.Ref("jobProfileId", func(e *LogEntry) uuid.UUID { return e.Profile }),
		cql.Date("creationDate", func(e *LogEntry) time.Time { return e.Created }),
		cql.Text("createdBy", func(*LogEntry) (string, bool) { return "", false }),
	)
}

// DeleteJob removes a job, whatever its state; its rows in the log and its files
// stay. One that does not exist is no error (mod-data-export 5.3.0,
// JobExecutionService). The next save of one that is running brings it back:
// assumption A46.
func (w *World) DeleteJob(id uuid.UUID) {
	j, ok := w.jobByID[id]
	if !ok {
		return
	}
	delete(w.jobByID, id)
	w.jobs = slices.DeleteFunc(w.jobs, func(other *Job) bool { return other == j })
	w.deleted[id] = j
}

// restore puts a job back that was deleted, as its next save does.
func (w *World) restore(j *Job) {
	if _, gone := w.deleted[j.ID]; gone {
		delete(w.deleted, j.ID)
		w.jobByID[j.ID] = j
		w.jobs = append(w.jobs, j)
	}
}

// stored returns a job with its files, also one that was deleted.
func (w *World) stored(id uuid.UUID) (*Job, bool) {
	if j, ok := w.jobByID[id]; ok {
		return j, true
	}
	j, ok := w.deleted[id]
	return j, ok
}

// unknownJob is the refusal of what asks for a job that is not there.
func unknownJob(id uuid.UUID) error { return release.Refuse(release.JobUnknown, "id", id.String()) }
