package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

const batchesPage = "testdata/batches.txt"

// secondFails is a story in which the second job ends in FAIL.
const secondFails = `extends: ok
summary: The second job ends in FAIL.
evidence: ["none: for a test"]
labels: [fail]
cases:
  - {number: 2, story: fail}
`

// newBatchTrial is a trial with a list of 25 ids, whose exports are counted. Its
// jobs are moved by polls, so that it says the same each time.
func newBatchTrial(t *testing.T, scenario string) (*trial, *atomic.Int32) {
	t.Helper()
	if scenario == secondFails {
		scenario = filepath.Join(t.TempDir(), "second-fails.yaml")
		write(t, scenario, secondFails)
	}
	list, err := os.ReadFile("../../examples/test.csv")
	if err != nil {
		t.Fatal(err)
	}
	exports := &atomic.Int32{}
	tr := newTrial(t, mockserver.WithRelease("sunflower"), mockserver.WithScenario(scenario), mockserver.WithTimeByPolling(),
		mockserver.WithStart(time.Date(2026, 11, 25, 2, 0, 0, 0, time.UTC)),
		mockserver.WithObserver(func(e mockserver.Exchange) {
			if e.Method == "POST" && e.Path == "/data-export/export" {
				exports.Add(1)
			}
		}))
	write(t, "many.csv", string(list))
	return tr, exports
}

// export runs the command, and looks at jobs often.
func (tr *trial) export(t *testing.T, args ...string) ended {
	t.Helper()
	return tr.run(t.Context(), append([]string{"export", "--poll-interval", "5ms"}, args...)...)
}

var stamped = regexp.MustCompile(`(?m)^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ `)

// undated takes out what differs from run to run, among it how often a token had
// to be renewed.
func undated(text string) string {
	const login = "TIME  logged in as diku_admin\n"
	before, after, _ := strings.Cut(stamped.ReplaceAllString(anonymous(text), "TIME "), login)
	return before + login + strings.ReplaceAll(after, login, "")
}

// TestBatches holds what is said about lists that become several jobs against
// testdata/batches.txt.
func TestBatches(t *testing.T) {
	const first = "export --input many.csv --batch 10 --output out.mrc"
	tests := []struct {
		name, scenario, args string
		code, exports        int
		left                 string
	}{
		{"all goes well", "ok", first, exitOK, 3, "ids.csv many.csv out.mrc"},
		{"some records are missing", "partial", first + " --failed-ids again.csv", exitPartial, 3, "again.csv ids.csv many.csv out.mrc"},
		{"some records are missing, which is accepted", "partial", first + " --accept partial", exitOK, 3, "ids.csv many.csv out.mrc"},
		{"the second fails", secondFails, first + " --failed-ids again.csv", exitFailed, 2, ".out.mrc.PART.1.part again.csv ids.csv many.csv out.mrc.state.json"},
		{"the second fails, which is accepted", secondFails, first + " --accept partial --failed-ids again.csv", exitOK, 3, "again.csv ids.csv many.csv out.mrc"},
		{"all fail", "fail", first + " --accept partial", exitFailed, 3, "ids.csv many.csv"},
		{"the first never ends", "stuck", first + " --timeout 1s", exitTimeout, 1, "ids.csv many.csv out.mrc.state.json"},
		{"the server makes ZIPs", "zip", "export --input many.csv --batch 12 --output out.mrc --unpack parts", exitOK, 3, "ids.csv many.csv out.mrc parts"},
		{"the list is short", "ok", "export --input many.csv --batch 25 --output out.mrc", exitOK, 1, "ids.csv many.csv out.mrc"},
		{"the list may not be cut", "ok", "export --input many.csv --batch 0 --output out.mrc", exitOK, 1, "ids.csv many.csv out.mrc"},
		{"a query", "ok", `export --query keyword=nod --batch 20 --output out.mrc`, exitOK, 2, "ids.csv many.csv out.mrc"},
	}
	var page strings.Builder
	page.WriteString("What fauxkapi says about lists that become several jobs. Rewritten by go test ./cmd/fauxkapi -run TestBatches -update.\n")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr, exports := newBatchTrial(t, tt.scenario)
			got := tr.export(t, strings.Fields(tt.args)[1:]...)
			if got.code != tt.code || int(exports.Load()) != tt.exports {
				t.Errorf("exit %d, %d exports: %s", got.code, exports.Load(), got.stderr)
			}
			if left := partName.ReplaceAllString(files(t), ".out.mrc.PART."); left != tt.left {
				t.Errorf("left: %s", left)
			}
			fmt.Fprintf(&page, "\n# %s\n$ fauxkapi %s\n%sexit %d\n", tt.name, tt.args, undated(got.stderr), got.code)
			if again, err := os.ReadFile("again.csv"); err == nil {
				fmt.Fprintf(&page, "again.csv has %d ids\n", bytes.Count(again, []byte("\n")))
			}
		})
	}
	golden(t, batchesPage, page.String())
}

