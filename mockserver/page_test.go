package mockserver

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// The page tells of the world as it is, before anything happened and after.
func TestPage(t *testing.T) {
	for _, release := range Releases() {
		c := newCaller(t, release, WithControl(), WithParameter("duration", "1h"))
		page := func(query string) string {
			w := c.get(controlPrefix + query)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
				t.Fatalf("%s: %d %v", release, w.Code, w.Header())
			}
			return w.Body.String()
		}
		shows := func(text string, wanted ...string) {
			t.Helper()
			for _, want := range wanted {
				if !strings.Contains(text, want) {
					t.Errorf("%s: the page does not show %s", release, want)
				}
			}
		}
		step, moved := "step 2, the file definition", "job NEW → IN_PROGRESS"
		if release == "guide" { // whose export takes a moment to begin
			step, moved = "step 3, the upload", "job (none) → NEW"
		}
		title, _ := c.s.About()
		shows(page(""), "<title>Fauxkapi: "+release+", ok</title>", html.EscapeString(title), "The export ends well.", "<dt>duration</dt><dd>1h</dd>",
			">13:17:02.263</time>", "It stands still until it is moved.", "A job is made by "+step+".", "Nobody has asked for anything yet.", "<details open>")

		c.do(http.MethodGet, "/data-export/job-profiles", "", "X-Okapi-Token", "")
		j := c.export(t, "running.csv", idList(2))
		c.s.Advance(30 * time.Minute)
		shows(page(""), `running.csv <span class="state in_progress">IN_PROGRESS</span>`, "<code>"+j.id.String()+"</code> of diku", "<strong>ends in 30m", "0 of 2 exported",
			`<span class="rule">no token</span>`, moved, "<details>")
		c.s.Advance(time.Hour)
		c.get("/data-export/job-executions?query=id==" + j.id.String())
		c.get("/data-export/job-executions?query=id==" + j.id.String())
		done := "COMPLETED"
		if release == "guide" {
			done = "SUCCESS"
		}
		shows(page(""), `running.csv <span class="state `+strings.ToLower(done)+`">`+done+`</span>`, "2 of 2 exported", "query=id=="+j.id.String()[:4]+"…",
			`<p class="advice">the job had ended when it was last asked for; stop polling then. <span class="quiet">poll-after-end</span></p>`)

		if strings.Contains(page(""), `http-equiv="refresh"`) || strings.Contains(page("?refresh=x"), `http-equiv="refresh"`) {
			t.Errorf("%s: the page is loaded again though nobody asked", release)
		}
		shows(page("?refresh=5"), `<meta http-equiv="refresh" content="5">`, `<input type="hidden" name="refresh" value="5">`)
	}
}

// A job that will not end by itself is told from one that waits.
func TestPageTellsTheFateOfJobs(t *testing.T) {
	c := newCaller(t, "sunflower", WithControl(), WithScenario("stuck"))
	c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"a.csv"}`)
	if page := c.get(controlPrefix).Body.String(); !strings.Contains(page, "<strong>waits for its export</strong>") {
		t.Error("a job that is NEW does not wait for its export")
	}
	c.finished(t, "b.csv", idList(1))
	if page := c.get(controlPrefix).Body.String(); !strings.Contains(page, "<strong>will not end by itself</strong>") {
		t.Error("a job that is stuck seems to end")
	}
}

// The picture of a job ends where the job does, and its parts are as long as
// they took.
func TestDraw(t *testing.T) {
	start := time.Date(2026, 1, 20, 12, 0, 0, 0, time.UTC)
	at := func(seconds int, status lifecycle.Status, exported, total int) folio.Moment {
		return folio.Moment{At: start.Add(time.Duration(seconds) * time.Second), Status: status, Exported: exported, Total: total}
	}
	const n, running, done = api.JobExecutionStatusNew, api.JobExecutionStatusInProgress, api.JobExecutionStatusCompleted
	for _, tt := range []struct {
		name    string
		moments []folio.Moment
		want    string
	}{
		{"nothing", nil, "[] "},
		{"just made", []folio.Moment{at(100, n, 0, 0)}, "[{0 1000 NEW}] "},
		{"half way", []folio.Moment{at(0, n, 0, 0), at(20, running, 0, 4), at(50, running, 2, 4)}, "[{0 200 NEW} {200 800 IN_PROGRESS}] 200.0,40.0 200.0,40.0 500.0,40.0 500.0,20.0 1000.0,20.0"},
		{"long ended", []folio.Moment{at(0, n, 0, 0), at(20, running, 0, 4), at(40, done, 4, 4)}, "[{0 488 NEW} {488 488 IN_PROGRESS} {976 24 COMPLETED}] 487.8,40.0 487.8,40.0 975.6,40.0 975.6,0.0 1000.0,0.0"},
		{"more exported than there are", []folio.Moment{at(0, running, 9, 4)}, "[{0 1000 IN_PROGRESS}] 0.0,40.0 0.0,0.0 1000.0,0.0"},
	} {
		drawn := draw(tt.moments, start.Add(100*time.Second))
		stripes := []string{}
		for _, s := range drawn.Stripes {
			stripes = append(stripes, fmt.Sprintf("{%.0f %.0f %s}", s.X, s.Width, s.Status))
		}
		if got := fmt.Sprintf("%v %s", stripes, drawn.Line); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Whatever a client sends is text on the page: no tag, no attribute, no script.
func TestPageEscapes(t *testing.T) {
	const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`
	c := newCaller(t, "sunflower", WithControl())
	c.finished(t, evil+".csv", idList(1))
	c.get("/" + strings.ReplaceAll(evil, " ", "+"))
	c.get("/data-export/job-executions?query=" + strings.ReplaceAll(evil, " ", "+"))
	c.do(http.MethodGet, "/data-export/job-profiles", "", "X-Okapi-Tenant", evil, "X-Okapi-Token", "")
	c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":`+quoteJSON(evil)+`}`)
	r := httptest.NewRequest(http.MethodGet, controlPrefix+"?refresh="+strings.ReplaceAll(evil, " ", "+"), nil)
	r.Host = `'$(reboot)'`
	w := httptest.NewRecorder()
	c.s.ServeHTTP(w, r)
	page := w.Body.String()
	for _, tag := range []string{"<script", "<img", `"'>`} {
		if strings.Contains(page, tag) {
			t.Errorf("the page has %s", tag)
		}
	}
	if n := strings.Count(page, "&lt;script&gt;alert(1)"); n < 4 {
		t.Errorf("the page shows the names %d times", n)
	}
	if want := `OKAPI_URL='http://'\''$(reboot)'\'''`; !strings.Contains(html.UnescapeString(page), want) {
		t.Error("a shell would run what the Host header says")
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'self'") {
		t.Errorf("the page may load %q", policy)
	}
}

