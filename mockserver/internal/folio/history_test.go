package folio

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// exportOf announces, uploads and exports a list of n ids.
func exportOf(t *testing.T, w *World, n int, in time.Duration) Job {
	t.Helper()
	d, err := w.CreateFileDefinition(w.users[0], NewFileDefinition{FileName: "a.csv"})
	if err != nil {
		t.Fatal(err)
	}
	lines := make([]string, n)
	for i := range lines {
		lines[i] = instance(i).String()
	}
	if _, err := w.EndUpload(d.ID, listOf(t, w.rules.Input, lines...)); err != nil {
		t.Fatal(err)
	}
	return exportAgain(t, w, d.ID, in)
}

func exportAgain(t *testing.T, w *World, definition uuid.UUID, in time.Duration) Job {
	t.Helper()
	asked := ExportRequest{Definition: definition, Profile: w.rules.Profiles[0].ID}
	list, err := w.PrepareExport(asked)
	if err != nil {
		t.Fatal(err)
	}
	o := Classify(list.Input, w.rules.Input, known(AnyRecord))
	j, err := w.StartExport(w.users[0], asked, o, timeline(o, w.rules.Job, in, 1))
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// A job's history has each moment at which something could be seen to change,
// at its own instant.
func TestHistory(t *testing.T) {
	w := worldOf(row(t, "sunflower"))
	exportOf(t, w, 2500, time.Second)
	if recent := w.RecentJobs(5); len(recent) != 1 || recent[0].FileName != "a.csv" || !recent[0].Ends.After(w.now) {
		t.Fatalf("%+v", recent)
	}
	w.RunUntil(w.now.Add(time.Hour))
	last := w.RecentJobs(5)[0]
	var got []string
	for _, m := range last.Moments {
		got = append(got, fmt.Sprintf("%v %s %d/%d", m.At.Sub(last.Moments[0].At).Round(time.Millisecond), m.Status, m.Exported, m.Total))
	}
	// 1,000 at a time; while it reads, only readIds moves, which no moment has.
	starts := w.rules.Job.StartsAfter
	after := func(d time.Duration) string { return (starts + d).Round(time.Millisecond).String() }
	want := strings.Join([]string{
		"0s NEW 0/0",
		after(0) + " IN_PROGRESS 0/0",
		after(20*time.Millisecond) + " IN_PROGRESS 0/2500",
		after(520*time.Millisecond) + " IN_PROGRESS 1000/2500",
		after(840*time.Millisecond) + " IN_PROGRESS 2000/2500",
		after(time.Second) + " COMPLETED 2500/2500",
	}, "\n")
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if !last.Ends.IsZero() {
		t.Errorf("a job that has ended ends at %v", last.Ends)
	}
}

// A history is bounded; what it keeps of a long job has its shape and all its
// states.
func TestHistoryIsBounded(t *testing.T) {
	w := worldOf(row(t, "sunflower"))
	exportOf(t, w, 300_000, time.Hour)
	w.RunUntil(w.now.Add(2 * time.Hour))
	moments := w.RecentJobs(1)[0].Moments
	if len(moments) != maxMoments {
		t.Errorf("%d moments", len(moments))
	}
	states := map[api.JobExecutionStatus]int{}
	widest := time.Duration(0)
	for i, m := range moments {
		states[m.Status]++
		if i > 0 && moments[i-1].Exported > 0 { // it reads for a fifth of the time before
			widest = max(widest, m.At.Sub(moments[i-1].At))
		}
	}
	if states[api.JobExecutionStatusNew] != 1 || states[api.JobExecutionStatusCompleted] != 1 {
		t.Errorf("states %v", states)
	}
	// 300 movements in 48 minutes: evenly spread, the gaps were of half a minute.
	if widest > 90*time.Second {
		t.Errorf("the widest gap is %v", widest)
	}
}

func TestHistoryOfManyExports(t *testing.T) {
	w := worldOf(row(t, "guide"))
	exportOf(t, w, 1, time.Second)
	var definition uuid.UUID
	for id := range w.definitions {
		definition = id
	}
	for range 200 {
		w.RunUntil(w.now.Add(time.Minute))
		exportAgain(t, w, definition, time.Second)
	}
	w.RunUntil(w.now.Add(time.Minute))
	moments := w.RecentJobs(1)[0].Moments
	if last := moments[len(moments)-1]; len(moments) > maxMoments || last.Status != api.JobExecutionStatusSuccess || !last.At.After(w.now.Add(-time.Minute)) {
		t.Errorf("%d moments, the last is %+v", len(moments), last)
	}
}

func TestRecentJobsAreTheNewestFirst(t *testing.T) {
	w := worldOf(row(t, "sunflower"))
	var made []uuid.UUID
	for range 5 {
		made = append(made, exportOf(t, w, 1, time.Second).ID)
	}
	recent := w.RecentJobs(3)
	if len(recent) != 3 || recent[0].ID != made[4] || recent[2].ID != made[2] {
		t.Errorf("%v of %v", recent, made)
	}
	if all := w.RecentJobs(10); len(all) != 5 {
		t.Errorf("%d jobs", len(all))
	}
	// What was copied out stays as it was.
	before := fmt.Sprint(recent[0].Moments)
	w.RunUntil(w.now.Add(time.Hour))
	if after := fmt.Sprint(recent[0].Moments); after != before {
		t.Errorf("it was %s and is %s", before, after)
	}
}

// A file id is old once the job shows another one, and only that job's is.
func TestOldFileIDs(t *testing.T) {
	for _, name := range release.Names() {
		w := worldOf(row(t, name))
		j := exportOf(t, w, 1, time.Second)
		other := exportOf(t, w, 1, time.Second)
		w.RunUntil(w.now.Add(w.rules.Job.StartsAfter))
		running, err := w.Job(j.ID)
		if err != nil {
			t.Fatal(err)
		}
		early := running.Files[0].ID
		if w.WasFileOf(j.ID, early) {
			t.Errorf("%s: the id is old before it changed", name)
		}
		w.RunUntil(w.now.Add(time.Hour))
		ended, err := w.Job(j.ID)
		if err != nil {
			t.Fatal(err)
		}
		changed := ended.Files[0].ID != early
		if w.WasFileOf(j.ID, early) != changed || changed != w.rules.Job.FinalFileID {
			t.Errorf("%s: the id changed: %t; it is old: %t", name, changed, w.WasFileOf(j.ID, early))
		}
		if w.WasFileOf(j.ID, ended.Files[0].ID) || w.WasFileOf(other.ID, early) || w.WasFileOf(instance(1), early) {
			t.Errorf("%s: an id is old that is not", name)
		}
	}
}
