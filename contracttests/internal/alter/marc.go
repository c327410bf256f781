package alter

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/fauxkapi/fauxkapi/internal/marc"
)

// Verbs of edits of MARC.
const (
	marcDrop   = "drop"
	marcRepeat = "repeat"
	marcOrder  = "order"
	marcSet    = "set"
	marcRemove = "remove"
	marcRotate = "rotate"
	marcDamage = "damage"
)

var (
	marcVerbs = []string{marcDrop, marcRepeat, marcOrder, marcSet, marcRemove, marcRotate, marcDamage}
	damages   = []string{"length", "base", "encoding", "terminator"}
)

// marcEdit is one change of a body of MARC records.
type marcEdit struct {
	verb   string
	record int // from 1; 0 is all
	tag    string
	code   byte // of a subfield; 0 is a control field
	text   string
	damage string
}

// rawRecord is a record as it was read, and its bytes.
type rawRecord struct {
	marc.Record
	raw []byte
}

// editMARC carries edits out; a body that is no MARC stays as it is.
func editMARC(body []byte, edits []marcEdit) []byte {
	if len(edits) == 0 || len(body) == 0 {
		return body
	}
	records, ok := readMARC(body)
	if !ok {
		return body
	}
	for _, e := range edits {
		if records, ok = e.apply(records); !ok {
			return body
		}
	}
	var out []byte
	for _, r := range records {
		out = append(out, r.raw...)
	}
	return out
}

func readMARC(body []byte) (records []rawRecord, ok bool) {
	for r, err := range marc.Records(bytes.NewReader(body)) {
		if err != nil {
			return nil, false
		}
		var length int
		if _, err := fmt.Sscanf(r.Leader[:5], "%d", &length); err != nil || length > len(body) {
			return nil, false
		}
		records = append(records, rawRecord{r, body[:length]})
		body = body[length:]
	}
	return records, true
}

// apply carries one edit out; ok is false if a record cannot be written so.
func (e marcEdit) apply(records []rawRecord) (edited []rawRecord, ok bool) {
	switch e.verb {
	case marcOrder:
		slices.Reverse(records)
		return records, true
	case marcRotate:
		return e.rotate(records)
	}
	for i, r := range records {
		if e.record != 0 && e.record != i+1 {
			edited = append(edited, r)
			continue
		}
		ok := true
		switch e.verb {
		case marcDrop:
			continue
		case marcRepeat:
			edited = append(edited, r)
		case marcSet:
			r, ok = r.written(func(f marc.Field) bool { return true }, e.tag, e.code, e.text)
		case marcRemove:
			r, ok = r.written(func(f marc.Field) bool { return f.Tag != e.tag }, "", 0, "")
		case marcDamage:
			r.raw = damaged(r.raw, e.damage)
		}
		if !ok {
			return nil, false
		}
		edited = append(edited, r)
	}
	return edited, true
}

// rotate gives each record the text that the next one has in a field.
func (e marcEdit) rotate(records []rawRecord) (edited []rawRecord, ok bool) {
	for i, r := range records {
		next := records[(i+1)%len(records)]
		text := next.Control(e.tag)
		if e.code != 0 {
			text = next.Subfield(e.tag, e.code)
		}
		if r, ok = r.written(func(marc.Field) bool { return true }, e.tag, e.code, text); !ok {
			return nil, false
		}
		edited = append(edited, r)
	}
	return edited, true
}

// written is the record with the fields that are kept, and another text in all fields with the tag.
func (r rawRecord) written(keep func(marc.Field) bool, tag string, code byte, text string) (rawRecord, bool) {
	var b marc.Builder
	b.Reset(r.Leader)
	for _, f := range r.Fields {
		if !keep(f) {
			continue
		}
		if f.IsControl() {
			value := f.Value()
			if f.Tag == tag {
				value = text
			}
			b.Control(f.Tag, value)
			continue
		}
		b.Data(f.Tag, f.Indicators()[0], f.Indicators()[1])
		for c, value := range f.Subfields() {
			if f.Tag == tag && c == code {
				value = text
			}
			b.Subfield(c, value)
		}
	}
	raw, err := b.AppendTo(nil)
	if err != nil {
		return r, false
	}
	for again, err := range marc.Records(bytes.NewReader(raw)) {
		return rawRecord{again, raw}, err == nil
	}
	return r, false
}

// damaged is a record that is none any more.
func damaged(raw []byte, how string) []byte {
	raw = slices.Clone(raw)
	switch how {
	case "length":
		copy(raw, fmt.Sprintf("%05d", len(raw)+1))
	case "base":
		copy(raw[12:], "00000")
	case "encoding":
		raw[len(raw)-3] = 0xFF // inside of the last field
	case "terminator":
		raw[len(raw)-1] = '\n'
	}
	return raw
}
