package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// The morning after, in each release: which job it was, why it lacks what it
// lacks, and the ids to export again.
func TestJobsExplain(t *testing.T) {
	list, err := os.ReadFile("../../examples/test.csv")
	if err != nil {
		t.Fatal(err)
	}
	sample := string(list)
	for _, release := range mockserver.Releases() {
		t.Run(release, func(t *testing.T) {
			tr := newTrial(t, mockserver.WithRelease(release), mockserver.WithScenario("partial"), mockserver.WithTimeByPolling())
			write(t, "many.csv", sample)
			exported := tr.run(t.Context(), "export", "--input", "many.csv", "--output", "out.mrc", "--report", "report.json", "--failed-ids", "failed.csv")
			if exported.code != exitPartial || !strings.Contains(exported.stderr, "22 exported, 3 not") {
				t.Fatalf("export: %+v", exported)
			}
			var saved struct {
				Outcome     string
				Explanation struct{ FailedIDs []string }
			}
			if data, err := os.ReadFile("report.json"); err != nil || json.Unmarshal(data, &saved) != nil || saved.Outcome != "partial" {
				t.Errorf("the report: %+v, %v", saved, err)
			}

			listed := tr.run(t.Context(), "jobs", "list", "--json")
			var jobs []struct{ ID, HRID any }
			if err := json.Unmarshal([]byte(listed.stdout), &jobs); err != nil || len(jobs) != 1 {
				t.Fatalf("jobs list: %+v", listed)
			}
			number := map[string]string{"guide": "112"}[release]
			if number == "" {
				number = "1"
			}
			byNumber := tr.run(t.Context(), "jobs", "explain", number, "--failed-ids", "again.csv")
			byID := tr.run(t.Context(), "jobs", "explain", jobs[0].ID.(string))
			if byNumber.code != exitOK || byNumber.stdout != byID.stdout || !strings.Contains(byNumber.stdout, "25 lines: 22 exported, 3 not") {
				t.Errorf("by number %+v, by id %+v", byNumber, byID)
			}
			again, err := os.ReadFile("again.csv")
			if err != nil {
				t.Fatal(err)
			}
			want, reason := 3, "3  not found in the inventory"
			if release == "guide" {
				want, reason = 0, "This FOLIO keeps no error log"
			}
			if n := strings.Count(string(again), "\n"); n != want || !strings.Contains(byNumber.stdout, reason) {
				t.Errorf("%d ids to look at, want %d: %s", n, want, byNumber.stdout)
			}
			for format, part := range map[string]string{"markdown": "**Job ", "html": "<!doctype html>", "json": `"safeToLoad":true`} {
				if got := tr.run(t.Context(), "jobs", "explain", number, "--format", format); !strings.Contains(got.stdout, part) {
					t.Errorf("%s: %+v", format, got)
				}
			}
			watched := tr.run(t.Context(), "jobs", "watch", number)
			if watched.code != exitOK || watched.stdout != byID.stdout {
				t.Errorf("a job that has ended is explained at once: %+v", watched)
			}
		})
	}
}

func TestJobsThatCannotBeExplained(t *testing.T) {
	tr := newTrial(t, mockserver.WithRelease("sunflower"))
	for arg, want := range map[string]string{
		"77":                                   "there is no job with the number 77 at ",
		"abc":                                  `"abc" is neither an id nor a number of a job`,
		"5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11": "there is no job with the id 5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11 at ",
	} {
		if got := tr.run(t.Context(), "jobs", "explain", arg); got.code == exitOK || got.stdout != "" || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: %+v", arg, got)
		}
	}
	if got := tr.run(t.Context(), "jobs", "list", "--limit", "0"); got.code != exitUsage {
		t.Errorf("%+v", got)
	}
}

func TestJobsListSaysThatThereAreNone(t *testing.T) {
	tr := newTrial(t, mockserver.WithRelease("sunflower"))
	for _, tt := range []struct{ args, stdout, stderr string }{
		{"jobs list", "", "there is no job yet"},
		{"jobs list --query status==FAIL", "", "no job fits the query"},
		{"jobs list --json", "[]\n", "there is no job yet"},
	} {
		got := tr.run(t.Context(), strings.Fields(tt.args)...)
		if got.code != exitOK || got.stdout != tt.stdout || !strings.HasSuffix(got.stderr, tt.stderr+"\n") {
			t.Errorf("%s: %+v", tt.args, got)
		}
	}
}

func TestJobsWatchEndsWithTheJob(t *testing.T) {
	tr := newTrial(t, mockserver.WithRelease("trillium"), mockserver.WithScenario("fail"), mockserver.WithTimeByPolling())
	tr.run(t.Context(), "export", "--input", "ids.csv", "--output", "out.mrc", "--timeout", "1ns")
	got := tr.run(t.Context(), "jobs", "watch", "1", "--poll-interval", "1ms")
	if got.code != exitFailed || !strings.Contains(got.stdout, "There is no file.") || !strings.Contains(got.stderr, "ended in FAIL") {
		t.Errorf("%+v", got)
	}
}

func TestProfilesList(t *testing.T) {
	tr := newTrial(t, mockserver.WithRelease("trillium"))
	got := tr.run(t.Context(), "profiles", "list")
	if got.code != exitOK || strings.Count(got.stdout, "\n") != 5 || !strings.Contains(got.stdout, "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a   Default instances export job profile") {
		t.Errorf("%+v", got)
	}
	if got = tr.run(t.Context(), "profiles", "list", "--json"); !strings.HasPrefix(got.stdout, `[{"id":`) && !strings.HasPrefix(got.stdout, `[{"default"`) {
		t.Errorf("%+v", got)
	}
}

// Everything is exported of a list that is longer than the story's own, too, and
// the hint does not blame the list.
func TestFailsAfterEverything(t *testing.T) {
	for _, release := range mockserver.Releases() {
		tr := newTrial(t, mockserver.WithRelease(release), mockserver.WithScenario("fails-after-everything"), mockserver.WithTimeByPolling())
		var list strings.Builder
		for i := range 130 {
			fmt.Fprintf(&list, "0a1c6d1e-5b0f-4f3a-9c53-%012x\n", i)
		}
		write(t, "long.csv", list.String())
		got := tr.run(t.Context(), "export", "--input", "long.csv", "--output", "out.mrc", "--poll-interval", "1ms")
		if got.code != exitFailed || !strings.Contains(got.stderr, "ended in FAIL, 130 of 130 exported; see `fauxkapi jobs explain ") {
			t.Errorf("%s: %+v", release, got)
		}
	}
}
