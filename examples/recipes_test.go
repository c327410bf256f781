//go:build unix

package examples_test

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// recipes are the programs to copy, with what starts each.
var recipes = [][]string{{"bash", "export.sh", "curl", "jq", "unzip"}, {"python3", "export.py"}, {"node", "export.mjs"}}

// stalling is a fake whose store falls silent in the middle of the first file.
type stalling struct {
	fake      *mockserver.Server
	downloads atomic.Int32
	began     chan struct{} // the first download
	over      chan struct{} // the test
}

func (s *stalling) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.URL.RawQuery, "X-Amz-Signature") || s.downloads.Add(1) > 1 {
		s.fake.ServeHTTP(w, r)
		s.fake.Advance(time.Second) // so that the first look finds the job ended
		return
	}
	w.Header().Set("Content-Length", "1000000")
	_, _ = w.Write(make([]byte, 10_000))
	_ = http.NewResponseController(w).Flush()
	close(s.began)
	select {
	case <-r.Context().Done():
	case <-s.over:
	}
}

// run starts a recipe against such a fake.
func run(t *testing.T, recipe []string, timeout string) (s *stalling, program *exec.Cmd, output *bytes.Buffer, out string) {
	t.Helper()
	for _, tool := range append(recipe[:1:1], recipe[2:]...) {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is missing, which CI installs", tool)
			}
			t.Skipf("this needs %s, which is not installed here", tool)
		}
	}
	fake, err := mockserver.New(mockserver.WithRelease("sunflower"))
	if err != nil {
		t.Fatal(err)
	}
	s = &stalling{fake: fake, began: make(chan struct{}), over: make(chan struct{})}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(s.over) })
	folder := t.TempDir()
	csv, out := filepath.Join(folder, "ids.csv"), filepath.Join(folder, "out.mrc")
	ids, err := os.ReadFile("test.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(csv, ids, 0o600); err != nil {
		t.Fatal(err)
	}
	program, output = exec.CommandContext(t.Context(), recipe[0], recipe[1]), new(bytes.Buffer)
	program.Env = append(os.Environ(), "OKAPI_URL="+server.URL, "OKAPI_TENANT=diku", "OKAPI_USERNAME=exporter", "OKAPI_PASSWORD=exporter",
		"CSV="+csv, "OUT="+out, "JOB_PROFILE=", "POLL_INTERVAL=0.1", "TIMEOUT="+timeout)
	program.Stdout, program.Stderr = output, output
	program.WaitDelay = time.Second // a child may hold them
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	return s, program, output, out
}

// A store that falls silent is given up, and asked again.
func TestSilentDownloads(t *testing.T) {
	for _, recipe := range recipes {
		t.Run(recipe[1], func(t *testing.T) {
			t.Parallel()
			s, program, output, out := run(t, recipe, "5")
			err := program.Wait()
			about, missing := os.Stat(out)
			if err != nil || missing != nil || about.Size() == 0 || s.downloads.Load() != 2 {
				t.Errorf("%v, %v, %d downloads\n%s", err, missing, s.downloads.Load(), output)
			}
		})
	}
}

// A program that is asked to end leaves nothing half done behind.
func TestEndedDownloads(t *testing.T) {
	for _, recipe := range recipes {
		t.Run(recipe[1], func(t *testing.T) {
			t.Parallel()
			s, program, output, out := run(t, recipe, "60")
			ended := make(chan error, 1)
			go func() { ended <- program.Wait() }()
			select {
			case <-s.began:
			case err := <-ended:
				t.Fatalf("it ended before its download: %v\n%s", err, output)
			}
			for range 1000 { // the file is opened once the answer has begun
				if _, err := os.Stat(out + ".part"); err == nil {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if err := program.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := <-ended; err == nil {
				t.Errorf("it ended well\n%s", output)
			}
			for _, left := range []string{out, out + ".part"} {
				if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s is left: %v\n%s", filepath.Base(left), err, output)
				}
			}
		})
	}
}
