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

// fits tells whether a rule is about a line, counted from 1. named are its ids.
func (r Rule) fits(line int, id uuid.UUID, named map[uuid.UUID]bool) bool {
	switch {
	case r.All:
		return true
	case r.First > 0:
		return line <= r.First
	case r.Every > 0:
		return line%r.Every == 0
	}
	return named[id]
}

// choose returns what the first rule that fits says of each line with an id.
func (in *Input) choose(rules []Rule) []RecordAnswer {
	named := make([]map[uuid.UUID]bool, len(rules))
	for i, r := range rules {
		named[i] = make(map[uuid.UUID]bool, len(r.IDs))
		for _, id := range r.IDs {
			named[i][id] = true
		}
	}
	decided := make([]RecordAnswer, len(in.kinds))
	for line, kind := range in.kinds {
		if kind != lineID && kind != lineUpperID {
			continue
		}
		for i, r := range rules {
			if r.fits(line+1, in.ids[line], named[i]) {
				decided[line] = r.Answer
				break
			}
		}
	}
	return decided
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
	decided := in.choose(rules)
	arrived, special := in.arriving(decided), Special{some: map[uuid.UUID]RecordAnswer{}}
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
	return arrived, special
}

// arriving returns the list with its damaged lines, and with its repeated ones
// at the end. It shares with the list what stays as it is.
func (in *Input) arriving(decided []RecordAnswer) *Input {
	arrived := &Input{ids: slices.Clip(in.ids), kinds: slices.Clip(in.kinds), bad: in.bad, broken: in.broken}
	var damaged badLines
	for i, answer := range decided {
		switch answer {
		case Damaged:
			if len(damaged.lines) == 0 && !damaged.full {
				arrived.kinds = slices.Clone(arrived.kinds)
			}
			arrived.kinds[i] = lineWord
			damaged.add(i, in.ids[i].String()+",")
		case Repeated:
			arrived.ids, arrived.kinds = append(arrived.ids, in.ids[i]), append(arrived.kinds, in.kinds[i])
		}
	}
	if len(damaged.lines) > 0 {
		arrived.bad = in.bad.merged(damaged)
	}
	return arrived
}
