package alter

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

const (
	// store is where the object store lies that download links lead to: the bucket of mod-data-export, first in the path.
	store = "/folio-data-export/"
	rest  = "..."
	link  = "LINK"
)

var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "*"}

// pattern is a method and the template of a path.
type pattern struct {
	method   string
	link     bool
	segments []string
}

// fits returns the segments that the template leaves open, by name.
func (p pattern) fits(r *http.Request) (open map[string]string, ok bool) {
	isLink := strings.HasPrefix(r.URL.Path, store)
	switch {
	case p.method != "*" && p.method != r.Method, p.link != isLink:
		return nil, false
	case p.link:
		return nil, true
	}
	return p.open(strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/"))
}

func (p pattern) open(path []string) (open map[string]string, ok bool) {
	open = map[string]string{}
	for i, segment := range p.segments {
		switch {
		case segment == rest:
			return open, true
		case i == len(path):
			return nil, false
		case isOpen(segment):
			open[segment] = path[i]
		case segment != path[i]:
			return nil, false
		}
	}
	return open, len(path) == len(p.segments)
}

func isOpen(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}") && len(segment) > 2
}

// condition is what an exchange is like.
type condition struct {
	given         bool
	query, header map[string]*regexp.Regexp
	sent, body    []test
	status        int
}

// test looks at the values at a pointer.
type test struct {
	at    pointer
	match *regexp.Regexp
}

// ofAnswer tells whether the answer must be known.
func (c condition) ofAnswer() bool { return c.status != 0 || len(c.body) > 0 }

// asked tells whether a request is like that.
func (c condition) asked(r *http.Request, sent []byte) bool {
	query := r.URL.Query()
	for name, match := range c.query {
		if !slices.ContainsFunc(query[name], match.MatchString) {
			return false
		}
	}
	for name, match := range c.header {
		if !slices.ContainsFunc(r.Header.Values(name), match.MatchString) {
			return false
		}
	}
	return hold(c.sent, sent)
}

// answered tells whether an answer is like that.
func (c condition) answered(a *answer) bool {
	return (c.status == 0 || c.status == a.status) && hold(c.body, a.body)
}

func hold(tests []test, body []byte) bool {
	if len(tests) == 0 {
		return true
	}
	root, ok := parseJSON(body)
	return ok && !slices.ContainsFunc(tests, func(t test) bool { return !t.holds(root) })
}

// holds tells whether one of the values at the pointer fits.
func (t test) holds(root *node) bool {
	for _, p := range root.places(t.at) {
		if v := p.value(); v != nil && t.match.MatchString(v.text()) {
			return true
		}
	}
	return false
}

// mayAlter tells whether an exchange is altered as far as its request goes.
func (e *exchange) mayAlter(r *http.Request, sent []byte) bool {
	if !e.where.asked(r, sent) {
		return false
	}
	return !e.unless.given || e.unless.ofAnswer() || !e.unless.asked(r, sent)
}

// alters tells whether an exchange is altered whose request may be.
func (e *exchange) alters(r *http.Request, sent []byte, a *answer) bool {
	if !e.where.answered(a) {
		return false
	}
	return !e.unless.ofAnswer() || !e.unless.asked(r, sent) || !e.unless.answered(a)
}

// needsAnswer tells whether only the answer shows if the exchange is altered.
func (e *exchange) needsAnswer() bool { return e.where.ofAnswer() || e.unless.ofAnswer() }
