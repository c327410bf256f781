package mockserver

import (
	"bufio"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/fauxkapi/fauxkapi/openapi"
)

// The documents of all releases and the table of what is implemented name the
// same operations, and the router finds each where its document has it.
func TestEveryOperationIsImplemented(t *testing.T) {
	documented := map[string]bool{}
	for _, release := range Releases() {
		s := newServer(t, release)
		document, err := openapi.Document(release)
		if err != nil {
			t.Fatal(err)
		}
		for op := range openapi.Operations(document) {
			documented[op.ID] = true
			for _, p := range op.Operation.Parameters {
				if p.Value.In != "path" && p.Value.In != "query" {
					t.Errorf("%s: %s has a parameter in the %s: verdicts on parameters are remembered by path and query", release, op.ID, p.Value.In)
				}
			}
			path := pathVariable.ReplaceAllString(op.Path, "1-2-3-4-5")
			found, vars := s.match(httptest.NewRequest(op.Method, path, nil))
			if found == nil || found.ID != op.ID {
				t.Errorf("%s: %s %s leads to %v, want %s", release, op.Method, path, found, op.ID)
				continue
			}
			if want := strings.Count(op.Path, "{"); len(vars) != want {
				t.Errorf("%s: %s has the variables %v, want %d", release, op.ID, vars, want)
			}
		}
	}
	runs := slices.Sorted(maps.Keys((*Server)(nil).runs()))
	if want := slices.Sorted(maps.Keys(documented)); !slices.Equal(runs, want) {
		t.Errorf("implemented %v, documented %v", runs, want)
	}
}

// All fakes of a process share one document: what they do leaves it as it was
// written.
func TestDocumentStaysAsItIs(t *testing.T) {
	for _, release := range Releases() {
		c := newCaller(t, release)
		c.link(t, c.finished(t, "a.csv", idList(3)))
		c.get("/_fauxkapi/postman/collection.json")
		for _, op := range c.s.operations {
			c.do(op.Method, pathVariable.ReplaceAllString(op.Path, "1-2-3-4-5")+"?limit=none", "{}")
		}
		data, err := openapi.YAML(release)
		if err != nil {
			t.Fatal(err)
		}
		written, err := openapi3.NewLoader().LoadFromData(data)
		if err != nil {
			t.Fatal(err)
		}
		shared, err := openapi.Document(release)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := asJSON(t, shared), asJSON(t, written); got != want {
			t.Errorf("%s: the document has been changed", release)
		}
	}
}

func asJSON(t *testing.T, document *openapi3.T) string {
	t.Helper()
	data, err := document.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A path is what the document has, to the letter.
func TestMatch(t *testing.T) {
	s := newServer(t, "sunflower")
	for _, tt := range []struct {
		method, target string
		operation      string // "" for none
		vars           map[string]string
	}{
		{"GET", "/data-export/job-profiles", "getJobProfiles", nil},
		{"GET", "/data-export/job-profiles?query=/", "getJobProfiles", nil},
		{"GET", "/data-export/job-profiles/", "", nil},
		{"GET", "//data-export/job-profiles", "", nil},
		{"GET", "/data-export//job-profiles", "", nil},
		{"GET", "/data-export/./job-profiles", "", nil},
		{"GET", "/data-export/x/../job-profiles", "", nil},
		{"GET", "/Data-Export/job-profiles", "", nil},
		{"GET", "/data-export/job%2Dprofiles", "", nil},
		{"GET", "/data-export%2Fjob-profiles", "", nil},
		{"GET", "/", "", nil},
		{"HEAD", "/data-export/job-profiles", "", nil},
		{"POST", "/data-export/job-profiles", "", nil},
		{"OPTIONS", "/data-export/job-profiles", "", nil},
		{"TRACE", "/data-export/job-profiles", "", nil},
		{"get", "/data-export/job-profiles", "", nil},
		{"GET", "/data-export/file-definitions/1", "getFileDefinition", map[string]string{"fileDefinitionId": "1"}},
		{"GET", "/data-export/file-definitions/a%2Fb%20c", "getFileDefinition", map[string]string{"fileDefinitionId": "a/b c"}},
		{"GET", "/data-export/file-definitions/%25", "getFileDefinition", map[string]string{"fileDefinitionId": "%"}},
		{"GET", "/data-export/file-definitions/..", "getFileDefinition", map[string]string{"fileDefinitionId": ".."}},
		{"GET", "/data-export/file-definitions/", "", nil},
		{"GET", "/data-export/file-definitions/1/2", "", nil},
		{"GET", "/data-export/job-executions/1/download/2", "getDownloadLink", map[string]string{"jobExecutionId": "1", "exportFileId": "2"}},
		{"GET", "/_/proxy/tenants/a%3Fb/modules", "getTenantModules", map[string]string{"tenant": "a?b"}},
	} {
		op, vars := s.match(httptest.NewRequest(tt.method, tt.target, nil))
		id := ""
		if op != nil {
			id = op.ID
		}
		if id != tt.operation || !maps.Equal(vars, tt.vars) {
			t.Errorf("%s %s leads to %q with %v, want %q with %v", tt.method, tt.target, id, vars, tt.operation, tt.vars)
		}
	}
}

// Whatever the method or form of a request line, the gateway says that it has no
// such route, in its own words and never with another status.
func TestNoRoute(t *testing.T) {
	want := map[string]string{
		"guide":     "No suitable module found for path /data-export/export for tenant diku",
		"sunflower": "No suitable module found for path and tenant",
		"trillium":  `"message":"no Route matched with those values"`,
	}
	for release, text := range want {
		s := Start(t, WithRelease(release))
		for _, line := range []string{
			"GET /data-export/export", "PUT /data-export/export", "DELETE /data-export/export", "PATCH /data-export/export",
			"OPTIONS /data-export/export", "TRACE /data-export/export", "BREW /data-export/export",
			"GET http://elsewhere.example/data-export/export",
		} {
			status, body := rawRequest(t, s, line+" HTTP/1.1\r\nHost: x\r\nX-Okapi-Tenant: diku\r\n\r\n")
			if status != http.StatusNotFound || !strings.Contains(body, text) {
				t.Errorf("%s: %s: %d %s", release, line, status, body)
			}
		}
		// Without a path there is none to quote.
		for _, line := range []string{"CONNECT elsewhere.example:443", "HEAD /data-export/export"} {
			if status, body := rawRequest(t, s, line+" HTTP/1.1\r\nHost: x\r\nX-Okapi-Tenant: diku\r\n\r\n"); status != http.StatusNotFound {
				t.Errorf("%s: %s: %d %s", release, line, status, body)
			}
		}
	}
}

// rawRequest writes bytes to a server and reads its answer.
func rawRequest(t *testing.T, s *Server, request string) (status int, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprint(conn, request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("no answer to %.60q: %v", request, err)
	}
	return resp.StatusCode, readAll(t, resp.Body)
}
