package main

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

func TestVerify(t *testing.T) {
	for _, release := range mockserver.Releases() {
		// At this speed tokens outlive a run, which reckons their life by its own clock.
		tr := newTrial(t, mockserver.WithRelease(release), mockserver.WithSpeed(20))
		for _, level := range [][]string{{}, {"--level", "workflow"}, {"--level", "own-server", "--own-server", "diku"}} {
			tr.env["FAUXKAPI_OWN_SERVER"] = "diku"
			args := append([]string{"verify", "--rate", "1000", "--timeout-scale", "0.1", "--html", "v.html", "--junit", "v.xml", "--json", "v.json"}, level...)
			got := tr.run(t.Context(), args...)
			if got.code != exitOK || !strings.Contains(got.stdout, "claims hold: exit code 0") || !strings.Contains(got.stdout, "held to "+release) && !strings.Contains(got.stdout, release) {
				t.Errorf("%s %v: %+v", release, level, got)
			}
			if left := files(t); left != "ids.csv v.html v.json v.xml" {
				t.Errorf("%s", left)
			}
			var report struct {
				Outcome string
				Server  struct{ Release string }
			}
			if text, err := os.ReadFile("v.json"); err != nil || json.Unmarshal(text, &report) != nil || report.Outcome != "all hold" || report.Server.Release != release {
				t.Errorf("%v %+v", err, report)
			}
		}
	}
}

// The exit code says whether something is broken or could not be checked.
func TestVerifyExitCodes(t *testing.T) {
	tr := newTrial(t, mockserver.WithRelease("sunflower"))
	write(t, "viewer.txt", "viewer\n")
	for _, tt := range []struct {
		args, stderr string
		env          [2]string
		code         int
	}{
		{"--release guide", "broken", [2]string{}, 1},
		{"", "the login was refused", [2]string{"OKAPI_PASSWORD", "wrong"}, 3},
		{"--budget 5", "the budget of 5 requests is used up", [2]string{}, 3},
		{"", "cannot be reached from here", [2]string{"OKAPI_URL", "http://127.0.0.1:1"}, 3},
		{"", "is not known by the name", [2]string{"OKAPI_URL", "http://no-such-host.invalid"}, 3},
		{"--password-file viewer.txt --level workflow", "could not check", [2]string{"OKAPI_USERNAME", "viewer"}, 3}, // who lacks permissions
		{"--level own-server", "in FAUXKAPI_OWN_SERVER", [2]string{}, exitUsage},
		{"--level own-server --own-server diku", "in FAUXKAPI_OWN_SERVER", [2]string{}, exitUsage},
		{"--level own-server --own-server other", "that tenant diku is yours alone", [2]string{"FAUXKAPI_OWN_SERVER", "other"}, exitUsage},
		{"--release spring", "there is no release", [2]string{}, exitUsage},
		{"--rate 0.001", "choose 0.01 to 1000", [2]string{}, exitUsage},
		{"--input nowhere.csv", "read the ids", [2]string{}, exitUsage},
		{"--waivers ids.csv", "waivers", [2]string{}, exitUsage},
		{"--html /nowhere/at/all.html", "does not exist", [2]string{}, exitUsage},
		{"--module http://127.0.0.1:1", "name the release", [2]string{}, exitUsage},
		{"", "a token alone does not do", [2]string{"OKAPI_USERNAME", ""}, exitUsage},
	} {
		env := tr.env
		tr.env = map[string]string{"OKAPI_TOKEN": "x"}
		for name, value := range env {
			tr.env[name] = value
		}
		tr.env[tt.env[0]] = tt.env[1]
		got := tr.run(t.Context(), append([]string{"verify", "--rate", "1000", "--timeout-scale", "0.1"}, strings.Fields(tt.args)...)...)
		if got.code != tt.code || !strings.Contains(got.stderr, tt.stderr) {
			t.Errorf("%s: %d %s", tt.args, got.code, got.stderr)
		}
		tr.env = env
	}
}

func TestVerifyPlan(t *testing.T) {
	tr := newTrial(t)
	tr.env["OKAPI_URL"] = "http://127.0.0.1:1"
	got := tr.run(t.Context(), "verify", "--plan", "--level", "workflow")
	if got.code != exitOK || !strings.Contains(got.stdout, "POST   /data-export/export\n") || !strings.Contains(got.stdout, "At most ") {
		t.Errorf("%+v", got)
	}
}

func TestRequested(t *testing.T) {
	for _, tt := range []struct{ base, address, want string }{
		{"https://okapi.example.org/", "https://okapi.example.org/data-export/job-profiles?query=id%3D%3D%226f7f3cd7-9f24-42eb-ae91-91af1cd54d0a%22&limit=1", `/data-export/job-profiles?query=id=="6f7f…"&limit=1`},
		{"http://127.0.0.1:9130", "http://127.0.0.1:9130/x?query=a+sortby+b", "/x?query=a sortby b"},
		{"http://127.0.0.1:9130", "http://127.0.0.1:9130/x?query=%zz", "/x?query=%zz"},
		{"http://127.0.0.1:9130", "http://127.0.0.1:9130/x?query=%1b%5b2J", "/x?query=·[2J"},
		{"https://okapi.example.org", "https://store.example.org/x.mrc?(signature)", "https://store.example.org/x.mrc?(signature)"},
	} {
		if got := requested(tt.base, tt.address); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.address, got, tt.want)
		}
	}
}

var flagText = regexp.MustCompile(`(?:^|[\s(])--([a-z][a-z-]*)`)

// The workflow for GitHub has only flags, levels and variables that the command has.
func TestNightlyWorkflow(t *testing.T) {
	text, err := os.ReadFile("../../examples/github-actions/nightly.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parser, err := newParser(&console{env: noEnv}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	flags, variables, levels := map[string]bool{}, map[string]bool{"OKAPI_PASSWORD": true}, []string{}
	for _, command := range parser.Model.Leaves(true) {
		if command.Name != "verify" {
			continue
		}
		for _, flag := range command.Flags {
			flags[flag.Name], variables[variable(flag.Tag)] = true, true
			if flag.Name == "level" {
				levels = flag.EnumSlice()
			}
		}
	}
	var used []string
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, "flags") && !strings.Contains(line, "fauxkapi\" verify") {
			continue
		}
		for _, found := range flagText.FindAllStringSubmatch(line, -1) {
			if used = append(used, found[1]); !flags[found[1]] {
				t.Errorf("verify has no flag --%s", found[1])
			}
		}
	}
	if len(used) < 5 {
		t.Errorf("these flags were found: %v", used)
	}
	for _, name := range regexp.MustCompile(`(?m)^ +((?:OKAPI|FAUXKAPI)_[A-Z_]+):`).FindAllStringSubmatch(string(text), -1) {
		if !variables[name[1]] {
			t.Errorf("verify reads no %s", name[1])
		}
	}
	options := regexp.MustCompile(`options: \[(.*)\]`).FindStringSubmatch(string(text))
	if options == nil {
		t.Fatal("the workflow lets nobody choose a level")
	}
	for level := range strings.SplitSeq(options[1], ", ") {
		if !slices.Contains(levels, level) {
			t.Errorf("there is no level %q in %v", level, levels)
		}
	}
}
