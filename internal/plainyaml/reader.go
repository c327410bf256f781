package plainyaml

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Reader reads the nodes of a file. The text of a scalar is taken as it stands, whether quoted or not: 5 and "5" are the
// same number.
type Reader struct {
	// Fail makes the error about a node.
	Fail func(n *yaml.Node, hint, format string, args ...any) error
}

// Entries are the values of a mapping by key.
type Entries map[string]*yaml.Node

// Mapping reads a mapping with some of the known keys; what names it in errors.
func (r Reader) Mapping(n *yaml.Node, what string, known []string) (Entries, error) {
	if n.Kind != yaml.MappingNode {
		return nil, r.Fail(n, "its keys are "+List(known, "and"), "%s is a %s, not a mapping", what, KindName(n))
	}
	found := make(Entries, len(known))
	for pair := range slices.Chunk(n.Content, 2) {
		key, value := pair[0], pair[1]
		if !slices.Contains(known, key.Value) {
			return nil, r.Fail(key, Suggest(key.Value, known), "unknown key %s", Quote(key.Value))
		}
		found[key.Value] = value
	}
	return found, nil
}

// Need is the error about a key that a mapping lacks, nil when it has it.
func (r Reader) Need(n *yaml.Node, found Entries, key, hint string) error {
	if found[key] == nil {
		return r.Fail(n, hint, "%s is missing", key)
	}
	return nil
}

// Sequence reads a list with at least one item.
func (r Reader) Sequence(n *yaml.Node, what string) ([]*yaml.Node, error) {
	switch {
	case n.Kind != yaml.SequenceNode:
		return nil, r.Fail(n, `write each item on a line of its own, behind "- "`, "%s is a %s, not a list", what, KindName(n))
	case len(n.Content) == 0:
		return nil, r.Fail(n, "give at least one item", "%s is empty", what)
	}
	return n.Content, nil
}

// Each reads the items of a list, up to the first that cannot be read.
func Each[T any](items []*yaml.Node, read func(*yaml.Node) (T, error)) ([]T, error) {
	all := make([]T, 0, len(items))
	for _, item := range items {
		one, err := read(item)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// Scalar reads a single value that is not empty.
func (r Reader) Scalar(n *yaml.Node, what string) (string, error) {
	switch {
	case n.Kind != yaml.ScalarNode:
		return "", r.Fail(n, "give one value", "%s is a %s, not a single value", what, KindName(n))
	case n.Tag == "!!null", strings.TrimSpace(n.Value) == "":
		return "", r.Fail(n, "give it a value or delete the line", "%s is empty", what)
	}
	return n.Value, nil
}

// Word reads a single value that is one of the known words.
func (r Reader) Word(n *yaml.Node, what string, known []string) (string, error) {
	s, err := r.Scalar(n, what)
	if err != nil {
		return "", err
	}
	if !slices.Contains(known, s) {
		return "", r.Fail(n, Suggest(s, known), "%s cannot be %s", what, Quote(s))
	}
	return s, nil
}

// KindName says what a node is.
func KindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "mapping"
	case yaml.SequenceNode:
		return "list"
	default:
		return "single value"
	}
}

// Texts reads a list of single values, none of them twice; check may be nil.
func (r Reader) Texts(n *yaml.Node, what string, check func(*yaml.Node, string) error) ([]string, error) {
	items, err := r.Sequence(n, what)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(items))
	texts := make([]string, 0, len(items))
	for _, item := range items {
		text, err := r.Scalar(item, "an item of "+what)
		if err != nil {
			return nil, err
		}
		if seen[text] {
			return nil, r.Fail(item, "keep one of them", "%s has %s twice", what, Quote(text))
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

// Number reads a whole number from 1 to most.
func (r Reader) Number(n *yaml.Node, what string, most int) (int, error) {
	return r.NumberFrom(n, what, 1, most)
}

// NumberFrom reads a whole number.
func (r Reader) NumberFrom(n *yaml.Node, what string, least, most int) (int, error) {
	s, err := r.Scalar(n, what)
	if err != nil {
		return 0, err
	}
	i, err := strconv.Atoi(s)
	if err != nil || i < least || i > most {
		return 0, r.Fail(n, fmt.Sprintf("give a whole number from %d to %d", least, most), "%s %s is out of range", what, Quote(s))
	}
	return i, nil
}
