package scenarios

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// with is the story of the tests with more at its top level.
func with(lines string) string { return strings.Replace(story, "records: known\n", lines+"\n", 1) }

const anyOutcome = "answers: [{operation: login, status: 500}]\n"

func TestParseTheWordsAroundTheJob(t *testing.T) {
	id := uuid.MustParse("0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11")
	text := "Go away"
	for _, tt := range []struct {
		lines string
		want  func(*Scenario)
	}{
		{"input: {ids: 3, lines: [instance_id, '', 5]}", func(s *Scenario) { s.Input = Input{IDs: 3, Lines: []string{"instance_id", "", "5"}} }},
		{"input: {lines: [a]}", func(s *Scenario) { s.Input = Input{IDs: 25, Lines: []string{"a"}} }},
		{"records: [{unknown: {every: 8}}, {too-long: {first: 1}}, {two-sources: {ids: [0A1C6D1E-5b0f-4f3a-9c53-2a7d1f0e8b11]}}, {duplicate: all}]", func(s *Scenario) {
			s.Records = []RecordRule{
				{Unknown, LineRule{Every: 8}}, {TooLong, LineRule{First: 1}}, {TwoSources, LineRule{IDs: []uuid.UUID{id}}}, {Duplicate, LineRule{All: true}},
			}
		}},
		{"slice-size: 10\nexpire-every: 6h\ntoken: {life: 25m}\nlink: {stale: 1, missing: true}", func(s *Scenario) {
			s.SliceSize, s.ExpireEvery, s.Token, s.Link = 10, 6*time.Hour, Token{Life: 25 * time.Minute}, Link{Stale: 1, Missing: true}
		}},
		{"link: {cut: 120, stale: 2}", func(s *Scenario) { s.Link = Link{Stale: 2, Cut: 120} }},
		{`answers:
  - operation: getJobExecutions
    each: /jobExecutions/*
    where: {/status: FAIL}
    skip: 1
    times: 2
    edits:
      - set: /a~1b
        to: {text: x, list: [1, 2.5, true, null, "5"], n: -3}
      - remove: /completedDate
      - add: /progress/failed
        of: -5
  - operation: startExport
    status: 403
    text: Go away`, func(s *Scenario) {
			s.Answers = []Answer{
				{Operation: "getJobExecutions", Each: "/jobExecutions/*", Where: map[string]string{"/status": "FAIL"}, Skip: 1, Times: 2, Edits: []Edit{
					{Set, "/a~1b", map[string]any{"text": "x", "list": []any{int64(1), 2.5, true, nil, "5"}, "n": int64(-3)}},
					{Verb: Remove, At: "/completedDate"},
					{Add, "/progress/failed", int64(-5)},
				}},
				{Operation: "startExport", Status: 403, Text: &text},
			}
		}},
	} {
		plain, err := Parse("story.yaml", []byte(with("")), nil)
		if err != nil {
			t.Fatal(err)
		}
		tt.want(plain)
		got, err := Parse("story.yaml", []byte(with(tt.lines)), nil)
		if err != nil {
			t.Errorf("%s: %v", tt.lines, err)
		} else if !reflect.DeepEqual(got, plain) {
			t.Errorf("%s\ngot  %+v\nwant %+v", tt.lines, got, plain)
		}
		if err := validate(compileSchema(t), []byte(with(tt.lines))); err != nil {
			t.Errorf("%s: the schema refuses it: %v", tt.lines, err)
		}
	}
}

func TestParseTheWordsOfTheJob(t *testing.T) {
	const head = "summary: A story.\nevidence: [MDEXP-1]\nexpect: {outcome: success, file: true, exports: 1}\njob:\n"
	text := head + `  - state: IN_PROGRESS
  - progress: 15
    in: 20s..40s
  - wait: 1s..1s
  - log: error.someRecordsFailed
    values: ["1"]
  - log: A sentence is a code
  - log: error.readingFromInputFile
    values: []
  - progress: 25
    in: 1s
  - state: end
`
	got, err := Parse("story.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []Phase{
		Enter{api.JobExecutionStatusInProgress},
		Progress{Count: 15, In: Span{20 * time.Second, 40 * time.Second}, Steps: 1},
		Wait{Span{time.Second, time.Second}},
		Log{"error.someRecordsFailed", []string{"1"}},
		Log{Code: "A sentence is a code"},
		Log{"error.readingFromInputFile", []string{}},
		Progress{Count: 25, In: Span{time.Second, time.Second}, Steps: 1},
		End{},
	}
	if !reflect.DeepEqual(got.Job, want) {
		t.Errorf("got  %+v\nwant %+v", got.Job, want)
	}
	if err := validate(compileSchema(t), []byte(text)); err != nil {
		t.Errorf("the schema refuses it: %v", err)
	}
}

