package scenarios

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/openapi/releases"
)

// The words of the format. schema.json has the same.
var (
	scenarioKeys  = []string{"summary", "evidence", "labels", "releases", "parameters", "records", "job", "expect"}
	parameterKeys = []string{"default", "help"}
	phaseKeys     = []string{"state", "progress", "in", "steps", "wait"}
	expectKeys    = []string{"outcome", "file", "exports"}

	recordsWords = []string{string(Known), string(Unknown)}
	outcomeWords = []string{string(OutcomeSuccess), string(OutcomePartial), string(OutcomeFail), string(OutcomeTimeout)}
)

// defaultIDs is the number of ids of a story that does not say: as many as the
// guide's query finds.
const defaultIDs = 25

// maxExports bounds the exports that a client may be expected to start.
const maxExports = 10

// Parse reads a scenario; file names it in errors and gives it its name. The
// values in set replace the defaults of the parameters they name. Each error is
// an [*Error] with its position.
func Parse(file string, data []byte, set map[string]string) (*Scenario, error) {
	r := &reader{file: file}
	root, err := r.document(data)
	if err != nil {
		return nil, err
	}
	keys, err := r.mapping(root, "a scenario", scenarioKeys)
	if err != nil {
		return nil, err
	}
	for _, required := range []struct{ key, hint string }{
		{"summary", "say in one sentence what happens"},
		{"evidence", "list the tickets, release notes or upstream files that show it"},
		{"job", "list what the job goes through"},
		{"expect", "say what a correct client ends with"},
	} {
		if err := r.need(root, keys, required.key, required.hint); err != nil {
			return nil, err
		}
	}
	s := &Scenario{Name: storyName(file), Input: Input{IDs: defaultIDs}}
	if s.Parameters, err = r.parameters(root, keys["parameters"], set); err != nil {
		return nil, err
	}
	if err := r.substitute(root, keys["parameters"], s.Parameters); err != nil {
		return nil, err
	}
	if err := r.head(s, keys); err != nil {
		return nil, err
	}
	if s.Job, err = r.job(keys["job"]); err != nil {
		return nil, err
	}
	if s.Expect, err = r.expect(keys["expect"], s); err != nil {
		return nil, err
	}
	return s, nil
}

// head reads what stands before the job's course.
func (r *reader) head(s *Scenario, keys entries) (err error) {
	if s.Summary, err = r.summary(keys["summary"]); err != nil {
		return err
	}
	if s.Evidence, err = r.texts(keys["evidence"], "evidence", nil); err != nil {
		return err
	}
	if n := keys["labels"]; n != nil {
		if s.Labels, err = r.texts(n, "labels", r.label); err != nil {
			return err
		}
	}
	if n := keys["releases"]; n != nil {
		if s.Releases, err = r.texts(n, "releases", r.release); err != nil {
			return err
		}
	}
	if n := keys["records"]; n != nil {
		word, err := r.word(n, "records", recordsWords)
		if err != nil {
			return err
		}
		s.Records = []RecordRule{{Answer: RecordAnswer(word), Lines: LineRule{All: true}}}
	}
	return nil
}

func (r *reader) summary(n *yaml.Node) (string, error) {
	s, err := r.scalar(n, "summary")
	switch {
	case err != nil:
		return "", err
	case !strings.HasSuffix(s, "."), strings.ContainsAny(s, "\r\n"):
		return "", r.fail(n, "write one sentence, on one line, that ends with a full stop", "summary is not a sentence")
	}
	return s, nil
}

// texts reads a list of single values, none of them twice; check may be nil.
func (r *reader) texts(n *yaml.Node, what string, check func(*yaml.Node, string) error) ([]string, error) {
	items, err := r.sequence(n, what)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(items))
	texts := make([]string, 0, len(items))
	for _, item := range items {
		text, err := r.scalar(item, "an item of "+what)
		if err != nil {
			return nil, err
		}
		if seen[text] {
			return nil, r.fail(item, "keep one of them", "%s has %s twice", what, quote(text))
		}
		if check != nil {
			if err := check(item, text); err != nil {
				return nil, err
			}
		}
		seen[text] = true
		texts = append(texts, text)
	}
	return texts, nil
}

func (r *reader) label(n *yaml.Node, s string) error {
	if !nameFormat.MatchString(s) {
		return r.fail(n, nameHint, "%s cannot be a label", quote(s))
	}
	return nil
}

func (r *reader) release(n *yaml.Node, s string) error {
	if names := releases.Names(); !slices.Contains(names, s) {
		return r.fail(n, suggest(s, names), "unknown release %s", quote(s))
	}
	return nil
}

// expect reads what a client must end with, and compares it with the story.
func (r *reader) expect(n *yaml.Node, s *Scenario) (Expect, error) {
	keys, err := r.mapping(n, "expect", expectKeys)
	if err != nil {
		return Expect{}, err
	}
	for _, key := range expectKeys {
		if err := r.need(n, keys, key, "expect says "+list(expectKeys, "and")); err != nil {
			return Expect{}, err
		}
	}
	word, err := r.word(keys["outcome"], "outcome", outcomeWords)
	if err != nil {
		return Expect{}, err
	}
	e := Expect{Outcome: Outcome(word)}
	if story, possible := outcomes(s); !slices.Contains(possible, word) {
		return Expect{}, r.fail(keys["outcome"], "expect "+list(possible, "or"), "outcome is %s, but %s", word, story)
	}
	file, err := r.word(keys["file"], "file", []string{"true", "false"})
	if err != nil {
		return Expect{}, err
	}
	e.File = e.Outcome == OutcomeSuccess || e.Outcome == OutcomePartial
	if said := file == "true"; said != e.File {
		return Expect{}, r.fail(keys["file"], "turn one of them round", "file is %t, but outcome is %s", said, word)
	}
	e.Exports, err = r.number(keys["exports"], "exports", maxExports)
	return e, err
}

// outcomes are those that a story can have, and why.
func outcomes(s *Scenario) (story string, possible []string) {
	switch last := s.Job[len(s.Job)-1]; {
	case last == Never{}:
		return "the job never ends", []string{string(OutcomeTimeout)}
	case last != End{}:
		return "the job ends in FAIL", []string{string(OutcomeFail)}
	case slices.ContainsFunc(s.Records, func(r RecordRule) bool { return r.Answer == Unknown && r.Lines.All }):
		return "none of the records is found", []string{string(OutcomeFail)}
	default:
		return "the job ends as its input deserves", []string{string(OutcomeSuccess), string(OutcomePartial)}
	}
}
