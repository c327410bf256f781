package folio

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
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

// A job that expired, was deleted and whose worker saves nothing more does not
// come back: neither the timer nor what its worker writes into the log saves it.
func TestDeletedExpiredJobStaysGone(t *testing.T) {
	w := worldOf(row(t, "sunflower"))
	w.expireEvery = time.Hour
	j := jobOf(t, w, []Step{
		{Status: api.JobExecutionStatusInProgress},
		{After: 5 * time.Hour, Log: []LogRow{{Code: "a sentence"}}},
		{After: 6 * time.Hour, Progress: &Progress{Exported: 1, Total: 2, Read: 2}},
	}, instance(1).String(), instance(2).String())
	w.RunUntil(w.start.Add(3 * time.Hour))
	if got := now(w, j.ID); got != "FAIL 0+0+0 of 0, read 0" {
		t.Fatalf("after three hours: %s", got)
	}
	w.DeleteJob(j.ID)
	w.RunUntil(w.start.Add(48 * time.Hour))
	w.ExpireJobs()
	if got := now(w, j.ID); got != "gone" || len(w.jobs) != 0 {
		t.Errorf("after two days: %s, and %d jobs", got, len(w.jobs))
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

// Of rows that are the same it is the first that stays, with its id and its
// instant; and of those of a job that expires, too, whatever it then says.
func TestFirstRowStays(t *testing.T) {
	w := worldOf(row(t, "trillium"))
	job, repeated := instance(1), LogRow{Code: "error.duplicatedIds", Values: []string{"x", "2"}}
	w.log(job, repeated)
	first := *w.logged[0]
	w.RunUntil(w.now.Add(time.Minute))
	w.log(instance(2), repeated)
	w.log(job, repeated)
	w.log(job, LogRow{Code: "a sentence"})
	if n := len(w.logged); n != 3 || w.logged[0].ID != first.ID || !w.logged[0].Created.Equal(first.Created) || !first.Created.Equal(w.start) {
		t.Errorf("%d rows, the first is %+v, and was %+v", n, *w.logged[0], first)
	}
	w.rewriteLog(job, expiredRow())
	if n := len(w.logged); n != 2 || w.logged[0].ID != first.ID || !w.logged[0].Created.Equal(first.Created) || w.logged[0].Code != expiredRow().Code {
		t.Errorf("%d rows, the first is %+v, and was %+v", n, *w.logged[0], first)
	}
	// What is gone can come again; what it says now cannot.
	w.log(job, expiredRow())
	w.log(job, repeated)
	if got, want := rowsOf(t, w, job), expiredText+`; error.duplicatedIds ["x" "2"]`; got != want {
		t.Errorf("the log has %s, want %s", got, want)
	}
}

// A row is neither merged nor looked for by going through all rows: here they
// are such as nobody can look at.
func TestRowsAreFoundWithoutTheOthers(t *testing.T) {
	w := worldOf(row(t, "trillium"))
	job, same := instance(1), LogRow{Code: "a", Values: []string{"1"}}
	w.log(job, same)
	w.logged = append(w.logged, make([]*LogEntry, 1000)...)
	for range 10 {
		w.log(job, same)
	}
	w.log(job, LogRow{Code: "a", Values: []string{"2"}})
	if n := len(w.logged); n != 1002 {
		t.Errorf("%d rows, want 1,000 and two", n)
	}
	if !w.hasRows(job) || w.hasRows(instance(2)) {
		t.Errorf("rows of the job: %t, of another: %t", w.hasRows(job), w.hasRows(instance(2)))
	}
	w.rewriteLog(instance(2), expiredRow())
}

// Keys of code and values do not run into each other.
func TestRowKeys(t *testing.T) {
	rows := []LogRow{
		{Code: "a", Values: []string{}},
		{Code: "a", Values: []string{""}},
		{Code: "a", Values: []string{"", ""}},
		{Code: "a", Values: []string{"bc"}},
		{Code: "a", Values: []string{"b", "c"}},
		{Code: "ab", Values: []string{"c"}},
		{Code: "abc", Values: []string{}},
	}
	seen := map[rowKey]LogRow{}
	for _, r := range rows {
		key, ok := r.key()
		if other, taken := seen[key]; !ok || taken {
			t.Errorf("%+v has a key: %t, the one of %+v", r, ok, other)
		}
		seen[key] = r
	}
}

// What is remembered of the rows of jobs goes with them.
func TestForgottenRows(t *testing.T) {
	w := worldOf(row(t, "trillium"))
	old := LogRow{Code: "old", Values: []string{"1"}}
	w.log(instance(1), old)
	w.log(instance(2), old)
	for i := range maxLog {
		w.log(instance(2), LogRow{Code: "new", Values: []string{strconv.Itoa(i)}})
	}
	if w.hasRows(instance(1)) || len(w.rowsOf) != 1 {
		t.Errorf("rows of %d jobs are remembered", len(w.rowsOf))
	}
	if rows := w.rowsOf[instance(2)]; rows.number != len(w.logged) || len(rows.keys) != len(w.logged) {
		t.Errorf("%d rows and %d keys are remembered of %d", rows.number, len(rows.keys), len(w.logged))
	}
	before := len(w.logged)
	w.log(instance(2), old)
	if len(w.logged) != before+1 {
		t.Error("a row that is gone did not come again")
	}
}

// One more row in a log that has many.
func BenchmarkMergedRow(b *testing.B) {
	for _, rows := range []int{100, 50_000} {
		b.Run(strconv.Itoa(rows), func(b *testing.B) {
			rules, err := release.Find("trillium")
			if err != nil {
				b.Fatal(err)
			}
			w := worldOf(rules)
			for i := range rows {
				w.log(instance(1), LogRow{Code: "a", Values: []string{strconv.Itoa(i)}})
			}
			again := LogRow{Code: "a", Values: []string{strconv.Itoa(rows - 1)}}
			b.ReportAllocs()
			for b.Loop() {
				w.log(instance(1), again)
			}
		})
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
