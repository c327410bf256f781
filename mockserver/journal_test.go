package mockserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// The six steps as the journal has them: which job each was about, and what
// became of it.
func TestJournalFollowsTheJob(t *testing.T) {
	c := newCaller(t, "sunflower")
	j := c.export(t, "a.csv", idList(2))
	poll := "/data-export/job-executions?query=id==" + j.id.String()
	c.get(poll)
	c.s.Advance(time.Hour)
	c.get(poll)
	follow(c.s, http.MethodGet, c.link(t, j))
	const none, n, running, done = api.JobExecutionStatus(""), api.JobExecutionStatusNew, api.JobExecutionStatusInProgress, api.JobExecutionStatusCompleted
	want := []struct {
		operation     string
		before, after api.JobExecutionStatus
		exported      int
	}{
		{"createFileDefinition", none, n, 0},
		{"uploadFile", n, n, 0},
		{"startExport", n, running, 0},
		{"getJobExecutions", running, running, 0},
		{"getJobExecutions", done, done, 2},
		{"getJobExecutions", done, done, 2},
		{"getDownloadLink", done, done, 2},
		{OperationLink, done, done, 2},
	}
	journal := c.s.Journal()
	if len(journal) != len(want) {
		t.Fatalf("%d exchanges, want %d", len(journal), len(want))
	}
	for i, e := range journal {
		w := want[i]
		switch {
		case e.Number != i+1 || e.Operation != w.operation || e.Tenant != "diku":
			t.Errorf("%d: %+v, want %s", i+1, e, w.operation)
		case e.Job == nil:
			t.Errorf("%s is about no job", e.Operation)
		case e.Job.ID != j.id || e.Job.Before != w.before || e.Job.After != w.after || e.Job.Exported != w.exported:
			t.Errorf("%s: %+v, want %+v", e.Operation, *e.Job, w)
		}
	}
	if guide := newCaller(t, "guide"); guide.export(t, "a.csv", idList(1)) != (job{}) {
		if upload := guide.s.Journal()[1]; upload.Job == nil || upload.Job.Before != none || upload.Job.After != n {
			t.Errorf("the guide's upload makes the job: %+v", upload.Job)
		}
	}
}

// The journal is bounded in exchanges and in bytes, and forgets the oldest.
func TestJournalIsBounded(t *testing.T) {
	var j journal
	for n := range 2500 {
		j.add(Exchange{Number: n + 1})
	}
	kept := j.since(0)
	if len(kept) != 1000 || kept[0].Number != 1501 || kept[999].Number != 2500 {
		t.Errorf("%d kept, from %d to %d", len(kept), kept[0].Number, kept[len(kept)-1].Number)
	}
	if after := j.since(2498); len(after) != 2 || after[0].Number != 2499 {
		t.Errorf("since 2498 there are %d", len(after))
	}
	long := strings.Repeat("x", 100_000)
	for n := range 200 {
		j.add(Exchange{Number: 2501 + n, wire: &wire{answer: message{text: long}}})
	}
	kept = j.since(0)
	if len(kept) < 80 || len(kept) > 8<<20/100_000 || kept[len(kept)-1].Number != 2700 {
		t.Errorf("%d of 100,000 bytes kept", len(kept))
	}
}

// However much a client sends, an exchange keeps little of it.
func TestExchangeIsBounded(t *testing.T) {
	c := newCaller(t, "sunflower", WithControl())
	long := strings.Repeat("é", 30_000)
	headers := []string{}
	for i := range 200 {
		headers = append(headers, fmt.Sprintf("X-Header-%d", i), long[:30])
	}
	c.do("GET", "/"+long+"?"+long, "")
	c.do("GET", "/a", "", "X-Okapi-Tenant", long)
	c.do(strings.Repeat("X", 30_000), "/a", "", "X-Long", long)
	c.do("GET", "/a", "", headers...)
	c.do("POST", "/data-export/file-definitions", `{"fileName":"`+long+`"}`)
	c.do("POST", "/data-export/file-definitions", `{"fileName":"`+long+`.csv"}`)
	c.do("GET", "/data-export/job-executions?query="+long[:4000], "")
	journal := c.s.Journal()
	if len(journal) != 7 {
		t.Fatalf("%d exchanges", len(journal))
	}
	for _, e := range journal {
		text, err := json.Marshal(harOf([]Exchange{e}))
		if err != nil {
			t.Fatal(err)
		}
		// At most, a path and a query, both escaped threefold and told twice, two
		// bodies, an effect, and fifty headers.
		if len(text) > 60_000 || e.size() > 60_000 {
			t.Errorf("%.30s: %d bytes of HAR, counted as %d", e.Path, len(text), e.size())
		}
	}
}

