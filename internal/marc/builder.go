package marc

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Builder encodes one record at a time. It keeps its memory from record to record, so a reused Builder does not allocate.
//
// A record begins with Reset. Control and Data begin a field, Subfield begins a subfield of a data field, and Text and
// TextBytes lengthen the value begun last. What is wrong (a bad tag, text with a delimiter in it, a record too long for
// its five digits) is refused: AppendTo returns the first such error and appends nothing. A Builder is not for
// concurrent use.
type Builder struct {
	leader [leaderSize]byte
	fields []entry // the closed ones
	data   []byte  // of the closed fields and the open one

	tag       string // of the open field, "" if none
	inValue   bool   // whether data ends with the value of a control field or a subfield
	subfields int
	err       error
}

// entry is an entry of the directory: where the field ends in data, terminator included.
type entry struct {
	tag string
	end int
}

// Reset forgets the last record and begins one with the given leader, of 24 characters. Its lengths (00-04 and 12-16)
// are filled in by AppendTo; position 09 and the constants must say what this package writes: "a22" at 09-11 and "4500".
func (b *Builder) Reset(leader string) {
	*b = Builder{fields: b.fields[:0], data: b.data[:0]}
	if len(leader) != leaderSize || leader[9:12] != "a22" || leader[20:] != "4500" {
		b.fail(fmt.Errorf("the leader %q is not of the form ?????????a22????????4500", leader))
		return
	}
	if notGraphic(leader) >= 0 {
		b.fail(fmt.Errorf("the leader %q is not printable ASCII", leader))
	}
	copy(b.leader[:], leader)
}

// Control begins a control field: tag 001 to 009 and its value.
func (b *Builder) Control(tag, value string) {
	b.open(tag)
	if b.err == nil && !isControl(tag) {
		b.fail(fmt.Errorf("%s is not the tag of a control field", tag))
	}
	b.inValue = true
	b.data = append(b.data, value...)
}

// Data begins a data field: a tag from 010 on and two indicators. Its subfields follow.
func (b *Builder) Data(tag string, ind1, ind2 byte) {
	b.open(tag)
	if b.err == nil && isControl(tag) {
		b.fail(fmt.Errorf("%s is the tag of a control field", tag))
	}
	if !isGraphic(ind1) || !isGraphic(ind2) {
		b.fail(fmt.Errorf("field %s: indicators %q are not printable ASCII", tag, []byte{ind1, ind2}))
	}
	b.data = append(b.data, ind1, ind2)
}

// Subfield begins a subfield of the data field begun last.
func (b *Builder) Subfield(code byte, value string) {
	if b.tag == "" || isControl(b.tag) {
		b.fail(fmt.Errorf("subfield %q outside of a data field", code))
	}
	if !isGraphic(code) {
		b.fail(fmt.Errorf("field %s: subfield code %q is not printable ASCII", b.tag, code))
	}
	b.inValue = true
	b.subfields++
	b.data = append(b.data, subfieldDelimiter, code)
	b.data = append(b.data, value...)
}

// Text lengthens the value of the control field or subfield begun last.
func (b *Builder) Text(text string) {
	if !b.inValue {
		b.fail(errors.New("text outside of a control field and of a subfield"))
	}
	b.data = append(b.data, text...)
}

// TextBytes is Text for bytes.
func (b *Builder) TextBytes(text []byte) {
	if !b.inValue {
		b.fail(errors.New("text outside of a control field and of a subfield"))
	}
	b.data = append(b.data, text...)
}

// Len is the length of the record so far, in bytes: what AppendTo would append.
func (b *Builder) Len() int {
	open := 0
	if b.tag != "" {
		open = entrySize + 1
	}
	return minRecord + entrySize*len(b.fields) + len(b.data) + open
}

// AppendTo appends the record to dst. The record is then complete; the next one begins with Reset.
func (b *Builder) AppendTo(dst []byte) ([]byte, error) {
	b.close()
	b.check()
	if b.err != nil {
		return dst, fmt.Errorf("encode MARC record: %w", b.err)
	}
	at := len(dst)
	dst = append(dst, b.leader[:]...)
	put5(dst[at:], b.Len())
	put5(dst[at+12:], leaderSize+entrySize*len(b.fields)+1)
	start := 0
	for _, f := range b.fields {
		dst = append(dst, "TTTLLLLSSSSS"...)
		d := dst[len(dst)-entrySize:]
		copy(d, f.tag)
		put4(d[3:], f.end-start)
		put5(d[7:], start)
		start = f.end
	}
	dst = append(dst, fieldTerminator)
	dst = append(dst, b.data...)
	return append(dst, recordTerminator), nil
}

func (b *Builder) open(tag string) {
	b.close()
	if !isTag(tag) {
		b.fail(fmt.Errorf("%q is not a tag of three letters or digits", tag))
		return
	}
	b.tag = tag
}

// close ends the open field.
func (b *Builder) close() {
	if b.tag == "" {
		return
	}
	b.data = append(b.data, fieldTerminator)
	b.fields = append(b.fields, entry{b.tag, len(b.data)})
	b.tag, b.inValue = "", false
}

// check looks at the whole record at once: a delimiter inside a text shows as one more than the Builder itself wrote.
func (b *Builder) check() {
	start := 0
	for _, f := range b.fields {
		if length := f.end - start; length > MaxField {
			b.fail(fmt.Errorf("field %s has %d bytes, more than %d", f.tag, length, MaxField))
		}
		start = f.end
	}
	switch {
	case b.leader[0] == 0:
		b.fail(errors.New("no Reset before it"))
	case b.Len() > MaxRecord:
		b.fail(fmt.Errorf("it has %d bytes, more than %d", b.Len(), MaxRecord))
	case bytes.Count(b.data, []byte{subfieldDelimiter}) != b.subfields,
		bytes.Count(b.data, []byte{fieldTerminator}) != len(b.fields),
		bytes.Count(b.data, []byte{recordTerminator}) != 0:
		b.fail(errors.New("a text contains a delimiter of ISO 2709 (bytes 1D, 1E, 1F)"))
	case !utf8.Valid(b.data):
		b.fail(errors.New("a text is not UTF-8"))
	}
}

func (b *Builder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// put4 and put5 write n in decimal, with zeros on the left. No digit waits for another one.
func put4(dst []byte, n int) {
	_ = dst[3]
	dst[0] = '0' + byte(n/1e3%10)
	dst[1] = '0' + byte(n/1e2%10)
	dst[2] = '0' + byte(n/1e1%10)
	dst[3] = '0' + byte(n%10)
}

func put5(dst []byte, n int) {
	dst[0] = '0' + byte(n/1e4%10)
	put4(dst[1:], n)
}
