package rehearsal

import (
	"net/http"
	"slices"
	"sync"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// maxKept bounds the polls that are kept one by one, and the other requests.
const maxKept = 5000

// witness sees every request of a program. A program that polls without a pause
// sends a hundred thousand of them, so of the polls it keeps the first, those
// around the end, and the last. It is safe for concurrent use.
type witness struct {
	mu      sync.Mutex
	after   int // requests up to this number are the rehearsal's own
	kept    []mockserver.Exchange
	looks   int // requests for jobs, whatever their answer
	refused int // the last of them that were refused for their token, in a row
	late    int // polls after the one that told of the end
	end     *mockserver.Exchange
	last    *mockserver.Exchange // look
	first   *mockserver.Exchange // look
}

func (w *witness) see(e mockserver.Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.Operation == "getJobExecutions" {
		w.look(e)
	}
	if len(w.kept) < maxKept {
		w.kept = append(w.kept, e)
	}
}

func (w *witness) look(e mockserver.Exchange) {
	w.looks++
	w.last = &e
	if w.first == nil {
		w.first = &e
	}
	w.refused++
	if e.Status != http.StatusUnauthorized {
		w.refused = 0
	}
	if e.Status != http.StatusOK || e.Job == nil {
		return
	}
	if w.end != nil && w.end.Job.ID == e.Job.ID {
		w.late++
	} else if lifecycle.Final(e.Job.Told) {
		w.end = &e
	}
}

// testimony is what a witness has seen so far.
type testimony struct {
	requests []mockserver.Exchange // in the order of their numbers
	looks    int
	refused  int
	late     int
	end      *mockserver.Exchange // the poll that told of the end; nil if none did
	first    *mockserver.Exchange // request for a job
	last     *mockserver.Exchange // request for a job
}

func (w *witness) testify() testimony {
	w.mu.Lock()
	defer w.mu.Unlock()
	requests := slices.DeleteFunc(slices.Clone(w.kept), func(e mockserver.Exchange) bool { return e.Number <= w.after })
	slices.SortFunc(requests, func(a, b mockserver.Exchange) int { return a.Number - b.Number })
	return testimony{requests: requests, looks: w.looks, refused: w.refused, late: w.late, end: w.end, first: w.first, last: w.last}
}
