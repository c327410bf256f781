package folio

import (
	"slices"

	"github.com/google/uuid"
)

// RecordAnswer is a way in which an id of a list is answered for.
type RecordAnswer uint8

// The ways. Damaged and Repeated are about the list: its line has a comma at its
// end, as spreadsheets leave one, or stands in the list once more, at its end.
const (
	AsKnown       RecordAnswer = iota // as the inventory has it
	NotThere                          // there is no such record
	TooLong                           // its record would be longer than MARC allows
	Unconvertible                     // its record cannot be made into MARC
	TwoSources                        // source record storage has two records for it
	Damaged
	Repeated
)

// Rule says how the ids of some lines are answered for: of all, of the first so
// many, of each so-manieth, or of those with certain ids.
type Rule struct {
	Answer RecordAnswer
	All    bool
	First  int
	Every  int
	IDs    []uuid.UUID
}

// fits tells whether a rule is about a line, counted from 1.
func (r Rule) fits(line int, id uuid.UUID) bool {
	switch {
	case r.All:
		return true
	case r.First > 0:
		return line <= r.First
	case r.Every > 0:
		return line%r.Every == 0
	}
	return slices.Contains(r.IDs, id)
}

// Special tells which ids are not answered for as the inventory has them. The
// zero value says so of none.
type Special struct {
	all  RecordAnswer               // of every id, when ids is nil
	some map[uuid.UUID]RecordAnswer // of these
}

func (s Special) of(id uuid.UUID) RecordAnswer {
	if s.some == nil {
		return s.all
	}
	return s.some[id]
}

// Under returns the list as it arrives when rules are in force, the first that
// fits a line counting, and what they say of its ids. An id that stands in it
// several times is answered for as on its first line that is not damaged, also if
// no rule fits that. The list itself does not change.
func (in *Input) Under(rules []Rule) (*Input, Special) {
	if in == nil || len(rules) == 0 {
		return in, Special{}
	}
	if first := rules[0]; first.All && first.Answer < Damaged {
		return in, Special{all: first.Answer}
	}
	arrived := &Input{ids: in.ids, kinds: in.kinds, bad: slices.Clone(in.bad), badBytes: in.badBytes, broken: in.broken}
	special := Special{some: map[uuid.UUID]RecordAnswer{}}
	decided := make([]RecordAnswer, len(in.kinds))
	for i, kind := range in.kinds {
		if kind != lineID && kind != lineUpperID {
			continue
		}
		id := in.ids[i]
		if at := slices.IndexFunc(rules, func(r Rule) bool { return r.fits(i+1, id) }); at >= 0 {
			decided[i] = rules[at].Answer
		}
		switch decided[i] {
		case Damaged:
			arrived.own(in)
			arrived.kinds[i] = lineWord
			arrived.addBad(i, id.String()+",")
		case Repeated:
			arrived.own(in)
			arrived.ids, arrived.kinds = append(arrived.ids, id), append(arrived.kinds, kind)
		}
	}
	// From the last line to the first, which so has the last word.
	for i, kind := range slices.Backward(in.kinds) {
		if kind != lineID && kind != lineUpperID {
			continue
		}
		switch id := in.ids[i]; decided[i] {
		case Damaged: // holds no id any more
		case AsKnown, Repeated:
			delete(special.some, id)
		default:
			special.some[id] = decided[i]
		}
	}
	slices.SortStableFunc(arrived.bad, func(a, b badLine) int { return a.at - b.at })
	return arrived, special
}

// own makes the lines the list's own before the first change.
func (in *Input) own(of *Input) {
	if len(of.kinds) > 0 && &in.kinds[0] == &of.kinds[0] {
		in.ids, in.kinds = slices.Clone(of.ids), slices.Clone(of.kinds)
	}
}
