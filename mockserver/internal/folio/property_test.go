package folio

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// deed is a command of a random life, with its instant.
type deed struct {
	at time.Duration // since the world's start
	do func(*World)
}

// drawLife draws the deeds of some clients in the order of their instants. What
// the world refuses is part of life.
func drawLife(t *rapid.T, r *release.Release) []deed {
	definitions := []uuid.UUID{instance(901), instance(902), instance(903)}
	admin := seedUsers()[0]
	var deeds []deed
	at := time.Duration(0)
	pace := rapid.SampledFrom([]time.Duration{1, 10_000}).Draw(t, "pace") // of seconds, or of hours, in which jobs expire
	for range rapid.IntRange(1, 12).Draw(t, "deeds") {
		at += pace * drawDuration(t, "pause")
		id := rapid.SampledFrom(definitions).Draw(t, "definition")
		lines := drawLines(t)
		export := ExportRequest{Definition: id, Profile: r.Profiles[0].ID}
		records := rapid.SampledFrom([]Records{AnyRecord, NamedRecord}).Draw(t, "records")
		in := pace*drawDuration(t, "duration") + 1
		part := rapid.SampledFrom([]float64{0.3, 0.6, 1}).Draw(t, "part")
		var do func(*World)
		switch rapid.SampledFrom([]string{"create", "upload", "break", "export", "export", "export", "session", "delete", "expire"}).Draw(t, "deed") {
		case "create":
			do = func(w *World) { _, _ = w.CreateFileDefinition(admin, NewFileDefinition{ID: id, FileName: "a.csv"}) }
		case "upload":
			do = func(w *World) {
				if _, err := w.CreateFileDefinition(admin, NewFileDefinition{ID: id, FileName: "a.csv"}); err == nil {
					_ = w.BeginUpload(id)
					_, _ = w.EndUpload(id, listOf(t, r.Input, lines...))
				}
			}
		case "break":
			do = func(w *World) {
				if w.BeginUpload(id) == nil {
					_ = w.BreakUpload(id)
				}
			}
		case "export":
			do = func(w *World) {
				list, err := w.PrepareExport(export)
				if err != nil {
					return
				}
				o := Classify(list.Input, r.Input, known(records))
				_, _ = w.StartExport(admin, export, o, timeline(o, r.Job, in, part))
			}
		case "delete":
			n := rapid.IntRange(0, 3).Draw(t, "job")
			do = func(w *World) {
				if n < len(w.jobs) {
					w.DeleteJob(w.jobs[n].ID)
				}
			}
		case "expire":
			do = (*World).ExpireJobs
		case "session":
			do = func(w *World) {
				token := fmt.Sprint(w.Draw("refresh token"))
				w.OpenSession(admin.ID, token, w.now.Add(in))
				_, _ = w.Redeem(token)
			}
		}
		deeds = append(deeds, deed{at: at, do: do})
	}
	return deeds
}

func drawDuration(t *rapid.T, label string) time.Duration {
	return time.Duration(rapid.IntRange(0, 3000).Draw(t, label)) * time.Millisecond / 2
}

// drawLines draws a list: ids, some of them twice, and what is none.
func drawLines(t *rapid.T) []string {
	n := rapid.SampledFrom([]int{0, 1, 7, 60, 1200}).Draw(t, "lines")
	lines := make([]string, n)
	for i := range lines {
		lines[i] = instance(i).String()
	}
	for range min(n, rapid.IntRange(0, 5).Draw(t, "odd")) {
		i := rapid.IntRange(0, n-1).Draw(t, "odd line")
		lines[i] = rapid.SampledFrom([]string{"", "header", "0000000A-0000-4000-8000-000000000000", instance(0).String(), "a b", "1-2-3-4-5", "\xff"}).Draw(t, "odd text")
	}
	return lines
}

