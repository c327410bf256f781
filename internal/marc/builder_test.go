package marc

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const testLeader = "00000nam a22000003c 4500"

// The bytes are written out by hand, so that writing is not only judged by our own reading.
func TestBuilderBytes(t *testing.T) {
	var b Builder
	b.Reset(testLeader)
	b.Control("001", "in00000000001")
	b.Data("245", '0', '0')
	b.Subfield('a', "A nod ")
	b.Text("to Zoë")
	b.Subfield('c', "")
	b.TextBytes([]byte("x"))

	const want = "00085nam a22000493c 4500" +
		"001001400000" + "245002100014" + "\x1e" +
		"in00000000001\x1e" +
		"00\x1faA nod to Zoë\x1fcx\x1e" + "\x1d"
	got, err := b.AppendTo([]byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != "before"+want {
		t.Errorf("got  %q\nwant %q", got, "before"+want)
	}
}

func TestBuilderRefuses(t *testing.T) {
	long := strings.Repeat("x", MaxField)
	tests := []struct {
		name  string
		build func(b *Builder)
		want  string
	}{
		{"short leader", func(b *Builder) { b.Reset("00000nam") }, "leader"},
		{"MARC-8 leader", func(b *Builder) { b.Reset("00000nam  22000003c 4500") }, "leader"},
		{"other directory", func(b *Builder) { b.Reset("00000nam a22000003c 45  ") }, "leader"},
		{"delimiter in the leader", func(b *Builder) { b.Reset("00000\x1eam a22000003c 4500") }, "leader"},
		{"short tag", func(b *Builder) { b.Control("1", "x") }, `"1" is not a tag`},
		{"short data tag", func(b *Builder) { b.Data("2", ' ', ' '); b.Subfield('a', "x") }, `"2" is not a tag`},
		{"tag of punctuation", func(b *Builder) { b.Data("24$", ' ', ' ') }, `"24$" is not a tag`},
		{"control field with data tag", func(b *Builder) { b.Control("245", "x") }, "245 is not the tag of a control field"},
		{"data field with control tag", func(b *Builder) { b.Data("008", ' ', ' ') }, "008 is the tag of a control field"},
		{"indicator", func(b *Builder) { b.Data("245", 0x1F, ' ') }, "indicators"},
		{"subfield of nothing", func(b *Builder) { b.Subfield('a', "x") }, "outside of a data field"},
		{"subfield of a control field", func(b *Builder) { b.Control("001", "x"); b.Subfield('a', "x") }, "outside of a data field"},
		{"subfield code", func(b *Builder) { b.Data("245", '0', '0'); b.Subfield('\n', "x") }, "subfield code"},
		{"text before any field", func(b *Builder) { b.Text("x") }, "text outside"},
		{"text before any subfield", func(b *Builder) { b.Data("245", '0', '0'); b.TextBytes([]byte("x")) }, "text outside"},
		{"text of the field before", func(b *Builder) { b.Control("001", "x"); b.Data("245", '0', '0'); b.Text("x") }, "text outside"},
		{"record terminator", func(b *Builder) { b.Control("001", "a\x1db") }, "delimiter"},
		{"field terminator", func(b *Builder) { b.Control("001", "a\x1eb") }, "delimiter"},
		{"subfield delimiter", func(b *Builder) { b.Data("245", '0', '0'); b.Subfield('a', "a\x1fb") }, "delimiter"},
		{"not UTF-8", func(b *Builder) { b.Control("001", "caf\xe9") }, "UTF-8"},
		{"long field", func(b *Builder) { b.Control("001", long) }, "field 001 has 10000 bytes"},
		{"long record", func(b *Builder) {
			for range 10 {
				b.Control("001", long[1:])
			}
		}, "bytes, more than 99999"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b Builder
			b.Reset(testLeader)
			tt.build(&b)
			got, err := b.AppendTo([]byte("before"))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if string(got) != "before" {
				t.Errorf("appended %q although it failed", got)
			}
			b.Reset(testLeader)
			if _, err := b.AppendTo(nil); err != nil {
				t.Errorf("the next record fails too: %v", err)
			}
		})
	}

	if _, err := new(Builder).AppendTo(nil); err == nil {
		t.Error("a record without Reset was written")
	}
}

func TestBuilderLongest(t *testing.T) {
	var b Builder
	fill := func(more int) ([]byte, error) {
		b.Reset(testLeader)
		for range 9 {
			b.Control("001", strings.Repeat("x", MaxField-1))
		}
		b.Control("001", strings.Repeat("y", MaxRecord-b.Len()-entrySize-1+more))
		return b.AppendTo(nil)
	}
	out, err := fill(0)
	if err != nil || len(out) != MaxRecord {
		t.Fatalf("%d bytes, error %v", len(out), err)
	}
	for record, err := range Records(bytes.NewReader(out)) {
		if err != nil || len(record.Fields) != 10 {
			t.Errorf("read back: %d fields, error %v", len(record.Fields), err)
		}
	}
	if _, err := fill(1); err == nil || !strings.Contains(err.Error(), "100000 bytes") {
		t.Errorf("one byte more: error %v", err)
	}
}

