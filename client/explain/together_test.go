package explain

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

func parsed(t *testing.T, text string) api.JobExecution {
	t.Helper()
	var job api.JobExecution
	if err := json.Unmarshal([]byte(text), &job); err != nil {
		t.Fatal(err)
	}
	return job
}

// words are those of a text however it is folded.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestTogether(t *testing.T) {
	job := func(hrid, status, times, progress, file string) api.JobExecution {
		return parsed(t, `{"id":"22091d4a-0c70-4a9e-8843-5dcf96c7cdf`+hrid+`","hrId":`+hrid+`,"jobProfileName":"Default","status":"`+status+`",`+times+
			`"progress":`+progress+`,"exportedFiles":[{"fileId":"b975b199-fa3c-4cc8-8257-4e996e64addb","fileName":"`+file+`"}]}`)
	}
	missing := func(ids ...string) Log {
		return Log{Rows: []api.ErrorLog{{ErrorMessageCode: "error.uuidsNotFound", ErrorMessageValues: &[]string{strings.Join(ids, ", ")}}}}
	}
	good := Job(job("1", "COMPLETED", `"startedDate":"2026-11-25T02:00:00Z","completedDate":"2026-11-25T02:10:00Z",`, `{"exported":10,"failed":0,"total":10}`, "a-1.mrc"), Log{})
	partly := Job(job("2", "COMPLETED_WITH_ERRORS", `"startedDate":"2026-11-25T02:10:00Z","completedDate":"2026-11-25T02:20:00Z",`, `{"exported":8,"failed":2,"total":10}`, "a-2.mrc"), missing("x", "y"))
	failed := Job(job("3", "FAIL", `"startedDate":"2026-11-25T02:20:00Z",`, `{"exported":4,"failed":0,"total":10}`, "a-3.mrc"), UnreadLog())
	running := Job(job("4", "IN_PROGRESS", `"startedDate":"2026-11-25T02:30:00Z",`, `{"exported":1,"failed":0,"total":10}`, "a-4.mrc"), Log{})
	again := Job(job("5", "COMPLETED_WITH_ERRORS", "", `{"exported":9,"failed":1,"total":10}`, "a-5.mrc"), missing("z"))

	for _, tt := range []struct {
		name string
		jobs []Explanation
		file string
		safe bool
		want string
	}{
		{"all went well", []Explanation{good, good}, "all.mrc", true, `2 jobs, all.mrc, Default
  2026-11-25 02:00:00 started   02:10:00 ended   COMPLETED
  20 lines: 20 exported, 0 not
all.mrc is complete: 20 records. It is safe to load.
There is no need to run it again.
`},
		{"some are missing", []Explanation{good, partly, again}, "all.mrc", true, `3 jobs, all.mrc, Default
  2026-11-25 02:00:00 started   02:20:00 ended   COMPLETED_WITH_ERRORS
  30 lines: 27 exported, 3 not
         3  not found in the inventory (deleted since the list was made? ids of another kind of record?)
all.mrc holds the 27 records that could be exported. It is safe to load, and does not hold everything that was asked for.
Running it again gives the same until the list or the records are mended.
`},
		{"one failed", []Explanation{partly, failed}, "all.mrc", true, `2 jobs, all.mrc, Default
  2026-11-25 02:10:00 started   02:20:00 ended   COMPLETED_WITH_ERRORS
  20 lines: 8 exported, 12 not
         2  not found in the inventory (deleted since the list was made? ids of another kind of record?)
all.mrc holds the 8 records that could be exported. It is safe to load, and does not hold everything that was asked for.
Job 2: Running it again gives the same until the list or the records are mended. Job 3: Run it once again, with a new file definition: nothing says that the list is at fault.
The error log could not be read. Ask whoever runs the server for the log of mod-data-export from 2026-11-25 02:20:00 UTC, with the job's id 22091d4a-0c70-4a9e-8843-5dcf96c7cdf3.
`},
		{"one failed, so that there is no file", []Explanation{good, failed}, "", false, `2 jobs, Default
  2026-11-25 02:00:00 started   02:10:00 ended   COMPLETED_WITH_ERRORS
  20 lines: 10 exported, 10 not
There is no file of all: it is made when every job has ended well.
Run it once again, with a new file definition: nothing says that the list is at fault.
The error log could not be read. Ask whoever runs the server for the log of mod-data-export from 2026-11-25 02:20:00 UTC, with the job's id 22091d4a-0c70-4a9e-8843-5dcf96c7cdf3.
`},
		{"one goes on", []Explanation{partly, running}, "", false, `2 jobs, Default
  2026-11-25 02:10:00 started   IN_PROGRESS
  20 lines: 9 exported, 2 not
         2  not found in the inventory (deleted since the list was made? ids of another kind of record?)
There is no file yet: the job has not ended.
Job 2: Running it again gives the same until the list or the records are mended. Job 4: Wait for its end before you start another: two exports at once are slower than one after the other.
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := Together(tt.jobs, tt.file)
			var got strings.Builder
			if err := all.WriteText(&got); err != nil || words(got.String()) != words(tt.want) {
				t.Errorf("%v\n%s", err, got.String())
			}
			if all.Safe != tt.safe || len(all.Jobs) != len(tt.jobs) {
				t.Errorf("%+v", all)
			}
			for _, write := range []func(*strings.Builder) error{
				func(b *strings.Builder) error { return all.WriteMarkdown(b) }, func(b *strings.Builder) error { return all.WriteHTML(b) },
			} {
				var page strings.Builder
				if err := write(&page); err != nil || strings.Count(page.String(), "22091d4a-") < len(tt.jobs) {
					t.Errorf("%v\n%s", err, page.String())
				}
			}
		})
	}
	if ids := strings.Join(Together([]Explanation{partly, again, partly}, "").FailedID, " "); ids != "x y z" {
		t.Errorf("failed: %s", ids)
	}
}
