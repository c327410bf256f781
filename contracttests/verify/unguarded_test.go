package verify_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// A server that lets everybody do everything comes to no harm: what would be refused elsewhere and is granted here changes
// nothing of what others have: neither the jobs that have ended, nor the one that runs, nor its definition, nor profiles.
func TestUnguardedServerComesToNoHarm(t *testing.T) {
	for _, release := range mockserver.Releases() {
		for _, level := range verify.Levels() {
			t.Run(release+" "+string(level), func(t *testing.T) {
				t.Parallel()
				server, err := mockserver.New(mockserver.WithRelease(release), mockserver.WithSpeed(0), mockserver.WithNamedRecords(), mockserver.WithScenario("by-file-name"))
				if err != nil {
					t.Fatal(err)
				}
				listener := httptest.NewServer(inTurn(server))
				t.Cleanup(listener.Close)
				c := verify.Config{
					URL: listener.URL, Tenant: "diku", Username: "diku_admin", Password: "admin", Level: level, Own: "diku", Run: "test", Budget: 1000, Release: release,
					Now: server.Now, Pass: passing(server),
				}
				populate(t, c)
				definition := leaveRunning(t, c)
				server.Advance(5 * time.Minute)
				all := func() string {
					return foreign(t, c) + "\n" + string(ask(t, c, "/data-export/file-definitions/"+definition))
				}
				before := all()
				if strings.Count(before, "foreign") < 4 || !strings.Contains(before, "IN_PROGRESS") {
					t.Fatalf("there is too little to be spared:\n%s", before)
				}

				unguarded := alterations(t, "unguarded")[0].Handler(inTurn(server))
				open := httptest.NewServer(unguarded)
				t.Cleanup(open.Close)
				c.URL = open.URL
				report := run(t, c)
				granted := slices.DeleteFunc(slices.Clone(report.Exchanges), func(e verify.Exchange) bool { return e.Act != "gate" || e.Status != 200 })
				if report.Stopped != "" || len(granted) == 0 || unguarded.Altered() == 0 {
					t.Errorf("the run came to nothing: %q, %d alterations", report.Stopped, unguarded.Altered())
				}
				if after := all(); after != before {
					t.Errorf("before\n%s\nafter\n%s", before, after)
				}
			})
		}
	}
}

// leaveRunning starts a job of somebody else that does not end, and returns its definition.
func leaveRunning(t *testing.T, c verify.Config) string {
	t.Helper()
	other, err := client.New(client.Config{URL: c.URL, Tenant: "diku", Username: "exporter", Password: "exporter"})
	if err != nil {
		t.Fatal(err)
	}
	definition, err := other.CreateFileDefinition(t.Context(), "stuck-foreign.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Upload(t.Context(), definition.Id, strings.NewReader("0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11\n")); err != nil {
		t.Fatal(err)
	}
	if err := other.StartExport(t.Context(), definition.Id, defaultProfile); err != nil {
		t.Fatal(err)
	}
	return definition.Id
}
