package scenarios

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// with is the story of the tests with more at its top level.
func with(lines string) string { return strings.Replace(story, "records: known\n", lines+"\n", 1) }

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
  - progress: all
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
		Progress{Count: AllRecords, In: Span{time.Second, time.Second}, Steps: 1},
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
		"answers: [{operation: login, edits: [{remove: /}]}]":               `8:47: remove "/" has a part without a name; put a name behind each /, as in /progress/exported`,
		"answers: [{operation: login, edits: [{set: /a//b, to: 1}]}]":       `8:44: set "/a//b" has a part without a name; put a name behind each /, as in /progress/exported`,
		"answers: [{operation: login, each: /a/, edits: [{remove: /b}]}]":   `8:36: each "/a/" has a part without a name; put a name behind each /, as in /progress/exported`,
		"answers: [{operation: login, status: 500, where: {/: b}}]":         `8:51: where "/" has a part without a name; put a name behind each /, as in /progress/exported`,
		"answers: [{operation: login, edits: [{}]}]":                        `8:38: an edit with 0 verbs; say one of set, remove or add`,
		"answers: [{operation: login, edits: [{set: /a}]}]":                 `8:38: set without to; say the value, as "to: 26"`,
		"answers: [{operation: login, edits: [{remove: /a, to: 1}]}]":       `8:55: to belongs to set, not to remove; delete it`,
		"answers: [{operation: login, edits: [{add: /a, of: 0}]}]":          `8:52: of "0" is out of range; give a whole number, such as 3 or -5`,
		"answers: [{operation: login, edits: [{set: /a, to: .inf}]}]":       `8:52: ".inf" is no number that JSON has; write it as JSON would, or in quotes`,
		"answers: [{operation: login, where: {}, status: 500}]":             `8:37: where names no member; write {/status: FAIL}`,
		"input: [5]":          `8:8: input is a list, not a mapping; its keys are ids and lines`,
		"input: {lines: [~]}": `8:17: lines has an item that is no line; give one line of text, in quotes if it is empty`,
		"input: {lines: " + many("a", maxLines+1) + "}":                                `8:317: there are more than 100 lines; a story is told by few`,
		"records: " + many("{known: all}", maxRules+1):                                 `8:711: there are more than 50 rules; put ids of one kind into one rule`,
		"records: [{known: all, unknown: all}]":                                        `8:11: a rule says one thing of its lines, not 2; begin each with one of known, unknown, too-long, unconvertible, two-sources, invalid or duplicate`,
		"records: [{unknown: {evry: 2}}]":                                              `8:22: unknown key "evry"; did you mean "every"?`,
		"records: [{unknown: {ids: " + many("a", maxListed+1) + "}}]":                  `8:3028: there are more than 1000 ids; choose them by first or every`,
		"token: {life: 999ms}":                                                         `8:15: life 999ms is too short; give a second at least`,
		"token: {live: 1m}":                                                            `8:9: unknown key "live"; did you mean "life"?`,
		"link: {stale: 101}":                                                           `8:15: stale "101" is out of range; give a whole number from 1 to 100`,
		"cases: [ok]":                                                                  `8:9: a case is a single value, not a mapping; its keys are number, file, profile and story`,
		"cases: " + many("{number: 1, story: ok}", maxCases+1):                         `8:465: there are more than 19 cases; tell some of them by another scenario`,
		"answers: " + many("{operation: login, status: 500}", maxAnswers+1):            `8:1661: there are more than 50 answers; tell them in several scenarios`,
		"answers: [{operation: login, text: ~}]":                                       `8:36: text is no text; give one value, in quotes if it is empty`,
		"answers: [{operation: login, status: 204, text: a}]":                          `8:49: an answer with status 204 has no body; delete one of them`,
		"answers: [{operation: login, text: " + strings.Repeat("a", maxText+1) + "}]":  `8:36: text is longer than 10000 bytes; shorten it`,
		"answers: [{operation: login, status: 500, skip: 0}]":                          `8:49: skip "0" is out of range; give a whole number from 1 to 1000000`,
		"answers: [{operation: login, status: 500, times: 0}]":                         `8:50: times "0" is out of range; give a whole number from 1 to 1000000`,
		"answers: [{operation: login, status: 500, where: {/a/*: b}}]":                 `8:51: * has no meaning in where; say /jobExecutions/* under each, and here what is below it`,
		`answers: [{operation: login, status: 500, where: {"/a\nb": ""}}]`:             `8:60: "/a\nb" is empty; give it a value or delete the line`,
		"answers: [{operation: login, edits: " + many("remove: /a", maxEdits+1) + "}]": `8:638: there are more than 50 edits; set a larger part at once`,
		"answers: [{operation: login, edits: [{set: /a, remove: /b, to: 1}]}]":         `8:38: an edit with 2 verbs; say one of set, remove or add`,
		"answers: [{operation: login, edits: [{add: /a}]}]":                            `8:38: add without of; say by how much, as "of: -5"`,
		"answers: [{operation: login, edits: [{remove: /a, of: 1, to: 1}]}]":           `8:62: to belongs to set, not to remove; delete it`,
		"answers: [{operation: login, edits: [{set: /a, to: [{b: .nan}]}]}]":           `8:57: ".nan" is no number that JSON has; write it as JSON would, or in quotes`,
		"extends: nobody-knows":                                                        "8:10: extends: unknown scenario \"nobody-knows\"; `fauxkapi scenarios list` shows all (the path of a file has a slash or ends in .yaml)",
	} {
		_, err := Parse("story.yaml", []byte(with(lines)), nil)
		if err == nil || err.Error() != "story.yaml:"+want {
			t.Errorf("%.200s\n got %v\nwant story.yaml:%s", lines, err, want)
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
		"steps: 5\n    in: 1s\n    wait: 1s\n    values: []":       `in belongs to progress, not to wait; delete it, or use a phase of its own`,
		"wait: 1s\n    log: a":                                     `a phase with wait and log; make them phases of their own`,
		"log: a\n    values: ['']":                                 `an item of values is empty; give it a value or delete the line`,
		"log: " + strings.Repeat("a", maxText+1):                   `log is longer than 10000 bytes; give a code, or one sentence`,
		"progress: 26\n    in: 1s":                                 `progress goes to 26 records, but the list brings 25 at most; lower it, or give input more ids`,
		"progress: 0\n    in: 1s":                                  `progress "0" is out of range; give a whole number from 1 to 2000000, or all`,
		"progress: 5\n    in: 1s\n  - progress: 5\n    in: 1s":     `progress does not rise above the 5 records that the job has; let each progress go further than the one before; wait is for standing still`,
		"progress: all\n    in: 1s\n  - progress: all\n    in: 1s": `progress does not rise above all records; delete what comes after it; wait is for standing still`,
		"progress: 50%\n    in: 1s\n  - progress: all\n    in: 1s": `progress is told in records here and in shares there; tell it in one of them`,
		"progress: 5\n    in: 1s\n  - progress: 50%\n    in: 1s":   `progress is told in records here and in shares there; tell it in one of them`,
	} {
		text := "summary: A story.\nevidence: [MDEXP-1]\nexpect: {outcome: success, file: true, exports: 1}\njob:\n  - state: IN_PROGRESS\n  - " + course + "\n  - state: end\n"
		_, err := Parse("story.yaml", []byte(text), nil)
		if err == nil || !strings.HasSuffix(err.Error(), ": "+want) {
			t.Errorf("%s\n got %v\nwant %s", course, err, want)
		}
	}
}

// A value that is set has the type that YAML gives it; that of a parameter, the
// type that JSON would give it.
func TestValuesOfEdits(t *testing.T) {
	for text, want := range map[string]any{
		"26": int64(26), "-1": int64(-1), "2.5": 2.5, "1e3": 1000.0, "true": true, "yes": "yes", "null": nil, "a": "a", "2020-01-01": "2020-01-01",
		"123456789012345678901": 123456789012345678901.0,
	} {
		for use, want := range map[string]any{text: want, `"` + text + `"`: text, "${value}": want} {
			lines := strings.Replace(with("answers:\n  - operation: login\n    edits:\n      - set: /a\n        to: "+use+"\n"), "parameters:\n", "parameters:\n  value: {default: x, help: a value}\n", 1)
			set := map[string]string{"value": text}
			if use != "${value}" {
				lines, set = strings.Replace(lines, "  value: {default: x, help: a value}\n", "", 1), nil
			}
			s, err := Parse("story.yaml", []byte(lines), set)
			if err != nil {
				t.Errorf("%s: %v", use, err)
			} else if got := s.Answers[0].Edits[0].Value; got != want {
				t.Errorf("%s (%s): got %T %v, want %T %v", use, text, got, got, want, want)
			}
		}
	}
}
