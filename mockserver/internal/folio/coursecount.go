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
	if !rules.FlatProgress {
		return append(marks, o.reach(o.batchEnds(rules), exportedAt, exported))
	}
	last := Mark{Progress: Progress{Exported: exported, Total: o.Lines, Read: o.Read}}
	last.Way = readingShare + (1-readingShare)*float64(exported)/float64(o.Exported)
	last.Failed, last.DuplicatedSRS = o.endedBy(exported)
	return append(marks, last)
}