var partName = regexp.MustCompile(`\.out\.mrc\.[A-Z0-9]{8}\.`)

// golden holds a page against its file; -update writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if t.Failed() {
		return
	}
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is stale; run with -update and read the difference. Now:\n%s", path, got)
	}
}

// The one file is what the jobs have made, one after the other, and the result
// says so.
func TestBatchesMakeOneFile(t *testing.T) {
	for _, scenario := range []string{"ok", "zip"} {
		t.Run(scenario, func(t *testing.T) { batchesMakeOneFile(t, scenario) })
	}
}

func batchesMakeOneFile(t *testing.T, scenario string) {
	tr, _ := newBatchTrial(t, scenario)
	got := tr.export(t, "--input", "many.csv", "--batch", "12", "--parallel", "2", "--output", "out.mrc", "--unpack", "parts", "--json")
	if got.code != exitOK {
		t.Fatalf("%+v", got)
	}
	type file struct {
		Name, FileName, Path, SHA256 string
		Bytes, Records               int
	}
	var result struct {
		Outcome  string
		Progress struct{ Exported, Total int }
		Files    []file
		Output   file
		Unpacked []file
		Batches  []struct {
			Batch, FirstLine, LastLine int
			JobExecutionID, Error      string
		}
	}
	if err := json.Unmarshal([]byte(got.stdout), &result); err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile("out.mrc")
	if err != nil {
		t.Fatal(err)
	}
	var parts []byte
	for _, member := range result.Unpacked {
		part, err := os.ReadFile(filepath.Join("parts", member.Name))
		if err != nil || len(part) != member.Bytes {
			t.Errorf("%s: %d bytes, %v", member.Name, len(part), err)
		}
		parts = append(parts, part...)
	}
	if !bytes.Equal(out, parts) || len(out) != result.Output.Bytes || result.Output.Records != 25 || bytes.Count(out, []byte{0x1d}) != 25 || len(result.Output.SHA256) != 64 {
		t.Errorf("%d bytes, %+v", len(out), result)
	}
	if result.Outcome != "success" || result.Progress.Exported != 25 || result.Progress.Total != 25 || len(result.Files) != 3 ||
		result.Files[2].Path != "out.mrc" || len(result.Files[2].SHA256) != 64 || result.Batches[1].FirstLine != 13 || result.Batches[1].LastLine != 24 {
		t.Errorf("%s", got.stdout)
	}
	if want := map[string]int{"ok": 3, "zip": 5}[scenario]; len(result.Unpacked) != want {
		t.Errorf("unpacked %+v", result.Unpacked)
	}
}

// One ZIP is saved as it is, and its members beside it if that is asked for.
func TestUnpackOfOneZIP(t *testing.T) {
	tr, _ := newBatchTrial(t, "zip")
	got := tr.export(t, "--input", "many.csv", "--output", "out.zip", "--unpack", "parts", "--report", "report.json")
	report, err := os.ReadFile("report.json")
	if got.code != exitOK || err != nil || !strings.Contains(string(report), `"members":[{"name":"many-1-1.mrc"`) || !strings.Contains(string(report), `"unpacked":[{"name":"many-1-1.mrc"`) {
		t.Errorf("%+v\n%s", got, report)
	}
	if head, _ := os.ReadFile("out.zip"); !bytes.HasPrefix(head, []byte("PK")) {
		t.Error("the ZIP is not what is saved")
	}
	t.Chdir("parts")
	if files(t) != "many-1-1.mrc many-1-2.mrc many-1-3.mrc" {
		t.Errorf("%s", files(t))
	}
}

