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
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// call is a request on its way through the funnel.
type call struct {
	server  *Server
	request *http.Request
	ordinal int // of the request, from 1
	now     time.Time
	real    time.Time // on the machine's clock

	tenantName string
	tenant     *tenant
	op         *operation
	vars       map[string]string
	query      url.Values
	user       folio.User
	loggedIn   bool
	raw        []byte // the body of a JSON request, as it came
	body       []byte // the same: checked, and without unknown members
	uploaded   int64  // bytes of a list

	effect string
	rule   string // what answered, if it was not the plain course of things
	advice []Advice
	job    *JobMoment
	login  loginKey      // who logs in, if it is a login that can be tried
	moves  time.Duration // how far the world moves on once this was answered
}

// about says which job the call was about, and in what state it found it.
func (c *call) about(before api.JobExecutionStatus, after folio.Job) {
	c.job = &JobMoment{ID: after.ID, Before: before, After: after.Status}
	if p := after.Progress; p != nil {
		c.job.Exported, c.job.Total = p.Exported, p.Total
	}
}

// aboutJob says that the call was about a job and left it as it was, if there is
// such a job.
func (c *call) aboutJob(w *folio.World, id uuid.UUID) {
	if j, err := w.Job(id); err == nil {
		c.about(j.Status, j)
	}
}

// aboutNew says that the call has made a job.
func (c *call) aboutNew(w *folio.World, id uuid.UUID) {
	if j, err := w.Job(id); err == nil {
		c.about("", j)
	}
}

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
	c := &call{server: s, request: r, now: s.clock.Now(), real: sim.Present()}
	if s.controls(r) && looksOn(r) {
		// Whoever looks on changes nothing, neither the journal nor the ordinals.
		answered := s.guarded(c, s.serveControl)
		s.send(c, &answered, w)
		return
	}
	c.ordinal = int(s.requests.Add(1))
	var answered reply
	switch {
	case s.controls(r):
		answered = s.guarded(c, s.serveControl)
	case s.links.owns(r.URL.Path):
		answered = s.guarded(c, s.serveLink)
	default:
		answered = s.guarded(c, s.serveAPI)
		c.watchRefusal(answered.status)
	}
	if answered.status == http.StatusOK {
		// The answer is made, but nobody has it yet: whoever reads it finds the world
		// moved on.
		s.clock.Advance(c.moves)
	}
	written := s.send(c, &answered, w)
	e := c.exchange(&answered, written, w.Header())
	s.journal.add(e)
	if s.config.observer != nil {
		s.config.observer(e)
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
	c.watchURI()
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
	told, err := s.told(c, s.judged(c, answered))
	if err != nil {
		return s.violated(c, err.Error())
	}
	return told
}
