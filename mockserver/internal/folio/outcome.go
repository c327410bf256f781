package folio

import (
	"bytes"
	"slices"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Records says which ids of a list have a record.
type Records int

// The rules.
const (
	AnyRecord   Records = iota // every well-formed id has one
	NamedRecord                // only the instances of the catalogue have one
	NoRecord                   // no id has one
)

// Outcome is what an export makes of a list. It depends on the list, the
// release and the inventory alone, never on time, and does not change.
type Outcome struct {
	Lines    int
	IDs      int   // lines that hold an id, known or not
	Exported int   // records, which can be more than lines
	Failed   int   // lines without a record of their own
	Read     int   // lines taken in as ids
	Bytes    int64 // of all records together
	Endless  bool  // the reader gives up and tells nobody: the job stays as it is

	// Reading and Ending are the rows that the error log gets, in releases that
	// have one: while the list is read, and when the job ends.
	Reading, Ending []LogRow

	slices  []slice // at least one, unless nothing was looked up
	batches []int   // records of each batch of lines
}

// slice is a part of the list that is exported by itself.
type slice struct {
	records []uuid.UUID // the instances whose records are written, in order
	missing int         // ids without a record
}

// FinalStatus is the final state that a release gives to this outcome.
func (o *Outcome) FinalStatus(rules release.JobRules) lifecycle.Status {
	switch {
	case o.Exported == 0:
		return api.JobExecutionStatusFail
	case o.Failed > 0:
		return rules.Partial
	}
	return rules.Success
}

// files returns the records of each file of the output: of one, or of several
// that are packed together. A slice without records leaves no file.
func (o *Outcome) files() [][]uuid.UUID {
	var files [][]uuid.UUID
	for _, s := range o.slices {
		if len(s.records) > 0 {
			files = append(files, s.records)
		}
	}
	return files
}

// add adds a slice to the outcome.
func (o *Outcome) add(s slice, known Known) {
	o.slices = append(o.slices, s)
	o.Exported += len(s.records)
	o.Bytes += known.bytes(s.records)
}

// Classify tells what an export makes of a list; nil is a list that was never
// uploaded. It takes some seconds for a million lines, so it is called
// without holding the world.
func Classify(in *Input, rules release.InputRules, known Known) *Outcome {
	if in == nil {
		return &Outcome{}
	}
	if rules.StrictEncoding && in.broken {
		return &Outcome{Lines: in.Lines(), Endless: true}
	}
	if rules.Reading == release.InBatches {
		return classifyInBatches(in, known)
	}
	return classifyByUUID(in, rules, known)
}

// Known tells which records there are.
type Known struct {
	Inventory *catalogue.Catalogue
	Mapping   catalogue.Mapping
	Records   Records
}

// bytes returns the length of the records of ids.
func (k Known) bytes(ids []uuid.UUID) (sum int64) {
	for _, id := range ids {
		sum += int64(k.Inventory.RecordLength(id, k.Mapping))
	}
	return sum
}

func (k Known) has(id uuid.UUID) bool {
	switch k.Records {
	case NamedRecord:
		return k.Inventory.Contains(id)
	case NoRecord:
		return false
	}
	return true
}

func (k Known) stored(id uuid.UUID) bool { return k.Inventory.Source(id) == catalogue.SourceMARC }

// classifyByUUID is the way of mod-data-export 5.x (InputFileProcessor,
// SlicesProcessor): bad lines aside, ids once each and sorted, cut into slices,
// and in each batch of 1,000 first what source record storage has.
func classifyByUUID(in *Input, rules release.InputRules, known Known) *Outcome {
	o := &Outcome{Lines: in.Lines(), IDs: in.IDs(), Read: in.Lines()}
	ids := make([]uuid.UUID, 0, o.IDs)
	for i, kind := range in.kinds {
		if kind == lineID || kind == lineUpperID {
			ids = append(ids, in.ids[i])
		}
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	for sliced := range slices.Chunk(slices.Compact(ids), rules.SliceSize) {
		s := slice{records: make([]uuid.UUID, 0, len(sliced))}
		for batch := range slices.Chunk(sliced, 1000) {
			for _, stored := range []bool{true, false} {
				for _, id := range batch {
					if known.has(id) && known.stored(id) == stored {
						s.records = append(s.records, id)
					}
				}
			}
		}
		s.missing = len(sliced) - len(s.records)
		o.add(s, known)
	}
	o.Failed = o.Lines - o.Exported
	return o
}
