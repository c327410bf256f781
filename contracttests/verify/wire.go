package verify

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

const (
	maxAnswer   = 8 << 20       // bytes that are read of an answer
	maxAnswers  = 8 * maxAnswer // of all, which are kept for the claims
	maxShown    = 4 << 10       // bytes of it that are shown
	callTimeout = 30 * time.Second
	maxRun      = time.Hour // beside the pauses that the rate wants
	// maxSilence is after how many exchanges in a row without an answer nobody is asked any more.
	maxSilence = 3
)

// request is a request of an act.
type request struct {
	method, path string
	query        string // not escaped, unless it is raw
	raw          bool
	header       http.Header
	body         string
	breaks       bool   // after the body, as if there were more of it to come
	token        string // the credential; empty sends none
	// link says that path is a whole presigned link, to which no header of FOLIO's belongs.
	link bool
}

// observed is an exchange as claims see it.
type observed struct {
	Exchange
	request request
	header  http.Header
	body    []byte
	lists   map[string][]gjson.Result // of the body, as far as they were looked at
	named   string                    // the tenant that the request named
	doubted bool                      // only beliefs are judged by it
	// trouble says in a sentence why nothing follows from it; empty if something does.
	trouble string
}

// limit is why a run stops.
type limit struct{ text string }

func (l *limit) Error() string { return l.text }

// wire sends requests, never faster and never more than it may.
type wire struct {
	Config
	address *url.URL
	client  *http.Client
	links   *http.Client // for the hosts of links, whom the server names
	next    time.Time    // before which nothing is sent
	until   time.Time    // after which nothing is sent; zero: never
	sent    int
	reserve func(request) int // requests that must be left for removing what was made, once a request has been sent
	read    int               // bytes
	silence int
	shown   []*observed
}

