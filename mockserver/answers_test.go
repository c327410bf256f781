package mockserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// layoutOf is that of the module which answers step 5.
func (c caller) layoutOf() release.Layout {
	return c.s.release.Modules["data-export"].Framework.Layout()
}

// An edit changes what it names, and nothing else of the text: not the order of
// the members, not a blank. What is written as -old +new is done to the compact
// text, whose members are in the release's order.
func TestEditsOfMembers(t *testing.T) {
	for _, tt := range []struct{ name, edit, old, new string }{
		{"set a text", "{set: /status, to: WEIRD}", `"status":"END"`, `"status":"WEIRD"`},
		{"set a number", "{set: /progress/exported, to: -7}", `"exported":2`, `"exported":-7`},
		{"set a fraction", "{set: /progress/exported, to: 1.5}", `"exported":2`, `"exported":1.5`},
		{"set a text to what looks like a number", `{set: /status, to: "7"}`, `"status":"END"`, `"status":"7"`},
		{"set null", "{set: /progress, to: null}", `"progress":{PROGRESS}`, `"progress":null`},
		{"set a truth", "{set: /progress, to: true}", `"progress":{PROGRESS}`, `"progress":true`},
		{"set a list", "{set: /progress, to: [1, a, []]}", `"progress":{PROGRESS}`, `"progress":[1,"a",[]]`},
		{"set an object", "{set: /progress, to: {a: 1, b: {}}}", `"progress":{PROGRESS}`, `"progress":{"a":1,"b":{}}`},
		{"set an element", "{set: /exportedFiles/0/fileName, to: x}", `"fileName":"a-HRID.mrc"`, `"fileName":"x"`},
		{"set what browsers would have escaped", "{set: /status, to: <&ä\u2028>}", `"status":"END"`, `"status":"<&ä\u2028>"`},
		{"remove a member", "{remove: /status}", `,"status":"END"`, ``},
		{"remove an object", "{remove: /progress}", `"progress":{PROGRESS},`, ``},
		{"remove inside one", "{remove: /progress/exported}", `"exported":2,`, ``},
		{"remove an element", "{remove: /exportedFiles/0}", `[{FILE}]`, `[]`},
		{"remove what is not there", "{remove: /nothing/at/all}", ``, ``},
		{"remove behind the end", "{remove: /exportedFiles/7}", ``, ``},
		{"remove inside a text", "{remove: /status/x}", ``, ``},
		{"remove what is no element", "{remove: /exportedFiles/-1}", ``, ``},
		{"set what is no element", "{set: /exportedFiles/x, to: 1}", ``, ``},
		{"set what is none either", "{set: /exportedFiles/-1, to: 1}", ``, ``},
		{"set behind the next", "{set: /exportedFiles/2, to: 1}", ``, ``},
		{"set far behind the end", "{set: /exportedFiles/999999999, to: 1}", ``, ``},
		{"set inside a text", "{set: /status/x, to: 1}", ``, ``},
		{"add", "{add: /progress/exported, of: 40}", `"exported":2`, `"exported":42`},
		{"take away", "{add: /progress/failed, of: -5}", `"failed":1`, `"failed":-4`},
		{"add to what may be in quotes", "{add: /progress/total, of: 4}", `"total":Q3Q`, `"total":Q7Q`},
		{"add to a text", "{add: /status, of: 4}", ``, ``},
		{"add to an object", "{add: /progress, of: 4}", ``, ``},
		{"add to what is not there", "{add: /progress/nothing, of: 4}", ``, ``},
		{"two edits, in their order", "{set: /progress/exported, to: 1}, {add: /progress/exported, of: 1}, {add: /progress/exported, of: 1}", `"exported":2`, `"exported":3`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range Releases() {
				ask := func(options ...Option) (caller, job, string) {
					c := newCaller(t, name, append(options, WithNamedRecords())...)
					ids := c.s.inventory.Named()
					j := c.finished(t, "a.csv", fmt.Sprintf("%s\n%s\nuuid\n", ids[0], ids[1]))
					return c, j, c.get("/data-export/job-executions?query=id==" + j.id.String()).Body.String()
				}
				c, j, honest := ask()
				_, _, told := ask(withStory(t, "answers: [{operation: getJobExecutions, each: /jobExecutions/*, edits: ["+tt.edit+"]}]"))

				found := c.jobs(t, "query=id=="+j.id.String())[0]
				var text bytes.Buffer
				if err := json.Compact(&text, []byte(honest)); err != nil {
					t.Fatal(err)
				}
				inside := func(member, open, end string) string {
					_, rest, _ := strings.Cut(text.String(), `"`+member+`":`+open)
					rest, _, _ = strings.Cut(rest, end)
					return rest
				}
				quote := ""
				if name == "guide" {
					quote = `"`
				}
				words := strings.NewReplacer("END", string(found.Status), "HRID", fmt.Sprint(found.HrId.Value), "Q", quote,
					"PROGRESS", inside("progress", "{", "}"), "FILE", inside("exportedFiles", "[{", "}]"))
				from, to := words.Replace(tt.old), words.Replace(tt.new)
				if strings.Count(text.String(), from) < 1 {
					t.Fatalf("%s: %s has no %s", name, text.String(), from)
				}
				want := strings.Replace(text.String(), from, to, 1)
				if got := string(laidOut([]byte(want), c.layoutOf())); told != got {
					t.Errorf("%s: got\n%s\nwant\n%s", name, told, got)
				}
			}
		})
	}
}

