package scenarios

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// story uses every key of the format. The tests of errors change a bit of it.
const story = `summary: A story.
evidence:
  - MDEXP-219
labels: [core]
releases: [guide, trillium]
parameters:
  duration: {default: 5s, help: how long it takes}
records: known
job:
  - wait: 1m
  - state: IN_PROGRESS
  - progress: 60%
    in: ${duration}
    steps: 5
  - progress: 99.5%
    in: 1h
  - state: end
expect: {outcome: success, file: true, exports: 1}
`

func TestParse(t *testing.T) {
	want := Scenario{
		Name:       "story",
		Summary:    "A story.",
		Evidence:   []string{"MDEXP-219"},
		Labels:     []string{"core"},
		Releases:   []string{"guide", "trillium"},
		Parameters: []Parameter{{Name: "duration", Default: "5s", Help: "how long it takes", Value: "5s"}},
		Input:      Input{IDs: 25},
		Records:    []RecordRule{{Answer: Known, Lines: LineRule{All: true}}},
		Job: []Phase{
			Wait{For: Span{time.Minute, time.Minute}},
			Enter{Status: api.JobExecutionStatusInProgress},
			Progress{Share: 0.6, In: Span{5 * time.Second, 5 * time.Second}, Steps: 5},
			Progress{Share: 0.995, In: Span{time.Hour, time.Hour}, Steps: 1},
			End{},
		},
		Expect: Expect{Outcome: OutcomeSuccess, File: true, Exports: 1},
	}
	got, err := Parse("some/story.yaml", []byte(story), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("got  %+v\nwant %+v", *got, want)
	}

	want.Parameters[0].Value = "2h"
	want.Job[2] = Progress{Share: 0.6, In: Span{2 * time.Hour, 2 * time.Hour}, Steps: 5}
	got, err = Parse("some/story.yaml", []byte(story), map[string]string{"duration": "2h"})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("with duration set: got  %+v\nwant %+v", *got, want)
	}
}

// Each is a legal change of the story.
func TestParseAccepts(t *testing.T) {
	const course = `  - wait: 1m
  - state: IN_PROGRESS
  - progress: 60%
    in: ${duration}
    steps: 5
  - progress: 99.5%
    in: 1h
  - state: end
`
	tests := []struct {
		name     string
		replacer *strings.Replacer
	}{
		{"some records missing", strings.NewReplacer("outcome: success", "outcome: partial")},
		{"without what may be left out", strings.NewReplacer("labels: [core]\n", "", "releases: [guide, trillium]\n", "", "records: known\n", "", "    steps: 5\n", "")},
		{"a failure on the way", strings.NewReplacer("state: end", "state: FAIL", "outcome: success", "outcome: fail", "file: true", "file: false")},
		{"a failure from the start", strings.NewReplacer(course, "  - wait: ${duration}\n  - state: FAIL\n", "outcome: success", "outcome: fail", "file: true", "file: false")},
		{"stays NEW", strings.NewReplacer(course, "  - wait: ${duration}\n  - never\n", "outcome: success", "outcome: timeout", "file: true", "file: false")},
		{"nothing is found", strings.NewReplacer("records: known", "records: unknown", "outcome: success", "outcome: fail", "file: true", "file: false")},
		{"quoted scalars", strings.NewReplacer("60%", `"60%"`, "steps: 5", `steps: "5"`, "file: true", `file: "true"`)},
		{"a parameter in braces", strings.NewReplacer("  - wait: 1m", `  - {wait: "${duration}"}`)},
		{"as many phases as there may be", strings.NewReplacer("  - wait: 1m\n", strings.Repeat("  - wait: 1m\n", maxPhases-4))},
		{"a byte order mark", strings.NewReplacer("summary", "\ufeffsummary")},
		{"CR LF", strings.NewReplacer("\n", "\r\n")},
		{"an explicit document", strings.NewReplacer("summary", "---\nsummary", "exports: 1}\n", "exports: 1}\n...\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			changed := tt.replacer.Replace(story)
			if changed == story {
				t.Fatal("nothing was replaced")
			}
			if _, err := Parse("story.yaml", []byte(changed), nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// The value of a parameter is no part of the document: it cannot bring keys,
// tags or further parameters.
func TestParametersAreValues(t *testing.T) {
	for _, value := range []string{"5s\nsteps: 1", "!!int 5", "${duration}", "*anchor", ""} {
		_, err := Parse("story.yaml", []byte(story), map[string]string{"duration": value})
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Line != 13 || !strings.Contains(e.Message, "(parameter duration)") {
			t.Errorf("duration set to %q: got %v, want an error at its use", value, err)
		}
	}
}