func newWire(c Config) (*wire, error) {
	address, err := c.base()
	if err != nil {
		return nil, err
	}
	through := func(t http.RoundTripper) *http.Client {
		return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	w := &wire{Config: c, address: address, reserve: func(request) int { return 0 }}
	if c.Transport != nil {
		w.client, w.links = through(c.Transport), through(c.Transport)
	} else {
		w.client, w.links = through(http.DefaultTransport), through(linkTransport())
	}
	w.until = c.Now().Add(w.patience(maxRun) + time.Duration(float64(c.Budget)/c.Rate*float64(time.Second)))
	return w, nil
}

// forgive lets a run that was stopped clean up.
func (w *wire) forgive() { w.silence, w.read, w.until = 0, 0, time.Time{} }

// patience is a limit of time, scaled.
func (w *wire) patience(d time.Duration) time.Duration {
	return time.Duration(float64(d) * w.TimeoutScale)
}

// exchange sends a request when its time has come. The error is a *limit, or the context's.
func (w *wire) exchange(ctx context.Context, o *observed) error {
	switch {
	case w.sent+w.reserve(o.request) >= w.Budget:
		return &limit{fmt.Sprintf("the budget of %d requests is used up", w.Budget)}
	case w.silence >= maxSilence:
		return &limit{fmt.Sprintf("the server gave no usable answer %d times in a row", maxSilence)}
	case w.read > maxAnswers:
		return &limit{fmt.Sprintf("the server's answers came to more than %d MiB", maxAnswers>>20)}
	}
	now := w.Now()
	if !w.until.IsZero() && now.After(w.until) {
		return &limit{"it has taken as long as a run may take"}
	}
	if pause := w.next.Sub(now); pause > 0 {
		if err := w.Pass(ctx, pause); err != nil {
			return err
		}
		now = w.Now()
	}
	w.next = now.Add(time.Duration(float64(time.Second) / w.Rate))
	w.sent++
	o.N, o.At = w.sent, now.UTC()
	w.shown = append(w.shown, o)
	w.call(ctx, o)
	o.Took = w.Now().Sub(now).Milliseconds()
	switch o.Trouble = o.trouble; {
	case o.request.link, o.request.breaks: // says nothing about the server
	case o.trouble != "":
		w.silence++
	default:
		w.silence = 0
	}
	return ctx.Err()
}

// call sends the request and fills in what came back.
func (w *wire) call(ctx context.Context, o *observed) {
	ctx, cancel := context.WithTimeout(ctx, w.patience(callTimeout))
	defer cancel()
	r := o.request
	sent, err := http.NewRequestWithContext(ctx, r.method, w.target(r), strings.NewReader(r.body))
	if err != nil {
		o.trouble = "no request can be made of it: the address is no URL"
		return
	}
	switch {
	case r.breaks:
		sent.Body, sent.GetBody = io.NopCloser(io.MultiReader(strings.NewReader(r.body), breaking{})), nil
		sent.ContentLength = int64(2 * len(r.body))
	case r.body == "":
		sent.Body, sent.GetBody, sent.ContentLength = nil, nil, 0
	}
	sent.Header = w.headers(r)
	o.URL = sent.URL.String()
	client := w.client
	if r.link {
		client = w.links
	}
	got, err := client.Do(sent)
	switch {
	case err != nil && r.breaks:
		o.trouble = "it was broken off, as planned"
		return
	case err != nil:
		o.trouble = troubleOf(err, r.link)
		return
	}
	defer got.Body.Close()
	o.Status, o.header = got.StatusCode, got.Header
	o.body, err = io.ReadAll(io.LimitReader(got.Body, maxAnswer+1))
	o.Bytes = len(o.body)
	w.read += len(o.body)
	switch {
	case err != nil:
		o.trouble = "the answer broke off: " + troubleOf(err, r.link)
	case len(o.body) > maxAnswer:
		o.trouble = fmt.Sprintf("the answer is longer than %d bytes", maxAnswer)
	default:
		o.trouble = gatewayTrouble(got.StatusCode, o.body, r.link)
	}
}

// breaking is the rest of a body that is never sent.
type breaking struct{}

func (breaking) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// target is where a request goes.
func (w *wire) target(r request) string {
	if r.link {
		return r.path
	}
	target := w.address.String() + r.path
	switch {
	case r.query == "":
		return target
	case r.raw:
		return target + "?" + r.query
	}
	var parts []string
	for part := range strings.SplitSeq(r.query, "&") {
		name, value, _ := strings.Cut(part, "=")
		parts = append(parts, name+"="+url.QueryEscape(value))
	}
	return target + "?" + strings.Join(parts, "&")
}

// headers are what a FOLIO client sends, and to a module what its gateway would add.
func (w *wire) headers(r request) http.Header {
	h := http.Header{"Accept": {"*/*"}, "User-Agent": {"fauxkapi-verify"}}
	if r.link {
		maps.Copy(h, r.header)
		return h
	}
	h.Set("X-Okapi-Tenant", w.Tenant)
	if r.token != "" {
		h.Set("X-Okapi-Token", r.token)
	}
	if w.Module != "" {
		h.Set("X-Okapi-Url", w.address.String())
		if w.UserID != "" {
			h.Set("X-Okapi-User-Id", w.UserID)
		}
	}
	if r.body != "" {
		h.Set("Content-Type", "application/json")
	}
	maps.Copy(h, r.header)
	return h
}

// shownHeaders are the headers of an exchange, sorted and without secrets.
func shownHeaders(h http.Header) []string {
	lines := []string{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			switch strings.ToLower(name) {
			case "x-okapi-token", "authorization", "cookie":
				if !strings.HasSuffix(value, garbageToken) { // which opens nothing, and repeats the request
					value = "$OKAPI_TOKEN"
				}
			case "set-cookie":
				kept, attributes, _ := strings.Cut(value, ";")
				cookie, _, _ := strings.Cut(kept, "=")
				value = cookie + "=(secret);" + attributes
			}
			lines = append(lines, name+": "+value)
		}
	}
	return lines
}

// wait lets the machine's time go by.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
