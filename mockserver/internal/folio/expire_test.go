package folio

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// jobOf exports a list that takes the given steps.
func jobOf(t tester, w *World, steps []Step, lines ...string) Job {
	t.Helper()
	d, err := w.CreateFileDefinition(w.users[0], NewFileDefinition{FileName: "a.csv"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.EndUpload(d.ID, listOf(t, w.rules.Input, lines...)); err != nil {
		t.Fatal(err)
	}
	return exportedAs(t, w, d.ID, steps)
}

func exportedAs(t tester, w *World, definition uuid.UUID, steps []Step) Job {
	t.Helper()
	asked := ExportRequest{Definition: definition, Profile: w.rules.Profiles[0].ID}
	list, err := w.PrepareExport(asked)
	if err != nil {
		t.Fatal(err)
	}
	j, err := w.StartExport(w.users[0], asked, Classify(list.Input, w.rules.Input, known(AnyRecord)), steps)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// now is a job as a client would see it now; nothing if it is not there.
func now(w *World, id uuid.UUID) string {
	j, err := w.Job(id)
	if err != nil {
		return "gone"
	}
	p := *j.Progress
	return fmt.Sprintf("%s %d+%d+%d of %d, read %d", j.Status, p.Exported, p.Failed, p.DuplicatedSRS, p.Total, p.Read)
}

// rowsOf are the rows of the log of a job, or of no job for uuid.Nil.
func rowsOf(t tester, w *World, job uuid.UUID) string {
	t.Helper()
	all, err := cql.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	filter, err := cql.Compile(all, LogSchema())
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := w.FindLogs(filter, 0, 1000)
	var text []string
	for _, e := range rows {
		if e.Job == job {
			text = append(text, fmt.Sprintf("%s %q", e.Code, e.Values))
		}
	}
	return strings.Join(text, "; ")
}

const expiredText = `error.messagePlaceholder ["Job was expired: no updates for more than 1 hour"]`

// stuckAfter runs for five minutes, writes its rows, and then never moves.
func stuckAfter(rows ...LogRow) []Step {
	return []Step{
		{Status: api.JobExecutionStatusInProgress},
		{After: 5 * time.Minute, Progress: &Progress{Exported: 1, Total: 2, Read: 2}, Log: rows},
	}
}

// expire-jobs fails what has been idle for an hour, to the second, and leaves
// one row of the log, if there was one.
func TestExpireJobs(t *testing.T) {
	one, two := LogRow{Code: "error.duplicatedIds", Values: []string{"x", "2"}}, LogRow{Code: "a sentence"}
	for _, tt := range []struct {
		name string
		rows []LogRow
		want string
	}{
		{"none", nil, ""},
		{"one", []LogRow{one}, expiredText},
		{"two", []LogRow{one, two}, expiredText},
	} {
		for _, name := range []string{"sunflower", "trillium"} {
			w := worldOf(row(t, name))
			other := jobOf(t, w, stuckAfter(one, two), instance(1).String(), instance(2).String())
			j := jobOf(t, w, stuckAfter(tt.rows...), instance(1).String(), instance(2).String())
			w.RunUntil(w.now.Add(5 * time.Minute))
			first := slices.IndexFunc(w.logged, func(e *LogEntry) bool { return e.Job == j.ID })
			var id uuid.UUID
			if first >= 0 {
				id = w.logged[first].ID
			}
			w.DeleteJob(other.ID) // its rows must stay as they are

			w.RunUntil(w.now.Add(time.Hour - time.Nanosecond))
			w.ExpireJobs()
			if got := now(w, j.ID); got != "IN_PROGRESS 1+0+0 of 2, read 2" {
				t.Errorf("%s, rows: %s: a moment before the hour is over: %s", name, tt.name, got)
			}
			w.RunUntil(w.now.Add(time.Nanosecond))
			w.ExpireJobs()
			if got := now(w, j.ID); got != "FAIL 0+0+0 of 0, read 0" {
				t.Errorf("%s, rows: %s: after the hour: %s", name, tt.name, got)
			}
			ended, _ := w.Job(j.ID)
			if !ended.Completed.Equal(w.now) || !ended.Updated.Equal(w.now) || len(ended.Files) != 1 {
				t.Errorf("%s, rows: %s: completed %v, updated %v, files %v", name, tt.name, ended.Completed, ended.Updated, ended.Files)
			}
			if got := rowsOf(t, w, j.ID); got != tt.want {
				t.Errorf("%s, rows: %s: the log has %s, want %s", name, tt.name, got, tt.want)
			}
			if first >= 0 && !slices.ContainsFunc(w.logged, func(e *LogEntry) bool { return e.ID == id }) {
				t.Errorf("%s, rows: %s: the row that is left is not the first", name, tt.name)
			}
			if got, want := rowsOf(t, w, other.ID), `error.duplicatedIds ["x" "2"]; a sentence []`; got != want {
				t.Errorf("%s, rows: %s: the log of another job has %s, want %s", name, tt.name, got, want)
			}
			moments := w.RecentJobs(1)[0].Moments
			if last := moments[len(moments)-1]; last.Status != api.JobExecutionStatusFail || !last.At.Equal(w.now) {
				t.Errorf("%s, rows: %s: its history ends with %+v", name, tt.name, last)
			}
		}
	}
}

// The timer fails a dead job at its first call after the idle hour.
func TestTimer(t *testing.T) {
	for _, tt := range []struct{ every, after time.Duration }{
		{0, -1},
		{time.Minute, 65 * time.Minute},
		{time.Hour, 2 * time.Hour},
		{65 * time.Minute, 65 * time.Minute},
		{6 * time.Hour, 6 * time.Hour},
	} {
		w := worldOf(row(t, "sunflower"))
		w.expireEvery = tt.every
		j := jobOf(t, w, stuckAfter(), instance(1).String(), instance(2).String())
		w.RunUntil(w.start.Add(24 * time.Hour))
		got, _ := w.Job(j.ID)
		switch {
		case tt.after < 0:
			if got.Status != api.JobExecutionStatusInProgress {
				t.Errorf("without a timer: %s", got.Status)
			}
		case got.Status != api.JobExecutionStatusFail || got.Completed.Sub(w.start) != tt.after:
			t.Errorf("every %v: %s after %v, want FAIL after %v", tt.every, got.Status, got.Completed.Sub(w.start), tt.after)
		}
	}
}

// A job that expires while a slice of it goes on is saved once more at its end,
// without what only the reader knew.
func TestExpiredWhileWorking(t *testing.T) {
	w := worldOf(row(t, "sunflower"))
	w.expireEvery = 6 * time.Hour
	j := jobOf(t, w, []Step{
		{Status: api.JobExecutionStatusInProgress},
		{After: time.Minute, Progress: &Progress{Total: 2, Read: 2}},
		{After: 5 * time.Hour, Progress: &Progress{Exported: 1, Total: 2, Read: 2}},
		{After: 7 * time.Hour, Progress: &Progress{Exported: 2, Total: 2, Read: 2}},
		{After: 8 * time.Hour, Progress: &Progress{Exported: 2, Total: 2, Read: 2}, Status: api.JobExecutionStatusCompleted},
	}, instance(1).String(), instance(2).String())
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{
		{6*time.Hour - 1, "IN_PROGRESS 1+0+0 of 2, read 2"},
		{6 * time.Hour, "FAIL 0+0+0 of 0, read 0"},
		{7 * time.Hour, "FAIL 0+0+0 of 0, read 0"},
		{8 * time.Hour, "COMPLETED 2+0+0 of 0, read 0"},
		{99 * time.Hour, "COMPLETED 2+0+0 of 0, read 0"},
	} {
		w.RunUntil(w.start.Add(tt.after))
		if got := now(w, j.ID); got != tt.want {
			t.Errorf("after %v: %s, want %s", tt.after, got, tt.want)
		}
	}
	got, _ := w.Job(j.ID)
	if _, stored := w.Object(j.ID, got.Files[0].Name); !stored || !got.Completed.Equal(w.start.Add(8*time.Hour)) {
		t.Errorf("stored: %v; completed %v", stored, got.Completed)
	}
}

// Whatever a job is to live through: a moment before the instant at which it is
// said to end it has not ended, and then it has. One that is said never to end
// does not.
func TestEndOf(t *testing.T) {
	rules := row(t, "sunflower")
	rapid.Check(t, func(t *rapid.T) {
		timer := rapid.SampledFrom([]time.Duration{0, 20 * time.Minute, time.Hour, 6 * time.Hour}).Draw(t, "timer")
		steps := drawSteps(t)
		wait := rapid.SampledFrom([]time.Duration{0, time.Minute, 90 * time.Minute, 5 * time.Hour}).Draw(t, "wait")
		again := rapid.Bool().Draw(t, "again")
		begin := func() (*World, Job) {
			w := worldOf(rules)
			w.expireEvery = timer
			j := jobOf(t, w, steps) // an empty list can be exported again
			w.RunUntil(w.start.Add(wait))
			if again {
				for id := range w.definitions {
					j = exportedAs(t, w, id, steps)
				}
				w.RunUntil(w.now.Add(wait))
			}
			return w, j
		}
		status := func(w *World, j Job) lifecycle.Status {
			present, err := w.Job(j.ID)
			if err != nil {
				t.Fatal(err)
			}
			return present.Status
		}
		w, j := begin()
		end, ends := w.EndOf(j.ID)
		if lifecycle.Final(status(w, j)) {
			if ends {
				t.Fatalf("a job that has ended is said to end at %v", end)
			}
			return
		}
		if !ends {
			w.RunUntil(w.now.AddDate(1, 0, 0))
			if got := status(w, j); lifecycle.Final(got) {
				t.Fatalf("it is said never to end, and is %s", got)
			}
			return
		}
		w.RunUntil(end.Add(-1))
		if got := status(w, j); lifecycle.Final(got) {
			t.Fatalf("a moment before its end it is %s", got)
		}
		w.RunUntil(end)
		if got := status(w, j); !lifecycle.Final(got) {
			t.Fatalf("at its end it is %s", got)
		}
	})
}

// What is saved at the instant of the timer's call keeps a job alive.
func TestEndOfAtTheTimersCall(t *testing.T) {
	w := worldOf(row(t, "sunflower"))
	w.expireEvery = time.Hour
	j := jobOf(t, w, []Step{
		{Status: api.JobExecutionStatusInProgress},
		{After: time.Hour, Progress: &Progress{Total: 1}},
		{After: 90 * time.Minute, Progress: &Progress{Exported: 1, Total: 1}, Status: api.JobExecutionStatusCompleted},
	}, instance(1).String())
	end, _ := w.EndOf(j.ID)
	w.RunUntil(w.start.Add(24 * time.Hour))
	if got, _ := w.Job(j.ID); end.Sub(w.start) != 90*time.Minute || got.Status != api.JobExecutionStatusCompleted || !got.Completed.Equal(end) {
		t.Errorf("it is said to end after %v, and is %s after %v", end.Sub(w.start), got.Status, got.Completed.Sub(w.start))
	}
}

// drawSteps draws a run: counters that rise, rows, pauses of all lengths, and
// some end.
func drawSteps(t *rapid.T) []Step {
	steps := []Step{{Status: api.JobExecutionStatusInProgress}}
	at, p := time.Duration(0), Progress{}
	for range rapid.IntRange(0, 12).Draw(t, "steps") {
		at += rapid.SampledFrom([]time.Duration{0, 0, 0, time.Minute, 40 * time.Minute, time.Hour, 2 * time.Hour, 7 * time.Hour}).Draw(t, "pause")
		step := Step{After: at}
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			p.Total, p.Read = 9, p.Read+1
			step.Progress = new(p)
		case 1, 2:
			p.Exported++
			step.Progress = new(p)
		default:
			step.Log = []LogRow{{Code: "a sentence"}}
		}
		steps = append(steps, step)
	}
	at += rapid.SampledFrom([]time.Duration{0, time.Minute, 2 * time.Hour}).Draw(t, "pause")
	switch rapid.IntRange(0, 2).Draw(t, "end") {
	case 0:
		steps = append(steps, Step{After: at, Progress: new(p), Status: api.JobExecutionStatusCompletedWithErrors})
	case 1:
		steps = append(steps, Step{After: at, Status: api.JobExecutionStatusFail})
	}
	return steps
}

// Time never runs backwards, whatever becomes of jobs.
func TestWorldRunsForwards(t *testing.T) {
	for _, name := range release.Names() {
		t.Run(name, func(t *testing.T) {
			r := queued(row(t, name))
			rapid.Check(t, func(t *rapid.T) {
				timer := rapid.SampledFrom([]time.Duration{20 * time.Minute, 6 * time.Hour}).Draw(t, "timer")
				deeds := drawLife(t, r)
				live(r, timer, deeds, deeds[len(deeds)-1].at+10*time.Hour, func(w *World, until time.Time) {
					for {
						at, ok := w.NextEvent()
						if !ok || at.After(until) {
							return
						}
						if at.Before(w.now) {
							t.Fatalf("it is %v, and what comes next is at %v", w.now, at)
						}
						w.RunUntil(at)
					}
				})
			})
		})
	}
}
