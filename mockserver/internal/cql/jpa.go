package cql

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/javauuid"
)

// jpa is the dialect of folio-spring-cql 9: a query becomes JPA criteria over an entity.
type jpa[T any] struct{}

// unknown refuses. A dotted name is tried as a join, so its first part is what is missed.
func (jpa[T]) unknown(name string) (Field[T], error) {
	first, _, _ := strings.Cut(name, ".")
	return Field[T]{}, &UnknownIndexError{Index: first}
}

// negated is SQL's NOT: what is unknown stays so, and a record whose value is null matches neither way.
func (jpa[T]) negated(t truth) truth { return yes - t }

func (jpa[T]) clause(f Field[T], c clause) (node[T], error) {
	if err := c.modifiers.only(); err != nil {
		return node[T]{}, err
	}
	relation := c.relation
	switch relation {
	case "any", "all", "adj":
		if f.kind != textKind {
			return node[T]{}, unsupported("relation %s on %s", relation, f.name)
		}
		relation = "=" // there is no word search
	}
	if relation == "=" && c.term == "" {
		return defined(f), nil
	}
	switch f.kind {
	case idKind:
		return jpaID(f, relation, c.term)
	case textKind:
		return jpaText(f, relation, c.term)
	case enumKind:
		if !isEquality(relation) {
			return node[T]{}, unsupported("relation %s on %s", relation, f.name)
		}
		return compared(f.text, relation, strings.Compare, c.term)
	case numberKind:
		// Hibernate turns the term's text into a number: assumption A34, but the UI filters by hrid so.
		n, err := strconv.ParseInt(c.term, 10, 32)
		if err != nil {
			return node[T]{}, unsupported("number %q", c.term)
		}
		return compared(f.number, relation, cmp.Compare, int(n))
	case dateKind:
		return jpaDate(f, relation, c.term)
	default:
		return node[T]{}, unsupported("index %s", f.name)
	}
}

func isEquality(relation string) bool {
	return relation == "=" || relation == "==" || relation == "<>"
}

func jpaID[T any](f Field[T], relation, term string) (node[T], error) {
	if !isEquality(relation) {
		return node[T]{}, unsupported("relation %s on %s", relation, f.name)
	}
	id, err := javauuid.Parse(term)
	if err != nil {
		return node[T]{}, &TermError{Term: term, Message: err.Error()}
	}
	if relation == "<>" {
		return when(f.id, func(v uuid.UUID) bool { return v != id }), nil
	}
	same := when(f.id, func(v uuid.UUID) bool { return v == id })
	same.id, same.bound = id, f.primary
	return same, nil
}

// jpaText matches the whole value, case and all, with SQL's LIKE.
func jpaText[T any](f Field[T], relation, term string) (node[T], error) {
	switch relation {
	case "=", "==":
		return when(f.text, newPattern(term).match), nil
	case "<>":
		p := newPattern(term)
		return when(f.text, func(v string) bool { return !p.match(v) }), nil
	}
	return compared(f.text, relation, collate, unescape(term))
}

// jpaDate takes a local date and time, which is UTC, or days `from:until`, of which the last is not
// included. That a range goes with equality alone is assumption A35.
func jpaDate[T any](f Field[T], relation, term string) (node[T], error) {
	if from, until, ok := dayRange(term); ok && (relation == "=" || relation == "==") {
		return when(f.date, func(v time.Time) bool { return !v.Before(from) && v.Before(until) }), nil
	}
	date, ok := localDateTime(term)
	if !ok {
		return node[T]{}, unsupported("date %q", term)
	}
	return compared(f.date, relation, time.Time.Compare, date)
}

func dayRange(term string) (from, until time.Time, ok bool) {
	first, second, _ := strings.Cut(term, ":")
	from, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return from, until, false
	}
	until, err = time.Parse(time.DateOnly, second)
	return from, until, err == nil
}

func localDateTime(term string) (time.Time, bool) {
	const seconds, millis = "2006-01-02T15:04:05", "2006-01-02T15:04:05.000"
	for _, layout := range []string{seconds, millis} {
		// time.Parse by itself takes a fraction of any length, behind a comma too.
		if date, err := time.Parse(layout, term); err == nil && date.Format(layout) == term {
			return date, true
		}
	}
	return time.Time{}, false
}

func (jpa[T]) order(f Field[T], m modifiers) (order[T], error) {
	if err := m.only("sort.ascending", "sort.descending"); err != nil {
		return nil, err
	}
	switch f.kind {
	case idKind:
		return by(f.id, compareIDs), nil
	case textKind, enumKind: // that an enum sorts as a text is assumption A36
		return by(f.text, collate), nil
	case numberKind:
		return by(f.number, cmp.Compare), nil
	case dateKind:
		return by(f.date, time.Time.Compare), nil
	default:
		return nil, unsupported("sort by %s", f.name)
	}
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }
