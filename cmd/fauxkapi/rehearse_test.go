package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver/rehearsal"
)

// actsAsExport makes the test binary `fauxkapi export`, told by a rehearsal's
// variables what to do.
const actsAsExport = "FAUXKAPI_TEST_EXPORT"

func TestMain(m *testing.M) {
	if os.Getenv(actsAsProgram) != "" {
		main()
	}
	if os.Getenv(actsAsExport) == "" {
		os.Exit(m.Run())
	}
	os.Exit(run(context.Background(), []string{
		"export", "--input", os.Getenv("CSV"), "--output", os.Getenv("OUT"), "--batch", "0", "--profile", os.Getenv("JOB_PROFILE"),
		"--timeout", os.Getenv("TIMEOUT") + "s", "--poll-interval", os.Getenv("POLL_INTERVAL") + "s",
	}, strings.NewReader(""), os.Stdout, os.Stderr, os.Getenv))
}

// Our own export passes every cell of every scenario, and the reports say so.
func TestExportPassesItsRehearsal(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(actsAsExport, "1")
	folder := t.TempDir()
	page, suites := filepath.Join(folder, "report.html"), filepath.Join(folder, "report.xml")
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{
		"rehearse", "--scenarios", "all", "--timeout", "5s", "--poll-interval", "100ms", "--html", page, "--junit", suites, "--json", "-", "--", self,
	}, strings.NewReader(""), &out, &errs, noEnv)
	if code != exitOK {
		t.Errorf("exit code %d, %s\n%s", code, errs.String(), out.String())
	}
	for path, want := range map[string]string{page: "token-expires-twice in trillium", suites: `<testsuite name="rehearsal, release trillium"`} {
		written, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		if !bytes.Contains(written, []byte(want)) || bytes.Contains(written, []byte("<failure")) {
			t.Errorf("%s does not say that all is well", path)
		}
	}
	if !strings.Contains(out.String(), `"verdict": "pass"`) {
		t.Errorf("the JSON has no verdict: %.300s", out.String())
	}
}

// Groups of scenarios, names and files stand beside one another, and each counts
// once.
func TestScenariosAreMixed(t *testing.T) {
	own := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(own, []byte("extends: ok\nsummary: It is mine.\nevidence: [here]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for list, want := range map[string][]string{
		"core":                    rehearsal.Core(),
		"core," + own:             append(rehearsal.Core(), "own"),
		own + " , tiny,core,tiny": append([]string{"own", "tiny"}, rehearsal.Core()...),
		"tiny":                    {"tiny"},
	} {
		var out, errs bytes.Buffer
		code := run(t.Context(), []string{"rehearse", "--release", "guide,trillium", "--scenarios", list, "--json", "-", "--", "go", "version"}, strings.NewReader(""), &out, &errs, noEnv)
		var report struct{ Cells []struct{ Scenario string } }
		if err := json.Unmarshal(out.Bytes(), &report); err != nil || code != exitRefused {
			t.Fatalf("%s: exit code %d, %v: %s", list, code, err, errs.String())
		}
		var got []string
		for _, cell := range report.Cells {
			got = append(got, cell.Scenario)
		}
		if got = slices.Compact(got); !slices.Equal(got, want) { // two releases
			t.Errorf("%s: rehearsed %v, want %v", list, got, want)
		}
	}
}

func TestRehearsalsThatCannotBe(t *testing.T) {
	for want, args := range map[string][]string{
		`fauxkapi: the program "no-such-program" cannot be started: `:                {"--", "no-such-program"},
		"the release guide alone proves nothing for a real server":                   {"--release", "guide", "--", "go"},
		`unknown scenario "okk"; did you mean "ok"?`:                                 {"--scenarios", "ok,okk", "--", "go"},
		`the folder "no/folder" does not exist; create it, or choose another --html`: {"--html", "no/folder/report.html", "--", "go"},
	} {
		var out, errs bytes.Buffer
		code := run(t.Context(), append([]string{"rehearse"}, args...), strings.NewReader(""), &out, &errs, noEnv)
		if code != exitUsage || !strings.Contains(errs.String(), want) || out.Len() > 0 {
			t.Errorf("%v: exit code %d, %s%s", args, code, errs.String(), out.String())
		}
	}
}

// How often a program has polled when the rehearsal stops it differs from one run
// to the next, and so do the world's time then and the number of the last poll.
var (
	polled  = regexp.MustCompile(`\d+ polls`)
	stopped = regexp.MustCompile(`polls and \S+ of the world's time\.\n    request \d+ `)
)

func whenStopped(report string) string {
	return stopped.ReplaceAllString(polled.ReplaceAllString(report, "# polls"), "polls and # of the world's time.\n    request # ")
}

// The README shows what the guide taken literally comes to.
func TestREADMEShowsTheRehearsalAsItIs(t *testing.T) {
	needTools(t, "bash", "curl", "jq")
	shown := blocks(t, "text rehearse")[0]
	command, report, _ := strings.Cut(shown, "\n")
	t.Chdir("../..")
	args := strings.Fields(strings.TrimPrefix(command, "$ fauxkapi "))
	var out, errs bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader(""), &out, &errs, noEnv); code != exitRefused {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	if whenStopped(out.String()) != whenStopped(report) {
		t.Errorf("README.md shows another report than `%s`; it should be:\n%s", command, out.String())
	}
}