func TestParseErrorsOfTheWordsAround(t *testing.T) {
	for lines, want := range map[string]string{
		"input: {ids: -1}":                                     `8:14: ids "-1" is out of range; give a whole number from 0 to 1000000`,
		"input: {}":                                            `8:8: input is empty; give the number of ids, or lines`,
		"input: {lines: [\"a\\nb\"]}":                          `8:17: lines has an item that is no line; give one line of text, in quotes if it is empty`,
		"records: [{every: 8}]":                                `8:12: unknown key "every"; say known, unknown, too-long, unconvertible, two-sources, invalid or duplicate`,
		"records: [{}]":                                        `8:11: a rule says one thing of its lines, not 0; begin each with one of known, unknown, too-long, unconvertible, two-sources, invalid or duplicate`,
		"records: [{unknown: some}]":                           `8:21: unknown cannot be "some"; say all`,
		"records: [{unknown: {}}]":                             `8:21: unknown chooses its lines in one way, not in 0; write all, {first: 3}, {every: 8} or {ids: […]}`,
		"records: [{unknown: {ids: [1-2-3-4-5]}}]":             `8:28: "1-2-3-4-5" is no UUID; write it as 0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11`,
		"slice-size: none":                                     `8:13: slice-size "none" is out of range; give a whole number from 1 to 1000000`,
		"expire-every: 5ms":                                    `8:15: expire-every 5ms is too short; give a second at least`,
		"token: {}":                                            `8:8: life is missing; say how long a token is good for, as {life: 25m}`,
		"link: {}":                                             `8:7: link is empty; say stale, missing or cut`,
		"link: {missing: yes}":                                 `8:17: missing cannot be "yes"; say true or false`,
		"link: {missing: true, cut: 1}":                        `8:28: a file that is missing cannot be cut; delete one of them`,
		"cases: [{story: ok}]":                                 `8:9: a case that says of no job; say which jobs, by number, file or profile`,
		"cases: [{number: 1}]":                                 `8:9: story is missing; name the scenario that is told`,
		"cases: [{number: 1, story: okk}]":                     `8:28: story: unknown scenario "okk"; did you mean "ok"? (the path of a file has a slash or ends in .yaml)`,
		"cases: [{file: \"[\", story: ok}]":                    `8:16: file "[" is no pattern; * stands for any text, as in "fail-*.csv"`,
		"cases: [{number: 1, story: by-file-name}]":            `8:28: the story "by-file-name" has cases of its own; name one without cases`,
		"answers: [{}]":                                        `8:11: operation is missing; name the operationId whose answer is wrong`,
		"answers: [{operation: getJobExecution, status: 500}]": `8:23: operation cannot be "getJobExecution"; did you mean "getJobExecutions"?`,
		"answers: [{operation: login}]":                        `8:11: an answer that changes nothing; list edits, or give another status or text`,
		"answers: [{operation: login, status: 600}]":           `8:38: status "600" is out of range; give a whole number from 200 to 599`,
		"answers: [{operation: login, status: 500, edits: [{remove: /a}]}]": `8:50: an answer is edited, or has another status and text; make them two answers`,
		"answers: [{operation: login, each: a, edits: [{remove: /a}]}]":     `8:36: each "a" is no JSON pointer; write it as /progress/exported`,
		"answers: [{operation: login, edits: [{remove: /a/*}]}]":            `8:47: * has no meaning in remove; say /jobExecutions/* under each, and here what is below it`,
		"answers: [{operation: login, edits: [{}]}]":                        `8:38: an edit with 0 verbs; say one of set, remove or add`,
		"answers: [{operation: login, edits: [{set: /a}]}]":                 `8:38: set without to; say by how much, or to what`,
		"answers: [{operation: login, edits: [{remove: /a, to: 1}]}]":       `8:55: to belongs to set, not to remove; delete it`,
		"answers: [{operation: login, edits: [{add: /a, of: 0}]}]":          `8:52: of "0" is out of range; give a whole number, such as 3 or -5`,
		"answers: [{operation: login, edits: [{set: /a, to: .inf}]}]":       `8:52: ".inf" is no number that JSON has; write it as JSON would, or in quotes`,
		"answers: [{operation: login, where: {}, status: 500}]":             `8:37: where names no member; write {/status: FAIL}`,
		"extends: nobody-knows":                                             "8:10: extends: unknown scenario \"nobody-knows\"; `fauxkapi scenarios list` shows all (the path of a file has a slash or ends in .yaml)",
	} {
		_, err := Parse("story.yaml", []byte(with(lines)), nil)
		if err == nil || err.Error() != "story.yaml:"+want {
			t.Errorf("%s\n got %v\nwant story.yaml:%s", lines, err, want)
		}
	}
}

