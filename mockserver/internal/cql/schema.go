package cql

import (
	"strings"
	"time"

	"github.com/google/uuid"
)

type kind int

const (
	idKind kind = iota
	textKind
	enumKind
	numberKind
	dateKind
	wordsKind
	opaqueKind
)

// Field is a name that a query may use, and how to read its value from a T.
type Field[T any] struct {
	name    string
	kind    kind
	primary bool
	// Only the getter that belongs to the kind is set. It reports false for a value that is null in the
	// database or missing in the JSON.
	id     func(T) (uuid.UUID, bool)
	text   func(T) (string, bool) // text and enum
	number func(T) (int, bool)
	date   func(T) (time.Time, bool)
	words  func(T) ([]string, bool)
}

// ID is the record's own id, which every record has.
func ID[T any](name string, get func(T) uuid.UUID) Field[T] {
	return Field[T]{name: name, kind: idKind, primary: true, id: func(record T) (uuid.UUID, bool) {
		return get(record), true
	}}
}

// Ref is the id of another record; the nil UUID is null.
func Ref[T any](name string, get func(T) uuid.UUID) Field[T] {
	return Field[T]{name: name, kind: idKind, id: func(record T) (uuid.UUID, bool) {
		id := get(record)
		return id, id != uuid.Nil
	}}
}

// Text is a string, null if get reports false.
func Text[T any](name string, get func(T) (string, bool)) Field[T] {
	return Field[T]{name: name, kind: textKind, text: get}
}

// Enum is one of a few constants; the empty string is null.
func Enum[T any](name string, get func(T) string) Field[T] {
	return Field[T]{name: name, kind: enumKind, text: func(record T) (string, bool) {
		value := get(record)
		return value, value != ""
	}}
}

// Number is an integer, null if get reports false. A number that the JSON has as a string is a [Text].
func Number[T any](name string, get func(T) (int, bool)) Field[T] {
	return Field[T]{name: name, kind: numberKind, number: get}
}

// Date is an instant, kept in milliseconds as every FOLIO module does; the zero time is null.
func Date[T any](name string, get func(T) time.Time) Field[T] {
	return Field[T]{name: name, kind: dateKind, date: func(record T) (time.Time, bool) {
		date := get(record)
		return date.UTC().Truncate(time.Millisecond), !date.IsZero()
	}}
}

// Words is an index over several texts, which answers word searches and nothing else: all, any, adj
// and =. The JPA dialect has no such index.
func Words[T any](name string, get func(T) []string) Field[T] {
	return Field[T]{name: name, kind: wordsKind, words: func(record T) ([]string, bool) {
		texts := get(record)
		return texts, len(texts) > 0
	}}
}

// Opaque is a name that the module knows and that no query may use here, nor any path below it:
// an [UnsupportedError].
func Opaque[T any](name string) Field[T] {
	return Field[T]{name: name, kind: opaqueKind}
}

// isSet reports whether a record has a value here, so that it is not null.
func (f Field[T]) isSet(record T) (ok bool) {
	switch f.kind {
	case idKind:
		_, ok = f.id(record)
	case textKind, enumKind:
		_, ok = f.text(record)
	case numberKind:
		_, ok = f.number(record)
	case dateKind:
		_, ok = f.date(record)
	case wordsKind:
		_, ok = f.words(record)
	}
	return ok
}

// Schema is what the names in a query mean for one kind of record, in one dialect.
// It does not change and is safe for concurrent use.
type Schema[T any] struct {
	dialect dialect[T]
	fields  map[string]Field[T]
}

// dialect is how a generation of modules reads what a query says of one field.
type dialect[T any] interface {
	// unknown is the field that a name stands for which the schema does not have.
	unknown(name string) (Field[T], error)
	clause(Field[T], clause) (node[T], error)
	// negated is what `not` makes of the clause behind it.
	negated(truth) truth
	// order compares ascending; the direction is not its business.
	order(Field[T], modifiers) (order[T], error)
}

// NewStorage is the schema of RMB's CQL2PgJSON, for mod-data-export up to 4.x and the inventory. The
// names are JSON paths. There a date is a string: dateLayout says how the stored JSON writes it, in UTC.
func NewStorage[T any](dateLayout string, fields ...Field[T]) *Schema[T] {
	return newSchema[T](storage[T]{dateLayout}, fields)
}

// NewJPA is the schema of folio-spring-cql, for mod-data-export 5.x. The names are entity attributes.
func NewJPA[T any](fields ...Field[T]) *Schema[T] {
	return newSchema[T](jpa[T]{}, fields)
}

// field is what a name in a query means.
func (s *Schema[T]) field(name string) (Field[T], error) {
	f, ok := s.fields[name]
	head, _, _ := strings.Cut(name, ".")
	switch {
	case ok && f.kind != opaqueKind:
		return f, nil
	case s.fields[head].kind == opaqueKind, ok:
		return f, unsupported("index %s", name)
	}
	return s.dialect.unknown(name)
}

func newSchema[T any](d dialect[T], fields []Field[T]) *Schema[T] {
	byName := make(map[string]Field[T], len(fields))
	for _, f := range fields {
		byName[f.name] = f
	}
	return &Schema[T]{dialect: d, fields: byName}
}
