package folio

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// A job that is deleted is gone, with what it stored left behind; one that was
// running is there again with the next thing that its worker saves.
func TestDeleteJob(t *testing.T) {
	steps := []Step{
		{Status: api.JobExecutionStatusInProgress},
		{After: time.Hour, Progress: &Progress{Total: 2, Read: 2}},
		{After: 2 * time.Hour, Log: []LogRow{{Code: "a sentence"}}}, // saves no job
		{After: 3 * time.Hour, Progress: &Progress{Exported: 1, Total: 2, Read: 2}},
		{After: 4 * time.Hour, Progress: &Progress{Exported: 2, Total: 2, Read: 2}, Status: api.JobExecutionStatusCompletedWithErrors},
	}
	const reading, half, ended = "IN_PROGRESS 0+0+0 of 2, read 2", "IN_PROGRESS 1+0+0 of 2, read 2", "COMPLETED_WITH_ERRORS 2+0+0 of 2, read 2"
	for _, tt := range []struct {
		name    string
		deleted time.Duration
		hours   [6]string // what is there after so many hours
	}{
		{"while it reads", 90 * time.Minute, [6]string{1: reading, 2: "gone", 3: half, 4: ended, 5: ended}},
		{"while it exports", 210 * time.Minute, [6]string{1: reading, 2: reading, 3: half, 4: ended, 5: ended}},
		{"once it has ended", 270 * time.Minute, [6]string{1: reading, 2: reading, 3: half, 4: ended, 5: "gone"}},
	} {
		w := worldOf(row(t, "sunflower"))
		j := jobOf(t, w, steps, instance(1).String(), instance(2).String())
		for hour := 1; hour <= 5; hour++ {
			if at := w.start.Add(tt.deleted); at.After(w.now) && !at.After(w.start.Add(time.Duration(hour)*time.Hour)) {
				w.RunUntil(at)
				w.DeleteJob(j.ID)
				if got := now(w, j.ID); got != "gone" {
					t.Errorf("%s: after the DELETE: %s", tt.name, got)
				}
			}
			w.RunUntil(w.start.Add(time.Duration(hour) * time.Hour))
			if got := now(w, j.ID); got != tt.hours[hour] {
				t.Errorf("%s: after %d hours: %s, want %s", tt.name, hour, got, tt.hours[hour])
			}
		}
		if got, want := rowsOf(t, w, j.ID), "a sentence []"; got != want {
			t.Errorf("%s: the log has %s, want %s", tt.name, got, want)
		}
		if _, stored := w.Object(j.ID, "a-1.mrc"); !stored {
			t.Errorf("%s: the file is gone", tt.name)
		}
	}
}

// A job that had expired when it was deleted comes back with its end, not before.
func TestDeleteExpiredJob(t *testing.T) {
	w := worldOf(row(t, "sunflower"))
	j := jobOf(t, w, []Step{
		{Status: api.JobExecutionStatusInProgress},
		{After: 3 * time.Hour, Progress: &Progress{Exported: 1, Total: 2, Read: 2}},
		{After: 4 * time.Hour, Progress: &Progress{Exported: 2, Total: 2, Read: 2}, Status: api.JobExecutionStatusCompleted},
	}, instance(1).String(), instance(2).String())
	w.RunUntil(w.start.Add(2 * time.Hour))
	w.ExpireJobs()
	w.DeleteJob(j.ID)
	for after, want := range []string{2: "gone", 3: "gone", 4: "COMPLETED 2+0+0 of 0, read 0"} {
		w.RunUntil(w.start.Add(time.Duration(after) * time.Hour))
		if got := now(w, j.ID); want != "" && got != want {
			t.Errorf("after %d hours: %s, want %s", after, got, want)
		}
	}
}

// A job that comes back after hours without an update is dead for the timer at
// its next call, not at one that is past.
func TestDeletedJobComesBackIdle(t *testing.T) {
	w := worldOf(row(t, "sunflower"))
	w.expireEvery = time.Hour
	j := jobOf(t, w, []Step{
		{Status: api.JobExecutionStatusInProgress},
		{After: 330 * time.Minute, Progress: &Progress{Exported: 1}}, // alone, so lastUpdatedDate stands still
	}, instance(1).String())
	w.DeleteJob(j.ID)
	w.RunUntil(w.start.Add(24 * time.Hour))
	got, err := w.Job(j.ID)
	if err != nil || got.Status != api.JobExecutionStatusFail || got.Completed.Sub(w.start) != 6*time.Hour {
		t.Errorf("%v, %s after %v; want FAIL after 6h", err, got.Status, got.Completed.Sub(w.start))
	}
}

