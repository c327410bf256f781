package cql

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold is lower(unaccent(s)) of PostgreSQL, for the letters that European catalogues hold.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var folded strings.Builder
	for _, r := range norm.NFD.String(s) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(r)
		if plain := undecomposed(r); plain != "" {
			folded.WriteString(plain)
		} else {
			folded.WriteRune(r)
		}
	}
	return folded.String()
}

// undecomposed spells the letters that Unicode does not take apart and PostgreSQL's unaccent does.
func undecomposed(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'ı':
		return "i"
	}
	return ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func compareFolded(a, b string) int { return strings.Compare(fold(a), fold(b)) }

// collate orders texts roughly as a database with the collation en_US does: letters first, then accents
// and case. That FOLIO's databases have it is assumption A41.
func collate(a, b string) int {
	return cmp.Or(compareFolded(a, b), strings.Compare(a, b))
}

// unescape takes the backslashes from a term whose wildcards mean nothing.
func unescape(term string) string {
	var plain strings.Builder
	for i := 0; i < len(term); i++ {
		if term[i] == '\\' && i+1 < len(term) {
			i++
		}
		plain.WriteByte(term[i])
	}
	return plain.String()
}

// Wildcards of a pattern, which are no characters.
const (
	anyRun rune = -1 - iota
	anyOne
)

// pattern is a term in which * stands for any run of characters and ? for one.
type pattern struct {
	literal string // if there are no wildcards
	runes   []rune // else
}

func newPattern(term string) pattern {
	if !strings.ContainsAny(term, "*?") {
		return pattern{literal: unescape(term)}
	}
	var runes []rune
	escaped := false
	for _, r := range term {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
			continue
		case r == '*':
			r = anyRun
		case r == '?':
			r = anyOne
		}
		runes = append(runes, r)
	}
	return pattern{runes: runes}
}

// match compares all of s. It goes back to the last run only, so it takes len(s)*len(p.runes) steps at
// most.
func (p pattern) match(s string) bool {
	if p.runes == nil {
		return s == p.literal
	}
	at, run, resume := 0, -1, 0 // in runes, in runes, in s
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case at < len(p.runes) && p.runes[at] == anyRun:
			run, resume = at, i
			at++
		case at < len(p.runes) && (p.runes[at] == anyOne || p.runes[at] == r):
			at++
			i += size
		case run >= 0:
			_, size = utf8.DecodeRuneInString(s[resume:])
			resume += size
			at, i = run+1, resume
		default:
			return false
		}
	}
	for at < len(p.runes) && p.runes[at] == anyRun {
		at++
	}
	return at == len(p.runes)
}
