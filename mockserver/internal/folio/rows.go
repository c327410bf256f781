package folio

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// What the error log shows of one job is bounded, where a real server's is not:
// see docs/not-imitated.md.
const (
	maxRows   = 1000      // about single ids
	maxJoined = 512 << 10 // bytes of one value
)

// joined is a value that grows by one item at a time, up to a bound: what does
// not fit ends it, so that it holds the first items without a gap.
type joined struct {
	separator string
	text      strings.Builder
	items     int
	full      bool
}

func (j *joined) add(item string) {
	if j.full = j.full || j.text.Len()+len(j.separator)+len(item) > maxJoined; j.full {
		return
	}
	if j.items > 0 { // the first may be empty
		j.text.WriteString(j.separator)
	}
	j.text.WriteString(item)
	j.items++
}

// recordRow is the row about a record that went wrong. mod-data-export 5.3.0,
// ErrorCode and the callers of saveGeneralError.
func (k Known) recordRow(id uuid.UUID, answer RecordAnswer) LogRow {
	switch answer {
	case TooLong:
		length := k.Inventory.ImpossibleLength(id)
		return LogRow{
			Code:     "error.recordIsTooLong",
			Values:   []string{fmt.Sprintf("Record is too long to be a valid MARC binary record, it's length would be %d which is more than 99999 bytes", length)},
			Affected: k.affected(id),
		}
	case TwoSources:
		affected := k.affected(id)
		records := k.Inventory.SourceRecords(id)
		return LogRow{
			Code:     "error.duplicateSRS",
			Values:   []string{fmt.Sprintf("Instance with HRID: %s has following SRS records associated: %s, %s", affected.HRID, records[0], records[1])},
			Affected: affected,
		}
	}
	return LogRow{Code: "Error converting json to marc for record " + id.String()}
}

func (k Known) affected(id uuid.UUID) *AffectedRecord {
	instance := k.Inventory.Instance(id)
	return &AffectedRecord{ID: id, HRID: instance.HRID, Title: instance.Title}
}

// Reading returns the rows that the error log gets while the list is read, in
// mod-data-export 5.x (InputFileProcessor).
func (o *Outcome) Reading() []LogRow { return o.repeated }

// Ending returns the rows that it gets when the job ends: about single records,
// then the sums, then the want of a file (mod-data-export 5.3.0, ExportExecutor
// and S3ExportsUploader); or that nothing could be read. definition is the file definition that was exported.
func (o *Outcome) Ending(rules release.JobRules, definition uuid.UUID) []LogRow {
	if o.Lines == 0 {
		return []LogRow{{Code: "error.readingFromInputFile", Values: []string{}}}
	}
	rows := slices.Clip(o.records)
	if o.invalid.items > 0 {
		rows = append(rows, LogRow{Code: "error.invalidUuidFormat", Values: []string{o.invalid.text.String()}})
	}
	if o.notFound.items > 0 {
		rows = append(rows, LogRow{Code: "error.uuidsNotFound", Values: []string{o.notFound.text.String()}})
	}
	if o.Failed > 0 {
		rows = append(rows, LogRow{Code: "error.someRecordsFailed", Values: []string{strconv.Itoa(o.Failed)}})
	}
	if len(o.slices) > 0 && o.Exported == 0 {
		rows = append(rows,
			LogRow{Code: "error.fileDefinition.invalidWithId", Values: []string{definition.String()}},
			LogRow{Code: "error.binaryFile.notGenerated", Values: []string{rules.NoOutput}})
	}
	return rows
}
