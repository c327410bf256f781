package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// TestServeLog holds the log of a session with every kind of line against a
// golden file: what it says is what people learn from.
func TestServeLog(t *testing.T) {
	var log lockedBuffer
	url := startServeTo(t, &log, "--speed", "0", "--start", "2020-10-07T13:17:02Z", "--set", "duration=1s")
	ask := func(method, path, token string, body string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Okapi-Tenant", "diku")
		r.Header.Set("Accept", "*/*")
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if token != "" {
			r.Header.Set("X-Okapi-Token", token)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			t.Fatal(err)
		}
		return answer.Header.Get("X-Okapi-Token")
	}
	ask("GET", "/data-export/job-profiles", "", "")
	ask("POST", "/authn/login", "", `{"username": "viewer", "password": "guess"}`)
	viewer := ask("POST", "/authn/login", "", `{"username": "viewer", "password": "viewer"}`)
	ask("POST", "/data-export/file-definitions", viewer, `{"fileName": "test.csv"}`)
	ask("DELETE", "/data-export/export", viewer, "")

	c, err := client.New(client.Config{URL: url, Tenant: "diku", Username: "exporter", Password: "exporter"})
	if err != nil {
		t.Fatal(err)
	}
	job := exportByHand(t, c, func() { ask("POST", "/_fauxkapi/clock/advance?by=2s", "", "") })
	ask("GET", "/data-export/job-executions?query=id=="+job, viewer, "")
	link, err := c.DownloadLink(t.Context(), job, "5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11")
	if err == nil {
		t.Errorf("a link to a file that is not listed: %s", link)
	}
	ask("GET", "/data-export/job-executions?query=(((", viewer, "")
	checkGolden(t, "testdata/serve.txt", timeless(log.String(), url))
}

// exportByHand runs steps 2 to 6 and sends the token along with the link, as
// scripts do.
func exportByHand(t *testing.T, c *client.Client, pass func()) string {
	t.Helper()
	ctx := t.Context()
	definition, err := c.CreateFileDefinition(ctx, "test.csv")
	if err != nil {
		t.Fatal(err)
	}
	uploaded, err := c.Upload(ctx, definition.Id, strings.NewReader("0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11\nheader\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.StartExport(ctx, definition.Id, "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"); err != nil {
		t.Fatal(err)
	}
	pass()
	job, err := c.Job(ctx, *uploaded.JobExecutionId)
	if err != nil {
		t.Fatal(err)
	}
	link, err := c.DownloadLink(ctx, job.Id, (*job.ExportedFiles)[0].FileId)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Okapi-Token", "a credential that has no place here")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Fatal(err)
	}
	return job.Id
}

func TestServeReadyScreen(t *testing.T) {
	var screen bytes.Buffer
	for _, release := range mockserver.Releases() {
		server, err := mockserver.New(mockserver.WithRelease(release))
		if err != nil {
			t.Fatal(err)
		}
		story, err := withPace("ok", nil, paceToWatch())
		if err != nil {
			t.Fatal(err)
		}
		new(serveCommand).printReady(&screen, server, "http://127.0.0.1:9130", story)
	}
	checkGolden(t, "testdata/ready.txt", screen.String())
}

// What a program waits for names all that it may want to know.
func TestServeReadyLine(t *testing.T) {
	server, err := mockserver.New(mockserver.WithRelease("trillium"))
	if err != nil {
		t.Fatal(err)
	}
	story, err := withPace("lost-worker", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	story.Name = "my own"
	for closed, want := range map[bool]string{
		false: "fauxkapi ready http://127.0.0.1:9130 release=trillium scenario=my-own page=http://127.0.0.1:9130/_fauxkapi/",
		true:  "fauxkapi ready http://127.0.0.1:9130 release=trillium scenario=my-own",
	} {
		s := serveCommand{NoControl: closed}
		if got := s.readyLine(server, "http://127.0.0.1:9130", story); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestServeOnEveryAddressNamesOneThatCanBeUsed(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "127.0.0.1:0"} {
		url := startServe(t, "--addr", addr)
		if !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Errorf("--addr %s says %s", addr, url)
		}
	}
}

func TestServeSaysWhatToDoAboutATakenPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	var errs bytes.Buffer
	code := run(t.Context(), []string{"serve", "--addr", taken.Addr().String()}, strings.NewReader(""), io.Discard, &errs, noEnv)
	want := "fauxkapi: " + taken.Addr().String() + " is taken by another program: stop that one, or choose another address, as in --addr 127.0.0.1:0 (make serve ADDR=127.0.0.1:0)\n"
	if code != exitUsage || errs.String() != want {
		t.Errorf("exit code %d, %q; want %d, %q", code, errs.String(), exitUsage, want)
	}
}

// The log's instants are in the machine's own zone, and the rest of these is
// drawn or depends on the machine.
var (
	clockTime = regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d`)
	wholeUUID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

func timeless(log, url string) string {
	log = strings.ReplaceAll(log, url, "http://127.0.0.1:PORT")
	return wholeUUID.ReplaceAllString(clockTime.ReplaceAllString(log, "HH:MM:SS"), "UUID")
}

func checkGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s says otherwise; this is what there is now:\n%s", file, got)
	}
}

// lockedBuffer is a bytes.Buffer for a writer and a reader at once.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// A server goes on when nobody reads its log any more, as behind head -1.
func TestServeOutlivesItsReader(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(t.Context(), self, "serve", "--addr", "127.0.0.1:0")
	program.Env = append(os.Environ(), actsAsProgram+"=1")
	log, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Wait() }) // its context ends before
	var url string
	if _, err := fmt.Fscanf(log, "fauxkapi ready %s", &url); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	for range 3 { // on one connection, so that each is logged before the next
		answer, err := http.Get(url + "/_/version")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
}
