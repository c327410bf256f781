package client

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A store keeps one file and breaks off after so many bytes of each answer, for as long as there are any left in cuts.
type store struct {
	content string
	tag     string
	cuts    []int
	ranges  []string // as they were asked for
	lies    func(http.Header)
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.ranges = append(s.ranges, r.Header.Get("Range"))
	if r.Header.Get("Range") != "" && r.Header.Get("If-Range") == "" {
		panic("a part is asked for, of whatever file there may be")
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Okapi") || name == "Authorization" || name == "Cookie" {
			panic("a store is sent " + name)
		}
	}
	if s.tag != "" {
		w.Header().Set("Etag", s.tag)
	} else {
		r.Header.Del("Range")
	}
	if len(s.cuts) == 0 {
		http.ServeContent(&liar{w, s.lies}, r, "", time.Time{}, strings.NewReader(s.content))
		return
	}
	n := s.cuts[0]
	s.cuts = s.cuts[1:]
	http.ServeContent(&shortWriter{w, n}, r, "", time.Time{}, strings.NewReader(s.content))
	http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// shortWriter keeps what is beyond n bytes to itself.
type shortWriter struct {
	http.ResponseWriter
	n int
}

func (s *shortWriter) Write(p []byte) (int, error) {
	part := p[:min(len(p), s.n)]
	s.n -= len(part)
	s.ResponseWriter.Write(part)
	return len(p), nil
}

// liar changes the head of an answer.
type liar struct {
	http.ResponseWriter
	lie func(http.Header)
}

func (l *liar) WriteHeader(status int) {
	if l.lie != nil {
		l.lie(l.Header())
	}
	l.ResponseWriter.WriteHeader(status)
}

func (s *store) fetch(t *testing.T) (string, File, error) {
	t.Helper()
	c := newStub().client(t, Config{URL: "http://okapi.test", HTTPClient: newWire(t, s)})
	var out bytes.Buffer
	file, err := fetchFrom(t, c, "http://store.test/f?X-Amz-Signature=5167a7", "f.mrc", &out)
	return out.String(), file, err
}

func TestDownloadGoesOnWhereItBrokeOff(t *testing.T) {
	whole := mrc(30_000)
	tests := map[string]struct {
		tag    string
		cuts   []int
		ranges []string
	}{
		"once":             {`"a"`, []int{100_001}, []string{"", "bytes=100001-"}},
		"at once":          {`"a"`, []int{0}, []string{"", ""}},
		"again and again":  {`"a"`, []int{1, 0, 500_000, 7}, []string{"", "bytes=1-", "bytes=1-", "bytes=500001-", "bytes=500008-"}},
		"without a tag":    {"", []int{100_001, 50, 200_000}, []string{"", "", "", ""}},
		"with a weak one":  {`W/"a"`, []int{100_001}, []string{"", ""}},
		"at its last byte": {`"a"`, []int{len(whole) - 1}, []string{"", fmt.Sprintf("bytes=%d-", len(whole)-1)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &store{content: whole, tag: test.tag, cuts: test.cuts}
				got, file, err := s.fetch(t)
				if err != nil || got != whole || file.Records != 30_000 || file.Bytes != int64(len(whole)) {
					t.Errorf("%d bytes, %+v, %v", len(got), file, err)
				}
				if fmt.Sprint(s.ranges) != fmt.Sprint(test.ranges) {
					t.Errorf("asked for %q, want %q", s.ranges, test.ranges)
				}
			})
		})
	}
}

func TestDownloadDoesNotGoOnWithAnotherFile(t *testing.T) {
	tests := map[string]func(*store){
		"another tag":     func(s *store) { s.tag = `"b"` },
		"another length":  func(s *store) { s.content += record; s.tag = "" },
		"other bytes":     func(s *store) { s.content = strings.ReplaceAll(s.content, "nam a", "cam a"); s.tag = "" },
		"another place":   func(s *store) { s.lies = func(h http.Header) { h.Set("Content-Range", "bytes 25-2599/2600") } },
		"a shorter part":  func(s *store) { s.lies = func(h http.Header) { h.Set("Content-Range", "bytes 26-1000/2600") } },
		"a nameless part": func(s *store) { s.lies = func(h http.Header) { h.Set("Content-Range", "bytes") } },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &store{content: mrc(100), tag: `"a"`, cuts: []int{26}}
				if name == "other bytes" || name == "another length" {
					s.tag = ""
				}
				client := newWire(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if len(s.cuts) == 0 {
						change(s)
					}
					s.ServeHTTP(w, r)
				}))
				_, err := fetchFrom(t, newStub().client(t, Config{URL: "http://okapi.test", HTTPClient: client}), "http://store.test/f", "f.mrc", io.Discard)
				wantError(t, err, KindServer, "another file than before it broke off")
			})
		})
	}
}

