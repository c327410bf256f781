package catalogue

import "time"

const (
	day  = 24 * int64(time.Hour/time.Millisecond)
	year = 365 * day
)

// Midnights, in Unix milliseconds.
const (
	start2010 = 1262304000000
	start2019 = 1546300800000
	start2020 = 1577836800000
)

// fillDrawn makes up an instance that has no name, created in 2010 to 2018 and updated within a year.
func (k *card) fillDrawn(d draw) {
	k.source = d.source()
	a, b, c, lead := digits(d.bits(aboutHRID))
	k.hrid = text{"in", two(10 + lead%90), three(a), three(b), three(c)} // far above the named ones

	tongue := &english
	if n := d.below(aboutTongue, 3*len(foreign)); n < len(foreign) {
		tongue = &foreign[n]
	}
	k.title = text{d.from(aboutOpener, tongue.openers), d.from(aboutNoun, tongue.nouns), d.from(aboutCloser, tongue.closers)}
	k.drawContributors(d, tongue)

	switch d.below(aboutLanguages, 32) {
	case 0: // none: not every record says
	case 1, 2:
		k.languages = [2]string{tongue.code, "lat"}
	default:
		k.languages[0] = tongue.code
	}

	k.publications[0] = publication{
		place:     d.from(aboutPlace, tongue.places),
		publisher: d.from(aboutPublisher, tongue.publishers),
		date:      yearText(1950 + d.below(aboutYear, 60)),
	}
	if d.once(aboutReprint, 10) {
		k.publications[1] = k.publications[0]
		k.publications[1].date = yearText(2010)
	}

	k.subject[0] = text{d.from(aboutFirstSubject, subjects), d.from(aboutFirstSubject+partStride, subdivisions)}
	if second := d.from(aboutSecondSubject, subjects); second != k.subject[0][0] {
		k.subject[1] = text{second, d.from(aboutSecondSubject+partStride, subdivisions)}
	}

	k.created = start2010 + int64(d.below(aboutCreated, int(start2019-start2010)))
	k.updated = k.created + int64(d.below(aboutUpdated, int(year)))
	k.fillDetails(d, tongue, max(book, d.below(aboutForm, 16)-10)) // most are books
}

// fillDetails draws what named instances leave to chance, too. Books of societies and meetings are made serials.
func (k *card) fillDetails(d draw, tongue *tongue, kind int) {
	k.recordID = d.recordID()
	if d.once(aboutWholeSeconds, 8) { // as a migration leaves them
		k.created -= k.created % 1000
		k.updated -= k.updated % 1000
	}

	k.form = &forms[kind]
	first := &k.contributors[0]
	k.serial = kind == book && (first.kind == Corporate || first.kind == Meeting)
	k.drawExtent(d, tongue, kind)
	k.drawIdentifiers(d, kind)
	if kind == online {
		k.link = localNumber("https://library.example/e/", d.bits(aboutLink))
	}

	if d.once(aboutEdition, 6) {
		k.edition = tongue.edition
	}
	if d.once(aboutSeries, 4) {
		k.series = text{tongue.series, two(10 + d.below(aboutSeries+partStride, 90))}
	}
	if k.form.kind != "text" {
		return
	}
	if d.once(aboutNote, 2) {
		k.note = d.from(aboutNote+partStride, notes)
	}
	if d.once(aboutNature, 4) {
		k.nature = d.from(aboutNature+partStride, natures)
	}
}

func (k *card) drawContributors(d draw, tongue *tongue) {
	topic := aboutFirstContributor
	first := creator{kind: Personal, primary: true}
	switch d.below(topic, 16) {
	case 0: // a title alone
		return
	case 1, 2:
		first.kind = Corporate
		first.name = text{tongue.body, d.from(topic+partStride, tongue.nouns)}
	case 3:
		first.kind = Meeting
		first.name = text{tongue.meeting, d.from(topic+partStride, tongue.nouns)}
	default:
		first.name = person(d, topic, tongue)
	}
	k.contributors[0] = first
	if d.once(aboutSecondContributor, 3) {
		k.contributors[1] = creator{name: person(d, aboutSecondContributor, tongue), kind: Personal}
	}
}

func person(d draw, topic topic, tongue *tongue) text {
	return text{d.from(topic+partStride, tongue.surnames), ", ", d.from(topic+2*partStride, tongue.forenames)}
}

func (k *card) drawExtent(d draw, tongue *tongue, kind int) {
	n := d.below(aboutExtent, 500)
	number := three(100 + n)
	switch kind {
	case book, score:
		k.extent = text{number, tongue.pages}
	case online:
		k.extent = text{"1 online resource (", number, tongue.pages, ")"}
	case music, speech:
		k.extent = text{"1 audio disc (", two(20 + n%60), " min.)"}
	case sheetMap:
		k.extent = text{"1 map"}
	}
}

func (k *card) drawIdentifiers(d draw, kind int) {
	n := 0
	add := func(rule *identifierRule, value text) {
		k.identifiers[n] = identifier{rule, value}
		n++
	}
	has := d.bits(aboutIdentifiers) // one bit for each choice below

	if has&1 != 0 {
		add(ruleLCCN, lccn(d.bits(aboutLCCN)))
	}
	if k.serial {
		number := issn(d.bits(aboutISSN))
		add(ruleISSN, number)
		add(ruleLinkingISSN, number)
	} else if kind == book || kind == online {
		add(ruleISBN, isbn(d.bits(aboutISBN), false))
		if has&0b1110 == 0 {
			add(ruleInvalidISBN, isbn(d.bits(aboutInvalidISBN), true))
		}
	}
	switch kind {
	case music, speech:
		add(ruleUPC, upc(d.bits(aboutStandardNumber)))
	case online:
		add(ruleDOI, doi(d.bits(aboutStandardNumber)))
	case sheetMap:
		add(ruleOtherStandard, localNumber("fxk:", d.bits(aboutStandardNumber)))
	}
	if has&0b110000 != 0 {
		add(ruleOCLC, oclc(d.bits(aboutOCLC)))
	}
	if has&0b11000000 == 0 {
		add(ruleSystemControl, localNumber("(FxK)", d.bits(aboutSystemNumber)))
	}
}

// yearText is a year from 1900 to 2099.
func yearText(y int) text { return text{two(y / 100), two(y % 100)} }
