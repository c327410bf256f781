package scenarios

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
	"github.com/fauxkapi/fauxkapi/openapi/releases"
)

// The words of the format. schema.json has the same.
var (
	scenarioKeys = []string{
		"extends", "summary", "evidence", "labels", "releases", "parameters", "input", "records", "slice-size", "expire-every",
		"token", "link", "cases", "job", "answers", "expect",
	}
	parameterKeys = []string{"default", "help"}
	phaseKeys     = []string{"state", "progress", "in", "steps", "wait", "log", "values"}
)

// defaultIDs is the number of ids of a story that does not say: as many as the
// guide's query finds.
const defaultIDs = 25

// Parse reads a scenario; file names it in errors and gives it its name, and
// paths in it are relative to that. The values in set replace the defaults of
// the parameters they name. Each error is an [*Error] with its position.
func Parse(file string, data []byte, set map[string]string) (*Scenario, error) {
	return read(data, set, newLibrary(source{file: file}), false)
}

// read is Parse of what the library says; in a case, values are left alone that
// the story has no parameter for.
func read(data []byte, set map[string]string, lib library, inCase bool) (*Scenario, error) {
	r := newReader(lib)
	r.set = set
	root, err := r.document(data)
	if err != nil {
		return nil, err
	}
	if err := r.extend(root); err != nil {
		return nil, err
	}
	keys, err := r.Mapping(root, "a scenario", scenarioKeys)
	if err != nil {
		return nil, err
	}
	for _, required := range []struct{ key, hint string }{
		{"summary", "say in one sentence what happens"},
		{"evidence", "list the tickets, release notes or upstream files that show it"},
		{"job", "list what the job goes through"},
		{"expect", "say what a correct client ends with"},
	} {
		if err := r.Need(root, keys, required.key, required.hint); err != nil {
			return nil, err
		}
	}
	s := &Scenario{Name: storyName(r.file), Input: Input{IDs: defaultIDs}}
	declared, err := r.parameters(keys["parameters"])
	if err != nil {
		return nil, err
	}
	if s.Parameters, err = r.substitute(root, keys["parameters"], declared); err != nil {
		return nil, err
	}
	if err := r.head(s, keys); err != nil {
		return nil, err
	}
	if err := r.effects(s, keys); err != nil {
		return nil, err
	}
	if s.Job, err = r.job(keys["job"], s.exportable()); err != nil {
		return nil, err
	}
	if keys["cases"] != nil {
		if s.Cases, err = r.cases(keys["cases"], s); err != nil {
			return nil, err
		}
	}
	if !inCase {
		if err := r.allTaken(root, keys["parameters"], s); err != nil {
			return nil, err
		}
	}
	if keys["answers"] != nil {
		if s.Answers, err = r.answers(keys["answers"], s.Releases); err != nil {
			return nil, err
		}
	}
	if s.Expect, err = r.expect(keys["expect"], s); err != nil {
		return nil, err
	}
	return s, nil
}

// head reads what stands before the job's course.
func (r *reader) head(s *Scenario, keys plainyaml.Entries) (err error) {
	if s.Summary, err = r.summary(keys["summary"]); err != nil {
		return err
	}
	if s.Evidence, err = r.Texts(keys["evidence"], "evidence", nil); err != nil {
		return err
	}
	if n := keys["labels"]; n != nil {
		if s.Labels, err = r.Texts(n, "labels", r.label); err != nil {
			return err
		}
	}
	if n := keys["releases"]; n != nil {
		if s.Releases, err = r.Texts(n, "releases", r.release); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) summary(n *yaml.Node) (string, error) {
	s, err := r.Scalar(n, "summary")
	switch {
	case err != nil:
		return "", err
	case !strings.HasSuffix(s, "."), strings.ContainsAny(s, "\r\n"):
		return "", r.fail(n, "write one sentence, on one line, that ends with a full stop", "summary is not a sentence")
	}
	return s, nil
}

func (r *reader) label(n *yaml.Node, s string) error {
	if !nameFormat.MatchString(s) {
		return r.fail(n, nameHint, "%s cannot be a label", plainyaml.Quote(s))
	}
	return nil
}

func (r *reader) release(n *yaml.Node, s string) error {
	if names := releases.Names(); !slices.Contains(names, s) {
		return r.fail(n, plainyaml.Suggest(s, names), "unknown release %s", plainyaml.Quote(s))
	}
	return nil
}
