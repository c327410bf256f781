package catalogue

import (
	"encoding/hex"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/marc"
)

// writeStored writes the record that source record storage has for an instance: what a cataloguer might have made, with
// the HRID in 001 and the ids of instance and record in 999 ff, as FOLIO adds them to each record it stores.
func (k *card) writeStored(b *marc.Builder) {
	if k.serial {
		b.Reset(serialLeader)
	} else {
		b.Reset(k.form.leader)
	}
	k.writeStoredControl(b)
	for i := range k.identifiers {
		if id := &k.identifiers[i]; id.rule != nil {
			id.write(b, id.rule != ruleLinkingISSN) // $l of its ISSN's field
		}
	}
	b.Data("040", ' ', ' ')
	b.Subfield('a', "FxK")
	b.Subfield('b', "eng")
	b.Subfield('e', "rda")
	if k.languages[1] != "" {
		b.Data("041", '0', ' ')
		k.writeLanguages(b)
	}
	k.writeContributors(b, true)
	added := byte('0')
	if k.contributors[0].primary {
		added = '1'
	}
	b.Data("245", added, nonfiling(k.languages[0], k.title[0]))
	k.title.subfield(b, 'a')
	writeField(b, "250", ' ', ' ', k.edition)
	k.writePublications(b)
	b.Data("300", ' ', ' ')
	k.extent.subfield(b, 'a')
	writeTerm(b, "336", k.form.kind, k.form.kindCode, "rdacontent")
	writeTerm(b, "337", k.form.media, k.form.mediaCode, "rdamedia")
	writeTerm(b, "338", k.form.carrier, k.form.carrierCode, "rdacarrier")
	k.writeSeries(b)
	writeField(b, "500", ' ', ' ', k.note)
	writeField(b, "500", ' ', ' ', k.remark)
	k.writeSubjects(b, "650", '4')
	writeField(b, "655", ' ', '4', k.nature)
	k.writeContributors(b, false)
	k.writeLink(b)
	b.Data("999", 'f', 'f')
	writeUUID(b, 'i', k.id)
	writeUUID(b, 's', k.recordID)
}

// writeStoredControl writes 001, 005 with a 24-hour clock, and 008 with "no attempt to code" where books, maps and
// music differ.
func (k *card) writeStoredControl(b *marc.Builder) {
	var buf [16]byte
	b.Control("001", k.hrid[0])
	k.hrid.rest(b)
	b.Control("005", "")
	updated := time.UnixMilli(k.updated).UTC()
	b.TextBytes(appendStamp(buf[:0], updated, updated.Hour()))
	b.Text(".0")
	b.Control("008", "")
	b.TextBytes(appendDay(buf[:0], k.created))
	first, second := &k.publications[0].date, &k.publications[1].date
	switch {
	case k.serial:
		b.Text("c")
		writeYear(b, first, "uuuu")
		b.Text("9999")
	case !second.absent(): // reprint and original
		b.Text("r")
		writeYear(b, second, "uuuu")
		writeYear(b, first, "uuuu")
	case !first.absent():
		b.Text("s")
		writeYear(b, first, "uuuu")
		b.Text("    ")
	default:
		b.Text("nuuuuuuuu")
	}
	b.Text("xx " + "|||||||||||||||||")
	if k.languages[0] != "" {
		b.Text(k.languages[0])
	} else {
		b.Text("und")
	}
	b.Text(" d")
}

// articles are what a title is not filed under.
var articles = [...]struct{ language, article string }{
	{"eng", "A "},
	{"eng", "An "},
	{"eng", "The "},
	{"ger", "Das "},
	{"ger", "Der "},
	{"ger", "Eine "},
	{"fre", "La "},
	{"fre", "Le "},
}

// nonfiling is the second indicator of 245: how many characters to skip before filing.
func nonfiling(language, title string) byte {
	for i := range articles {
		if a := &articles[i]; a.language == language && strings.HasPrefix(title, a.article) {
			return '0' + byte(len(a.article))
		}
	}
	return '0'
}

func writeTerm(b *marc.Builder, tag, term, code, source string) {
	b.Data(tag, ' ', ' ')
	b.Subfield('a', term)
	b.Subfield('b', code)
	b.Subfield('2', source)
}

func writeUUID(b *marc.Builder, code byte, id uuid.UUID) {
	var s [36]byte
	hex.Encode(s[0:], id[0:4])
	hex.Encode(s[9:], id[4:6])
	hex.Encode(s[14:], id[6:8])
	hex.Encode(s[19:], id[8:10])
	hex.Encode(s[24:], id[10:16])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	b.Subfield(code, "")
	b.TextBytes(s[:])
}