func TestTold(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"short", "short"},
		{"exactly 20 bytes...!", "exactly 20 bytes...!"},
		{"more than twenty bytes", "more than twenty byt…"},
		{strings.Repeat("é", 11), strings.Repeat("é", 9) + "…"},
		{"a" + strings.Repeat("é", 11), "a" + strings.Repeat("é", 9) + "…"},
		{"eyJhbGciOiJIUzI1NiJ9", "…"},
		{"x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkaWt1In0.sig y", "x …"}, // cut at 40 bytes, then looked at
		{"x eyJhbGciOiJIUzI1NiJ9.eyJ.sig y", "x … y"},
		{"password=abc&user=x", "password=…&user=x"},
		{`"password" : "a\"b"`, `"password" : "…"`},
		{"passwords", "passwords"},
		{strings.Repeat("0", 39), strings.Repeat("0", 20) + "…"},
		{strings.Repeat("aF", 20) + ".", "…"},
	} {
		if got := told(tt.text, 20); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
	two := strings.Repeat("0", 64) + " and " + strings.Repeat("f", 64)
	if got := told(two, 1000); got != "… and …" {
		t.Errorf("%q", got)
	}
	if id := uuid.NewString(); told(id, 100) != id {
		t.Errorf("an id is hidden: %s", told(id, 100))
	}
}

// Whatever the text, what is told of it is short, is text, and has no signature.
func FuzzTold(f *testing.F) {
	f.Add("x"+strings.Repeat("0", 64)+"é", 20)
	f.Add(strings.Repeat("é", 50)+strings.Repeat("aF", 50), 77)
	signature := regexp.MustCompile(`[0-9a-fA-F]{40}`)
	f.Fuzz(func(t *testing.T, text string, most int) {
		most = max(1, most%500)
		got := told(text, most)
		if len(got) > most+len(hidden) || signature.MatchString(got) || utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("%q is told as %q", text, got)
		}
	})
}

// The names of the journal's members, and what stands in them.
func TestJournalAsJSON(t *testing.T) {
	c := newCaller(t, "sunflower", WithControl())
	c.do(http.MethodGet, "/data-export/job-profiles?limit=5", "", "X-Okapi-Token", "")
	j := c.finished(t, "a.csv", idList(2))
	c.get("/data-export/job-executions?query=id==" + j.id.String())
	c.get("/data-export/job-executions?query=id==" + j.id.String())

	var document struct{ Exchanges []map[string]any }
	text := c.get(controlPrefix + "journal").Body.Bytes()
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Exchanges) != 6 {
		t.Fatalf("%s", text)
	}
	first, last := document.Exchanges[0], document.Exchanges[5]
	for _, e := range document.Exchanges {
		if _, err := time.Parse(time.RFC3339Nano, fmt.Sprint(e["real"])); err != nil || e["durationMs"].(float64) < 0 {
			t.Errorf("%v", e)
		}
		delete(e, "real")
		delete(e, "durationMs")
	}
	for name, pair := range map[string][2]any{
		"the first": {first, map[string]any{
			"number": 1.0, "at": "2026-01-20T13:17:02.263Z", "method": "GET", "path": "/data-export/job-profiles", "query": "limit=5",
			"tenant": "diku", "operation": "getJobProfiles", "status": 400.0, "bytes": len("Token missing, access requires permission: data-export.job-profiles.collection.get"),
			"effect": "no token: data-export.job-profiles.collection.get", "rule": "no token", "advice": []any{},
		}},
		"the last": {last, map[string]any{
			"number": 6.0, "at": "2026-01-20T14:17:02.263Z", "method": "GET", "path": "/data-export/job-executions", "query": "query=id==" + j.id.String(),
			"tenant": "diku", "operation": "getJobExecutions", "status": 200.0, "bytes": last["bytes"],
			"effect": "COMPLETED  2 of 2  a-1.mrc",
			"job":    map[string]any{"id": j.id.String(), "before": "COMPLETED", "after": "COMPLETED", "exported": 2.0, "total": 2.0},
			"advice": []any{map[string]any{"code": "poll-after-end", "text": "the job had ended when it was last asked for; stop polling then"}},
		}},
	} {
		if got, want := fmt.Sprint(pair[0]), fmt.Sprint(pair[1]); got != want {
			t.Errorf("%s is %s\nwant %s", name, got, want)
		}
	}
	for query, want := range map[string]int{"?since=0": 6, "?since=4&format=json": 2, "?since=6": 0, "?since=-1": 6} {
		if err := json.Unmarshal(c.get(controlPrefix+"journal"+query).Body.Bytes(), &document); err != nil || len(document.Exchanges) != want {
			t.Errorf("%s: %d exchanges, %v; want %d", query, len(document.Exchanges), err, want)
		}
	}
	if text := c.get(controlPrefix + "journal?since=6").Body.String(); text != "{\n  \"exchanges\": []\n}\n" {
		t.Errorf("an empty journal is %s", text)
	}
	for _, query := range []string{"?since=x", "?format=xml", "?since=1.5"} {
		if w := c.get(controlPrefix + "journal" + query); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
}

