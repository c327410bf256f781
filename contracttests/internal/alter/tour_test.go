package alter

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

const (
	profileID = "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"
	nowhere   = "5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11"
	first     = "0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11"
	second    = "5ae618e4-4aa3-42bb-8509-01bd9b316761"
)

// tourist sends requests to a server and keeps what came back.
type tourist struct {
	t         *testing.T
	server    http.Handler
	token     string
	exchanges []recorded
}

func (t *tourist) send(method, target, body string, header ...string) *httptest.ResponseRecorder {
	t.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if strings.HasPrefix(target, "/") {
		r.Header.Set("X-Okapi-Tenant", "diku")
		r.Header.Set("X-Okapi-Token", t.token)
	}
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		if r.Header.Set(header[i], header[i+1]); header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	r.Header.Set("Accept", "*/*")
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	t.server.ServeHTTP(w, r)
	t.exchanges = append(t.exchanges, recorded{method, target, body, r.Header, w})
	return w
}

func (t *tourist) get(target string, header ...string) *httptest.ResponseRecorder {
	t.t.Helper()
	return t.send(http.MethodGet, target, "", header...)
}

func (t *tourist) logIn() {
	t.t.Helper()
	w := t.send(http.MethodPost, "/authn/login-with-expiry", `{"username":"diku_admin","password":"admin"}`, "X-Okapi-Token", "")
	for _, cookie := range w.Result().Cookies() {
		if cookie.Name == "folioAccessToken" {
			t.token = cookie.Value
		}
	}
}

// value is what an answer has at a pointer.
func (t *tourist) value(w *httptest.ResponseRecorder, at string) string {
	t.t.Helper()
	if root, ok := parseJSON(w.Body.Bytes()); ok {
		for _, p := range root.places(strings.Split(at[1:], "/")) {
			if v := p.value(); v != nil {
				return v.text()
			}
		}
	}
	t.t.Fatalf("no %s in %d %s", at, w.Code, w.Body)
	return ""
}

// start runs the steps 2 to 4 and returns the job.
func (t *tourist) start(fileName, list string) string {
	t.t.Helper()
	definition := t.value(t.send(http.MethodPost, "/data-export/file-definitions", `{"fileName":"`+fileName+`"}`), "/id")
	path := "/data-export/file-definitions/" + definition
	t.get(path)
	job := t.value(t.send(http.MethodPost, path+"/upload", list, "Content-Type", "application/octet-stream"), "/jobExecutionId")
	t.get(path)
	t.look(job)
	t.get("/data-export/job-executions/" + job + "/download/" + nowhere)
	if strings.HasPrefix(fileName, "lost") {
		t.send(http.MethodPost, path+"/upload", list, "Content-Type", "application/octet-stream")
		t.send(http.MethodPost, path+"/upload", list, "Content-Type", "text/plain")
	}
	t.send(http.MethodPost, "/data-export/export", `{"fileDefinitionId":"`+definition+`","jobProfileId":"`+profileID+`"}`)
	return job
}

func (t *tourist) look(job string) *httptest.ResponseRecorder {
	t.t.Helper()
	return t.get("/data-export/job-executions?query=" + url.QueryEscape(`id=="`+job+`"`))
}

// newFake is an honest fake whose clock stands still.
func newFake(t *testing.T, release string, options ...mockserver.Option) *mockserver.Server {
	t.Helper()
	server, err := mockserver.New(append(options, mockserver.WithRelease(release), mockserver.WithSpeed(0), mockserver.WithNamedRecords(),
		mockserver.WithTenants("diku", "university"), mockserver.WithParameter("steps", "5"))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, v := range server.Violations() {
			t.Errorf("the fake answered against its own contract: %s", v)
		}
	})
	return server
}

// tour is everything that the alterations of the files are about, with the answers of an honest fake.
func tour(t *testing.T, release string) []recorded {
	t.Helper()
	server := newFake(t, release)
	v := &tourist{t: t, server: server}
	v.visitLogin()
	v.visitLists("/data-export/job-profiles", profileID, "name")
	v.visitGateway()
	v.visitJobs(server)
	v.visitOthers(server)
	return v.exchanges
}

func (t *tourist) visitLogin() {
	t.send(http.MethodPost, "/authn/login-with-expiry", `{"username":"diku_admin","password":"wrong"}`, "X-Okapi-Token", "")
	t.send(http.MethodPost, "/authn/login", `{"username":"diku_admin","password":"admin"}`, "X-Okapi-Token", "")
	t.logIn()
	var cookies []string
	for _, cookie := range t.exchanges[len(t.exchanges)-1].answer.Result().Cookies() {
		cookies = append(cookies, cookie.Name+"="+cookie.Value)
	}
	t.send(http.MethodPost, "/authn/refresh", "", "Cookie", strings.Join(cookies, "; "))
	t.send(http.MethodPost, "/authn/refresh", "", "Cookie", strings.Join(cookies, "; ")) // which was used
	t.logIn()
	cookies = nil
	for _, cookie := range t.exchanges[len(t.exchanges)-1].answer.Result().Cookies() {
		cookies = append(cookies, cookie.Name+"="+cookie.Value)
	}
	t.send(http.MethodPost, "/authn/logout", "", "Cookie", strings.Join(cookies, "; "))
	t.logIn()
}

