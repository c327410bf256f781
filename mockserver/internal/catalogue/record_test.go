package catalogue

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/marc"
)

func millis(t *testing.T, instant string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, instant)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMilli()
}

func TestTransactionTime(t *testing.T) {
	for instant, want := range map[string]string{
		"2020-10-07T13:17:02.263Z": "20201007011702.2", // 13 h is 01 h
		"2020-10-07T01:17:02.263Z": "20201007011702.2",
		"2020-10-07T12:00:00Z":     "20201007120000",
		"2020-10-07T00:00:00Z":     "20201007120000", // midnight is 12 h, too
		"2019-12-31T23:59:59.999Z": "20191231115959.9",
		"2019-02-28T11:05:09.064Z": "20190228110509.0",
		"2010-01-01T10:00:00.100Z": "20100101100000.1",
	} {
		if got := string(appendTransactionTime(nil, millis(t, instant))); got != want {
			t.Errorf("%s: %q, want %q", instant, got, want)
		}
	}
}

func TestFixedLengthField(t *testing.T) {
	const fill = "|||||||||||||       "
	tests := []struct {
		name      string
		dates     [2]text
		languages [2]string
		generated string
		stored    string
	}{
		{
			"one date, one language",
			[2]text{{"20", "11"}},
			[2]string{"eng"},
			"190829|2011||||" + fill + "eng||",
			"190829s2011    xx |||||||||||||||||eng d",
		},
		{
			"two dates, two languages",
			[2]text{{"1967"}, {"2010"}},
			[2]string{"cze", "ger"},
			"190829|19672010" + fill + "mul||",
			"190829r20101967xx |||||||||||||||||cze d",
		},
		{
			"no date, no language",
			[2]text{},
			[2]string{},
			"190829|||||||||" + fill + "und||",
			"190829nuuuuuuuuxx |||||||||||||||||und d",
		},
		{
			"a date that is no year",
			[2]text{{"ca. 1900"}},
			[2]string{"jpn"},
			"190829|||||||||" + fill + "jpn||",
			"190829suuuu    xx |||||||||||||||||jpn d",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := sample(t)
			k.languages = tt.languages
			for i := range tt.dates {
				k.publications[i] = publication{"Riga", "Harbour Press", tt.dates[i]}
			}
			for _, m := range []Mapping{Rules2020, Rules5} {
				if got := write(t, func(b *marc.Builder) { k.writeGenerated(b, m) }).Control("008"); got != tt.generated || len(got) != 40 {
					t.Errorf("generated, rules %d:\n%q, want\n%q", m, got, tt.generated)
				}
			}
			if got := write(t, k.writeStored).Control("008"); got != tt.stored || len(got) != 40 {
				t.Errorf("stored:\n%q, want\n%q", got, tt.stored)
			}
		})
	}
}

// sample has at least one of everything that the rules know.
func sample(t *testing.T) *card {
	return &card{
		id:       uuid.MustParse("0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11"),
		recordID: uuid.MustParse("fedcba98-7654-4321-8fed-cba987654321"),
		hrid:     text{"in", "00000000042"},
		title:    text{"The ", "ferry", " : a love story"},
		contributors: [3]creator{
			{text{"Marlowe-Finch", ", ", "Ida"}, Personal, true},
			{text{"Ferry Society"}, Corporate, false},
			{text{"Křížek, Matěj"}, Personal, false},
		},
		identifiers: [7]identifier{
			{ruleLCCN, text{"2091123456"}},
			{ruleISBN, text{"9799000000008"}},
			{ruleInvalidISBN, text{"9799000000007"}},
			{ruleISSN, text{"9000-0000"}},
			{ruleLinkingISSN, text{"9000-0001"}},
			{ruleDOI, text{"10.5555/fxk.1"}},
			{ruleOCLC, text{"(OCoLC)9900000001"}},
		},
		publications: [2]publication{{"Riga", "Harbour Press", text{"2011"}}},
		languages:    [2]string{"eng", "cze"},
		form:         &forms[online],
		edition:      "Second edition",
		extent:       text{"1 online resource (", "212", " pages)"},
		series:       text{"Harbour papers ; ", "12"},
		note:         "Includes index",
		nature:       "bibliography",
		subject:      [2]text{{"Ferries", " -- History"}, {"Night"}},
		link:         text{"https://library.example/e/1"},
		created:      millis(t, "2019-08-29T22:30:00Z"),
		updated:      millis(t, "2020-07-14T15:30:12.345Z"),
	}
}

