package mockserver

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// advised returns what was advised from a number of the journal on, as code and
// text.
func advised(s *Server, from int) (codes []AdviceCode, texts []string) {
	for _, e := range s.journal.since(from) {
		for _, a := range e.Advice {
			codes, texts = append(codes, a.Code), append(texts, a.Text)
		}
	}
	return codes, texts
}

// Each remark is made when it is due, in its words, and not a step before.
func TestAdvice(t *testing.T) {
	poll := func(c caller, j job) { c.get("/data-export/job-executions?query=id==" + j.id.String()) }
	export := func(c caller, definition string) {
		c.do(http.MethodPost, "/data-export/export", fmt.Sprintf(`{"fileDefinitionId":%q,"jobProfileId":%q}`, definition, c.s.release.Profiles[0].ID))
	}
	login := func(c caller, body string) { c.do(http.MethodPost, "/authn/login", body, "X-Okapi-Token", "") }
	for _, tt := range []struct {
		code     AdviceCode
		releases []string
		text     string
		without  func(t *testing.T, c caller) // what comes just before it
		with     func(t *testing.T, c caller)
		options  []Option
	}{
		{
			code: CredentialOnLink, releases: Releases(),
			text: "Authorization was sent along with the link: AWS refuses that, and the store must not see it",
			without: func(t *testing.T, c caller) {
				follow(c.s, http.MethodGet, c.link(t, c.finished(t, "a.csv", idList(1))))
			},
			with: func(t *testing.T, c caller) {
				r := httptest.NewRequest(http.MethodGet, c.link(t, c.finished(t, "b.csv", idList(1))), nil)
				r.Header.Set("Authorization", "Bearer "+c.token)
				c.s.ServeHTTP(httptest.NewRecorder(), r)
			},
		},
		{
			code: PollAfterEnd, releases: Releases(),
			text: "the job had ended when it was last asked for; stop polling then",
			without: func(t *testing.T, c caller) {
				j := c.export(t, "a.csv", idList(1))
				poll(c, j)
				poll(c, j)
				c.s.Advance(time.Hour)
				poll(c, j) // that it has ended is news
				export(c, j.definition.String())
				if c.s.Release() != "guide" { // it runs again
					poll(c, j)
				}
			},
			with: func(t *testing.T, c caller) {
				j := c.finished(t, "b.csv", idList(1))
				poll(c, j)
				poll(c, j)
			},
		},
		{
			code: WaitsForSuccess, releases: []string{"sunflower", "trillium"},
			text: "the job said COMPLETED 3 polls ago; this release never says SUCCESS",
			without: func(t *testing.T, c caller) {
				j := c.finished(t, "a.csv", idList(1))
				for range 3 { // the end, and two more
					poll(c, j)
				}
			},
			with: func(t *testing.T, c caller) {
				j := c.finished(t, "b.csv", idList(1))
				for range 4 {
					poll(c, j)
				}
			},
		},
		{
			code: SecondExport, releases: Releases(),
			text:    "the same definition was exported before; make a new file definition for each export",
			without: func(t *testing.T, c caller) { c.export(t, "a.csv", idList(1)); c.export(t, "a.csv", idList(1)) },
			with:    func(t *testing.T, c caller) { export(c, c.finished(t, "a.csv", idList(1)).definition.String()) },
		},
		{
			code: ExportBeforeUpload, releases: Releases(),
			text: "nothing was uploaded to this definition, so there is nothing to export: upload the list first",
			without: func(t *testing.T, c caller) {
				c.export(t, "a.csv", idList(1))
				export(c, "0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11") // no definition
			},
			with: func(t *testing.T, c caller) {
				export(c, member(t, c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"a.csv"}`), "id"))
			},
		},
		{
			code: OldFileID, releases: []string{"sunflower", "trillium"},
			text: "this file id was provisional: it changed when the job ended, so read exportedFiles again then",
			without: func(t *testing.T, c caller) {
				j := c.export(t, "a.csv", idList(1))
				c.s.Advance(time.Second / 4)
				c.link(t, j) // it is not old yet
				c.s.Advance(time.Hour)
				c.link(t, j)
				c.get("/data-export/job-executions/" + j.id.String() + "/download/0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11")
			},
			with: func(t *testing.T, c caller) {
				j := c.export(t, "a.csv", idList(1))
				c.s.Advance(time.Second / 4)
				early := member(t, c.get("/data-export/job-executions?query=id=="+j.id.String()), "fileId")
				c.s.Advance(time.Hour)
				c.get("/data-export/job-executions/" + j.id.String() + "/download/" + early)
			},
		},
		{
			code: UnencodedQuery, releases: Releases(),
			text: `the URL holds a bare '"', which not every gateway and module lets through: percent-encode it (curl -G --data-urlencode)`,
			without: func(t *testing.T, c caller) {
				c.get("/data-export/job-executions?query=status==%22NEW%22+and%20(id==*)&limit=1")
			},
			with: func(t *testing.T, c caller) { c.get(`/data-export/job-executions?query=status=="NEW"`) },
		},
		{
			code: LoginAfterRefusal, releases: Releases(),
			text: "this user and password were refused before: never repeat a refused login, a few of them block the user",
			without: func(t *testing.T, c caller) {
				login(c, `{"username":"viewer","password":"a"}`)
				login(c, `{"username":"viewer","password":"b"}`)
				login(c, `{"username":"nobody","password":"a"}`)
				login(c, `{"username":"viewer","password":"viewer"}`)
				login(c, `{"username":"viewer","password":"viewer"}`)
				login(c, `{"username":"viewer"}`)
				login(c, `{"username":"viewer"}`)
				c.do(http.MethodPost, "/authn/login", `{"username":"viewer","password":"a"}`, "X-Okapi-Token", "", "X-Okapi-Tenant", "second")
			},
			with:    func(t *testing.T, c caller) { login(c, `{"username":"viewer","password":"a"}`) },
			options: []Option{WithTenants("diku", "second")},
		},
		{
			code: GuideDiffers, releases: []string{"guide"},
			text:    "the guide prints the job alone; every real server wraps it: .jobExecutions[0]",
			without: func(t *testing.T, c caller) { c.get("/data-export/job-executions"); c.get("/data-export/job-profiles") },
			with:    func(t *testing.T, c caller) { j := c.export(t, "a.csv", idList(1)); poll(c, j); poll(c, j) },
		},
		{
			code: NotImitated, releases: []string{"sunflower", "trillium"},
			text:    "a CQL file needs a search module, which this FOLIO does not have: the job will fail",
			without: func(t *testing.T, c caller) { c.export(t, "a.csv", idList(1)) },
			with: func(t *testing.T, c caller) {
				id := member(t, c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"a.cql","uploadFormat":"cql"}`), "id")
				c.do(http.MethodPost, "/data-export/file-definitions/"+id+"/upload", "title=x", "Content-Type", "application/octet-stream")
				export(c, id)
			},
		},
	} {
		for _, release := range tt.releases {
			t.Run(string(tt.code)+" "+release, func(t *testing.T) {
				c := newCaller(t, release, tt.options...)
				tt.without(t, c)
				if codes, _ := advised(c.s, 0); slices.Contains(codes, tt.code) {
					t.Errorf("it is said too early: %v", codes)
				}
				before := int(c.s.requests.Load())
				tt.with(t, c)
				codes, texts := advised(c.s, before)
				times := 0
				for i := range codes {
					if codes[i] == tt.code {
						times++
						if texts[i] != tt.text {
							t.Errorf("it says %q, want %q", texts[i], tt.text)
						}
					}
				}
				if times != 1 {
					t.Errorf("it is said %d times, want once: %v", times, codes)
				}
			})
		}
	}
}

