package alter

import (
	"net/http"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

var (
	requestKeys = []string{"path", "set-query", "drop-query", "set-header", "drop-header", "token", "body", "text", "json", "lost"}
	answerKeys  = []string{
		"stale", "status", "body", "text", "json", "lists", "members", "dates", "layout", "marc", "set-header", "drop-header",
		"http-dates", "cookies", "header-case", "gzip", "chunked", "cut",
	}
	textKeys = []string{"match", "with"}
)

func (r *reader) request(n *yaml.Node, on pattern) (c requestChange, err error) {
	keys, err := r.some(n, "request", requestKeys)
	if err != nil {
		return c, err
	}
	c.given = true
	if keys["lost"] != nil && len(keys) > 1 {
		return c, r.fail(keys["lost"], "delete the rest, or lost", "nobody sees how a request that is lost was altered")
	}
	if c.path, err = r.otherPath(keys["path"], on); err != nil {
		return c, err
	}
	for _, m := range []struct {
		name string
		to   *map[string]string
	}{{"set-query", &c.setQuery}, {"set-header", &c.setHead}} {
		if keys[m.name] != nil {
			if *m.to, err = r.named(keys[m.name], m.name); err != nil {
				return c, err
			}
		}
	}
	for _, l := range []struct {
		name string
		to   *[]string
	}{{"drop-query", &c.dropQuery}, {"drop-header", &c.dropHad}} {
		if keys[l.name] != nil {
			if *l.to, err = r.Texts(keys[l.name], l.name, nil); err != nil {
				return c, err
			}
		}
	}
	if c.body, c.texts, c.edits, err = r.bodyChanges(keys); err != nil {
		return c, err
	}
	if keys["token"] != nil {
		if _, err = r.Word(keys["token"], "token", []string{"borrowed"}); err != nil {
			return c, err
		}
		c.borrowed = true
	}
	c.lost, err = r.flag(keys["lost"], "lost")
	return c, err
}

// otherPath reads the path that the server sees.
func (r *reader) otherPath(n *yaml.Node, on pattern) (string, error) {
	if n == nil {
		return "", nil
	}
	s, err := r.Scalar(n, "path")
	if err != nil {
		return "", err
	}
	segments, err := r.path(n, s, false)
	if err != nil {
		return "", err
	}
	for _, segment := range segments {
		if isOpen(segment) && !slices.Contains(on.segments, segment) {
			return "", r.fail(n, "name one of them, or write the segment out", "%s is not in the path of on", segment)
		}
	}
	return s, nil
}

// flag reads a key that is true or not there.
func (r *reader) flag(n *yaml.Node, what string) (bool, error) {
	if n == nil {
		return false, nil
	}
	_, err := r.Word(n, what, []string{"true"})
	return err == nil, err
}

// bodyChanges reads what requests and answers have in common.
func (r *reader) bodyChanges(keys plainyaml.Entries) (body *string, texts []substitution, edits []edit, err error) {
	if keys["body"] != nil {
		text, err := r.text(keys["body"], "body")
		if err != nil {
			return nil, nil, nil, err
		}
		body = &text
	}
	if keys["text"] != nil {
		items, err := r.items(keys["text"], "text")
		if err != nil {
			return nil, nil, nil, err
		}
		for _, item := range items {
			s, err := r.substitution(item, "an item of text", textKeys)
			if err != nil {
				return nil, nil, nil, err
			}
			texts = append(texts, s)
		}
	}
	if keys["json"] != nil {
		edits, err = r.edits(keys["json"])
	}
	return body, texts, edits, err
}

// substitution reads match and with of a mapping with these keys.
func (r *reader) substitution(n *yaml.Node, what string, known []string) (s substitution, err error) {
	keys, err := r.Mapping(n, what, known)
	if err != nil {
		return s, err
	}
	for _, key := range textKeys {
		if err := r.Need(n, keys, key, "write {match: RE, with: TEXT}"); err != nil {
			return s, err
		}
	}
	if s.match, err = r.expression(keys["match"], "match"); err != nil {
		return s, err
	}
	s.with, err = r.text(keys["with"], "with")
	return s, err
}

func (r *reader) answer(n *yaml.Node) (c answerChange, err error) {
	keys, err := r.some(n, "answer", answerKeys)
	if err != nil {
		return c, err
	}
	if keys["status"] != nil {
		if c.status, err = r.NumberFrom(keys["status"], "status", 200, 599); err != nil {
			return c, err
		}
		if keys["body"] != nil && (c.status == http.StatusNoContent || c.status == http.StatusNotModified) {
			return c, r.fail(keys["body"], "delete one of them", "an answer with status %d has no body", c.status)
		}
	}
	if c.body, c.texts, c.edits, err = r.bodyChanges(keys); err != nil {
		return c, err
	}
	if keys["lists"] != nil {
		if c.lists, err = r.lists(keys["lists"]); err != nil {
			return c, err
		}
	}
	if keys["marc"] != nil {
		if c.marc, err = r.marcEdits(keys["marc"]); err != nil {
			return c, err
		}
	}
	if keys["set-header"] != nil {
		if c.setHead, err = r.named(keys["set-header"], "set-header"); err != nil {
			return c, err
		}
	}
	if keys["drop-header"] != nil {
		if c.dropHead, err = r.Texts(keys["drop-header"], "drop-header", nil); err != nil {
			return c, err
		}
	}
	return c, r.words(&c, keys)
}

// words reads what is said by one word.
func (r *reader) words(c *answerChange, keys plainyaml.Entries) (err error) {
	for _, w := range []struct {
		name  string
		to    *string
		known []string
	}{
		{"members", &c.members, []string{reverse, sorted, shuffled}},
		{"dates", &c.dates, dateWords},
		{"layout", &c.layout, layouts},
		{"http-dates", &c.httpDates, httpDateWords},
		{"cookies", &c.cookies, []string{reverse, "first", "open", "long-lived"}},
		{"header-case", &c.headerCase, []string{"lower", "upper"}},
	} {
		if keys[w.name] != nil {
			if *w.to, err = r.Word(keys[w.name], w.name, w.known); err != nil {
				return err
			}
		}
	}
	for _, f := range []struct {
		name string
		to   *bool
	}{{"stale", &c.stale}, {"gzip", &c.gzip}, {"chunked", &c.chunked}, {"cut", &c.cut}} {
		if *f.to, err = r.flag(keys[f.name], f.name); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) lists(n *yaml.Node) (orders []listOrder, err error) {
	err = r.pairs(n, "lists", func(key, value *yaml.Node) error {
		at, err := r.pointerOrWhole(key, "lists")
		if err != nil {
			return err
		}
		order, err := r.Word(value, "the order of a list", []string{reverse, shuffled})
		orders = append(orders, listOrder{at, order})
		return err
	})
	return orders, err
}
