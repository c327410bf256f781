package alter

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

var (
	exchangeKeys  = []string{"on", "where", "unless", "skip", "every", "times", "request", "answer", "trouble"}
	conditionKeys = []string{"query", "header", "sent", "status", "body"}

	segmentFormat = regexp.MustCompile(`^([A-Za-z0-9._~-]+|\{[A-Za-z]+\})$`)
)

func (r *reader) exchanges(n *yaml.Node) ([]exchange, error) {
	items, err := r.items(n, "exchanges")
	if err != nil {
		return nil, err
	}
	return plainyaml.Each(items, r.exchange)
}

func (r *reader) exchange(n *yaml.Node) (e exchange, err error) {
	keys, err := r.Mapping(n, "an exchange", exchangeKeys)
	if err != nil {
		return e, err
	}
	if err := r.Need(n, keys, "on", "say which, as GET /data-export/job-executions"); err != nil {
		return e, err
	}
	if e.on, err = r.pattern(keys["on"]); err != nil {
		return e, err
	}
	if e.where, err = r.condition(keys["where"], "where"); err != nil {
		return e, err
	}
	if e.unless, err = r.condition(keys["unless"], "unless"); err != nil {
		return e, err
	}
	e.every = 1
	for _, count := range []struct {
		name string
		to   *int
	}{{"skip", &e.skip}, {"every", &e.every}, {"times", &e.times}} {
		if keys[count.name] != nil {
			if *count.to, err = r.Number(keys[count.name], count.name, maxCount); err != nil {
				return e, err
			}
		}
	}
	return e, r.changes(n, keys, &e)
}

// changes reads what happens to an exchange.
func (r *reader) changes(n *yaml.Node, keys plainyaml.Entries, e *exchange) (err error) {
	switch {
	case keys["request"] == nil && keys["answer"] == nil && keys["trouble"] == nil:
		return r.fail(n, "say request, answer or trouble", "an exchange that is not altered")
	case keys["trouble"] != nil && (keys["request"] != nil || keys["answer"] != nil):
		return r.fail(keys["trouble"], "make them two exchanges", "a trouble keeps the server from the request, so neither request nor answer can be altered")
	case (keys["trouble"] != nil || keys["request"] != nil) && e.needsAnswer():
		return r.fail(n, "leave status and body out of where and unless, or alter the answer",
			"the request is altered before the server has answered")
	}
	if keys["trouble"] != nil {
		if e.trouble, err = r.Word(keys["trouble"], "trouble", troubles); err != nil {
			return err
		}
	}
	if keys["request"] != nil {
		if e.request, err = r.request(keys["request"], e.on); err != nil {
			return err
		}
	}
	if keys["answer"] != nil {
		e.answer, err = r.answer(keys["answer"])
	}
	return err
}

func (r *reader) pattern(n *yaml.Node) (p pattern, err error) {
	s, err := r.Scalar(n, "on")
	if err != nil {
		return p, err
	}
	method, path, _ := strings.Cut(s, " ")
	switch {
	case !slices.Contains(methods, method):
		return p, r.fail(n, "write it as GET /data-export/job-executions, or * for every method", "on begins with %s, which is no method", plainyaml.Quote(method))
	case path == link:
		return pattern{method: method, link: true}, nil
	}
	p.method = method
	p.segments, err = r.path(n, path, true)
	return p, err
}

// path reads the template of a path.
func (r *reader) path(n *yaml.Node, path string, mayHaveRest bool) ([]string, error) {
	const hint = "write it as /data-export/job-executions/{id}; LINK is a download link"
	inside, ok := strings.CutPrefix(path, "/")
	if !ok {
		return nil, r.fail(n, hint, "%s is no path", plainyaml.Quote(path))
	}
	segments := strings.Split(inside, "/")
	for i, s := range segments {
		isRest := s == rest && mayHaveRest && i == len(segments)-1
		if !isRest && (!segmentFormat.MatchString(s) || s == rest) {
			return nil, r.fail(n, hint, "%s cannot stand in a path", plainyaml.Quote(s))
		}
	}
	return segments, nil
}

// condition reads where or unless, if it is there.
func (r *reader) condition(n *yaml.Node, what string) (c condition, err error) {
	if n == nil {
		return c, nil
	}
	keys, err := r.some(n, what, conditionKeys)
	if err != nil {
		return c, err
	}
	if c.query, err = r.expressions(keys["query"], "query"); err != nil {
		return c, err
	}
	if c.header, err = r.expressions(keys["header"], "header"); err != nil {
		return c, err
	}
	if c.sent, err = r.tests(keys["sent"], "sent"); err != nil {
		return c, err
	}
	if c.body, err = r.tests(keys["body"], "body"); err != nil {
		return c, err
	}
	if keys["status"] != nil {
		c.status, err = r.NumberFrom(keys["status"], "status", 200, 599)
	}
	return c, err
}

func (r *reader) expressions(n *yaml.Node, what string) (map[string]*regexp.Regexp, error) {
	if n == nil {
		return nil, nil
	}
	found := map[string]*regexp.Regexp{}
	err := r.pairs(n, what, func(key, value *yaml.Node) (err error) {
		found[key.Value], err = r.expression(value, plainyaml.Quote(key.Value))
		return err
	})
	return found, err
}

func (r *reader) tests(n *yaml.Node, what string) (tests []test, err error) {
	if n == nil {
		return nil, nil
	}
	err = r.pairs(n, what, func(key, value *yaml.Node) error {
		at, err := r.pointerOrWhole(key, what)
		if err != nil {
			return err
		}
		match, err := r.expression(value, plainyaml.Quote(key.Value))
		tests = append(tests, test{at, match})
		return err
	})
	return tests, err
}
