package cql

import (
	"slices"
	"strings"

	"github.com/google/uuid"
	cqlgo "github.com/indexdata/cql-go/cql"
)

// Filter is a query that knows its records. It does not change and is safe for concurrent use.
type Filter[T any] struct {
	where   node[T]
	orderBy []order[T]
}

// Compile gives a query the meaning that a schema has for it. The errors are those of errors.go, but
// for *[SyntaxError]; of several the one that stands first in the query is reported.
func Compile[T any](q *Query, s *Schema[T]) (*Filter[T], error) {
	where, err := s.compile(&q.tree.Clause)
	if err != nil {
		return nil, err
	}
	f := &Filter[T]{where: where}
	for _, key := range q.tree.SortSpec {
		by, err := s.sortKey(key)
		if err != nil {
			return nil, err
		}
		f.orderBy = append(f.orderBy, by)
	}
	return f, nil
}

// Match reports whether the query asks for a record.
func (f *Filter[T]) Match(record T) bool {
	return f.where.match(record) == yes
}

// ID reports that no record but the one with this id can match, which turns a scan into a look-up.
// That record, if there is one, has still to be matched.
func (f *Filter[T]) ID() (uuid.UUID, bool) {
	return f.where.id, f.where.bound
}

// Sort puts records into the order that the query asks for. It is stable, so without a sort key nothing
// moves. As in PostgreSQL null is the greatest value: last when ascending, first when descending.
func (f *Filter[T]) Sort(records []T) {
	if len(f.orderBy) == 0 {
		return
	}
	slices.SortStableFunc(records, func(a, b T) int {
		for _, by := range f.orderBy {
			if c := by(a, b); c != 0 {
				return c
			}
		}
		return 0
	})
}

// clause is a search clause: index, relation and term, all in the words of the query.
type clause struct {
	relation  string // lower case
	modifiers modifiers
	term      string // with its backslashes, without its quotes
}

func (s *Schema[T]) compile(c *cqlgo.Clause) (node[T], error) {
	switch {
	case c.BoolClause != nil:
		return s.combine(c.BoolClause)
	case c.SearchClause != nil:
		return s.search(c.SearchClause)
	}
	return everything[T](), nil
}

func (s *Schema[T]) combine(b *cqlgo.BoolClause) (node[T], error) {
	if len(b.Modifiers) > 0 {
		return node[T]{}, unsupported("modifier of %s", b.Operator)
	}
	left, err := s.compile(&b.Left)
	if err != nil {
		return node[T]{}, err
	}
	// folio-spring-cql drops `or attr=*` behind anything, for the sake of the UI's queries. That RMB,
	// where the rule comes from, had it in 2020 is assumption A40.
	if b.Operator == cqlgo.OR && isStar(&b.Right) {
		return left, nil
	}
	right, err := s.compile(&b.Right)
	if err != nil {
		return node[T]{}, err
	}
	switch l, r := left.match, right.match; b.Operator {
	case cqlgo.AND:
		both := left
		if !both.bound {
			both = right
		}
		both.match = func(record T) truth {
			v := l(record)
			if v == no {
				return no
			}
			return min(v, r(record))
		}
		return both, nil
	case cqlgo.OR:
		return node[T]{match: func(record T) truth { return max(l(record), r(record)) }}, nil
	case cqlgo.NOT:
		negated := s.dialect.negated
		left.match = func(record T) truth { return min(l(record), negated(r(record))) }
		return left, nil
	default:
		return node[T]{}, unsupported("operator %s", b.Operator)
	}
}

func isStar(c *cqlgo.Clause) bool {
	return c.SearchClause != nil && c.SearchClause.Relation == cqlgo.EQ && c.SearchClause.Term == "*"
}

func (s *Schema[T]) search(c *cqlgo.SearchClause) (node[T], error) {
	switch {
	case strings.EqualFold(c.Index, string(cqlgo.AllRecords)):
		return everything[T](), nil
	case strings.EqualFold(c.Index, string(cqlgo.ServerChoice)):
		return node[T]{}, &ServerChoiceError{Term: c.Term}
	case strings.HasPrefix(strings.ToLower(c.Index), "cql."):
		return node[T]{}, unsupported("index %s", c.Index)
	}
	f, err := s.field(c.Index)
	if err != nil {
		return node[T]{}, err
	}
	return s.dialect.clause(f, clause{
		relation:  strings.ToLower(string(c.Relation)),
		modifiers: namesOf(c.Modifiers),
		term:      c.Term,
	})
}
