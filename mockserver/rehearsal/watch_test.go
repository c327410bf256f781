package rehearsal

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// However often a program polls, what it does besides is not lost, nor is the
// poll that told of the end; and what is kept is bounded.
func TestWitnessOfManyPolls(t *testing.T) {
	w := witness{after: 1}
	number := 0
	see := func(operation string, status api.JobExecutionStatus) {
		number++
		e := mockserver.Exchange{Number: number, Operation: operation, Status: http.StatusOK}
		if status != "" {
			e.Job = &mockserver.JobMoment{ID: uuid.UUID{1}, After: status, Told: status}
		}
		w.see(e)
	}
	see("login", "")
	see("startExport", "")
	for range 3 * maxKept {
		see("getJobExecutions", api.JobExecutionStatusInProgress)
	}
	see("getJobExecutions", api.JobExecutionStatusCompleted)
	end := number
	for range maxKept {
		see("getJobExecutions", api.JobExecutionStatusCompleted)
	}
	last := number
	see("startExport", "")
	see(mockserver.OperationLink, "")

	seen := w.testify()
	if n := len(seen.requests); n != maxKept+5 {
		t.Errorf("%d requests, want %d polls and 5 others", n, maxKept)
	}
	at := map[int]string{}
	for i, e := range seen.requests {
		if i > 0 && e.Number <= seen.requests[i-1].Number {
			t.Fatalf("request %d comes after %d", e.Number, seen.requests[i-1].Number)
		}
		at[e.Number] = e.Operation
	}
	for number, operation := range map[int]string{2: "startExport", end: "getJobExecutions", last: "getJobExecutions", last + 1: "startExport", last + 2: mockserver.OperationLink} {
		if at[number] != operation {
			t.Errorf("request %d is %q, want %q", number, at[number], operation)
		}
	}
	if seen.looks != 4*maxKept+1 || seen.late != maxKept || seen.end.Number != end || seen.last.Number != last || seen.sight != w.soFar() {
		t.Errorf("%+v", seen.sight)
	}
	for range 2 * maxKept {
		see("login", "")
	}
	if n := len(w.kept); n > 2*maxKept {
		t.Errorf("%d requests are kept", n)
	}
}
