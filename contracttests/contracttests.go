// Package contracttests is the suite that holds a server to the contract of FOLIO Data Export: the six steps, what each
// of them says at each moment, what becomes of each kind of line, and how each common mistake is answered.
//
// It is as strict as the documents of package openapi: status, content type and every byte of an answer are looked at,
// and each answer is held against the release's document besides, by the suite itself. What it expects was written by
// hand from what the modules and gateways of the release do, never from what a server answered.
//
// Specs are registered by a function and know a [Target] only, so the same specs run on the embedded fake, whose time
// they move, and on a server far away, where they wait. Each makes its own definitions and jobs and depends on no list
// being empty; they may run in any order and in several processes. What they make stays on the server, for FOLIO has no
// way to remove a file definition.
//
// It does not spare a server that others use: RegisterExact is for a Fauxkapi, or for a FOLIO of one's own. For one that is
// shared there is [Register], whose claims package verify checks without harm.
package contracttests

import (
	"context"
	"fmt"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"

	"github.com/fauxkapi/fauxkapi/scenarios"
)

// Labels of specs, for --label-filter.
const (
	// Seed needs what a fresh Fauxkapi holds: the users exporter and viewer, the default profiles and nothing else, the
	// 25 titles with the word "nod".
	Seed = "seed"
	// OwnServer does what a server that others use should be spared: wrong passwords, and refresh tokens sent twice,
	// which end every session of the user.
	OwnServer = "own-server"
)

// Server says what is tested, as far as the choice of specs depends on it.
type Server struct {
	// Release is one of openapi.Releases. It is what the server is held to.
	Release string
	// Story is what every job of the server lives through: the name of a scenario of package scenarios, or a file. Empty
	// means ok. What it expects of a client decides which specs are registered.
	Story string
	// NamedRecords says that a well-formed UUID need not have a record. If it always does, as in a Fauxkapi by default,
	// no list holds an unknown id, and specs about unknown ids are not registered.
	NamedRecords bool
	// AnyRecord says that every well-formed UUID has a record, so that lists of thousands can be made up.
	AnyRecord bool
	// VirtualTime says that Target.Pass moves the server's clock at once. Only then specs about ten minutes, about
	// eternity and about counters that no story has refined are registered.
	VirtualTime bool
	// OtherTenant is a second tenant, with the same administrator; empty if there is none that the suite may use.
	OtherTenant string
	// Target returns the server. It is called when specs run, once in each process.
	Target func() *Target
}

// Target is a server that runs.
type Target struct {
	// URL is the base of all paths; it may have a path itself.
	URL    string
	Tenant string

	// Admin may do everything. Exporter may do exactly the six steps, Viewer everything that only looks.
	Admin, Exporter, Viewer User

	// Pass lets time go by on the server's clock. Nil waits for the machine's.
	Pass func(ctx context.Context, d time.Duration) error
	// Transport sends requests. Nil means http.DefaultTransport.
	Transport http.RoundTripper
}

// User is somebody who can log in.
type User struct{ Name, Password string }

// RegisterExact adds the specs for each server, in a container that is named after it, and a report that fails unless every
// operation was exercised of each release of which a server tells the story ok. It must be called while the spec tree is
// built, once.
func RegisterExact(servers ...Server) {
	GinkgoHelper()
	var whole []string
	for _, server := range servers {
		if s := describe(server, everything); s != nil && s.Story == "ok" {
			whole = append(whole, s.Release)
		}
	}
	reportCoverage(whole)
}

// describe registers one server's specs. For a server that cannot be tested it registers a spec that says why, and returns
// nil.
func describe(server Server, specs func(*suite)) *suite {
	GinkgoHelper()
	s, err := newSuite(server)
	if err != nil {
		It("a server that can be tested", func() { Fail(err.Error()) })
		return nil
	}
	Describe(s.name(), func() { specs(s) })
	return s
}

// everything registers what the server's story allows.
func everything(s *suite) {
	switch s.expect.Outcome {
	case scenarios.OutcomeFail:
		storyOfFail(s)
	case scenarios.OutcomeTimeout:
		storyOfNever(s)
	default:
		for _, specs := range []func(*suite){
			moments, lines, longLists, mistakes, gateway, tenants, logins, sessions, queries, collectingIDs, okapiPages,
			links, logs, guideAnswers, storyOfSuccess,
		} {
			specs(s)
		}
	}
}

// suite is a server with what its specs share in one process.
type suite struct {
	Server
	expect scenarios.Expect // what a correct client ends with
	judge  *judge
	target *Target
	tokens map[string]token // by user and tenant
	passed time.Duration    // that specs have let go by, on the server's clock
}

func newSuite(server Server) (*suite, error) {
	judge, err := newJudge(server.Release)
	if err != nil {
		return nil, err
	}
	if server.Story == "" {
		server.Story = "ok"
	}
	story, err := scenarios.Load(server.Story, nil)
	if err != nil {
		return nil, fmt.Errorf("contracttests: the story of the server: %w", err)
	}
	if server.Target == nil {
		return nil, fmt.Errorf("contracttests: the server of release %s has no target", server.Release)
	}
	return &suite{Server: server, expect: story.Expect, judge: judge, tokens: map[string]token{}}, nil
}

func (s *suite) name() string {
	name := "release " + s.Release
	if s.Story != "ok" {
		name += ", every job of which tells the story " + s.Story
	}
	if s.AnyRecord {
		name += ", where every UUID has a record"
	}
	return name
}

// running returns the server under test.
func (s *suite) running() *Target {
	if s.target == nil {
		s.target = s.Target()
	}
	return s.target
}

// pass lets time go by on the server's clock.
func (s *suite) pass(ctx context.Context, d time.Duration) error {
	s.passed += d
	if pass := s.running().Pass; pass != nil {
		return pass(ctx, d)
	}
	waited, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-waited.Done()
	return ctx.Err()
}
