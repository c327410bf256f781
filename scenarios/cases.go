package scenarios

import (
	"path"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

const (
	maxCases  = maxFiles - 1
	maxNumber = 1_000_000
)

var caseKeys = []string{"number", "file", "profile", "story"}

// cases reads the stories that are told of some jobs of s instead.
func (r *reader) cases(n *yaml.Node, s *Scenario) ([]Case, error) {
	items, err := r.Sequence(n, "cases")
	if err != nil {
		return nil, err
	}
	if len(items) > maxCases {
		return nil, r.fail(items[maxCases], "tell some of them by another scenario", "there are more than %d cases", maxCases)
	}
	return plainyaml.Each(items, func(item *yaml.Node) (Case, error) { return r.oneCase(item, s) })
}

func (r *reader) oneCase(n *yaml.Node, s *Scenario) (c Case, err error) {
	keys, err := r.Mapping(n, "a case", caseKeys)
	if err != nil {
		return c, err
	}
	if err := r.Need(n, keys, "story", "name the scenario that is told"); err != nil {
		return c, err
	}
	if keys["number"] == nil && keys["file"] == nil && keys["profile"] == nil {
		return c, r.fail(n, "say which jobs, by number, file or profile", "a case that says of no job")
	}
	if keys["number"] != nil {
		if c.Number, err = r.Number(keys["number"], "number", maxNumber); err != nil {
			return c, err
		}
	}
	if keys["file"] != nil {
		if c.File, err = r.Scalar(keys["file"], "file"); err != nil {
			return c, err
		}
		if _, err := path.Match(c.File, ""); err != nil {
			return c, r.fail(keys["file"], `* stands for any text, as in "fail-*.csv"`, "file %s is no pattern", plainyaml.Quote(c.File))
		}
	}
	if keys["profile"] != nil {
		if c.Profile, err = r.Scalar(keys["profile"], "profile"); err != nil {
			return c, err
		}
	}
	data, lib, err := r.open(keys["story"], "story")
	if err != nil {
		return c, err
	}
	if c.Story, err = read(data, r.set, lib, true); err != nil {
		return c, err
	}
	const ours = "say the same in the scenario with the cases"
	switch told := c.Story; {
	case len(told.Cases) > 0:
		return c, r.fail(keys["story"], "name one without cases", "the story %s has cases of its own", plainyaml.Quote(told.Name))
	case told.Token != Token{} && told.Token != s.Token:
		return c, r.fail(keys["story"], ours, "the story %s has its own life of tokens, which all jobs share", plainyaml.Quote(told.Name))
	case told.ExpireEvery > 0 && told.ExpireEvery != s.ExpireEvery:
		return c, r.fail(keys["story"], ours, "the story %s has its own expire-every, which all jobs share", plainyaml.Quote(told.Name))
	}
	return c, nil
}

// For returns the story of a job: that of the first case that fits it, else the
// scenario itself. number counts the exports of a tenant from 1.
func (s *Scenario) For(number int, fileName, profileID, profileName string) *Scenario {
	for _, c := range s.Cases {
		fits, _ := path.Match(c.File, fileName) // the pattern was checked
		if (c.Number == 0 || c.Number == number) && (c.File == "" || fits) &&
			(c.Profile == "" || c.Profile == profileID || c.Profile == profileName) {
			return c.Story
		}
	}
	return s
}
