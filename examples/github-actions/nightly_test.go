// Package actions shows how GitHub holds a FOLIO to the contract every night. It has tests only.
package actions

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// workflow is what the tests look at.
type workflow struct {
	On struct {
		Schedule []struct{ Cron string }
	}
	Permissions map[string]string
	Concurrency struct {
		Group            string
		CancelInProgress *bool `yaml:"cancel-in-progress"`
	}
	Env  map[string]string
	Jobs map[string]job
}

type job struct {
	Permissions any
	Timeout     int `yaml:"timeout-minutes"`
	Env         map[string]string
	Steps       []step
}

type step struct {
	Name, Uses, Run, If string
	Env                 map[string]string
	With                map[string]any
}

func nightly(t *testing.T) (w workflow, text string) {
	t.Helper()
	data, err := os.ReadFile("nightly.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &w); err != nil {
		t.Fatal(err)
	}
	return w, string(data)
}

func TestNightlyIsCareful(t *testing.T) {
	w, text := nightly(t)
	if len(w.On.Schedule) != 1 || len(strings.Fields(w.On.Schedule[0].Cron)) != 5 {
		t.Errorf("it runs %+v", w.On.Schedule)
	}
	if len(w.Permissions) != 1 || w.Permissions["contents"] != "read" {
		t.Errorf("its permissions are %v", w.Permissions)
	}
	if w.Concurrency.Group == "" || w.Concurrency.CancelInProgress == nil || *w.Concurrency.CancelInProgress {
		t.Errorf("two of it may run at once, or one ends another: %+v", w.Concurrency)
	}
	if len(w.Jobs) == 0 {
		t.Error("it does nothing")
	}
	for name, j := range w.Jobs {
		if j.Timeout == 0 || j.Permissions != nil {
			t.Errorf("the job %s has %d minutes and permissions %v of its own", name, j.Timeout, j.Permissions)
		}
		for _, s := range j.Steps {
			if s.Uses != "" && !regexp.MustCompile(`(?m)uses: `+regexp.QuoteMeta(s.Uses)+` # v\d+\.\d+\.\d+$`).MatchString(text) {
				t.Errorf("%s is used without saying which version its commit is", s.Uses)
			}
			if s.Uses != "" && !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(s.Uses) {
				t.Errorf("%s can change", s.Uses)
			}
			if strings.Contains(s.Run, "${{") {
				t.Errorf("a shell would run what a setting says: %s", s.Run)
			}
		}
	}
}

// Only the step that logs in knows how.
func TestNightlyKeepsSecrets(t *testing.T) {
	w, text := nightly(t)
	verify := find(t, w, "Verify")
	want := map[string]string{
		"OKAPI_URL": "vars.OKAPI_URL", "OKAPI_TENANT": "vars.OKAPI_TENANT",
		"OKAPI_USERNAME": "secrets.OKAPI_USERNAME", "OKAPI_PASSWORD": "secrets.OKAPI_PASSWORD",
	}
	for name, from := range want {
		if verify.Env[name] != "${{ "+from+" }}" {
			t.Errorf("%s is %q", name, verify.Env[name])
		}
	}
	if n := strings.Count(text, "secrets."); n != 2 {
		t.Errorf("secrets are named %d times", n)
	}
}

func TestNightlyKeepsReports(t *testing.T) {
	w, _ := nightly(t)
	keep := find(t, w, "Keep the reports")
	if !strings.HasPrefix(keep.Uses, "actions/upload-artifact@") || keep.If != "${{ !cancelled() }}" || keep.With["path"] != "reports/" {
		t.Errorf("the reports are kept by %+v", keep)
	}
	if install := find(t, w, "Install fauxkapi"); install.Run != "go install github.com/fauxkapi/fauxkapi/cmd/fauxkapi@latest" {
		t.Errorf("it is installed by %q", install.Run)
	}
}

// The step is red, yellow or green as the exit code says, and what the server says is no command to the runner.
func TestNightlyColours(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is missing")
	}
	w, _ := nightly(t)
	for code, want := range map[int]int{0: 0, 1: 1, 2: 2, 3: 0} {
		got, out, folder := play(t, bash, find(t, w, "Verify").Run, code)
		if got != want {
			t.Errorf("the command's %d became %d:\n%s", code, got, out)
		}
		if warned := strings.Contains(out, "\n::warning title=Could not check::"); warned != (code == 3) {
			t.Errorf("the command's %d, a warning: %t", code, warned)
		}
		mark := regexp.MustCompile(`(?s)^::stop-commands::([0-9a-f]{32})\n(.*)\n::([0-9a-f]{32})::\n`).FindStringSubmatch(out)
		if mark == nil || mark[1] != mark[3] || mark[2] != "::error::said by the server\nand on stderr" {
			t.Errorf("the runner would obey the server:\n%s", out)
		}
		flags, err := os.ReadFile(filepath.Join(folder, "flags"))
		if err != nil {
			t.Fatal(err)
		}
		if words := strings.Fields(string(flags)); words[0] != "verify" || !slices.Contains(words, "--html") || slices.Contains(words, "--waivers") {
			t.Errorf("the command was called with %q", words)
		}
		summary, err := os.ReadFile(filepath.Join(folder, "summary"))
		if err != nil || !strings.HasPrefix(string(summary), "    ::error::said") {
			t.Errorf("the summary is %q, %v", summary, err)
		}
	}
}

// play runs a step with a command that ends with a code, and returns how the step ended, what it printed and where.
func play(t *testing.T, bash, script string, code int) (ended int, out, folder string) {
	t.Helper()
	folder = t.TempDir()
	programs := map[string]string{
		"path/go":      "echo '" + folder + "'",
		"bin/fauxkapi": fmt.Sprintf("echo \"$@\" >flags; echo '::error::said by the server'; echo 'and on stderr' >&2; exit %d", code),
	}
	for name, text := range programs {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), bash, "-e", "-c", script)
	command.Dir = folder
	command.Env = []string{
		"PATH=" + filepath.Join(folder, "path") + string(os.PathListSeparator) + os.Getenv("PATH"),
		"GITHUB_STEP_SUMMARY=" + filepath.Join(folder, "summary"), "LEVEL=workflow", "WAIVERS=none.yaml",
	}
	text, err := command.CombinedOutput()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return failed.ExitCode(), string(text), folder
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, string(text), folder
}

func find(t *testing.T, w workflow, name string) step {
	t.Helper()
	for _, j := range w.Jobs {
		if i := slices.IndexFunc(j.Steps, func(s step) bool { return s.Name == name }); i >= 0 {
			return j.Steps[i]
		}
	}
	t.Fatalf("there is no step %q", name)
	return step{}
}
