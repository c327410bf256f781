package scenarios

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
	"github.com/fauxkapi/fauxkapi/openapi/releases"
)

const (
	maxAnswers = 50
	maxEdits   = 50
	maxTimes   = 1_000_000
	maxText    = 10_000
)

var (
	answerKeys = []string{"operation", "each", "where", "skip", "times", "edits", "status", "text"}
	editKeys   = []string{"set", "to", "remove", "add", "of"}

	jsonNumber    = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	pointerFormat = regexp.MustCompile(`^(/([^/~]|~[01])+)+$`)
)

// operations are the operationIds of the contract in some releases, all if none
// is named.
func operations(names []string) []string {
	if len(names) == 0 {
		names = releases.Names()
	}
	var ids []string
	for _, name := range names {
		document, _ := releases.YAML(name) // the names were checked
		for line := range bytes.Lines(document) {
			if id, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("operationId: ")); ok {
				ids = append(ids, string(id))
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// answers reads the wrong answers of a story.
func (r *reader) answers(n *yaml.Node, inReleases []string) ([]Answer, error) {
	items, err := r.Sequence(n, "answers")
	if err != nil {
		return nil, err
	}
	if len(items) > maxAnswers {
		return nil, r.fail(items[maxAnswers], "tell them in several scenarios", "there are more than %d answers", maxAnswers)
	}
	known := operations(inReleases)
	return plainyaml.Each(items, func(item *yaml.Node) (Answer, error) { return r.answer(item, known) })
}

func (r *reader) answer(n *yaml.Node, known []string) (a Answer, err error) {
	keys, err := r.Mapping(n, "an answer", answerKeys)
	if err != nil {
		return a, err
	}
	if err := r.Need(n, keys, "operation", "name the operationId whose answer is wrong"); err != nil {
		return a, err
	}
	if a.Operation, err = r.Word(keys["operation"], "operation", known); err != nil {
		return a, err
	}
	whole := keys["status"] != nil || keys["text"] != nil
	switch {
	case whole && keys["edits"] != nil:
		return a, r.fail(keys["edits"], "make them two answers", "an answer is edited, or has another status and text")
	case !whole && keys["edits"] == nil:
		return a, r.fail(n, "list edits, or give another status or text", "an answer that changes nothing")
	}
	if keys["each"] != nil {
		if a.Each, err = r.pointer(keys["each"], "each"); err != nil {
			return a, err
		}
	}
	if keys["where"] != nil {
		if a.Where, err = r.where(keys["where"]); err != nil {
			return a, err
		}
	}
	if keys["skip"] != nil {
		if a.Skip, err = r.Number(keys["skip"], "skip", maxTimes); err != nil {
			return a, err
		}
	}
	if keys["times"] != nil {
		if a.Times, err = r.Number(keys["times"], "times", maxTimes); err != nil {
			return a, err
		}
	}
	if whole {
		return a, r.replaced(&a, keys)
	}
	a.Edits, err = r.edits(keys["edits"])
	return a, err
}

// replaced reads another status and text of the whole answer.
func (r *reader) replaced(a *Answer, keys plainyaml.Entries) (err error) {
	if keys["status"] != nil {
		if a.Status, err = r.NumberFrom(keys["status"], "status", 200, 599); err != nil {
			return err
		}
	}
	if keys["text"] != nil {
		n := keys["text"]
		switch {
		case n.Kind != yaml.ScalarNode, n.Tag == "!!null": // "" is an answer without a body
			return r.fail(n, "give one value, in quotes if it is empty", "text is no text")
		case len(n.Value) > maxText:
			return r.fail(n, "shorten it", "text is longer than %d bytes", maxText)
		case a.Status == 204, a.Status == 304:
			return r.fail(n, "delete one of them", "an answer with status %d has no body", a.Status)
		}
		a.Text = &n.Value
	}
	return nil
}

// where reads the members that a value must have.
func (r *reader) where(n *yaml.Node) (map[string]string, error) {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return nil, r.fail(n, "write {/status: FAIL}", "where names no member")
	}
	members := map[string]string{}
	for pair := range slices.Chunk(n.Content, 2) {
		at, err := r.pointer(pair[0], "where")
		if err != nil {
			return nil, err
		}
		if members[at], err = r.Scalar(pair[1], plainyaml.Quote(at)); err != nil {
			return nil, err
		}
	}
	return members, nil
}

// pointer reads a JSON pointer (RFC 6901) that is not empty. None of its parts is
// either: no answer has a member without a name.
func (r *reader) pointer(n *yaml.Node, what string) (string, error) {
	s, err := r.Scalar(n, what)
	switch {
	case err != nil:
		return "", err
	case s[0] == '/' && (strings.HasSuffix(s, "/") || strings.Contains(s, "//")):
		return "", r.fail(n, "put a name behind each /, as in /progress/exported", "%s %s has a part without a name", what, plainyaml.Quote(s))
	case !pointerFormat.MatchString(s):
		return "", r.fail(n, "write it as /progress/exported", "%s %s is no JSON pointer", what, plainyaml.Quote(s))
	case what != "each" && slices.Contains(strings.Split(s, "/"), "*"):
		return "", r.fail(n, "say /jobExecutions/* under each, and here what is below it", "* has no meaning in %s", what)
	}
	return s, nil
}

func (r *reader) edits(n *yaml.Node) ([]Edit, error) {
	items, err := r.Sequence(n, "edits")
	if err != nil {
		return nil, err
	}
	if len(items) > maxEdits {
		return nil, r.fail(items[maxEdits], "set a larger part at once", "there are more than %d edits", maxEdits)
	}
	return plainyaml.Each(items, r.edit)
}

// edit reads one verb with what belongs to it.
func (r *reader) edit(n *yaml.Node) (e Edit, err error) {
	keys, err := r.Mapping(n, "an edit", editKeys)
	if err != nil {
		return e, err
	}
	var verbs []string
	for _, verb := range []EditVerb{Set, Remove, Add} {
		if keys[string(verb)] != nil {
			e.Verb, verbs = verb, append(verbs, string(verb))
		}
	}
	if len(verbs) != 1 {
		return e, r.fail(n, "say one of set, remove or add", "an edit with %d verbs", len(verbs))
	}
	if e.At, err = r.pointer(keys[verbs[0]], verbs[0]); err != nil {
		return e, err
	}
	for _, with := range []struct {
		key, hint string
		verb      EditVerb
	}{
		{"to", `say the value, as "to: 26"`, Set},
		{"of", `say by how much, as "of: -5"`, Add},
	} {
		switch {
		case e.Verb != with.verb && keys[with.key] != nil:
			return e, r.fail(keys[with.key], "delete it", "%s belongs to %s, not to %s", with.key, with.verb, e.Verb)
		case e.Verb == with.verb && keys[with.key] == nil:
			return e, r.fail(n, with.hint, "%s without %s", with.verb, with.key)
		}
	}
	switch e.Verb {
	case Set:
		e.Value, err = r.value(keys["to"])
	case Add:
		e.Value, err = r.difference(keys["of"])
	}
	return e, err
}

// difference reads a whole number that is not zero.
func (r *reader) difference(n *yaml.Node) (int64, error) {
	s, err := r.Scalar(n, "of")
	if err != nil {
		return 0, err
	}
	i, err := strconv.ParseInt(s, 10, 32)
	if err != nil || i == 0 {
		return 0, r.fail(n, "give a whole number, such as 3 or -5", "of %s is out of range", plainyaml.Quote(s))
	}
	return i, nil
}

// value reads any YAML value as encoding/json would have it.
func (r *reader) value(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.SequenceNode:
		items := make([]any, 0, len(n.Content))
		for _, child := range n.Content {
			item, err := r.value(child)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		return items, nil
	case yaml.MappingNode:
		members := map[string]any{}
		for pair := range slices.Chunk(n.Content, 2) {
			member, err := r.value(pair[1])
			if err != nil {
				return nil, err
			}
			members[pair[0].Value] = member
		}
		return members, nil
	}
	return r.single(n)
}

// single reads a scalar by its YAML type. The value of a parameter has none: it
// is what JSON would take it for, else text.
func (r *reader) single(n *yaml.Node) (any, error) {
	tag := n.ShortTag()
	if _, parameter := r.from[n]; parameter {
		switch {
		case n.Value == "null":
			tag = "!!null"
		case n.Value == "true", n.Value == "false":
			tag = "!!bool"
		case jsonNumber.MatchString(n.Value):
			tag = "!!float"
		}
	}
	switch tag {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), nil
	case "!!int", "!!float":
		if i, err := strconv.ParseInt(n.Value, 10, 64); err == nil {
			return i, nil
		}
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil { // .inf, .nan, 0x1F, or too much
			return nil, r.fail(n, "write it as JSON would, or in quotes", "%s is no number that JSON has", plainyaml.Quote(n.Value))
		}
		return f, nil
	}
	return n.Value, nil
}