// harRequired are the members that HAR 1.2 demands of each object, by its place.
func harRequired() map[string][]string {
	return map[string][]string{
		"log":                             {"version", "creator", "entries"},
		"log.creator":                     {"name", "version"},
		"log.entries":                     {"startedDateTime", "time", "request", "response", "cache", "timings"},
		"log.entries.request":             {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"},
		"log.entries.request.cookies":     {"name", "value"},
		"log.entries.request.headers":     {"name", "value"},
		"log.entries.request.queryString": {"name", "value"},
		"log.entries.request.postData":    {"mimeType", "text"},
		"log.entries.response":            {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize"},
		"log.entries.response.cookies":    {"name", "value"},
		"log.entries.response.headers":    {"name", "value"},
		"log.entries.response.content":    {"size", "mimeType"},
		"log.entries.timings":             {"send", "wait", "receive"},
		"log.entries._fauxkapi":           {"number", "at", "real"},
		"log.entries._fauxkapi.job":       {"id", "after"},
		"log.entries._fauxkapi.advice":    {"code", "text"},
		"log.entries.cache":               {},
	}
}

// checkHAR walks through an archive; a member that may be there is not demanded,
// one that HAR does not know is an error.
func checkHAR(t *testing.T, place string, value any, met map[string]int) {
	optional := []string{"postData", "comment", "text", "_fauxkapi"}
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			checkHAR(t, place, element, met)
		}
	case map[string]any:
		met[place]++
		required, known := harRequired()[place]
		if place != "" && !known {
			t.Errorf("HAR has no %s", place)
		}
		for _, name := range required {
			if v[name] == nil {
				t.Errorf("%s lacks %s", place, name)
			}
		}
		for name, member := range v {
			if place != "" && !strings.Contains(place, "_fauxkapi") && !slices.Contains(required, name) && !slices.Contains(optional, name) {
				t.Errorf("%s has %s, which HAR does not know", place, name)
			}
			checkHAR(t, strings.TrimPrefix(place+"."+name, "."), member, met)
		}
	}
}

