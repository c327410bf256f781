package folio

import (
	"cmp"
	"slices"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// Mark is a point on the natural course of a job: how far along its way it is,
// from above 0 to 1, and what its counters say from there on.
type Mark struct {
	Way float64
	Progress
}

// The share of the way that mod-data-export 5.x spends on reading the list, and
// where 2.x has saved its last counters, a moment before the status.
const (
	readingShare = 0.2
	lastBatch    = 0.98
)

// Course returns how the counters of a job move from its start to its end, as
// the release moves them; atLeast asks for no fewer movements of exported,
// which a real server shows only for long lists. The end itself is not on the
// course: it comes with the final state.
func (o *Outcome) Course(rules release.JobRules, atLeast int) []Mark {
	if o.Lines == 0 {
		return nil
	}
	if rules.FlatProgress {
		return o.courseByUUID(rules, atLeast)
	}
	return o.courseInBatches(rules, atLeast)
}

// Final returns the counters with which the job ends.
func (o *Outcome) Final() Progress {
	return Progress{Exported: o.Exported, Failed: o.Failed, DuplicatedSRS: o.DuplicatedSRS, Total: o.Lines, Read: o.Read}
}

// courseByUUID: all zero, then the number of lines, then the ids read, 1,000 at
// a time; exported moves with each 1,000 records, failed with each slice, the rest
// with the end.
func (o *Outcome) courseByUUID(rules release.JobRules, atLeast int) []Mark {
	batch := rules.CountedBatch
	marks := []Mark{{Way: readingShare / 10, Progress: Progress{Total: o.Lines}}}
	for read := min(batch, o.Read); ; read = min(read+batch, o.Read) {
		share := float64(read) / float64(o.Read)
		marks = append(marks, Mark{Way: readingShare * (0.1 + 0.9*share), Progress: Progress{Total: o.Lines, Read: read}})
		if read == o.Read {
			break
		}
	}
	for _, exported := range o.movementsByUUID(stepSize(o.Exported, batch, atLeast)) {
		share := float64(exported) / float64(o.Exported)
		failed, twice := o.endedBy(exported)
		marks = append(marks, Mark{
			Way:      readingShare + (1-readingShare)*share,
			Progress: Progress{Exported: exported, Failed: failed, DuplicatedSRS: twice, Total: o.Lines, Read: o.Read},
		})
	}
	return marks
}

// movementsByUUID are the values that exported takes before the end: each step, and
// the end of each slice but the last.
func (o *Outcome) movementsByUUID(step int) []int {
	var values []int
	for exported := step; exported < o.Exported; exported += step {
		values = append(values, exported)
	}
	ended := 0
	for _, s := range o.slices {
		if ended += len(s.records); ended > 0 && ended < o.Exported {
			values = append(values, ended)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// endedBy is what failed and duplicatedSrs say once so many records are
// exported: the ids without a record, and those with two, of the slices that have
// ended. Bad and repeated lines are counted with the end of the last.
func (o *Outcome) endedBy(exported int) (failed, twice int) {
	ended := 0
	for _, s := range o.slices {
		if ended += len(s.records); ended > exported {
			break
		}
		failed, twice = failed+s.missing, twice+len(s.twins)
	}
	return failed, twice
}

// courseInBatches: with each batch of 50 lines exported grows by its records
// and failed by its other lines. To show more movements than that, there are
// marks between, on the same way.
func (o *Outcome) courseInBatches(rules release.JobRules, atLeast int) []Mark {
	ends := o.batchEnds(rules)
	counter, final := exportedAt, o.Exported
	if final == 0 {
		counter, final = failedAt, o.Failed
	}
	if movements(ends, counter) >= atLeast {
		return ends
	}
	marks := slices.Clone(ends)
	for i := range atLeast {
		if goal := final * (i + 1) / atLeast; goal > 0 {
			marks = append(marks, o.reach(ends, counter, goal))
		}
	}
	slices.SortFunc(marks, func(a, b Mark) int { return cmp.Compare(a.Way, b.Way) })
	return slices.Compact(marks)
}

func exportedAt(m Mark) int { return m.Exported }

func failedAt(m Mark) int { return m.Failed }

// movements counts how often a counter moves.
func movements(marks []Mark, counter func(Mark) int) (n int) {
	last := 0
	for _, m := range marks {
		if counter(m) != last {
			last, n = counter(m), n+1
		}
	}
	return n
}

// batchEnds are the marks that each batch leaves.
func (o *Outcome) batchEnds(rules release.JobRules) []Mark {
	ends := make([]Mark, 0, len(o.batches))
	at := Progress{Total: o.Lines, Read: o.Read}
	for i, n := range o.batches {
		at.Exported += n
		at.Failed += min(rules.CountedBatch, o.Lines-i*rules.CountedBatch) - n
		ends = append(ends, Mark{Way: lastBatch * float64(i+1) / float64(len(o.batches)), Progress: at})
	}
	return ends
}

// reach returns the mark, in the course of a batch or at its end, at which a
// counter first says a number that it comes to.
func (o *Outcome) reach(ends []Mark, counter func(Mark) int, goal int) Mark {
	i := slices.IndexFunc(ends, func(m Mark) bool { return counter(m) >= goal })
	from, to := Mark{Progress: Progress{Total: o.Lines, Read: o.Read}}, ends[i]
	if i > 0 {
		from = ends[i-1]
	}
	if counter(to) == goal {
		return to
	}
	part, whole := goal-counter(from), counter(to)-counter(from)
	along := func(a, b int) int { return a + (b-a)*part/whole }
	at := from
	at.Way += (to.Way - from.Way) * float64(part) / float64(whole)
	at.Exported = along(from.Exported, to.Exported)
	at.Failed = along(from.Exported+from.Failed, to.Exported+to.Failed) - at.Exported
	return at
}

// stepSize is the release's own batch, or less when that would show fewer than
// atLeast movements, counting the last, which comes with the end.
func stepSize(n, batch, atLeast int) int {
	return max(1, min(batch, n/max(1, atLeast)))
}
