package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// nameFormat is what a parameter or a label can be called.
var nameFormat = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

const nameHint = "use lower-case letters, digits and hyphens, a letter first, 40 at most"

// reader reads the nodes of one file. The text of a scalar is taken as it
// stands, whether quoted or not: 5, "5" and a parameter whose value is 5 are
// the same number.
type reader struct {
	file    string
	lib     library
	extends *yaml.Node            // the key's value, if the scenario has it
	origin  map[*yaml.Node]string // the file of what was inherited
	from    map[*yaml.Node]string // the parameter that a scalar's text came from
	set     map[string]string     // the values of parameters that are not the file's own
}

func newReader(lib library) *reader {
	return &reader{file: lib.now().file, lib: lib, origin: map[*yaml.Node]string{}}
}

// fail is the error about a node.
func (r *reader) fail(n *yaml.Node, hint, format string, args ...any) error {
	e := &Error{File: r.fileOf(n), Line: n.Line, Column: n.Column, Hint: hint}
	if parameter, ok := r.from[n]; ok {
		format += " (parameter %s)"
		args = append(args, parameter)
		if _, set := r.set[parameter]; set {
			e.Parameter = parameter
		}
	}
	e.Message = fmt.Sprintf(format, args...)
	return e
}

func (r *reader) failAt(line, column int, hint, format string, args ...any) error {
	return &Error{File: r.file, Line: line, Column: column, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// ours is the place of an error about a node in the file that is read: that of
// extends when the node was inherited, for whoever extends can mend it there.
func (r *reader) ours(n *yaml.Node) *yaml.Node {
	if _, inherited := r.origin[n]; inherited {
		return r.extends
	}
	return n
}

// entries are the values of a mapping by key.
type entries map[string]*yaml.Node

// mapping reads a mapping with some of the known keys; what names it in errors.
func (r *reader) mapping(n *yaml.Node, what string, known []string) (entries, error) {
	if n.Kind != yaml.MappingNode {
		return nil, r.fail(n, "its keys are "+list(known, "and"), "%s is a %s, not a mapping", what, kindName(n))
	}
	found := make(entries, len(known))
	for pair := range slices.Chunk(n.Content, 2) {
		key, value := pair[0], pair[1]
		if !slices.Contains(known, key.Value) {
			return nil, r.fail(key, suggest(key.Value, known), "unknown key %s", quote(key.Value))
		}
		found[key.Value] = value
	}
	return found, nil
}

// need is the error about a key that a mapping lacks, nil when it has it.
func (r *reader) need(n *yaml.Node, found entries, key, hint string) error {
	if found[key] == nil {
		return r.fail(n, hint, "%s is missing", key)
	}
	return nil
}

// sequence reads a list with at least one item.
func (r *reader) sequence(n *yaml.Node, what string) ([]*yaml.Node, error) {
	switch {
	case n.Kind != yaml.SequenceNode:
		return nil, r.fail(n, `write each item on a line of its own, behind "- "`, "%s is a %s, not a list", what, kindName(n))
	case len(n.Content) == 0:
		return nil, r.fail(n, "give at least one item", "%s is empty", what)
	}
	return n.Content, nil
}

// scalar reads a single value that is not empty.
func (r *reader) scalar(n *yaml.Node, what string) (string, error) {
	switch {
	case n.Kind != yaml.ScalarNode:
		return "", r.fail(n, "give one value", "%s is a %s, not a single value", what, kindName(n))
	case n.Tag == "!!null", strings.TrimSpace(n.Value) == "":
		return "", r.fail(n, "give it a value or delete the line", "%s is empty", what)
	}
	return n.Value, nil
}

// word reads a single value that is one of the known words.
func (r *reader) word(n *yaml.Node, what string, known []string) (string, error) {
	s, err := r.scalar(n, what)
	if err != nil {
		return "", err
	}
	if !slices.Contains(known, s) {
		return "", r.fail(n, suggest(s, known), "%s cannot be %s", what, quote(s))
	}
	return s, nil
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "mapping"
	case yaml.SequenceNode:
		return "list"
	default:
		return "single value"
	}
}
