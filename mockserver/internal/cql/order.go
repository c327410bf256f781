package cql

import (
	"slices"
	"strings"

	cqlgo "github.com/indexdata/cql-go/cql"
)

// order compares two records like cmp.Compare.
type order[T any] func(a, b T) int

// modifiers are what follows a relation or a sort key behind slashes, in lower case.
type modifiers []string

func namesOf(list []cqlgo.Modifier) modifiers {
	var names modifiers
	for _, m := range list {
		name := strings.ToLower(m.Name)
		if m.Relation != "" {
			name += string(m.Relation) + m.Value // no dialect knows any with a value
		}
		names = append(names, name)
	}
	return names
}

func (m modifiers) has(name string) bool { return slices.Contains(m, name) }

// only returns an error that names the first modifier which is none of the known ones.
func (m modifiers) only(known ...string) error {
	for _, name := range m {
		if !slices.Contains(known, name) {
			return unsupported("modifier %s", name)
		}
	}
	return nil
}

func (s *Schema[T]) sortKey(key cqlgo.Sort) (order[T], error) {
	f, err := s.field(key.Index)
	if err != nil {
		return nil, err
	}
	m := namesOf(key.Modifiers)
	ascending, err := s.dialect.order(f, m)
	if err != nil || !m.has("sort.descending") {
		return ascending, err
	}
	return func(a, b T) int { return ascending(b, a) }, nil
}

// by orders records by a value, null behind everything else.
func by[T, V any](get func(T) (V, bool), compare func(a, b V) int) order[T] {
	return func(a, b T) int {
		va, aSet := get(a)
		vb, bSet := get(b)
		switch {
		case aSet && bSet:
			return compare(va, vb)
		case aSet:
			return -1
		case bSet:
			return 1
		}
		return 0
	}
}