func TestJournalAsHAR(t *testing.T) {
	for _, release := range Releases() {
		c := newCaller(t, release, WithControl())
		session := c.do(http.MethodPost, "/authn/login-with-expiry", `{"username":"exporter","password":"exporter"}`, "X-Okapi-Token", "")
		c.do(http.MethodPost, "/authn/refresh", "", "X-Okapi-Token", "", "Cookie", session.Header().Values("Set-Cookie")[1])
		j := c.finished(t, "a.csv", idList(200))
		follow(c.s, http.MethodGet, c.link(t, j))
		c.get("/data-export/job-executions?query=status==COMPLETED&limit=3&query=a%26b")
		c.get(`/ä/{x}?q="<é>`)
		c.do(http.MethodHead, "/data-export/job-profiles", "")
		c.do(http.MethodPost, controlPrefix+"clock/advance", "by=1h", "Content-Type", "application/x-www-form-urlencoded")

		w := c.do(http.MethodGet, controlPrefix+"journal", "", "Accept", "application/har+json")
		if byFormat := c.get(controlPrefix + "journal?format=har"); byFormat.Body.String() != w.Body.String() || byFormat.Header().Get("Content-Type") != "application/har+json" {
			t.Errorf("%s: format=har gives something else: %v", release, byFormat.Header())
		}
		var archive map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &archive); err != nil {
			t.Fatal(err)
		}
		met := map[string]int{}
		checkHAR(t, "", archive, met)
		for _, place := range []string{"log.entries.request.cookies", "log.entries.response.cookies", "log.entries.request.postData", "log.entries.request.queryString", "log.entries._fauxkapi.job"} {
			if met[place] == 0 {
				t.Errorf("%s: there is no %s to be checked", release, place)
			}
		}

		var typed har
		if err := json.Unmarshal(w.Body.Bytes(), &typed); err != nil {
			t.Fatal(err)
		}
		last := time.Time{}
		for _, e := range typed.Log.Entries {
			u, err := url.ParseRequestURI(e.Request.URL)
			if err != nil || u.Host != "example.com" || strings.ContainsFunc(e.Request.URL, func(r rune) bool { return r > '~' || strings.ContainsRune(` "<>{}`, r) }) {
				t.Errorf("%s: %q is no URL: %v", release, e.Request.URL, err)
			}
			if e.Started.Before(last) || e.Time != e.Timings.Send+e.Timings.Wait+e.Timings.Receive {
				t.Errorf("%s: %s began at %v after %v, and took %v in %+v", release, e.Request.URL, e.Started, last, e.Time, e.Timings)
			}
			last = e.Started
		}
		find := func(path string) harEntry {
			i := slices.IndexFunc(typed.Log.Entries, func(e harEntry) bool { return strings.Contains(e.Request.URL, path) })
			if i < 0 {
				t.Fatalf("%s: no entry for %s", release, path)
			}
			return typed.Log.Entries[i]
		}
		login := find("login-with-expiry")
		if got := login.Request.PostData.Text; got != `{"password":"…","username":"exporter"}` {
			t.Errorf("%s: the login is told as %s", release, got)
		}
		if login.Response.Status != 201 || login.Response.StatusText != "Created" || len(login.Response.Cookies) != 2 || login.Response.Cookies[0] != (header{"folioAccessToken", "…"}) {
			t.Errorf("%s: %+v", release, login.Response)
		}
		upload := find("/upload").Request
		if upload.BodySize != 200*37 || upload.PostData.Text != "" || upload.PostData.MimeType != "application/octet-stream" || upload.PostData.Comment != "the body was not kept, only its size" {
			t.Errorf("%s: the upload is told as %+v %+v", release, upload, upload.PostData)
		}
		link := find("X-Amz-Signature").Request
		if !strings.HasSuffix(link.URL, "X-Amz-Signature=%E2%80%A6") && !strings.Contains(link.URL, "X-Amz-Signature=%E2%80%A6&") {
			t.Errorf("%s: the link is told as %s", release, link.URL)
		}
		file := find("X-Amz-Signature").Response
		if file.Content.Size < 100_000 || file.Content.Text != "" || file.Content.MimeType != "application/octet-stream" {
			t.Errorf("%s: the file is told as %+v", release, file.Content)
		}
		query := find("a%26b").Request
		if want := []header{{"query", "status==COMPLETED"}, {"limit", "3"}, {"query", "a&b"}}; !slices.Equal(query.QueryString, want) {
			t.Errorf("%s: the query is told as %v", release, query.QueryString)
		}
		if form := typed.Log.Entries[len(typed.Log.Entries)-1]; form.Response.RedirectURL != "../" {
			t.Errorf("%s: the form leads to %q", release, form.Response.RedirectURL)
		}
	}
}
