package scenarios

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

// maxExports bounds the exports that a client may be expected to start.
const maxExports = 10

var (
	expectKeys   = []string{"outcome", "file", "exports"}
	outcomeWords = []string{string(OutcomeSuccess), string(OutcomePartial), string(OutcomeFail), string(OutcomeTimeout)}
)

// expect reads what a client must end with, and compares it with the story.
func (r *reader) expect(n *yaml.Node, s *Scenario) (Expect, error) {
	keys, err := r.Mapping(n, "expect", expectKeys)
	if err != nil {
		return Expect{}, err
	}
	for _, key := range expectKeys {
		if err := r.Need(n, keys, key, "expect says "+plainyaml.List(expectKeys, "and")); err != nil {
			return Expect{}, err
		}
	}
	word, err := r.Word(keys["outcome"], "outcome", outcomeWords)
	if err != nil {
		return Expect{}, err
	}
	e := Expect{Outcome: Outcome(word)}
	if story, possible := outcomes(s); !slices.Contains(possible, word) {
		return Expect{}, r.fail(r.ours(keys["outcome"]), "expect "+plainyaml.List(possible, "or"), "outcome is %s, but %s", word, story)
	}
	file, err := r.Word(keys["file"], "file", []string{"true", "false"})
	if err != nil {
		return Expect{}, err
	}
	e.File = e.Outcome == OutcomeSuccess || e.Outcome == OutcomePartial
	if said := file == "true"; said != e.File {
		return Expect{}, r.fail(keys["file"], "turn one of them round", "file is %t, but outcome is %s", said, word)
	}
	e.Exports, err = r.NumberFrom(keys["exports"], "exports", 0, maxExports)
	return e, err
}

// outcomes are those that a story can have, and why.
func outcomes(s *Scenario) (story string, possible []string) {
	const (
		success, partial = string(OutcomeSuccess), string(OutcomePartial)
		fail, timeout    = string(OutcomeFail), string(OutcomeTimeout)
	)
	last := s.Job[len(s.Job)-1]
	switch {
	case len(s.Answers) > 0 || len(s.Cases) > 0 || s.Link != Link{}:
		return "", outcomeWords
	case last == Never{} && s.ExpireEvery > 0:
		return "the job ends only by its expiry", []string{fail, timeout}
	case last == Never{}:
		return "the job never ends", []string{timeout}
	case last != End{}:
		return "the job ends in FAIL", []string{fail}
	case s.Input.IDs == 0 && len(s.Input.Lines) == 0:
		return "the list is empty", []string{fail}
	case s.leavesNothing():
		return "none of the records is exported", []string{fail}
	case s.Input.IDs == 0:
		return "the job ends as its lines deserve", []string{success, partial, fail}
	case s.ExpireEvery > 0:
		return "the job ends, or expires before it does", []string{success, partial, fail}
	}
	return "the job ends as its input deserves", []string{success, partial}
}

// leavesNothing tells whether the rules keep every record out of the file.
func (s *Scenario) leavesNothing() bool {
	for _, rule := range s.Records {
		switch rule.Answer {
		case Unknown, TooLong, Unconvertible, Invalid:
		default:
			return false
		}
		if lines := rule.Lines; lines.All || lines.Every == 1 || lines.First >= s.Input.IDs+len(s.Input.Lines) {
			return true
		}
	}
	return false
}

// exportable is the number of records that the story's own list can bring.
func (s *Scenario) exportable() int {
	records := s.Input.IDs + len(s.Input.Lines)
	for _, rule := range s.Records {
		if rule.Answer == TwoSources || rule.Answer == Duplicate {
			return 2 * records
		}
	}
	return records
}
