package alter

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

const (
	// maxBody bounds what is held of one request and of one answer, in bytes.
	maxBody = 16 << 20
	// maxRemembered bounds the answers that are kept for stale.
	maxRemembered = 256
)

// Handler is a server that behaves as an alteration says.
type Handler struct {
	alteration Alteration
	next       http.Handler

	mu         sync.Mutex
	fitted     []int             // by exchange: how many have fitted so far
	altered    int               // exchanges
	remembered map[string]answer // the last, by request, for stale
	token      string            // that the server let in last
}

// Handler wraps a server. It counts for itself, from nothing, and may serve requests at the same time.
func (a Alteration) Handler(next http.Handler) *Handler {
	return &Handler{alteration: a, next: next, fitted: make([]int, len(a.exchanges)), remembered: map[string]answer{}}
}

// Altered is how many exchanges were not as the server would have them.
func (h *Handler) Altered() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.altered
}

// candidate is an exchange of the alteration that a request may be.
type candidate struct {
	*exchange
	n    int // in the alteration
	open map[string]string
	due  bool // decided without the answer
}

// ServeHTTP serves as the alteration says.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	onPath := h.candidates(r)
	if len(onPath) == 0 && !h.borrows() {
		h.next.ServeHTTP(w, r)
		return
	}
	var sent []byte
	var err error
	if r.Body != nil {
		sent, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	}
	if err != nil {
		http.Error(w, "alter: the request cannot be read, or is too large to be altered", http.StatusRequestEntityTooLarge)
		return
	}
	fitting := h.fitting(onPath, r, sent)
	for _, c := range fitting {
		if c.due && c.trouble != "" {
			h.count()
			trouble(w, r, c.trouble)
			return
		}
	}
	received, asked := h.ask(r, sent, fitting)
	if received.tooLarge {
		http.Error(w, "alter: the answer is too large to be altered", http.StatusInternalServerError)
		return
	}
	altered := h.alter(fitting, r, received)
	if asked || !altered.equal(received.answer) {
		h.count()
	}
	if slices.ContainsFunc(onPath, func(c candidate) bool { return c.answer.stale }) {
		h.remember(r, altered)
	}
	altered.write(w, r)
}

func (h *Handler) count() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.altered++
}

func (h *Handler) borrows() bool {
	return slices.ContainsFunc(h.alteration.exchanges, func(e exchange) bool { return e.request.borrowed })
}

// candidates are the exchanges with the method and the path of a request.
func (h *Handler) candidates(r *http.Request) (found []candidate) {
	for i := range h.alteration.exchanges {
		e := &h.alteration.exchanges[i]
		if open, ok := e.on.fits(r); ok {
			found = append(found, candidate{exchange: e, n: i, open: open})
		}
	}
	return found
}

// fitting are those that the request fits in every way. Where the answer has no say, it is their turn or not.
func (h *Handler) fitting(onPath []candidate, r *http.Request, sent []byte) (found []candidate) {
	for _, c := range onPath {
		if !c.mayAlter(r, sent) {
			continue
		}
		c.due = !c.needsAnswer() && h.turn(c)
		if c.due || c.needsAnswer() {
			found = append(found, c)
		}
	}
	return found
}

// turn counts an exchange that fits, and tells whether it is one to alter.
func (h *Handler) turn(c candidate) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.fitted[c.n] - c.skip
	h.fitted[c.n]++
	return n >= 0 && n%c.every == 0 && (c.times == 0 || n/c.every < c.times)
}

// ask lets the server answer. asked tells whether it was asked something else than the client did.
func (h *Handler) ask(r *http.Request, sent []byte, fitting []candidate) (received *recorder, asked bool) {
	inside, lost := r.Clone(r.Context()), false
	body := sent
	for _, c := range fitting {
		if !c.due {
			continue
		}
		if c.request.given {
			asked = true
			body = c.request.apply(inside, body, c.open, h.lastToken())
		}
		lost = lost || c.request.lost
	}
	if len(fitting) > 0 {
		inside.Header.Del("Range")
		inside.Header.Del("Accept-Encoding")
	}
	received = &recorder{answer: answer{status: http.StatusOK, header: http.Header{}}}
	if lost {
		return received, true
	}
	inside.Body, inside.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	h.next.ServeHTTP(received, inside)
	received.end()
	if received.status < 400 {
		h.letIn(r)
	}
	return received, asked
}

// alter makes of what the server answered what the client gets.
func (h *Handler) alter(fitting []candidate, r *http.Request, received *recorder) answer {
	altered := received.clone()
	for _, c := range fitting {
		if c.needsAnswer() && (!c.alters(&received.answer) || !h.turn(c)) {
			continue
		}
		if c.answer.stale {
			altered = h.stale(r, altered)
		}
		c.answer.apply(&altered, r, h.alteration.Name)
	}
	return altered
}

// stale is what the same request was answered before, with today's date; else what it is answered now.
func (h *Handler) stale(r *http.Request, now answer) answer {
	h.mu.Lock()
	defer h.mu.Unlock()
	before, ok := h.remembered[requestKey(r)]
	if !ok {
		return now
	}
	before = before.clone()
	if date, ok := now.header["Date"]; ok {
		before.header["Date"] = date
	}
	return before
}

func (h *Handler) remember(r *http.Request, a answer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := requestKey(r)
	if _, known := h.remembered[key]; known || len(h.remembered) < maxRemembered {
		h.remembered[key] = a.clone()
	}
}

// requestKey is what requests have in common that are the same, by the same user.
func requestKey(r *http.Request) string {
	key := r.Method + " " + r.URL.RequestURI()
	for _, name := range []string{"X-Okapi-Tenant", "X-Okapi-Token", "Authorization", "Cookie"} {
		key += "\n" + strings.Join(r.Header.Values(name), ", ")
	}
	return key
}

// letIn keeps the token of a request that the server did not refuse.
func (h *Handler) letIn(r *http.Request) {
	token := r.Header.Get("X-Okapi-Token")
	if cookie, err := r.Cookie("folioAccessToken"); token == "" && err == nil {
		token = cookie.Value
	}
	if token == "" || strings.HasPrefix(r.URL.Path, store) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.token = token
}

func (h *Handler) lastToken() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.token
}

// answer is an answer as a value.
type answer struct {
	status     int
	header     http.Header
	body       []byte
	headerCase string
	gzip       bool
	chunked    bool
	cut        bool
}

func (a answer) clone() answer {
	a.header = a.header.Clone()
	return a // nobody writes into a body
}

func (a answer) equal(b answer) bool {
	return a.status == b.status && bytes.Equal(a.body, b.body) && !a.gzip && !a.chunked && !a.cut && a.headerCase == "" &&
		maps.EqualFunc(a.header, b.header, slices.Equal)
}
