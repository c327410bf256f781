package verify_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// newer is a module of a version that nobody knows yet, with a member that nobody knows either.
func newer(next http.Handler) http.Handler {
	version := edited(asked(get, "/entitlements/", ""), instead(http.StatusOK, "application/json", `{"applicationDescriptors":[{"modules":[{"id":"mod-data-export-6.1.0"}]}],"totalRecords":1}`))
	member := edited(func(r *http.Request) bool { return r.Method == get && r.URL.Path == profiles }, replaced(`"jobProfiles"`, `"hue":"blue","jobProfiles"`))
	return version(member(next))
}

// A module that is newer than every release is held to the newest, and what it has in addition is a note, unless the run
// is strict.
func TestAhead(t *testing.T) {
	for strict, want := range map[bool]verify.Outcome{false: verify.AllHold, true: verify.SomeBroken} {
		c := fakeBehind(t, verify.Workflow, newer, mockserver.WithRelease("trillium"), mockserver.WithNamedRecords())
		c.Strict = strict
		report := run(t, c)
		if !report.Server.Ahead || report.Server.Release != "trillium" || report.Server.Module != "mod-data-export-6.1.0" {
			t.Errorf("%+v", report.Server)
		}
		if counts := report.Counts(); report.Outcome() != want || counts[verify.Drift] == 0 || counts[verify.Broken] > 0 {
			t.Errorf("strict %v: %s %+v", strict, report.Outcome(), counts)
		}
		if all := forms(t, report); !strings.Contains(strings.Join(strings.Fields(all["table"]), " "), "which is older than it") || !strings.Contains(all["html"], "which is older than it") {
			t.Error(all["table"])
		}
	}
}

// found breaks the claim definition.is-found as often as is said.
func found(times int64) func(http.Handler) http.Handler {
	var seen atomic.Int64
	about := func(r *http.Request) bool {
		return r.Method == get && strings.HasPrefix(r.URL.Path, definitions+"/") && !strings.Contains(r.URL.Path, "5bb6a5a7") && seen.Add(1) <= times
	}
	return edited(about, replaced(`"status"(\s*):(\s*)"NEW"`, `"status"$1:$2"COMPLETED"`))
}

// What is broken once and then holds is unstable, which does not fail; both transcripts are in every form.
func TestUnstable(t *testing.T) {
	for _, release := range mockserver.Releases() {
		c := fakeBehind(t, verify.Workflow, found(1), mockserver.WithRelease(release), mockserver.WithNamedRecords())
		report := run(t, c)
		if report.Outcome() != verify.AllHold || verdictOf(report, "definition.is-found") != verify.Unstable {
			t.Fatalf("%s: %s %+v", release, report.Outcome(), report.Counts())
		}
		var tries []int
		for _, e := range report.Exchanges {
			if e.Act == "whole" && e.Operation == "getFileDefinition" && len(tries) < e.Try {
				tries = append(tries, e.N)
			}
		}
		if len(tries) != 2 {
			t.Fatalf("%s: exchanges %v", release, tries)
		}
		all := forms(t, report)
		for form, marks := range map[string][2]string{
			"json": {`"n": %d,`, `"n": %d,`}, "html": {`id="exchange-%d"`, `href="#exchange-%d"`}, "table": {"Again:", "%d (getFileDefinition 200)"}, "junit": {"Again:", "%d (getFileDefinition 200)"},
		} {
			for i, mark := range marks {
				if strings.Contains(mark, "%d") {
					mark = fmt.Sprintf(mark, tries[i])
				}
				if !strings.Contains(all[form], mark) {
					t.Errorf("%s, %s: no %s", release, form, mark)
				}
			}
		}
	}
}

// A known deviation is accepted until its day; after it the run fails, and what nothing needs is a note.
func TestWaivers(t *testing.T) {
	claim := verify.Waiver{Claim: "definition.is-found", Reason: "slow replica", Ticket: "OPS-1", Expires: "2999-01-01"}
	field := verify.Waiver{Field: "getFileDefinition /status", Release: "sunflower", Reason: "slow replica", Ticket: "OPS-2", Expires: "2999-01-01"}
	expired, elsewhere, other := claim, field, field
	expired.Expires, elsewhere.Release, other.Field = "2020-01-01", "guide", "getFileDefinition /fileName"
	unused := verify.Waiver{Claim: "login.gives-a-token", Reason: "of old", Ticket: "OPS-3", Expires: "2020-01-01"}
	for name, tt := range map[string]struct {
		waivers []verify.Waiver
		want    verify.Outcome
		used    bool
		table   string
	}{
		"none":      {nil, verify.SomeBroken, false, "broken"},
		"claim":     {[]verify.Waiver{claim}, verify.AllHold, true, "OPS-1"},
		"field":     {[]verify.Waiver{field}, verify.AllHold, true, "OPS-2"},
		"expired":   {[]verify.Waiver{expired}, verify.SomeBroken, true, "expired"},
		"elsewhere": {[]verify.Waiver{elsewhere}, verify.SomeBroken, false, "broken"},
		"other":     {[]verify.Waiver{other}, verify.SomeBroken, false, "broken"},
		"unused":    {[]verify.Waiver{unused, claim}, verify.AllHold, false, "OPS-3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := fakeBehind(t, verify.Workflow, found(1000), mockserver.WithRelease("sunflower"), mockserver.WithNamedRecords())
			c.Waivers, c.NoDocument = tt.waivers, true
			report := run(t, c)
			if report.Outcome() != tt.want || len(report.Waivers) > 0 && (report.Waivers[0].Used > 0) != tt.used {
				t.Errorf("%s %+v %+v", report.Outcome(), report.Counts(), report.Waivers)
			}
			if table := forms(t, report)["table"]; !strings.Contains(table, tt.table) {
				t.Error(table)
			}
		})
	}
}

