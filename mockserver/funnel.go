package mockserver

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/sim"
)

// call is a request on its way through the funnel.
type call struct {
	server  *Server
	request *http.Request
	now     time.Time

	tenantName string
	tenant     *tenant
	op         *operation
	vars       map[string]string
	query      url.Values
	user       folio.User
	loggedIn   bool
	body       []byte // of a JSON request: checked, and without unknown members

	effect string
	notes  []string
}

// note adds what a real server would not forgive, or does otherwise.
func (c *call) note(text string) { c.notes = append(c.notes, text) }

// with runs one command on the call's world.
func (c *call) with(command func(w *folio.World) error) error {
	return c.server.with(c.tenant, command)
}

// context is the request's.
func (c *call) context() context.Context { return c.request.Context() }

// id returns a path variable that is a UUID; one that is not is refused in the
// release's words.
func (c *call) id(name string, unknown release.Kind) (uuid.UUID, error) {
	text := c.vars[name]
	id, err := parsePathID(text, c.server.release.Input.LenientUUID)
	if err == nil {
		return id, nil
	}
	if c.op.module.Answers[release.PathNotUUID].Status != 0 {
		return uuid.Nil, release.Refuse(release.PathNotUUID, "name", name, "value", text)
	}
	return uuid.Nil, release.Refuse(unknown, "id", text)
}

// offset and limit are those of a list; the document bounds what is sent.
func (c *call) offset() int { return c.number("offset", 0) }

func (c *call) limit() int { return c.number("limit", 10) }

func (c *call) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(c.query.Get(name)); err == nil {
		return n
	}
	return otherwise
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := sim.Present()
	c := &call{server: s, request: r, now: s.clock.Now()}
	var answered reply
	switch {
	case s.config.control && strings.HasPrefix(r.URL.Path, controlPrefix):
		answered = s.guarded(c, s.serveControl)
	case s.links.owns(r.URL.Path):
		answered = s.guarded(c, s.serveLink)
	default:
		answered = s.guarded(c, s.serveAPI)
	}
	written := s.send(c, &answered, w)
	if s.config.observer != nil {
		s.config.observer(c.exchange(answered.status, written, sim.Present().Sub(began)))
	}
}

// guarded turns a panic, which is a defect of the fake, into an answer that says
// so; net/http would drop the connection without a word.
func (s *Server) guarded(c *call, serve func(*call) reply) (answered reply) {
	defer func() {
		if p := recover(); p != nil {
			answered = s.violated(c, panicked(p))
		}
	}()
	return serve(c)
}

// send writes an answer. A panic on the way, which only a file can bring about,
// leaves it shorter than announced, so net/http cuts the connection.
func (s *Server) send(c *call, answered *reply, w http.ResponseWriter) (written int64) {
	defer func() {
		if p := recover(); p != nil {
			s.violated(c, panicked(p))
		}
	}()
	return answered.write(w, c.request, c.now)
}

// panicked says what went wrong and in which line of ours.
func panicked(p any) string {
	for line := range strings.Lines(string(debug.Stack())) {
		if _, place, ours := strings.Cut(line, "/mockserver/"); ours && !strings.Contains(place, "funnel.go") && strings.Contains(place, ".go:") {
			place, _, _ = strings.Cut(strings.TrimSpace(place), " ")
			return fmt.Sprintf("panic in mockserver/%s: %v", place, p)
		}
	}
	return fmt.Sprintf("panic: %v", p)
}

// serveAPI sends a call through the gateway and the funnel. Its order is that of
// the real one: where, who, then what.
func (s *Server) serveAPI(c *call) reply {
	if err := s.admit(c); err != nil {
		return s.refused(c, err)
	}
	if err := s.checkRequest(c); err != nil {
		return s.refused(c, err)
	}
	answered, err := c.op.run(c)
	if err != nil {
		return s.refused(c, err)
	}
	return s.judged(c, answered)
}

// exchange tells of a call without its secrets.
func (c *call) exchange(status int, written int64, took time.Duration) Exchange {
	e := Exchange{
		At:       c.now,
		Method:   c.request.Method,
		Path:     c.request.URL.EscapedPath(),
		Tenant:   c.tenantName,
		Status:   status,
		Effect:   c.effect,
		Notes:    c.notes,
		Bytes:    written,
		Duration: took,
	}
	// A signature is a secret on a wrong path, too.
	if query := decodedQuery(c.request.URL.RawQuery); !strings.Contains(query, "X-Amz-Signature") {
		e.Query = strings.TrimSpace(query)
	}
	return e
}
