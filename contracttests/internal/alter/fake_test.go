package alter

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// One alteration of each kind before the fake itself: what the client sees, and what the server has seen.
func TestBeforeTheFake(t *testing.T) {
	all := map[string]Alteration{}
	for _, file := range []string{"variants", "defects"} {
		for _, a := range read(t, file) {
			all[a.Name] = a
		}
	}
	const list = first + "\n" + second + "\n"
	for name, see := range map[string]func(v *tourist, fake *mockserver.Server){
		"login-wrong-password-accepted": func(v *tourist, _ *mockserver.Server) {
			v.is(http.StatusCreated, v.send(http.MethodPost, "/authn/login-with-expiry", `{"username":"diku_admin","password":"x"}`))
		},
		"token-not-required": func(v *tourist, _ *mockserver.Server) {
			v.is(http.StatusOK, v.get("/data-export/job-profiles"))
			v.is(http.StatusOK, v.get("/data-export/job-executions", "X-Okapi-Token", ""))
			v.is(http.StatusUnauthorized, v.get("/data-export/job-executions", "X-Okapi-Token", "garbage"))
		},
		"token-never-expires": func(v *tourist, fake *mockserver.Server) {
			v.is(http.StatusOK, v.get("/data-export/job-profiles"))
			fake.Advance(11 * time.Minute)
			v.is(http.StatusOK, v.get("/data-export/job-profiles"))
			v.is(http.StatusUnauthorized, v.get("/data-export/job-executions"))
		},
		"tenant-ignored": func(v *tourist, _ *mockserver.Server) {
			v.is(http.StatusOK, v.get("/data-export/job-profiles", "X-Okapi-Tenant", "university"))
		},
		"jobs-filter-ignored": func(v *tourist, _ *mockserver.Server) {
			v.start("x.csv", list)
			v.has("1", v.look(nowhere), "/totalRecords")
		},
		"definition-wrong-ending-accepted": func(v *tourist, _ *mockserver.Server) {
			v.is(http.StatusCreated, v.send(http.MethodPost, "/data-export/file-definitions", `{"fileName":"x.txt"}`))
		},
		"upload-loses-a-line": func(v *tourist, fake *mockserver.Server) {
			job := v.start("x.csv", list)
			fake.Advance(time.Minute)
			v.has("1", v.look(job), "/jobExecutions/0/progress/total")
		},
		"export-does-not-start": func(v *tourist, fake *mockserver.Server) {
			job := v.start("x.csv", list)
			fake.Advance(time.Minute)
			v.has("NEW", v.look(job), "/jobExecutions/0/status")
		},
		"job-completed-before-its-file": func(v *tourist, fake *mockserver.Server) {
			job := v.start("x.csv", list)
			fake.Advance(110 * time.Millisecond)
			w := v.look(job)
			v.has("COMPLETED", w, "/jobExecutions/0/status")
			v.has("2", w, "/jobExecutions/0/progress/exported")
			v.is(http.StatusNotFound, v.get(v.link(job)))
		},
		"job-stands-still": func(v *tourist, fake *mockserver.Server) {
			job := v.start("x.csv", list)
			fake.Advance(time.Minute)
			v.has("NEW", v.look(job), "/jobExecutions/0/status")
		},
		"link-wants-token": func(v *tourist, fake *mockserver.Server) {
			link := v.link(v.done(fake, list))
			v.is(http.StatusUnauthorized, v.get(link))
			v.is(http.StatusOK, v.get(link, "X-Okapi-Token", "any"))
		},
		"link-never-expires": func(v *tourist, fake *mockserver.Server) {
			link := v.link(v.done(fake, list))
			before := v.get(link)
			fake.Advance(11 * time.Minute)
			after := v.get(link)
			v.is(http.StatusOK, after)
			if before.Body.String() != after.Body.String() {
				v.t.Error("it opens to something else")
			}
		},
		"file-record-missing": func(v *tourist, fake *mockserver.Server) {
			link := v.link(v.done(fake, list))
			if records, ok := readMARC(v.get(link).Body.Bytes()); !ok || len(records) != 1 || records[0].Subfield("999", 'i') != second {
				v.t.Errorf("%d records", len(records))
			}
		},
		"removal-does-nothing": func(v *tourist, fake *mockserver.Server) {
			job := v.done(fake, list)
			v.is(http.StatusNoContent, v.send(http.MethodDelete, "/data-export/job-executions/"+job, ""))
			v.has("1", v.look(job), "/totalRecords")
		},
		"link-to-another-host": func(v *tourist, fake *mockserver.Server) {
			link := v.link(v.done(fake, list))
			if want := "http://files.example.org:9000/"; link[:len(want)] != want {
				v.t.Errorf("the link is %s", link)
			}
			v.is(http.StatusOK, v.get(link))
		},
		"compressed": func(v *tourist, _ *mockserver.Server) {
			if got := v.get("/data-export/job-profiles").Header().Get("Content-Encoding"); got != "gzip" {
				v.t.Errorf("coded as %q", got)
			}
		},
		"dates-of-another-zone": func(v *tourist, fake *mockserver.Server) {
			v.has("2026-01-20T15:17:02.263+02:00", v.look(v.done(fake, list)), "/jobExecutions/0/startedDate")
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, ok := all[name]
			if !ok {
				t.Fatal("it is in no file")
			}
			var options []mockserver.Option
			if a.Fake.PublicURL != "" {
				options = append(options, mockserver.WithPublicURL(a.Fake.PublicURL))
			}
			fake := newFake(t, "sunflower", options...)
			v := &tourist{t: t, server: fake}
			v.logIn()
			v.server = a.Handler(fake)
			see(v, fake)
		})
	}
}

func (t *tourist) is(status int, w *httptest.ResponseRecorder) {
	t.t.Helper()
	if w.Code != status {
		t.t.Errorf("%d %s, want %d", w.Code, w.Body, status)
	}
}

func (t *tourist) has(want string, w *httptest.ResponseRecorder, at string) {
	t.t.Helper()
	if got := t.value(w, at); got != want {
		t.t.Errorf("%s is %s, want %s", at, got, want)
	}
}

// done is a job that has ended.
func (t *tourist) done(fake *mockserver.Server, list string) string {
	t.t.Helper()
	job := t.start("x.csv", list)
	fake.Advance(time.Minute)
	return job
}

// link is the link to the file of a job.
func (t *tourist) link(job string) string {
	t.t.Helper()
	file := t.value(t.look(job), "/jobExecutions/0/exportedFiles/0/fileId")
	return t.value(t.get("/data-export/job-executions/"+job+"/download/"+file), "/link")
}