// A module without a gateway is sent what a gateway would add, and nothing else; nobody logs in.
func TestModule(t *testing.T) {
	for _, release := range mockserver.Releases() {
		var wire recorder
		token := ""
		c := fakeBehind(t, verify.Workflow, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/data-export/") {
					r.Header.Set("X-Okapi-Token", token)
					r.Header.Del("X-Okapi-User-Id") // which the fake's gateway does not let in
				}
				next.ServeHTTP(w, r)
			})
		}, mockserver.WithRelease(release), mockserver.WithNamedRecords())
		token = loginAs(t, c, "diku_admin")
		c.IDs, c.UserID, c.Release = []string{storedID}, userIn(t, token), release
		c = wire.before(t, c, nil)
		c.URL, c.Module, c.Username, c.Password = "", c.URL, "", ""
		report := run(t, c)
		may := []string{"Accept", "Accept-Encoding", "Content-Length", "Content-Type", "User-Agent", "X-Okapi-Tenant", "X-Okapi-Url", "X-Okapi-User-Id"}
		for _, s := range wire.seen {
			names := slices.Sorted(maps.Keys(s.header))
			link := !strings.HasPrefix(s.path, "/data-export/")
			if extra := slices.DeleteFunc(names, func(name string) bool { return slices.Contains(may, name) }); len(extra) > 0 && !link {
				t.Errorf("%s: %s %s has %v", release, s.method, s.path, extra)
			}
			for name, value := range map[string]string{"X-Okapi-Tenant": "diku", "X-Okapi-Url": c.Module, "X-Okapi-User-Id": c.UserID} {
				if got := s.header.Get(name); !link && got != value || link && got != "" {
					t.Errorf("%s: %s %s: %s is %q", release, s.method, s.path, name, got)
				}
			}
			if strings.HasPrefix(s.path, "/authn") || strings.HasPrefix(s.path, "/_/") || strings.HasPrefix(s.path, "/inventory") {
				t.Errorf("%s: %s %s, which a module does not have", release, s.method, s.path)
			}
		}
		if len(wire.seen) < 40 || report.Outcome() != verify.AllHold {
			t.Errorf("%s: %d requests, %+v %s", release, len(wire.seen), report.Counts(), report.Stopped)
			for _, r := range report.Results {
				if r.Verdict != verify.Holds {
					t.Errorf("%s %s: %+v", r.Verdict, r.Claim.ID, r.Findings)
				}
			}
		}
	}
}

// userIn is the id of the user for whom a token was given out.
func userIn(t *testing.T, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatal("the token is none")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		ID string `json:"user_id"`
	}
	if err := errors.Join(err, json.Unmarshal(payload, &claims)); err != nil || claims.ID == "" {
		t.Fatal(err, string(payload))
	}
	return claims.ID
}

// Each level keeps to another rate and budget, too, also where things are tried again and removed.
func TestRateAndBudget(t *testing.T) {
	for _, level := range verify.Levels() {
		for _, budget := range []int{12, 40, 90, 1000} {
			t.Run(fmt.Sprint(level, budget), func(t *testing.T) {
				t.Parallel()
				c := fakeBehind(t, level, found(1), mockserver.WithRelease("sunflower"), mockserver.WithNamedRecords())
				c.Rate, c.Budget = 0.5, budget
				var wire recorder
				report := run(t, wire.before(t, c, nil))
				if len(wire.seen) > budget || report.Requests != len(wire.seen) {
					t.Errorf("%d requests came, and the report says %d", len(wire.seen), report.Requests)
				}
				for i, s := range wire.seen {
					if i > 0 && s.at.Sub(wire.seen[i-1].at) < 2*time.Second {
						t.Errorf("%s %s came %s after the request before it", s.method, s.path, s.at.Sub(wire.seen[i-1].at))
					}
				}
				if over := strings.Contains(report.Stopped, "budget"); over == (report.Outcome() == verify.AllHold) {
					t.Errorf("%s %s", report.Outcome(), report.Stopped)
				}
				for _, left := range report.Left {
					if left.Kind == "job" {
						t.Errorf("a job stays: %s", left.Why)
					}
				}
			})
		}
	}
}

