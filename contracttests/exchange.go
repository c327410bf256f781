package contracttests

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// maxBody bounds what is read of an answer, in bytes.
const maxBody = 256 << 20

// request is a request before it is sent. Its methods return a changed copy.
type request struct {
	method string
	path   string // below the target's URL, escaped; or a whole URL
	query  string // as it goes over the wire, without the question mark
	header http.Header
	body   string
	// mislabelled says that the release calls the answer's text JSON, so that no document can describe it.
	mislabelled bool
}

func get(path string) request {
	return request{method: http.MethodGet, path: path, header: http.Header{}}
}

// post is a request without a body.
func post(path string) request {
	return request{method: http.MethodPost, path: path, header: http.Header{}}
}

// postJSON is a request with a JSON body.
func postJSON(path, body string) request {
	return request{method: http.MethodPost, path: path, body: body, header: http.Header{"Content-Type": {"application/json"}}}
}

// by uses another method.
func (r request) by(method string) request {
	r.method = method
	return r
}

// raw sets the query string as it goes over the wire.
func (r request) raw(query string) request {
	r.query = query
	return r
}

// find asks for what a CQL query finds, escaped as clients escape it.
func (r request) find(cql string) request { return r.raw("query=" + url.QueryEscape(cql)) }

// with sets a header, also to nothing.
func (r request) with(name string, values ...string) request {
	r.header = maps.Clone(r.header)
	r.header[http.CanonicalHeaderKey(name)] = values
	return r
}

// without sends no such header.
func (r request) without(name string) request { return r.with(name) }

// answer is what came back.
type answer struct {
	request     request
	status      int
	contentType string
	header      http.Header
	body        []byte
}

// caller sends requests in one spec, as one user of one tenant.
type caller struct {
	*suite
	ctx    context.Context
	tenant string
	token  string // empty sends none
}

// nobody sends requests without a token.
func (s *suite) nobody(ctx context.Context) *caller {
	return &caller{suite: s, ctx: ctx, tenant: s.running().Tenant}
}

// send sends a request with the caller's headers, where the request has none of its own, and holds the answer against
// the document.
func (c *caller) send(r request) answer {
	GinkgoHelper()
	target := r.path
	if strings.HasPrefix(target, "/") {
		target = strings.TrimSuffix(c.running().URL, "/") + r.path
	}
	if r.query != "" {
		target += "?" + r.query
	}
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	sent, err := http.NewRequestWithContext(c.ctx, r.method, target, body)
	Expect(err).NotTo(HaveOccurred())
	maps.Copy(sent.Header, c.headers())
	maps.Copy(sent.Header, r.header)
	if accept, ok := r.header["Accept"]; ok && len(accept) == 0 {
		delete(sent.Header, "Accept")
	}
	a, err := c.exchange(sent)
	Expect(err).NotTo(HaveOccurred(), "%s %s", r.method, r.path)
	a.request = r
	narrate(r, a)
	c.judge.hold(sent, c.running().URL, a)
	return a
}

// headers are what a FOLIO client sends. Compression is declined, so that the bytes are the server's.
func (c *caller) headers() http.Header {
	h := http.Header{"X-Okapi-Tenant": {c.tenant}, "Accept": {"*/*"}, "Accept-Encoding": {"identity"}}
	if c.token != "" {
		h.Set("X-Okapi-Token", c.token)
	}
	return h
}

// fetch gets a download link as it should be got: without any header of FOLIO's.
func (c *caller) fetch(link string, headers ...string) answer {
	GinkgoHelper()
	return c.fetchBy(http.MethodGet, link, headers...)
}

// fetchBy fetches a link with another method; headers lists names and values in turn.
func (c *caller) fetchBy(method, link string, headers ...string) answer {
	GinkgoHelper()
	sent, err := http.NewRequestWithContext(c.ctx, method, link, nil)
	Expect(err).NotTo(HaveOccurred())
	sent.Header.Set("Accept-Encoding", "identity")
	for i := 0; i+1 < len(headers); i += 2 {
		sent.Header.Set(headers[i], headers[i+1])
	}
	a, err := c.exchange(sent)
	Expect(err).NotTo(HaveOccurred(), "%s of the link", method)
	a.request = request{method: method, path: sent.URL.Path}
	narrate(a.request, a)
	return a
}

func (c *caller) exchange(sent *http.Request) (answer, error) {
	client := http.Client{
		Transport:     c.running().Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	got, err := client.Do(sent)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(io.LimitReader(got.Body, maxBody))
	return answer{status: got.StatusCode, contentType: got.Header.Get("Content-Type"), header: got.Header, body: body}, err
}

// narrate tells of an exchange to whoever reads a failure. It shows no token, no password and no signature: they are in
// headers, in bodies that are sent, and in the answers of the login.
func narrate(r request, a answer) {
	shown := a.body
	switch {
	case strings.HasPrefix(r.path, "/authn/") && a.status < 300, strings.Contains(r.path, "/download/") && a.status < 300:
		shown = []byte("(secret)")
	case !strings.HasPrefix(a.contentType, "text/") && !strings.Contains(a.contentType, "json") && !strings.Contains(a.contentType, "xml"):
		shown = nil
	}
	query := ""
	if r.query != "" {
		query = "?" + r.query
	}
	GinkgoWriter.Printf("%s %s%s: %d, %s, %d bytes\n%s\n", r.method, r.path, query, a.status, a.contentType, len(a.body),
		bytes.TrimSpace(shown[:min(len(shown), 4096)]))
}
