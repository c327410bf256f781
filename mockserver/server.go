// Package mockserver is a stateful fake of FOLIO's Data Export module and of
// the gateway before it, for tests and for offline work.
//
// It promises to answer the operations of the contract (package openapi) as the
// chosen release does: status, content type, text, members, their types and
// their order; and to move an export through its states on a clock of its own.
// It is as strict as that release, and every request and every response is held
// against the release's document. What rests on an assumption is listed in
// docs/assumptions.md.
//
// It does not imitate what other modules do behind an export, FOLIO's
// performance, or consortia (ECS). It starts no goroutine but the listener's,
// and forgets everything when it is closed.
package mockserver

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/sim"
	"github.com/fauxkapi/fauxkapi/openapi"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// Server is a fake. It is an http.Handler; Start gives it a listener too.
type Server struct {
	// URL is the base of all paths, such as http://127.0.0.1:41873. It is empty
	// unless Start or StartInMemory made the server.
	URL string

	release    *release.Release
	view       folio.View
	story      *scenarios.Scenario
	stories    []*scenarios.Scenario // that, and those of its cases
	config     config
	clock      *sim.Clock
	inventory  *catalogue.Catalogue
	router     *mux.Router
	operations map[string]*operation
	tenants    map[string]*tenant
	tokens     *tokens
	links      *links
	verdicts   *memo[[16]byte, struct{}]
	common     http.Header // what the gateway adds to every answer
	lists      lists
	refusals   *memo[loginKey, struct{}] // logins that were refused
	requests   atomic.Uint64
	journal    journal
	listener   *httptest.Server

	mu         sync.Mutex
	violations []string
}

// New returns a fake that is not listening yet. Its errors are those of the
// options: a release or scenario that does not exist, a value that cannot be.
func New(options ...Option) (*Server, error) {
	s, err := assemble(options)
	if err != nil {
		return nil, fmt.Errorf("mockserver: %w", err)
	}
	return s, nil
}

func assemble(options []Option) (*Server, error) {
	c, err := configured(options)
	if err != nil {
		return nil, err
	}
	row, err := release.Find(c.release)
	if err != nil {
		return nil, err
	}
	stories, err := storiesFor(row, c)
	if err != nil {
		return nil, err
	}
	if life := stories[0].Token.Life; life > 0 {
		row.Login.Access = life
	}
	if c.start.IsZero() {
		c.start = row.Instant
	}
	s := &Server{
		release:   row,
		view:      folio.NewView(row),
		story:     stories[0],
		stories:   stories,
		config:    c,
		clock:     sim.Running(c.start, c.speed),
		inventory: catalogue.New(c.seed),
		tenants:   tenantsOf(row, stories[0], c),
		tokens:    newTokens(row, sim.NewDice(c.seed, "signing")),
		links:     newLinks(row, sim.NewDice(c.seed, "links"), c.publicURL),
		verdicts:  newMemo[[16]byte, struct{}](maxVerdicts),
		refusals:  newMemo[loginKey, struct{}](maxRefused),
		common:    http.Header{},
		lists:     newLists(row),
	}
	for _, h := range row.Gateway.Headers {
		s.common.Set(h[0], h[1])
	}
	document, err := openapi.Document(row.Name)
	if err != nil {
		return nil, err
	}
	return s, s.buildRoutes(document)
}

// storiesFor reads the story that is told in a release, and behind it those of
// its cases.
func storiesFor(row *release.Release, c config) ([]*scenarios.Scenario, error) {
	story, err := scenarios.Load(c.scenario, c.parameters)
	if err != nil {
		return nil, err
	}
	stories := []*scenarios.Scenario{story}
	for _, other := range story.Cases {
		stories = append(stories, other.Story)
	}
	for _, told := range stories {
		if err := fits(told, row); err != nil {
			return nil, err
		}
	}
	return stories, nil
}

func tenantsOf(row *release.Release, story *scenarios.Scenario, c config) map[string]*tenant {
	tenants := map[string]*tenant{}
	for _, name := range c.tenants {
		tenants[name] = newTenant(folio.Config{Release: row, Tenant: name, Seed: c.seed, Start: c.start, ExpireEvery: story.ExpireEvery}, story)
	}
	return tenants
}

// Serve answers on a listener until ctx ends, then lets running requests end
// for at most two seconds, and returns nil. It closes the listener.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: time.Minute,
		// The gateway's own limit is lower and has its own text; this one only
		// bounds what net/http reads.
		MaxHeaderBytes: 128 << 10,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		err = errors.Join(err, server.Close())
		if !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	}
	<-ended
	return nil
}

// Advance moves the world on by d at once and returns the instant reached: jobs
// go on, tokens and links age. A negative d is ignored, and time stops with the
// year 9989.
func (s *Server) Advance(d time.Duration) time.Time { return s.clock.Advance(d) }

// Now returns the instant of the world.
func (s *Server) Now() time.Time { return s.clock.Now() }

// Release returns the name of the release that is imitated.
func (s *Server) Release() string { return s.release.Name }

// About returns what stands behind the release and the sentence that nobody
// should miss about it.
func (s *Server) About() (title, sentence string) { return s.release.Title, s.release.Sentence }

// Violations returns the answers so far that broke the contract. Each was
// replaced by a 500; each is a defect of the fake.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

func (s *Server) report(violation string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.violations) < 100 {
		s.violations = append(s.violations, violation)
	}
}

// fingerprint shortens what is compared but need not be kept.
func fingerprint(body []byte, about ...string) [16]byte {
	text := make([]byte, 0, len(body)+256)
	for _, a := range about {
		text = append(append(text, a...), 0)
	}
	sum := sha256.Sum256(append(text, body...))
	return [16]byte(sum[:16])
}
