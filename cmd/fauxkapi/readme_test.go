package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The README's own lines are run, so that no newcomer is the first to try them.

var fence = regexp.MustCompile("(?ms)^```(.*?)\n(.*?)^```$")

// blocks returns the README's fenced blocks of some kinds, such as bash, in its
// order.
func blocks(t *testing.T, kinds ...string) []string {
	t.Helper()
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range fence.FindAllSubmatch(page, -1) {
		if slices.Contains(kinds, string(m[1])) {
			found = append(found, string(m[2]))
		}
	}
	if len(found) == 0 {
		t.Fatalf("README.md has no block of %v", kinds)
	}
	return found
}

var port = regexp.MustCompile(`127\.0\.0\.1:\d+`)

func TestREADMEShowsTheDemoAsItIs(t *testing.T) {
	shown := blocks(t, "text demo")[0]
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"demo"}, strings.NewReader(""), &out, &errs, noEnv); code != exitOK {
		t.Fatalf("demo ended with exit code %d: %s", code, errs.String())
	}
	if got := port.ReplaceAllString(out.String(), "127.0.0.1:41873"); got != shown {
		t.Errorf("README.md shows another demo than `make demo`; it should be:\n%s", got)
	}
}

func TestREADMEGoBlockIsTheExample(t *testing.T) {
	source, err := os.ReadFile("../../examples/embedding/nightly_test.go")
	if err != nil {
		t.Fatal(err)
	}
	if block := blocks(t, "go")[0]; !bytes.Contains(source, []byte(block)) {
		t.Error("the Go block of README.md is not what examples/embedding/nightly_test.go compiles and runs")
	}
}

func TestREADMEMakeTargetsExist(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	used := regexp.MustCompile(`\bmake ([a-z]+)`).FindAllStringSubmatch(strings.Join(append(blocks(t, "sh"), blocks(t, "text demo")...), ""), -1)
	for _, m := range used {
		if !bytes.Contains(makefile, []byte("\n"+m[1]+": ")) {
			t.Errorf("README.md says `make %s`, which the Makefile does not have", m[1])
		}
	}
}

// TestREADMECurlLines runs the bash blocks, in order and in one shell, against
// the server that the README says to start.
func TestREADMECurlLines(t *testing.T) {
	needTools(t, "bash", "curl", "jq")
	for _, release := range []string{"guide", "sunflower", "trillium"} {
		t.Run(release, func(t *testing.T) {
			collecting := "bash later"
			if release == "guide" {
				collecting = "bash guide"
			}
			script := strings.Join(blocks(t, "bash", collecting), "\n")
			url := startServe(t, "--release", release, "--set", "duration=1s")
			folder := t.TempDir()
			binary := filepath.Join(folder, "fauxkapi")
			build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("go build: %v\n%s", err, out)
			}
			script = strings.ReplaceAll(script, "http://127.0.0.1:9130", url)
			script = strings.ReplaceAll(script, "go run ./cmd/fauxkapi", binary)

			shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
			shell.Dir = folder
			out, err := shell.CombinedOutput()
			if err != nil {
				t.Fatalf("the README's lines fail: %v\n%s", err, out)
			}
			byHand, err := os.ReadFile(filepath.Join(folder, "test.mrc"))
			if err != nil {
				t.Fatal(err)
			}
			byCommand, err := os.ReadFile(filepath.Join(folder, "all.mrc"))
			if err != nil {
				t.Fatal(err)
			}
			if records := bytes.Count(byHand, []byte{0x1d}); records != 25 || !bytes.Equal(byHand, byCommand) {
				t.Errorf("curl got %d records in %d bytes, fauxkapi export %d bytes; want the same 25", records, len(byHand), len(byCommand))
			}
		})
	}
}

// startServe runs `fauxkapi serve` on a free port until the test ends and returns
// its URL.
func startServe(t *testing.T, flags ...string) string {
	t.Helper()
	return startServeTo(t, io.Discard, flags...)
}

// startServeTo copies what serve prints after its ready line.
func startServeTo(t *testing.T, log io.Writer, flags ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		ended <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0"}, flags...), strings.NewReader(""), writer, &errs, noEnv)
		_ = writer.Close()
	}()
	lines := bufio.NewReader(reader)
	ready, err := lines.ReadString('\n')
	if err != nil {
		stop()
		t.Fatalf("serve ended with exit code %d: %s", <-ended, errs.String())
	}
	go func() {
		_, _ = io.Copy(log, lines) // ends with serve
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitOK {
			t.Errorf("serve ended with exit code %d: %s", code, errs.String())
		}
	})
	var url, release string
	if _, err := fmt.Sscanf(ready, "fauxkapi ready %s release=%s", &url, &release); err != nil {
		t.Fatalf("serve said %q: %v", ready, err)
	}
	return url
}

func noEnv(string) string { return "" }
