package contracttests

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// The suite must be able to fail: these are its own tests, of what decides whether an answer is right.

func TestTemplate(t *testing.T) {
	const id = "22091d4a-0c70-4a9e-8843-5dcf96c7cdf5"
	known := values{"job": id, "odd": "a.c"}
	for _, test := range []struct {
		template, release, body string
		matches                 bool
	}{
		{`{"id":"{{uuid}}"}`, "guide", `{"id":"` + id + `"}`, true},
		{`{"id":"{{uuid}}"}`, "guide", `{"id":"` + id + `"} `, false},
		{`{"id":"{{uuid}}"}`, "guide", `{"id": "` + id + `"}`, false},
		{`{"id":"{{uuid}}"}`, "guide", `{"id":"` + strings.ToUpper(id) + `"}`, false},
		{`{{job}}`, "guide", id, true},
		{`{{job}}`, "guide", strings.Replace(id, "2", "3", 1), false},
		{`{{odd}}`, "guide", "abc", false},
		{`a.c`, "guide", "abc", false},
		{`{{date}}`, "guide", "2020-10-07T13:17:02.263+0000", true},
		{`{{date}}`, "guide", "2020-10-07T13:17:02.263+00:00", false},
		{`{{date}}`, "sunflower", "2020-10-07T13:17:02.263+00:00", true},
		{`{{date}}`, "sunflower", "2020-10-07T13:17:02.263Z", false},
		{`{{date}}`, "trillium", "2020-10-07T13:17:02.263Z", true},
		{`{{date}}`, "trillium", "2020-10-07T13:17:02Z", false},
		{`{{number}}`, "guide", "112", true},
		{`{{number}}`, "guide", `"112"`, false},
		{`{{number}}`, "guide", "-1", false},
		{`"{{text}}"`, "guide", `"a"`, true},
		{`"{{text}}"`, "guide", `""`, false},
		{`{{any}}.`, "guide", "two\nlines.", true},
	} {
		e, err := expression(test.template, test.release, known)
		if err != nil {
			t.Errorf("%s: %v", test.template, err)
			continue
		}
		if got := e.MatchString(test.body); got != test.matches {
			t.Errorf("%s of %s on %q: %t, want %t", test.template, test.release, test.body, got, test.matches)
		}
	}
	if _, err := expression("{{nobody}}", "guide", known); err == nil {
		t.Error("a placeholder that nobody knows is no error")
	}
}

func TestMismatch(t *testing.T) {
	want := text(http.StatusForbidden, "Invalid token, {{id}}")
	good := answer{status: http.StatusForbidden, contentType: "text/plain", body: []byte("Invalid token, x")}
	for what, change := range map[string]func(*answer){
		"":                 func(*answer) {},
		"status":           func(a *answer) { a.status = http.StatusUnauthorized },
		"content type":     func(a *answer) { a.contentType = "text/plain;charset=UTF-8" },
		"body":             func(a *answer) { a.body = []byte("Invalid token, y") },
		"more body":        func(a *answer) { a.body = append(slices.Clone(a.body), '\n') },
		"no content, body": func(a *answer) { a.body = nil },
	} {
		a := good
		change(&a)
		if err := want.mismatch(a, "sunflower", values{"id": "x"}); (err == nil) != (what == "") {
			t.Errorf("%q changed: %v", what, err)
		}
	}
}