// A second export begins a new life, whose end is news again.
func TestAdviceAfterASecondExport(t *testing.T) {
	c := newCaller(t, "guide")
	j := c.finished(t, "a.csv", idList(1))
	poll := func() { c.get("/data-export/job-executions?query=id==" + j.id.String()) }
	poll()
	poll()
	c.do(http.MethodPost, "/data-export/export", fmt.Sprintf(`{"fileDefinitionId":%q,"jobProfileId":%q}`, j.definition, c.s.release.Profiles[0].ID))
	c.s.Advance(100 * time.Millisecond)
	poll()
	c.s.Advance(time.Hour)
	from := int(c.s.requests.Load())
	poll()
	if codes, _ := advised(c.s, from); len(codes) != 0 {
		t.Errorf("the first poll after the second end is told %v", codes)
	}
	poll()
	if codes, _ := advised(c.s, from); !slices.Equal(codes, []AdviceCode{PollAfterEnd}) {
		t.Errorf("the second is told %v", codes)
	}
}

// A refresh token that was revoked was not used, and one that is unknown is not
// known to have been.
func TestAdviceOnRefreshTokens(t *testing.T) {
	for _, release := range Releases() {
		c := newCaller(t, release)
		cookie := func() string {
			w := c.do(http.MethodPost, "/authn/login-with-expiry", `{"username":"exporter","password":"exporter"}`, "X-Okapi-Token", "")
			return "folioRefreshToken=" + w.Result().Cookies()[1].Value
		}
		refresh := func(cookie string) int {
			return c.do(http.MethodPost, "/authn/refresh", "", "X-Okapi-Token", "", "Cookie", cookie).Code
		}
		used, revoked := cookie(), cookie()
		if status := refresh(used); status != http.StatusCreated {
			t.Fatalf("%s: refresh: %d", release, status)
		}
		refresh("folioRefreshToken=unknown")
		c.do(http.MethodPost, "/authn/logout", "", "Cookie", revoked)
		refresh(revoked)
		if codes, _ := advised(c.s, 0); slices.Contains(codes, RefreshTokenReused) {
			t.Errorf("%s: said too early: %v", release, codes)
		}
		refresh(used)
		codes, texts := advised(c.s, int(c.s.requests.Load())-1)
		if want := "this refresh token was used before: it is good once, and its second use revokes all of the user's"; !slices.Equal(codes, []AdviceCode{RefreshTokenReused}) || texts[0] != want {
			t.Errorf("%s: %v %q", release, codes, texts)
		}
	}
}

