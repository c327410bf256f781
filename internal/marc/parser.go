package marc

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// parser cuts a stream into records and checks each: the one core behind Records and Checker. It is fed chunks of any
// size and holds no more than one record of them.
type parser struct {
	partial []byte // the beginning of a record that did not end in the chunks so far
	fields  []span // of the record returned last
	records int    // sound so far
	offset  int64  // of the first byte that is not yet part of a sound record
}

// span is a field inside the bytes of its record, without its terminator.
type span struct{ tag, start, end int }

// problem is a FormatError seen from inside a record.
type problem struct {
	at     int // offset in the record
	reason string
}

// next takes the next record from the chunk and returns what follows it. The record is nil if it does not end in this
// chunk, which is then used up; otherwise it is good until the next call.
func (p *parser) next(chunk []byte) (record, rest []byte, err error) {
	record, rest, bad := p.cut(chunk)
	if record != nil && bad == nil {
		bad = p.check(record)
	}
	if bad != nil {
		return nil, nil, &FormatError{Record: p.records + 1, Offset: p.offset + int64(bad.at), Reason: bad.reason}
	}
	if record != nil {
		p.records++
		p.offset += int64(len(record))
	}
	return record, rest, nil
}

// end is the error of a stream that stops here, nil if it may.
func (p *parser) end() error {
	if len(p.partial) == 0 {
		return nil
	}
	reason := fmt.Sprintf("the stream ends after %d bytes, in the leader", len(p.partial))
	if len(p.partial) >= leaderSize {
		reason = fmt.Sprintf("the stream ends after %d of the record's %s bytes", len(p.partial), p.partial[:5])
	}
	return &FormatError{
		Record: p.records + 1,
		Offset: p.offset + int64(len(p.partial)),
		Reason: reason,
		Err:    io.ErrUnexpectedEOF,
	}
}

func (p *parser) cut(chunk []byte) (record, rest []byte, bad *problem) {
	if len(p.partial) == 0 && len(chunk) >= leaderSize {
		length, bad := recordLength(chunk)
		if bad != nil {
			return nil, nil, bad
		}
		if length <= len(chunk) {
			return chunk[:length], chunk[length:], nil // the usual case needs no copy
		}
	}
	if chunk = p.fill(chunk, leaderSize); len(p.partial) < leaderSize {
		return nil, nil, nil
	}
	length, bad := recordLength(p.partial)
	if bad != nil {
		return nil, nil, bad
	}
	if chunk = p.fill(chunk, length); len(p.partial) < length {
		return nil, nil, nil
	}
	record, p.partial = p.partial, p.partial[:0]
	return record, chunk, nil
}

// fill moves bytes from the chunk to partial until that has size bytes.
func (p *parser) fill(chunk []byte, size int) (rest []byte) {
	n := min(max(size-len(p.partial), 0), len(chunk))
	p.partial = append(p.partial, chunk[:n]...)
	return chunk[n:]
}

func recordLength(leader []byte) (int, *problem) {
	length, ok := digits(leader[:5])
	if !ok {
		return 0, &problem{0, fmt.Sprintf("record length %q is not five digits", leader[:5])}
	}
	if length < minRecord {
		return 0, &problem{0, fmt.Sprintf("record length %d is less than the %d bytes of an empty record", length, minRecord)}
	}
	return length, nil
}

// check judges one record, of the length that its leader names, and lists its fields.
func (p *parser) check(record []byte) *problem {
	base, bad := checkLeader(record)
	if bad != nil {
		return bad
	}
	if end := bytes.IndexByte(record, recordTerminator); end != len(record)-1 {
		if end < 0 {
			return &problem{len(record) - 1, fmt.Sprintf("the record has %d bytes but the last is not a record terminator (1D)", len(record))}
		}
		return &problem{end, fmt.Sprintf("a record terminator (1D) after %d of the record's %d bytes", end+1, len(record))}
	}
	if p.fields, bad = checkDirectory(record, base, p.fields[:0]); bad != nil {
		return bad
	}
	for _, f := range p.fields {
		if bad := checkField(record, f); bad != nil {
			return bad
		}
	}
	// 09 = a promises UTF-8; anything else promises nothing that could be judged here.
	if record[9] == 'a' && !utf8.Valid(record) {
		return &problem{invalidUTF8(record), "not UTF-8, which leader/09 promises"}
	}
	return nil
}

