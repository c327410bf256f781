package mockserver

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
)

// newServer returns a fake of a release whose clock stands still. It fails the
// test if an answer breaks the contract.
func newServer(t testing.TB, release string, options ...Option) *Server {
	t.Helper()
	s, err := New(append([]Option{WithRelease(release), WithSpeed(0)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, v := range s.Violations() {
			t.Errorf("answered against the contract: %s", v)
		}
	})
	return s
}

// tokenOf returns a token of the administrator that never expires.
func tokenOf(t testing.TB, s *Server) string {
	t.Helper()
	return tokenIn(t, s, "diku")
}

// tokenIn is tokenOf in another tenant.
func tokenIn(t testing.TB, s *Server, tenant string) string {
	t.Helper()
	var user folio.User
	err := s.with(s.tenants[tenant], func(w *folio.World) (err error) {
		user, err = w.CheckPassword("diku_admin", "", "admin")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.tokens.access(tenant, user, s.Now(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// caller asks a fake as the administrator, without a network.
type caller struct {
	s      *Server
	token  string
	tenant string // diku, if it is empty
}

func newCaller(t testing.TB, release string, options ...Option) caller {
	t.Helper()
	s := newServer(t, release, options...)
	return caller{s: s, token: tokenOf(t, s)}
}

// do sends a request; header lists names and values in turn.
func (c caller) do(method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("X-Okapi-Tenant", cmp.Or(c.tenant, "diku"))
	r.Header.Set("X-Okapi-Token", c.token)
	r.Header.Set("Accept", "*/*")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	w := httptest.NewRecorder()
	c.s.ServeHTTP(w, r)
	return w
}

func (c caller) get(target string) *httptest.ResponseRecorder {
	return c.do(http.MethodGet, target, "")
}

// job is an export that was started.
type job struct {
	definition, id uuid.UUID
}

// export runs the steps 2 to 4 with a list, past the HTTP.
func (c caller) export(t testing.TB, fileName, list string) job {
	t.Helper()
	created := c.do(http.MethodPost, "/data-export/file-definitions", fmt.Sprintf(`{"fileName":%s}`, quoteJSON(fileName)))
	definition := member(t, created, "id")
	uploaded := c.do(http.MethodPost, "/data-export/file-definitions/"+definition+"/upload", list, "Content-Type", "application/octet-stream")
	id := member(t, uploaded, "jobExecutionId")
	profile := c.s.release.Profiles[0].ID
	started := c.do(http.MethodPost, "/data-export/export", fmt.Sprintf(`{"fileDefinitionId":%q,"jobProfileId":%q}`, definition, profile))
	if started.Code != http.StatusNoContent {
		t.Fatalf("export: %d %s", started.Code, started.Body)
	}
	return job{definition: uuid.MustParse(definition), id: uuid.MustParse(id)}
}

// finished is export, and the time that it takes.
func (c caller) finished(t testing.TB, fileName, list string) job {
	t.Helper()
	j := c.export(t, fileName, list)
	c.s.Advance(time.Hour)
	return j
}

// link returns the download link of a job's file.
func (c caller) link(t testing.TB, j job, header ...string) string {
	t.Helper()
	file := member(t, c.get("/data-export/job-executions?query=id=="+j.id.String()), "fileId")
	return member(t, c.do(http.MethodGet, "/data-export/job-executions/"+j.id.String()+"/download/"+file, "", header...), "link")
}

// member cuts the text of a member out of a JSON answer.
func member(t testing.TB, w *httptest.ResponseRecorder, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(w.Body.String(), `"`+name+`"`)
	_, rest, isText := strings.Cut(rest, `"`)
	text, _, ends := strings.Cut(rest, `"`)
	if !ok || !isText || !ends {
		t.Fatalf("no member %s in %d %s", name, w.Code, w.Body)
	}
	return text
}

// idList is n lines with an id each.
func idList(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%08x-0000-4000-8000-000000000000\n", i)
	}
	return b.String()
}

func readAll(t testing.TB, body io.ReadCloser) string {
	t.Helper()
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// watchedTB is a test that is watched from outside.
type watchedTB struct {
	errors   []string
	cleanups []func()
}

func (tb *watchedTB) Helper() {}

func (tb *watchedTB) Fatalf(format string, args ...any) { tb.Errorf(format, args...) }

func (tb *watchedTB) Errorf(format string, args ...any) {
	tb.errors = append(tb.errors, fmt.Sprintf(format, args...))
}

func (tb *watchedTB) Cleanup(f func()) { tb.cleanups = append(tb.cleanups, f) }

// cleanUp does what a test does when it is over.
func (tb *watchedTB) cleanUp() {
	for _, f := range slices.Backward(tb.cleanups) {
		f()
	}
}
