package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// What is planted, and is to be found nowhere afterwards. The signature of a link is planted by the fake.
const (
	plantedPassword = `planted "password" & plus+ wörd`
	plantedAccess   = "planted-access-token"
	plantedRefresh  = "planted-refresh-token"
)

// elsewhere is a server that nobody has named to us.
const elsewhere = "elsewhere.test"

// attack is what a hostile server answers at one step, given what an honest one would.
type attack struct {
	name string
	at   string // a step of steps; empty for each of them
	do   func(h *hostile, w http.ResponseWriter, r *http.Request, honest *httptest.ResponseRecorder)

	rename string // the ending of the file that the job lists; empty for .mrc

	codes []int  // in which the command may end; none for any that is documented but "anything else"
	says  string // in its error
	most  int64  // bytes that are taken of all hostile answers together; 0 means 64 KiB
}

// hostile stands in front of a fake. It knows what it was sent.
type hostile struct {
	t      *testing.T
	fake   http.Handler
	attack attack

	mu        sync.Mutex
	token     string // of the fake
	signature string
	granted   bool  // the tokens were given to the command
	sent      int64 // bytes of hostile answers that somebody took
	struck    int
}

var steps = []string{"login", "profile", "definition", "upload", "export", "job", "link", "file", "log"}

func stepAt(r *http.Request) string {
	for _, part := range [][2]string{
		{"/folio-data-export/", "file"},
		{"/authn/", "login"},
		{"/job-profiles", "profile"},
		{"/upload", "upload"},
		{"/file-definitions", "definition"},
		{"/data-export/export", "export"},
		{"/data-export/logs", "log"},
		{"/download/", "link"},
		{"/job-executions", "job"},
	} {
		if strings.Contains(r.URL.Path, part[0]) {
			return part[1]
		}
	}
	return "file"
}

func (h *hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	step := stepAt(r)
	h.inspect(step, r)
	honest := h.honest(step, r)
	if step == h.attack.at || r.Host == elsewhere {
		h.mu.Lock()
		h.struck++
		h.mu.Unlock()
		h.attack.do(h, &meter{w, h}, r, honest)
		return
	}
	if step == "login" {
		h.grant()
	}
	answerAs(w, honest, honest.Body.Bytes())
}

// grant takes down that the tokens are known to the command, and so are secrets that it can keep.
func (h *hostile) grant() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.granted = true
}

// inspect looks for credentials where none belongs.
func (h *hostile) inspect(step string, r *http.Request) {
	if r.Host != elsewhere && step != "file" {
		return
	}
	head := fmt.Sprint(r.Header)
	for _, secret := range []string{plantedAccess, plantedRefresh, "X-Okapi", "Authorization", "Cookie", "Referer"} {
		if strings.Contains(head, secret) {
			h.t.Errorf("%s %s is sent %s", r.Method, r.Host+r.URL.Path, secret)
		}
	}
}

// honest lets the fake answer, in whose place we take the credentials.
func (h *hostile) honest(step string, r *http.Request) *httptest.ResponseRecorder {
	h.mu.Lock()
	defer h.mu.Unlock()
	inside, answer := r.Clone(r.Context()), httptest.NewRecorder()
	if step == "login" {
		_, _ = io.Copy(io.Discard, r.Body)
		login := `{"username":"diku_admin","password":"admin"}`
		inside.URL.Path, inside.Body, inside.ContentLength = "/authn/login-with-expiry", io.NopCloser(strings.NewReader(login)), int64(len(login))
		inside.Header.Del("Cookie")
	} else if inside.Header.Get("X-Okapi-Token") == plantedAccess {
		inside.Header.Set("X-Okapi-Token", h.token)
	}
	h.fake.ServeHTTP(answer, inside)
	switch step {
	case "job":
		if h.attack.rename != "" {
			body := bytes.ReplaceAll(answer.Body.Bytes(), []byte(".mrc"), []byte(h.attack.rename))
			answer.Body = bytes.NewBuffer(body)
		}
	case "login":
		for _, cookie := range answer.Result().Cookies() {
			if cookie.Name == "folioAccessToken" {
				h.token = cookie.Value
			}
		}
		answer.Header().Del("Set-Cookie")
		answer.Header().Add("Set-Cookie", "folioAccessToken="+plantedAccess+"; Max-Age=600; Path=/")
		answer.Header().Add("Set-Cookie", "folioRefreshToken="+plantedRefresh+"; Max-Age=604800; Path=/authn")
	case "link":
		var got struct{ Link string }
		if err := json.Unmarshal(answer.Body.Bytes(), &got); err == nil {
			link, _ := url.Parse(got.Link)
			h.signature = link.Query().Get("X-Amz-Signature")
		}
	}
	return answer
}

