// Package marc writes and reads bibliographic records as MARC 21 in ISO 2709, the bytes of a ".mrc" file.
//
// It speaks exactly what mod-data-export sends: UTF-8, lengths in bytes, one record after the other with nothing between
// them, and within a record one field after the other in the order of its directory. Reading is strict: a sound stream
// has every byte accounted for, and the first byte that is not ends it with a *FormatError that says where and why.
// Text is never changed, neither on the way in nor on the way out; there is no MARC-8 and no repair of broken records.
//
// The format is described at https://www.loc.gov/marc/specifications/specrecstruc.html.
package marc

import "fmt"

// The parts of a record, in bytes.
const (
	leaderSize = 24
	entrySize  = 12 // of the directory: tag 3, length 4, start 5
	// minRecord is a leader, an empty directory with its terminator, and the record terminator.
	minRecord = leaderSize + 2

	// MaxRecord and MaxField are what five and four digits of length can say; terminators are included.
	MaxRecord = 99_999
	MaxField  = 9_999
)

// The three delimiters of ISO 2709; no text may contain them.
const (
	recordTerminator  = 0x1D
	fieldTerminator   = 0x1E
	subfieldDelimiter = 0x1F
)

// FormatError says that a stream is not MARC, or no longer.
type FormatError struct {
	Record int    // the record at fault, counted from 1
	Offset int64  // of the byte at fault in the stream, counted from 0
	Reason string // a clause, such as `record length "<html" is not five digits`
	Err    error  // io.ErrUnexpectedEOF if the stream is only cut short, otherwise nil
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("MARC record %d, byte %d: %s", e.Record, e.Offset, e.Reason)
}

func (e *FormatError) Unwrap() error { return e.Err }

// isControl tells control fields (001 to 009: a value alone) from data fields (indicators and subfields).
func isControl[T string | []byte](tag T) bool { return tag[0] == '0' && tag[1] == '0' }

func isTag[T string | []byte](tag T) bool {
	if len(tag) != 3 {
		return false
	}
	for i := range len(tag) {
		c := tag[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// notGraphic is the index of the first character that is not printable ASCII, -1 if all are.
func notGraphic[T string | []byte](text T) int {
	for i := range len(text) {
		if !isGraphic(text[i]) {
			return i
		}
	}
	return -1
}

// isGraphic reports whether c can be an indicator or a subfield code: one printable ASCII character, blank included.
func isGraphic(c byte) bool { return c >= ' ' && c <= '~' }
