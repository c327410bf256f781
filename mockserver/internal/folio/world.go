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

	// ExpireEvery is how often a timer calls ExpireJobs; 0 means never. A release
	// without an error log has no such call either.
	ExpireEvery time.Duration
}

// World is what one tenant remembers. It is not safe for concurrent use.
type World struct {
	rules *release.Release
	dice  sim.Dice

	start       time.Time
	now         time.Time
	queue       sim.Queue[event]
	expireEvery time.Duration

	users       []User
	sessions    map[string]*session // by refresh token
	opened      []string            // these tokens, the oldest first
	definitions map[uuid.UUID]*FileDefinition
	jobs        []*Job
	jobByID     map[uuid.UUID]*Job
	deleted     map[uuid.UUID]*Job // with their files, and maybe a worker
	logged      []*LogEntry        // oldest first
	rowsOf      map[uuid.UUID]*jobRows
	hrid        int
	drawn       map[string]uint64
}

// NewWorld returns the world of a tenant on its first day.
func NewWorld(c Config) *World {
	return &World{
		rules:       c.Release,
		dice:        sim.NewDice(c.Seed, c.Tenant),
		start:       c.Start,
		now:         c.Start,
		expireEvery: c.ExpireEvery,
		users:       seedUsers(),
		sessions:    map[string]*session{},
		definitions: map[uuid.UUID]*FileDefinition{},
		jobByID:     map[uuid.UUID]*Job{},
		deleted:     map[uuid.UUID]*Job{},
		rowsOf:      map[uuid.UUID]*jobRows{},
		hrid:        c.Release.Job.FirstHRID - 1,
		drawn:       map[string]uint64{},
	}
}

// RunUntil moves the world to the instant t: each event that is due happens at
// its own instant, in order. An instant in the past changes nothing.
func (w *World) RunUntil(t time.Time) {
	for {
		at, ok := w.NextEvent()
		if !ok || at.After(t) {
			break
		}
		if _, due, ok := w.queue.Next(at); ok {
			w.now = at
			w.happen(due)
			continue
		}
		w.now = at
		w.ExpireJobs()
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
