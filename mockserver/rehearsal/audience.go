package rehearsal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Who the program is.
const (
	tenant   = "diku"
	username = "diku_admin"
	password = "admin"
)

// audience is the rehearsal's own client of a fake, without a network.
type audience struct {
	server http.Handler
	token  string
}

func newAudience(server *mockserver.Server) *audience { return &audience{server: server} }

// here is the address under which the audience knows the fake; nobody resolves it.
const here = "http://rehearsal.invalid"

// send sends a request. Its only error is a target that is no address, as a story
// can give one.
func (a *audience) send(w http.ResponseWriter, method, target, body string) error {
	at, err := url.Parse(here)
	if err == nil {
		at, err = at.Parse(target)
	}
	if err != nil {
		return err
	}
	r := &http.Request{
		Method: method, URL: at, Host: at.Host, RequestURI: at.RequestURI(), Header: http.Header{},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
	if !strings.Contains(target, "X-Amz-Signature") {
		r.Header.Set("X-Okapi-Tenant", tenant)
		r.Header.Set("Accept", "application/json")
		if a.token != "" {
			r.Header.Set("X-Okapi-Token", a.token)
		}
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	a.server.ServeHTTP(w, r)
	return nil
}

// ask sends a request and returns what came back.
func (a *audience) ask(method, target, body string) (*http.Response, error) {
	w := httptest.NewRecorder()
	err := a.send(w, method, target, body)
	return w.Result(), err
}

// logIn returns a fresh access token.
func (a *audience) logIn() (string, error) {
	answer, err := a.ask(http.MethodPost, "/authn/login-with-expiry", fmt.Sprintf(`{"username":%q,"password":%q}`, username, password))
	if err != nil {
		return "", err
	}
	for _, c := range answer.Cookies() {
		if c.Name == "folioAccessToken" {
			a.token = c.Value
			return c.Value, nil
		}
	}
	return "", fmt.Errorf("the fake answered its own login with %d", answer.StatusCode)
}

// profile returns the id of the default profile for instances.
func (a *audience) profile() (string, error) {
	var page api.JobProfileCollection
	if err := a.read("/data-export/job-profiles?limit=100", &page); err != nil {
		return "", err
	}
	if len(page.JobProfiles) == 0 {
		return "", errors.New("the fake has no job profile")
	}
	return page.JobProfiles[0].Id, nil
}

func (a *audience) read(target string, value any) error {
	answer, err := a.ask(http.MethodGet, target, "")
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the fake answered %d for %s", answer.StatusCode, target)
	}
	return json.NewDecoder(answer.Body).Decode(value)
}

// exported tells whether a file holds what a job exported. It is held against
// the bytes of the store while they come, so neither is ever in memory as a whole.
func (a *audience) exported(job uuid.UUID, file io.ReadSeeker) (bool, error) {
	if _, err := a.logIn(); err != nil {
		return false, err
	}
	var page api.JobExecutionCollection
	if err := a.read("/data-export/job-executions?query="+url.QueryEscape("id=="+job.String()), &page); err != nil {
		return false, err
	}
	if len(page.JobExecutions) != 1 || page.JobExecutions[0].ExportedFiles == nil || len(*page.JobExecutions[0].ExportedFiles) == 0 {
		return false, nil
	}
	files := *page.JobExecutions[0].ExportedFiles
	// The story may give out links that have expired; a few more are tried.
	for range 100 {
		var link api.FileDownload
		if err := a.read("/data-export/job-executions/"+job.String()+"/download/"+url.PathEscape(files[len(files)-1].FileId), &link); err != nil {
			return false, err
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return false, err
		}
		held := comparison{header: http.Header{}, file: bufio.NewReader(file)}
		if err := a.send(&held, http.MethodGet, link.Link, ""); err != nil {
			return false, err
		}
		if held.status != http.StatusForbidden {
			return held.same(), nil
		}
	}
	return false, nil
}
