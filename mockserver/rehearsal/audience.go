package rehearsal

import (
	"bytes"
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

// ask sends a request and returns what came back.
func (a *audience) ask(method, target, body string) *http.Response {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
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
	w := httptest.NewRecorder()
	a.server.ServeHTTP(w, r)
	return w.Result()
}

// logIn returns a fresh access token.
func (a *audience) logIn() (string, error) {
	answer := a.ask(http.MethodPost, "/authn/login-with-expiry", fmt.Sprintf(`{"username":%q,"password":%q}`, username, password))
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
	answer := a.ask(http.MethodGet, target, "")
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the fake answered %d for %s", answer.StatusCode, target)
	}
	return json.NewDecoder(answer.Body).Decode(value)
}

// exported returns the file of a job, as the store has it, or nil if there is
// none.
func (a *audience) exported(job uuid.UUID) ([]byte, error) {
	if _, err := a.logIn(); err != nil {
		return nil, err
	}
	var page api.JobExecutionCollection
	if err := a.read("/data-export/job-executions?query="+url.QueryEscape("id=="+job.String()), &page); err != nil {
		return nil, err
	}
	if len(page.JobExecutions) != 1 || page.JobExecutions[0].ExportedFiles == nil || len(*page.JobExecutions[0].ExportedFiles) == 0 {
		return nil, nil
	}
	files := *page.JobExecutions[0].ExportedFiles
	// The story may give out links that have expired; a few more are tried.
	for range 100 {
		var link api.FileDownload
		if err := a.read("/data-export/job-executions/"+job.String()+"/download/"+files[len(files)-1].FileId, &link); err != nil {
			return nil, err
		}
		answer := a.ask(http.MethodGet, link.Link, "")
		if answer.StatusCode == http.StatusOK {
			var content bytes.Buffer
			_, err := io.Copy(&content, answer.Body)
			return content.Bytes(), err
		}
		if answer.StatusCode != http.StatusForbidden {
			return nil, nil
		}
	}
	return nil, nil
}
