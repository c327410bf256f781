package folio

import (
	"slices"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// CourseTo returns the natural course up to the moment in which so many records
// are exported, all of them at most. The last mark says exactly that number,
// which a real server shows only when it falls on the end of a batch.
func (o *Outcome) CourseTo(rules release.JobRules, atLeast, exported int) []Mark {
	exported = min(exported, o.Exported)
	if exported == 0 {
		return nil
	}
	marks := slices.DeleteFunc(o.Course(rules, atLeast), func(m Mark) bool { return m.Exported >= exported })
	share := float64(exported) / float64(o.Exported)
	last := Mark{Progress: Progress{Exported: exported, Total: o.Lines, Read: o.Read}}
	if rules.FlatProgress {
		last.Way = readingShare + (1-readingShare)*share
		last.Failed, last.DuplicatedSRS = o.endedBy(exported)
	} else {
		last.Way, last.Failed = lastBatch*share, exported*o.Failed/o.Exported
	}
	return append(marks, last)
}
