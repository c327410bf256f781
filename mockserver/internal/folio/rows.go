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

// joined is a value that grows by one item at a time, up to a bound.
type joined struct {
	separator string
	text      strings.Builder
}

func (j *joined) add(item string) {
	if j.text.Len()+len(j.separator)+len(item) > maxJoined {
		return
	}
	if j.text.Len() > 0 {
		j.text.WriteString(j.separator)
	}
	j.text.WriteString(item)
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
	if text := o.invalid.text.String(); text != "" || o.invalidLines > 0 {
		rows = append(rows, LogRow{Code: "error.invalidUuidFormat", Values: []string{text}})
	}
	if text := o.notFound.text.String(); text != "" {
		rows = append(rows, LogRow{Code: "error.uuidsNotFound", Values: []string{text}})
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