// What other jobs have exported is kept when one fails, and saved without a job
// more when that is accepted.
func TestResumeAfterAFailedBatch(t *testing.T) {
	tr, exports := newBatchTrial(t, secondFails)
	args := []string{"--input", "many.csv", "--batch", "10", "--output", "out.mrc"}
	if got := tr.export(t, args...); got.code != exitFailed || exports.Load() != 2 {
		t.Fatalf("%+v", got)
	}
	if got := tr.export(t, append(args, "--resume")...); got.code != exitFailed || exports.Load() != 2 || !strings.Contains(got.stderr, "the earlier run goes on, 2 jobs") {
		t.Fatalf("it fails as before: %+v, %d exports", got, exports.Load())
	}
	got := tr.export(t, append(args, "--resume", "--accept", "partial", "--failed-ids", "again.csv")...)
	if got.code != exitOK || exports.Load() != 3 || !strings.Contains(got.stderr, "not in it: ") || files(t) != "again.csv ids.csv many.csv out.mrc" {
		t.Fatalf("%+v, %d exports, %s", got, exports.Load(), files(t))
	}
	all, err := os.ReadFile("many.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(all), "\n")
	if again, err := os.ReadFile("again.csv"); err != nil || string(again) != strings.Join(lines[10:20], "") {
		t.Errorf("%v\n%s", err, again)
	}
	if out, _ := os.ReadFile("out.mrc"); bytes.Count(out, []byte{0x1d}) != 15 {
		t.Errorf("%d records", bytes.Count(out, []byte{0x1d}))
	}
}

func TestResumeThatDoesNotFit(t *testing.T) {
	tr, exports := newBatchTrial(t, "stuck")
	args := []string{"--output", "out.mrc", "--timeout", "100ms"}
	if got := tr.export(t, append(args, "--input", "many.csv", "--batch", "10")...); got.code != exitTimeout {
		t.Fatalf("%+v", got)
	}
	for text, more := range map[string][]string{
		"it was with --batch 10":        {"--input", "many.csv"},
		"it was for another list":       {"--input", "ids.csv", "--batch", "10"},
		"it was for another job profil": {"--input", "many.csv", "--batch", "10", "--profile", "Default instances export job profile"},
	} {
		if got := tr.export(t, append(args, append(more, "--resume")...)...); got.code != exitUsage || !strings.Contains(got.stderr, text) {
			t.Errorf("%s: %+v", text, got)
		}
	}
	if exports.Load() != 1 {
		t.Errorf("%d exports", exports.Load())
	}
}

// A query is not asked again: it may find something else by now.
func TestResumeOfAQuery(t *testing.T) {
	tr, exports := newBatchTrial(t, "stuck")
	write(t, "nod.cql", "keyword=nod")
	for _, input := range [][]string{{"--query", "keyword=nod"}, {"--input", "nod.cql"}} {
		args := append([]string{"--batch", "20", "--output", "out.mrc", "--timeout", "100ms"}, input...)
		first := tr.export(t, args...)
		if first.code != exitTimeout || !strings.Contains(first.stderr, "the query finds 25 ids") || files(t) != "ids.csv many.csv nod.cql out.mrc.state.csv out.mrc.state.json" {
			t.Fatalf("%+v, %s", first, files(t))
		}
		before := exports.Load()
		second := tr.export(t, append(args, "--resume")...)
		if second.code != exitTimeout || strings.Contains(second.stderr, "the query finds") || !strings.Contains(second.stderr, "the earlier run goes on, job ") || exports.Load() != before {
			t.Errorf("%+v, %d exports", second, exports.Load())
		}
	}
}

func TestBatchesOfStandardInput(t *testing.T) {
	tr, exports := newBatchTrial(t, "ok")
	list, err := os.ReadFile("many.csv")
	if err != nil {
		t.Fatal(err)
	}
	tr.stdin = bytes.NewReader(list)
	got := tr.export(t, "--input", "-", "--batch", "10", "--output", "out.mrc")
	if got.code != exitOK || exports.Load() != 3 || !strings.Contains(got.stderr, "saved out.mrc: 25 records") {
		t.Errorf("%+v, %d exports", got, exports.Load())
	}
}

// Two runs do not save to one file.
func TestOneRunAtATime(t *testing.T) {
	tr, exports := newBatchTrial(t, "ok")
	lock, err := lockOutput("out.mrc")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"--input", "many.csv", "--output", "out.mrc"}
	if got := tr.export(t, args...); got.code != exitUsage || exports.Load() != 0 || !strings.Contains(got.stderr, `another run saves to this output: "out.mrc.state.lock" is locked`) {
		t.Errorf("%+v", got)
	}
	lock.release()
	if got := tr.export(t, args...); got.code != exitOK || files(t) != "ids.csv many.csv out.mrc" {
		t.Errorf("%+v, %s", got, files(t))
	}
}
