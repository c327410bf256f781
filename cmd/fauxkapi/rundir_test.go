package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

var runName = regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d{6}Z-([\w.-]+)$`)

// runs are the folders below --run-dir, in the order of their times.
func runs(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("runs", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if !runName.MatchString(filepath.Base(path)) {
			t.Errorf("a folder named %s", path)
		}
	}
	return found
}

func inside(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func slurp(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A run by night says nothing and leaves what it would have said, and a report.
func TestRunDir(t *testing.T) {
	tests := map[string]struct {
		scenario, args string
		code           int
		folder, list   string
		log, report    []string
	}{
		"success": {"ok", "--input many.csv", exitOK, "log.txt report.json", "many", []string{"logged in", "job: COMPLETED", "saved out.mrc: 25 records"}, []string{`"outcome":"success"`, `"sha256":`}},
		"partial": {"partial", "--input many.csv --batch 10", exitPartial, "log.txt report.json", "many", []string{"batch 2: job", "  25 lines: 23 exported, 2 not", "fauxkapi: 2 of 3 jobs"}, []string{`"outcome":"partial"`, `"explanation":{`, `"error":"2 of 3 jobs`}},
		"stuck":   {"stuck", "--input many.csv --timeout 100ms", exitTimeout, "log.txt report.json state.json", "many", []string{"--resume", "fauxkapi: look at the job"}, []string{`"outcome":"timeout"`, `"error":"look at the job`}},
		"query":   {"stuck", "--query keyword=nod --timeout 100ms", exitTimeout, "ids.csv log.txt report.json state.json", "query", []string{"the query finds 25 ids"}, []string{`"outcome":"timeout"`}},
		"nothing": {"ok", "--input empty.csv --if-empty ok", exitOK, "log.txt report.json", "empty", []string{"nothing to export"}, []string{`"started":"20`, `"ended":"20`}},
		"missing": {"ok", "--input nowhere/all.csv", exitUsage, "log.txt report.json", "all", []string{"fauxkapi: read the ids"}, []string{`"error":"read the ids`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tr, _ := newBatchTrial(t, tt.scenario)
			write(t, "empty.csv", "")
			got := tr.export(t, append(strings.Fields(tt.args), "--output", "out.mrc", "--run-dir", "runs", "--quiet")...)
			if got.code != tt.code || got.code == exitOK && got.stderr+got.stdout != "" {
				t.Errorf("%+v", got)
			}
			found := runs(t)
			if len(found) != 1 || inside(t, found[0]) != tt.folder || runName.FindStringSubmatch(filepath.Base(found[0]))[1] != tt.list {
				t.Fatalf("%v", found)
			}
			log, report := slurp(t, found[0], "log.txt"), slurp(t, found[0], "report.json")
			for line := range strings.Lines(log) {
				if at, _, _ := strings.Cut(line, "  "); len(at) != len("2026-11-25T02:00:00Z") || !strings.HasSuffix(at, "Z") {
					t.Errorf("no date: %s", line)
				}
			}
			for _, part := range tt.log {
				if !strings.Contains(log, part) {
					t.Errorf("the log lacks %q:\n%s", part, log)
				}
			}
			for _, part := range tt.report {
				if !json.Valid([]byte(report)) || !strings.Contains(report, part) {
					t.Errorf("the report lacks %q:\n%s", part, report)
				}
			}
			if strings.Contains(files(t), "state") {
				t.Errorf("beside the output: %s", files(t))
			}
		})
	}
}

// The next night goes on with what the last one left, and then begins anew.
func TestRunDirResumes(t *testing.T) {
	tr, exports := newBatchTrial(t, secondFails)
	args := []string{"--input", "many.csv", "--batch", "10", "--output", "out.mrc", "--run-dir", "runs", "--resume"}
	if got := tr.export(t, args...); got.code != exitFailed || exports.Load() != 2 || !strings.Contains(got.stderr, "there is nothing to resume") {
		t.Fatalf("%+v", got)
	}
	other := []string{"--input", "ids.csv", "--output", "other.mrc", "--run-dir", "runs", "--resume"}
	if got := tr.export(t, other...); got.code != exitOK || exports.Load() != 3 {
		t.Fatalf("another export in the same folder: %+v", got)
	}
	if got := tr.export(t, append(args, "--accept", "partial")...); got.code != exitOK || exports.Load() != 4 || !strings.Contains(got.stderr, "the earlier run goes on, 2 jobs") {
		t.Fatalf("%+v", got)
	}
	found := runs(t)
	if len(found) != 2 {
		t.Fatalf("%v", found)
	}
	for _, folder := range found {
		if inside(t, folder) != "log.txt report.json" {
			t.Errorf("%s: %s", folder, inside(t, folder))
		}
	}
	if log := slurp(t, found[0], "log.txt") + slurp(t, found[1], "log.txt"); !strings.Contains(log, "ended in FAIL") || strings.Count(log, "saved out.mrc: 15 records") != 1 {
		t.Errorf("%s", log)
	}
	if got := tr.export(t, args...); got.code != exitOK || len(runs(t)) != 3 {
		t.Errorf("%+v, %v", got, runs(t))
	}
}

// A query that is asked each night is resumed with the ids that it found.
func TestRunDirResumesAQuery(t *testing.T) {
	tr, exports := newBatchTrial(t, "stuck")
	args := []string{"--query", "keyword=nod", "--output", "out.mrc", "--run-dir", "runs", "--resume", "--timeout", "100ms"}
	for range 2 {
		if got := tr.export(t, args...); got.code != exitTimeout {
			t.Fatalf("%+v", got)
		}
	}
	if exports.Load() != 1 || len(runs(t)) != 1 || strings.Count(slurp(t, runs(t)[0], "log.txt"), "the query finds") != 1 {
		t.Errorf("%d exports, %v", exports.Load(), runs(t))
	}
}

