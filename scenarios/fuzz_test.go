package scenarios

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// FuzzParse holds Parse to its promise: either a scenario that needs no further
// checks, or an error on one line with a position inside the file and a hint.
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
	switch {
	case e.File != "fuzz.yaml":
		// The fault lies in what it extends or tells.
	case e.Line < 1 || e.Line > lines || e.Column < 1:
		t.Errorf("position %d:%d in a file of %d lines: %v", e.Line, e.Column, lines, e)
	case e.Message == "" || e.Hint == "":
		t.Errorf("message or hint is missing: %v", e)
	case strings.ContainsAny(e.Error(), "\r\n\x00"):
		t.Errorf("more than one line: %q", e)
	}
}

func checkScenario(t *testing.T, s *Scenario) {
	if s.Name == "" || !strings.HasSuffix(s.Summary, ".") || len(s.Evidence) == 0 || len(s.Job) == 0 || len(s.Job) > maxPhases {
		t.Fatalf("incomplete: %+v", s)
	}
	var total time.Duration
	var share float64
	started := false
	for i, phase := range s.Job {
		last := i == len(s.Job)-1
		final := false
		switch p := phase.(type) {
		case Enter:
			started = started || p.Status == api.JobExecutionStatusInProgress
			final = p.Status == api.JobExecutionStatusFail
		case Progress:
			if !started || (p.Count == 0) == (p.Share == 0) || p.Share+float64(p.Count) <= share || p.Share > 1 || p.In.From <= 0 || p.In.To < p.In.From || p.Steps < 1 {
				t.Errorf("phase %d cannot be: %+v", i, s)
			}
			share = p.Share + float64(p.Count)
			total += p.In.To
		case Wait:
			total += p.For.To
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
	free := len(s.Answers)+len(s.Cases) > 0 || s.Link != Link{} || s.ExpireEvery > 0
	if timeout := s.Expect.Outcome == OutcomeTimeout; !free && timeout != (s.Job[len(s.Job)-1] == Never{}) {
		t.Errorf("expect contradicts the job: %+v", s)
	}
	for _, c := range s.Cases {
		if c.Story == nil || len(c.Story.Cases) > 0 || c.Number == 0 && c.File == "" && c.Profile == "" {
			t.Errorf("a case that cannot be: %+v", c)
		}
	}
	for _, a := range s.Answers {
		if a.Operation == "" || (len(a.Edits) > 0) == (a.Status != 0 || a.Text != nil) {
			t.Errorf("an answer that cannot be: %+v", a)
		}
	}
}
