// Command postman makes the files of the examples that follow from something else: the Postman collection from the
// OpenAPI document, and test.csv, the ids that the guide's query finds in a fresh fake.
//
// It writes below the folder that -dir names, overwriting what is there.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/fauxkapi/fauxkapi/internal/postman"
	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/openapi"
)

//go:generate go run . -dir ..

func main() {
	dir := flag.String("dir", ".", "the folder `examples`")
	flag.Parse()
	if err := write(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "postman:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	made, err := files()
	if err != nil {
		return err
	}
	for name, data := range made {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// releases are those whose documents have every operation there is, the one of the steps first.
var releases = [...]string{"guide", "sunflower"}

// files returns what is generated, by its path below the folder examples.
func files() (map[string][]byte, error) {
	var documents []*openapi3.T
	for _, release := range releases {
		document, err := openapi.Document(release)
		if err != nil {
			return nil, err
		}
		documents = append(documents, document)
	}
	collection, err := postman.Collection("", documents[0], documents[1:]...)
	if err != nil {
		return nil, err
	}
	environment, err := postman.Environment(postman.LocalURL)
	if err != nil {
		return nil, err
	}
	ids, err := sample()
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"postman/fauxkapi.postman_collection.json":  collection,
		"postman/fauxkapi.postman_environment.json": environment,
		"test.csv": ids,
	}, nil
}

// sample asks a fresh fake the guide's query, as anybody would over HTTP, and returns the ids, one a line.
func sample() ([]byte, error) {
	server, err := mockserver.New(mockserver.WithRelease(releases[0]), mockserver.WithSpeed(0))
	if err != nil {
		return nil, err
	}
	login := httptest.NewRequest(http.MethodPost, "/authn/login", strings.NewReader(`{"username":"diku_admin","password":"admin"}`))
	login.Header.Set("Content-Type", "application/json")
	session, err := send(server, login)
	if err != nil {
		return nil, err
	}
	query := url.Values{"query": {`(keyword all "nod") sortby title`}}
	search := httptest.NewRequest(http.MethodGet, "/instance-bulk/ids?"+query.Encode(), nil)
	search.Header.Set("X-Okapi-Token", session.Header().Get("X-Okapi-Token"))
	answer, err := send(server, search)
	if err != nil {
		return nil, err
	}
	var found struct {
		IDs []struct{ ID string }
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &found); err != nil {
		return nil, err
	}
	if len(found.IDs) == 0 {
		return nil, errors.New("the guide's query finds nothing")
	}
	var lines strings.Builder
	for _, row := range found.IDs {
		lines.WriteString(row.ID + "\n")
	}
	return []byte(lines.String()), nil
}

func send(server http.Handler, r *http.Request) (*httptest.ResponseRecorder, error) {
	r.Header.Set("X-Okapi-Tenant", "diku")
	r.Header.Set("Accept", "application/json")
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, r)
	if answer.Code >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%s %s answers %d: %s", r.Method, r.URL, answer.Code, answer.Body)
	}
	return answer, nil
}
