package alter

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

// editKeys are the keys beside the verb, by verb: those that are needed, of which one is enough where there is a value, and
// those that may be.
var editKeys = map[verb]struct{ value, needs, may []string }{
	set:      {value: []string{"to", "from"}},
	preset:   {value: []string{"to", "from"}},
	remove:   {},
	add:      {value: []string{"item", "from"}, may: []string{"first"}},
	plus:     {needs: []string{"of"}},
	replace:  {needs: []string{"match", "with"}},
	asText:   {},
	asNumber: {},
}

var (
	pointerFormat = regexp.MustCompile(`^(/([^/~]|~[01])+)+$`)
	marcField     = regexp.MustCompile(`^[0-9A-Za-z]{3}$`)
	marcPlace     = regexp.MustCompile(`^(00[0-9A-Za-z]|[0-9A-Za-z]{3}[!-~])$`)

	unescape = strings.NewReplacer("~1", "/", "~0", "~")
)

// pointer reads a JSON pointer that is not empty.
func (r *reader) pointer(n *yaml.Node, what string) (pointer, error) {
	s, err := r.formed(n, what, pointerFormat, "write a JSON pointer, as /progress/exported")
	if err != nil {
		return nil, err
	}
	var at pointer
	for token := range strings.SplitSeq(s[1:], "/") {
		at = append(at, unescape.Replace(token))
	}
	return at, nil
}

// pointerOrWhole reads a JSON pointer, which may be "", the whole.
func (r *reader) pointerOrWhole(n *yaml.Node, what string) (pointer, error) {
	if n.Kind == yaml.ScalarNode && n.Value == "" && n.Tag != "!!null" {
		return nil, nil
	}
	return r.pointer(n, what)
}

func (r *reader) edits(n *yaml.Node) ([]edit, error) {
	items, err := r.items(n, "json")
	if err != nil {
		return nil, err
	}
	return plainyaml.Each(items, r.edit)
}

// verb reads which one of the verbs a mapping has.
func (r *reader) verb(n *yaml.Node, what string, known []string, others ...string) (string, plainyaml.Entries, error) {
	keys, err := r.Mapping(n, what, slices.Concat(known, others))
	if err != nil {
		return "", nil, err
	}
	var found []string
	for _, v := range known {
		if keys[v] != nil {
			found = append(found, v)
		}
	}
	if len(found) != 1 {
		return "", nil, r.fail(n, "say one of "+plainyaml.List(known, "or"), "%s with %d verbs", what, len(found))
	}
	return found[0], keys, nil
}

func (r *reader) edit(n *yaml.Node) (e edit, err error) {
	word, keys, err := r.verb(n, "an edit", verbs, "to", "item", "from", "first", "of", "match", "with")
	if err != nil {
		return e, err
	}
	e.verb = verb(word)
	at := r.pointer
	if e.verb == add {
		at = r.pointerOrWhole
	}
	if e.at, err = at(keys[word], word); err != nil {
		return e, err
	}
	if err := r.belongs(n, keys, word); err != nil {
		return e, err
	}
	switch e.verb {
	case set, preset, add:
		return e, r.given(&e, keys)
	case plus:
		e.of, err = r.difference(keys["of"])
	case replace:
		e.substitution, err = r.substitution(n, "an edit", append([]string{word}, textKeys...))
	}
	return e, err
}

// belongs tells whether the keys beside a verb are the verb's, and all that it needs.
func (r *reader) belongs(n *yaml.Node, keys plainyaml.Entries, word string) error {
	own := editKeys[verb(word)]
	for pair := range slices.Chunk(n.Content, 2) {
		if key := pair[0].Value; key != word && !slices.Contains(slices.Concat(own.value, own.needs, own.may), key) {
			return r.fail(pair[0], "delete it", "%s does not belong to %s", key, word)
		}
	}
	for _, key := range own.needs {
		if keys[key] == nil {
			return r.fail(n, "say "+key, "%s without %s", word, key)
		}
	}
	values := 0
	for _, key := range own.value {
		if keys[key] != nil {
			values++
		}
	}
	if len(own.value) > 0 && values != 1 {
		return r.fail(n, "say one of "+plainyaml.List(own.value, "or"), "%s with %d values", word, values)
	}
	return nil
}

