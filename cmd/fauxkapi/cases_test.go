package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The worked cases of docs/scenarios.md are run as they stand, and print what
// the page says.
func TestWorkedCases(t *testing.T) {
	needTools(t, "bash", "curl", "jq")
	page, err := os.ReadFile("../../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]string{}
	for _, m := range fence.FindAllStringSubmatch(string(page), -1) {
		blocks[m[1]] = m[2]
	}
	ids, err := os.ReadFile("../../examples/test.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"fail", "stuck", "token"} {
		t.Run(name, func(t *testing.T) {
			command := strings.Fields(blocks["sh "+name])
			if len(command) < 2 || command[1] != "serve" {
				t.Fatalf("the page does not say which server: %q", command)
			}
			url := startServe(t, command[2:]...)
			folder := t.TempDir()
			write(t, filepath.Join(folder, "test.csv"), string(ids))
			script := strings.ReplaceAll(blocks["bash setup"], "http://127.0.0.1:9130", url) + blocks["bash "+name]
			shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
			shell.Dir = folder
			out, err := shell.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if got := string(out); got != blocks["text "+name] {
				t.Errorf("the page says something else; this is printed:\n%s", got)
			}
		})
	}
}

// needTools skips a test on a machine without the tools, except in CI, which
// installs them.
func needTools(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is missing, which CI installs", tool)
			}
			t.Skipf("this needs %s, which is not installed here", tool)
		}
	}
}
