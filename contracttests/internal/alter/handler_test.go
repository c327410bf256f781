package alter

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// echo answers a request with what it was, as JSON, and with a status that the query may name. It counts.
func echo(served *int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*served++
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", fmt.Sprintf("Tue, 20 Jan 2026 13:17:%02d GMT", *served))
		w.Header().Add("Set-Cookie", "a=1; Max-Age=600; Expires=Tue, 20 Jan 2026 13:27:02 GMT; Path=/")
		w.Header().Add("Set-Cookie", "b=2; Path=/authn; HttpOnly")
		status := http.StatusOK
		if s := r.URL.Query().Get("status"); s != "" {
			_, _ = fmt.Sscan(s, &status)
		}
		answer := fmt.Sprintf(`{"n":%d,"method":%q,"path":%q,"query":%q,"uri":%q,"tenant":%q,"token":%q,"body":%q}`,
			*served, r.Method, r.URL.Path, r.URL.RawQuery, r.RequestURI, r.Header.Get("X-Okapi-Tenant"), r.Header.Get("X-Okapi-Token"), body)
		w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	})
}

// altered wraps a counting echo in an alteration with these exchanges.
func altered(t *testing.T, exchanges ...string) *Handler {
	t.Helper()
	text := "- name: a\n  what: It is otherwise.\n  exchanges:\n"
	for _, e := range exchanges {
		text += "    - " + e + "\n"
	}
	alterations, err := Parse("a.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return alterations[0].Handler(echo(new(int)))
}

// do sends a request; header lists names and values in turn.
func do(h http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// member is a member of the echo.
func member(t *testing.T, w *httptest.ResponseRecorder, name string) string {
	t.Helper()
	root, ok := parseJSON(w.Body.Bytes())
	if !ok {
		t.Fatalf("%d %q", w.Code, w.Body)
	}
	for _, p := range root.places(pointer{name}) {
		if v := p.value(); v != nil {
			return v.text()
		}
	}
	return "(none)"
}

func TestWhich(t *testing.T) {
	const hit = "answer: {json: [{set: /hit, to: 1}]}}"
	for _, tt := range []struct {
		on     string
		target string
		header []string
		want   bool
	}{
		{"{on: 'GET /a/{id}', ", "/a/1", nil, true},
		{"{on: 'GET /a/{id}', ", "/a/1/2", nil, false},
		{"{on: 'GET /a/{id}', ", "/a", nil, false},
		{"{on: 'GET /a/{id}/b', ", "/a/1/b", nil, true},
		{"{on: GET /a/..., ", "/a/1/2", nil, true},
		{"{on: GET /a/..., ", "/b/1/2", nil, false},
		{"{on: '* /...', ", "/", nil, true},
		{"{on: '* /...', ", "/folio-data-export/x", nil, false},
		{"{on: GET LINK, ", "/folio-data-export/x/y", nil, true},
		{"{on: GET LINK, ", "/data-export", nil, false},
		{"{on: POST /a, ", "/a", nil, false},
		{"{on: GET /a, where: {query: {q: 'id=='}}, ", "/a?q=id%3D%3D1", nil, true},
		{"{on: GET /a, where: {query: {q: 'id=='}}, ", "/a?q=x", nil, false},
		{"{on: GET /a, where: {query: {q: ''}}, ", "/a", nil, false},
		{"{on: GET /a, unless: {query: {q: ''}}, ", "/a", nil, true},
		{"{on: GET /a, unless: {query: {q: ''}}, ", "/a?q=", nil, false},
		{"{on: GET /a, where: {query: {q: '', r: ''}}, ", "/a?q=", nil, false},
		{"{on: GET /a, where: {header: {x-okapi-tenant: ^diku$}}, ", "/a", []string{"X-Okapi-Tenant", "diku"}, true},
		{"{on: GET /a, where: {header: {x-okapi-tenant: ^diku$}}, ", "/a", []string{"X-Okapi-Tenant", "dikus"}, false},
		{"{on: GET /a, where: {sent: {/x/*: b}}, ", "/a", nil, true}, // the body is {"x":["a","b"]}
		{"{on: GET /a, where: {sent: {/x/0: b}}, ", "/a", nil, false},
		{`{on: GET /a, where: {sent: {"": '^\{"x"'}}, `, "/a", nil, true},
		{`{on: GET /a, where: {sent: {"": '^\{"y"'}}, `, "/a", nil, false},
		{`{on: GET /a, unless: {body: {"": '"method":"GET"'}}, `, "/a", nil, false},
		{"{on: GET /a, where: {status: 404}, ", "/a?status=404", nil, true},
		{"{on: GET /a, where: {status: 404}, ", "/a", nil, false},
		{"{on: GET /a, where: {body: {/method: GET}}, ", "/a", nil, true},
		{"{on: GET /a, where: {body: {/none: ''}}, ", "/a", nil, false},
		{"{on: GET /a, unless: {status: 404}, ", "/a?status=404", nil, false},
		{"{on: GET /a, unless: {status: 404, query: {z: ''}}, ", "/a?status=404", nil, false},
		{"{on: GET /a, unless: {status: 404, query: {z: ''}}, ", "/a?z", nil, false},
		{"{on: GET /a, unless: {status: 404, query: {z: ''}}, ", "/a?y", nil, true},
		{"{on: GET /a, unless: {query: {y: '', z: ''}}, ", "/a?z", nil, false},
		{"{on: GET /a, unless: {body: {/none: '', /method: GET}}, ", "/a", nil, false},
		{"{on: GET /a, where: {status: 404}, unless: {query: {z: ''}}, ", "/a?status=404&z", nil, false},
	} {
		h := altered(t, tt.on+hit)
		w := do(h, http.MethodGet, tt.target, `{"x":["a","b"]}`, tt.header...)
		if got := member(t, w, "hit") == "1"; got != tt.want || got != (h.Altered() == 1) {
			t.Errorf("%s and %s: altered is %t, counted %d", tt.on, tt.target, got, h.Altered())
		}
	}
}

func TestWhen(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "1111111111",
		"skip: 3, ":            "0001111111",
		"times: 2, ":           "1100000000",
		"skip: 1, times: 3, ":  "0111000000",
		"every: 3, ":           "1001001001",
		"skip: 1, every: 4, ":  "0100010001",
		"every: 2, times: 2, ": "1010000000",
		"where: {body: {/n: '[5-8]'}}, skip: 1, times: 2, ": "0000011000",
		"where: {query: {z: ''}}, ":                         "0000000000",
	} {
		h := altered(t, "{on: GET /a, "+text+"answer: {json: [{set: /hit, to: 1}]}}")
		got := ""
		for range 10 {
			got += map[bool]string{true: "1", false: "0"}[member(t, do(h, http.MethodGet, "/a", ""), "hit") == "1"]
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestRequestChanges(t *testing.T) {
	for _, tt := range []struct{ request, name, want string }{
		{"set-query: {limit: 1}, drop-query: [offset]", "query", "limit=1&q=x"},
		{"path: '/b/{id}/c'", "path", "/b/7/c"},
		{"path: '/b/{id}/c'", "uri", "/b/7/c?q=x&offset=5"},
		{"set-header: {x-okapi-tenant: diku}", "tenant", "diku"},
		{"drop-header: [x-okapi-tenant]", "tenant", ""},
		{"body: other", "body", "other"},
		{"text: [{match: '\"x\"', with: '\"y\"'}]", "body", `{"y":1,"z":2}`},
		{"json: [{remove: /z}]", "body", `{"x":1}`},
	} {
		h := altered(t, "{on: 'POST /a/{id}', request: {"+tt.request+"}}")
		w := do(h, http.MethodPost, "/a/7?q=x&offset=5", `{"x":1,"z":2}`, "X-Okapi-Tenant", "university")
		if got := member(t, w, tt.name); got != tt.want {
			t.Errorf("%s: %s is %q", tt.request, tt.name, got)
		}
		if h.Altered() != 1 {
			t.Errorf("%s: counted %d", tt.request, h.Altered())
		}
	}
}

func TestLost(t *testing.T) {
	h := altered(t, "{on: POST /a, times: 1, request: {lost: true}, answer: {status: 201, body: '{}', set-header: {Content-Type: x/y}, json: [{set: /a, to: 1}]}}")
	w := do(h, http.MethodPost, "/a", "")
	if w.Code != http.StatusCreated || w.Body.String() != `{"a":1}` || w.Header().Get("Content-Type") != "x/y" {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	if n := member(t, do(h, http.MethodPost, "/a", ""), "n"); n != "1" {
		t.Errorf("the server has seen %s requests", n)
	}
}

func TestBorrowedToken(t *testing.T) {
	h := altered(t, "{on: 'GET /data-export/...', request: {token: borrowed}}")
	if got := member(t, do(h, http.MethodGet, "/data-export/a", "", "X-Okapi-Token", "mine"), "token"); got != "mine" {
		t.Errorf("nobody was let in, and the token is %q", got)
	}
	do(h, http.MethodGet, "/other?status=401", "", "X-Okapi-Token", "refused")
	do(h, http.MethodGet, store+"x", "", "X-Okapi-Token", "of no use")
	if got := member(t, do(h, http.MethodGet, "/data-export/a", ""), "token"); got != "mine" {
		t.Errorf("the token is %q", got)
	}
	do(h, http.MethodGet, "/other", "", "Cookie", "folioAccessToken=hers")
	if got := member(t, do(h, http.MethodGet, "/data-export/a", "", "X-Okapi-Token", "garbage"), "token"); got != "hers" {
		t.Errorf("the token is %q", got)
	}
}

func TestStale(t *testing.T) {
	h := altered(t, "{on: GET /a, skip: 1, every: 2, answer: {stale: true}}")
	var got []string
	for i := range 5 {
		w := do(h, http.MethodGet, "/a", "")
		got = append(got, member(t, w, "n"))
		if date := w.Header().Get("Date"); !strings.Contains(date, fmt.Sprintf(":%02d ", i+1)) {
			t.Errorf("answer %d is of %s", i+1, date)
		}
	}
	if want := "1 1 3 3 5"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	if n := member(t, do(h, http.MethodGet, "/a?q", ""), "n"); n != "6" {
		t.Errorf("another request gets %s", n)
	}
	if n := member(t, do(h, http.MethodGet, "/a", "", "X-Okapi-Token", "hers"), "n"); n != "7" {
		t.Errorf("another user gets %s", n)
	}
	if h.Altered() != 2 {
		t.Errorf("altered %d", h.Altered())
	}
}

func TestAnswerChanges(t *testing.T) {
	const plain = "Tue, 20 Jan 2026 13:17:01 GMT"
	for _, tt := range []struct {
		answer string
		look   func(w *httptest.ResponseRecorder) string
		want   string
	}{
		{"status: 404", func(w *httptest.ResponseRecorder) string { return fmt.Sprint(w.Code) }, "404"},
		{"status: 204", func(w *httptest.ResponseRecorder) string {
			return fmt.Sprint(w.Code, w.Body.Len(), w.Header()["Content-Type"])
		}, "204 0 []"},
		{"body: text", func(w *httptest.ResponseRecorder) string { return w.Header().Get("Content-Length") + w.Body.String() }, "4text"},
		{"body: ''", func(w *httptest.ResponseRecorder) string { return w.Header().Get("Content-Length") + w.Body.String() }, ""},
		{"text: [{match: '.*', with: x}]", func(w *httptest.ResponseRecorder) string { return w.Body.String() }, "x"},
		{"set-header: {content-type: text/plain}", func(w *httptest.ResponseRecorder) string { return w.Header().Get("Content-Type") }, "text/plain"},
		{"drop-header: [content-type]", func(w *httptest.ResponseRecorder) string { return w.Header().Get("Content-Type") }, ""},
		{"http-dates: rfc850", func(w *httptest.ResponseRecorder) string { return w.Header().Get("Date") }, "Tuesday, 20-Jan-26 13:17:01 GMT"},
		{"http-dates: asctime", func(w *httptest.ResponseRecorder) string { return w.Header().Get("Date") }, "Tue Jan 20 13:17:01 2026"},
		{"http-dates: dashes", func(w *httptest.ResponseRecorder) string { return w.Header().Get("Date") }, plain},
		{"http-dates: dashes", func(w *httptest.ResponseRecorder) string { return w.Header().Get("Set-Cookie") }, "a=1; Max-Age=600; Expires=Tue, 20-Jan-2026 13:27:02 GMT; Path=/"},
		{"cookies: first", func(w *httptest.ResponseRecorder) string { return strings.Join(w.Header()["Set-Cookie"], " | ") }, "a=1; Max-Age=600; Expires=Tue, 20 Jan 2026 13:27:02 GMT; Path=/"},
		{"cookies: reverse", func(w *httptest.ResponseRecorder) string { return strings.Join(w.Header()["Set-Cookie"], " | ") }, "b=2; HttpOnly; Path=/authn | a=1; Path=/; Expires=Tue, 20 Jan 2026 13:27:02 GMT; Max-Age=600"},
	} {
		h := altered(t, "{on: GET /a, answer: {"+tt.answer+"}}")
		if got := tt.look(do(h, http.MethodGet, "/a", "")); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.answer, got, tt.want)
		}
		if h.Altered() != 1 {
			t.Errorf("%s: counted %d", tt.answer, h.Altered())
		}
	}
}

// What is said but changes nothing is not counted.
func TestAlteredCounts(t *testing.T) {
	h := altered(t, "{on: GET /a, answer: {json: [{set: /none/x, to: 1}]}}")
	do(h, http.MethodGet, "/a", "")
	do(h, http.MethodGet, "/b", "")
	if h.Altered() != 0 {
		t.Errorf("counted %d", h.Altered())
	}
}

// The last exchange of the file is applied last, and judged by what the server said.
func TestSeveralExchanges(t *testing.T) {
	h := altered(t,
		"{on: GET /a, request: {set-query: {q: 1}}, answer: {status: 404}}",
		"{on: GET /..., where: {status: 200}, answer: {json: [{set: /x, to: 1}]}}",
		"{on: GET /a, answer: {json: [{plus: /x, of: 4}]}}")
	w := do(h, http.MethodGet, "/a", "")
	if w.Code != http.StatusNotFound || member(t, w, "x") != "5" || member(t, w, "query") != "q=1" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestTooLarge(t *testing.T) {
	alterations, err := Parse("a.yaml", []byte(one("{on: GET /a, answer: {gzip: true}}")))
	if err != nil {
		t.Fatal(err)
	}
	half := make([]byte, maxBody/2+1)
	h := alterations[0].Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(half)
		_, err := w.Write(half)
		if !errors.Is(err, errTooLarge) {
			t.Errorf("the second half: %v", err)
		}
	}))
	if w := do(h, http.MethodGet, "/a", ""); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "too large") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := do(h, http.MethodGet, "/a", string(half)+string(half)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestConcurrently(t *testing.T) {
	served := 0
	var mu sync.Mutex
	alterations, err := Parse("a.yaml", []byte(one("{on: GET /a, every: 2, request: {token: borrowed}, answer: {stale: true, json: [{set: /x, to: 1}]}}")))
	if err != nil {
		t.Fatal(err)
	}
	inner := echo(&served)
	h := alterations[0].Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		inner.ServeHTTP(w, r)
	}))
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() { do(h, http.MethodGet, "/a", "", "X-Okapi-Token", fmt.Sprint(i)) })
	}
	all.Wait()
	if h.Altered() != 25 || served != 50 {
		t.Errorf("altered %d of %d", h.Altered(), served)
	}
}
