package mockserver

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/openapi/api"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// Storyline is what one job lives through when a story is told in a release.
type Storyline struct {
	Scenario *scenarios.Scenario
	Release  string
	Moments  []Moment // in the order of time; the first is when the export is answered
	Ends     bool     // the job comes to an end

	TokenLife, LinkLife time.Duration

	rows  *cql.Filter[*folio.LogEntry] // all of them
	known int                          // rows so far
	first string                       // code of the first
}

// Moment is the job after something has changed.
type Moment struct {
	After    time.Duration // since the export was accepted
	Status   api.JobExecutionStatus
	Progress *Counters // nil: the job has none yet
	File     string    // that it lists; empty: none
	Rows     []LogLine // that the log got at this moment
}

// Counters is the progress of a job.
type Counters struct {
	Exported, Failed, DuplicatedSRS, Total, Read int
}

// LogLine is a row of the error log.
type LogLine struct {
	Code   string
	Values []string
}

// The bounds of a storyline.
const (
	maxMoments   = 10_000 // also of those that show nothing new
	maxStoryRows = 10_000 // of the error log
	horizon      = 400 * 24 * time.Hour
)

// Tell plays the story of the options' scenario, with its own input, on a fake
// that nobody else sees, and returns what its job lived through. Wrong answers
// are left out: they are no part of the job's life.
func Tell(options ...Option) (*Storyline, error) {
	s, err := New(append(slices.Clone(options), WithSpeed(0))...)
	if err != nil {
		return nil, err
	}
	name := s.config.tenants[0]
	t := s.tenants[name]
	line := &Storyline{Scenario: s.story, Release: s.release.Name, TokenLife: s.release.Login.Access, LinkLife: linkLife}
	everything, err := cql.Parse("")
	if err != nil {
		return nil, err
	}
	if line.rows, err = cql.Compile(everything, folio.LogSchema()); err != nil {
		return nil, err
	}
	input, err := folio.ReadInput(bytes.NewReader(InputOf(s.story)), s.release.Input)
	if err != nil {
		return nil, fmt.Errorf("mockserver: the input of scenario %s: %w", s.story.Name, err)
	}
	var by folio.User
	var asked folio.ExportRequest
	var list folio.List
	err = s.with(t, func(w *folio.World) (err error) {
		if by, err = w.CheckPassword("diku_admin", "", "admin"); err != nil {
			return err
		}
		asked, list, err = uploaded(w, by, input, s.release.Profiles[0].ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	story, number := t.tell(list)
	run := s.plan(name, story, number, list, api.ExportRequest{})
	return line, s.with(t, func(w *folio.World) error {
		job, err := w.StartExport(by, asked, run.outcome, run.steps)
		if err != nil {
			return err
		}
		return line.live(w, job, s.Now())
	})
}

// uploaded takes a list to where its export can be started, and returns with what.
func uploaded(w *folio.World, by folio.User, input *folio.Input, profile uuid.UUID) (asked folio.ExportRequest, list folio.List, err error) {
	made, err := w.CreateFileDefinition(by, folio.NewFileDefinition{FileName: "test.csv", UploadFormat: api.UploadFormatCSV})
	if err != nil {
		return asked, list, err
	}
	if err := w.BeginUpload(made.ID); err != nil {
		return asked, list, err
	}
	if _, err := w.EndUpload(made.ID, input); err != nil {
		return asked, list, err
	}
	asked = folio.ExportRequest{Definition: made.ID, Profile: profile}
	list, err = w.PrepareExport(asked)
	return asked, list, err
}

// live follows a job from one event of its world to the next.
func (l *Storyline) live(w *folio.World, job folio.Job, accepted time.Time) error {
	l.add(w, job, 0)
	for range maxMoments - 1 {
		at, ok := w.NextEvent()
		if !ok || at.Sub(accepted) > horizon {
			break
		}
		w.RunUntil(at)
		var err error
		if job, err = w.Job(job.ID); err != nil {
			return err
		}
		l.add(w, job, at.Sub(accepted))
	}
	l.Ends = lifecycle.Final(job.Status)
	return nil
}

// add adds the present of a job if it differs from what was known: not all that
// a worker does can be seen, as that of a job that has expired.
func (l *Storyline) add(w *folio.World, job folio.Job, after time.Duration) {
	m := Moment{After: after, Status: job.Status}
	if p := job.Progress; p != nil {
		m.Progress = &Counters{Exported: p.Exported, Failed: p.Failed, DuplicatedSRS: p.DuplicatedSRS, Total: p.Total, Read: p.Read}
	}
	if len(job.Files) > 0 {
		m.File = job.Files[len(job.Files)-1].Name
	}
	rows, _ := w.FindLogs(l.rows, 0, maxStoryRows)
	for _, r := range rows[min(l.known, len(rows)):] {
		m.Rows = append(m.Rows, LogLine{Code: r.Code, Values: r.Values})
	}
	if l.known > 0 && len(rows) > 0 && len(rows) <= l.known && rows[0].Code != l.first {
		m.Rows = []LogLine{{Code: rows[0].Code, Values: rows[0].Values}} // rewritten
	}
	if l.known = len(rows); l.known > 0 {
		l.first = rows[0].Code
	}
	if n := len(l.Moments); n > 0 && len(m.Rows) == 0 && l.Moments[n-1].looksLike(m) {
		return
	}
	l.Moments = append(l.Moments, m)
}

// looksLike tells whether a client sees no difference between two moments but
// for the log.
func (m Moment) looksLike(other Moment) bool {
	sameCounters := m.Progress == other.Progress || m.Progress != nil && other.Progress != nil && *m.Progress == *other.Progress
	return m.Status == other.Status && m.File == other.File && sameCounters
}

// InputOf returns the list of ids that a story is told with: the lines that it
// gives, then ids of instances, the hundred named ones first.
func InputOf(story *scenarios.Scenario) []byte {
	var list bytes.Buffer
	for _, line := range story.Input.Lines {
		list.WriteString(line + "\n")
	}
	named := catalogue.New(0).Named()
	for i := range story.Input.IDs {
		id := uuid.UUID{6: 0x40, 8: 0x80}
		binary.BigEndian.PutUint64(id[8:], 0x8000000000000000|uint64(i))
		if i < len(named) {
			id = named[i]
		}
		list.WriteString(id.String() + "\n")
	}
	return list.Bytes()
}
