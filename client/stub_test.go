package client

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	profileID    = "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"
	definitionID = "d0d6b4dc-2207-42ec-ac6b-3c30300e4307"
	jobID        = "22091d4a-0c70-4a9e-8843-5dcf96c7cdf5"
	fileID       = "b975b199-fa3c-4cc8-8257-4e996e64addb"
	instanceID   = "0a1c6d1e-5b5e-4c5e-9d8a-6f0f6a5a1b11"
)

// record is the smallest MARC record there is.
const record = "00026nam a2200025   4500\x1e\x1d"

// A stub answers the six steps well, unless a test replaces an answer. It stands in where the fake is too honest.
type stub struct {
	answers map[string]http.HandlerFunc // by call, such as "POST /data-export/export"
	onLink  http.HandlerFunc

	mu    sync.Mutex
	calls []string
}

func newStub() *stub {
	s := &stub{answers: map[string]http.HandlerFunc{}}
	s.answers["POST /authn/login-with-expiry"] = func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "folioAccessToken", Value: "token-of-the-stub", MaxAge: 600})
		answer(201, "application/json", `{"accessTokenExpiration":"2024-01-23T15:15:49Z","refreshTokenExpiration":"2024-01-30T15:05:49Z"}`)(w, nil)
	}
	s.json("GET /data-export/job-profiles", 200, `{"jobProfiles":[{"id":"`+profileID+`","name":"Default job profile","mappingProfileId":"25d81cbe-9686-11ea-bb37-0242ac130002"}],"totalRecords":1}`)
	s.json("POST /data-export/file-definitions", 201, `{"id":"`+definitionID+`","fileName":"ids.csv","status":"NEW","metadata":{"createdDate":"2020-10-07T13:17:02.263+0000"}}`)
	s.json("POST /data-export/file-definitions/"+definitionID+"/upload", 200, `{"id":"`+definitionID+`","fileName":"ids.csv","jobExecutionId":"`+jobID+`","status":"COMPLETED","metadata":{"createdDate":"2020-10-07T13:17:02.263+0000"}}`)
	s.answers["POST /data-export/export"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }
	s.job("COMPLETED", 1, 0)
	s.onLink = answer(200, "application/octet-stream", record)
	return s
}

// job sets what step 5 answers.
func (s *stub) job(status string, exported, failed int) {
	s.json("GET /data-export/job-executions", 200, jobList(status, exported, failed))
}

func jobList(status string, exported, failed int) string {
	return fmt.Sprintf(`{"jobExecutions":[{"id":"%s","hrId":112,"exportedFiles":[{"fileId":"%s","fileName":"ids-112.mrc"}],`+
		`"progress":{"exported":%d,"failed":%d,"total":%d},"status":"%s"}],"totalRecords":1}`,
		jobID, fileID, exported, failed, exported+failed, status)
}

func (s *stub) json(call string, status int, body string) {
	s.answers[call] = answer(status, "application/json", body)
}

func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := r.Method + " " + r.URL.Path
	if r.Method != http.MethodGet && r.Body != nil {
		io.Copy(io.Discard, r.Body)
	}
	s.mu.Lock()
	s.calls = append(s.calls, call)
	s.mu.Unlock()
	if a, ok := s.answers[call]; ok {
		a(w, r)
		return
	}
	switch call {
	case "GET /data-export/job-executions/" + jobID + "/download/" + fileID:
		answer(200, "application/json", `{"fileId":"`+fileID+`","link":"http://`+r.Host+`/store/ids-112.mrc?X-Amz-Expires=600&X-Amz-Signature=5167a7"}`)(w, r)
	case "GET /store/ids-112.mrc":
		s.onLink(w, r)
	default:
		answer(404, "text/plain", "No suitable module found for path and tenant")(w, r)
	}
}

func (s *stub) count(call string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		if c == call {
			n++
		}
	}
	return n
}

func (s *stub) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// listen serves the stub on a real socket.
func (s *stub) listen(t *testing.T) *Client {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s.client(t, Config{URL: server.URL})
}

// inProcess serves the stub without a socket, for tests in which time is faked.
func (s *stub) inProcess(t *testing.T) *Client {
	t.Helper()
	return s.client(t, Config{URL: "http://okapi.test", HTTPClient: &http.Client{Transport: direct{s}}})
}

func (s *stub) client(t *testing.T, config Config) *Client {
	t.Helper()
	config.Tenant, config.Username, config.Password = "diku", "diku_admin", "correct horse battery staple"
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// direct is a transport that calls a handler, which has to end when the request does.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	answered := make(chan *http.Response, 1)
	go func() {
		w := httptest.NewRecorder()
		inside := r.Clone(r.Context())
		if inside.Body == nil {
			inside.Body = http.NoBody
		}
		inside.RequestURI, inside.Host = r.URL.RequestURI(), r.URL.Host
		d.handler.ServeHTTP(w, inside)
		answered <- w.Result()
	}()
	select {
	case a := <-answered:
		a.Request = r
		return a, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// silence is a handler that never answers.
func silence(_ http.ResponseWriter, r *http.Request) {
	inOrder()
	<-r.Context().Done()
}

func oneID() io.Reader { return strings.NewReader(instanceID + "\n") }

// wantError checks the kind of an error and that its text holds all the parts.
func wantError(t *testing.T, err error, kind Kind, parts ...string) *Error {
	t.Helper()
	failure, ok := err.(*Error)
	if !ok {
		t.Fatalf("got %T %v, want an *Error", err, err)
	}
	if failure.Kind != kind {
		t.Errorf("kind is %v, want %v: %v", failure.Kind, kind, err)
	}
	for _, part := range parts {
		if !strings.Contains(failure.Error(), part) {
			t.Errorf("error lacks %q:\n%v", part, err)
		}
	}
	return failure
}

func serve(t *testing.T, handler http.Handler) (url string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}