// The page needs nothing from elsewhere, and runs nothing.
func TestPageStandsAlone(t *testing.T) {
	c := newCaller(t, "guide", WithControl())
	page := regexp.MustCompile(`(?s)<pre>.*?</pre>`).ReplaceAllString(c.get(controlPrefix).Body.String(), "")
	for _, link := range regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if strings.HasPrefix(link[1], "data:image/") || strings.HasPrefix(link[1], "?") || link[1] == "./" || link[1] == "clock/advance" {
			continue
		}
		if w := c.get(controlPrefix + link[1]); w.Code != http.StatusOK {
			t.Errorf("%s: %d", link[1], w.Code)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "style=") {
		t.Error("the page has scripts or styles of its own")
	}
	if w := c.get("/_fauxkapi"); w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "_fauxkapi/" {
		t.Errorf("/_fauxkapi: %d to %s", w.Code, w.Header().Get("Location"))
	}
}

// TestPageCurlLines pastes the lines of the page into a shell, in each release,
// while time goes by.
func TestPageCurlLines(t *testing.T) {
	for _, tool := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is missing, which CI installs", tool)
			}
			t.Skipf("the page's lines need %s, which is not installed here", tool)
		}
	}
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) {
			srv := Start(t, WithRelease(release), WithControl(), WithTimeByPolling(), WithParameter("duration", "1s"))
			answer, err := http.Get(srv.URL + controlPrefix)
			if err != nil {
				t.Fatal(err)
			}
			var script strings.Builder
			blocks := regexp.MustCompile(`(?s)<pre>(.*?)</pre>`).FindAllStringSubmatch(readAll(t, answer.Body), -1)
			for _, block := range blocks {
				script.WriteString(html.UnescapeString(block[1]) + "\n")
			}
			if len(blocks) != 8 {
				t.Errorf("%d blocks, want the address, the list and six steps", len(blocks))
			}
			// Nobody has to wait for a world that polls drive.
			shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", "sleep() { :; }\n"+script.String())
			shell.Dir = t.TempDir()
			if out, err := shell.CombinedOutput(); err != nil {
				t.Fatalf("the page's lines fail: %v\n%s", err, out)
			}
			file, err := os.ReadFile(filepath.Join(shell.Dir, "test.mrc"))
			if err != nil {
				t.Fatal(err)
			}
			if records := bytes.Count(file, []byte{0x1d}); records != 25 {
				t.Errorf("they saved %d records, want 25", records)
			}
			for _, e := range srv.Journal() {
				for _, a := range e.Advice {
					if a.Code != GuideDiffers {
						t.Errorf("%s %s: %s", e.Method, e.Path, a.Text)
					}
				}
			}
		})
	}
}