// live runs the deeds in a world whose timer calls expire-jobs; in the pauses it
// calls rest.
func live(r *release.Release, timer time.Duration, deeds []deed, end time.Duration, rest func(w *World, until time.Time)) *World {
	w := worldOf(r)
	w.expireEvery = timer
	for _, d := range deeds {
		at := r.Instant.Add(d.at)
		rest(w, at)
		w.RunUntil(at)
		d.do(w)
	}
	rest(w, r.Instant.Add(end))
	w.RunUntil(r.Instant.Add(end))
	return w
}

// However the advance of time is sliced, the world ends the same.
func TestSlicingTimeChangesNothing(t *testing.T) {
	forEachRelease(t, func(t *rapid.T, r *release.Release) {
		deeds := drawLife(t, r)
		end := deeds[len(deeds)-1].at + 10_000*drawDuration(t, "after")
		timer := rapid.SampledFrom([]time.Duration{0, 20 * time.Minute, 6 * time.Hour}).Draw(t, "timer")
		whole := live(r, timer, deeds, end, func(*World, time.Time) {})
		sliced := live(r, timer, deeds, end, func(w *World, until time.Time) {
			for range rapid.IntRange(0, 4).Draw(t, "slices") {
				part := rapid.Float64Range(-0.1, 1).Draw(t, "slice") // below 0: an instant that is past
				w.RunUntil(w.now.Add(time.Duration(part * float64(until.Sub(w.now)))))
			}
		})
		if a, b := dump(whole), dump(sliced); a != b {
			t.Fatalf("in one go:\n%s\nin slices:\n%s", a, b)
		}
	})
}

// What must hold after each event that happens to a job.
func TestEventsKeepTheInvariants(t *testing.T) {
	forEachRelease(t, func(t *rapid.T, r *release.Release) {
		deeds := drawLife(t, r)
		timer := rapid.SampledFrom([]time.Duration{0, 20 * time.Minute}).Draw(t, "timer")
		live(r, timer, deeds, deeds[len(deeds)-1].at+10*time.Hour, func(w *World, until time.Time) {
			eachEvent(w, until, func(e event, before, after Job) {
				if err := checkEvent(w, e, before, after); err != nil {
					t.Fatalf("%v\nevent  %+v\nbefore %+v\nafter  %+v", err, e, before, after)
				}
			})
		})
	})
}

// eachEvent lets the events that are due happen one by one.
func eachEvent(w *World, until time.Time, look func(e event, before, after Job)) {
	for {
		at, ok := w.NextEvent()
		if !ok || at.After(until) {
			return
		}
		w.now = at
		_, due, ok := w.queue.Next(at)
		if !ok {
			w.ExpireJobs()
			continue
		}
		j, known := w.stored(due.job)
		if !known {
			w.happen(due)
			continue
		}
		before := j.clone()
		w.happen(due)
		look(due, before, j.clone())
	}
}

func checkEvent(w *World, e event, before, after Job) error {
	final := lifecycle.Final(after.Status)
	switch {
	case e.run != before.run:
		if fmt.Sprint(before) != fmt.Sprint(after) {
			return fmt.Errorf("an event of run %d changed a job in run %d", e.run, before.run)
		}
		return nil
	case before.expired && !lifecycle.Final(e.step.Status):
		if fmt.Sprint(before) != fmt.Sprint(after) {
			return errors.New("a job that had expired was changed before its run ended")
		}
		return nil
	case e.step.Status != "" && after.Status != e.step.Status:
		return fmt.Errorf("a step into %s left the job %s", e.step.Status, after.Status)
	case e.step.Status != "" && !lifecycle.Legal(before.Status, after.Status):
		return fmt.Errorf("illegal step from %s to %s", before.Status, after.Status)
	case final && !after.Completed.Equal(w.now), !final && !after.Completed.Equal(before.Completed):
		return fmt.Errorf("completed %v in state %s at %v", after.Completed, after.Status, w.now)
	case e.step.Status != api.JobExecutionStatusInProgress && before.Progress != nil && !before.expired && falls(*before.Progress, *after.Progress):
		return errors.New("counters fell")
	case final && !before.expired && after.Progress != nil && after.Progress.Exported+after.Progress.Failed != after.Progress.Total:
		return errors.New("exported and failed do not add up to total")
	case after.Started.IsZero() != (after.RunBy == nil) || after.Started.IsZero() != (len(after.Files) == 0):
		return errors.New("start, owner and file do not come together")
	}
	if !lifecycle.HasFile(after.Status) {
		if len(after.objects) != len(before.objects) {
			return errors.New("a file without a good end")
		}
		return nil
	}
	last := after.Files[len(after.Files)-1]
	if _, ok := w.Object(after.ID, last.Name); !ok {
		return fmt.Errorf("a good end, and nothing is stored as %s", last.Name)
	}
	return nil
}

