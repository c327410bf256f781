package scenarios

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

const (
	maxIDs        = 1_000_000
	maxLines      = 100
	maxLineLength = 1000
	maxRules      = 50
	maxListed     = 1000
	maxStale      = 100
	maxCut        = 1 << 30
)

var (
	inputKeys = []string{"ids", "lines"}
	tokenKeys = []string{"life"}
	linkKeys  = []string{"stale", "missing", "cut"}
	ruleKeys  = []string{"first", "every", "ids"}

	recordWords = []string{
		string(Known), string(Unknown), string(TooLong), string(Unconvertible), string(TwoSources), string(Invalid), string(Duplicate),
	}
)

// effects reads what happens around the course of the job.
func (r *reader) effects(s *Scenario, keys plainyaml.Entries) (err error) {
	if n := keys["input"]; n != nil {
		if s.Input, err = r.input(n); err != nil {
			return err
		}
	}
	if n := keys["records"]; n != nil {
		if s.Records, err = r.records(n); err != nil {
			return err
		}
	}
	if n := keys["slice-size"]; n != nil {
		if s.SliceSize, err = r.Number(n, "slice-size", maxIDs); err != nil {
			return err
		}
	}
	if n := keys["expire-every"]; n != nil {
		if s.ExpireEvery, err = r.atLeastSecond(n, "expire-every"); err != nil {
			return err
		}
	}
	if n := keys["token"]; n != nil {
		if s.Token, err = r.token(n); err != nil {
			return err
		}
	}
	if n := keys["link"]; n != nil {
		s.Link, err = r.link(n)
	}
	return err
}

// atLeastSecond reads a duration of what servers count in seconds.
func (r *reader) atLeastSecond(n *yaml.Node, what string) (time.Duration, error) {
	d, err := r.duration(n, what)
	if err == nil && d < time.Second {
		err = r.fail(n, "give a second at least", "%s %s is too short", what, d)
	}
	return d, err
}

func (r *reader) input(n *yaml.Node) (Input, error) {
	in := Input{IDs: defaultIDs}
	keys, err := r.Mapping(n, "input", inputKeys)
	if err != nil {
		return in, err
	}
	if len(keys) == 0 {
		return in, r.fail(n, "give the number of ids, or lines", "input is empty")
	}
	if keys["ids"] != nil {
		if in.IDs, err = r.NumberFrom(keys["ids"], "ids", 0, maxIDs); err != nil {
			return in, err
		}
	}
	if keys["lines"] == nil {
		return in, nil
	}
	items, err := r.Sequence(keys["lines"], "lines")
	if err != nil {
		return in, err
	}
	if len(items) > maxLines {
		return in, r.fail(items[maxLines], "a story is told by few", "there are more than %d lines", maxLines)
	}
	for _, item := range items {
		// A line may be empty: that is one of the things that lists have.
		if item.Kind != yaml.ScalarNode || item.Tag == "!!null" || strings.ContainsAny(item.Value, "\r\n") || len(item.Value) > maxLineLength {
			return in, r.fail(item, "give one line of text, in quotes if it is empty", "lines has an item that is no line")
		}
		in.Lines = append(in.Lines, item.Value)
	}
	return in, nil
}

// records reads one word for all lines, or rules.
func (r *reader) records(n *yaml.Node) ([]RecordRule, error) {
	if n.Kind == yaml.ScalarNode {
		word, err := r.Word(n, "records", recordWords)
		return []RecordRule{{Answer: RecordAnswer(word), Lines: LineRule{All: true}}}, err
	}
	items, err := r.Sequence(n, "records")
	if err != nil {
		return nil, err
	}
	if len(items) > maxRules {
		return nil, r.fail(items[maxRules], "put ids of one kind into one rule", "there are more than %d rules", maxRules)
	}
	rules := make([]RecordRule, 0, len(items))
	for _, item := range items {
		keys, err := r.Mapping(item, "a rule", recordWords)
		if err != nil {
			return nil, err
		}
		if len(keys) != 1 {
			return nil, r.fail(item, "begin each with one of "+plainyaml.List(recordWords, "or"), "a rule says one thing of its lines, not %d", len(keys))
		}
		for word, chosen := range keys {
			lines, err := r.lines(chosen, word)
			if err != nil {
				return nil, err
			}
			rules = append(rules, RecordRule{Answer: RecordAnswer(word), Lines: lines})
		}
	}
	return rules, nil
}

// lines reads which lines a rule is about.
func (r *reader) lines(n *yaml.Node, what string) (rule LineRule, err error) {
	if n.Kind == yaml.ScalarNode {
		_, err := r.Word(n, what, []string{"all"})
		return LineRule{All: true}, err
	}
	keys, err := r.Mapping(n, what, ruleKeys)
	if err != nil {
		return rule, err
	}
	if len(keys) != 1 {
		return rule, r.fail(n, "write all, {first: 3}, {every: 8} or {ids: […]}", "%s chooses its lines in one way, not in %d", what, len(keys))
	}
	switch {
	case keys["first"] != nil:
		rule.First, err = r.Number(keys["first"], "first", maxIDs)
	case keys["every"] != nil:
		rule.Every, err = r.Number(keys["every"], "every", maxIDs)
	default:
		rule.IDs, err = r.ids(keys["ids"])
	}
	return rule, err
}

func (r *reader) ids(n *yaml.Node) ([]uuid.UUID, error) {
	items, err := r.Sequence(n, "ids")
	if err != nil {
		return nil, err
	}
	if len(items) > maxListed {
		return nil, r.fail(items[maxListed], "choose them by first or every", "there are more than %d ids", maxListed)
	}
	ids := make([]uuid.UUID, 0, len(items))
	for _, item := range items {
		text, err := r.Scalar(item, "an item of ids")
		if err != nil {
			return nil, err
		}
		id, err := uuid.Parse(text)
		if err != nil || len(text) != 36 {
			return nil, r.fail(item, "write it as 0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11", "%s is no UUID", plainyaml.Quote(text))
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (r *reader) token(n *yaml.Node) (Token, error) {
	keys, err := r.Mapping(n, "token", tokenKeys)
	if err != nil {
		return Token{}, err
	}
	if err := r.Need(n, keys, "life", "say how long a token is good for, as {life: 25m}"); err != nil {
		return Token{}, err
	}
	life, err := r.atLeastSecond(keys["life"], "life")
	return Token{Life: life}, err
}

func (r *reader) link(n *yaml.Node) (l Link, err error) {
	keys, err := r.Mapping(n, "link", linkKeys)
	if err != nil {
		return l, err
	}
	switch {
	case len(keys) == 0:
		return l, r.fail(n, "say "+plainyaml.List(linkKeys, "or"), "link is empty")
	case keys["missing"] != nil && keys["cut"] != nil:
		return l, r.fail(keys["cut"], "delete one of them", "a file that is missing cannot be cut")
	}
	if keys["stale"] != nil {
		if l.Stale, err = r.Number(keys["stale"], "stale", maxStale); err != nil {
			return l, err
		}
	}
	if keys["cut"] != nil {
		if l.Cut, err = r.Number(keys["cut"], "cut", maxCut); err != nil {
			return l, err
		}
	}
	if keys["missing"] != nil {
		word, err := r.Word(keys["missing"], "missing", []string{"true", "false"})
		if err != nil {
			return l, err
		}
		l.Missing = word == "true"
	}
	return l, nil
}