// Fifteen polls of one job within ten seconds of the machine are well, also in a
// world whose time they drive; the sixteenth is told once, until there is a pause.
func TestAdviceOnPollsTooOften(t *testing.T) {
	for name, option := range map[string]Option{"the machine's time": WithSpeed(1), "time by polling": WithTimeByPolling()} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCaller(t, "sunflower", option, WithScenario("stuck"))
				a, b := c.export(t, "a.csv", idList(1)), c.export(t, "b.csv", idList(1))
				poll := func(j job, times int, pause time.Duration) (said int) {
					from := int(c.s.requests.Load())
					for range times {
						time.Sleep(pause)
						c.get("/data-export/job-executions?query=id==" + j.id.String())
					}
					codes, texts := advised(c.s, from)
					for _, text := range texts {
						if want := "more than 15 polls of this job within 10 seconds: wait some seconds between two polls"; text != want {
							t.Errorf("it says %q, want %q", text, want)
						}
					}
					return len(codes)
				}
				const tenth = 100 * time.Millisecond
				if said := poll(a, 15, tenth); said != 0 {
					t.Errorf("said %d times of 15 polls", said)
				}
				if said := poll(b, 15, tenth); said != 0 {
					t.Errorf("said %d times of another job", said)
				}
				if said := poll(a, 30, tenth); said != 1 {
					t.Errorf("said %d times of a burst, want once", said)
				}
				time.Sleep(time.Minute)
				if said := poll(a, 100, 10*time.Second/15+time.Millisecond); said != 0 {
					t.Errorf("said %d times of 100 polls, 15 in ten seconds each", said)
				}
				if said := poll(a, 16, tenth); said != 1 {
					t.Errorf("said %d times of a second burst, want once", said)
				}
			})
		})
	}
}