// What was deleted for good cannot be exported, and a job that never was, or is
// NEW, does not come back.
func TestExportAfterDelete(t *testing.T) {
	for _, name := range []string{"sunflower", "trillium"} {
		w := worldOf(row(t, name))
		d, err := w.CreateFileDefinition(w.users[0], NewFileDefinition{FileName: "a.csv"})
		if err != nil {
			t.Fatal(err)
		}
		w.DeleteJob(uuid.New())
		w.DeleteJob(d.JobID)
		w.DeleteJob(d.JobID)
		if _, err := w.EndUpload(d.ID, listOf(t, w.rules.Input, instance(1).String())); err != nil {
			t.Errorf("%s: the upload does not need the job: %v", name, err)
		}
		_, err = w.PrepareExport(ExportRequest{Definition: d.ID, Profile: w.rules.Profiles[0].ID})
		if want := unknownJob(d.JobID); err == nil || err.Error() != want.Error() {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		// sunflower looks its job up first, trillium its profile.
		_, err = w.PrepareExport(ExportRequest{Definition: d.ID, Profile: uuid.New()})
		if job := err != nil && err.Error() == unknownJob(d.JobID).Error(); job != (name == "sunflower") {
			t.Errorf("%s, with an unknown profile: %v", name, err)
		}
		w.RunUntil(w.now.Add(24 * time.Hour))
		if got := now(w, d.JobID); got != "gone" {
			t.Errorf("%s: a job that was NEW is %s", name, got)
		}
	}
}

// Since 5.4 the log has a row of a job once, unless a part of it is null; before,
// as often as it is written.
func TestMergedRows(t *testing.T) {
	job, other := instance(1), instance(2)
	for _, tt := range []struct {
		name          string
		first, second LogRow
		of            [2]uuid.UUID
		trillium      int
	}{
		{"the same", LogRow{Code: "a", Values: []string{"1", "2"}}, LogRow{Code: "a", Values: []string{"1", "2"}}, [2]uuid.UUID{job, job}, 1},
		{"no values, but a list of them", LogRow{Code: "a", Values: []string{}}, LogRow{Code: "a", Values: []string{}}, [2]uuid.UUID{job, job}, 1},
		{"values are null", LogRow{Code: "a"}, LogRow{Code: "a"}, [2]uuid.UUID{job, job}, 2},
		{"one is null, one empty", LogRow{Code: "a"}, LogRow{Code: "a", Values: []string{}}, [2]uuid.UUID{job, job}, 2},
		{"no job", LogRow{Code: "a", Values: []string{"1"}}, LogRow{Code: "a", Values: []string{"1"}}, [2]uuid.UUID{}, 2},
		{"another job", LogRow{Code: "a", Values: []string{"1"}}, LogRow{Code: "a", Values: []string{"1"}}, [2]uuid.UUID{job, other}, 2},
		{"another code", LogRow{Code: "a", Values: []string{"1"}}, LogRow{Code: "b", Values: []string{"1"}}, [2]uuid.UUID{job, job}, 2},
		{"another value", LogRow{Code: "a", Values: []string{"1"}}, LogRow{Code: "a", Values: []string{"2"}}, [2]uuid.UUID{job, job}, 2},
	} {
		for name, want := range map[string]int{"guide": 0, "sunflower": 2, "trillium": tt.trillium} {
			w := worldOf(row(t, name))
			w.log(tt.of[0], tt.first)
			w.log(tt.of[1], tt.second)
			if got := len(w.logged); got != want {
				t.Errorf("%s, %s: %d rows, want %d", name, tt.name, got, want)
			}
		}
	}
}

// The log of a tenant is bounded; its oldest rows go first.
func TestLogIsBounded(t *testing.T) {
	w := worldOf(row(t, "sunflower"))
	for range maxLog {
		w.log(instance(1), LogRow{Code: "old"})
	}
	w.log(instance(2), LogRow{Code: "new"})
	if n := len(w.logged); n > maxLog || n < maxLog/2 || w.logged[n-1].Code != "new" {
		t.Errorf("%d rows, the last is %s", n, w.logged[n-1].Code)
	}
}

// Any row that a job has in the log makes it less than complete, also one of an
// earlier run.
func TestAnyRowDemotes(t *testing.T) {
	complete := []Step{
		{Status: api.JobExecutionStatusInProgress},
		{After: time.Minute, Progress: &Progress{Exported: 1, Total: 1, Read: 1}, Status: api.JobExecutionStatusCompleted},
	}
	refused := []Step{
		{Status: api.JobExecutionStatusInProgress},
		{Log: []LogRow{{Code: "error.onlyForSetToDeletion", Values: []string{"a sentence"}}}, Status: api.JobExecutionStatusFail},
	}
	for _, name := range []string{"sunflower", "trillium"} {
		w := worldOf(row(t, name))
		clean := jobOf(t, w, complete, instance(1).String())
		d, err := w.CreateFileDefinition(w.users[0], NewFileDefinition{FileName: "a.csv"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.EndUpload(d.ID, listOf(t, w.rules.Input, instance(1).String())); err != nil {
			t.Fatal(err)
		}
		asked := ExportRequest{Definition: d.ID, Profile: w.rules.Profiles[0].ID}
		if _, err := w.StartExport(w.users[0], asked, &Outcome{}, refused); err != nil {
			t.Fatal(err)
		}
		if got, want := now(w, d.JobID), "FAIL 0+0+0 of 0, read 0"; got != want {
			t.Errorf("%s: refused: %s, want %s", name, got, want)
		}
		exportedAs(t, w, d.ID, complete)
		w.RunUntil(w.now.Add(time.Hour))
		if got, want := now(w, d.JobID), "COMPLETED_WITH_ERRORS 1+0+0 of 1, read 1"; got != want {
			t.Errorf("%s: exported again: %s, want %s", name, got, want)
		}
		if got, want := now(w, clean.ID), "COMPLETED 1+0+0 of 1, read 1"; got != want {
			t.Errorf("%s: a job without rows: %s, want %s", name, got, want)
		}
	}
}
