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
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// The moments of a request at which a program can be killed.
type moment int

const (
	beforeItArrives moment = iota
	inItsBody
	beforeItsAnswer
	inItsAnswer
)

func (m moment) String() string {
	return [...]string{"before it arrives", "in its body", "before its answer", "in its answer"}[m]
}

// block is what a program fetches at once: what of it was on its way is fetched again.
const block = 256 << 10

// ender stands before a server and kills a program at one of its requests.
type ender struct {
	proxy http.Handler
	at    int // the request at which it strikes, from 1
	when  moment
	of    string // counts only requests whose path has this in it

	folder  string // of the program
	mu      sync.Mutex
	kill    func()
	seen    int
	fetched int64 // bytes of the file that went out
	exports int   // requests for one that reached the server
	struck  bool
	halfway bool // it struck while the program was still sending
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
	switch {
	case strikes && e.when == beforeItArrives:
		_, _ = io.Copy(io.Discard, r.Body) // only then the server notices
		e.strike(r)
		return
	case strikes && e.when == inItsBody:
		e.cutOff(r)
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
		e.awaitStored()
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
	e.struck = true
	e.kill()
	<-r.Context().Done()
}

// cutOff kills the program while it sends a body, which is longer than what can be on its way.
func (e *ender) cutOff(r *http.Request) {
	e.struck = true
	begin, _ := io.CopyN(io.Discard, r.Body, 64<<10)
	e.kill()
	rest, err := io.Copy(io.Discard, r.Body)
	e.halfway = err != nil && begin+rest < r.ContentLength
}

// awaitStored waits until the program has on its disk what went out to it, but for a block, so that a download which
// begins anew is seen by what it fetches.
func (e *ender) awaitStored() {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		var stored int64
		parts, _ := filepath.Glob(filepath.Join(e.folder, ".out.mrc.*.part"))
		for _, part := range parts {
			if about, err := os.Stat(part); err == nil {
				stored += about.Size()
			}
		}
		if stored+block > e.fetched {
			return
		}
	}
}

// A program that is killed at whatever moment of whatever request goes on with --resume: the file is that of a run that
// nobody kills, to the byte, there is one job, and nothing is fetched twice beyond the last block.
func TestResumeAfterAKill(t *testing.T) {
	for _, release := range []string{"guide", "sunflower"} {
		ids := idList(3000)
		whole := killed(t, release, newEnder(nil, 0, beforeItArrives), ids)
		points := 0
		for _, when := range []moment{beforeItArrives, beforeItsAnswer, inItsAnswer} {
			for at, ended := 1, false; !ended && at < 50; at++ {
				t.Run(fmt.Sprintf("%s, request %d, %s", release, at, when), func(t *testing.T) {
					e := newEnder(nil, at, when)
					e.wants(t, killed(t, release, e, ids), whole, 1)
					ended = !e.struck
				})
				points++
				if ended && at < 10 || t.Failed() {
					t.Fatalf("%s, %s: an export of %d requests", release, when, at)
				}
			}
		}
		if points < 12 {
			t.Errorf("%d points", points)
		}
	}
}

// So does one that is killed while it sends the list. A line without an id makes that longer than all buffers on its way.
func TestResumeAfterAKillInTheUpload(t *testing.T) {
	for _, release := range []string{"guide", "sunflower"} {
		ids := strings.Repeat("x", 12<<20) + "\n" + idList(1000)
		whole := killed(t, release, newEnder(nil, 0, beforeItArrives), ids, "--accept", "partial")
		e := newEnder(nil, 1, inItsBody)
		e.of = "/upload"
		e.wants(t, killed(t, release, e, ids, "--accept", "partial"), whole, 1)
		if !e.halfway {
			t.Errorf("%s: all of the list was sent before the program was killed", release)
		}
	}
}

func idList(n int) string {
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, "%08x-0000-4000-8000-000000000000\n", i)
	}
	return list.String()
}

// wants holds a file and what was asked for it against a run that nobody kills.
func (e *ender) wants(t *testing.T, got, whole []byte, jobs int) {
	t.Helper()
	if !bytes.Equal(got, whole) {
		t.Errorf("%d bytes, which are not the %d of a run that nobody kills", len(got), len(whole))
	}
	exports, fetched := e.counts()
	if exports != jobs {
		t.Errorf("%d exports, want %d", exports, jobs)
	}
	if most := int64(len(whole)) + block; fetched > most || len(whole) < 2*block {
		t.Errorf("%d bytes were fetched of a file of %d", fetched, len(whole))
	}
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
	list := idList(2500)
	whole := killed(t, "sunflower", newEnder(nil, 0, beforeItArrives), list, "--batch", "1000")
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
			got := killed(t, "sunflower", e, list, "--batch", "1000", "--parallel", tt.parallel)
			if e.wants(t, got, whole, 3); !e.struck {
				t.Error("nobody was killed")
			}
		})
	}
}

// killed exports, a second time with --resume if the first is killed, and returns
// the file.
func killed(t *testing.T, release string, e *ender, list string, flags ...string) []byte {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	srv := mockserver.Start(t, mockserver.WithRelease(release), mockserver.WithTimeByPolling())
	target, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	e.proxy = newEnder(target, 0, beforeItArrives).proxy
	front := httptest.NewServer(e)
	defer front.Close()
	e.folder = t.TempDir()
	write(t, filepath.Join(e.folder, "ids.csv"), list)
	first, err := e.export(t, self, e.folder, front.URL, flags...)
	if e.struck != (err != nil) {
		t.Fatalf("%v\n%s", err, first)
	}
	path := filepath.Join(e.folder, "out.mrc")
	if err != nil {
		if _, err := os.Stat(path); err == nil {
			t.Fatalf("the file is there although the program was killed\n%s", first)
		}
		second, err := e.export(t, self, e.folder, front.URL, append(flags, "--resume")...)
		if err != nil {
			t.Fatalf("%v\n%s\nand then\n%s", err, first, second)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(e.folder); err != nil || len(left) != 2 {
		t.Errorf("left: %v %v", left, err)
	}
	return file
}
