package folio

import (
	"bytes"
	"slices"
	"strconv"

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
	Lines         int
	IDs           int   // lines that hold an id, known or not
	Exported      int   // records, which can be more than lines
	Failed        int   // lines without a record of their own; mod-data-export 2.x goes below zero with more records than lines
	DuplicatedSRS int   // records beyond the first of an instance (mod-data-export 5.x)
	Read          int   // lines taken in as ids
	Bytes         int64 // of all records together
	Endless       bool  // the reader gives up and tells nobody: the job stays as it is

	slices  []slice // at least one, unless nothing was looked up
	batches []int   // records of each batch of lines

	repeated, records []LogRow // about single ids
	invalid           joined   // the text of bad lines
	notFound          joined   // ids
}

// slice is a part of the list that is exported by itself.
type slice struct {
	records []uuid.UUID // the instances whose records are written, in order
	twins   []int32     // where in records the first of two source records stands
	missing int         // ids without a record
}

// FinalStatus is the final state that a release gives to this outcome, if no row
// in the log makes it less: one about two source records does.
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
func (o *Outcome) files() []Slice {
	var files []Slice
	for _, s := range o.slices {
		if len(s.records) > 0 {
			files = append(files, Slice{Instances: s.records, Twins: s.twins})
		}
	}
	return files
}

// add adds a slice to the outcome.
func (o *Outcome) add(s slice, known Known) {
	o.slices = append(o.slices, s)
	o.Exported += len(s.records)
	o.DuplicatedSRS += len(s.twins)
	o.Bytes += known.bytes(s)
}

// write writes the records of an instance to the slice, if there are any, and
// what the log has to say of it to the outcome.
func (o *Outcome) write(s *slice, id uuid.UUID, known Known) {
	answer := known.Special.of(id)
	if answer != AsKnown && len(o.records) < maxRows {
		o.records = append(o.records, known.recordRow(id, answer))
	}
	switch answer {
	case TooLong, Unconvertible:
		return
	case TwoSources:
		s.twins = append(s.twins, int32(len(s.records)))
		s.records = append(s.records, id)
	}
	s.records = append(s.records, id)
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
	Special   Special
}

// bytes returns the length of the records of a slice.
func (k Known) bytes(s slice) (sum int64) {
	twins := s.twins
	for i := 0; i < len(s.records); i++ {
		if len(twins) > 0 && int(twins[0]) == i {
			sum += int64(k.Inventory.SourceRecordsLength(s.records[i]))
			twins = twins[1:]
			i++
			continue
		}
		sum += int64(k.Inventory.RecordLength(s.records[i], k.Mapping))
	}
	return sum
}

func (k Known) has(id uuid.UUID) bool {
	if k.Special.of(id) == NotThere {
		return false
	}
	switch k.Records {
	case NamedRecord:
		return k.Inventory.Contains(id)
	case NoRecord:
		return false
	}
	return true
}

func (k Known) stored(id uuid.UUID) bool {
	return k.Inventory.Source(id) == catalogue.SourceMARC || k.Special.of(id) == TwoSources
}

// classifyByUUID is the way of mod-data-export 5.x (InputFileProcessor,
// SlicesProcessor): bad lines aside, ids once each and sorted, cut into slices,
// and in each batch of 1,000 first what source record storage has.
func classifyByUUID(in *Input, rules release.InputRules, known Known) *Outcome {
	o := &Outcome{Lines: in.Lines(), IDs: in.IDs(), Read: in.Lines()}
	o.invalid.separator, o.notFound.separator = ",", ", "
	for _, line := range in.bad.lines {
		o.invalid.add(line.text)
	}
	ids := make([]uuid.UUID, 0, o.IDs)
	for i, kind := range in.kinds {
		if kind == lineID || kind == lineUpperID {
			ids = append(ids, in.ids[i])
		}
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	o.countRepeated(ids)
	for sliced := range slices.Chunk(slices.Compact(ids), rules.SliceSize) {
		s := slice{records: make([]uuid.UUID, 0, len(sliced))}
		for batch := range slices.Chunk(sliced, 1000) {
			for _, stored := range []bool{true, false} {
				for _, id := range batch {
					switch {
					case known.stored(id) != stored:
					case known.has(id):
						o.write(&s, id, known)
					default:
						o.notFound.add(id.String())
					}
				}
			}
		}
		s.missing = len(sliced) - len(s.records) + len(s.twins)
		o.add(s, known)
	}
	o.Failed = o.Lines - o.Exported + o.DuplicatedSRS
	return o
}

// countRepeated makes a row for each of the sorted ids that stands in the list
// more than once.
func (o *Outcome) countRepeated(ids []uuid.UUID) {
	for i := 0; i < len(ids) && len(o.repeated) < maxRows; {
		times := 1
		for i+times < len(ids) && ids[i+times] == ids[i] {
			times++
		}
		if times > 1 {
			o.repeated = append(o.repeated, LogRow{Code: "error.duplicatedIds", Values: []string{ids[i].String(), strconv.Itoa(times)}})
		}
		i += times
	}
}
