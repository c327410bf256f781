package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

func TestExport(t *testing.T) {
	for _, release := range mockserver.Releases() {
		t.Run(release, func(t *testing.T) {
			tr := newTrial(t, mockserver.WithRelease(release))
			write(t, "out.mrc", "what was there before")
			got := tr.run(t.Context(), "export", "--input", "ids.csv", "--output", "out.mrc", "--json")
			if got.code != exitOK {
				t.Fatalf("%+v", got)
			}
			var result struct {
				JobExecutionID, HRID, Status, Outcome string
				Progress                              struct{ Exported, Failed, Total int }
				Files                                 []struct {
					FileID, FileName, Path, SHA256 string
					Bytes, Records                 int
				}
			}
			if err := json.Unmarshal([]byte(got.stdout), &result); err != nil {
				t.Fatal(err)
			}
			status := map[string]string{"guide": "SUCCESS"}[release]
			if status == "" {
				status = "COMPLETED"
			}
			about, err := os.Stat("out.mrc")
			if err != nil {
				t.Fatal(err)
			}
			file := result.Files[0]
			if result.Status != status || result.Outcome != "success" || result.HRID == "" || len(result.JobExecutionID) != 36 ||
				result.Progress.Exported != 1 || result.Progress.Total != 1 ||
				file.Path != "out.mrc" || file.Records != 1 || int64(file.Bytes) != about.Size() || len(file.SHA256) != 64 || file.FileID == "" {
				t.Errorf("%s", got.stdout)
			}
			if about.Mode().Perm()&0o044 == 0 {
				t.Errorf("only the owner can read it: %v", about.Mode())
			}
			if files(t) != "ids.csv out.mrc" {
				t.Errorf("left behind: %s", files(t))
			}
		})
	}
}

func TestExportTellsItsProgressInLines(t *testing.T) {
	tr := newTrial(t)
	got := tr.run(t.Context(), "export", "--input", "ids.csv", "--output", "out.mrc")
	about, err := os.Stat("out.mrc")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`TIME  logged in as diku_admin
TIME  job profile "Default job profile" (ID)
TIME  ids.csv is NEW, definition ID
TIME  uploaded 1 line, 37 bytes, job ID
TIME  export accepted
TIME  job: SUCCESS, 1 of 1
saved out.mrc: 1 record, %d bytes
`, about.Size())
	said := regexp.MustCompile(`(?m)^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ `).ReplaceAllString(anonymous(got.stderr), "TIME ")
	if got.code != exitOK || got.stdout != "" || said != want {
		t.Errorf("exit %d, stdout %q, stderr\n%s", got.code, got.stdout, said)
	}
}

func TestExportReadsStandardInput(t *testing.T) {
	tr := newTrial(t)
	tr.stdin = strings.NewReader(oneID)
	got := tr.run(t.Context(), "export", "--input", "-", "--output", "out.mrc")
	if got.code != exitOK || !strings.Contains(got.stderr, "ids.csv is NEW") {
		t.Errorf("%+v", got)
	}
}

func TestExportNamesTheUploadSoThatFolioTakesIt(t *testing.T) {
	tr := newTrial(t)
	write(t, "nightly.2026-11-25.txt", oneID)
	got := tr.run(t.Context(), "export", "--input", "nightly.2026-11-25.txt", "--output", "out.mrc")
	if got.code != exitOK || !strings.Contains(got.stderr, "nightly.2026-11-25.csv is NEW") {
		t.Errorf("%+v", got)
	}
}

