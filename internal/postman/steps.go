package postman

import (
	"embed"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/fauxkapi/fauxkapi/openapi"
)

const stepsName = "Six steps"

//go:embed scripts/*.js
var scripts embed.FS

// sixSteps makes the folder that is run as a whole. Each script says which request comes next, by its name, and stops the
// run where the next one would make no sense.
func sixSteps(operations []openapi.Operation) (item, error) {
	folder := newFolder(stepsName, "Login, the six steps of the guide, and the download. Run it as a whole; it stops at the first step that "+
		"does not succeed, and asks for the job at most `maxPolls` times, `pollDelay` milliseconds apart.")
	for _, s := range []struct {
		name      string
		operation string            // operationId
		sent      map[string]string // as for newItem
		scripts   []string          // run after the answer
	}{
		{"Log in", "loginWithExpiry", nil, []string{"session", "login"}},
		{"Log in, before Poppy", "login", nil, []string{"session", "login-before-poppy"}},
		{"Collect ids", "getInstanceBulkIds", map[string]string{"query": ""}, []string{"ids"}},
		{"1 Find the job profile", "getJobProfiles", map[string]string{"limit": "1000"}, []string{"1-profile"}},
		{"2 Announce the file", "createFileDefinition", nil, []string{"2-definition"}},
		{"3 Upload the file", "uploadFile", nil, []string{"3-upload"}},
		{"4 Start the export", "startExport", nil, []string{"4-export"}},
		{"5 Ask until the job has ended", "getJobExecutions", map[string]string{"query": ""}, []string{"5-job"}},
		{"6 Get the download link", "getDownloadLink", nil, []string{"6-link"}},
	} {
		i := slices.IndexFunc(operations, func(op openapi.Operation) bool { return op.ID == s.operation })
		if i < 0 {
			return item{}, fmt.Errorf("postman: step %q: the document has no operation %s", s.name, s.operation)
		}
		made, err := newItem(s.name, operations[i], s.sent)
		if err != nil {
			return item{}, err
		}
		if made.Events, err = testScript(s.scripts...); err != nil {
			return item{}, err
		}
		folder.Items = append(folder.Items, made)
	}
	last, err := download()
	folder.Items = append(folder.Items, last)
	return folder, err
}

// download fetches the link. A presigned link is refused if a second credential comes along, so the request has none.
func download() (item, error) {
	const name, link = "Download the file", "{{link}}"
	events, err := testScript("download")
	return item{
		Name: name, ID: id(name), Events: events, Behavior: &behavior{DisableCookies: true},
		Request: &request{
			Auth: &auth{Type: "noauth"}, Method: http.MethodGet, Headers: []field{},
			URL:         address{Raw: link, Host: []string{link}},
			Description: "The link is good for ten minutes and carries its own signature: no token and no tenant go with it.",
		},
	}, err
}

// testScript joins scripts into the one that runs after an answer.
func testScript(names ...string) ([]event, error) {
	var lines []string
	for _, name := range names {
		text, err := scripts.ReadFile("scripts/" + name + ".js")
		if err != nil {
			return nil, fmt.Errorf("postman: %w", err)
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, strings.Split(strings.TrimSpace(string(text)), "\n")...)
	}
	return []event{{Listen: "test", Script: script{Type: "text/javascript", Exec: lines}}}, nil
}
