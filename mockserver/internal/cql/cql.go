// Package cql is the query language of FOLIO's lists, as two generations of modules understand it.
//
// A text is parsed once, compiled against a [Schema], which says what the names in a query mean, and
// the [Filter] that comes of it matches and sorts plain Go values. There are two dialects: [NewStorage]
// is RAML Module Builder's CQL2PgJSON over JSON documents, [NewJPA] is folio-spring-cql over entities.
//
// The package is strict. What a module answers with an error is an error here, and what a module knows
// but this package does not evaluate is an [UnsupportedError], never a guess. It knows no HTTP: which
// status and text an error becomes is the business of the release.
package cql

import (
	"errors"

	cqlgo "github.com/indexdata/cql-go/cql"
)

// MaxLength is how many bytes of query are read: as many as Okapi takes for a whole request line.
const MaxLength = 8192

// Query is a parsed query. It belongs to no dialect and is safe for concurrent use.
type Query struct {
	tree cqlgo.Query
}

// Parse reads a query that is decoded already: neither + nor %20 means a blank here. The empty text
// asks for everything. The error is a *[SyntaxError], or an *[UnsupportedError] for a prefix declaration.
func Parse(text string) (*Query, error) {
	if text == "" {
		return &Query{}, nil
	}
	text, err := vet(text)
	if err != nil {
		return nil, err
	}
	parser := cqlgo.Parser{Strict: true}
	tree, err := parser.Parse(text)
	if bad, ok := errors.AsType[*cqlgo.ParseError](err); ok {
		// Not its Error(): that marks the place with a combining character.
		return nil, &SyntaxError{Message: bad.Message(), Pos: bad.Pos()}
	}
	return &Query{tree: tree}, err
}

// String writes the query in CQL of the same meaning; reading that and writing it again changes nothing.
func (q *Query) String() string {
	return q.tree.String()
}
