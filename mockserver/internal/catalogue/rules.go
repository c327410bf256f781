package catalogue

import (
	"time"

	"github.com/fauxkapi/fauxkapi/internal/marc"
)

// identifierRule says where a record has the identifiers of one type.
type identifierRule struct {
	name      string // of the type in FOLIO's reference data
	tag       string
	ind1      byte
	code      byte
	qualifier byte   // the subfield that explains the value, 0 if none does
	meaning   string // its text
	in2020    bool   // whether Rules2020 map this type
}

var (
	ruleLCCN          = &identifierRule{name: "LCCN", tag: "010", ind1: ' ', code: 'a', in2020: true}
	ruleISBN          = &identifierRule{name: "ISBN", tag: "020", ind1: ' ', code: 'a', in2020: true}
	ruleInvalidISBN   = &identifierRule{name: "Invalid ISBN", tag: "020", ind1: ' ', code: 'z'}
	ruleISSN          = &identifierRule{name: "ISSN", tag: "022", ind1: ' ', code: 'a', in2020: true}
	ruleLinkingISSN   = &identifierRule{name: "Linking ISSN", tag: "022", ind1: ' ', code: 'l'}
	ruleUPC           = &identifierRule{name: "UPC", tag: "024", ind1: '1', code: 'a'}
	ruleDOI           = &identifierRule{name: "DOI", tag: "024", ind1: '7', code: 'a', qualifier: '2', meaning: "doi"}
	ruleOtherStandard = &identifierRule{name: "Other standard identifier", tag: "024", ind1: '8', code: 'a', qualifier: 'q', meaning: "Other standard identifier"}
	ruleOCLC          = &identifierRule{name: "OCLC", tag: "035", ind1: ' ', code: 'a', in2020: true}
	ruleSystemControl = &identifierRule{name: "System control number", tag: "035", ind1: ' ', code: 'a', in2020: true}
)

// contributorTags are the fields of a contributor name type, and the first indicator in both.
var contributorTags = [...]struct {
	kind           ContributorKind
	primary, other string
	ind1           byte
}{
	{Personal, "100", "700", '1'},
	{Corporate, "110", "710", '2'},
	{Meeting, "111", "711", '2'},
}

// generatedLeader is that of marc4j with positions 17-19 as mod-data-export sets them.
const generatedLeader = "00000nam a22000003c 4500"

// writeGenerated writes the record that the default instance mapping profile makes of an instance, in order of tags.
// Source: the default rules of mod-data-export 2.1.2 and 5.3.0.
func (k *card) writeGenerated(b *marc.Builder, m Mapping) {
	var buf [16]byte
	all := m != Rules2020

	b.Reset(generatedLeader)
	b.Control("001", k.hrid[0])
	k.hrid.rest(b)
	b.Control("005", "")
	b.TextBytes(appendTransactionTime(buf[:0], k.updated))
	b.Control("008", "")
	b.TextBytes(appendDay(buf[:0], k.created))
	k.writeFixedLength(b)
	for i := range k.identifiers {
		if id := &k.identifiers[i]; id.rule != nil && (all || id.rule.in2020) {
			id.write(b, true)
		}
	}
	if all && k.languages[0] != "" {
		b.Data("041", ' ', ' ')
		k.writeLanguages(b)
	}
	k.writeContributors(b, true)
	b.Data("245", '0', '0')
	k.title.subfield(b, 'a')
	if all {
		writeField(b, "250", ' ', ' ', k.edition)
	}
	k.writePublications(b)
	b.Data("300", ' ', ' ')
	k.extent.subfield(b, 'a')
	writeField(b, "336", ' ', ' ', k.form.kind)
	writeField(b, "337", ' ', ' ', k.form.media)
	writeField(b, "338", ' ', ' ', k.form.carrier)
	k.writeSeries(b)
	if all {
		writeField(b, "500", ' ', ' ', k.note)
	}
	k.writeSubjects(b, "653", ' ')
	writeField(b, "655", ' ', '4', k.nature)
	k.writeContributors(b, false)
	if all {
		k.writeLink(b)
	}
	b.Data("999", 'f', 'f')
	writeUUID(b, 'i', k.id)
}