// Runs at one time do not disturb each other, and two do not go on with one.
func TestRunDirOfSeveralAtOnce(t *testing.T) {
	tr, exports := newBatchTrial(t, "ok")
	var all sync.WaitGroup
	for _, output := range []string{"a.mrc", "b.mrc", "c.mrc"} {
		all.Go(func() {
			if got := tr.export(t, "--input", "many.csv", "--batch", "20", "--output", output, "--run-dir", "runs"); got.code != exitOK {
				t.Errorf("%+v", got)
			}
		})
	}
	all.Wait()
	if len(runs(t)) != 3 || exports.Load() != 6 || slurp(t, "a.mrc") != slurp(t, "b.mrc") || slurp(t, "b.mrc") != slurp(t, "c.mrc") {
		t.Errorf("%d exports, %v", exports.Load(), runs(t))
	}
}

func TestRunDirThatAnotherGoesOnWith(t *testing.T) {
	tr, exports := newBatchTrial(t, "stuck")
	args := []string{"--input", "many.csv", "--output", "out.mrc", "--run-dir", "runs", "--timeout", "100ms"}
	if got := tr.export(t, args...); got.code != exitTimeout {
		t.Fatalf("%+v", got)
	}
	lock, err := lockOutput("out.mrc")
	if err != nil {
		t.Fatal(err)
	}
	got := tr.export(t, append(args, "--resume")...)
	if got.code != exitUsage || exports.Load() != 1 || !strings.Contains(got.stderr, "another run saves to this output") {
		t.Errorf("%+v", got)
	}
	lock.release()
	if got := tr.export(t, append(args, "--resume")...); got.code != exitTimeout || exports.Load() != 1 {
		t.Errorf("%+v, %d exports", got, exports.Load())
	}
}

// The list of another night is another export: what was fetched for the last one
// does not stay for ever.
func TestRunDirWithAnotherList(t *testing.T) {
	tr, exports := newBatchTrial(t, secondFails)
	args := []string{"--output", "out.mrc", "--run-dir", "runs", "--resume", "--batch", "10", "--input"}
	if got := tr.export(t, append(args, "many.csv")...); got.code != exitFailed || !strings.Contains(files(t), ".part") {
		t.Fatalf("%+v, %s", got, files(t))
	}
	got := tr.export(t, append(args, "many.csv", "--batch", "5")...)
	if got.code != exitUsage || exports.Load() != 2 || !strings.Contains(got.stderr, "it was with --batch 10") {
		t.Errorf("the same list in other batches: %+v", got)
	}
	got = tr.export(t, append(args, "ids.csv")...)
	if got.code != exitOK || exports.Load() != 3 || !strings.Contains(got.stderr, "it was another export, and is given up for this one") {
		t.Errorf("%+v", got)
	}
	if files(t) != "ids.csv many.csv out.mrc runs" || len(runs(t)) != 3 || inside(t, runs(t)[0]) != "log.txt report.json" {
		t.Errorf("%s; %v", files(t), runs(t))
	}
}

// Whatever a run keeps, it keeps no secret.
func TestRunDirHoldsNoSecret(t *testing.T) {
	secret := regexp.MustCompile(`eyJ|X-Amz-Signature=[^*]|planted-secret`)
	for _, env := range []map[string]string{{"OKAPI_PASSWORD": "planted-secret"}, {"OKAPI_USERNAME": "", "OKAPI_PASSWORD": "", "OKAPI_TOKEN": "eyJhbGciOiJub25lIn0.planted-secret"}, nil} {
		tr := newTrial(t, mockserver.WithRelease("sunflower"), mockserver.WithScenario("stuck"))
		for name, value := range env {
			tr.env[name] = value
		}
		t.Chdir(t.TempDir())
		write(t, "ids.csv", oneID)
		if got := tr.export(t, "--input", "ids.csv", "--output", "out.mrc", "--run-dir", "runs", "--timeout", "300ms"); got.code == exitOK {
			t.Errorf("%+v", got)
		}
		looked := 0
		err := filepath.WalkDir("runs", func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				looked++
				if found := secret.FindString(slurp(t, path)); found != "" {
					t.Errorf("%s holds %q", path, found)
				}
			}
			return err
		})
		if err != nil || looked < 2 {
			t.Errorf("%d files, %v", looked, err)
		}
	}
}

func TestPlain(t *testing.T) {
	for name, want := range map[string]string{
		"many.csv": "many", "a/b/all of it.csv": "all-of-it", "-": "ids", "../../.csv": "ids", ".hidden.csv": "hidden", "ähnlich.csv": "hnlich",
		strings.Repeat("x", 100) + ".csv": strings.Repeat("x", 60), "": "ids", "nightly.2026-11-25.txt": "nightly.2026-11-25",
	} {
		if got := plain(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

// A lock is free again when its holder is gone, and its file with it.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	write(t, path, "left by a process that was killed")
	first, err := takeLock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := takeLock(path); err != errLocked {
		t.Errorf("taken twice: %v", err)
	}
	first.release()
	if _, err := os.Stat(path); err == nil {
		t.Error("its file is left")
	}
	var holders, most int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
				lock, err := takeLock(path)
				if err != nil {
					continue
				}
				mu.Lock()
				holders++
				most = max(most, holders)
				mu.Unlock()
				mu.Lock()
				holders--
				mu.Unlock()
				lock.release()
				return
			}
			t.Error("never got it")
		})
	}
	all.Wait()
	if most != 1 {
		t.Errorf("%d held it at once", most)
	}
}