func TestParseErrorsOfTheWordsOfTheJob(t *testing.T) {
	for course, want := range map[string]string{
		"wait: 2s..1s":              `wait "2s..1s" runs backwards; write the shorter time first, as in 20s..40s`,
		"wait: 2s..":                `wait "" is no duration; write it as 512ms, 5s or 1h30m`,
		"log: ''":                   `log is empty; give it a value or delete the line`,
		"log: a\n    values: x":     `values is no list of up to 100; write ["1"], or [] for a row with none`,
		"wait: 1s\n    values: [x]": `values belongs to log, not to wait; delete it, or use a phase of its own`,
		"progress: 0\n    in: 1s":   `progress "0" is out of range; give a whole number from 1 to 5000000`,
		"progress: 5\n    in: 1s\n  - progress: 5\n    in: 1s":   `progress does not rise above the 5 records that the job has; let each progress go further than the one before; wait is for standing still`,
		"progress: 5\n    in: 1s\n  - progress: 50%\n    in: 1s": `progress is told in records here and in shares there; tell it in one of them`,
	} {
		text := "summary: A story.\nevidence: [MDEXP-1]\nexpect: {outcome: success, file: true, exports: 1}\njob:\n  - state: IN_PROGRESS\n  - " + course + "\n  - state: end\n"
		_, err := Parse("story.yaml", []byte(text), nil)
		if err == nil || !strings.HasSuffix(err.Error(), ": "+want) {
			t.Errorf("%s\n got %v\nwant %s", course, err, want)
		}
	}
}