// falls tells whether a counter went down. Failed may in mod-data-export 2.x,
// where a batch can have more records than lines.
func falls(from, to Progress) bool {
	return to.Exported < from.Exported || to.Total < from.Total || to.Read < from.Read ||
		to.Failed < from.Failed && to.Exported+to.Failed < from.Exported+from.Failed
}

// Every legal move is made by one of these lives, and none of them makes another.
func TestEveryEdgeIsWalked(t *testing.T) {
	type edge struct{ from, to lifecycle.Status }
	walked := map[edge]bool{}
	one := instance(1).String()
	for _, life := range []struct {
		release string
		lines   []string
		pause   time.Duration // between two exports
		expires bool          // it takes two hours, and expire-jobs comes after one
	}{
		{"guide", []string{one}, time.Second, false},
		{"guide", nil, time.Second, false},
		{"sunflower", []string{one}, time.Second, false},
		{"sunflower", []string{one}, 100 * time.Millisecond, false},
		{"sunflower", []string{one, "header"}, time.Second, false},
		{"sunflower", []string{"header"}, time.Second, false},
		{"sunflower", []string{one}, 3 * time.Hour, true},
		{"sunflower", []string{one, "header"}, 3 * time.Hour, true},
	} {
		r := queued(row(t, life.release))
		w := worldOf(r)
		d, err := w.CreateFileDefinition(w.users[0], NewFileDefinition{FileName: "a.csv"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.EndUpload(d.ID, listOf(t, r.Input, life.lines...)); err != nil {
			t.Fatal(err)
		}
		walked[edge{"", w.jobs[0].Status}] = true
		for range 2 {
			export := ExportRequest{Definition: d.ID, Profile: r.Profiles[0].ID}
			list, err := w.PrepareExport(export)
			if err != nil {
				t.Fatal(err)
			}
			o := Classify(list.Input, r.Input, known(AnyRecord))
			takes := 512 * time.Millisecond
			if life.expires {
				takes, w.expireEvery = 2*time.Hour, time.Minute
			}
			if _, err := w.StartExport(w.users[0], export, o, timeline(o, r.Job, takes, 1)); err != nil {
				t.Fatal(err)
			}
			until := w.now.Add(life.pause)
			eachEvent(w, until, func(e event, before, after Job) {
				if e.step.Status != "" {
					walked[edge{before.Status, after.Status}] = true
				}
			})
			w.RunUntil(until)
		}
	}
	states := []lifecycle.Status{
		"", api.JobExecutionStatusNew, api.JobExecutionStatusInProgress, api.JobExecutionStatusSuccess,
		api.JobExecutionStatusCompleted, api.JobExecutionStatusCompletedWithErrors, api.JobExecutionStatusFail,
	}
	for _, from := range states {
		for _, to := range states {
			if legal := lifecycle.Legal(from, to); legal != walked[edge{from, to}] {
				t.Errorf("%q to %q: legal %v, walked %v", from, to, legal, !legal)
			}
		}
	}
}

// queued makes every event of a job wait on the queue, where tests can see it:
// an export that is IN_PROGRESS at once is so a moment later.
func queued(r *release.Release) *release.Release {
	r.Job.StartsAfter = max(r.Job.StartsAfter, 1)
	return r
}

func forEachRelease(t *testing.T, property func(*rapid.T, *release.Release)) {
	for _, name := range release.Names() {
		t.Run(name, func(t *testing.T) {
			r := queued(row(t, name))
			rapid.Check(t, func(t *rapid.T) { property(t, r) })
		})
	}
}
