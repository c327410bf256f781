package cql

import (
	"slices"
	"strings"
	"unicode"
)

// wordSearch looks for words in texts. A word is a run of letters and digits, without case and accents,
// as in PostgreSQL's configuration `simple`, which therefore sees three words in COMPLETED_WITH_ERRORS.
// That a host name, a path or a decimal is one word there is left out.
type wordSearch struct {
	relation string // = all any adj
	words    []searchWord
}

// searchWord stands for a word, or for all that begin so.
type searchWord struct {
	text   string
	prefix bool
}

func (w searchWord) match(word string) bool {
	return word == w.text || w.prefix && strings.HasPrefix(word, w.text)
}

// newWordSearch splits a term into words. A * behind a word makes it a beginning; alone it is nothing.
// That RMB refuses any other wildcard and the anchor ^ in a word search is assumption A39.
func newWordSearch(relation, term string) (wordSearch, error) {
	var (
		words     []searchWord
		current   []rune
		escaped   bool
		afterStar bool
	)
	finish := func(prefix bool) {
		if len(current) > 0 {
			words = append(words, searchWord{string(current), prefix})
			current = current[:0]
		}
	}
	for _, r := range fold(term) {
		star := r == '*' && !escaped
		switch {
		case r == '\\' && !escaped:
			escaped = true
			continue
		case (r == '?' || r == '^') && !escaped:
			return wordSearch{}, unsupported("%c in a word search", r)
		case star:
			finish(true)
		case isSeparator(r):
			finish(false)
		case afterStar:
			return wordSearch{}, unsupported("* before the end of a word")
		default:
			current = append(current, r)
		}
		escaped, afterStar = false, star
	}
	finish(false)
	return wordSearch{relation, words}, nil
}

func isSeparator(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}

// match looks through texts as if they were one. A search without words finds nothing.
func (s wordSearch) match(texts ...string) bool {
	var found []string
	for _, text := range texts {
		found = append(found, strings.FieldsFunc(fold(text), isSeparator)...)
	}
	occurs := func(w searchWord) bool { return slices.ContainsFunc(found, w.match) }
	switch s.relation {
	case "any":
		return slices.ContainsFunc(s.words, occurs)
	case "all":
		return len(s.words) > 0 && !slices.ContainsFunc(s.words, func(w searchWord) bool { return !occurs(w) })
	}
	return len(s.words) > 0 && s.adjacent(found)
}

// adjacent reports whether the words stand side by side, in their order.
func (s wordSearch) adjacent(found []string) bool {
	for ; len(found) >= len(s.words); found = found[1:] {
		if slices.EqualFunc(s.words, found[:len(s.words)], searchWord.match) {
			return true
		}
	}
	return false
}