func TestDownloadThatAlwaysBreaksOffIsGivenUp(t *testing.T) {
	for name, cut := range map[string]int{"a byte at a time": 1, "in large pieces": 1 << 20} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &store{content: mrc(2_000_000), tag: `"a"`}
				for range 1000 {
					s.cuts = append(s.cuts, cut)
				}
				start := time.Now()
				_, _, err := s.fetch(t)
				wantError(t, err, KindServer, "download the file: store.test sent ", "and broke off (unexpected EOF)")
				if took := time.Since(start); len(s.ranges) > maxCuts+1 || took > DefaultStepTimeout {
					t.Errorf("%d requests in %v", len(s.ranges), took)
				}
			})
		})
	}
}

// The link call of the stub, counted; and its store, which answers in turn.
const linkCall = "GET /data-export/job-executions/" + jobID + "/download/" + fileID

func TestExpiredLinkIsReplaced(t *testing.T) {
	tagged := func(w http.ResponseWriter, r *http.Request) {
		(&store{content: mrc(3), tag: `"a"`}).ServeHTTP(w, r)
	}
	cut := func(w http.ResponseWriter, r *http.Request) {
		(&store{content: mrc(3), tag: `"a"`, cuts: []int{30}}).ServeHTTP(w, r)
	}
	session := answer(400, "application/xml", `<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>`)
	tests := map[string]struct {
		store []http.HandlerFunc
		links int
		err   string
	}{
		"never":          {[]http.HandlerFunc{tagged}, 1, ""},
		"once":           {[]http.HandlerFunc{expired, tagged}, 2, ""},
		"three times":    {[]http.HandlerFunc{expired, session, expired, tagged}, 4, ""},
		"always":         {[]http.HandlerFunc{expired}, 4, "answered 403 (AccessDenied Request has expired)"},
		"in mid-file":    {[]http.HandlerFunc{cut, expired, tagged}, 2, ""},
		"not there yet":  {[]http.HandlerFunc{noSuchKey, noSuchKey, tagged}, 3, ""},
		"never there":    {[]http.HandlerFunc{noSuchKey}, 3, "answered 404 (NoSuchKey)"},
		"under pressure": {[]http.HandlerFunc{answer(503, "application/xml", "<Error><Code>SlowDown</Code></Error>"), answer(500, "application/xml", "<Error><Code>InternalError</Code></Error>"), tagged}, 1, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStub()
				s.job("COMPLETED", 3, 0)
				s.onLink = inTurn(test.store...)
				var out bytes.Buffer
				start := time.Now()
				_, err := s.onWire(t).Export(t.Context(), Export{IDs: oneID(), Output: &out})
				if test.err != "" {
					wantError(t, err, KindServer, "download the file: okapi.test ", test.err)
				} else if err != nil || out.String() != mrc(3) {
					t.Errorf("%q, %v", out.String(), err)
				}
				if n := s.count(linkCall); n != test.links {
					t.Errorf("%d links, want %d", n, test.links)
				}
				if took := time.Since(start); took > time.Minute {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

func TestFileThatIsNoneIsRefused(t *testing.T) {
	for _, listed := range []string{
		`{"fileId":"` + fileID + `","fileName":"../../etc/cron.d/x.mrc"}`,
		`{"fileId":"` + fileID + `","fileName":"C:\\x.mrc"}`,
		`{"fileId":"` + fileID + `","fileName":"x\u0000.mrc"}`,
		`{"fileId":"../../authn/logout","fileName":"x.mrc"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStub()
			s.json("GET /data-export/job-executions", 200, `{"jobExecutions":[{"id":"`+jobID+`","exportedFiles":[`+listed+`],"status":"COMPLETED"}]}`)
			_, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
			wantError(t, err, KindServer, "get the download link: ", "which is no file of an export")
			if n := s.count(linkCall); n != 0 {
				t.Error("it is asked for")
			}
		})
	}
}
