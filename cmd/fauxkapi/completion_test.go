package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// actsAsProgram makes the test binary the whole program.
const actsAsProgram = "FAUXKAPI_TEST_PROGRAM"

// A shell asks by COMP_LINE, and reads what could come next, one a line.
func TestShellCompletion(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"fauxkapi sc":                        "scenarios",
		"fauxkapi jobs ex":                   "explain",
		"fauxkapi serve --scenario stuck-at": "stuck-at-99-percent",
		"fauxkapi serve --release sun":       "sunflower",
		"fauxkapi scenarios show tin":        "tiny",
		"fauxkapi export --fail":             "--failed-ids",
	} {
		program := exec.CommandContext(t.Context(), self)
		program.Env = append(os.Environ(), actsAsProgram+"=1", "COMP_LINE="+line)
		out, err := program.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", line, got, err, want)
		}
	}
	if code, out, errs := said(t, "completion", "bash", "--code"); code != exitOK || !strings.Contains(out, "complete ") {
		t.Errorf("exit code %d, %s%s", code, out, errs)
	}
}