// write is the record, written and read back.
func write(t *testing.T, compose func(*marc.Builder)) (found marc.Record) {
	t.Helper()
	var b marc.Builder
	compose(&b)
	raw, err := b.AppendTo(nil)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range marc.Records(bytes.NewReader(raw)) {
		if err != nil {
			t.Fatal(err)
		}
		found = r
	}
	return found
}

func TestGeneratedRecord(t *testing.T) {
	rules2020 := `001     in00000000042
005     20200714033012.3
008     190829|2011|||||||||||||||||       mul||
010 __  $a 2091123456
020 __  $a 9799000000008
022 __  $a 9000-0000
035 __  $a (OCoLC)9900000001
100 1_  $a Marlowe-Finch, Ida
245 00  $a The ferry : a love story
264 _1  $a Riga $b Harbour Press $c 2011
300 __  $a 1 online resource (212 pages)
336 __  $a text
337 __  $a computer
338 __  $a online resource
490 0_  $a Harbour papers ; 12
653 __  $a Ferries -- History
653 __  $a Night
655 _4  $a bibliography
700 1_  $a Křížek, Matěj
710 2_  $a Ferry Society
999 ff  $i 0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11
`
	// Each line that only the later rules have goes before the line named here.
	rules5 := rules2020
	for _, added := range [][2]string{
		{"020 __  $z 9799000000007", "022 __  $a"},
		{"022 __  $l 9000-0001", "035"},
		{"024 7_  $a 10.5555/fxk.1 $2 doi", "035"},
		{"041 __  $a eng $a cze", "100"},
		{"250 __  $a Second edition", "264"},
		{"500 __  $a Includes index", "653 __  $a Ferries"},
		{"856 40  $u https://library.example/e/1 $y Read online", "999"},
	} {
		rules5 = strings.Replace(rules5, "\n"+added[1], "\n"+added[0]+"\n"+added[1], 1)
	}

	k := sample(t)
	for m, want := range map[Mapping]string{Rules2020: rules2020, Rules5: rules5} {
		got := write(t, func(b *marc.Builder) { k.writeGenerated(b, m) })
		if leader := got.Leader; leader[5:12]+leader[17:] != "nam a22"+"3c 4500" {
			t.Errorf("rules %d: leader %q", m, leader)
		}
		if _, fields, _ := strings.Cut(got.String(), "\n"); fields != want {
			t.Errorf("rules %d: got\n%s\nwant\n%s", m, fields, want)
		}
	}
}

func TestStoredRecord(t *testing.T) {
	const want = `001     in00000000042
005     20200714153012.0
008     190829s2011    xx |||||||||||||||||eng d
010 __  $a 2091123456
020 __  $a 9799000000008
020 __  $z 9799000000007
022 __  $a 9000-0000 $l 9000-0001
024 7_  $a 10.5555/fxk.1 $2 doi
035 __  $a (OCoLC)9900000001
040 __  $a FxK $b eng $e rda
041 0_  $a eng $a cze
100 1_  $a Marlowe-Finch, Ida
245 14  $a The ferry : a love story
250 __  $a Second edition
264 _1  $a Riga $b Harbour Press $c 2011
300 __  $a 1 online resource (212 pages)
336 __  $a text $b txt $2 rdacontent
337 __  $a computer $b c $2 rdamedia
338 __  $a online resource $b cr $2 rdacarrier
490 0_  $a Harbour papers ; 12
500 __  $a Includes index
650 _4  $a Ferries -- History
650 _4  $a Night
655 _4  $a bibliography
700 1_  $a Křížek, Matěj
710 2_  $a Ferry Society
856 40  $u https://library.example/e/1 $y Read online
999 ff  $i 0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11 $s fedcba98-7654-4321-8fed-cba987654321
`
	k := sample(t)
	got := write(t, k.writeStored)
	if leader := got.Leader; leader[5:12]+leader[17:] != "cam a22"+" c 4500" {
		t.Errorf("leader %q", leader)
	}
	if _, fields, _ := strings.Cut(got.String(), "\n"); fields != want {
		t.Errorf("got\n%s\nwant\n%s", fields, want)
	}

	k.serial = true
	if got := write(t, k.writeStored); got.Leader[6:8] != "as" || got.Control("008")[6:15] != "c20119999" {
		t.Errorf("serial: leader %q, 008 %q", got.Leader, got.Control("008"))
	}
}

