package cql

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// storage is the dialect of RMB 30's CQL2PgJSON: a query becomes SQL over the texts of a JSON document.
//
// For a field without a value no relation holds, and so every negation does ("Matching undefined or
// empty values" in RMB's README). Numbers and dates are texts as well and compare as such, unless
// /number says otherwise: of numbers that is assumption A37.
type storage[T any] struct {
	dateLayout string
}

// unknown is a path that no document has.
func (storage[T]) unknown(name string) (Field[T], error) {
	return Text(name, func(T) (string, bool) { return "", false }), nil
}

func (storage[T]) negated(t truth) truth { return truthOf(t != yes) }

func (s storage[T]) clause(f Field[T], c clause) (node[T], error) {
	if f.kind == idKind {
		return storageID(f, c)
	}
	if err := c.modifiers.only("number", "string", "ignorecase", "ignoreaccents"); err != nil {
		return node[T]{}, err
	}
	if c.modifiers.has("number") {
		n, err := strconv.Atoi(c.term)
		if err != nil || f.kind != numberKind {
			return node[T]{}, unsupported("number %q for %s", c.term, f.name)
		}
		return compared(f.number, c.relation, cmp.Compare, n)
	}
	switch c.relation {
	case "=", "all", "any", "adj":
		return s.words(f, c)
	}
	text := s.text(f)
	if text == nil {
		return node[T]{}, unsupported("relation %s on %s", c.relation, f.name)
	}
	switch p := newPattern(fold(c.term)); c.relation {
	case "==":
		return when(text, func(v string) bool { return p.match(fold(v)) }), nil
	case "<>":
		return when(text, func(v string) bool { return !p.match(fold(v)) }), nil
	}
	return compared(text, c.relation, compareFolded, unescape(c.term))
}

// words is PostgreSQL's full text search; = is the same as adj.
func (s storage[T]) words(f Field[T], c clause) (node[T], error) {
	switch c.term {
	case "":
		return defined(f), nil
	case "*": // all records, even without a value (RMB's README)
		return everything[T](), nil
	}
	search, err := newWordSearch(c.relation, c.term)
	if err != nil {
		return node[T]{}, err
	}
	switch text := s.text(f); {
	case f.kind == wordsKind:
		return when(f.words, func(v []string) bool { return search.match(v...) }), nil
	case f.kind == dateKind: // PostgreSQL cuts dates into signed numbers
		return node[T]{}, unsupported("words of %s", f.name)
	default:
		return when(text, func(v string) bool { return search.match(v) }), nil
	}
}

// text reads a value as the document has it, nil for an index that is no single text.
func (s storage[T]) text(f Field[T]) func(T) (string, bool) {
	switch f.kind {
	case textKind, enumKind:
		return f.text
	case numberKind:
		return func(record T) (string, bool) {
			n, ok := f.number(record)
			return strconv.Itoa(n), ok
		}
	case dateKind:
		return func(record T) (string, bool) {
			date, ok := f.date(record)
			return date.Format(s.dateLayout), ok
		}
	}
	return nil
}

// storageID compares UUIDs; a * at the end of a term stands for the rest of one.
func storageID[T any](f Field[T], c clause) (node[T], error) {
	if err := c.modifiers.only(); err != nil {
		return node[T]{}, err
	}
	if !isEquality(c.relation) {
		id, ok := parseID(c.term)
		if !ok { // that only a whole UUID can be compared with is assumption A38
			return node[T]{}, unsupported("relation %s with %q on %s", c.relation, c.term, f.name)
		}
		return compared(f.id, c.relation, compareIDs, id)
	}
	prefix := strings.TrimRight(c.term, "*")
	if strings.Contains(prefix, "*") {
		return node[T]{}, unsupported("* before the end of %s", c.term)
	}
	whole := prefix == c.term && prefix != "" // RMB reads "" as *
	first, last, ok := idRange(prefix, whole)
	within := func(v uuid.UUID) bool {
		return ok && compareIDs(first, v) <= 0 && compareIDs(v, last) <= 0
	}
	if c.relation == "<>" {
		return when(f.id, func(v uuid.UUID) bool { return !within(v) }), nil
	}
	n := when(f.id, within)
	// What is no UUID is bound, too: to the nil UUID, which does not match either.
	n.id, n.bound = first, f.primary && whole
	return n, nil
}

// idRange is the first and the last UUID that begin with a prefix, if any can.
func idRange(prefix string, whole bool) (first, last uuid.UUID, ok bool) {
	const lowest, highest = "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"
	if whole {
		id, ok := parseID(prefix)
		return id, id, ok
	}
	if len(prefix) > len(lowest) {
		return first, last, false
	}
	first, _ = parseID(prefix + lowest[len(prefix):])
	last, ok = parseID(prefix + highest[len(prefix):])
	return first, last, ok
}

// parseID reads the one form of a UUID that RMB takes.
func parseID(s string) (uuid.UUID, bool) {
	if len(s) != 36 {
		return uuid.Nil, false
	}
	id, err := uuid.Parse(s)
	return id, err == nil
}

func (s storage[T]) order(f Field[T], m modifiers) (order[T], error) {
	err := m.only("sort.ascending", "sort.descending", "number", "string", "ignorecase", "ignoreaccents")
	if err != nil {
		return nil, err
	}
	text := s.text(f)
	switch {
	case m.has("number") && f.kind == numberKind:
		return by(f.number, cmp.Compare), nil
	case m.has("number"):
		return nil, unsupported("sort by %s as a number", f.name)
	case f.kind == idKind:
		return by(f.id, compareIDs), nil
	case f.kind == dateKind: // in their layout they sort as texts do
		return by(f.date, time.Time.Compare), nil
	case text != nil:
		return by(text, compareFolded), nil
	}
	return nil, unsupported("sort by %s", f.name)
}
