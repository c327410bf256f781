package marc

import (
	"iter"
	"strings"

	"github.com/fauxkapi/fauxkapi/internal/prose"
)

// Record is one record as it was read. It shares nothing with the stream that it came from.
type Record struct {
	Leader string // 24 bytes
	Fields []Field
}

// Field is a control field or a data field of a Record that was read.
type Field struct {
	Tag  string // 3 bytes
	data string // as in the record, without the terminator
}

// newRecord copies the bytes of a record that is sound once, and cuts everything else out of that copy.
func newRecord(raw []byte, spans []span) Record {
	text := string(raw)
	fields := make([]Field, len(spans))
	for i, s := range spans {
		fields[i] = Field{Tag: text[s.tag : s.tag+3], data: text[s.start:s.end]}
	}
	return Record{Leader: text[:leaderSize], Fields: fields}
}

// First is the first field with the tag.
func (r Record) First(tag string) (f Field, found bool) {
	for _, f := range r.Fields {
		if f.Tag == tag {
			return f, true
		}
	}
	return Field{}, false
}

// Control is the value of the first control field with the tag, "" if there is none.
func (r Record) Control(tag string) string {
	f, _ := r.First(tag)
	return f.Value()
}

// Subfield is the first subfield with the code in the first field with the tag, "" if there is none.
func (r Record) Subfield(tag string, code byte) string {
	f, _ := r.First(tag)
	return f.Subfield(code)
}

// String shows the record to people, one line for the leader and one for each field.
func (r Record) String() string {
	var b strings.Builder
	b.WriteString("LDR     " + prose.Printable(r.Leader) + "\n")
	for _, f := range r.Fields {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

// IsControl reports whether the field has a Value; if not it has Indicators and Subfields.
func (f Field) IsControl() bool { return f.Tag != "" && isControl(f.Tag) }

// Value is the text of a control field, "" of a data field.
func (f Field) Value() string {
	if !f.IsControl() {
		return ""
	}
	return f.data
}

// Indicators are the two characters before the subfields of a data field, "" of a control field.
func (f Field) Indicators() string {
	if f.Tag == "" || f.IsControl() {
		return ""
	}
	return f.data[:2]
}

// Subfields are code and text of each subfield of a data field, in order.
func (f Field) Subfields() iter.Seq2[byte, string] {
	return func(yield func(byte, string) bool) {
		if f.Tag == "" || f.IsControl() || len(f.data) == 2 {
			return
		}
		for subfield := range strings.SplitSeq(f.data[3:], string(rune(subfieldDelimiter))) {
			if !yield(subfield[0], subfield[1:]) {
				return
			}
		}
	}
}

// Subfield is the text of the first subfield with the code, "" if there is none.
func (f Field) Subfield(code byte) string {
	for c, text := range f.Subfields() {
		if c == code {
			return text
		}
	}
	return ""
}

// String shows the field to people, on one line that is safe for a terminal:
//
//	001     in00000000001
//	245 00  $a A nod to the night ferry
//	264 _1  $a Riga $b Harbour Press $c 2011
func (f Field) String() string {
	if f.IsControl() {
		return f.Tag + "     " + prose.Printable(f.data)
	}
	var b strings.Builder
	b.WriteString(f.Tag + " " + strings.ReplaceAll(f.Indicators(), " ", "_") + " ")
	for code, text := range f.Subfields() {
		b.WriteString(" $" + string(rune(code)) + " " + prose.Printable(text))
	}
	return b.String()
}
