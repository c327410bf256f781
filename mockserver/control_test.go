package mockserver

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// The control paths move the clock, forward and within bounds.
func TestControl(t *testing.T) {
	const far = "say how far, as in ?by=10m or ?by=4h; time does not run backwards, and a year is the most\n"
	const use = "there is no such control path; there are\nGET  /_fauxkapi/   a page for people\n"
	c := newCaller(t, "guide", WithControl())
	for _, tt := range []struct {
		method, path string
		status       int
		text         string
	}{
		{"GET", "clock", 200, "{\"now\":\"2020-10-07T13:17:02.263Z\"}\n"},
		{"POST", "clock/advance?by=4h", 200, "{\"now\":\"2020-10-07T17:17:02.263Z\"}\n"},
		{"POST", "clock/advance?by=1ms", 200, "{\"now\":\"2020-10-07T17:17:02.264Z\"}\n"},
		{"POST", "clock/advance", 400, far},
		{"POST", "clock/advance?by=0s", 400, far},
		{"POST", "clock/advance?by=-1h", 400, far},
		{"POST", "clock/advance?by=10000h", 400, far},
		{"POST", "clock/advance?by=soon", 400, far},
		{"GET", "clock/advance?by=1h", 404, use},
		{"HEAD", "clock/advance?by=1h", 404, ""},
		{"POST", "clock", 404, use},
		{"POST", "", 404, use},
		{"DELETE", "journal", 404, use},
		{"GET", "journal/", 404, use},
		{"GET", "clock", 200, "{\"now\":\"2020-10-07T17:17:02.264Z\"}\n"},
	} {
		if w := c.do(tt.method, controlPrefix+tt.path, ""); w.Code != tt.status || !strings.HasPrefix(w.Body.String(), tt.text) {
			t.Errorf("%s %s: %d %s, want %d %s", tt.method, tt.path, w.Code, w.Body, tt.status, tt.text)
		}
	}
}

// The button of the page is a form; whoever presses it is sent back.
func TestAdvanceByForm(t *testing.T) {
	c := newCaller(t, "guide", WithControl())
	for _, tt := range []struct{ form, location string }{
		{"by=10m", "../"},
		{"by=10m&refresh=2", "../?refresh=2"},
		{"by=10m&refresh=//elsewhere.example", "../"},
	} {
		before := c.s.Now()
		w := c.do(http.MethodPost, controlPrefix+"clock/advance", tt.form, "Content-Type", "application/x-www-form-urlencoded")
		if location := w.Header().Get("Location"); w.Code != http.StatusSeeOther || location != tt.location || c.s.Now().Sub(before).String() != "10m0s" {
			t.Errorf("%s: %d to %q, and the world moved on by %v", tt.form, w.Code, location, c.s.Now().Sub(before))
		}
	}
	before := c.s.Now()
	tooLong := "x=" + strings.Repeat("x", 10_000) + "&by=10m"
	if w := c.do(http.MethodPost, controlPrefix+"clock/advance", tooLong, "Content-Type", "application/x-www-form-urlencoded"); w.Code != http.StatusBadRequest || c.s.Now() != before {
		t.Errorf("a long form: %d", w.Code)
	}
}

// Whatever its kind, little is read of what comes along with a jump of the clock,
// and nothing of it is put on the disk.
func TestAdvanceReadsLittle(t *testing.T) {
	disk := t.TempDir()
	t.Setenv("TMPDIR", disk)
	part := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
	c := newCaller(t, "guide", WithControl())
	for _, tt := range []struct {
		contentType, target, beginning string
		status                         int
	}{
		{"multipart/form-data; boundary=x", "?by=10m", part, 400},
		{"multipart/form-data; boundary=x", "", part, 400},
		{"multipart/form-data", "?by=10m", part, 400},
		{"application/x-www-form-urlencoded", "?by=10m", "by=1h&x=", 400},
		{"application/json", "?by=10m", "{", 200},
		{"", "?by=10m", "", 200},
	} {
		before := c.s.Now()
		body := &countingReader{r: io.MultiReader(strings.NewReader(tt.beginning), endless('x'))}
		r := httptest.NewRequest(http.MethodPost, controlPrefix+"clock/advance"+tt.target, body)
		r.Header.Set("Content-Type", tt.contentType)
		w := httptest.NewRecorder()
		c.s.ServeHTTP(w, r)
		if moved := c.s.Now() != before; w.Code != tt.status || moved != (tt.status == 200) || body.n > maxForm+1 {
			t.Errorf("%s%s: %d %s, moved %t, after %d bytes", tt.contentType, tt.target, w.Code, w.Body, moved, body.n)
		}
	}
	if left, err := os.ReadDir(disk); err != nil || len(left) > 0 {
		t.Errorf("left on the disk: %v %v", left, err)
	}
	small := part + "\r\n--x\r\nContent-Disposition: form-data; name=\"by\"\r\n\r\n10m\r\n--x--\r\n"
	if w := c.do(http.MethodPost, controlPrefix+"clock/advance", small, "Content-Type", "multipart/form-data; boundary=x"); w.Code != http.StatusOK {
		t.Errorf("a small form: %d %s", w.Code, w.Body)
	}
}

