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
	query, header map[string]*regexp.Regexp
	sent, body    []test
	status        int
}

// test looks at the values at a pointer, or at the whole as a text.
type test struct {
	at    pointer
	match *regexp.Regexp
}

// ofAnswer tells whether the answer must be known.
func (c condition) ofAnswer() bool { return c.status != 0 || len(c.body) > 0 }

// asked tells which of what is said of a request is the case: all of it, any of it.
func (c condition) asked(r *http.Request, sent []byte) (all, one bool) {
	all = true
	say := func(fits bool) { all, one = all && fits, one || fits }
	query := r.URL.Query()
	for name, match := range c.query {
		say(slices.ContainsFunc(query[name], match.MatchString))
	}
	for name, match := range c.header {
		say(slices.ContainsFunc(r.Header.Values(name), match.MatchString))
	}
	hold(c.sent, sent, say)
	return all, one
}

// answered is asked, of an answer.
func (c condition) answered(a *answer) (all, one bool) {
	all = true
	say := func(fits bool) { all, one = all && fits, one || fits }
	if c.status != 0 {
		say(c.status == a.status)
	}
	hold(c.body, a.body, say)
	return all, one
}

func hold(tests []test, body []byte, say func(bool)) {
	if len(tests) == 0 {
		return
	}
	root, ok := parseJSON(body)
	for _, t := range tests {
		whole := len(t.at) == 0 // which need not be JSON
		say(whole && t.match.Match(body) || !whole && ok && t.holds(root))
	}
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
	all, _ := e.where.asked(r, sent)
	_, one := e.unless.asked(r, sent)
	return all && !one
}

// alters tells whether an exchange is altered whose request may be.
func (e *exchange) alters(a *answer) bool {
	all, _ := e.where.answered(a)
	_, one := e.unless.answered(a)
	return all && !one
}

// needsAnswer tells whether only the answer shows if the exchange is altered.
func (e *exchange) needsAnswer() bool { return e.where.ofAnswer() || e.unless.ofAnswer() }