// checkLeader returns the base address of the data. Positions 22-23 are not looked at: old records leave them blank.
func checkLeader(record []byte) (base int, bad *problem) {
	if at := notGraphic(record[:leaderSize]); at >= 0 {
		return 0, &problem{at, fmt.Sprintf("leader/%02d is not printable ASCII", at)}
	}
	if string(record[10:12]) != "22" {
		return 0, &problem{10, fmt.Sprintf("leader/10-11 is %q, not 22 (indicators and code length)", record[10:12])}
	}
	if string(record[20:22]) != "45" {
		return 0, &problem{20, fmt.Sprintf("leader/20-21 is %q, not 45 (the directory's numbers)", record[20:22])}
	}
	base, ok := digits(record[12:17])
	switch {
	case !ok:
		return 0, &problem{12, fmt.Sprintf("base address %q is not five digits", record[12:17])}
	case base <= leaderSize || base >= len(record):
		return 0, &problem{12, fmt.Sprintf("base address %d is outside of the record's %d bytes", base, len(record))}
	case (base-leaderSize-1)%entrySize != 0:
		return 0, &problem{12, fmt.Sprintf("base address %d leaves a directory that is no multiple of %d bytes", base, entrySize)}
	case record[base-1] != fieldTerminator:
		return 0, &problem{base - 1, "the directory does not end with a field terminator (1E)"}
	}
	return base, nil
}

// checkDirectory wants the fields one after the other, from the base address to the record terminator.
func checkDirectory(record []byte, base int, fields []span) ([]span, *problem) {
	next := base
	for at := leaderSize; at < base-1; at += entrySize {
		entry := record[at : at+entrySize]
		length, ok := digits(entry[3:7])
		start, ok2 := digits(entry[7:12])
		switch {
		case !isTag(entry[:3]) || !ok || !ok2:
			return fields, &problem{at, fmt.Sprintf("directory entry %q is not a tag and nine digits", entry)}
		case base+start != next:
			return fields, &problem{at, fmt.Sprintf("directory: field %s begins at %d, expected %d", entry[:3], start, next-base)}
		case length == 0 || next+length > len(record)-1:
			return fields, &problem{at, fmt.Sprintf("directory: field %s of %d bytes does not fit", entry[:3], length)}
		}
		next += length
		fields = append(fields, span{tag: at, start: base + start, end: next - 1})
	}
	if next != len(record)-1 {
		return fields, &problem{next, fmt.Sprintf("%d bytes belong to no field", len(record)-1-next)}
	}
	return fields, nil
}

func checkField(record []byte, f span) *problem {
	tag, value := record[f.tag:f.tag+3], record[f.start:f.end]
	if at := bytes.IndexByte(value, fieldTerminator); at >= 0 {
		return &problem{f.start + at, fmt.Sprintf("field %s has a field terminator (1E) inside", tag)}
	}
	if record[f.end] != fieldTerminator {
		return &problem{f.end, fmt.Sprintf("field %s does not end with a field terminator (1E)", tag)}
	}
	if isControl(tag) {
		if at := bytes.IndexByte(value, subfieldDelimiter); at >= 0 {
			return &problem{f.start + at, fmt.Sprintf("control field %s has a subfield (1F)", tag)}
		}
		return nil
	}
	if len(value) < 2 || !isGraphic(value[0]) || !isGraphic(value[1]) {
		return &problem{f.start, fmt.Sprintf("field %s has no two indicators", tag)}
	}
	if len(value) > 2 && value[2] != subfieldDelimiter {
		return &problem{f.start + 2, fmt.Sprintf("field %s has text before its first subfield", tag)}
	}
	for at := 2; at < len(value); {
		if at+1 == len(value) || !isGraphic(value[at+1]) {
			return &problem{f.start + at, fmt.Sprintf("field %s has a subfield without a code", tag)}
		}
		next := bytes.IndexByte(value[at+1:], subfieldDelimiter)
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return nil
}

// digits reads an unsigned decimal number, every byte of it a digit.
func digits(b []byte) (n int, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

func invalidUTF8(b []byte) int {
	for at := 0; at < len(b); {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return len(b)
}