func TestJudge(t *testing.T) {
	const base = "http://folio.example.org/okapi"
	const good = `{"jobExecutions":[{"id":"22091d4a-0c70-4a9e-8843-5dcf96c7cdf5","lastUpdatedDate":"2026-01-20T13:17:02.263+00:00","status":"NEW"}],"totalRecords":1}`
	for _, test := range []struct {
		what, path string
		status     int
		body       string
		operation  string
		allowed    bool
	}{
		{"a good answer", "/data-export/job-executions?query=id==x", 200, good, "getJobExecutions", true},
		{"another release's date", "/data-export/job-executions", 200, strings.ReplaceAll(good, "+00:00", "Z"), "getJobExecutions", false},
		{"another release's state", "/data-export/job-executions", 200, strings.ReplaceAll(good, "NEW", "SUCCESS"), "getJobExecutions", false},
		{"a member too many", "/data-export/job-executions", 200, strings.ReplaceAll(good, `"status"`, `"colour":"blue","status"`), "getJobExecutions", false},
		{"a member too few", "/data-export/job-executions", 200, strings.ReplaceAll(good, `,"totalRecords":1`, ``), "getJobExecutions", false},
		{"a status that is not documented", "/data-export/job-executions", 418, good, "getJobExecutions", false},
		{"a path of nobody", "/data-export/nothing", 404, "whatever", "", true},
	} {
		j, err := newJudge("sunflower")
		if err != nil {
			t.Fatal(err)
		}
		sent, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		a := answer{status: test.status, header: http.Header{"Content-Type": {jsonType}}, body: []byte(test.body)}
		seen, err := j.check(sent, base, a)
		if (err == nil) != test.allowed {
			t.Errorf("%s: %v", test.what, err)
		}
		if seen.Operation != test.operation {
			t.Errorf("%s: operation %q, want %q", test.what, seen.Operation, test.operation)
		}
	}
	if _, err := newJudge("honeysuckle"); err == nil {
		t.Error("a release without a document is no error")
	}
}

func TestCoverage(t *testing.T) {
	seen := map[sighting]bool{{"trillium", "login", 201}: true, {"trillium", "login", 401}: true, {"guide", "login", 201}: true}
	table, missing := coverage(seen, []string{"trillium"})
	if !strings.Contains(table, "login                  [201 401]") {
		t.Errorf("table\n%s", table)
	}
	if slices.Contains(missing, "trillium login") || !slices.Contains(missing, "trillium startExport") {
		t.Errorf("missing %q", missing)
	}
	if slices.ContainsFunc(missing, func(m string) bool { return strings.HasPrefix(m, "guide") }) {
		t.Errorf("missing %q, but nobody asked for the whole of guide", missing)
	}
	if _, missing := coverage(nil, []string{"sunflower"}); len(missing) != 19 {
		t.Errorf("of sunflower's 19 operations are missing %q", missing)
	}
}

func TestServerOfEnvironment(t *testing.T) {
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			if i := slices.Index(pairs, name); i >= 0 {
				return pairs[i+1]
			}
			return ""
		}
	}
	s, err := serverOf(env("OKAPI_URL", "http://192.0.2.7", "OKAPI_RELEASE", "trillium", "OKAPI_TENANT", "t", "OKAPI_USERNAME", "u",
		"OKAPI_PASSWORD", "p", "OKAPI_SCENARIO", "fail", "OKAPI_RECORDS", "named"))
	if err != nil {
		t.Fatal(err)
	}
	target := s.Target()
	if s.Release != "trillium" || s.Story != "fail" || !s.NamedRecords || s.AnyRecord || s.VirtualTime ||
		target.URL != "http://192.0.2.7" || target.Tenant != "t" || target.Admin != (User{"u", "p"}) {
		t.Errorf("got %+v and %+v", s, target)
	}
	for want, env := range map[string]func(string) string{
		"set OKAPI_RELEASE":      env("OKAPI_URL", "http://192.0.2.7"),
		"OKAPI_RECORDS is \"x\"": env("OKAPI_URL", "http://192.0.2.7", "OKAPI_RELEASE", "guide", "OKAPI_RECORDS", "x"),
		"unknown release \"x\"":  env("OKAPI_URL", "http://192.0.2.7", "OKAPI_RELEASE", "x"),
		"unknown scenario \"x\"": env("OKAPI_URL", "http://192.0.2.7", "OKAPI_RELEASE", "guide", "OKAPI_SCENARIO", "x"),
	} {
		if _, err := serverOf(env); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