func answerAs(w http.ResponseWriter, honest *httptest.ResponseRecorder, body []byte) {
	for name, values := range honest.Header() {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(honest.Code)
	_, _ = w.Write(body)
}

// meter counts what is taken of an answer.
type meter struct {
	http.ResponseWriter
	h *hostile
}

func (c *meter) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.h.mu.Lock()
	c.h.sent += int64(n)
	c.h.mu.Unlock()
	return n, err
}

func (c *meter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// secrets are all that must not be told.
func (h *hostile) secrets() []string {
	all := []string{plantedPassword}
	if h.granted {
		all = append(all, plantedAccess, plantedRefresh)
	}
	if h.signature != "" {
		all = append(all, h.signature)
	}
	return all
}

// forms are a secret as it is, and as JSON and URLs write it.
func forms(secret string) []string {
	inJSON, _ := json.Marshal(secret)
	return []string{
		secret, strings.Trim(string(inJSON), `"`), strings.ReplaceAll(secret, `"`, `\"`), url.QueryEscape(secret), url.PathEscape(secret),
	}
}

// survive runs a whole export against a hostile server, and judges what is left of it.
func survive(t *testing.T, a attack) ended {
	t.Helper()
	root := t.TempDir()
	work := filepath.Join(root, "home", "nightly")
	if err := os.MkdirAll(work, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(work)
	story, err := scenarios.Load("partial", nil)
	if err != nil {
		t.Fatal(err)
	}
	write(t, "ids.csv", string(mockserver.InputOf(story)))
	var got ended
	synctest.Test(t, func(t *testing.T) {
		fake, err := mockserver.New(mockserver.WithRelease("sunflower"), mockserver.WithScenario("partial"))
		if err != nil {
			t.Fatal(err)
		}
		h := &hostile{t: t, fake: fake, attack: a}
		everywhere(t, h)
		env := administrator()
		env["OKAPI_PASSWORD"] = plantedPassword
		began := time.Now()
		got = (&trial{env: env}).run(t.Context(), strings.Fields("export --input ids.csv --output out.mrc --json --run-dir runs --report report.json --failed-ids failed.csv --unpack parts")...)
		took := time.Since(began)
		synctest.Wait()
		h.judge(t, got, took)
	})
	strays(t, root, got)
	return got
}

// judge holds the end of a run against what is promised.
func (h *hostile) judge(t *testing.T, got ended, took time.Duration) {
	t.Helper()
	a := h.attack
	if h.struck == 0 {
		t.Errorf("nothing hostile was asked for\n%s", got.stderr)
	}
	documented := []int{exitOK, exitUsage, exitPartial, exitFailed, exitTimeout, exitAccess, exitServer}
	if !slices.Contains(documented, got.code) || len(a.codes) > 0 && !slices.Contains(a.codes, got.code) || !strings.Contains(got.stderr, a.says) {
		t.Errorf("exit %d, want %v and %q:\n%s", got.code, a.codes, a.says, got.stderr)
	}
	if took > time.Hour {
		t.Errorf("took %v", took)
	}
	if most, taken := max(a.most, 64<<10), h.taken(); taken > most {
		t.Errorf("%d bytes were taken, at most %d would have done", taken, most)
	}
	for _, text := range []string{got.stdout, got.stderr} {
		if strings.ContainsAny(text, "\x00\x1b\x07") || strings.ToValidUTF8(text, "") != text {
			t.Errorf("it steers the terminal: %q", text)
		}
	}
	h.search(t, "standard output", got.stdout)
	h.search(t, "standard error", got.stderr)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		h.search(t, "a name", path)
		if err == nil && !d.IsDir() {
			h.search(t, path, slurp(t, path))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func (h *hostile) search(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range h.secrets() {
		for _, form := range append(forms(secret), strings.ReplaceAll(secret, `"`, `""`)) { // as in CSV
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%s tells a secret: %q", where, text[max(0, at-80):min(len(text), at+len(form)+20)])
				return
			}
		}
	}
}

var mayBeLeft = regexp.MustCompile(`^home/nightly/(ids\.csv|report\.json|failed\.csv|\.out\.mrc\.\w+\.1\.part|parts/ids-\d+\.mrc|runs/[^/]+-ids/(log\.txt|report\.json|state\.json))$`)

// strays finds files where none belongs, and half of one.
func strays(t *testing.T, root string, got ended) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		whole := name == "home/nightly/out.mrc" && strings.Contains(got.stderr, "\nsaved out.mrc: 22 records")
		if !whole && !mayBeLeft.MatchString(name) {
			t.Errorf("exit %d leaves %s", got.code, name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestHostileServers puts the whole command through what a server can do to it. Each attack ends in a documented way,
// takes a bounded part of what it is sent, leaves no file where none belongs, and no secret in anything that is left.
func TestHostileServers(t *testing.T) {
	for _, a := range slices.Concat(bodies(), redirects(), links(), fileNames(), cookies(), echoes(), texts()) {
		at := []string{a.at}
		if a.at == "" {
			at = steps
		}
		for _, a.at = range at {
			t.Run(a.name+"/"+a.at, func(t *testing.T) { survive(t, a) })
		}
	}
}

// The table tells nothing if an honest answer does not pass.
func TestHonestServerIsNotHostile(t *testing.T) {
	got := survive(t, attack{at: "profile", codes: []int{exitPartial}, do: func(_ *hostile, w http.ResponseWriter, _ *http.Request, honest *httptest.ResponseRecorder) {
		answerAs(w, honest, honest.Body.Bytes())
	}})
	if !strings.Contains(got.stdout, `"outcome":"partial"`) || !strings.Contains(got.stderr, "unpacked into parts") {
		t.Errorf("%+v", got)
	}
	for _, name := range []string{"out.mrc", "report.json", "failed.csv"} {
		if about, err := os.Stat(name); err != nil || about.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What the other commands show of a server tells no secret either.
func TestHostileServersAreShownWithoutSecrets(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "ids.csv", oneID+"\n")
	synctest.Test(t, func(t *testing.T) {
		fake, err := mockserver.New(mockserver.WithRelease("sunflower"), mockserver.WithScenario("partial"))
		if err != nil {
			t.Fatal(err)
		}
		h := &hostile{t: t, fake: fake}
		everywhere(t, h)
		env := administrator()
		env["OKAPI_PASSWORD"] = plantedPassword
		command := func(line string) ended { return (&trial{env: env}).run(t.Context(), strings.Fields(line)...) }
		if got := command("export --input ids.csv --output out.mrc"); got.code != exitPartial {
			t.Fatalf("%+v", got)
		}
		for _, secret := range []string{plantedPassword, "a " + plantedAccess, plantedRefresh} {
			for at, lines := range map[string][]string{
				"profile": {"profiles list", "profiles list --json", "export --input ids.csv --output x.mrc --profile none"},
				"job":     {"jobs list", "jobs list --json", "jobs explain 1", "jobs watch 1"},
				"log":     {"jobs explain 1", "jobs explain 1 --format json --failed-ids failed.csv", "jobs explain 1 --format html", "jobs explain 1 --format markdown"},
			} {
				h.attack = attack{at: at, do: fill(secret, false)}
				for _, line := range lines {
					h.struck = 0
					got := command(line)
					if h.struck == 0 || strings.Contains(line, "list") && got.code != exitOK || !strings.Contains(strings.ReplaceAll(got.stdout+got.stderr, `\`, ""), "***") && !strings.Contains(line, "jobs list") {
						t.Errorf("%s: %+v", line, got)
					}
					h.search(t, line, got.stdout+got.stderr)
					for _, name := range strings.Fields(files(t)) {
						h.search(t, name, slurp(t, name))
					}
				}
			}
		}
	})
}

// TestWrongTypesInEveryField puts values of every other type into every member of every answer.
func TestWrongTypesInEveryField(t *testing.T) {
	for _, step := range []string{"login", "profile", "definition", "upload", "job", "link", "log"} {
		for n, more := 0, true; more; n++ {
			t.Run(fmt.Sprintf("%s/%d", step, n), func(t *testing.T) {
				survive(t, attack{at: step, most: 4 << 20, do: func(_ *hostile, w http.ResponseWriter, _ *http.Request, honest *httptest.ResponseRecorder) {
					var value any
					if err := json.Unmarshal(honest.Body.Bytes(), &value); err != nil {
						t.Errorf("%s: %v", honest.Body, err)
					}
					left := n
					value = mistyped(value, &left)
					more = left < 0
					body, _ := json.Marshal(value)
					answerAs(w, honest, body)
				}})
			})
		}
	}
}