// An answer that says nothing about the module is no verdict, in the middle of a run either.
func TestCouldNotCheck(t *testing.T) {
	for _, status := range []int{http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout} {
		for _, path := range []string{profiles, executions, "/download/", store} {
			t.Run(fmt.Sprint(status, path), func(t *testing.T) {
				t.Parallel()
				c := fakeBehind(t, verify.Workflow, edited(asked(get, path, ""), instead(status, "text/html", "<html>Sorry</html>")), mockserver.WithRelease("sunflower"), mockserver.WithNamedRecords())
				unknown(t, run(t, c), "(%d", status)
			})
		}
	}
}

// unknown tells that nothing was found to be broken, that something could not be checked, and why.
func unknown(t *testing.T, report *verify.Report, why string, args ...any) {
	t.Helper()
	text := forms(t, report)["json"]
	if why = fmt.Sprintf(why, args...); report.Outcome() != verify.CouldNotCheck || report.Counts()[verify.Broken] > 0 || !strings.Contains(text, why) {
		t.Errorf("%s %+v %q", report.Outcome(), report.Counts(), report.Stopped)
		for _, result := range report.Results {
			if result.Verdict == verify.Broken {
				t.Errorf("%s: %+v", result.Claim.ID, result.Findings)
			}
		}
	}
}

// unreachable are addresses at which nobody can be talked to, with what a report says of them.
func unreachable(t *testing.T) map[string]string {
	t.Helper()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	closed.Close()
	reset := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_ = conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}))
	t.Cleanup(reset.Close)
	unknownCA := httptest.NewUnstartedServer(http.NotFoundHandler())
	unknownCA.Config.ErrorLog = log.New(io.Discard, "", 0)
	unknownCA.StartTLS()
	t.Cleanup(unknownCA.Close)
	return map[string]string{
		"http://" + address:           "cannot be reached from here",
		reset.URL:                     "reset the connection",
		unknownCA.URL:                 "is not accepted",
		"http://no-such-host.invalid": "is not known by the name",
		strings.Replace(reset.URL, "http:", "https:", 1): "the connection",
	}
}

// A server, or a host of links, that cannot be talked to is neither good nor bad.
func TestUnreachable(t *testing.T) {
	for address, why := range unreachable(t) {
		report := run(t, verify.Config{URL: address, Tenant: "diku", Username: "u", Password: "p", Rate: 1000})
		unknown(t, report, "%s", why)

		c := fakeBehind(t, verify.Workflow, edited(asked(get, "/download/", ""), replaced(`"link"(\s*:\s*)"https?://[^/]*/`, `"link"$1"`+address+`/`)), mockserver.WithRelease("sunflower"), mockserver.WithNamedRecords())
		report = run(t, c)
		unknown(t, report, "%s", why)
		if report.Stopped != "" || verdictOf(report, "file.is-fetched") != verify.Unchecked || verdictOf(report, "link.is-given") != verify.Holds {
			t.Errorf("%s: %s %s %s", address, report.Stopped, verdictOf(report, "file.is-fetched"), verdictOf(report, "link.is-given"))
		}
	}
}

// A permission that the user lacks says nothing about the server; the report names it, in every form for people.
func TestPermissionsLacked(t *testing.T) {
	for _, release := range mockserver.Releases() {
		var mu sync.Mutex
		refused := map[string]bool{}
		c := fakeBehind(t, verify.Workflow, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				recorder := httptest.NewRecorder()
				next.ServeHTTP(recorder, r)
				if recorder.Code == http.StatusForbidden {
					mu.Lock()
					refused[r.Method+" "+r.URL.Path] = true
					mu.Unlock()
				}
				maps.Copy(w.Header(), recorder.Header())
				w.WriteHeader(recorder.Code)
				_, _ = w.Write(recorder.Body.Bytes())
			})
		}, mockserver.WithRelease(release), mockserver.WithNamedRecords())
		c.Username, c.Password = "viewer", "viewer"
		report := run(t, c)
		unknown(t, report, "the user lacks a permission")
		if len(refused) == 0 || len(report.Server.Lacks) == 0 || !slices.IsSorted(report.Server.Lacks) {
			t.Errorf("%s: %v %v", release, refused, report.Server.Lacks)
		}
		t.Log(report.Server.Lacks)
		all := forms(t, report)
		for _, form := range []string{"table", "html", "json", "junit"} {
			if !strings.Contains(strings.Join(strings.Fields(all[form]), " "), report.Server.Lacks[0]) {
				t.Errorf("%s, %s does not name %s", release, form, report.Server.Lacks[0])
			}
		}
	}
}
