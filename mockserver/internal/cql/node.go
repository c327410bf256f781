package cql

import "github.com/google/uuid"

// truth is SQL's: a comparison with null is neither true nor false. `and` is the lesser of two truths,
// `or` the greater.
type truth int8

const (
	no truth = iota
	unknown
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

type match[T any] func(T) truth

// node is a compiled part of a query. If it is bound, it can hold for the record with this id only.
type node[T any] struct {
	match match[T]
	id    uuid.UUID
	bound bool
}

func everything[T any]() node[T] {
	return node[T]{match: func(T) truth { return yes }}
}

// when tests a value; of null nothing is known.
func when[T, V any](get func(T) (V, bool), test func(V) bool) node[T] {
	return node[T]{match: func(record T) truth {
		v, ok := get(record)
		if !ok {
			return unknown
		}
		return truthOf(test(v))
	}}
}

// compared tests a value by its place relative to a term: relation is one of = == <> < <= > >=.
func compared[T, V any](get func(T) (V, bool), relation string, compare func(a, b V) int, term V) (node[T], error) {
	var holds func(int) bool
	switch relation {
	case "=", "==":
		holds = func(c int) bool { return c == 0 }
	case "<>":
		holds = func(c int) bool { return c != 0 }
	case "<":
		holds = func(c int) bool { return c < 0 }
	case "<=":
		holds = func(c int) bool { return c <= 0 }
	case ">":
		holds = func(c int) bool { return c > 0 }
	case ">=":
		holds = func(c int) bool { return c >= 0 }
	default:
		return node[T]{}, unsupported("relation %s", relation)
	}
	return when(get, func(v V) bool { return holds(compare(v, term)) }), nil
}

// defined holds for the records that have a value at all.
func defined[T any](f Field[T]) node[T] {
	return node[T]{match: func(record T) truth { return truthOf(f.isSet(record)) }}
}
