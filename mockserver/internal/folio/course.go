package folio

import (
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
	for _, exported := range o.movements(stepSize(o.Exported, batch, atLeast)) {
		share := float64(exported) / float64(o.Exported)
		failed, twice := o.endedBy(exported)
		marks = append(marks, Mark{
			Way:      readingShare + (1-readingShare)*share,
			Progress: Progress{Exported: exported, Failed: failed, DuplicatedSRS: twice, Total: o.Lines, Read: o.Read},
		})
	}
	return marks
}

// movements are the values that exported takes before the end: each step, and
// the end of each slice but the last.
func (o *Outcome) movements(step int) []int {
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
// and failed by its other lines. To show more movements than there are batches,
// the counters of the whole are cut into even parts.
func (o *Outcome) courseInBatches(rules release.JobRules, atLeast int) []Mark {
	var marks []Mark
	if len(o.batches) >= atLeast {
		at := Progress{Total: o.Lines, Read: o.Read}
		for i, n := range o.batches {
			lines := min(rules.CountedBatch, o.Lines-i*rules.CountedBatch)
			at.Exported += n
			at.Failed += lines - n
			marks = append(marks, Mark{Way: lastBatch * float64(i+1) / float64(len(o.batches)), Progress: at})
		}
		return marks
	}
	for i := range atLeast {
		part := func(n int) int { return n * (i + 1) / atLeast }
		marks = append(marks, Mark{
			Way:      lastBatch * float64(i+1) / float64(atLeast),
			Progress: Progress{Exported: part(o.Exported), Failed: part(o.Failed), Total: o.Lines, Read: o.Read},
		})
	}
	return marks
}

// stepSize is the release's own batch, or less when that would show fewer than
// atLeast movements, counting the last, which comes with the end.
func stepSize(n, batch, atLeast int) int {
	return max(1, min(batch, n/max(1, atLeast)))
}
