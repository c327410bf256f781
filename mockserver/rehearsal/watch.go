package rehearsal

import (
	"net/http"
	"slices"
	"sync"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// maxKept bounds the requests for jobs that are kept one by one, and so the others.
const maxKept = 5000

// witness sees every request of a program. A program that polls without a pause
// sends a hundred thousand of them, so of those it keeps the first, the one that
// told of the end, and the last. It is safe for concurrent use.
type witness struct {
	mu     sync.Mutex
	after  int // requests up to this number are the rehearsal's own
	kept   []mockserver.Exchange
	others int // requests that were not for jobs
	sight
}

// sight is what a witness can say of the requests for jobs, whatever their
// answer, without going through them.
type sight struct {
	looks   int
	refused int                  // the last of them that were refused for their token, in a row
	late    int                  // polls after the one that told of the end
	end     *mockserver.Exchange // the poll that told of the end; nil if none did
	first   *mockserver.Exchange
	last    *mockserver.Exchange
}

func (w *witness) see(e mockserver.Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := &w.others
	if e.Operation == "getJobExecutions" {
		w.look(e)
		seen = &w.looks
	} else {
		w.others++
	}
	if *seen <= maxKept {
		w.kept = append(w.kept, e)
	}
}

func (s *sight) look(e mockserver.Exchange) {
	s.looks++
	s.last = &e
	if s.first == nil {
		s.first = &e
	}
	s.refused++
	if e.Status != http.StatusUnauthorized {
		s.refused = 0
	}
	if e.Status != http.StatusOK || e.Job == nil {
		return
	}
	if s.end != nil && s.end.Job.ID == e.Job.ID {
		s.late++
	} else if lifecycle.Final(e.Job.Told) {
		s.end = &e
	}
}

// soFar is what was seen so far.
func (w *witness) soFar() sight {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sight
}

// testimony is all that a witness has to say.
type testimony struct {
	requests []mockserver.Exchange // in the order of their numbers
	sight
}

func (w *witness) testify() testimony {
	w.mu.Lock()
	defer w.mu.Unlock()
	requests := slices.Clone(w.kept)
	for _, e := range []*mockserver.Exchange{w.end, w.last} {
		if e != nil {
			requests = append(requests, *e)
		}
	}
	requests = slices.DeleteFunc(requests, func(e mockserver.Exchange) bool { return e.Number <= w.after })
	slices.SortFunc(requests, func(a, b mockserver.Exchange) int { return a.Number - b.Number })
	requests = slices.CompactFunc(requests, func(a, b mockserver.Exchange) bool { return a.Number == b.Number })
	return testimony{requests: requests, sight: w.sight}
}