// A member that is new stands last, or where the alphabet puts it; its name may
// be any.
func TestSetNewMembers(t *testing.T) {
	for _, tt := range []struct{ edit, want string }{
		{"{set: /aaa, to: 1}", `"aaa":1`},
		{"{set: /zzz, to: {b: 1}}", `"zzz":{"b":1}`},
		{"{set: /progress/zzz, to: 1}", `"zzz":1`},
		{"{set: /new/inner, to: 1}", `"new":{"inner":1}`},
		{`{set: "/a.b", to: 1}`, `"a.b":1`},
		{`{set: "/a~1b~0c", to: 1}`, `"a/b~c":1`},
		{`{set: "/a*b?c|d#e@f!g{h}i[j]k:l", to: 1}`, `"a*b?c|d#e@f!g{h}i[j]k:l":1`},
		{`{set: "/:1", to: 1}`, `":1":1`},
		{`{set: "/progress/0", to: 1}`, `"0":1`},
		{`{set: "/new/999999999", to: 1}`, `"new":{"999999999":1}`},
		{`{set: "/new/99999999999999999999", to: 1}`, `"new":{"99999999999999999999":1}`},
		{`{set: "/new/-1", to: 1}`, `"new":{"-1":1}`},
		{`{set: "/progress/-1", to: 1}`, `"-1":1`},
		{`{set: "/exportedFiles/1", to: 1}`, `},1]`},
		{`{set: "/é夜", to: 1}`, `"é夜":1`},
		{`{set: "/a\\b", to: 1}`, `"a\\b":1`},
	} {
		for _, name := range Releases() {
			c := newCaller(t, name, withStory(t, "answers: [{operation: getJobExecutions, each: /jobExecutions/*, edits: ["+tt.edit+"]}]"))
			j := c.finished(t, "a.csv", idList(1))
			body := c.get("/data-export/job-executions?query=id==" + j.id.String()).Body.Bytes()
			var compact bytes.Buffer
			if err := json.Compact(&compact, body); err != nil {
				t.Errorf("%s, %s: %v in %s", name, tt.edit, err, body)
				continue
			}
			text := compact.String()
			if !strings.Contains(text, tt.want) {
				t.Errorf("%s, %s: %s", name, tt.edit, text)
			}
			if again := laidOut(compact.Bytes(), c.layoutOf()); !bytes.Equal(again, body) {
				t.Errorf("%s, %s: not in the release's layout: %s", name, tt.edit, body)
			}
			if name != "trillium" && tt.edit == "{set: /aaa, to: 1}" && !strings.HasSuffix(text, `,"aaa":1}],"totalRecords":1}`) {
				t.Errorf("%s: the new member is not the last: %s", name, text)
			}
		}
	}
}

// An answer is edited for each job by itself: the members that it must have, how
// many are left as they are, and how many are edited then.
func TestAnswersCountByJob(t *testing.T) {
	const mark = "edits: [{set: /marked, to: true}]"
	for _, name := range Releases() {
		c := newCaller(t, name, withStory(t, `answers: [{operation: getJobExecutions, each: /jobExecutions/*, skip: 1, times: 2, where: {/progress/total: 2}, `+mark+`}]`))
		first, second, other := c.finished(t, "a.csv", idList(2)), c.finished(t, "b.csv", idList(2)), c.finished(t, "c.csv", idList(3))
		ask := func(query string) string {
			return strings.Repeat("+", strings.Count(c.get("/data-export/job-executions"+query).Body.String(), "marked"))
		}
		byID := func(j job) string { return "?query=id==" + j.id.String() }
		for i, step := range []struct{ query, want string }{
			{byID(first), ""},      // skipped
			{byID(other), ""},      // does not fit, and does not count
			{byID(first), "+"},     // the first
			{"", "+"},              // its second, and the other's first, which is skipped
			{byID(first), ""},      // it had both
			{"", "+"},              // the other's first
			{byID(second), "+"},    // and second
			{"", ""},               //
			{byID(second), ""},     //
			{byID(other), ""},      //
			{"?query=id==abc", ""}, // a refusal, or none
		} {
			if got := ask(step.query); got != step.want {
				t.Errorf("%s, request %d: %q is marked, want %q", name, i, got, step.want)
			}
		}
	}
}

