package cql

import (
	"slices"
	"strings"
)

type tokenKind int

const (
	end tokenKind = iota
	word
	quoted
	symbol // a relation written in signs
	slash
	opening
	closing
)

type token struct {
	kind tokenKind
	text string
	pos  int
}

func (t token) is(keywords ...string) bool {
	return t.kind == word && slices.ContainsFunc(keywords, func(k string) bool {
		return strings.EqualFold(k, t.text)
	})
}

// isRelation holds for what cql-go takes for a relation behind an operand: cql.anything is one, too.
func (t token) isRelation() bool {
	return t.kind == symbol || t.kind == word && strings.HasPrefix(t.text, "cql.") ||
		t.is("all", "any", "adj", "scr", "exact", "within", "encloses")
}

// scanner cuts a text into the tokens that cql-go sees. Behind an error comes only the end.
type scanner struct {
	text string
	pos  int
	tabs []int // where a tab or carriage return separates tokens
	err  *SyntaxError
}

func (s *scanner) next() token {
	s.skipBlanks()
	if s.err != nil || s.pos == len(s.text) {
		return token{kind: end, pos: s.pos}
	}
	start, kind := s.pos, word
	switch s.text[start] {
	case '(':
		s.pos, kind = s.pos+1, opening
	case ')':
		s.pos, kind = s.pos+1, closing
	case '/':
		s.pos, kind = s.pos+1, slash
	case '=', '<', '>':
		s.pos, kind = s.pos+s.symbolLength(), symbol
	case '"':
		kind = quoted
		s.skipQuoted()
	default:
		s.skipWord()
	}
	return token{kind, s.text[start:s.pos], start}
}

func (s *scanner) skipBlanks() {
	for ; s.pos < len(s.text); s.pos++ {
		switch s.text[s.pos] {
		case ' ', '\n':
		case '\t', '\r':
			s.tabs = append(s.tabs, s.pos)
		default:
			return
		}
	}
}

func (s *scanner) symbolLength() int {
	for _, long := range []string{"==", "<=", "<>", ">="} {
		if strings.HasPrefix(s.text[s.pos:], long) {
			return len(long)
		}
	}
	return 1
}

func (s *scanner) skipQuoted() {
	start := s.pos
	for s.pos++; s.pos < len(s.text); s.pos++ {
		switch s.text[s.pos] {
		case '\\':
			s.pos++
		case '"':
			s.pos++
			return
		}
	}
	s.fail("quote is not closed", start)
}

func (s *scanner) skipWord() {
	for ; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; {
		case c == '\\':
			if s.pos++; s.pos == len(s.text) {
				s.fail("backslash at the end", s.pos-1)
				return
			}
		case c == '"':
			s.fail("quote inside a word", s.pos)
			return
		case strings.IndexByte(" \t\r\n()=<>/", c) >= 0:
			return
		}
	}
}

func (s *scanner) fail(message string, pos int) {
	s.err = &SyntaxError{message, pos}
	s.pos = len(s.text)
}

// blanked is the text with blanks for the tabs between its tokens.
func (s *scanner) blanked() string {
	if len(s.tabs) == 0 {
		return s.text
	}
	text := []byte(s.text)
	for _, i := range s.tabs {
		text[i] = ' '
	}
	return string(text)
}
