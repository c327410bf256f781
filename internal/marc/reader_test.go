package marc

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// sound is the record that the broken ones are made of: leader, two directory entries, two fields.
const sound = "00085nam a22000493c 4500" + // 0
	"001001400000" + "245002100014" + "\x1e" + // 24
	"in00000000001\x1e" + // 49
	"00\x1faA nod to Zo\xc3\xab\x1fcx\x1e" + // 63
	"\x1d" // 84

// replace returns sound with other bytes at a place.
func replace(at int, with string) string { return sound[:at] + with + sound[at+len(with):] }

func TestBrokenRecords(t *testing.T) {
	tests := []struct {
		name   string
		record string
		offset int64 // in the record
		want   string
	}{
		{"HTML instead", "<html><body>no such key</body></html>", 0, `record length "<html" is not five digits`},
		{"newline between records", "\n" + sound, 0, `record length "\n0008" is not five digits`},
		{"signed length", replace(0, "+0085"), 0, "is not five digits"},
		{"length too small", replace(0, "00025"), 0, "less than the 26 bytes"},
		{"length one short", replace(0, "00084"), 83, "the last is not a record terminator"},
		{"length one long, then another", replace(0, "00086") + sound, 84, "a record terminator (1D) after 85 of the record's 86 bytes"},
		{"early record terminator", replace(70, "\x1d"), 70, "a record terminator (1D) after 71"},
		{"delimiter in the leader", replace(8, "\x1e"), 8, "leader/08 is not printable ASCII"},
		{"indicator count", replace(10, "3"), 10, "leader/10-11"},
		{"directory map", replace(20, "55"), 20, "leader/20-21"},
		{"base not digits", replace(12, "0004x"), 12, `base address "0004x" is not five digits`},
		{"base in the leader", replace(12, "00024"), 12, "base address 24 is outside"},
		{"base after the end", replace(12, "00085"), 12, "base address 85 is outside"},
		{"base off by one", replace(12, "00048"), 12, "no multiple of 12"},
		{"base off by an entry", replace(12, "00037"), 36, "does not end with a field terminator"},
		{"directory not terminated", replace(48, "x"), 48, "does not end with a field terminator"},
		{"tag", replace(24, "0 1"), 24, "is not a tag and nine digits"},
		{"field length not digits", replace(27, "00 4"), 24, "is not a tag and nine digits"},
		{"field start not digits", replace(43, "0001x"), 36, "is not a tag and nine digits"},
		{"field of no bytes", replace(27, "0000"), 24, "field 001 of 0 bytes does not fit"},
		{"fields overlap", replace(43, "00013"), 36, "field 245 begins at 13, expected 14"},
		{"gap between fields", replace(43, "00015"), 36, "field 245 begins at 15, expected 14"},
		{"field too long", replace(39, "0022"), 36, "field 245 of 22 bytes does not fit"},
		{"field too short", replace(39, "0020"), 83, "1 bytes belong to no field"},
		{"field not terminated", replace(62, "x"), 62, "field 001 does not end with a field terminator"},
		{"terminator inside", replace(55, "\x1e"), 55, "field 001 has a field terminator (1E) inside"},
		{"subfield in a control field", replace(55, "\x1f"), 55, "control field 001 has a subfield"},
		{"indicator not ASCII", replace(63, "\xc3\xab"), 63, "no two indicators"},
		{"subfield for indicators", replace(63, "\x1fa"), 63, "no two indicators"},
		{"text before the first subfield", replace(65, "x"), 65, "text before its first subfield"},
		{"empty code at the end", replace(82, "\x1f"), 82, "a subfield without a code"},
		{"empty code inside", replace(66, "\x1f"), 65, "a subfield without a code"},
		{"not UTF-8", replace(79, "\xff"), 78, "not UTF-8"},
	}
	if len(sound) != 85 {
		t.Fatalf("the sound record has %d bytes", len(sound))
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if strings.HasPrefix(tt.record, sound) {
				t.Fatal("nothing is broken")
			}
			stream := sound + sound + tt.record
			for _, chunk := range []int{1, 7, 85, 1000} {
				n, err := read(stream, chunk)
				format, ok := errors.AsType[*FormatError](err)
				if !ok {
					t.Fatalf("chunks of %d: error %v", chunk, err)
				}
				if n != 2 || format.Record != 3 || format.Offset != 2*85+tt.offset || !strings.Contains(format.Reason, tt.want) {
					t.Errorf("chunks of %d: after %d records: %v\nwant record 3, byte %d, %q", chunk, n, err, 2*85+tt.offset, tt.want)
				}
				if errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("chunks of %d: called cut short: %v", chunk, err)
				}
				if n, err := check([]byte(stream), chunk); n != 2 || err == nil || err.Error() != format.Error() {
					t.Errorf("chunks of %d: Checker says %d records, %v", chunk, n, err)
				}
			}
		})
	}
}

