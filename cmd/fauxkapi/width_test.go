package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/mockserver/rehearsal"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// fits fails for each line that is wider than most terminals are, if it could
// have been broken.
func fits(t *testing.T, what, text string) {
	t.Helper()
	if !strings.Contains(text, "\n") {
		t.Errorf("%s: no lines: %q", what, text)
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if utf8.RuneCountInString(line) > 80 {
			t.Errorf("%s: too wide: %s", what, line)
		}
	}
}

func TestWhatPeopleReadFitsTheirTerminals(t *testing.T) {
	_, list, _ := said(t, "scenarios", "list")
	fits(t, "scenarios list", list)
	for _, release := range mockserver.Releases() {
		server, err := mockserver.New(mockserver.WithRelease(release))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range scenarios.Names() {
			story, err := withPace(name, nil, paceToWatch())
			if err != nil {
				t.Fatal(err)
			}
			var screen bytes.Buffer
			new(serveCommand).printReady(&screen, server, "http://127.0.0.1:9130", story)
			fits(t, "serve --scenario "+name, screen.String())
		}
	}
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"export", "--help"}, {"rehearse", "--help"}, {"scenarios", "--help"}, {"jobs", "explain", "--help"}} {
		_, help, _ := said(t, args...)
		fits(t, strings.Join(args, " "), help)
	}
}

func TestJobsExplainFitsATerminal(t *testing.T) {
	list, err := os.ReadFile("../../examples/test.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"partial", "fail", "many-failures", "lost-worker", "log-empty", "ok"} {
		tr := newTrial(t, mockserver.WithRelease("trillium"), mockserver.WithScenario(name), mockserver.WithTimeByPolling())
		write(t, "nightly-2026-11-22.csv", string(list)+"not an id\n\n")
		tr.run(t.Context(), "export", "--input", "nightly-2026-11-22.csv", "--output", "out.mrc", "--poll-interval", "1ms")
		got := tr.run(t.Context(), "jobs", "explain", "1")
		fits(t, name, got.stdout)
	}
}

// What is copied stays whole, also where it is wider than the demo's lines.
func TestColoursAreForTerminals(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0) // both its ends are terminals
	if err != nil || !isTerminal(terminal) {
		t.Skipf("there is no terminal to be had: %v", err)
	}
	defer terminal.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, tt := range []struct {
		out     io.Writer
		noColor string
		want    bool
	}{{terminal, "", true}, {terminal, "1", false}, {file, "", false}, {&bytes.Buffer{}, "", false}} {
		c := &console{stdout: tt.out, env: func(name string) string { return map[string]string{"NO_COLOR": tt.noColor}[name] }}
		painted := paintFor(c)(rehearsal.Verdict("x"), "text") != "text"
		if c.coloured() != tt.want || painted != tt.want {
			t.Errorf("%T with NO_COLOR=%q: %t, %t", tt.out, tt.noColor, c.coloured(), painted)
		}
	}
}

func TestDemoOnANarrowTerminal(t *testing.T) {
	var out bytes.Buffer
	d := &demo{out: &out, narrow: true}
	for range 2 {
		d.line(mockserver.Exchange{Method: "GET", Path: "/data-export/job-profiles", Status: 200, Effect: "Default job profile  6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"})
	}
	const answer = "          200  Default job profile  6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a\n"
	if want := " 1  GET   /data-export/job-profiles\n" + answer + answer; out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	fits(t, "the demo", out.String())
}

func TestJobsTableWithoutRoom(t *testing.T) {
	rows := func() [][]string {
		return [][]string{
			{"number", "id", "status", "exported", "of", "ended", "file"},
			{"112", "0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11", "COMPLETED_WITH_ERRORS", "22", "25", "2026-11-22 02:41:52", "n-112.mrc"},
			{"-", "5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11", "NEW", "-", "-", "-", "-"},
		}
	}
	wide, err := drawJobs(rows(), 200)
	if err != nil || !strings.Contains(wide, "112      0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11   COMPLETED_WITH_ERRORS") {
		t.Errorf("%v\n%s", err, wide)
	}
	narrow, err := drawJobs(rows(), 110)
	if err != nil || strings.Contains(narrow, "0a1c6d1e") || !strings.Contains(narrow, "\n5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11   NEW") {
		t.Errorf("%v\n%s", err, narrow)
	}
}