// All that one answer says of a job counts once.
func TestOneAnswerCountsOnce(t *testing.T) {
	for _, name := range []string{"sunflower", "trillium"} {
		c := newCaller(t, name, withStory(t, "answers: [{operation: getLogs, each: /errorLogs/*, times: 1, edits: [{set: /marked, to: true}]}]"))
		c.finished(t, "a.csv", "x\n")
		c.finished(t, "b.csv", "x\n")
		for i, want := range []int{4, 0} {
			if got := strings.Count(c.get("/data-export/logs").Body.String(), "marked"); got != want {
				t.Errorf("%s, answer %d: %d rows are marked, want %d", name, i+1, got, want)
			}
		}
	}
}

// What an answer must have is compared as text, whatever it is in JSON.
func TestWhere(t *testing.T) {
	for where, fits := range map[string]bool{
		"{/progress/total: 2}": true, "{/progress/total: 3}": false, "{/progress/total: two}": false,
		"{/status: FAIL}": false, "{/exportedFiles/0/fileName: x}": false, "{/nothing: 2}": false,
		"{/progress/total: 2, /progress/exported: 2}": true, "{/progress/total: 2, /progress/exported: 1}": false,
	} {
		for _, name := range Releases() {
			c := newCaller(t, name, withStory(t, "answers: [{operation: getJobExecutions, each: /jobExecutions/*, where: "+where+", edits: [{set: /marked, to: true}]}]"))
			j := c.finished(t, "a.csv", idList(2))
			if marked := strings.Contains(c.get("/data-export/job-executions?query=id=="+j.id.String()).Body.String(), "marked"); marked != fits {
				t.Errorf("%s, %s: edited %t, want %t", name, where, marked, fits)
			}
		}
	}
}

