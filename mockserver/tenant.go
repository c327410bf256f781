package mockserver

import (
	"sync"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// tenant is a world with its lock, and what is remembered of its clients for the
// sake of advice.
type tenant struct {
	mu      sync.Mutex
	world   *folio.World
	watched map[uuid.UUID]polling
	telling telling
}

// maxWatched bounds the jobs whose polls are remembered.
const maxWatched = 10_000

func newTenant(c folio.Config, story *scenarios.Scenario) *tenant {
	return &tenant{world: folio.NewWorld(c), watched: map[uuid.UUID]polling{}, telling: newTelling(story)}
}

// with runs one command on a world that has caught up with the clock.
func (s *Server) with(t *tenant, command func(w *folio.World) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.world.RunUntil(s.clock.Now())
	return command(t.world)
}

// bound forgets what it can no longer hold.
func (t *tenant) bound() {
	if len(t.watched) >= maxWatched {
		clear(t.watched)
	}
}