func TestCutShort(t *testing.T) {
	for cut := 1; cut < len(sound); cut++ {
		stream := sound + sound[:cut]
		n, err := read(stream, 10)
		format, ok := errors.AsType[*FormatError](err)
		if n != 1 || !ok || !errors.Is(err, io.ErrUnexpectedEOF) || format.Record != 2 || format.Offset != int64(len(stream)) {
			t.Errorf("cut at %d: %d records, error %v", cut, n, err)
		}
		if n, err := check([]byte(stream), 10); n != 1 || err == nil || err.Error() != format.Error() {
			t.Errorf("cut at %d: Checker says %d records, %v", cut, n, err)
		}
	}
}

func TestSoundStreams(t *testing.T) {
	tests := []struct {
		name, stream string
		records      int
	}{
		{"empty", "", 0},
		{"one", sound, 1},
		{"three", sound + sound + sound, 3},
		{"record without fields", "00026nam a22000253c 4500\x1e\x1d", 1},
		{"old leader, bytes that are not UTF-8", "00042nam  22000373c 45  " + "001000400000" + "\x1e" + "\xe9\xe9\xe9\x1e" + "\x1d", 1},
		{"field without subfields", "00041nam a22000373c 4500" + "245000300000" + "\x1e" + "00\x1e" + "\x1d", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, chunk := range []int{1, 1000} {
				if n, err := read(tt.stream, chunk); n != tt.records || err != nil {
					t.Errorf("%d records, error %v", n, err)
				}
				if n, err := check([]byte(tt.stream), chunk); n != tt.records || err != nil {
					t.Errorf("Checker: %d records, error %v", n, err)
				}
			}
		})
	}
}

func TestReadError(t *testing.T) {
	boom := errors.New("connection reset")
	n, last := 0, error(nil)
	for _, err := range Records(io.MultiReader(strings.NewReader(sound+sound[:30]), iotest.ErrReader(boom))) {
		if last = err; err == nil {
			n++
		}
	}
	if n != 1 || !errors.Is(last, boom) || !strings.Contains(last.Error(), "record 2") {
		t.Errorf("%d records, error %v", n, last)
	}
}

func TestStopEarly(t *testing.T) {
	for record, err := range Records(strings.NewReader(sound + "garbage that is never looked at")) {
		if err != nil || record.Control("001") != "in00000000001" {
			t.Errorf("%v, error %v", record, err)
		}
		break
	}
}

func TestCheckerKeepsItsError(t *testing.T) {
	var c Checker
	_, first := c.Write([]byte(strings.Repeat("x", 30)))
	n, second := c.Write([]byte(sound))
	if first == nil || second != first || n != 0 || c.Close() != first || c.Records() != 0 {
		t.Errorf("first %v, then %d bytes and %v, then %v", first, n, second, c.Close())
	}
}