// What an instance does not have leaves no field behind.
func TestAbsent(t *testing.T) {
	k := &card{
		hrid: text{"in", "1"}, title: text{"Moss"}, form: &forms[book],
		extent: text{"1", " page"}, publications: [2]publication{{place: "Riga", publisher: "Reed"}},
	}
	for m, record := range map[string]marc.Record{
		"2020":   write(t, func(b *marc.Builder) { k.writeGenerated(b, Rules2020) }),
		"5":      write(t, func(b *marc.Builder) { k.writeGenerated(b, Rules5) }),
		"stored": write(t, k.writeStored),
	} {
		var tags []string
		for _, f := range record.Fields {
			tags = append(tags, f.Tag)
		}
		want := []string{"001", "005", "008", "245", "264", "300", "336", "337", "338", "999"}
		if m == "stored" {
			want = slices.Insert(want, 3, "040")
		}
		if !slices.Equal(tags, want) {
			t.Errorf("%s: %q, want %q", m, tags, want)
		}
		if f, _ := record.First("264"); f.String() != "264 _1  $a Riga $b Reed" {
			t.Errorf("%s: %s", m, f)
		}
	}
}

func TestFilingIndicator(t *testing.T) {
	for title, want := range map[string]byte{
		"eng A nod to the night ferry": '2',
		"eng An atlas of moss":         '3',
		"eng The third nod":            '4',
		"eng Anodyne evenings":         '0',
		"ger Der langsame Fahrplan":    '4',
		"ger Eine Woche Regen":         '5',
		"cze A zase ta zahrada":        '0',
		"    A nod":                    '0',
	} {
		if got := nonfiling(strings.TrimSpace(title[:3]), title[4:]); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

// Whatever is drawn: the record is sound, is of the instance, and has its fields in order.
func TestEveryRecord(t *testing.T) {
	c := New(7)
	ids := c.Named()
	for n := range 2000 {
		ids = append(ids, numbered(n))
	}
	for _, id := range ids {
		i := c.Instance(id)
		for _, m := range []Mapping{Rules2020, Rules5} {
			r := readRecord(t, c, id, m)
			if r.Control("001") != i.HRID || r.Subfield("245", 'a') != i.Title || r.Subfield("999", 'i') != id.String() {
				t.Errorf("%v: not the record of %s %q:\n%s", id, i.HRID, i.Title, r)
			}
			last := r.Fields[len(r.Fields)-1]
			recordID, err := uuid.Parse(last.Subfield('s'))
			if last.Tag != "999" || last.Indicators() != "ff" || (err == nil) != (i.Source == SourceMARC) || recordID == id {
				t.Errorf("%v, source %s: %s", id, i.Source, last)
			}
			if title, _ := r.First("245"); i.Source == SourceFOLIO && title.Indicators() != "00" {
				t.Errorf("%v: %s", id, title)
			}
			if !slices.IsSortedFunc(r.Fields, func(a, b marc.Field) int { return strings.Compare(a.Tag, b.Tag) }) {
				t.Errorf("%v: fields out of order\n%s", id, r)
			}
			for _, f := range r.Fields {
				for code, text := range f.Subfields() {
					if text == "" {
						t.Errorf("%v: empty $%c in %s", id, code, f)
					}
				}
			}
		}
	}
}

func TestCheckDigits(t *testing.T) {
	weighted := func(number string, weights ...int) (sum int) {
		for i, r := range strings.ReplaceAll(number, "-", "") {
			n := int(r - '0')
			if r == 'X' {
				n = 10
			}
			sum += n * weights[i%len(weights)]
		}
		return sum
	}
	for n := range uint64(3000) {
		x := mix(n + 1)
		good, bad, serial, product := isbn(x, false), isbn(x, true), issn(x), upc(x)
		if s := good.String(); len(s) != 13 || weighted(s, 1, 3)%10 != 0 {
			t.Errorf("ISBN %s", s)
		}
		if s := bad.String(); len(s) != 13 || weighted(s, 1, 3)%10 == 0 {
			t.Errorf("invalid ISBN %s is valid", s)
		}
		if s := serial.String(); len(s) != 9 || s[4] != '-' || weighted(s, 8, 7, 6, 5, 4, 3, 2, 1)%11 != 0 {
			t.Errorf("ISSN %s", s)
		}
		if s := product.String(); len(s) != 12 || weighted(s, 3, 1)%10 != 0 {
			t.Errorf("UPC %s", s)
		}
		for number, length := range map[string]int{
			textOf(lccn(x)): 10, textOf(oclc(x)): len("(OCoLC)") + 10, textOf(doi(x)): len("10.5555/fxk.") + 6,
		} {
			if len(number) != length {
				t.Errorf("%s has not %d characters", number, length)
			}
		}
	}
}

func textOf(t text) string { return t.String() }
