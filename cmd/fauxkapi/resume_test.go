package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// The moments of a request at which a program can be killed.
type moment int

const (
	beforeItArrives moment = iota
	beforeItsAnswer
	inItsAnswer
)

func (m moment) String() string {
	return [...]string{"before it arrives", "before its answer", "in its answer"}[m]
}

// ender stands before a server and kills a program at one of its requests.
type ender struct {
	proxy http.Handler
	at    int // the request at which it strikes, from 1
	when  moment
	of    string // counts only requests whose path has this in it

	mu      sync.Mutex
	kill    func()
	seen    int
	fetched int64 // bytes of the file that went out
	exports int   // requests for one that reached the server
}

func newEnder(target *url.URL, at int, when moment) *ender {
	return &ender{at: at, when: when, proxy: &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(target)
		p.Out.Host = p.In.Host // which links are made for
	}}}
}

func (e *ender) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if strings.Contains(r.URL.Path, e.of) {
		e.seen++
	}
	strikes := e.seen == e.at && strings.Contains(r.URL.Path, e.of)
	if strikes && e.when == beforeItArrives {
		e.strike(r)
		return
	}
	if r.URL.Path == "/data-export/export" {
		e.exports++
	}
	answer := httptest.NewRecorder()
	e.proxy.ServeHTTP(answer, r)
	if strikes && e.when == beforeItsAnswer {
		e.strike(r)
		return
	}
	body := answer.Body.Bytes()
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	if strikes {
		body = body[:len(body)/2]
	}
	if strings.HasPrefix(r.URL.Path, "/folio-data-export/") {
		e.fetched += int64(len(body))
	}
	_, _ = w.Write(body)
	if strikes {
		_ = http.NewResponseController(w).Flush()
		e.strike(r)
	}
}

// counts are how many exports were asked for, and how much of the file went out.
func (e *ender) counts() (exports int, fetched int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.exports, e.fetched
}

// strike kills the program and waits until its connection is gone.
func (e *ender) strike(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // only then the server notices
	e.kill()
	<-r.Context().Done()
}

// A program that is killed at whatever moment of whatever request goes on with
// --resume: the file is whole, there is one job, and nothing is fetched twice
// beyond what was on its way.
func TestResumeAfterAKill(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var list bytes.Buffer
	for i := range 3000 {
		fmt.Fprintf(&list, "%08x-0000-4000-8000-000000000000\n", i)
	}
	for _, release := range []string{"guide", "sunflower"} {
		for _, when := range []moment{beforeItArrives, beforeItsAnswer, inItsAnswer} {
			for at, ended := 1, false; !ended; at++ {
				t.Run(fmt.Sprintf("%s, request %d, %s", release, at, when), func(t *testing.T) {
					ended = killAndResume(t, self, release, at, when, list.Bytes())
				})
				if ended && at < 10 || t.Failed() {
					t.Fatalf("%s, %s: an export of %d requests", release, when, at)
				}
			}
		}
	}
}

