package folio

import (
	"crypto/sha256"
	"encoding/binary"
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
	if w.merged(job, row) {
		return
	}
	entry := &LogEntry{ID: w.newID("error log"), Job: job, Created: w.now, LogRow: row}
	if j, ok := w.stored(job); ok && j.Profile != nil {
		entry.Profile = j.Profile.ID
	}
	if len(w.logged) >= maxLog {
		for _, old := range w.logged[:maxLog/10] {
			w.forget(old)
		}
		w.logged = slices.Delete(w.logged, 0, maxLog/10)
	}
	w.logged = append(w.logged, entry)
	w.count(entry)
}

// jobRows is what is known of the rows of one job, so that none of them has to
// be looked for among those of all jobs.
type jobRows struct {
	number int
	keys   map[rowKey]struct{} // of those that can be merged with another; nil if there are none
}

// rowKey stands for code and values of a row, which can be long.
type rowKey [16]byte

// key returns what a row is merged by; ok is false for one that never is, since
// a part of it is null.
func (row LogRow) key() (key rowKey, ok bool) {
	if row.Values == nil {
		return key, false
	}
	text := append([]byte(row.Code), 0)
	for _, v := range row.Values {
		text = append(binary.AppendUvarint(text, uint64(len(v))), v...)
	}
	sum := sha256.Sum256(text)
	return rowKey(sum[:]), true
}

// merged tells whether a job has a row already, in a release that keeps the
// first of several that are the same.
func (w *World) merged(job uuid.UUID, row LogRow) bool {
	known := w.rowsOf[job]
	if !w.rules.Job.MergesRows || known == nil || job == uuid.Nil {
		return false
	}
	key, ok := row.key()
	_, there := known.keys[key]
	return ok && there
}

// count takes a row of the log into account.
func (w *World) count(e *LogEntry) {
	rows := w.rowsOf[e.Job]
	if rows == nil {
		rows = &jobRows{}
		w.rowsOf[e.Job] = rows
	}
	rows.number++
	if key, ok := e.key(); ok && w.rules.Job.MergesRows && e.Job != uuid.Nil {
		if rows.keys == nil {
			rows.keys = map[rowKey]struct{}{}
		}
		rows.keys[key] = struct{}{}
	}
}

// forget is the opposite of count.
func (w *World) forget(e *LogEntry) {
	rows := w.rowsOf[e.Job]
	if rows.number--; rows.number == 0 {
		delete(w.rowsOf, e.Job)
		return
	}
	if len(rows.keys) == 0 {
		return
	}
	if key, ok := e.key(); ok {
		delete(rows.keys, key)
	}
}

// hasRows tells whether there is any row about a job. Then it does not end as
// complete, whatever its run came to (mod-data-export 5.3.0, ExportExecutor).
func (w *World) hasRows(job uuid.UUID) bool { return w.rowsOf[job] != nil }

// rewriteLog leaves one row of those of a job, its first, and gives it another
// text. A job without rows gets none.
func (w *World) rewriteLog(job uuid.UUID, row LogRow) {
	if !w.hasRows(job) {
		return
	}
	var first *LogEntry
	w.logged = slices.DeleteFunc(w.logged, func(e *LogEntry) bool {
		if e.Job != job {
			return false
		}
		if first == nil {
			first, e.LogRow = e, row
			return false
		}
		return true
	})
	delete(w.rowsOf, job)
	w.count(first)
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