func TestRecord(t *testing.T) {
	var record Record
	for r, err := range Records(strings.NewReader(sound)) {
		if err != nil {
			t.Fatal(err)
		}
		record = r
	}
	for got, want := range map[string]string{
		record.Leader:               "00085nam a22000493c 4500",
		record.Control("001"):       "in00000000001",
		record.Subfield("245", 'a'): "A nod to Zoë",
		record.Subfield("245", 'c'): "x",
		record.Subfield("245", 'z') + record.Subfield("246", 'a') + record.Subfield("001", 'a'): "",
		record.Control("003") + record.Control("245"):                                           "",
		record.String(): "LDR     00085nam a22000493c 4500\n001     in00000000001\n245 00  $a A nod to Zoë $c x\n",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if f := (Field{Tag: "264", data: " 1\x1fa\x1b[2J\u0085Riga"}); f.String() != "264 _1  $a ·[2J·Riga" {
		t.Errorf("not fit for a terminal: %q", f)
	}
}

// Whatever the bytes are: no panic, Records and Checker agree in chunks of any size, and what is sound writes back to
// the same bytes.
func FuzzRecords(f *testing.F) {
	f.Add([]byte(sound+sound), 10)
	f.Add([]byte(sound[:70]), 1)
	f.Add([]byte(replace(63, "\x1fa")), 100)
	f.Add(buildSample(new(Builder), nil), 64)
	f.Fuzz(func(t *testing.T, stream []byte, chunk int) {
		chunk = min(max(chunk, 1), 1<<16)
		n, err := read(string(stream), chunk)
		count, checked := check(stream, 1+len(stream)/2)
		if n != count || (err == nil) != (checked == nil) || (err != nil && err.Error() != checked.Error()) {
			t.Fatalf("Records: %d, %v\nChecker: %d, %v", n, err, count, checked)
		}

		var b Builder
		var again []byte
		for record, err := range Records(bytes.NewReader(stream)) {
			if err != nil {
				break
			}
			if record.Leader[9] != 'a' || record.Leader[20:] != "4500" {
				return // read, but never written
			}
			b.Reset(record.Leader)
			for _, field := range record.Fields {
				rebuild(&b, field)
			}
			var err error
			if again, err = b.AppendTo(again); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.HasPrefix(stream, again) {
			t.Fatalf("read  %q\nwrote %q", stream, again)
		}
	})
}

func rebuild(b *Builder, f Field) {
	if f.IsControl() {
		b.Control(f.Tag, f.Value())
		return
	}
	b.Data(f.Tag, f.Indicators()[0], f.Indicators()[1])
	for code, text := range f.Subfields() {
		b.Subfield(code, text)
	}
}

func BenchmarkRecords(b *testing.B) {
	stream := bytes.Repeat(buildSample(new(Builder), nil), 1000)
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		if n, err := count(bytes.NewReader(stream)); n != 1000 || err != nil {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkChecker(b *testing.B) {
	stream := bytes.Repeat(buildSample(new(Builder), nil), 1000)
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		if n, err := check(stream, chunkSize); n != 1000 || err != nil {
			b.Fatal(n, err)
		}
	}
}

// read counts the records of the stream with Records, in chunks of the given size.
func read(stream string, chunk int) (int, error) {
	return count(&slowReader{[]byte(stream), chunk})
}

func count(src io.Reader) (n int, err error) {
	for _, err := range Records(src) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// check counts the records of the stream with Checker, in chunks of the given size.
func check(stream []byte, chunk int) (int, error) {
	var c Checker
	for len(stream) > 0 {
		n := min(chunk, len(stream))
		if _, err := c.Write(stream[:n]); err != nil {
			return c.Records(), err
		}
		stream = stream[n:]
	}
	err := c.Close()
	return c.Records(), err
}

// slowReader gives at most chunk bytes at a time.
type slowReader struct {
	stream []byte
	chunk  int
}

func (r *slowReader) Read(p []byte) (int, error) {
	if len(r.stream) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(r.chunk, len(p))], r.stream)
	r.stream = r.stream[n:]
	return n, nil
}