// given reads the value of an edit, or where it stands.
func (r *reader) given(e *edit, keys plainyaml.Entries) (err error) {
	if e.first, err = r.flag(keys["first"], "first"); err != nil {
		return err
	}
	if n := keys["from"]; n != nil {
		if e.from, err = r.pointer(n, "from"); err != nil {
			return err
		}
		if e.from.stars() > e.at.stars() {
			return r.fail(n, "each * of it is one of the place that is changed", "from has more * than that")
		}
		return nil
	}
	n := keys["to"]
	if n == nil {
		n = keys["item"]
	}
	e.value, err = r.value(n)
	return err
}

// value reads any YAML value as the JSON that it means.
func (r *reader) value(n *yaml.Node) (*node, error) {
	switch n.Kind {
	case yaml.SequenceNode:
		list := &node{kind: '['}
		for _, child := range n.Content {
			item, err := r.value(child)
			if err != nil {
				return nil, err
			}
			list.parts = append(list.parts, part{value: item})
		}
		return list, nil
	case yaml.MappingNode:
		object := &node{kind: '{'}
		for pair := range slices.Chunk(n.Content, 2) {
			member, err := r.value(pair[1])
			if err != nil {
				return nil, err
			}
			object.parts = append(object.parts, part{pair[0].Value, quoteJSON(pair[0].Value), member})
		}
		return object, nil
	}
	return r.single(n)
}

func (r *reader) single(n *yaml.Node) (*node, error) {
	switch n.ShortTag() {
	case "!!null":
		return &node{raw: "null"}, nil
	case "!!bool":
		return &node{raw: strings.ToLower(n.Value)}, nil
	case "!!int", "!!float":
		if !anyNumber.MatchString(n.Value) {
			return nil, r.fail(n, "write it as JSON would, or in quotes", "%s is no number that JSON has", plainyaml.Quote(n.Value))
		}
		return &node{raw: n.Value}, nil
	}
	return textNode(n.Value), nil
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

func (r *reader) marcEdits(n *yaml.Node) ([]marcEdit, error) {
	items, err := r.items(n, "marc")
	if err != nil {
		return nil, err
	}
	return plainyaml.Each(items, r.marcEdit)
}

func (r *reader) marcEdit(n *yaml.Node) (e marcEdit, err error) {
	word, keys, err := r.verb(n, "an edit of MARC", marcVerbs, "to", "record")
	if err != nil {
		return e, err
	}
	e.verb = word
	switch {
	case keys["to"] != nil && word != marcSet:
		return e, r.fail(keys["to"], "delete it", "to does not belong to %s", word)
	case keys["to"] == nil && word == marcSet:
		return e, r.fail(n, "say the text", "set without to")
	case keys["record"] != nil && !slices.Contains([]string{marcSet, marcRemove, marcDamage}, word):
		return e, r.fail(keys["record"], "delete it", "record does not belong to %s", word)
	}
	if keys["record"] != nil {
		if e.record, err = r.Number(keys["record"], "record", maxCount); err != nil {
			return e, err
		}
	}
	value := keys[word]
	switch word {
	case marcDrop, marcRepeat:
		e.record, err = r.Number(value, word, maxCount)
	case marcOrder:
		_, err = r.Word(value, word, []string{reverse})
	case marcDamage:
		e.damage, err = r.Word(value, word, damages)
	case marcRemove:
		e.tag, err = r.formed(value, word, marcField, `name a field, as "999"`)
	default:
		var at string
		if at, err = r.formed(value, word, marcPlace, "name a subfield, as 999i, or a control field, as 001"); err != nil {
			return e, err
		}
		if e.tag = at[:3]; len(at) > 3 {
			e.code = at[3]
		}
		if word == marcSet {
			e.text, err = r.text(keys["to"], "to")
		}
	}
	return e, err
}
