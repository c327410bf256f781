package mockserver

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
)

// A poll of a running job, with token, query and both validations, beside a bare
// net/http handler that writes the same bytes; over the loopback, with kept
// connections, in rounds that alternate. The goal is a ratio of 0.5.
func BenchmarkPoll(b *testing.B) {
	for _, release := range Releases() {
		b.Run(release, func(b *testing.B) {
			c := newCaller(b, release)
			target := "/data-export/job-executions?query=id==" + runningJob(b, c)
			answer := c.get(target).Result()
			body := []byte(readAll(b, answer.Body))
			bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for name, values := range answer.Header {
					w.Header()[name] = values
				}
				_, _ = w.Write(body)
			})
			compare(b, c.request(target), c.s, bare)
		})
	}
}

// A poll in a world of 100,000 jobs, beside one in a world that has one. The
// goal is at most 1.2 times as long, so a ratio of 0.83.
func BenchmarkPollAmongManyJobs(b *testing.B) {
	for _, release := range Releases() {
		b.Run(release, func(b *testing.B) {
			one, many := newCaller(b, release), newCaller(b, release)
			target := "/data-export/job-executions?query=id==" + runningJob(b, one)
			if id := runningJob(b, many); !strings.HasSuffix(target, id) {
				b.Fatal("the first job of another world has another id")
			}
			err := many.s.with(many.s.tenants["diku"], func(w *folio.World) error {
				for range 99_999 {
					d, err := w.CreateFileDefinition(folio.User{}, folio.NewFileDefinition{FileName: "a.csv"})
					if err != nil {
						return err
					}
					if _, err := w.EndUpload(d.ID, &folio.Input{}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			compare(b, one.request(target), many.s, one.s)
		})
	}
}

// runningJob starts a job that stays IN_PROGRESS while the clock stands still.
func runningJob(b *testing.B, c caller) string {
	b.Helper()
	j := c.export(b, "a.csv", idList(25))
	c.s.Advance(300 * time.Millisecond)
	if status := member(b, c.get("/data-export/job-executions?query=id=="+j.id.String()), "status"); status != "IN_PROGRESS" {
		b.Fatalf("the job is %s", status)
	}
	return j.id.String()
}

// request is a GET in bytes.
func (c caller) request(target string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Okapi-Tenant: diku\r\nX-Okapi-Token: %s\r\nAccept: application/json\r\n\r\n", target, c.token)
}

// compare reports the requests per second of two handlers and their ratio.
func compare(b *testing.B, request []byte, ours, other http.Handler) {
	b.Helper()
	const round = 2000
	first, second := newLoad(b, ours), newLoad(b, other)
	var a, z time.Duration
	b.ReportAllocs()
	for b.Loop() {
		a += first.run(b, request, round)
		z += second.run(b, request, round)
	}
	requests := float64(b.N) * round
	b.ReportMetric(requests/a.Seconds(), "req/s")
	b.ReportMetric(requests/z.Seconds(), "other-req/s")
	b.ReportMetric(z.Seconds()/a.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

// load asks a server over some connections that stay open.
type load []*bufio.ReadWriter

func newLoad(b *testing.B, h http.Handler) load {
	b.Helper()
	srv := httptest.NewServer(h)
	b.Cleanup(srv.Close)
	var l load
	for range 4 {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		l = append(l, bufio.NewReadWriter(bufio.NewReader(conn), bufio.NewWriter(conn)))
	}
	return l
}

// run sends the request n times and returns how long it took.
func (l load) run(b *testing.B, request []byte, n int) time.Duration {
	began := time.Now()
	var wg sync.WaitGroup
	for _, conn := range l {
		wg.Go(func() {
			for range n / len(l) {
				if err := exchange(conn, request); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(began)
}

// exchange sends a request and reads past its answer, with as little work as
// HTTP allows.
func exchange(conn *bufio.ReadWriter, request []byte) error {
	if _, err := conn.Write(request); err != nil {
		return err
	}
	if err := conn.Flush(); err != nil {
		return err
	}
	length := 0
	for first := true; ; first = false {
		line, err := conn.ReadSlice('\n')
		switch {
		case err != nil:
			return err
		case first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")):
			return errors.New(string(line))
		case len(line) == 2:
			_, err := conn.Discard(length)
			return err
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
}

// What New costs, of the 45 ms and 25 MB that a process may take to be ready.
func BenchmarkNew(b *testing.B) {
	for _, release := range Releases() {
		b.Run(release, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := New(WithRelease(release)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A list of a million ids: its upload, its classification, and its file.
func BenchmarkMillion(b *testing.B) {
	const million = 1_000_000
	list := randomList(million)
	for _, release := range []string{"guide", "sunflower"} {
		c := newCaller(b, release)
		upload := func() string {
			definition := member(b, c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"a.csv"}`), "id")
			w := c.do(http.MethodPost, "/data-export/file-definitions/"+definition+"/upload", list, "Content-Type", "application/octet-stream")
			if w.Code != http.StatusOK {
				b.Fatal(w.Body)
			}
			return definition
		}
		b.Run(release+"/upload", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(list)))
			for b.Loop() {
				upload()
			}
		})
		definition := upload()
		b.Run(release+"/export", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				body := fmt.Sprintf(`{"fileDefinitionId":%q,"jobProfileId":%q}`, definition, c.s.release.Profiles[0].ID)
				if w := c.do(http.MethodPost, "/data-export/export", body); w.Code != http.StatusNoContent {
					b.Fatal(w.Body)
				}
			}
		})
		link := c.link(b, c.finished(b, "b.csv", list))
		b.Run(release+"/download", func(b *testing.B) {
			b.ReportAllocs()
			sink := &discard{header: http.Header{}}
			for b.Loop() {
				sink.n = 0
				c.s.ServeHTTP(sink, httptest.NewRequest(http.MethodGet, link, nil))
			}
			if sink.n < 500*million {
				b.Fatalf("%d bytes", sink.n)
			}
			b.SetBytes(sink.n)
		})
	}
}

// randomList is n lines with ids that have nothing in common.
func randomList(n int) string {
	source := rand.NewChaCha8([32]byte{})
	var b strings.Builder
	for range n {
		var id uuid.UUID
		_, _ = source.Read(id[:]) // never fails
		b.WriteString(id.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// discard is a response of which only the length is kept.
type discard struct {
	header http.Header
	n      int64
}

func (d *discard) Header() http.Header { return d.header }

func (d *discard) WriteHeader(int) {}

func (d *discard) Write(p []byte) (int, error) {
	d.n += int64(len(p))
	return len(p), nil
}

// A job of four hours, from the login's token to the end, driven by its polls.
// The goal is less than 100 ms.
func BenchmarkFourHoursByPolling(b *testing.B) {
	for _, release := range Releases() {
		b.Run(release, func(b *testing.B) {
			for b.Loop() {
				c := newCaller(b, release, WithTimeByPolling(), WithParameter("duration", "4h"))
				j := c.export(b, "a.csv", idList(25))
				for !strings.Contains(c.get("/data-export/job-executions?query=id=="+j.id.String()).Body.String(), "completedDate") {
				}
			}
		})
	}
}