// What each of the characters is called, and that of several the first is.
func TestAdviceOnURIs(t *testing.T) {
	c := newCaller(t, "guide")
	for target, char := range map[string]string{
		`/a?q=x<y`: `'<'`, `/a?q=x>y"`: `'>'`, `/a/{id}`: `'{'`, `/a?q=é`: `'é'`, "/a?q=\xff": `'�'`, `/a?q="é`: `'"'`,
		`/a?q=(x/y)*'&z=[1];$-_.!~@:,+`: "", `/a?q=%22%20%3C`: "",
	} {
		from := int(c.s.requests.Load())
		c.get(target)
		_, texts := advised(c.s, from)
		switch {
		case char == "" && len(texts) == 0:
		case char != "" && len(texts) == 1 && strings.HasPrefix(texts[0], "the URL holds a bare "+char+","):
		default:
			t.Errorf("%s: %q", target, texts)
		}
	}
}

// The list is closed: the constants of the code and the table of docs/control.md
// are the same, in the same order.
func TestAdviceIsDocumented(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "exchange.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "AdviceCode" {
				code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				codes = append(codes, code)
			}
		}
		return true
	})
	page, err := os.ReadFile("../docs/control.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "\n## Advice\n")
	var rows []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(table, -1) {
		rows = append(rows, row[1])
	}
	slices.Sort(codes)
	slices.Sort(rows)
	if len(codes) != 13 || !slices.Equal(codes, rows) {
		t.Errorf("the code has %q\ndocs/control.md has %q", codes, rows)
	}
}

// Nobody but its constructor makes a remark.
func TestAdviceHasOneConstructorEach(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]int{}
	for _, f := range files {
		if name := f.Name(); !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.CompositeLit); ok {
				if kind, ok := literal.Type.(*ast.Ident); ok && kind.Name == "Advice" && len(literal.Elts) > 0 {
					made[fmt.Sprint(literal.Elts[0])]++
				}
			}
			return true
		})
	}
	for code, times := range made {
		if times != 1 {
			t.Errorf("%s is made in %d places", code, times)
		}
	}
	if len(made) != 13 {
		t.Errorf("%d remarks are made: %v", len(made), made)
	}
}

// A login that a story refuses is refused, and one that it answers as a gateway in
// trouble, or as if there were no such way to log in, is not.
func TestLoginsRefusedByAStory(t *testing.T) {
	const body = `{"username":"viewer","password":"viewer"}`
	for status, want := range map[int]bool{400: true, 401: true, 422: true, 404: false, 408: false, 429: false, 503: false} {
		for _, name := range Releases() {
			c := newCaller(t, name, withStory(t, fmt.Sprintf("answers: [{operation: loginWithExpiry, times: 1, status: %d, text: no}]", status)))
			for range 2 {
				c.do(http.MethodPost, "/authn/login-with-expiry", body, "X-Okapi-Token", "")
			}
			journal := c.s.Journal()
			if first := advises(journal[len(journal)-2], LoginAfterRefusal); first {
				t.Errorf("%s, %d: the first login is advised against", name, status)
			}
			if second := advises(journal[len(journal)-1], LoginAfterRefusal); second != want {
				t.Errorf("%s, %d: the second login is advised against: %t, want %t", name, status, second, want)
			}
		}
	}
}

func advises(e Exchange, code AdviceCode) bool {
	return slices.ContainsFunc(e.Advice, func(a Advice) bool { return a.Code == code })
}
