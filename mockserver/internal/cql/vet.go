package cql

import (
	"fmt"
	"unicode/utf8"
)

// maxDepth bounds how deep parentheses nest, and so the recursion over a query.
const maxDepth = 64

// vet refuses what cql-go 1.0.1 lets pass although it is not CQL: an open quote, a quote inside a word,
// a backslash at the end, a relation behind a term (of `a==b==c` cql-go drops the first part), sortby
// without a key, an index without a name, characters at which cql-go stops reading. What the parser
// refuses by itself is left to it. Tabs and carriage returns come back as blanks, because cql-go takes
// them for part of a word.
func vet(text string) (string, error) {
	if len(text) > MaxLength {
		return "", &SyntaxError{fmt.Sprintf("query is longer than %d bytes", MaxLength), MaxLength}
	}
	for i, r := range text {
		if r == 0 || r == utf8.RuneError {
			return "", &SyntaxError{"NUL or a character that is not UTF-8", i}
		}
	}
	s := scanner{text: text}
	if err := s.clauses(); err != nil {
		return "", err
	}
	if s.err != nil {
		return "", s.err
	}
	return s.blanked(), nil
}

// clauses walks the tokens. At every moment either an operand (an index or a term) comes next, or what
// may follow one.
func (s *scanner) clauses() error {
	var (
		depth    int
		operand  = true // an operand comes next
		related  bool   // behind a relation, so it is a term
		isTerm   bool   // the last operand was one
		nameless bool   // it was ""
		sorting  bool   // behind sortby
		needsKey bool   // directly behind it
	)
	for tok := s.next(); tok.kind != end; tok = s.next() {
		needsKey = false
		switch {
		case tok.kind == slash:
			s.modifier()
		case tok.kind == opening:
			if depth++; depth > maxDepth {
				return &SyntaxError{fmt.Sprintf("parentheses nest deeper than %d", maxDepth), tok.pos}
			}
			related = false
		case tok.kind == closing:
			depth--
			operand, isTerm = false, false
		case sorting: // keys are the parser's
		case operand && !related && tok.kind == symbol && tok.text == ">":
			return unsupported("prefix declaration")
		case operand:
			operand, isTerm, related = false, related, false
			nameless = tok.text == `""`
		case tok.isRelation() && isTerm:
			return &SyntaxError{"relation behind a term", tok.pos}
		case tok.isRelation() && nameless:
			return &SyntaxError{"index without a name", tok.pos}
		case tok.isRelation():
			operand, related = true, true
		case tok.is("and", "or", "not", "prox"):
			operand = true
		case tok.is("sortby"):
			sorting, needsKey = true, true
		}
	}
	if needsKey && s.err == nil {
		return &SyntaxError{"sort key expected", len(s.text)}
	}
	return nil
}

// modifier reads the name behind a slash and, where there is one, its relation and value.
func (s *scanner) modifier() {
	s.next()
	behindName := s.pos
	if s.next().kind == symbol {
		s.next()
	} else {
		s.pos = behindName
	}
}
