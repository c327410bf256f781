// Package sim owns time and its order: the clock that a fake reads, the queue
// of what is still to come, and the hash from which everything that looks like
// chance is drawn.
//
// It is the only package of the fake that asks the machine for the time. A
// clock never runs backwards, whatever the machine's own does. There are no
// timers and no goroutines: whoever reads the clock applies what is due.
package sim

import (
	"math"
	"sync"
	"time"
)

// Clock tells the instant of a world. It either stands still until Advance
// moves it, or follows the machine's monotonic clock at some speed. It is safe
// for concurrent use.
type Clock struct {
	mu     sync.Mutex
	base   time.Time // the instant of the world at anchor
	anchor time.Time // the machine's instant at base; zero when the clock stands still
	speed  float64
}

// Still returns a clock that shows start until it is advanced.
func Still(start time.Time) *Clock {
	return &Clock{base: start.UTC()}
}

// Running returns a clock that shows start now and from then on runs speed times
// as fast as the machine's. A speed of zero or less stands still.
func Running(start time.Time, speed float64) *Clock {
	c := Still(start)
	if speed > 0 {
		c.anchor, c.speed = time.Now(), speed
	}
	return c
}

// Present returns the machine's present instant: where the world of a server
// for people starts.
func Present() time.Time {
	return time.Now().UTC()
}

// Now returns the instant of the world, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nowLocked()
}

// nowLocked counts from the reading before, so that no product of a long time
// and a high speed overflows.
func (c *Clock) nowLocked() time.Time {
	if c.anchor.IsZero() {
		return c.base
	}
	// Sub uses the monotonic readings, so a machine whose wall clock is set
	// back does not take the world with it.
	present := time.Now()
	elapsed := float64(present.Sub(c.anchor)) * c.speed
	c.anchor = present
	c.moveLocked(time.Duration(min(elapsed, float64(math.MaxInt64/2))))
	return c.base
}

// end is where time stops: a little before the years that JSON cannot write.
var end = time.Date(9990, time.January, 1, 0, 0, 0, 0, time.UTC)

func (c *Clock) moveLocked(d time.Duration) {
	c.base = c.base.Add(max(d, 0))
	if c.base.After(end) {
		c.base = end
	}
}

// Advance moves the world on by d and returns the instant reached. A negative d
// is ignored, and time stops with the year 9989.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moveLocked(d)
	return c.nowLocked()
}
