package verify_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// recorder stands before a server and remembers what it was asked, and when by the server's clock.
type recorder struct {
	mu   sync.Mutex
	seen []*sent
}

type sent struct {
	method, path, query, body string
	header                    http.Header
	at                        time.Time
}

func (r *recorder) before(t *testing.T, c verify.Config, forward func(http.Header)) verify.Config {
	t.Helper()
	target, err := url.Parse(c.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(target)
		p.Out.Host = p.In.Host
		if forward != nil {
			forward(p.Out.Header)
		}
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		seen := &sent{method: q.Method, path: q.URL.Path, query: q.URL.RawQuery, header: q.Header.Clone(), at: c.Now()}
		r.mu.Lock()
		r.seen = append(r.seen, seen)
		r.mu.Unlock()
		body, err := io.ReadAll(q.Body)
		if err != nil {
			panic(http.ErrAbortHandler) // who broke off gets no answer, and nobody else either
		}
		seen.body = string(body)
		q.Body = io.NopCloser(strings.NewReader(seen.body))
		proxy.ServeHTTP(w, q)
	}))
	t.Cleanup(server.Close)
	c.URL = server.URL
	return c
}

// lived is a server on which somebody else has worked.
func lived(t *testing.T, level verify.Level, options ...mockserver.Option) verify.Config {
	t.Helper()
	c := fake(t, level, options...)
	populate(t, c)
	return c
}