// The page of another site cannot use a browser to move the clock.
func TestControlRefusesOtherSites(t *testing.T) {
	c := newCaller(t, "guide", WithControl())
	for _, tt := range []struct {
		name   string
		header []string
		status int
	}{
		{"no browser", nil, 200},
		{"our page", []string{"Origin", "http://example.com"}, 200}, // the host of httptest's requests
		{"another site", []string{"Origin", "http://elsewhere.example"}, 403},
		{"another port", []string{"Origin", "http://example.com:8080"}, 403},
		{"a page of nowhere", []string{"Origin", "null"}, 403},
		{"another site, as browsers say", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"our page, as browsers say", []string{"Sec-Fetch-Site", "same-origin"}, 200},
	} {
		before := c.s.Now()
		w := c.do(http.MethodPost, controlPrefix+"clock/advance?by=1h", "", tt.header...)
		if moved := c.s.Now() != before; w.Code != tt.status || moved != (tt.status == 200) {
			t.Errorf("%s: %d %s, moved %t", tt.name, w.Code, w.Body, moved)
		}
	}
}

// They are no paths of FOLIO, so a fake has them only when asked to.
func TestControlIsClosedByDefault(t *testing.T) {
	unknown := map[string]string{"guide": "No suitable module found", "sunflower": "No suitable module found", "trillium": "{\n  \"message\":\"no Route matched with those values\""}
	for _, release := range Releases() {
		c := newCaller(t, release)
		before := c.s.Now()
		for _, control := range controls() {
			w := c.do(control.method, controlPrefix+control.use, "", "Accept", "application/json")
			if w.Code != http.StatusNotFound || !strings.HasPrefix(w.Body.String(), unknown[release]) || !c.s.Now().Equal(before) {
				t.Errorf("%s: %s %s: %d %s", release, control.method, control.path, w.Code, w.Body)
			}
		}
	}
}

// Looking on leaves no trace: neither in the journal nor in what comes later.
func TestLookingLeavesNoTrace(t *testing.T) {
	watched, alone := newCaller(t, "trillium", WithControl()), newCaller(t, "trillium", WithControl())
	for _, control := range controls() {
		if control.method == http.MethodGet {
			if w := watched.get(controlPrefix + control.path); w.Code != http.StatusOK {
				t.Errorf("%s: %d %s", control.path, w.Code, w.Body)
			}
		}
	}
	// Kong's answer has the id of its request.
	if a, b := watched.get("/unknown").Body.String(), alone.get("/unknown").Body.String(); a != b {
		t.Errorf("watched: %s\nalone: %s", a, b)
	}
	if a, b := watched.export(t, "a.csv", idList(1)), alone.export(t, "a.csv", idList(1)); a != b {
		t.Errorf("watched: %v, alone: %v", a, b)
	}
	if entries := watched.s.Journal(); entries[0].Path != "/unknown" || entries[0].Number != 1 {
		t.Errorf("the journal begins with %d %s", entries[0].Number, entries[0].Path)
	}
	watched.do(http.MethodPost, controlPrefix+"clock/advance?by=1h", "")
	if entries := watched.s.Journal(); entries[len(entries)-1].Effect != "the world moves on by 1h0m0s" {
		t.Errorf("the journal ends with %+v", entries[len(entries)-1])
	}
}

// The collection goes to the address under which it was fetched.
func TestPostmanDownloads(t *testing.T) {
	for name, options := range map[string][]Option{
		"http://example.com":           {WithControl()},
		"https://public.example/okapi": {WithControl(), WithPublicURL("https://public.example/okapi/")},
	} {
		c := newCaller(t, "sunflower", options...)
		for _, path := range []string{"postman/collection.json", "postman/environment.json"} {
			w := c.get(controlPrefix + path)
			var made struct {
				Item             []any
				Variable, Values []struct{ Key, Value string }
			}
			if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			variables := append(made.Variable, made.Values...)
			if len(variables) == 0 || variables[0].Key != "okapiUrl" || variables[0].Value != name {
				t.Errorf("%s goes to %v, want %s", path, variables, name)
			}
			if !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; filename=") {
				t.Errorf("%s: %v", path, w.Header())
			}
		}
	}
}

// docs/control.md describes every control path and nothing else.
func TestControlIsDocumented(t *testing.T) {
	var want strings.Builder
	for _, c := range controls() {
		want.WriteString("| `" + c.method + " " + controlPrefix + strings.ReplaceAll(c.use, "|", `\|`) + "` | " + c.does + " |\n")
	}
	page, err := os.ReadFile("../docs/control.md")
	if err != nil {
		t.Fatal(err)
	}
	if table := "| path | what it is |\n|---|---|\n" + want.String() + "\n"; !strings.Contains(string(page), table) {
		t.Errorf("docs/control.md has not this table:\n%s", table)
	}
}
