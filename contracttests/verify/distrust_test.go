package verify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// everyHost leads each name and address to the server of a config, which is called otherwise, and remembers what the
// server was asked for.
func everyHost(c verify.Config, name string) verify.Config {
	at := strings.TrimPrefix(c.URL, "http://")
	c.URL = "http://" + name
	c.Transport = &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", at)
	}}
	return c
}

// A link that leads to where no object store is, or to what is not the run's, is not fetched.
func TestHostileLinks(t *testing.T) {
	const foreignJob = "deadbeef-0000-4000-8000-000000000001"
	for name, tt := range map[string]struct {
		link    string // JOB stands for the run's job
		fetched bool
		verdict verify.Verdict // of file.is-fetched
	}{
		"a store elsewhere":     {"https://store.example.test/JOB/x.mrc?X-Amz-Signature=1", false, verify.Unchecked}, // which answers no TLS here
		"a store without TLS":   {"http://store.example.test/JOB/x.mrc?X-Amz-Signature=1", true, verify.Broken},
		"cloud metadata":        {"http://169.254.169.254/latest/meta-data/JOB", false, verify.Unchecked},
		"metadata in IPv6":      {"http://[::ffff:169.254.169.254]/JOB", false, verify.Unchecked},
		"link-local":            {"http://[fe80::1]:80/JOB", false, verify.Unchecked},
		"nowhere":               {"http://0.0.0.0/JOB", false, verify.Unchecked},
		"loopback":              {"http://127.0.0.1/JOB", false, verify.Unchecked},
		"loopback in IPv6":      {"http://[::1]/JOB", false, verify.Unchecked},
		"localhost":             {"http://LOCALHOST./JOB", false, verify.Unchecked},
		"a job of others":       {"http://store.example.test/" + foreignJob + "/foreign.mrc?X-Amz-Signature=1", false, verify.Unchecked},
		"the job in the query":  {"http://store.example.test/" + foreignJob + "/foreign.mrc?job=JOB", false, verify.Unchecked},
		"an API of the gateway": {"http://folio.example.test/data-export/job-profiles?limit=1", false, verify.Unchecked},
		"a file":                {"file:///JOB", false, verify.Unchecked},
		"no scheme":             {"//store.example.test/JOB", false, verify.Unchecked},
		"with a password":       {"http://u:p@store.example.test/JOB", false, verify.Unchecked},
		"a bad escape":          {"http://store.example.test/%zz/JOB", false, verify.Unchecked},
		"nothing":               {"", false, verify.Unchecked},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var fetched []string
			job := regexp.MustCompile(executions + "/([^/]*)/download/")
			c := fakeBehind(t, verify.Workflow, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch found := job.FindStringSubmatch(r.URL.Path); {
					case r.Header.Get("X-Okapi-Tenant") == "":
						mu.Lock()
						fetched = append(fetched, r.Host+r.URL.Path)
						mu.Unlock()
						w.WriteHeader(http.StatusTeapot)
					case found != nil:
						link, _ := json.Marshal(strings.ReplaceAll(tt.link, "JOB", found[1]))
						edited(asked(get, "", ""), func(a *reply) {
							if a.status == http.StatusOK {
								a.body = regexp.MustCompile(`"link"\s*:\s*"[^"]*"`).ReplaceAllLiteralString(a.body, `"link":`+string(link))
							}
						})(next).ServeHTTP(w, r)
					default:
						next.ServeHTTP(w, r)
					}
				})
			}, mockserver.WithRelease("sunflower"), mockserver.WithNamedRecords())
			report := run(t, everyHost(c, "folio.example.test"))
			if got := len(fetched) > 0; got != tt.fetched {
				t.Errorf("fetched: %v", fetched)
			}
			if got := verdictOf(report, "file.is-fetched"); got != tt.verdict {
				t.Errorf("%s %s", got, report.Stopped)
			}
		})
	}
}

// verdictOf is what came of a claim; empty if it was not judged.
func verdictOf(r *verify.Report, claim string) verify.Verdict {
	for _, result := range r.Results {
		if result.Claim.ID == claim {
			return result.Verdict
		}
	}
	return ""
}

// A redirect is not followed, neither with the token nor without.
func TestRedirects(t *testing.T) {
	var mu sync.Mutex
	var strayed []string
	c := fakeBehind(t, verify.ReadOnly, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Host != "folio.example.test":
				mu.Lock()
				strayed = append(strayed, r.Host)
				mu.Unlock()
			case r.URL.Path == profiles:
				http.Redirect(w, r, "http://elsewhere.example.test/", http.StatusFound)
				return
			}
			next.ServeHTTP(w, r)
		})
	}, mockserver.WithRelease("sunflower"))
	report := run(t, everyHost(c, "folio.example.test"))
	if len(strayed) > 0 || report.Outcome() != verify.CouldNotCheck || report.Counts()[verify.Broken] > 0 {
		t.Errorf("%v %s %+v", strayed, report.Outcome(), report.Counts())
	}
}

