package alter

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// one is an alteration with one exchange of this text.
func one(exchange string) string {
	return "- name: a\n  what: It is otherwise.\n  exchanges:\n    - " + exchange + "\n"
}

func TestParse(t *testing.T) {
	alterations, err := Parse("a.yaml", []byte(`
- name: filter-ignored
  what: The list of jobs ignores its query.
  breaks: [jobs.found-by-id, jobs.paged]
  releases: [sunflower, trillium]
  fake: {scenario: slow-start, set: {steps: 200, "empty": ""}, public-url: "http://files.example.org"}
  exchanges:
    - on: GET /data-export/...
      skip: 1
      trouble: hang
- name: slower
  what: Jobs take longer.
  fake: {set: {duration: 4h}}
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(alterations) != 2 {
		t.Fatalf("%d alterations", len(alterations))
	}
	got := fmt.Sprint(alterations[0].Name, alterations[0].What, alterations[0].Breaks, alterations[0].Releases, alterations[0].Fake, len(alterations[0].exchanges))
	want := "filter-ignored" + "The list of jobs ignores its query." + "[jobs.found-by-id jobs.paged] [sunflower trillium] " +
		"{slow-start map[empty: steps:200] http://files.example.org} 1"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if alterations[0].In("guide") || !alterations[0].In("trillium") || !alterations[1].In("guide") {
		t.Error("the releases are others")
	}
}

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", `1:1: the file is empty; begin with - name: and the name of an alteration`},
		{"a: b", `1:1: the file is a mapping, not a list; write each item on a line of its own, behind "- "`},
		{"- a", `1:3: an alteration is a single value, not a mapping; its keys are name, what, breaks, releases, fake and exchanges`},
		{"- nam: a", `1:3: unknown key "nam"; did you mean "name"?`},
		{"- what: A.", `1:3: name is missing; give it a name of lower-case letters, digits and hyphens`},
		{"- name: a", `1:3: what is missing; say in one sentence what is otherwise`},
		{"- {name: A, what: It.}", `1:10: name cannot be "A"; use lower-case letters, digits and hyphens, a letter first, 60 at most`},
		{"- {name: a, what: It}", `1:19: what is not a sentence; write one sentence, on one line, that ends with a full stop`},
		{"- {name: a, what: It.}", `1:3: an alteration that alters nothing; list exchanges, or say which fake to start`},
		{"- {name: a, what: It., breaks: [jobs]}", `1:33: "jobs" cannot be the id of a claim; write it as jobs.found-by-id`},
		{"- {name: a, what: It., releases: [poppy]}", `1:35: unknown release "poppy"; say guide, sunflower or trillium`},
		{"- {name: a, what: It., fake: {}}", `1:30: fake says nothing; say scenario, set or public-url`},
		{"- {name: a, what: It., fake: {set: {}}}", `1:36: set names nothing; write {NAME: VALUE}`},
		{"- {name: a, what: It., fake: {set: {a: [1]}}}", `1:40: "a" is no text; give one value, in quotes if it is empty`},
		{"- &x {name: a}", `1:3: an anchor is not part of the format; write the value out where it is needed`},
		{one("on: GET /a\n      trouble: hang") + one("on: GET /a\n      trouble: hang"), `6:3: the name a stands in line 1 already; give it another`},
		{one("{trouble: hang}"), `4:7: on is missing; say which, as GET /data-export/job-executions`},
		{one("{on: GET /a}"), `4:7: an exchange that is not altered; say request, answer or trouble`},
		{one("{on: /a, trouble: hang}"), `4:12: on begins with "/a", which is no method; write it as GET /data-export/job-executions, or * for every method`},
		{one("{on: GET a, trouble: hang}"), `4:12: "a" is no path; write it as /data-export/job-executions/{id}; LINK is a download link`},
		{one(`{on: "GET /a/{b", trouble: hang}`), `4:12: "{b" cannot stand in a path; write it as /data-export/job-executions/{id}; LINK is a download link`},
		{one(`{on: GET /.../a, trouble: hang}`), `4:12: "..." cannot stand in a path; write it as /data-export/job-executions/{id}; LINK is a download link`},
		{one("{on: GET /a, trouble: hangs}"), `4:29: trouble cannot be "hangs"; did you mean "hang"?`},
		{one("{on: GET /a, skip: 0, trouble: hang}"), `4:26: skip "0" is out of range; give a whole number from 1 to 1000000`},
		{one("{on: GET /a, where: {}, trouble: hang}"), `4:27: where says nothing; say query, header, sent, status or body`},
		{one("{on: GET /a, where: {query: {a: (}}, trouble: hang}"), "4:39: \"a\" is no regular expression: error parsing regexp: missing closing ): `(`; write it as Go does (RE2)"},
		{one("{on: GET /a, where: {body: {a: b}}, answer: {gzip: true}}"), `4:35: body cannot be "a"; write a JSON pointer, as /progress/exported`},
		{one("{on: GET /a, where: {status: 200}, trouble: hang}"), `4:7: the request is altered before the server has answered; leave status and body out of where and unless, or alter the answer`},
		{one("{on: GET /a, unless: {body: {/a: b}}, request: {lost: true}}"), `4:7: the request is altered before the server has answered; leave status and body out of where and unless, or alter the answer`},
		{one("{on: GET /a, trouble: hang, answer: {gzip: true}}"), `4:29: a trouble keeps the server from the request, so neither request nor answer can be altered; make them two exchanges`},
		{one("{on: GET /a, request: {}}"), `4:29: request says nothing; say path, set-query, drop-query, set-header, drop-header, token, body, text, json or lost`},
		{one("{on: GET /a, request: {lost: true, body: x}}"), `4:36: nobody sees how a request that is lost was altered; delete the rest, or lost`},
		{one("{on: GET /a, request: {lost: false}}"), `4:36: lost cannot be "false"; say true`},
		{one("{on: GET /a, request: {token: mine}}"), `4:37: token cannot be "mine"; say borrowed`},
		{one(`{on: "GET /a/{b}", request: {path: "/{c}"}}`), `4:42: {c} is not in the path of on; name one of them, or write the segment out`},
		{one("{on: GET /a, answer: {gizp: true}}"), `4:29: unknown key "gizp"; did you mean "gzip"?`},
		{one("{on: GET /a, answer: {status: 99}}"), `4:37: status "99" is out of range; give a whole number from 200 to 599`},
		{one("{on: GET /a, answer: {status: 204, body: x}}"), `4:48: an answer with status 204 has no body; delete one of them`},
		{one("{on: GET /a, answer: {text: [{match: a}]}}"), `4:36: with is missing; write {match: RE, with: TEXT}`},
		{one("{on: GET /a, answer: {lists: {/a: sorted}}}"), `4:41: the order of a list cannot be "sorted"; say reverse or shuffled`},
		{one("{on: GET /a, answer: {json: [{}]}}"), `4:36: an edit with 0 verbs; say one of set, default, remove, add, plus, replace, as-text or as-number`},
		{one("{on: GET /a, answer: {json: [{set: /a, remove: /b, to: 1}]}}"), `4:36: an edit with 2 verbs; say one of set, default, remove, add, plus, replace, as-text or as-number`},
		{one("{on: GET /a, answer: {json: [{set: /a}]}}"), `4:36: set with 0 values; say one of to or from`},
		{one("{on: GET /a, answer: {json: [{set: /a, to: 1, from: /b}]}}"), `4:36: set with 2 values; say one of to or from`},
		{one("{on: GET /a, answer: {json: [{set: /a, item: 1}]}}"), `4:46: item does not belong to set; delete it`},
		{one("{on: GET /a, answer: {json: [{set: /a, from: /*}]}}"), `4:52: from has more * than that; each * of it is one of the place that is changed`},
		{one("{on: GET /a, answer: {json: [{set: /a, to: 0x1F}]}}"), `4:50: "0x1F" is no number that JSON has; write it as JSON would, or in quotes`},
		{one("{on: GET /a, answer: {json: [{plus: /a}]}}"), `4:36: plus without of; say of`},
		{one("{on: GET /a, answer: {json: [{plus: /a, of: 0}]}}"), `4:51: of "0" is out of range; give a whole number, such as 3 or -5`},
		{one("{on: GET /a, answer: {json: [{remove: ''}]}}"), `4:45: remove is empty; give it a value or delete the line`},
		{one("{on: GET /a, answer: {marc: [{set: 999i}]}}"), `4:36: set without to; say the text`},
		{one("{on: GET /a, answer: {marc: [{set: 999, to: x}]}}"), `4:42: set cannot be "999"; name a subfield, as 999i, or a control field, as 001`},
		{one("{on: GET /a, answer: {marc: [{drop: 1, to: x}]}}"), `4:50: to does not belong to drop; delete it`},
		{one("{on: GET /a, answer: {marc: [{drop: 1, record: 2}]}}"), `4:54: record does not belong to drop; delete it`},
		{one("{on: GET /a, answer: {marc: [{damage: all}]}}"), `4:45: damage cannot be "all"; say length, base, encoding or terminator`},
	} {
		if _, err := Parse("a.yaml", []byte(tt.text)); err == nil || err.Error() != "a.yaml:"+tt.want {
			t.Errorf("%s\nsays %v\nwant a.yaml:%s", tt.text, err, tt.want)
		}
	}
}

func TestParseBounds(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{strings.Repeat("#", maxSize+1), "the file is larger than 512 KiB"},
		{strings.Repeat("- a\n", maxItems+1), "the file has more than 500 items"},
		{one("{on: GET /a, answer: {body: " + strings.Repeat("x", maxText+1) + "}}"), "body is longer than 100000 bytes"},
		{one("{on: GET /a, where: {query: {a: " + strings.Repeat("x", maxExpression+1) + "}}, trouble: hang}"), `"a" is longer than 500 bytes`},
	} {
		if _, err := Parse("a.yaml", []byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.want, err)
		}
	}
}

// FuzzParse holds Parse to its promise: alterations that can be carried out, or an error on one line with its place.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"variants", "defects"} {
		data, err := os.ReadFile("../../verify/testdata/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		for _, text := range strings.SplitAfter(string(data), "\n\n") { // small seeds, one alteration each
			f.Add([]byte(text))
		}
	}
	f.Add([]byte(one("{on: GET LINK, where: {sent: {/a/*: ''}}, answer: {marc: [{rotate: 999i}], lists: {'': shuffled}}}")))
	f.Add([]byte(one("{on: '* /...', request: {path: /a, json: [{set: /*/a, from: /*/b}]}}")))
	f.Fuzz(func(t *testing.T, data []byte) {
		alterations, err := Parse("f.yaml", data)
		if err != nil {
			if !regexp.MustCompile(`(?s)\Af\.yaml:[1-9]\d*:[1-9]\d*: .+; .+\z`).MatchString(err.Error()) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q", err)
			}
			return
		}
		for _, a := range alterations {
			if a.Name == "" || !utf8.ValidString(a.What) {
				t.Errorf("%+v", a)
			}
			for i := range a.exchanges {
				exercise(&a.exchanges[i], a.Name)
			}
		}
	})
}
