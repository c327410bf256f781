package cql

import "fmt"

// SyntaxError says that a text is not CQL.
// RMB answers 422 with `org.z3950.zing.cql.CQLParseException: …`, mod-data-export 5.x 500.
type SyntaxError struct {
	Message string
	Pos     int // bytes read when it was noticed
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at position %d", e.Message, e.Pos)
}

// ServerChoiceError says that a term stands alone, without the index to search.
// The text is RMB's, which answers 422; mod-data-export 5.x answers 500.
type ServerChoiceError struct {
	Term string
}

func (e *ServerChoiceError) Error() string {
	return "cql.serverChoice requested, but no serverChoiceIndexes defined."
}

// UnknownIndexError names an attribute that an entity does not have; of a dotted name it is the first
// part. Only the JPA dialect has this error (400 in mod-data-export 5.x).
type UnknownIndexError struct {
	Index string
}

func (e *UnknownIndexError) Error() string {
	return fmt.Sprintf("Could not resolve attribute '%s'", e.Index)
}

// TermError says that the term for a UUID attribute is not one that Java reads. Its text is the message
// of Java's exception, which mod-data-export 5.x answers with a 400. Only the JPA dialect has it.
type TermError struct {
	Term    string
	Message string // mostly `Invalid UUID string: ` and the term
}

func (e *TermError) Error() string { return e.Message }

// UnsupportedError names a part of a well-formed query that the dialect refuses, or that it knows and
// this package does not evaluate. mod-data-export 5.x answers such queries as it answers broken ones.
type UnsupportedError struct {
	What string
}

func (e *UnsupportedError) Error() string {
	return "not supported in a query: " + e.What
}

func unsupported(format string, args ...any) error {
	return &UnsupportedError{What: fmt.Sprintf(format, args...)}
}
