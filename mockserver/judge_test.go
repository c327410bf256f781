package mockserver

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// An answer that breaks the contract is replaced by a 500 that says how, is
// reported by the server, and fails the test that started it.
func TestJudgeStopsWrongAnswers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		reply reply
		err   error
		want  string
	}{
		{
			name:  "undocumented status",
			reply: textReply(http.StatusTeapot, "text/plain", ""),
			want:  "getJobProfiles answers 418: status is not supported",
		},
		{
			name:  "other content type",
			reply: textReply(http.StatusOK, "application/xml", "<x/>"),
			want:  `getJobProfiles answers 200: response header Content-Type has unexpected value: "application/xml"`,
		},
		{
			name:  "no content type",
			reply: reply{status: http.StatusOK, body: []byte(`{}`)},
			want:  `getJobProfiles answers 200: response header Content-Type has unexpected value: ""`,
		},
		{
			name:  "no JSON",
			reply: textReply(http.StatusOK, "application/json", "{"),
			want:  "getJobProfiles answers 200: failed to decode response body",
		},
		{
			name:  "member missing",
			reply: textReply(http.StatusOK, "application/json", `{"jobProfiles":[]}`),
			want:  `getJobProfiles answers 200: response body doesn't match schema #/components/schemas/JobProfileCollection: Error at "/totalRecords": property "totalRecords" is missing`,
		},
		{
			name:  "member of another type",
			reply: textReply(http.StatusOK, "application/json", `{"jobProfiles":[],"totalRecords":"0"}`),
			want:  `Error at "/totalRecords": value must be an integer`,
		},
		{
			name:  "member unknown",
			reply: textReply(http.StatusOK, "application/json", `{"jobProfiles":[],"totalRecords":0,"total":0}`),
			want:  `property "total" is unsupported`,
		},
		{name: "an error that is no refusal", err: errors.New("the disk is full"), want: "the disk is full"},
		{name: "a refusal that nobody words", err: release.Refuse("no such kind"), want: `release guide has no answer to "no such kind"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tb := &watchedTB{}
			s := Start(tb)
			s.operations["getJobProfiles"].run = func(*call) (reply, error) { return tt.reply, tt.err }

			w := caller{s: s, token: tokenOf(t, s)}.get("/data-export/job-profiles")
			if want := "fauxkapi: this is a defect of the fake, please report it: release guide, GET /data-export/job-profiles: "; w.Code != http.StatusInternalServerError || !strings.HasPrefix(w.Body.String(), want) || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("%d %s\nwant 500 with %s", w.Code, w.Body, tt.want)
			}
			if codes, texts := advised(s, 0); len(codes) != 1 || codes[0] != DefectOfTheFake || !strings.Contains(texts[0], tt.want) {
				t.Errorf("advised %v %q", codes, texts)
			}
			if found := s.Violations(); len(found) != 1 || !strings.Contains(found[0], tt.want) {
				t.Errorf("violations %q, want %s", found, tt.want)
			}
			tb.cleanUp()
			if len(tb.errors) != 1 || !strings.HasPrefix(tb.errors[0], "fauxkapi answered against its own contract: ") || !strings.Contains(tb.errors[0], tt.want) {
				t.Errorf("the test failed with %q, want %s", tb.errors, tt.want)
			}
		})
	}
}

// A panic is a defect like any other: an answer says so, and the world goes on.
func TestPanicBecomesAnAnswer(t *testing.T) {
	c := newCaller(t, "guide")
	c.s.operations["getJobProfiles"].run = func(c *call) (reply, error) {
		return reply{}, c.with(func(*folio.World) error { panic("out of range") })
	}
	if w := c.get("/data-export/job-profiles"); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), ": panic in mockserver/judge_test.go:") || !strings.HasSuffix(w.Body.String(), ": out of range") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := c.get("/data-export/job-executions"); w.Code != http.StatusOK {
		t.Errorf("the next request is answered with %d", w.Code)
	}
	if n := len(c.s.Violations()); n != 1 {
		t.Errorf("%d violations, want 1", n)
	}
	c.s.violations = nil
}

// A verdict belongs to its operation: what one may answer, another may not.
func TestJudgeTellsOperationsApart(t *testing.T) {
	c := newCaller(t, "guide")
	same := textReply(http.StatusOK, "application/json", `{"jobProfiles":[],"totalRecords":0}`)
	for _, name := range []string{"getJobProfiles", "getJobExecutions"} {
		c.s.operations[name].run = func(*call) (reply, error) { return same, nil }
	}
	if first, second := c.get("/data-export/job-profiles").Code, c.get("/data-export/job-executions").Code; first != http.StatusOK || second != http.StatusInternalServerError {
		t.Errorf("%d and %d, want 200 and, for the other operation, 500", first, second)
	}
	c.s.violations = nil
}

// A verdict is remembered for the very same answer and for no other.
func TestJudgeRemembersGoodAnswersOnly(t *testing.T) {
	c := newCaller(t, "guide")
	answers := []string{`{"jobProfiles":[],"totalRecords":0}`, `{"jobProfiles":[],"totalRecords":1}`, `{"jobProfiles":[]}`, `{"jobProfiles":[]}`}
	next := 0
	c.s.operations["getJobProfiles"].run = func(*call) (reply, error) {
		next++
		return textReply(http.StatusOK, "application/json", answers[next-1]), nil
	}
	for i, want := range []int{200, 200, 500, 500} {
		if got := c.get("/data-export/job-profiles").Code; got != want {
			t.Errorf("answer %d: %d, want %d", i, got, want)
		}
	}
	if n := len(c.s.verdicts.known); n != 3 {
		t.Errorf("%d verdicts are remembered, want 3: two answers, and the parameters of the requests", n)
	}
	if n := len(c.s.Violations()); n != 2 {
		t.Errorf("%d violations, want 2", n)
	}
	c.s.violations = nil
}

// The same body under another status or content type is another answer.
func TestJudgeLooksAtAllOfAnAnswer(t *testing.T) {
	c := newCaller(t, "guide")
	const body = `{"jobProfiles":[],"totalRecords":0}`
	good := textReply(http.StatusOK, "application/json", body)
	for i, r := range []reply{
		good,
		textReply(http.StatusTeapot, "application/json", body),
		textReply(http.StatusOK, "text/html", body),
		good,
	} {
		c.s.operations["getJobProfiles"].run = func(*call) (reply, error) { return r, nil }
		want := http.StatusInternalServerError
		if i == 0 || i == 3 {
			want = http.StatusOK
		}
		if got := c.get("/data-export/job-profiles").Code; got != want {
			t.Errorf("answer %d: %d, want %d", i, got, want)
		}
	}
	c.s.violations = nil
}

func TestViolationsAreBounded(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		s.report("again")
	}
	if n := len(s.Violations()); n != 100 {
		t.Errorf("%d violations are kept, want 100", n)
	}
}