func TestCredentials(t *testing.T) {
	tests := map[string]struct {
		env  map[string]string
		args []string
		code int
	}{
		"password file":                          {map[string]string{"OKAPI_PASSWORD": "wrong"}, []string{"--password-file", "password"}, exitOK},
		"password file and user":                 {map[string]string{"OKAPI_USERNAME": ""}, []string{"--username", "diku_admin", "--password-file", "password"}, exitOK},
		"flag before environment":                {map[string]string{"OKAPI_USERNAME": "nobody"}, []string{"--username", "diku_admin"}, exitOK},
		"password before token":                  {map[string]string{"OKAPI_TOKEN": "stale"}, nil, exitOK},
		"token for want of a password":           {map[string]string{"OKAPI_TOKEN": "stale", "OKAPI_PASSWORD": ""}, nil, exitAccess},
		"token alone":                            {map[string]string{"OKAPI_TOKEN": "stale", "OKAPI_PASSWORD": "", "OKAPI_USERNAME": ""}, nil, exitAccess},
		"nothing":                                {map[string]string{"OKAPI_PASSWORD": "", "OKAPI_USERNAME": ""}, nil, exitUsage},
		"empty password file":                    {nil, []string{"--password-file", "empty"}, exitUsage},
		"password file that is a folder":         {nil, []string{"--password-file", "."}, exitUsage},
		"password file of which line 2 is wrong": {nil, []string{"--password-file", "two"}, exitOK},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tr := newTrial(t)
			write(t, "password", "admin\n")
			write(t, "two", "admin\r\nwrong\n")
			write(t, "empty", "\nadmin\n")
			for key, value := range test.env {
				tr.env[key] = value
			}
			got := tr.run(t.Context(), append([]string{"export", "--input", "ids.csv", "--output", "out.mrc"}, test.args...)...)
			if got.code != test.code {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestJobThatFailsAndJobThatNeverEnds(t *testing.T) {
	tests := map[string]struct {
		scenario, outcome, stderr string
		code                      int
		left                      string
	}{
		"fail":  {"fail", "fail", "ended in FAIL", exitFailed, "ids.csv"},
		"stuck": {"stuck", "timeout", "has not ended within 300ms, it is IN_PROGRESS", exitTimeout, "ids.csv out.mrc.state.json"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tr := newTrial(t, mockserver.WithScenario(test.scenario))
			got := tr.run(t.Context(), "export", "--input", "ids.csv", "--output", "out.mrc", "--json", "--timeout", "300ms")
			var result struct {
				JobExecutionID, Outcome string
				Files                   []any
			}
			if err := json.Unmarshal([]byte(got.stdout), &result); err != nil {
				t.Fatalf("%v: %+v", err, got)
			}
			if got.code != test.code || result.Outcome != test.outcome || result.Files == nil || len(result.Files) != 0 {
				t.Errorf("%+v", got)
			}
			if !strings.Contains(got.stderr, test.stderr) || !strings.Contains(got.stderr, result.JobExecutionID) {
				t.Errorf("%s", got.stderr)
			}
			if files(t) != test.left {
				t.Errorf("left behind: %s", files(t))
			}
		})
	}
}

func TestPartialFileIsKept(t *testing.T) {
	for _, release := range mockserver.Releases() {
		tr := newTrial(t, mockserver.WithRelease(release))
		write(t, "ids.csv", "instance_id\n"+oneID)
		got := tr.run(t.Context(), "export", "--input", "ids.csv", "--output", "out.mrc", "--json")
		if got.code != exitPartial || !strings.Contains(got.stdout, `"outcome":"partial"`) || files(t) != "ids.csv out.mrc" ||
			!strings.Contains(got.stderr, "completed with errors, 1 of 2 exported and 1 failed; out.mrc has what could be exported") {
			t.Errorf("%s: %+v", release, got)
		}
	}
}

func TestInterruptedExportLeavesNothingButItsState(t *testing.T) {
	tr := newTrial(t, mockserver.WithScenario("stuck"))
	ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
	defer cancel()
	got := tr.run(ctx, "export", "--input", "ids.csv", "--output", "out.mrc")
	if got.code != exitOther || !strings.Contains(got.stderr, "interrupted") || files(t) != "ids.csv out.mrc.state.json" {
		t.Errorf("%+v, %s", got, files(t))
	}
}

func TestOutput(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "kept", "before")
	if err := os.Chmod("kept", 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := createOutput("kept", "--output")
	if err != nil {
		t.Fatal(err)
	}
	out.WriteString("half")
	if text, _ := os.ReadFile("kept"); string(text) != "before" {
		t.Errorf("seen too early: %q", text)
	}
	out.discard()
	if text, _ := os.ReadFile("kept"); string(text) != "before" || files(t) != "kept" {
		t.Errorf("%q, %s", text, files(t))
	}
	if out, err = createOutput("kept", "--output"); err != nil {
		t.Fatal(err)
	}
	defer out.discard()
	out.WriteString("whole")
	if err := out.keep(); err != nil {
		t.Fatal(err)
	}
	out.discard()
	if text, _ := os.ReadFile("kept"); string(text) != "whole" || files(t) != "kept" {
		t.Errorf("%q, %s", text, files(t))
	}
	if err := os.Symlink(os.DevNull, "null"); err == nil {
		if _, err := createOutput("null", "--output"); err == nil || !strings.Contains(err.Error(), "no regular file") {
			t.Errorf("a device: %v", err)
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	tr := &trial{}
	for _, args := range [][]string{{"--help"}, {"export", "--help"}, {"ids", "-h"}, {"version"}, {"version", "--json"}} {
		if got := tr.run(t.Context(), args...); got.code != exitOK || got.stdout == "" || got.stderr != "" {
			t.Errorf("%v: %+v", args, got)
		}
	}
	help := tr.run(t.Context(), "export", "--help").stdout
	for _, part := range []string{"--url=URL", "$OKAPI_URL", "$OKAPI_TENANT", "$OKAPI_USERNAME", "$OKAPI_PASSWORD", "$OKAPI_TOKEN", "--timeout=10m", "--poll-interval=5s"} {
		if !strings.Contains(help, part) {
			t.Errorf("the help lacks %s", part)
		}
	}
	if got := tr.run(t.Context(), "version"); got.stdout != "fauxkapi "+version+"\n" {
		t.Errorf("%+v", got)
	}
	var about struct{ Version, Go, Platform string }
	if err := json.Unmarshal([]byte(tr.run(t.Context(), "version", "--json").stdout), &about); err != nil || about.Version != version || about.Go == "" {
		t.Errorf("%+v, %v", about, err)
	}
}

// What the list holds is said before it is sent, and cleaned if that is asked
// for; a query takes the place of a list.
func TestExportOfLists(t *testing.T) {
	tr := newTrial(t, mockserver.WithRelease("sunflower"), mockserver.WithTimeByPolling())
	t.Setenv("TMPDIR", t.TempDir())
	write(t, "messy.csv", "\ufeffinstance_id\n"+oneID+"\n"+oneID+"abc\n")
	write(t, "empty.csv", "")
	write(t, "wide.csv", "\xff\xfe"+strings.Join(strings.Split(oneID+"\r\n", ""), "\x00")+"\x00")
	write(t, "nod.cql", `keyword all "nod"`)
	for name, tt := range map[string]struct {
		args string
		code int
		says []string
	}{
		"messy":         {"--input messy.csv", exitPartial, []string{"byte order mark", `"instance_id", looks like`, "1 blank line", "1 line of an id that stood", `line 5, "abc"`, "1 exported, 4 not"}},
		"cleaned":       {"--input messy.csv --clean", exitOK, []string{"cleaned: 1 id", "saved out.mrc: 1 record"}},
		"UTF-16":        {"--input wide.csv", exitUsage, []string{"the list is UTF-16", "save it as CSV UTF-8, or give --clean"}},
		"UTF-16, clean": {"--input wide.csv --clean", exitOK, []string{"the list is UTF-16", "saved out.mrc: 1 record"}},
		"partly good":   {"--input messy.csv --accept partial", exitOK, []string{"saved out.mrc: 1 record"}},
		"quiet":         {"--input messy.csv --clean --quiet", exitOK, nil},
		"empty is fine": {"--input empty.csv --if-empty ok", exitOK, []string{"nothing to export"}},
		"empty":         {"--input empty.csv", exitUsage, []string{"is empty"}},
		"query file":    {"--input nod.cql", exitOK, []string{"the query finds 25 ids", "saved out.mrc: 25 records"}},
		"both":          {"--input nod.cql --query x", exitUsage, []string{"can't be used together"}},
	} {
		got := tr.run(t.Context(), append([]string{"export", "--output", "out.mrc"}, strings.Fields(tt.args)...)...)
		if got.code != tt.code {
			t.Errorf("%s: %+v", name, got)
		}
		for _, part := range tt.says {
			if !strings.Contains(got.stderr, part) {
				t.Errorf("%s: no %q in\n%s", name, part, got.stderr)
			}
		}
		if name == "quiet" && got.stderr+got.stdout != "" {
			t.Errorf("quiet: %q", got.stderr)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "fauxkapi-ids-*")); len(left) > 0 {
		t.Errorf("temporary files are left: %v", left)
	}
}
