package lifecycle

import (
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

var states = []Status{
	api.JobExecutionStatusNew, api.JobExecutionStatusInProgress, api.JobExecutionStatusSuccess,
	api.JobExecutionStatusCompleted, api.JobExecutionStatusCompletedWithErrors, api.JobExecutionStatusFail,
}

// The table as a picture: a row for the state before, a column for the state
// after, in the order of states.
func TestLegal(t *testing.T) {
	picture := map[Status]string{
		"":                                        "x . . . . .",
		api.JobExecutionStatusNew:                 ". x . . . x",
		api.JobExecutionStatusInProgress:          ". x x x x x",
		api.JobExecutionStatusSuccess:             ". x . . . .",
		api.JobExecutionStatusCompleted:           ". x . . . .",
		api.JobExecutionStatusCompletedWithErrors: ". x . . . .",
		api.JobExecutionStatusFail:                ". x . x x x",
		"DONE":                                    ". . . . . .",
	}
	for from, row := range picture {
		for i, cell := range strings.Fields(row) {
			if want := cell == "x"; Legal(from, states[i]) != want {
				t.Errorf("Legal(%q, %q) = %v, want %v", from, states[i], !want, want)
			}
		}
		if Legal(from, "") || Legal(from, "DONE") {
			t.Errorf("from %q a job can go to no state or to one that does not exist", from)
		}
	}
}

func TestFinalAndHasFile(t *testing.T) {
	for status, want := range map[Status]string{
		"":                                        "runs, no file",
		api.JobExecutionStatusNew:                 "runs, no file",
		api.JobExecutionStatusInProgress:          "runs, no file",
		api.JobExecutionStatusSuccess:             "final, file",
		api.JobExecutionStatusCompleted:           "final, file",
		api.JobExecutionStatusCompletedWithErrors: "final, file",
		api.JobExecutionStatusFail:                "final, no file",
		"DONE":                                    "runs, no file",
	} {
		end, file := "runs", "no file"
		if Final(status) {
			end = "final"
		}
		if HasFile(status) {
			file = "file"
		}
		if got := end + ", " + file; got != want {
			t.Errorf("%q: %s, want %s", status, got, want)
		}
	}
}
