package mockserver

import (
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
)

// The steps of a world that is driven by polling. They grow fourfold, so that a
// job of a second is seen to move and one of four hours ends within ten polls;
// the eleventh goes to the end of whatever ends at all.
const (
	firstStep   = 250 * time.Millisecond
	longestStep = 6 * time.Hour
	lastStep    = 11
)

// pollStep is how far the world moves on after the n-th poll of a job that has
// not ended, n from 1.
func pollStep(n int) time.Duration {
	step := firstStep
	for range n - 1 {
		if step *= 4; step >= longestStep {
			return longestStep
		}
	}
	return step
}

// letTimePass moves a world that is driven by polling, once a poll for a job
// that has not ended was answered. A list of many jobs counts as a poll of those
// whose export was started.
func (c *call) letTimePass(page []folio.Job, askedByID bool) {
	if !c.server.config.polls {
		return
	}
	for _, j := range page {
		if lifecycle.Final(j.Status) || !askedByID && j.Runs() == 0 {
			continue
		}
		n := c.tenant.awaited(j.ID)
		c.moves = max(c.moves, pollStep(n))
		if n >= lastStep {
			_ = c.with(func(w *folio.World) error { // the command cannot fail
				if end, ends := w.EndOf(j.ID); ends {
					c.moves = max(c.moves, end.Sub(c.now))
				}
				return nil
			})
		}
	}
}

// awaited counts a poll of a job that has not ended.
func (t *tenant) awaited(job uuid.UUID) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bound()
	p := t.watched[job]
	p.waits++
	t.watched[job] = p
	return p.waits
}
