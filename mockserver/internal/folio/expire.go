package folio

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// idleTime is after which a job counts as dead, and what its log says then
// (mod-data-export 5.3.0, JobExecutionService.expireJobExecutions).
const idleTime = time.Hour

func expiredRow() LogRow {
	return LogRow{Code: "error.messagePlaceholder", Values: []string{"Job was expired: no updates for more than 1 hour"}}
}

// ExpireJobs fails each job that is IN_PROGRESS and was not updated for an hour.
func (w *World) ExpireJobs() {
	for _, j := range w.jobs {
		if j.Status != api.JobExecutionStatusInProgress || j.Updated.Add(idleTime).After(w.now) {
			continue
		}
		w.enter(j, api.JobExecutionStatusFail)
		j.expired = true
		j.Completed, j.Updated = w.now, w.now
		if j.Progress != nil {
			j.Progress = &Progress{}
		}
		w.rewriteLog(j.ID, expiredRow())
		w.remember(j)
	}
}

// revive is what the end of a run saves of a job that had expired while its
// worker went on: all but what the worker does not know itself. Assumption A47.
func (j *Job) revive(step Step) Step {
	if step.Progress != nil {
		kept := *step.Progress
		kept.Total, kept.Read = 0, 0
		step.Progress = &kept
	}
	return step
}

// tick returns the first call of the timer that is not before an instant.
func (w *World) tick(at time.Time) time.Time {
	passed := at.Sub(w.start)
	calls := passed / w.expireEvery
	if calls*w.expireEvery < passed {
		calls++
	}
	return w.start.Add(max(calls, 1) * w.expireEvery)
}

// nextExpiry returns the next call of the timer that will find some job dead.
func (w *World) nextExpiry() (next time.Time, ok bool) {
	if w.expireEvery == 0 {
		return next, false
	}
	for _, j := range w.jobs {
		if at, expires := w.expiryOf(j); expires && (!ok || at.Before(next)) {
			next, ok = at, true
		}
	}
	return next, ok
}

// NextEvent returns the instant of what happens next if nobody does anything.
func (w *World) NextEvent() (next time.Time, ok bool) {
	next, ok = w.queue.Peek()
	if expiry, expires := w.nextExpiry(); expires && (!ok || expiry.Before(next)) {
		return expiry, true
	}
	return next, ok
}

// EndOf returns the instant at which a job will have ended; ends is false for one
// that has ended or never will.
func (w *World) EndOf(id uuid.UUID) (end time.Time, ends bool) {
	j, ok := w.jobByID[id]
	if !ok || lifecycle.Final(j.Status) {
		return end, false
	}
	ahead := *j
	for _, e := range w.ahead(j) {
		if at, expires := w.expiryOf(&ahead); expires && at.Before(e.at) {
			return at, true
		}
		if lifecycle.Final(e.step.Status) {
			return e.at, true
		}
		if e.step.Status != "" {
			ahead.Status = e.step.Status
		}
		ahead.save(e.step, e.at)
	}
	return w.expiryOf(&ahead)
}

// expiryOf returns the next call of the timer that will find a job dead if
// nothing moves it before. One that was deleted may come back long dead.
func (w *World) expiryOf(j *Job) (at time.Time, expires bool) {
	if w.expireEvery == 0 || !w.rules.Job.Logs || j.Status != api.JobExecutionStatusInProgress {
		return at, false
	}
	dead := j.Updated.Add(idleTime)
	if dead.Before(w.now) {
		dead = w.now
	}
	return w.tick(dead), true
}

// ahead returns what is still to come of a job's run, in the order of time.
func (w *World) ahead(j *Job) []futureStep {
	var steps []futureStep
	for at, e := range w.queue.All() {
		if e.job == j.ID && e.run == j.run {
			steps = append(steps, futureStep{at, e.number, e.step})
		}
	}
	slices.SortFunc(steps, func(a, b futureStep) int { return cmp.Or(a.at.Compare(b.at), a.number-b.number) })
	return steps
}

type futureStep struct {
	at     time.Time
	number int
	step   Step
}
