package verify_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// fake starts a fake whose clock is the run's, with the records of its inventory and no others, and returns how to verify
// it.
func fake(t *testing.T, level verify.Level, options ...mockserver.Option) verify.Config {
	t.Helper()
	return fakeOf(t, level, append(options, mockserver.WithNamedRecords())...)
}

func fakeOf(t *testing.T, level verify.Level, options ...mockserver.Option) verify.Config {
	t.Helper()
	return fakeBehind(t, level, func(server http.Handler) http.Handler { return server }, options...)
}

// fakeBehind is a fake behind something else.
func fakeBehind(t *testing.T, level verify.Level, before func(http.Handler) http.Handler, options ...mockserver.Option) verify.Config {
	t.Helper()
	server, err := mockserver.New(append(options, mockserver.WithSpeed(0))...)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(before(inTurn(server)))
	t.Cleanup(func() {
		listener.Close()
		if found := server.Violations(); len(found) > 0 {
			t.Errorf("%v", found)
		}
	})
	return verify.Config{
		URL: listener.URL, Tenant: "diku", Username: "diku_admin", Password: "admin", Level: level, Own: "diku", Run: "test",
		Now: server.Now, Pass: passing(server),
	}
}

// passing lets time go by on a fake's clock.
func passing(server *mockserver.Server) func(context.Context, time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		server.Advance(d)
		return ctx.Err()
	}
}

// inTurn answers one request after the other, so that a server has noticed that an upload broke off when it is asked.
func inTurn(server http.Handler) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		server.ServeHTTP(w, r)
	})
}

func run(t *testing.T, c verify.Config) *verify.Report {
	t.Helper()
	report, err := verify.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// A server where every UUID is an instance's is taken as it is.
func TestEveryIDExists(t *testing.T) {
	for _, release := range mockserver.Releases() {
		c := fakeOf(t, verify.Workflow, mockserver.WithRelease(release))
		if report := run(t, c); report.Outcome() != verify.AllHold {
			t.Errorf("%s: %+v", release, report.Counts())
		}
	}
}

// An honest server keeps every claim, in each release and at each level.
func TestHonestServer(t *testing.T) {
	for _, release := range mockserver.Releases() {
		for _, level := range verify.Levels() {
			t.Run(release+" "+string(level), func(t *testing.T) {
				t.Parallel()
				report := run(t, fake(t, level, mockserver.WithRelease(release)))
				if report.Outcome() != verify.AllHold || report.Server.Release != release {
					t.Errorf("%s, %s", report.Outcome(), report.Server.Release)
				}
				for _, result := range report.Results {
					if result.Verdict != verify.Holds {
						t.Errorf("%s %s: %+v", result.Verdict, result.Claim.ID, result.Findings)
					}
				}
				t.Logf("%d claims, %d of %d requests, %v", len(report.Results), report.Requests, report.Budget, report.Left)
			})
		}
	}
}