// The story of a case edits the answers about its jobs, and no other's: in a list
// of both, deep inside, and where the whole answer is about one job.
func TestAnswersOfACase(t *testing.T) {
	for _, each := range []string{"/jobExecutions/*", "/jobExecutions/*/progress", "/jobExecutions/*/exportedFiles/*"} {
		for _, name := range Releases() {
			dir := t.TempDir()
			write(t, dir+"/told.yaml", "extends: ok\nsummary: A story.\nevidence: [here]\nanswers:\n"+
				"  - {operation: getJobExecutions, each: "+each+", edits: [{set: /marked, to: 1}]}\n"+
				"  - {operation: getDownloadLink, edits: [{set: /link, to: 'http://nowhere.example/'}]}\n")
			write(t, dir+"/all.yaml", "extends: ok\nsummary: A story.\nevidence: [here]\ncases: [{file: \"bad-*.csv\", story: ./told.yaml}]\n")
			c := newCaller(t, name, WithScenario(dir+"/all.yaml"))
			good, bad := c.finished(t, "good.csv", idList(1)), c.finished(t, "bad-1.csv", idList(1))
			list := c.get("/data-export/job-executions").Body.String()
			start := strings.Index(list, bad.id.String())
			var found struct{ JobExecutions []json.RawMessage }
			if err := json.Unmarshal([]byte(list), &found); err != nil || start < 0 {
				t.Fatalf("%v in %s", err, list)
			}
			for _, one := range found.JobExecutions {
				if marked := bytes.Contains(one, []byte("marked")); marked != bytes.Contains(one, []byte(bad.id.String())) {
					t.Errorf("%s, %s: marked %t: %s", name, each, marked, one)
				}
			}
			for _, j := range []job{good, bad} {
				if told := strings.HasPrefix(c.link(t, j), "http://nowhere.example/"); told != (j == bad) {
					t.Errorf("%s: the link of %v leads nowhere: %t", name, j, told)
				}
			}
		}
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Another status, another text, or both, whatever the honest answer is: JSON,
// text or nothing. What is refused stays as it is.
func TestWholeAnswers(t *testing.T) {
	for _, tt := range []struct {
		operation, with string
		status          int
		body            string // "" is none, * the honest one
		contentType     string
	}{
		{"getJobExecutions", "status: 503", 503, "*", "application/json"},
		{"getJobExecutions", "text: upstream timed out", 200, "upstream timed out", "text/plain"},
		{"getJobExecutions", `status: 502, text: ""`, 502, "", "text/plain"},
		{"getJobExecutions", "status: 204", 204, "", ""},
		{"getJobProfiles", "status: 403, text: no", 403, "no", "text/plain"},
		{"startExport", "status: 500, text: no", 500, "no", "text/plain"},
		{"startExport", "status: 202", 202, "", ""},
		{"getVersion", "status: 503, text: no", 503, "no", "text/plain"},
		{"getVersion", "status: 418", 418, "*", "text/plain"},
	} {
		for _, name := range Releases() {
			if tt.operation == "getVersion" && name == "trillium" {
				continue // has no Okapi
			}
			request := func(options ...Option) (code int, body, contentType string, honest caller, j job) {
				c := newCaller(t, name, options...)
				j = c.finished(t, "a.csv", idList(1))
				method, path, sent := http.MethodGet, map[string]string{
					"getJobExecutions": "/data-export/job-executions?query=id==" + j.id.String(),
					"getJobProfiles":   "/data-export/job-profiles",
					"getVersion":       "/_/version",
				}[tt.operation], ""
				if path == "" {
					method, path, sent = http.MethodPost, "/data-export/export", fmt.Sprintf(`{"fileDefinitionId":%q,"jobProfileId":%q}`, j.definition, instances)
				}
				w := c.do(method, path, sent)
				return w.Code, w.Body.String(), w.Header().Get("Content-Type"), c, j
			}
			_, honest, _, _, _ := request()
			story := "answers: [{operation: " + tt.operation + ", skip: SKIP, " + tt.with + "}]"
			skip := "0"
			if tt.operation == "startExport" {
				skip = "1" // the one that finished makes
			}
			story = strings.Replace(story, "SKIP", skip, 1)
			story = strings.Replace(story, "skip: 0, ", "", 1)
			code, body, contentType, c, j := request(withStory(t, story))
			want := strings.Replace(tt.body, "*", honest, 1)
			if code != tt.status || body != want || contentType != tt.contentType {
				t.Errorf("%s, %s %s: %d %q %s, want %d %q %s", name, tt.operation, tt.with, code, body, contentType, tt.status, want, tt.contentType)
			}
			if tt.operation == "getJobExecutions" {
				if w := c.get("/data-export/job-executions?query=((("); w.Code == tt.status && tt.status != 200 {
					t.Errorf("%s: a refusal became %d %s", name, w.Code, w.Body)
				}
			}
			if state := stateOf(t, c, j.id.String()); tt.operation != "startExport" && !strings.Contains(state, " 1+0 of 1") {
				t.Errorf("%s: the world has %s", name, state)
			}
		}
	}
}

// An edit is told by nobody but the journal: the world keeps the truth, and so
// does what the journal says of the job.
func TestEditsLeaveTheTruth(t *testing.T) {
	for _, name := range Releases() {
		c := newCaller(t, name, withStory(t, `answers:
  - {operation: getJobProfiles, edits: [{remove: /totalRecords}]}
  - {operation: getJobExecutions, each: /jobExecutions/*, where: {/progress/exported: 2}, edits: [{set: /status, to: FAIL}, {add: /progress/exported, of: -9}]}`))
		j := c.export(t, "a.csv", idList(2))
		c.get("/data-export/job-executions?query=id==" + j.id.String())
		c.s.Advance(time.Hour)
		w := c.get("/data-export/job-executions?query=id==" + j.id.String())
		if text := strings.Join(strings.Fields(w.Body.String()), ""); !strings.Contains(text, `"exported":-7`) || !strings.Contains(text, `"status":"FAIL"`) {
			t.Errorf("%s: %s", name, w.Body)
		}
		good := c.s.release.Job.Success
		if got, want := stateOf(t, c, j.id.String()), string(good)+" 2+0 of 2"; got != want {
			t.Errorf("%s: the world has %s, want %s", name, got, want)
		}
		journal := c.s.Journal()
		before, after := journal[len(journal)-2], journal[len(journal)-1]
		if before.Rule != "" {
			t.Errorf("%s: the honest answer was made by %q", name, before.Rule)
		}
		if want := "answer 2 of scenario story"; after.Rule != want || after.Status != 200 {
			t.Errorf("%s: the journal has %d by %q, want 200 by %q", name, after.Status, after.Rule, want)
		}
		if before.Job.Told != before.Job.After {
			t.Errorf("%s: the journal says that the honest answer gave %q, want %q", name, before.Job.Told, before.Job.After)
		}
		if m := after.Job; m == nil || m.ID != j.id || m.After != good || m.Exported != 2 || m.Told != api.JobExecutionStatusFail {
			t.Errorf("%s: the journal says of the job %+v", name, after.Job)
		}
	}
}

// An edited answer is not held against the contract.
func TestEditedAnswersAreNotJudged(t *testing.T) {
	c := newCaller(t, "sunflower", withStory(t, "answers: [{operation: getJobProfiles, edits: [{set: /jobProfiles, to: 7}]}]"))
	if w := c.get("/data-export/job-profiles"); w.Code != 200 || !strings.Contains(w.Body.String(), `"jobProfiles":7`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
