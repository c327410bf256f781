package verify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	maxAnswer   = 8 << 20 // bytes that are read of an answer
	maxShown    = 4 << 10 // bytes of it that are shown
	callTimeout = 30 * time.Second
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
	named   string // the tenant that the request named
	doubted bool   // only beliefs are judged by it
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
	next    time.Time // before which nothing is sent
	sent    int
	silence int
	shown   []*observed
}

func newWire(c Config) (*wire, error) {
	address, err := c.base()
	if err != nil {
		return nil, err
	}
	return &wire{Config: c, address: address, client: &http.Client{
		Transport:     c.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// patience is a limit of time, scaled.
func (w *wire) patience(d time.Duration) time.Duration {
	return time.Duration(float64(d) * w.TimeoutScale)
}

// exchange sends a request when its time has come. The error is a *limit, or the context's.
func (w *wire) exchange(ctx context.Context, o *observed) error {
	switch {
	case w.sent >= w.Budget:
		return &limit{fmt.Sprintf("the budget of %d requests is used up", w.Budget)}
	case w.silence >= maxSilence:
		return &limit{fmt.Sprintf("the server gave no usable answer %d times in a row", maxSilence)}
	}
	now := w.Now()
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
	if o.Trouble = o.trouble; o.Status == 0 || o.Status >= 500 && o.trouble != "" {
		w.silence++
	} else {
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
	got, err := w.client.Do(sent)
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
	switch {
	case err != nil:
		o.trouble = "the answer broke off: " + troubleOf(err, r.link)
	case len(o.body) > maxAnswer:
		o.trouble = fmt.Sprintf("the answer is longer than %d bytes", maxAnswer)
	default:
		o.trouble = gatewayTrouble(got.StatusCode, o.body)
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
		h.Set("X-Okapi-User-Id", w.UserID)
	}
	if r.body != "" {
		h.Set("Content-Type", "application/json")
	}
	maps.Copy(h, r.header)
	return h
}

// troubleOf words an error of the transport without the address, which can have a signature in it.
func troubleOf(err error, link bool) string {
	who := "the server"
	if link {
		who = "the host of the link"
	}
	dns, isDNS := errors.AsType[*net.DNSError](err)
	_, isTLS := errors.AsType[*tls.CertificateVerificationError](err)
	timeout, isTimeout := errors.AsType[net.Error](err)
	op, isOp := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded), isTimeout && timeout.Timeout():
		return who + " did not answer in time"
	case errors.Is(err, context.Canceled):
		return "the run was interrupted"
	case isDNS:
		return fmt.Sprintf("%s is not known by the name %q", who, dns.Name)
	case isTLS:
		return "the certificate of " + strings.TrimPrefix(who, "the ") + " is not accepted"
	case isOp && op.Op == "dial":
		return who + " cannot be reached from here"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return who + " closed the connection"
	}
	return who + " gave no answer that is HTTP, or reset the connection"
}

// gatewayTrouble says whether an answer is the gateway's about itself, and not about the request.
func gatewayTrouble(status int, body []byte) string {
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return fmt.Sprintf("the server is not able to answer now (%d %s)", status, http.StatusText(status))
	}
	text := string(body[:min(len(body), maxShown)])
	switch {
	case status == http.StatusNotFound && strings.Contains(text, "No running module instance found"),
		status == http.StatusInternalServerError && strings.Contains(text, "proxyClient failure"):
		return "the module does not run at the moment"
	}
	return ""
}

// shownHeaders are the headers of an exchange, sorted and without secrets.
func shownHeaders(h http.Header) []string {
	lines := []string{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			switch strings.ToLower(name) {
			case "x-okapi-token", "authorization", "cookie":
				value = "$OKAPI_TOKEN"
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
