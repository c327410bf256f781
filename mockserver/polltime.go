package mockserver

import (
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
)

// The steps of a world that is driven by polling. Each is twice as long as the
// one before, and the eleventh comes to the end of the job, if it has one.
const (
	firstStep   = 250 * time.Millisecond
	longestStep = 6 * time.Hour // of a job that has no end
	lastStep    = 11
)

// pollStep is how far the world moves on after the n-th poll, from 1, of a job
// that ends after so much time: the share that is due of what is left, but no
// less than the first step, and not beyond the end.
func pollStep(n int, left time.Duration) time.Duration {
	share := left
	if n < lastStep {
		due := float64(int(1) << (n - 1))
		share = time.Duration(float64(left) * due / (float64(int(1)<<lastStep) - due))
	}
	return min(max(share, firstStep), left)
}

// endlessStep is how far it moves on when the job has no end.
func endlessStep(n int) time.Duration {
	step := firstStep
	for range n - 1 {
		if step *= 2; step >= longestStep {
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
		step := endlessStep(n)
		_ = c.with(func(w *folio.World) error { // the command cannot fail
			if end, ends := w.EndOf(j.ID); ends {
				step = pollStep(n, end.Sub(c.now))
			}
			return nil
		})
		c.moves = max(c.moves, step)
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
