// Package folio is the world: what one tenant of a FOLIO remembers and how it
// changes.
//
// A World is one single-threaded value. It holds no goroutine, lock or clock
// and knows neither HTTP nor JSON; its caller locks it, tells it the instant,
// gives it one command and copies out what it answers. It never lies: wrong
// answers are made by others, outside. How a release differs from another is
// read from its row in package release. What a command cannot do comes back as
// a *release.Refusal and has changed nothing, unless the release itself changes
// something then.
package folio

import (
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/sim"
)

// Config is what a world is made of.
type Config struct {
	Release *release.Release
	Tenant  string
	Seed    uint64
	Start   time.Time
}

// World is what one tenant remembers. It is not safe for concurrent use.
type World struct {
	rules *release.Release
	dice  sim.Dice

	now   time.Time
	queue sim.Queue[event]

	users       []User
	sessions    map[string]*session
	definitions map[uuid.UUID]*FileDefinition
	jobs        []*Job
	jobByID     map[uuid.UUID]*Job
	hrid        int
	drawn       map[string]uint64
}

// NewWorld returns the world of a tenant on its first day.
func NewWorld(c Config) *World {
	return &World{
		rules:       c.Release,
		dice:        sim.NewDice(c.Seed, c.Tenant),
		now:         c.Start,
		users:       seedUsers(),
		sessions:    map[string]*session{},
		definitions: map[uuid.UUID]*FileDefinition{},
		jobByID:     map[uuid.UUID]*Job{},
		hrid:        c.Release.Job.FirstHRID - 1,
		drawn:       map[string]uint64{},
	}
}

// RunUntil moves the world to the instant t: each event that is due happens at
// its own instant, in order. An instant in the past changes nothing.
func (w *World) RunUntil(t time.Time) {
	for {
		at, due, ok := w.queue.Next(t)
		if !ok {
			break
		}
		w.now = at
		w.happen(due)
	}
	if t.After(w.now) {
		w.now = t
	}
}

// Draw returns 32 bytes for the next thing of a kind that the world does not
// know itself, such as a token.
func (w *World) Draw(kind string) [32]byte {
	n := w.drawn[kind]
	w.drawn[kind]++
	return w.dice.Bytes(kind, n)
}

// newID draws the next id of a kind.
func (w *World) newID(kind string) uuid.UUID {
	n := w.drawn[kind]
	w.drawn[kind]++
	return w.dice.UUID(kind, n)
}

// nextHRID draws the next number of the sequence that people see.
func (w *World) nextHRID() int {
	w.hrid++
	return w.hrid
}

// NextEvent returns the instant of what happens next if nobody does anything.
func (w *World) NextEvent() (time.Time, bool) {
	return w.queue.Peek()
}
