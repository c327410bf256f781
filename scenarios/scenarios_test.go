package scenarios_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/openapi/api"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

func TestNames(t *testing.T) {
	got := scenarios.Names()
	if !slices.IsSorted(got) || !slices.Contains(got, "ok") || !slices.Contains(got, "stuck-at-99-percent") || slices.Contains(got, "schema") {
		t.Errorf("got %v", got)
	}
}

// The stories that come with the package, as their names promise.
func TestShipped(t *testing.T) {
	var (
		start = scenarios.Enter{Status: api.JobExecutionStatusInProgress}
		whole = scenarios.Progress{Share: 1, In: always(512 * time.Millisecond), Steps: 1}
		part  = scenarios.Progress{Share: 0.6, In: always(300 * time.Millisecond), Steps: 5}
	)
	tests := []struct {
		name    string
		records []scenarios.RecordRule
		job     []scenarios.Phase
		expect  scenarios.Expect
	}{
		{"fail", []scenarios.RecordRule{{Answer: scenarios.Unknown, Lines: scenarios.LineRule{All: true}}}, []scenarios.Phase{start, whole, scenarios.End{}}, scenarios.Expect{Outcome: scenarios.OutcomeFail, Exports: 1}},
		{"ok", nil, []scenarios.Phase{start, whole, scenarios.End{}}, scenarios.Expect{Outcome: scenarios.OutcomeSuccess, File: true, Exports: 1}},
		{"stuck", nil, []scenarios.Phase{start, part, scenarios.Never{}}, scenarios.Expect{Outcome: scenarios.OutcomeTimeout, Exports: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := scenarios.Load(tt.name, nil)
			if err != nil {
				t.Fatal(err)
			}
			if s.Name != tt.name || !reflect.DeepEqual(s.Records, tt.records) || !reflect.DeepEqual(s.Job, tt.job) || s.Expect != tt.expect {
				t.Errorf("got %+v", s)
			}
			if !s.Fits("guide") || !s.Fits("sunflower") || !s.Fits("trillium") {
				t.Error("it does not fit every release")
			}

			set := map[string]string{"duration": "4h", "steps": "7"}
			s, err = scenarios.Load(tt.name, set)
			if err != nil {
				t.Fatal(err)
			}
			p := s.Job[1].(scenarios.Progress)
			if p.In != always(4*time.Hour) || p.Steps != 7 {
				t.Errorf("with %v set: got %+v", set, p)
			}
			values := make(map[string]string)
			for _, p := range s.Parameters {
				values[p.Name] = p.Value
			}
			if !maps.Equal(values, set) {
				t.Errorf("parameters have %v, want %v", values, set)
			}
		})
	}
}

func always(d time.Duration) scenarios.Span { return scenarios.Span{From: d, To: d} }

func TestFits(t *testing.T) {
	s := scenarios.Scenario{Releases: []string{"guide", "trillium"}}
	if !s.Fits("trillium") || s.Fits("sunflower") {
		t.Error("a scenario fits the releases it names and no other")
	}
}

func TestLoadFile(t *testing.T) {
	text, err := os.ReadFile("ok.yaml")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "my story.yml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Load(path, map[string]string{"duration": "1h"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "my story" || s.Job[1] != (scenarios.Progress{Share: 1, In: always(time.Hour), Steps: 1}) {
		t.Errorf("got %+v", s)
	}

	if err := os.WriteFile(path, slices.Concat(text, []byte(strings.Repeat("# more\n", 40_000))), 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, path, path+":1:1: the file is larger than 256 KiB; split it into several scenarios")
}

func TestLoadErrors(t *testing.T) {
	const path = " (the path of a file has a slash or ends in .yaml)"
	wantError(t, "stuk", `unknown scenario "stuk"; did you mean "stuck"?`+path)
	wantError(t, "OK", `unknown scenario "OK"; did you mean "ok"?`+path)
	const all = "`fauxkapi scenarios list` shows all"
	wantError(t, "everything-burns", `unknown scenario "everything-burns"; `+all+path)
	wantError(t, "", `unknown scenario ""; `+all+path)

	for _, unreadable := range []string{"nowhere.yaml", "./ok", "./"} {
		_, err := os.ReadFile(unreadable)
		reason := errors.Unwrap(err).Error() // in the words of this system
		wantError(t, unreadable, unreadable+": cannot be read: "+reason+"; give the path of a YAML file, or a name that `fauxkapi scenarios list` shows")
	}
}

func wantError(t *testing.T, nameOrPath, want string) {
	t.Helper()
	_, err := scenarios.Load(nameOrPath, nil)
	if _, ok := errors.AsType[*scenarios.Error](err); !ok || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