// plant lets somebody else prepare a job, who is another user or the run's, and returns its id.
func plant(t *testing.T, c verify.Config, user string) (job string) {
	t.Helper()
	send := func(path, token, mediaType, body string) []byte {
		return exchangeWith(t, c, post, path, token, mediaType, body)
	}
	token := loginAs(t, c, user)
	var made struct{ ID, JobExecutionID string }
	if err := json.Unmarshal(send(definitions, token, "application/json", `{"fileName":"foreign-planted.csv"}`), &made); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(send(definitions+"/"+made.ID+"/upload", token, "application/octet-stream", storedID+"\n"), &made); err != nil || made.JobExecutionID == "" {
		t.Fatal(err, made)
	}
	return made.JobExecutionID
}

// A server can name somebody else's job as the run's own. It is neither exported nor removed, whoever's it is.
func TestForeignJobIsSpared(t *testing.T) {
	for _, release := range []string{"sunflower", "trillium"} {
		for _, user := range []string{"exporter", "diku_admin", "somebody who has exported"} {
			for where, about := range map[string]func(*http.Request) bool{
				"define": func(r *http.Request) bool { return r.Method == post && r.URL.Path == definitions },
				"upload": asked(post, "/upload", ""),
				"both":   asked(post, definitions, ""),
			} {
				t.Run(release+" "+user+" "+where, func(t *testing.T) {
					t.Parallel()
					job := ""
					c := fakeBehind(t, verify.Workflow, edited(func(r *http.Request) bool { return job != "" && about(r) }, func(a *reply) {
						replaced(`"jobExecutionId"\s*:\s*"[^"]*"`, `"jobExecutionId":"`+job+`"`)(a)
					}), mockserver.WithRelease(release), mockserver.WithNamedRecords())
					populate(t, c)
					for range 8 { // so that the last of them is in no list
						plant(t, c, "exporter")
					}
					var planted string
					if user == "somebody who has exported" {
						planted = oldestJob(t, c)
					} else {
						planted = plant(t, c, user)
					}
					path := executions + "?query=id%3D%3D" + planted
					before := string(ask(t, c, path))
					_ = c.Pass(t.Context(), 10*time.Second)
					job = planted
					var wire recorder
					report := run(t, wire.before(t, c, nil))
					job = ""
					if after := string(ask(t, c, path)); after != before || !strings.Contains(before, planted) {
						t.Errorf("before\n%s\nafter\n%s", before, after)
					}
					for _, s := range wire.seen {
						if s.method == http.MethodDelete && strings.Contains(s.path, planted) {
							t.Errorf("%s %s", s.method, s.path)
						}
					}
					if report.Outcome() == verify.AllHold {
						t.Error("nobody says so")
					}
				})
			}
		}
	}
}

// A job that was listed before the run began is the run's under no name, and the claim about it is broken.
func TestListedJobIsNoNewOne(t *testing.T) {
	job := ""
	c := fakeBehind(t, verify.Workflow, edited(func(r *http.Request) bool { return job != "" && asked(post, definitions, "")(r) }, func(a *reply) {
		replaced(`"jobExecutionId"\s*:\s*"[^"]*"`, `"jobExecutionId":"`+job+`"`)(a)
	}), mockserver.WithRelease("sunflower"), mockserver.WithNamedRecords())
	job = firstJob(t, c)
	var wire recorder
	report := run(t, wire.before(t, c, nil))
	if got := verdictOf(report, "definition.has-its-job"); got != verify.Broken {
		t.Errorf("%s", got)
	}
	for _, s := range wire.seen {
		if s.method == http.MethodDelete || s.method == post && s.path == "/data-export/export" && !strings.Contains(s.body, "5bb6a5a7") {
			t.Errorf("%s %s %s", s.method, s.path, s.body)
		}
	}
}

// oldestJob is the id of the job that has ended second of all, which is at no end of any list.
func oldestJob(t *testing.T, c verify.Config) string {
	t.Helper()
	for range 4 {
		populate(t, c)
	}
	return jobBy(t, c, "query=status%3D%3DCOMPLETED%20sortby%20completedDate&limit=1&offset=1")
}

// firstJob lets somebody export, and is the id of that job.
func firstJob(t *testing.T, c verify.Config) string {
	t.Helper()
	populate(t, c)
	return jobBy(t, c, "query=cql.allRecords%3D1%20sortby%20completedDate/sort.descending&limit=1")
}

// jobBy is the id of the first job that a query finds.
func jobBy(t *testing.T, c verify.Config, query string) string {
	t.Helper()
	var list struct{ JobExecutions []struct{ ID string } }
	if err := json.Unmarshal(ask(t, c, executions+"?"+query), &list); err != nil || len(list.JobExecutions) == 0 {
		t.Fatal(err)
	}
	return list.JobExecutions[0].ID
}