// populate lets somebody else export twice.
func populate(t testing.TB, c verify.Config) {
	t.Helper()
	other, err := client.New(client.Config{URL: c.URL, Tenant: "diku", Username: "exporter", Password: "exporter", HTTPClient: &http.Client{Transport: c.Transport}, OnEvent: func(e client.Event) {
		if e.Step == client.StepJob {
			_ = c.Pass(t.Context(), time.Minute)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	var inventory struct{ Instances []struct{ ID string } }
	if err := json.Unmarshal(ask(t, c, "/inventory/instances?limit=1"), &inventory); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err := other.Export(t.Context(), client.Export{
			IDs: strings.NewReader(inventory.Instances[0].ID + "\n"), FileName: "foreign.csv", JobProfile: defaultProfile, Output: io.Discard,
			Patience: client.Patience{Timeout: time.Minute, PollInterval: time.Millisecond},
		})
		if failure, is := errors.AsType[*client.Error](err); err != nil && (!is || failure.Kind != client.KindFailed) {
			t.Fatal(err)
		}
	}
}

const defaultProfile = "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"

// ask gets something as the administrator.
func ask(t testing.TB, c verify.Config, path string) []byte {
	t.Helper()
	return exchangeWith(t, c, http.MethodGet, path, loginAs(t, c, "diku_admin"), "", "")
}

// loginAs is a token of a user of the fake.
func loginAs(t testing.TB, c verify.Config, user string) string {
	t.Helper()
	password := map[string]string{"diku_admin": "admin", "exporter": "exporter"}[user]
	for _, cookie := range answerTo(t, c, http.MethodPost, "/authn/login-with-expiry", "", "application/json", `{"username":"`+user+`","password":"`+password+`"}`).Cookies() {
		if cookie.Name == "folioAccessToken" {
			return cookie.Value
		}
	}
	t.Fatal("nobody can log in as " + user)
	return ""
}

// exchangeWith sends a request and returns the body of its answer.
func exchangeWith(t testing.TB, c verify.Config, method, path, token, mediaType, body string) []byte {
	t.Helper()
	text, err := io.ReadAll(answerTo(t, c, method, path, token, mediaType, body).Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func answerTo(t testing.TB, c verify.Config, method, path, token, mediaType, body string) *http.Response {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), method, c.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	q.Header = http.Header{"X-Okapi-Tenant": {"diku"}, "Accept": {"*/*"}}
	if token != "" {
		q.Header.Set("X-Okapi-Token", token)
	}
	if body == "" {
		q.Body, q.ContentLength = nil, 0
	} else {
		q.Header.Set("Content-Type", mediaType)
	}
	got, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { got.Body.Close() })
	return got
}

// foreign is all that a tenant shows of profiles, and of jobs that are not the run's.
func foreign(t *testing.T, c verify.Config) string {
	t.Helper()
	var all strings.Builder
	all.Write(ask(t, c, "/data-export/job-profiles?limit=100"))
	var list struct{ JobExecutions []json.RawMessage }
	if err := json.Unmarshal(ask(t, c, "/data-export/job-executions?limit=100"), &list); err != nil {
		t.Fatal(err)
	}
	for _, row := range list.JobExecutions {
		if strings.Contains(string(row), "foreign") {
			all.Write(row)
		}
	}
	return all.String()
}

// A run of each level leaves what others have as it was, keeps to rate and budget, and sends nothing that its plan does
// not have.
func TestHarmless(t *testing.T) {
	for _, release := range mockserver.Releases() {
		for _, level := range verify.Levels() {
			t.Run(release+" "+string(level), func(t *testing.T) {
				t.Parallel()
				c := lived(t, level, mockserver.WithRelease(release))
				before := foreign(t, c)
				if !strings.Contains(before, "foreign") {
					t.Fatal("there is no foreign job to be spared")
				}
				var wire recorder
				report := run(t, wire.before(t, c, nil))
				if report.Outcome() != verify.AllHold {
					t.Errorf("%s %s %+v", report.Outcome(), report.Stopped, report.Counts())
				}
				if after := foreign(t, c); after != before {
					t.Errorf("before\n%s\nafter\n%s", before, after)
				}
				spared(t, level, &wire, report)
			})
		}
	}
}

// spared looks at each request that a run sent.
func spared(t *testing.T, level verify.Level, wire *recorder, report *verify.Report) {
	t.Helper()
	logins := 0
	made := map[string]bool{}
	for _, e := range report.Exchanges {
		for _, text := range []string{e.Answer} {
			for _, id := range ids(text) {
				if e.Method == http.MethodPost {
					made[id] = true
				}
			}
		}
	}
	for i, s := range wire.seen {
		if i > 0 && s.at.Sub(wire.seen[i-1].at) < 500*time.Millisecond {
			t.Errorf("%s %s came %s after the request before it", s.method, s.path, s.at.Sub(wire.seen[i-1].at))
		}
		logs := strings.HasPrefix(s.path, "/authn/login")
		if logs {
			logins++
		}
		switch {
		case s.method == http.MethodGet, level == verify.OwnServer:
		case logs:
		case level == verify.ReadOnly:
			t.Errorf("a run that only reads sent %s %s", s.method, s.path)
		case s.method == http.MethodDelete && made[s.path[strings.LastIndex(s.path, "/")+1:]]:
		case s.method == http.MethodPost && slices.Contains([]string{"/data-export/file-definitions", "/data-export/export"}, s.path):
		case s.method == http.MethodPost && strings.HasSuffix(s.path, "/upload"):
		default:
			t.Errorf("a run of level %s sent %s %s", level, s.method, s.path)
		}
		if s.method == http.MethodGet && strings.Contains(s.path, "/_fauxkapi") {
			t.Errorf("the run used a control path, %s", s.path)
		}
	}
	if level != verify.OwnServer && logins != 1 {
		t.Errorf("%d logins", logins)
	}
	if budget := map[verify.Level]int{verify.ReadOnly: 60, verify.Workflow: 200, verify.OwnServer: 400}[level]; len(wire.seen) > budget || report.Requests != budgeted(wire) {
		t.Errorf("%d requests of %d, and the report says %d", len(wire.seen), budget, report.Requests)
	}
}

// budgeted is how many requests came by; the links lead past the recorder or through it.
func budgeted(wire *recorder) int { return len(wire.seen) }

func ids(text string) (all []string) {
	for i := 0; i+36 <= len(text); i++ {
		if part := text[i : i+36]; part[8] == '-' && part[13] == '-' && part[18] == '-' && part[23] == '-' {
			all = append(all, part)
		}
	}
	return all
}

// The plan has at least what was sent, and its sum keeps to the budget.
func TestPlan(t *testing.T) {
	for level, budget := range map[verify.Level]int{verify.ReadOnly: 60, verify.Workflow: 200, verify.OwnServer: 400} {
		c := fake(t, level)
		plan, err := verify.Plan(c)
		if err != nil {
			t.Fatal(err)
		}
		if sum := verify.Sum(plan); sum > budget {
			t.Errorf("%s: %d requests are planned", level, sum)
		}
		var text strings.Builder
		if err := verify.WritePlan(&text, c); err != nil || !strings.Contains(text.String(), fmt.Sprintf("At most %d requests", verify.Sum(plan))) {
			t.Errorf("%v\n%s", err, text.String())
		}
	}
}

// A refused login ends the run after one attempt.
func TestRefusedLogin(t *testing.T) {
	for _, release := range mockserver.Releases() {
		c := fake(t, verify.Workflow, mockserver.WithRelease(release))
		c.Password = "wrong-and-planted"
		var wire recorder
		report := run(t, wire.before(t, c, nil))
		if len(wire.seen) != 1 || report.Outcome() != verify.CouldNotCheck || !strings.Contains(report.Stopped, "refused") {
			t.Errorf("%s: %d requests, %s, %q", release, len(wire.seen), report.Outcome(), report.Stopped)
		}
		if text, _ := json.Marshal(report); strings.Contains(string(text), "planted") {
			t.Errorf("%s: the report has the password", release)
		}
	}
}

// A budget ends the run, which says so; what it made is removed all the same.
func TestBudget(t *testing.T) {
	for budget := 1; budget < 60; budget += 7 {
		c := fake(t, verify.Workflow, mockserver.WithRelease("sunflower"))
		c.Budget = budget
		report := run(t, c)
		if report.Outcome() != verify.CouldNotCheck || !strings.Contains(report.Stopped, "budget") || report.Counts()[verify.Broken] > 0 {
			t.Errorf("%d: %s, %q", budget, report.Outcome(), report.Stopped)
		}
		for _, left := range report.Left {
			if left.Kind == "job" {
				t.Errorf("%d: a job stays: %s", budget, left.Why)
			}
		}
	}
}

// What stays in every release is told: definitions, log rows, and the numbers of jobs, also where these can be removed.
func TestLeft(t *testing.T) {
	for release, want := range map[string]map[string]int{
		"guide": {"job": 2, "file definition": 4}, "sunflower": {"hrId": 2, "log rows": 2, "file definition": 5}, "trillium": {"hrId": 2, "log rows": 2, "file definition": 4},
	} {
		got := map[string]int{}
		for _, left := range run(t, fake(t, verify.Workflow, mockserver.WithRelease(release))).Left {
			got[left.Kind]++
			if left.Kind == "hrId" && left.ID != "1" && left.ID != "2" {
				t.Errorf("%s: a job has the number %s", release, left.ID)
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %v stays, want %v", release, got, want)
		}
	}
}

// An interrupted run leaves on the server what it says that it leaves.
func TestInterrupted(t *testing.T) {
	for after := 3; after < 60; after += 6 {
		c := fake(t, verify.Workflow, mockserver.WithRelease("trillium"))
		ctx, cancel := context.WithCancel(t.Context())
		sent := 0
		c.OnExchange = func(verify.Exchange) {
			if sent++; sent == after {
				cancel()
			}
		}
		report, err := verify.Run(ctx, c)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(report.Stopped, "interrupted") || report.Outcome() == verify.AllHold {
			t.Errorf("%d: %q %s", after, report.Stopped, report.Outcome())
		}
		stays := map[string]bool{}
		for _, left := range report.Left {
			stays[left.ID] = true
		}
		for _, id := range jobsOf(t, c) {
			if !stays[id] {
				t.Errorf("after %d requests job %s stays, and nobody says so", after, id)
			}
		}
	}
}

// jobsOf are the ids of all jobs of the tenant.
func jobsOf(t *testing.T, c verify.Config) []string {
	t.Helper()
	other, err := client.New(client.Config{URL: c.URL, Tenant: "diku", Username: "diku_admin", Password: "admin"})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	jobs, _, err := other.Jobs(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, job := range jobs {
		all = append(all, job.Id)
	}
	return all
}

// Servers that are no FOLIO, or not well, are neither passed nor failed, and the run ends.
func TestUnwell(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"500": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		},
		"502": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "<html>Bad Gateway</html>", http.StatusBadGateway)
		},
		"HTML":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><body>It works!</body></html>") },
		"nothing": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"hangs": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // or the server does not notice that the client has gone
			<-r.Context().Done()
		},
		"404": http.NotFound,
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(answer)
			defer server.Close()
			report := run(t, verify.Config{
				URL: server.URL, Tenant: "diku", Username: "u", Password: "planted-password", Level: verify.Workflow, TimeoutScale: 0.01, Rate: 1000,
			})
			if report.Outcome() != verify.CouldNotCheck || report.Stopped == "" || report.Requests > 5 {
				t.Errorf("%s %q after %d requests", report.Outcome(), report.Stopped, report.Requests)
			}
		})
	}
}
