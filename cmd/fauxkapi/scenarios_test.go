package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver/rehearsal"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// said runs a command line without environment or input.
func said(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &errs, noEnv)
	return code, out.String(), errs.String()
}

func TestScenariosListNamesThemAll(t *testing.T) {
	code, table, errs := said(t, "scenarios", "list")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var names []string
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, " ") { // the line before goes on
			names = append(names, strings.Fields(line)[0])
		}
	}
	_, array, _ := said(t, "scenarios", "list", "--json")
	var all []listed
	if err := json.Unmarshal([]byte(array), &all); err != nil {
		t.Fatal(err)
	}
	var inJSON []string
	for _, s := range all {
		inJSON = append(inJSON, s.Name)
		if s.Name == "stuck" && (s.Outcome != "timeout" || s.Parameters["duration"] != "300ms") {
			t.Errorf("stuck is listed as %+v", s)
		}
	}
	if want := scenarios.Names(); !slices.Equal(names, want) || !slices.Equal(inJSON, want) {
		t.Errorf("the table has %v, the JSON %v, there are %v", names, inJSON, want)
	}
}

func TestScenariosShowIsTheFile(t *testing.T) {
	want, err := os.ReadFile("../../scenarios/stuck.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if code, got, errs := said(t, "scenarios", "show", "stuck"); code != exitOK || got != string(want) {
		t.Errorf("exit code %d, %q, %s", code, got, errs)
	}
	if code, _, errs := said(t, "scenarios", "show", "stuk"); code != exitUsage || !strings.Contains(errs, `did you mean "stuck"?`) {
		t.Errorf("exit code %d, %s", code, errs)
	}
}

func TestScenariosCheckTellsEveryFile(t *testing.T) {
	good, err := os.ReadFile("../../scenarios/ok.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	write(t, "mine.yaml", string(good))
	write(t, "stuck", string(good)) // a file that is named like a scenario
	write(t, "typo.yaml", strings.Replace(string(good), "summary:", "sumary:", 1))
	write(t, "empty.yaml", "")

	code, out, errs := said(t, "scenarios", "check", "mine.yaml", "typo.yaml", "stuck", filepath.Join(".", "empty.yaml"))
	if code != exitUsage {
		t.Errorf("exit code %d, want %d", code, exitUsage)
	}
	if want := "mine.yaml: ok. The export ends well.\nstuck: ok. The export ends well.\n"; out != want {
		t.Errorf("it says %q, want %q", out, want)
	}
	for _, want := range []string{"typo.yaml:2:1: unknown key \"sumary\"", "empty.yaml:1:1: "} {
		if !strings.Contains(errs, want) {
			t.Errorf("it says %q, which lacks %q", errs, want)
		}
	}
}

// The transcripts of the scenarios that matter most, in every release: states,
// counters, log rows, token and link over time.
func TestScenariosExplainTheCore(t *testing.T) {
	for _, name := range rehearsal.Core() {
		t.Run(name, func(t *testing.T) {
			code, got, errs := said(t, "scenarios", "explain", name)
			if code != exitOK {
				t.Fatalf("exit code %d: %s", code, errs)
			}
			golden := filepath.Join("testdata", "explain", name+".txt")
			if *update {
				write(t, golden, got)
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; look at it, and run go test ./cmd/fauxkapi -run ExplainTheCore -update if it is right:\n%s", golden, got)
			}
		})
	}
}

// Every scenario can be explained, in every release that it fits, and a file of
// one's own as well.
func TestScenariosExplainThemAll(t *testing.T) {
	for _, name := range scenarios.Names() {
		code, out, errs := said(t, "scenarios", "explain", name)
		if code != exitOK || !strings.Contains(out, "A client should") {
			t.Errorf("%s: exit code %d, %s%s", name, code, errs, out)
		}
		fits(t, name, out)
	}
	if code, out, errs := said(t, "scenarios", "explain", "../../scenarios/zip.yaml", "--release", "trillium"); code != exitOK || !strings.Contains(out, "test-1.zip") {
		t.Errorf("exit code %d, %s%s", code, errs, out)
	}
	for want, args := range map[string][]string{
		"unknown release \"poppy\"": {"ok", "--release", "poppy"},
		`did you mean "stuck"?`:     {"stuk"},
		"scenario zip makes no sense in release guide: choose sunflower or trillium": {"zip", "--release", "guide"},
		`unknown parameter "speed"`: {"ok", "--set", "speed=5"},
	} {
		if code, out, errs := said(t, append([]string{"scenarios", "explain"}, args...)...); code != exitUsage || out != "" || !strings.Contains(errs, want) {
			t.Errorf("%v: exit code %d, %s%s", args, code, errs, out)
		}
	}
}

func TestScenariosSchemaIsTheFile(t *testing.T) {
	want, err := os.ReadFile("../../scenarios/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if code, got, errs := said(t, "scenarios", "schema"); code != exitOK || got != string(want) {
		t.Errorf("exit code %d, %s", code, errs)
	}
}

// The same story is explained in the same words, however often.
func TestConditionsAreInOrder(t *testing.T) {
	answer := scenarios.Answer{Operation: "getJobExecutions", Status: 500, Where: map[string]string{"/status": "FAIL", "/hrId": "5", "/id": "x"}}
	for range 20 {
		if got, want := describeAnswer(answer), "of getJobExecutions, where /hrId is 5, where /id is x, where /status is FAIL: the status is 500"; got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
}
