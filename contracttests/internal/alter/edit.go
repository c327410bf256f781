package alter

import (
	"regexp"
	"slices"
	"strconv"
)

// verb is what an edit does.
type verb string

const (
	set      verb = "set"
	preset   verb = "default"
	remove   verb = "remove"
	add      verb = "add"
	plus     verb = "plus"
	replace  verb = "replace"
	asText   verb = "as-text"
	asNumber verb = "as-number"
)

var verbs = []string{string(set), string(preset), string(remove), string(add), string(plus), string(replace), string(asText), string(asNumber)}

// edit is one change of JSON.
type edit struct {
	verb  verb
	at    pointer
	value *node   // of set, default and add; nil: what stands at from
	from  pointer // its stars are the first of at
	first bool
	of    int64
	substitution
}

var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})$`)
	anyNumber   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
)

// apply carries the edit out. No page becomes longer than limit, if that is not 0.
func (e edit) apply(root *node, limit int) {
	places := root.places(e.at)
	if e.verb == remove {
		slices.Reverse(places) // so that the indices hold
	}
	for _, p := range places {
		if given := e.given(root, p); given != nil || e.value == nil && e.from == nil {
			e.applyTo(p, given, limit)
		}
	}
}

// given is the value that goes to a place, nil if there is none.
func (e edit) given(root *node, p place) *node {
	if e.value != nil {
		return e.value.clone()
	}
	if e.from == nil {
		return nil
	}
	for _, from := range root.places(e.from.filled(p.stars)) {
		if v := from.value(); v != nil {
			return v.clone()
		}
	}
	return nil
}

func (e edit) applyTo(p place, given *node, limit int) {
	found := p.value()
	switch {
	case e.verb == set, e.verb == preset && found == nil:
		p.put(given)
		return
	case found == nil, e.verb == preset:
		return
	}
	switch e.verb {
	case remove:
		p.parent.parts = slices.Delete(p.parent.parts, p.index, p.index+1)
	case add:
		if found.kind != '[' || limit > 0 && len(e.at) <= 1 && len(found.parts) >= limit {
			return
		}
		at := len(found.parts)
		if e.first {
			at = 0
		}
		found.parts = slices.Insert(found.parts, at, part{value: given})
	case plus:
		e.add(found)
	case replace:
		if found.isText() {
			found.raw = quoteJSON(string(e.in([]byte(found.text()))))
		}
	case asText:
		if found.kind == 0 && !found.isText() {
			found.raw = quoteJSON(found.raw)
		}
	case asNumber:
		if text := found.text(); found.isText() && anyNumber.MatchString(text) {
			found.raw = text
		}
	}
}

// add adds to a number, or to a text that is one, and leaves it what it is.
func (e edit) add(found *node) {
	text := found.text()
	if !wholeNumber.MatchString(text) {
		return
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return
	}
	sum := strconv.FormatInt(n+e.of, 10)
	if found.isText() {
		sum = quoteJSON(sum)
	}
	found.raw = sum
}
