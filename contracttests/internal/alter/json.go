package alter

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// node is a JSON value that keeps the order of members and the spelling of what is single.
type node struct {
	kind  byte   // '{', '[', or 0 for what is single
	raw   string // of what is single
	parts []part
}

// part is a member of an object, or an item of a list.
type part struct {
	name, raw string // of a member: as it reads, and as it is written
	value     *node
}

// parseJSON reads a body; ok is false if it is no JSON.
func parseJSON(body []byte) (root *node, ok bool) {
	if !json.Valid(body) { // which bounds the depth, too
		return nil, false
	}
	return nodeOf(gjson.ParseBytes(body)), true
}

func nodeOf(value gjson.Result) *node {
	switch {
	case value.IsObject():
		n := &node{kind: '{'}
		value.ForEach(func(name, member gjson.Result) bool {
			n.parts = append(n.parts, part{name.String(), name.Raw, nodeOf(member)})
			return true
		})
		return n
	case value.IsArray():
		n := &node{kind: '['}
		value.ForEach(func(_, item gjson.Result) bool {
			n.parts = append(n.parts, part{value: nodeOf(item)})
			return true
		})
		return n
	}
	return &node{raw: strings.TrimSpace(value.Raw)}
}

// textNode is a text.
func textNode(text string) *node { return &node{raw: quoteJSON(text)} }

// quoteJSON writes a text as JSON, without the escapes that only browsers need.
func quoteJSON(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a text can always be written
	return strings.TrimSuffix(b.String(), "\n")
}

// isText tells whether a value is a text.
func (n *node) isText() bool { return n.kind == 0 && strings.HasPrefix(n.raw, `"`) }

// text is a text as it reads, and all else as compact JSON.
func (n *node) text() string {
	if n.isText() {
		return gjson.Parse(n.raw).String()
	}
	return string(n.append(nil))
}

// append writes the value compactly.
func (n *node) append(out []byte) []byte {
	if n.kind == 0 {
		return append(out, n.raw...)
	}
	out = append(out, n.kind)
	for i, p := range n.parts {
		if i > 0 {
			out = append(out, ',')
		}
		if n.kind == '{' {
			out = append(append(out, p.raw...), ':')
		}
		out = p.value.append(out)
	}
	return append(out, n.kind+2) // the closing bracket
}

func (n *node) clone() *node {
	c := &node{kind: n.kind, raw: n.raw}
	for _, p := range n.parts {
		p.value = p.value.clone()
		c.parts = append(c.parts, p)
	}
	return c
}

// each visits the value and all below it.
func (n *node) each(visit func(*node)) {
	visit(n)
	for _, p := range n.parts {
		p.value.each(visit)
	}
}

// pointer is a JSON pointer (RFC 6901), in which * stands for every part. It has no tokens if it means the whole.
type pointer []string

func (p pointer) stars() (n int) {
	for _, token := range p {
		if token == "*" {
			n++
		}
	}
	return n
}

// filled is the pointer with its stars in place.
func (p pointer) filled(stars []string) pointer {
	filled := make(pointer, 0, len(p))
	for _, token := range p {
		if token == "*" {
			token, stars = stars[0], stars[1:]
		}
		filled = append(filled, token)
	}
	return filled
}

// place is where a value is, or could be.
type place struct {
	parent *node // nil: the whole
	whole  *node
	index  int // in the parent's parts; -1 if it is not there
	token  string
	stars  []string // what the stars of the pointer stand for
}

func (p place) value() *node {
	switch {
	case p.parent == nil:
		return p.whole
	case p.index < 0:
		return nil
	}
	return p.parent.parts[p.index].value
}

// put makes a value stand there.
func (p place) put(value *node) {
	switch {
	case p.parent == nil:
		*p.whole = *value
	case p.index >= 0:
		p.parent.parts[p.index].value = value
	default:
		p.parent.parts = append(p.parent.parts, part{p.token, quoteJSON(p.token), value})
	}
}

// places are the places that a pointer leads to, the last of which may be free.
func (n *node) places(at pointer) []place {
	if len(at) == 0 {
		return []place{{whole: n}}
	}
	return n.lead(nil, at, nil)
}

func (n *node) lead(found []place, at pointer, stars []string) []place {
	token, last := at[0], len(at) == 1
	if token == "*" {
		for i, p := range n.parts {
			name := p.name
			if n.kind == '[' {
				name = strconv.Itoa(i)
			}
			with := append(stars[:len(stars):len(stars)], name)
			if last {
				found = append(found, place{parent: n, index: i, token: name, stars: with})
				continue
			}
			found = p.value.lead(found, at[1:], with)
		}
		return found
	}
	index, possible := n.index(token)
	switch {
	case last && possible:
		return append(found, place{parent: n, index: index, token: token, stars: stars})
	case last || !possible || index < 0:
		return found
	}
	return n.parts[index].value.lead(found, at[1:], stars)
}

// index is where a part is, -1 if there is none but could be.
func (n *node) index(token string) (index int, possible bool) {
	switch n.kind {
	case '{':
		for i, p := range n.parts {
			if p.name == token {
				return i, true
			}
		}
		return -1, true
	case '[':
		i, err := strconv.ParseUint(token, 10, 31)
		switch {
		case err != nil || int(i) > len(n.parts):
			return 0, false
		case int(i) == len(n.parts):
			return -1, true
		}
		return int(i), true
	}
	return 0, false
}
