package folio

import (
	"slices"

	"github.com/google/uuid"
)

// The sizes in which mod-data-export 2.x reads and looks up
// (LocalStorageCsvSourceReader, RecordLoaderServiceImpl).
const (
	batchLines = 50
	groupIDs   = 20
)

// entry is one line of a list on its way through the look-ups.
type entry struct {
	id   uuid.UUID
	kind lineKind
}

// classifyInBatches is the way of mod-data-export 2.x: 50 lines at a time, each
// looked up in groups of 20 in source record storage; what that did not return
// is looked up in groups of 20 in the inventory, from which records are
// generated.
func classifyInBatches(in *Input, known Known) *Outcome {
	o := &Outcome{Lines: in.Lines(), IDs: in.IDs(), Read: in.Lines()}
	var whole slice
	lines := make([]entry, 0, batchLines)
	for start := 0; start < in.Lines(); start += batchLines {
		lines = lines[:0]
		for i := start; i < min(start+batchLines, in.Lines()); i++ {
			lines = append(lines, entry{id: in.ids[i], kind: in.kinds[i]})
		}
		before := len(whole.records)
		missing := o.takeStored(&whole, lines, known)
		o.takeGenerated(&whole, missing, known)
		o.batches = append(o.batches, len(whole.records)-before)
	}
	o.add(whole, known)
	o.Failed, o.DuplicatedSRS = o.Lines-o.Exported, 0
	return o
}

// takeStored takes the records that source record storage returns, one for each
// id of a group, and returns the lines that it seems to have none for. An id in
// capital letters finds its record but is not recognised in the answer, so it
// is looked for again: assumption A06. A line that is no id does not keep the
// storage from answering for the others: assumption A17.
func (o *Outcome) takeStored(s *slice, lines []entry, known Known) (missing []entry) {
	for group := range slices.Chunk(lines, groupIDs) {
		found := make([]uuid.UUID, 0, groupIDs)
		for _, e := range group {
			if e.isID() && known.has(e.id) && known.stored(e.id) && !slices.Contains(found, e.id) {
				found = append(found, e.id)
				o.write(s, e.id, known)
			}
		}
		for _, e := range group {
			if e.kind != lineID || !slices.Contains(found, e.id) {
				missing = append(missing, e)
			}
		}
	}
	return missing
}

// takeGenerated takes the records that are generated from the inventory. A
// blank line or one with a CQL sign makes the query of its group unreadable, so
// the whole group is lost: assumption A05.
func (o *Outcome) takeGenerated(s *slice, missing []entry, known Known) {
	for group := range slices.Chunk(missing, groupIDs) {
		if slices.ContainsFunc(group, func(e entry) bool { return e.kind == lineSpoiler }) {
			continue
		}
		found := make([]uuid.UUID, 0, groupIDs)
		for _, e := range group {
			if e.isID() && known.has(e.id) && !slices.Contains(found, e.id) {
				found = append(found, e.id)
				o.generate(s, e.id, known)
			}
		}
	}
}

// generate writes the record that is made of an instance, of which there is one
// however many the storage has.
func (o *Outcome) generate(s *slice, id uuid.UUID, known Known) {
	if known.Special.of(id) == TwoSources {
		s.records = append(s.records, id)
		return
	}
	o.write(s, id, known)
}

func (e entry) isID() bool { return e.kind == lineID || e.kind == lineUpperID }