// write puts files into a folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestExtends(t *testing.T) {
	folder := write(t, map[string]string{
		"slow.yaml":       "extends: ok\nsummary: It is slow.\nevidence: [here]\nparameters: {duration: {default: 2h}}\ntoken: {life: 25m}\n",
		"more/fail.yaml":  "extends: ../slow.yaml\nsummary: It is slow, and fails.\nevidence: [there]\nrecords: unknown\nexpect: {outcome: fail, file: false, exports: 1}\n",
		"other-job.yaml":  "extends: slow.yaml\nsummary: It takes no parameters.\nevidence: [there]\njob: [{state: IN_PROGRESS}, never]\nexpect: {outcome: timeout, file: false, exports: 1}\n",
		"contradict.yaml": "extends: ok\nsummary: It does not end.\nevidence: [there]\njob: [{state: IN_PROGRESS}, never]\n",
		"loop.yaml":       "extends: pool.yaml\nsummary: A loop.\nevidence: [there]\n",
		"pool.yaml":       "extends: loop.yaml\nsummary: A loop.\nevidence: [there]\n",
		"broken.yaml":     "extends: wrong.yaml\nsummary: It builds on sand.\nevidence: [there]\n",
		"wrong.yaml":      "extends: ok\nsummary: It is wrong.\nevidence: [there]\nlink: {stale: 0}\n",
		"unused.yaml":     "extends: ok\nsummary: It names what it does not use.\nevidence: [there]\nparameters: {speed: {default: 5, help: none}}\n",
	})
	load := func(name string, set map[string]string) (*Scenario, error) {
		return Load(filepath.Join(folder, name), set)
	}

	ok, err := Load("ok", nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := load("more/fail.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "fail" || s.Summary != "It is slow, and fails." || len(s.Labels) > 0 || s.Token.Life != 25*time.Minute || s.Expect.Outcome != OutcomeFail {
		t.Errorf("got %+v", s)
	}
	if p := s.Job[1].(Progress); p.In.From != 2*time.Hour || s.Parameters[0].Help != ok.Parameters[0].Help || s.Parameters[0].Value != "2h" {
		t.Errorf("the parameter is not merged: %+v, %+v", p, s.Parameters)
	}
	if s, err = load("more/fail.yaml", map[string]string{"duration": "3h"}); err != nil || s.Job[1].(Progress).In.From != 3*time.Hour {
		t.Errorf("set: %+v, %v", s, err)
	}
	if s, err = load("other-job.yaml", nil); err != nil || len(s.Parameters) > 0 {
		t.Errorf("parameters that are inherited and not used are dropped: %+v, %v", s, err)
	}

	for name, want := range map[string]string{
		"contradict.yaml": "contradict.yaml:1:10: outcome is success, but the job never ends; expect timeout",
		"loop.yaml":       "pool.yaml:1:10: extends leads back to \"" + filepath.Join(folder, "loop.yaml") + "\"; leave one of them out",
		"broken.yaml":     `wrong.yaml:4:15: stale "0" is out of range; give a whole number from 1 to 100`,
		"unused.yaml":     "unused.yaml:4:14: parameter speed is never used; use it as ${speed} or delete it",
	} {
		if _, err := load(name, nil); err == nil || !strings.HasSuffix(strings.ReplaceAll(err.Error(), `\\`, `\`), want) || !strings.Contains(err.Error(), folder) {
			t.Errorf("%s:\n got %v\nwant …%s", name, err, want)
		}
	}
}

func TestExtendsIsBounded(t *testing.T) {
	files := map[string]string{"0.yaml": "extends: ok\nsummary: The first.\nevidence: [here]\n"}
	for _, name := range []string{"1", "2", "3", "4", "5"} {
		files[name+".yaml"] = "extends: " + string(name[0]-1) + ".yaml\nsummary: One more.\nevidence: [here]\n"
	}
	folder := write(t, files)
	if _, err := Load(filepath.Join(folder, "4.yaml"), nil); err != nil {
		t.Error(err)
	}
	if _, err := Load(filepath.Join(folder, "5.yaml"), nil); err == nil || !strings.Contains(err.Error(), "one behind the other") {
		t.Errorf("got %v", err)
	}
}

func TestCases(t *testing.T) {
	const profile = "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"
	folder := write(t, map[string]string{"many.yaml": `extends: ok
summary: It depends.
evidence: [here]
cases:
  - {number: 2, story: stuck}
  - {file: "fail-*.csv", story: fail}
  - {profile: ` + profile + `, file: "x.csv", story: tiny}
  - {profile: By name, story: partial}
`})
	s, err := Load(filepath.Join(folder, "many.yaml"), map[string]string{"duration": "9s"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		number           int
		file, name, want string
	}{
		{1, "a.csv", "", "many"},
		{2, "fail-1.csv", "", "stuck"},
		{3, "fail-1.csv", "", "fail"},
		{3, "prevail-1.csv", "", "many"},
		{3, "x.csv", "", "tiny"},
		{3, "a.csv", "By name", "partial"},
	} {
		if got := s.For(tt.number, tt.file, profile, tt.name); got.Name != tt.want {
			t.Errorf("%+v: got %s", tt, got.Name)
		}
	}
	if p := s.Cases[1].Story.Job[1].(Progress); p.In.From != 9*time.Second {
		t.Errorf("what is set does not reach the cases: %+v", p)
	}
	if _, err := Load(filepath.Join(folder, "many.yaml"), map[string]string{"sped": "9s"}); err == nil || !strings.Contains(err.Error(), `unknown parameter "sped"`) {
		t.Errorf("got %v", err)
	}
}
