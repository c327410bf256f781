package catalogue

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/marc"
)

// card is an instance before anyone looks: of fixed size, on the caller's stack, its texts in pieces that are cut out
// of tables. Thus neither a record nor its length costs an allocation. What is absent is zero, and so is what follows
// the last element of an array.
type card struct {
	id       uuid.UUID
	recordID uuid.UUID // in source record storage, if source is MARC
	source   Source
	hrid     text
	title    text

	contributors [3]creator
	identifiers  [7]identifier // in the order of their tags
	publications [2]publication
	languages    [2]string

	form    *form
	serial  bool
	edition string
	extent  text
	series  text
	note    string
	remark  string // on the stored record, not the instance
	nature  string
	subject [2]text
	link    text

	created, updated int64 // Unix time in milliseconds
}

type creator struct {
	name    text
	kind    ContributorKind
	primary bool
}

type identifier struct {
	rule  *identifierRule // nil: no identifier
	value text
}

type publication struct {
	place, publisher string
	date             text
}

// text is the pieces of a string. If the first is empty, so are all.
type text [5]string

func (t *text) absent() bool { return t[0] == "" }

func (t *text) String() string { return strings.Join(t[:], "") }

func (t *text) len() (n int) {
	for _, piece := range t {
		n += len(piece)
	}
	return n
}

// subfield writes the text as a subfield, or nothing if it is absent.
func (t *text) subfield(b *marc.Builder, code byte) {
	if !t.absent() {
		b.Subfield(code, t[0])
		t.rest(b)
	}
}

// rest writes all pieces but the first.
func (t *text) rest(b *marc.Builder) {
	for _, piece := range t[1:] {
		if piece != "" {
			b.Text(piece)
		}
	}
}

func (k *card) instance() Instance {
	i := Instance{
		ID:      k.id,
		HRID:    k.hrid.String(),
		Source:  k.source,
		Title:   k.title.String(),
		Edition: k.edition,
		Extent:  k.extent.String(),
		Type:    k.form.kind,
		Format:  k.form.media + " -- " + k.form.carrier,
		Series:  k.series.String(),
		Note:    k.note,
		Nature:  k.nature,
		Link:    k.link.String(),
		Created: time.UnixMilli(k.created).UTC(),
		Updated: time.UnixMilli(k.updated).UTC(),
	}
	for _, c := range k.contributors {
		if !c.name.absent() {
			i.Contributors = append(i.Contributors, Contributor{c.name.String(), c.kind, c.primary})
		}
	}
	for _, id := range k.identifiers {
		if id.rule != nil {
			i.Identifiers = append(i.Identifiers, Identifier{id.rule.name, id.value.String()})
		}
	}
	for _, p := range k.publications {
		if p.place != "" {
			i.Publication = append(i.Publication, Publication{p.place, p.publisher, p.date.String()})
		}
	}
	for _, language := range k.languages {
		if language != "" {
			i.Languages = append(i.Languages, language)
		}
	}
	for _, s := range k.subject {
		if !s.absent() {
			i.Subjects = append(i.Subjects, s.String())
		}
	}
	return i
}
