package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// FuzzParse holds Parse to its promise: either a scenario that needs no further
// checks, or an error on one line with a position inside the file and a hint.
// What is read names other scenarios, and files below the folder of the test.
func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		data, err := stories.ReadFile(name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "1h")
	}
	f.Add([]byte(story), "")
	f.Add([]byte("a: &a [*a]\n---\n? {b: ${c}}\n"), "\x00")
	f.Add([]byte(with("answers: [{operation: login, edits: [{remove: /}]}]")), "/")
	f.Add([]byte("extends: ./fuzz.yaml\nsummary: \"A\\nb.\"\n"), "1s..2s")
	for _, s := range slices.Concat(scalars, others) {
		for _, value := range slices.Concat(s.good, s.bad) {
			if len(value) < 100 {
				f.Add([]byte(s.told(value)), "5s")
			}
		}
		f.Add([]byte("parameters: {duration: {default: x, help: a value}}\n"+s.told(`"${duration}"`)), "5")
	}
	f.Fuzz(func(t *testing.T, data []byte, duration string) {
		for _, set := range []map[string]string{nil, {"duration": duration}} {
			s, err := Parse("fuzz.yaml", data, set)
			if again, err2 := Parse("fuzz.yaml", data, set); !reflect.DeepEqual(s, again) || !reflect.DeepEqual(err, err2) {
				t.Errorf("the same file gives %v, %v and then %v, %v", s, err, again, err2)
			}
			if err != nil {
				checkError(t, data, err)
				continue
			}
			checkScenario(t, s)
		}
	})
}

func checkError(t *testing.T, data []byte, err error) {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("%T is not an *Error: %v", err, err)
	}
	// Beside line feeds, YAML ends lines with carriage returns and three others,
	// and its parser finds the end of the file on a line of its own.
	lines := 2 + bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) +
		bytes.Count(data, []byte("\u0085")) + bytes.Count(data, []byte("\u2028")) + bytes.Count(data, []byte("\u2029"))
	ours := e.File == "fuzz.yaml" // else the fault lies in what it extends or tells
	switch {
	case e.Line < 1 || e.Column < 1 || ours && e.Line > lines:
		t.Errorf("position %d:%d in a file of %d lines: %v", e.Line, e.Column, lines, e)
	case e.Message == "" || e.Hint == "":
		t.Errorf("message or hint is missing: %v", e)
	case strings.ContainsAny(e.Error(), "\r\n\x00"):
		t.Errorf("more than one line: %q", e)
	}
}

// checkScenario looks at what the types promise, and that it is bounded.
func checkScenario(t *testing.T, s *Scenario) {
	if s.Name == "" || !strings.HasSuffix(s.Summary, ".") || len(s.Evidence) == 0 {
		t.Fatalf("incomplete: %+v", s)
	}
	checkJob(t, s)
	if in := s.Input; in.IDs < 0 || in.IDs > maxIDs || len(in.Lines) > maxLines || strings.ContainsAny(strings.Join(in.Lines, ""), "\r\n") {
		t.Errorf("an input that cannot be: %+v", in)
	}
	if len(s.Records) > maxRules || s.SliceSize < 0 || s.SliceSize > maxIDs {
		t.Errorf("out of bounds: %+v", s)
	}
	for _, rule := range s.Records {
		ways := 0
		for _, chosen := range []bool{rule.Lines.All, rule.Lines.First > 0, rule.Lines.Every > 0, len(rule.Lines.IDs) > 0} {
			if chosen {
				ways++
			}
		}
		if ways != 1 || !slices.Contains(recordWords, string(rule.Answer)) {
			t.Errorf("a rule that cannot be: %+v", rule)
		}
	}
	for _, d := range []time.Duration{s.ExpireEvery, s.Token.Life} {
		if d != 0 && (d < time.Second || d > maxDuration) {
			t.Errorf("a length of time that cannot be: %v", d)
		}
	}
	if l := s.Link; l.Stale < 0 || l.Stale > maxStale || l.Cut < 0 || l.Cut > maxCut || l.Missing && l.Cut > 0 {
		t.Errorf("a link that cannot be: %+v", l)
	}
	for _, c := range s.Cases {
		if c.Story == nil || len(c.Story.Cases) > 0 || c.Number == 0 && c.File == "" && c.Profile == "" {
			t.Fatalf("a case that cannot be: %+v", c)
		}
		if _, err := path.Match(c.File, "a.csv"); err != nil {
			t.Errorf("a case with the pattern %q: %v", c.File, err)
		}
		checkScenario(t, c.Story)
	}
	for _, a := range s.Answers {
		checkAnswer(t, a)
	}
	_, possible := outcomes(s)
	if e := s.Expect; !slices.Contains(possible, string(e.Outcome)) || e.Exports < 0 || e.Exports > maxExports ||
		e.File != (e.Outcome == OutcomeSuccess || e.Outcome == OutcomePartial) {
		t.Errorf("expect contradicts the story: %+v", s)
	}
}

func checkJob(t *testing.T, s *Scenario) {
	if len(s.Job) == 0 || len(s.Job) > maxPhases {
		t.Fatalf("a job with %d phases", len(s.Job))
	}
	var total time.Duration
	var way float64
	started := false
	for i, phase := range s.Job {
		last := i == len(s.Job)-1
		final := false
		switch p := phase.(type) {
		case Enter:
			started = started || p.Status == api.JobExecutionStatusInProgress
			final = p.Status == api.JobExecutionStatusFail
		case Progress:
			to := p.Share + float64(p.Count)
			if !started || (p.Count == 0) == (p.Share == 0) || to <= way || p.Share > 1 || p.Count > s.exportable() && p.Count != AllRecords || p.In.From <= 0 || p.In.To < p.In.From || p.Steps < 1 {
				t.Errorf("phase %d cannot be: %+v", i, s)
			}
			way = to
			total += p.In.To
		case Wait:
			if p.For.From <= 0 || p.For.To < p.For.From {
				t.Errorf("phase %d cannot be: %+v", i, s)
			}
			total += p.For.To
		case Log:
			if p.Code == "" || len(p.Values) > maxValues {
				t.Errorf("phase %d cannot be: %+v", i, s)
			}
		case End, Never:
			final = true
		}
		if final != last {
			t.Errorf("phase %d ends the story, or the last does not: %+v", i, s)
		}
	}
	if total < 0 {
		t.Errorf("the job takes longer than time can tell: %+v", s)
	}
}

func checkAnswer(t *testing.T, a Answer) {
	if a.Operation == "" || (len(a.Edits) > 0) == (a.Status != 0 || a.Text != nil) || a.Skip < 0 || a.Times < 0 {
		t.Errorf("an answer that cannot be: %+v", a)
	}
	for _, pointer := range append(slices.Collect(maps.Keys(a.Where)), a.Each) {
		if pointer != "" && !isPointer(pointer) {
			t.Errorf("no JSON pointer: %q", pointer)
		}
	}
	for _, e := range a.Edits {
		_, whole := e.Value.(int64)
		if !isPointer(e.At) || e.Verb == Remove && e.Value != nil || e.Verb == Add && !whole {
			t.Errorf("an edit that cannot be: %+v", e)
		}
		if _, err := json.Marshal(e.Value); err != nil {
			t.Errorf("no JSON value: %+v: %v", e, err)
		}
	}
}

// isPointer tells whether a text is a JSON pointer of which no part is empty.
func isPointer(text string) bool {
	return strings.HasPrefix(text, "/") && !strings.HasSuffix(text, "/") && !strings.Contains(text, "//")
}
