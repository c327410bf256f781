package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

const oneID = "0a1c6d1e-5b5e-4c5e-9d8a-6f0f6a5a1b11\n"

// A trial is one command line, run against a fake in a folder of its own.
type trial struct {
	url   string
	stdin io.Reader
	env   map[string]string
}

// ended is how a command line ended.
type ended struct {
	code           int
	stdout, stderr string
}

// newTrial makes the administrator's environment. Time in the fake goes fast, as that of the client is real.
func newTrial(t *testing.T, options ...mockserver.Option) *trial {
	t.Helper()
	srv := mockserver.Start(t, append([]mockserver.Option{mockserver.WithSpeed(1000)}, options...)...)
	t.Chdir(t.TempDir())
	write(t, "ids.csv", oneID)
	return &trial{url: srv.URL, env: map[string]string{
		"OKAPI_URL": srv.URL, "OKAPI_TENANT": "diku", "OKAPI_USERNAME": "diku_admin", "OKAPI_PASSWORD": "admin",
	}}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (tr *trial) run(ctx context.Context, args ...string) ended {
	var stdout, stderr bytes.Buffer
	stdin := tr.stdin
	if stdin == nil {
		stdin = strings.NewReader("")
	}
	code := run(ctx, args, stdin, &stdout, &stderr, func(name string) string { return tr.env[name] })
	return ended{code, stdout.String(), stderr.String()}
}

// files lists what is in the folder, hidden files too.
func files(t *testing.T) string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, filepath.Base(e.Name()))
	}
	return strings.Join(names, " ")
}