// An id that the server gives comes into no further request unless it is a UUID.
func TestCraftedIDs(t *testing.T) {
	quoted := func(id string) string {
		text, _ := json.Marshal(id)
		return string(text)
	}
	crafted := []string{
		`x" or id=*`, `*`, `../../../configurations/entries?limit=9`, `..%2f..%2fperms`, `a/b`, "a\r\nX-Evil: 1", `x&query=cql.allRecords=1`, `x#y`,
		`urn:uuid:6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a`, `{6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a}`, `6f7f3cd7-9f24-42eb-ae91-91af1cd54d0"`, "6f7f3cd7*9f24*42eb*ae91*91af1cd54d0a", "",
	}
	for place, at := range map[string]struct {
		about  func(*http.Request) bool
		member string
	}{
		"definition":         {func(r *http.Request) bool { return r.Method == post && r.URL.Path == definitions }, "id"},
		"job at creation":    {func(r *http.Request) bool { return r.Method == post && r.URL.Path == definitions }, "jobExecutionId"},
		"job":                {func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, definitions) }, "jobExecutionId"},
		"file":               {asked(get, executions, ""), "fileId"},
		"profile":            {asked(get, profiles, ""), "id"},
		"instance":           {asked(get, "/inventory/instances", ""), "id"},
		"job that is listed": {asked(get, executions, ""), "id"},
		"status":             {asked(get, executions, ""), "status"},
		"module":             {asked(get, "/_/proxy/tenants/", ""), "id"},
	} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			member := regexp.MustCompile(`"` + at.member + `"(\s*:\s*)"[^"]*"`)
			for _, id := range crafted {
				edit := func(a *reply) {
					a.body = member.ReplaceAllString(a.body, `"`+at.member+`"${1}`+strings.ReplaceAll(quoted(id), "$", "$$"))
				}
				c := fakeBehind(t, verify.Workflow, edited(at.about, edit), mockserver.WithRelease("sunflower"), mockserver.WithNamedRecords())
				var wire recorder
				report := run(t, wire.before(t, c, nil))
				for _, s := range wire.seen {
					whole, _ := url.QueryUnescape(s.query)
					if id != "" && len(id) > 1 && strings.Contains(s.path+"?"+whole, id) || strings.Contains(s.path, "..") || strings.Contains(s.path, "//") || s.header.Get("X-Evil") != "" {
						t.Errorf("%q: %s %s?%s", id, s.method, s.path, whole)
					}
				}
				if report.Requests != len(wire.seen) {
					t.Errorf("%q: %d requests, and %d came", id, report.Requests, len(wire.seen))
				}
			}
		})
	}
}

// Answers that are very long or very deep are borne: the run ends, keeps its bounds and says what it found.
func TestHugeAnswers(t *testing.T) {
	rows := func(a *reply) {
		var list map[string]any
		if json.Unmarshal([]byte(a.body), &list) != nil {
			return
		}
		for name, value := range list {
			some, _ := value.([]any)
			if len(some) == 0 {
				continue
			}
			first, _ := some[0].(map[string]any)
			if first == nil {
				continue
			}
			for i := range 10_000 {
				row := map[string]any{"id": fmt.Sprintf("00000000-0000-4000-8000-%012d", i), "userName": fmt.Sprintf("user-number-%d", i)}
				for key, kept := range first {
					if _, taken := row[key]; !taken {
						row[key] = kept
					}
				}
				some = append(some, row)
			}
			list[name] = some
		}
		body, _ := json.Marshal(list)
		a.body = string(body)
	}
	deep := func(open string) func(*reply) {
		return func(a *reply) { a.body = `{"jobProfiles":` + strings.Repeat(open, 7_000_000/len(open)) }
	}
	for name, tt := range map[string]struct {
		edit  func(*reply)
		path  string
		level verify.Level
	}{
		"10,000 profiles": {rows, profiles, verify.ReadOnly}, "10,000 jobs": {rows, executions, verify.ReadOnly},
		"10,000 log rows": {rows, "/data-export/logs", verify.Workflow}, "10,000 instances": {rows, "/inventory/instances", verify.ReadOnly},
		"deep lists": {deep("["), profiles, verify.ReadOnly}, "deep objects": {deep(`{"a":`), executions, verify.ReadOnly},
	} {
		t.Run(name, func(t *testing.T) {
			rows := false
			about := func(r *http.Request) bool { return rows && r.Method == get && r.URL.Path == tt.path }
			c := fakeBehind(t, tt.level, edited(about, tt.edit), mockserver.WithRelease("sunflower"), mockserver.WithNamedRecords())
			populate(t, c)
			rows = true
			report := run(t, c)
			text, _ := json.Marshal(report)
			if report.Outcome() != verify.SomeBroken && tt.path != "/inventory/instances" || report.Requests > report.Budget || len(text) > 4<<20 {
				t.Errorf("%s after %d requests, %d bytes", report.Outcome(), report.Requests, len(text))
			}
			for _, result := range report.Results {
				if len(result.Findings) > 150 {
					t.Errorf("%s has %d findings", result.Claim.ID, len(result.Findings))
				}
			}
		})
	}
}
