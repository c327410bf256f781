package plainyaml

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fauxkapi/fauxkapi/internal/prose"
)

// maxQuoted is the number of characters of a value that an error repeats.
const maxQuoted = 40

// Quote shows a value from a file or a flag on one line, cut when it is long.
func Quote(s string) string { return fmt.Sprintf("%q", prose.Cut(s, maxQuoted)) }

// List joins words as a sentence does: a, b and c.
func List(words []string, conjunction string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + conjunction + " " + words[last]
}

// Suggest is the hint for an unknown word: the known one that it is a slip of,
// else all of them.
func Suggest(word string, known []string) string {
	if near, ok := Nearest(word, known); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "say " + List(known, "or")
}

// Nearest finds the known word that differs least from word, in no more than
// one letter and a quarter of the others; letter case does not count.
func Nearest(word string, known []string) (string, bool) {
	if len(known) == 0 || len(word) > maxQuoted {
		return "", false
	}
	distanceTo := func(k string) int { return distance(strings.ToLower(word), strings.ToLower(k)) }
	best := slices.MinFunc(known, func(a, b string) int { return distanceTo(a) - distanceTo(b) })
	return best, distanceTo(best) <= 1+utf8.RuneCountInString(word)/4
}

// distance is the number of letters to insert, delete or replace to turn a into
// b (Levenshtein).
func distance(a, b string) int {
	to := []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, from := range []rune(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j, r := range to {
			replace := diagonal
			if from != r {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, diagonal+1)
		}
	}
	return row[len(to)]
}