type testField struct {
	tag, indicators, value string // value of a control field
	subfields              []testSubfield
}

type testSubfield struct {
	code byte
	text string
}

func genField() *rapid.Generator[testField] {
	text := rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool { return r < 0x1D || r > 0x1F }), 0, 50, -1)
	graphic := rapid.ByteRange(' ', '~')
	return rapid.Custom(func(t *rapid.T) testField {
		if rapid.Bool().Draw(t, "control") {
			return testField{tag: rapid.StringMatching(`00[1-9]`).Draw(t, "tag"), value: text.Draw(t, "value")}
		}
		return testField{
			tag:        rapid.StringMatching(`[1-9][0-9A-Za-z]{2}`).Draw(t, "tag"),
			indicators: string([]byte{graphic.Draw(t, "ind1"), graphic.Draw(t, "ind2")}),
			subfields: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) testSubfield {
				return testSubfield{graphic.Draw(t, "code"), text.Draw(t, "text")}
			}), 0, 5).Draw(t, "subfields"),
		}
	})
}

func (f testField) build(b *Builder) {
	if f.indicators == "" {
		b.Control(f.tag, f.value)
		return
	}
	b.Data(f.tag, f.indicators[0], f.indicators[1])
	for _, s := range f.subfields {
		b.Subfield(s.code, s.text)
	}
}

func (f testField) equals(g Field) bool {
	var subfields []testSubfield
	for code, text := range g.Subfields() {
		subfields = append(subfields, testSubfield{code, text})
	}
	return f.tag == g.Tag && f.indicators == g.Indicators() && f.value == g.Value() && slices.Equal(f.subfields, subfields)
}

// What is written comes back the same, in chunks of any size, and Checker agrees.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.SliceOfN(rapid.SliceOfN(genField(), 0, 8), 0, 4).Draw(t, "records")
		var b Builder
		var stream []byte
		for _, fields := range records {
			b.Reset(testLeader)
			for _, f := range fields {
				f.build(&b)
			}
			length := b.Len()
			before := len(stream)
			var err error
			if stream, err = b.AppendTo(stream); err != nil {
				t.Fatal(err)
			}
			if len(stream)-before != length {
				t.Fatalf("Len said %d, %d bytes were appended", length, len(stream)-before)
			}
		}

		chunk := rapid.IntRange(1, 200).Draw(t, "chunk")
		n := 0
		for got, err := range Records(&slowReader{stream, chunk}) {
			if err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(records[n], got.Fields, testField.equals) {
				t.Fatalf("record %d: wrote %+v, read\n%s", n, records[n], got)
			}
			n++
		}
		if n != len(records) {
			t.Fatalf("wrote %d records, read %d", len(records), n)
		}
		if count, err := check(stream, chunk); err != nil || count != len(records) {
			t.Fatalf("Checker: %d records, error %v", count, err)
		}
	})
}

func BenchmarkBuilder(b *testing.B) {
	var m Builder
	dst := buildSample(&m, nil)
	b.SetBytes(int64(len(dst)))
	b.ReportAllocs()
	for b.Loop() {
		dst = buildSample(&m, dst[:0])
	}
}

// buildSample appends a record of the size that instances usually have, and panics if it cannot.
func buildSample(b *Builder, dst []byte) []byte {
	b.Reset(testLeader)
	b.Control("001", "in00000000001")
	b.Control("005", "20200714033012.3")
	b.Control("008", "190829|2011||||||||||||||||||       eng||")
	b.Data("020", ' ', ' ')
	b.Subfield('a', "9799123456784")
	b.Data("100", '1', ' ')
	b.Subfield('a', "Marlowe-Finch, Ida")
	b.Data("245", '0', '0')
	b.Subfield('a', "A nod to the night ferry")
	b.Data("264", ' ', '1')
	b.Subfield('a', "Riga")
	b.Subfield('b', "Harbour Press")
	b.Subfield('c', "2011")
	b.Data("300", ' ', ' ')
	b.Subfield('a', "212 pages")
	b.Data("336", ' ', ' ')
	b.Subfield('a', "text")
	b.Data("653", ' ', ' ')
	b.Subfield('a', "Ferries -- Night traffic")
	b.Data("999", 'f', 'f')
	b.Subfield('i', "0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11")
	out, err := b.AppendTo(dst)
	if err != nil {
		panic(err)
	}
	return out
}
