package alter

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxkapi/fauxkapi/internal/jsonlayout"
)

// apply changes a request and returns its body. token is what the server let in last.
func (c requestChange) apply(r *http.Request, body []byte, open map[string]string, token string) []byte {
	u := *r.URL
	if c.path != "" {
		u.Path, u.RawPath = "", ""
		for segment := range strings.SplitSeq(strings.TrimPrefix(c.path, "/"), "/") {
			if value, ok := open[segment]; ok {
				segment = value
			}
			u.Path += "/" + segment
		}
	}
	if len(c.setQuery)+len(c.dropQuery) > 0 {
		query := u.Query()
		for name, value := range c.setQuery {
			query.Set(name, value)
		}
		for _, name := range c.dropQuery {
			query.Del(name)
		}
		u.RawQuery = query.Encode()
	}
	r.URL, r.RequestURI = &u, u.RequestURI()
	changeHeader(r.Header, c.setHead, c.dropHad)
	if c.borrowed && token != "" {
		r.Header.Set("X-Okapi-Token", token)
	}
	if c.body != nil {
		body = []byte(*c.body)
	}
	for _, s := range c.texts {
		body = s.in(body)
	}
	if root, ok := parseJSON(body); ok && len(c.edits) > 0 {
		for _, e := range c.edits {
			e.apply(root, 0)
		}
		body = root.append(nil)
	}
	if r.Header.Get("Content-Length") != "" {
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return body
}

func changeHeader(h http.Header, set map[string]string, drop []string) {
	for _, name := range drop {
		h.Del(name)
	}
	for name, value := range set {
		h.Set(name, value)
	}
}

// apply changes an answer. seed decides what is shuffled.
func (c answerChange) apply(a *answer, r *http.Request, seed string) {
	if c.status != 0 {
		a.status = c.status
	}
	if c.body != nil {
		a.body = []byte(*c.body)
	}
	for _, s := range c.texts {
		a.body = s.in(a.body)
	}
	c.applyJSON(a, r.URL.Query(), seed)
	a.body = editMARC(a.body, c.marc)
	changeHeader(a.header, c.setHead, c.dropHead)
	if c.httpDates != "" {
		rewriteHTTPDates(a.header, c.httpDates)
	}
	switch cookies := a.header["Set-Cookie"]; {
	case c.cookies == reverse:
		reverseCookies(cookies)
	case c.cookies == "first" && len(cookies) > 1:
		a.header["Set-Cookie"] = cookies[:1]
	case c.cookies == "open":
		rewriteCookies(cookies, httpOnly, "")
	case c.cookies == "long-lived":
		rewriteCookies(cookies, maxAge, "; Max-Age=99999999")
	}
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		a.body = nil
		a.header.Del("Content-Type")
	}
	if c.headerCase != "" {
		a.headerCase = c.headerCase
	}
	a.gzip, a.chunked, a.cut = a.gzip || c.gzip, a.chunked || c.chunked, a.cut || c.cut
}

func (c answerChange) applyJSON(a *answer, query url.Values, seed string) {
	if len(c.edits)+len(c.lists) == 0 && c.members == "" && c.dates == "" && c.layout == "" {
		return
	}
	root, ok := parseJSON(a.body)
	if !ok {
		return
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		limit = 0
	}
	for _, e := range c.edits {
		e.apply(root, limit)
	}
	for _, l := range c.lists {
		l.apply(root, seed)
	}
	if c.members != "" {
		reorderMembers(root, c.members, seed)
	}
	if c.dates != "" {
		rewriteDates(root, c.dates)
	}
	a.body = laidOut(root.append(nil), c.layout, a.body)
}

// Layouts of JSON.
const (
	compact      = "compact"
	indented     = "indented"
	jackson      = "jackson"
	finalNewline = "final-newline"
)

var layouts = []string{compact, indented, jackson, finalNewline}

// laidOut lays compact JSON out; without a word, as it was before.
func laidOut(body []byte, layout string, before []byte) []byte {
	if layout == "" || layout == finalNewline {
		var packed bytes.Buffer
		if json.Compact(&packed, before) == nil && packed.Len() < len(bytes.TrimSpace(before)) {
			body = jsonlayout.Pretty(body)
		}
	}
	switch layout {
	case indented:
		var out bytes.Buffer
		if json.Indent(&out, body, "", "    ") == nil {
			return out.Bytes()
		}
	case jackson:
		return jsonlayout.Pretty(body)
	case finalNewline:
		return append(body, '\n')
	}
	return body
}

var (
	httpOnly = regexp.MustCompile(`(?i);\s*HttpOnly`)
	maxAge   = regexp.MustCompile(`(?i);\s*Max-Age=\d+`)
)

// rewriteCookies replaces one attribute of each cookie.
func rewriteCookies(cookies []string, attribute *regexp.Regexp, by string) {
	for i, cookie := range cookies {
		cookies[i] = attribute.ReplaceAllString(cookie, by)
	}
}

// reverseCookies puts cookies in another order, and the attributes of each.
func reverseCookies(cookies []string) {
	slices.Reverse(cookies)
	for i, cookie := range cookies {
		parts := strings.Split(cookie, ";")
		for j := range parts {
			parts[j] = strings.TrimSpace(parts[j])
		}
		slices.Reverse(parts[1:])
		cookies[i] = strings.Join(parts, "; ")
	}
}