// appendTransactionTime is field 005. The hours are those of a 12-hour clock, without saying which half of the day: the
// module's pattern is yyyyMMddhhmmss. The tenth of a second is cut, not rounded, and left out of a whole second; that is
// what Java's appendFraction(MILLI_OF_SECOND, 0, 1, true) does: assumption A42.
func appendTransactionTime(dst []byte, millis int64) []byte {
	t := time.UnixMilli(millis).UTC()
	dst = appendStamp(dst, t, (t.Hour()+11)%12+1)
	if fraction := millis % 1000; fraction != 0 {
		dst = append(dst, '.', '0'+byte(fraction/100))
	}
	return dst
}

// appendStamp is year to second in 14 digits. Format of package time takes four times as long.
func appendStamp(dst []byte, t time.Time, hour int) []byte {
	y, m, d := t.Date()
	for _, n := range [...]int{y / 100, y % 100, int(m), d, hour, t.Minute(), t.Second()} {
		dst = append(dst, two(n)...)
	}
	return dst
}

// appendDay is positions 00-05 of field 008.
func appendDay(dst []byte, millis int64) []byte {
	y, m, d := time.UnixMilli(millis).UTC().Date()
	for _, n := range [...]int{y % 100, int(m), d} {
		dst = append(dst, two(n)...)
	}
	return dst
}

// writeFixedLength writes positions 06-39 of field 008. That the blanks among 15-34 come last is assumption A43.
func (k *card) writeFixedLength(b *marc.Builder) {
	b.Text("|")
	for i := range k.publications {
		writeYear(b, &k.publications[i].date, "||||")
	}
	b.Text("|||||||||||||" + "       ")
	switch {
	case k.languages[0] == "":
		b.Text("und")
	case k.languages[1] == "":
		b.Text(k.languages[0])
	default:
		b.Text("mul")
	}
	b.Text("||")
}

func writeYear(b *marc.Builder, date *text, absent string) {
	if date.len() != 4 {
		b.Text(absent)
		return
	}
	b.Text(date[0])
	date.rest(b)
}

// write writes the identifier, as a field of its own or as a subfield of the field before.
func (id *identifier) write(b *marc.Builder, ownField bool) {
	if ownField {
		b.Data(id.rule.tag, id.rule.ind1, ' ')
	}
	id.value.subfield(b, id.rule.code)
	if id.rule.qualifier != 0 {
		b.Subfield(id.rule.qualifier, id.rule.meaning)
	}
}

func (k *card) writeLanguages(b *marc.Builder) {
	for _, language := range k.languages {
		if language != "" {
			b.Subfield('a', language)
		}
	}
}

func (k *card) writeContributors(b *marc.Builder, primary bool) {
	for i := range contributorTags {
		tags := &contributorTags[i]
		tag := tags.other
		if primary {
			tag = tags.primary
		}
		for j := range k.contributors {
			if c := &k.contributors[j]; c.kind == tags.kind && c.primary == primary {
				b.Data(tag, tags.ind1, ' ')
				c.name.subfield(b, 'a')
			}
		}
	}
}

func (k *card) writePublications(b *marc.Builder) {
	for i := range k.publications {
		if p := &k.publications[i]; p.place != "" {
			b.Data("264", ' ', '1')
			b.Subfield('a', p.place)
			b.Subfield('b', p.publisher)
			p.date.subfield(b, 'c')
		}
	}
}

func (k *card) writeSeries(b *marc.Builder) {
	if !k.series.absent() {
		b.Data("490", '0', ' ')
		k.series.subfield(b, 'a')
	}
}

func (k *card) writeSubjects(b *marc.Builder, tag string, ind2 byte) {
	for i := range k.subject {
		if !k.subject[i].absent() {
			b.Data(tag, ' ', ind2)
			k.subject[i].subfield(b, 'a')
		}
	}
}

// writeLink says with its second indicator that the link leads to the resource itself.
func (k *card) writeLink(b *marc.Builder) {
	if !k.link.absent() {
		b.Data("856", '4', '0')
		k.link.subfield(b, 'u')
		b.Subfield('y', "Read online")
	}
}

// writeField writes a field of one subfield $a, or nothing if the value is empty.
func writeField(b *marc.Builder, tag string, ind1, ind2 byte, value string) {
	if value != "" {
		b.Data(tag, ind1, ind2)
		b.Subfield('a', value)
	}
}
