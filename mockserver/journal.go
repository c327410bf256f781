package mockserver

import (
	"slices"
	"sync"
)

// maxJournal bounds the exchanges that are remembered.
const maxJournal = 1000

// journal remembers the last exchanges. It is safe for concurrent use.
type journal struct {
	mu     sync.Mutex
	recent []Exchange // a ring once it is full
	next   int        // where the oldest stands then
}

func (j *journal) add(e Exchange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.recent) < maxJournal {
		j.recent = append(j.recent, e)
		return
	}
	j.recent[j.next] = e
	j.next = (j.next + 1) % maxJournal
}

func (j *journal) all() []Exchange {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := slices.Concat(j.recent[j.next:], j.recent[:j.next])
	slices.SortStableFunc(all, func(a, b Exchange) int { return a.Number - b.Number })
	return all
}

// Journal returns the last exchanges, 1,000 at most, in the order in which their
// requests arrived. An exchange is in it once its answer was sent, so a client
// can be a moment ahead of it.
func (s *Server) Journal() []Exchange { return s.journal.all() }