// killAndResume reports whether the export ended before the program could be
// killed.
func killAndResume(t *testing.T, self, release string, at int, when moment, list []byte) (ended bool) {
	srv := mockserver.Start(t, mockserver.WithRelease(release), mockserver.WithTimeByPolling())
	target, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	e := newEnder(target, at, when)
	front := httptest.NewServer(e)
	defer front.Close()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "ids.csv"), string(list))
	export := func(flags ...string) (string, error) { return e.export(t, self, folder, front.URL, flags...) }

	first, err := export()
	if err == nil {
		return true
	}
	path := filepath.Join(folder, "out.mrc")
	if _, err := os.Stat(path); err == nil {
		t.Fatalf("the file is there although the program was killed\n%s", first)
	}
	second, err := export("--resume")
	if err != nil {
		t.Fatalf("%v\n%s\nand then\n%s", err, first, second)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if records := bytes.Count(file, []byte{0x1d}); records != 3000 {
		t.Errorf("the file has %d records", records)
	}
	exports, fetched := e.counts()
	if exports != 1 {
		t.Errorf("%d exports were started\n%s\nand then\n%s", exports, first, second)
	}
	if most := int64(len(file)) + 1<<20; fetched > most {
		t.Errorf("%d bytes were fetched of a file of %d", fetched, len(file))
	}
	if left, err := filepath.Glob(filepath.Join(folder, "out.mrc.*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
	return false
}

// export runs a program in a folder, which can be killed.
func (e *ender) export(t *testing.T, self, folder, url string, flags ...string) (string, error) {
	program := exec.CommandContext(t.Context(), self, append([]string{
		"export", "--input", "ids.csv", "--output", "out.mrc", "--poll-interval", "10ms",
	}, flags...)...)
	program.Dir = folder
	program.Env = append(os.Environ(), actsAsProgram+"=1", "OKAPI_URL="+url, "OKAPI_TENANT=diku", "OKAPI_USERNAME=diku_admin", "OKAPI_PASSWORD=admin")
	var out bytes.Buffer
	program.Stdout, program.Stderr = &out, &out
	e.mu.Lock()
	err := program.Start()
	e.kill = func() { _ = program.Process.Kill() }
	e.mu.Unlock()
	if err == nil {
		err = program.Wait()
	}
	return out.String(), err
}

// A program that is killed in the middle of the second of three batches goes on
// with it: the file is that of a run that nobody kills, to the byte, each batch
// is started once, and what was fetched before is not fetched again.
func TestResumeOfBatchesAfterAKill(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var list bytes.Buffer
	for i := range 2500 {
		fmt.Fprintf(&list, "%08x-0000-4000-8000-000000000000\n", i)
	}
	whole := killBatches(t, self, newEnder(nil, 0, beforeItArrives), list.String())
	for _, tt := range []struct {
		of       string
		at       int
		when     moment
		parallel string
	}{
		{"/upload", 2, beforeItsAnswer, "1"},
		{"/data-export/export", 2, beforeItArrives, "1"},
		{"/data-export/export", 2, beforeItsAnswer, "1"},
		{"/folio-data-export/", 2, inItsAnswer, "1"},
		{"/folio-data-export/", 2, inItsAnswer, "3"},
		{"/data-export/export", 3, beforeItsAnswer, "3"},
	} {
		t.Run(fmt.Sprintf("request %d of %s, %s, %s at once", tt.at, tt.of, tt.when, tt.parallel), func(t *testing.T) {
			e := newEnder(nil, tt.at, tt.when)
			e.of = tt.of
			got := killBatches(t, self, e, list.String(), "--parallel", tt.parallel)
			if !bytes.Equal(got, whole) {
				t.Errorf("%d bytes, which are not the %d of a run that nobody kills", len(got), len(whole))
			}
			exports, fetched := e.counts()
			if most := int64(len(whole)) + 1<<20; exports != 3 || fetched > most {
				t.Errorf("%d exports, %d bytes fetched of %d", exports, fetched, len(whole))
			}
		})
	}
}

// killBatches exports in three batches, a second time if the first is killed, and
// returns the file.
func killBatches(t *testing.T, self string, e *ender, list string, flags ...string) []byte {
	t.Helper()
	srv := mockserver.Start(t, mockserver.WithRelease("sunflower"), mockserver.WithTimeByPolling())
	target, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	e.proxy = newEnder(target, 0, beforeItArrives).proxy
	front := httptest.NewServer(e)
	defer front.Close()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "ids.csv"), list)
	flags = append(flags, "--batch", "1000")
	first, err := e.export(t, self, folder, front.URL, flags...)
	if killed := e.at > 0; killed != (err != nil) {
		t.Fatalf("%v\n%s", err, first)
	}
	path := filepath.Join(folder, "out.mrc")
	if err != nil {
		if _, err := os.Stat(path); err == nil {
			t.Fatalf("the file is there although the program was killed\n%s", first)
		}
		second, err := e.export(t, self, folder, front.URL, append(flags, "--resume")...)
		if err != nil {
			t.Fatalf("%v\n%s\nand then\n%s", err, first, second)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 2 {
		t.Errorf("left: %v %v", left, err)
	}
	return file
}
