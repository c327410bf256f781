package verify_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fauxkapi/fauxkapi/contracttests/internal/alter"
	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// alterations reads one of the lists of servers that are otherwise.
func alterations(t testing.TB, name string) []alter.Alteration {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := alter.Parse(name+".yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// altered verifies a server that is otherwise, with somebody else's jobs on it, on its own time and at the level that sees
// most. The release is found out, or given: a server with a defect may not tell.
func altered(t testing.TB, release string, a alter.Alteration, given string) *verify.Report {
	t.Helper()
	options := []mockserver.Option{mockserver.WithRelease(release), mockserver.WithSpeed(0), mockserver.WithNamedRecords()}
	if a.Fake.Scenario != "" {
		options = append(options, mockserver.WithScenario(a.Fake.Scenario))
	}
	for name, value := range a.Fake.Set {
		options = append(options, mockserver.WithParameter(name, value))
	}
	if a.Fake.PublicURL != "" {
		options = append(options, mockserver.WithPublicURL(a.Fake.PublicURL))
	}
	server, err := mockserver.New(options...)
	if err != nil {
		t.Error(err)
		return &verify.Report{}
	}
	honest := httptest.NewServer(server)
	defer honest.Close()
	config := verify.Config{
		URL: honest.URL, Tenant: "diku", Username: "diku_admin", Password: "admin", Level: verify.OwnServer, Own: "diku", Aging: true,
		Release: given, Run: "test", Budget: 1000, Now: server.Now, Pass: passing(server),
	}
	toHonest := to(honest)
	defer toHonest.CloseIdleConnections()
	config.Transport = toHonest
	populate(t, config)

	otherwise := httptest.NewServer(a.Handler(server))
	defer otherwise.Close()
	toOtherwise := to(otherwise)
	defer toOtherwise.CloseIdleConnections()
	config.URL, config.Transport = otherwise.URL, toOtherwise
	report, err := verify.Run(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// to leads every name to one server, also that of links.
func to(server *httptest.Server) *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", server.Listener.Addr().String())
	}}
}

// shard runs something for each of many cells, on as many cores as there are.
func shard[T any](t *testing.T, cells []T, run func(t *testing.T, cell T)) {
	t.Helper()
	var wg sync.WaitGroup
	next := make(chan T)
	for range 4 {
		wg.Go(func() {
			for cell := range next {
				run(t, cell)
			}
		})
	}
	for _, cell := range cells {
		next <- cell
	}
	close(next)
	wg.Wait()
}

type cell struct {
	alter.Alteration
	release string
	report  *verify.Report
}

func cellsOf(alterations []alter.Alteration) (cells []*cell) {
	for _, a := range alterations {
		for _, release := range mockserver.Releases() {
			if a.In(release) {
				cells = append(cells, &cell{Alteration: a, release: release})
			}
		}
	}
	return cells
}

// Honest variants of a server keep every claim: what a FOLIO may do otherwise does not make verify cry wolf.
func TestHonestVariants(t *testing.T) {
	variants := alterations(t, "variants")
	if len(variants) < 30 {
		t.Errorf("%d variants", len(variants))
	}
	shard(t, cellsOf(variants), func(t *testing.T, c *cell) {
		report := altered(t, c.release, c.Alteration, "")
		if report.Outcome() == verify.AllHold && report.Counts()[verify.Unstable] == 0 {
			return
		}
		t.Errorf("%s in %s (%s): %s %s", c.Name, c.release, c.What, report.Outcome(), report.Stopped)
		for _, r := range report.Results {
			if r.Verdict != verify.Holds && r.Verdict != verify.Drift {
				t.Errorf("    %s %s: %+v", r.Verdict, r.Claim.ID, r.Findings)
			}
		}
	})
}

// noticed are the claims that a report does not let pass, apart from those that could not be checked.
func noticed(r *verify.Report) (claims []string) {
	for _, result := range r.Results {
		if result.Verdict == verify.Broken || result.Verdict == verify.Unstable {
			claims = append(claims, result.Claim.ID)
		}
	}
	return claims
}

// withoutDocument leaves out the claims that hold answers against the document, so that one sees what the others notice
// alone.
func withoutDocument(claims []string) []string {
	return slices.DeleteFunc(slices.Clone(claims), func(id string) bool { return strings.HasSuffix(id, ".as-documented") })
}