// visitLists asks a list in every way.
func (t *tourist) visitLists(path, id, sortBy string) {
	for _, query := range []string{
		"", "limit=0", "limit=1", "offset=1&limit=1", "limit=100", "query=" + url.QueryEscape("cql.allRecords=1 sortby "+sortBy),
		"query=" + url.QueryEscape(`id=="`+id+`"`), "query=" + url.QueryEscape(`id=="`+nowhere+`"`),
	} {
		t.get(path + "?" + query)
	}
	t.get(path)
}

func (t *tourist) visitGateway() {
	t.get("/data-export/job-profiles", "X-Okapi-Token", "")
	t.get("/data-export/job-profiles", "X-Okapi-Token", "garbage")
	t.get("/data-export/job-profiles", "X-Okapi-Tenant", "university")
	t.get("/data-export/job-profiles", "Authorization", "Bearer garbage")
	t.get("/data-export/job-profiles", "Authorization", "Basic garbage")
	t.get("/data-export/" + nowhere + "?padding=0")
	t.get("/data-export/"+nowhere, "X-Padding", "0")
	t.get("/no/such/path")
	t.get("/_/proxy/tenants/diku/modules")
	t.get("/_/proxy/tenants/diku/interfaces")
	t.get("/_/version")
	t.get("/data-export/file-definitions/" + nowhere)
	t.send(http.MethodPost, "/data-export/file-definitions", `{"fileName":"x.txt"}`)
	t.send(http.MethodPost, "/data-export/file-definitions", "{}")
	t.send(http.MethodPost, "/data-export/file-definitions", "{no JSON")
	t.send(http.MethodPost, "/data-export/export", `{"fileDefinitionId":"`+nowhere+`","jobProfileId":"`+profileID+`"}`)
}

func (t *tourist) visitJobs(server *mockserver.Server) {
	good := t.start("good.csv", first+"\n"+second+"\nc0f1d3a2-0000-4000-8000-000000000000\n")
	bad := t.start("bad.csv", first+"\n"+nowhere+"\nno id\n")
	lost := t.start("lost.csv", nowhere+"\n")
	for _, wait := range []time.Duration{0, 110 * time.Millisecond, 110 * time.Millisecond, 110 * time.Millisecond, time.Minute, time.Second, time.Second} {
		server.Advance(wait)
		for _, job := range []string{good, bad, lost} {
			t.look(job)
		}
	}
	well := t.start("well.csv", first+"\n"+second+"\n")
	t.look(well)
	server.Advance(300 * time.Millisecond)
	t.look(well)
	server.Advance(time.Minute)
	t.look(well)
	for range 3 {
		t.look(well)
	}
	t.get("/data-export/job-executions?query=status==FAIL")
	t.visitLists("/data-export/job-executions", well, "startedDate")
	t.visitFile(server, well)
	for _, job := range []string{bad, well} {
		t.get("/data-export/logs?query=jobExecutionId==" + job)
	}
	t.get("/data-export/logs?limit=1")
	t.get("/data-export/logs")
	t.send(http.MethodDelete, "/data-export/job-executions/"+bad, "")
	t.get("/data-export/logs?query=jobExecutionId==" + bad)
	t.look(bad)
}

func (t *tourist) visitFile(server *mockserver.Server, job string) {
	file := t.value(t.look(job), "/jobExecutions/0/exportedFiles/0/fileId")
	link := t.value(t.get("/data-export/job-executions/"+job+"/download/"+file), "/link")
	t.get("/data-export/job-executions/" + job + "/download/" + nowhere)
	t.get(link)
	t.get(link)
	server.Advance(11 * time.Minute)
	t.get(link)
	t.get("/data-export/job-profiles")
	t.logIn()
}

func (t *tourist) visitOthers(server *mockserver.Server) {
	t.get("/inventory/instances?limit=3")
	t.get("/instance-bulk/ids?query=" + url.QueryEscape(`id=="`+first+`"`))
	unlisted := t.value(t.send(http.MethodPost, "/data-export/file-definitions", `{"fileName":"unlisted.csv"}`), "/id")
	t.send(http.MethodPost, "/data-export/export", `{"fileDefinitionId":"`+unlisted+`","jobProfileId":"`+profileID+`"}`)
	t.send(http.MethodPost, "/data-export/expire-jobs", "")
	server.Advance(11 * time.Minute)
	t.get("/data-export/job-profiles")
}
