package mockserver

import (
	"slices"
	"sync"
)

// Bounds of what is remembered: so many exchanges, and so many bytes of them.
const (
	maxJournal      = 1000
	maxJournalBytes = 8 << 20
)

// journal remembers the last exchanges. It is safe for concurrent use.
type journal struct {
	mu     sync.Mutex
	recent []Exchange // in the order in which they were answered
	bytes  int        // of them together
}

func (j *journal) add(e Exchange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.recent = append(j.recent, e)
	j.bytes += e.size()
	for len(j.recent) > maxJournal || j.bytes > maxJournalBytes {
		j.bytes -= j.recent[0].size()
		j.recent[0] = Exchange{} // the array goes on for a while
		j.recent = j.recent[1:]
	}
}

// since returns the exchanges whose numbers are greater than n, in the order of
// their numbers.
func (j *journal) since(n int) []Exchange {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []Exchange
	for _, e := range j.recent {
		if e.Number > n {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b Exchange) int { return a.Number - b.Number })
	return found
}

// Journal returns the last exchanges, 1,000 at most, in the order in which their
// requests arrived. An exchange is in it once its answer was sent, so a client
// can be a moment ahead of it.
func (s *Server) Journal() []Exchange { return s.journal.since(0) }
