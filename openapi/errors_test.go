package openapi

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Who answers with which status and content type, per release: T text, J JSON, H HTML. "-" where there is no such
// operation.
func TestErrorAnswers(t *testing.T) {
	const (
		list     = "getJobProfiles getJobExecutions"
		byID     = "getFileDefinition getDownloadLink"
		all      = list + " " + byID + " createFileDefinition uploadFile startExport"
		login    = "login loginWithExpiry"
		gateway  = "getVersion getHealth getTenantModules getTenantInterfaces"
		everyone = all + " " + login + " refreshToken logout getInstances"
	)
	ops := map[string]map[string]*openapi3.Operation{}
	for release, doc := range documents(t) {
		ops[release] = map[string]*openapi3.Operation{}
		for op := range Operations(doc) {
			ops[release][op.ID] = op.Operation
		}
	}
	for _, tt := range []struct {
		operations       string
		status           int
		guide, sun, tril string
	}{
		// The gateway: Okapi in text, the sidecar and Kong in JSON, Kong in whatever the client accepts.
		{everyone, 401, "T", "T", "J"},
		{everyone, 403, "T", "T", "J"},
		{everyone, 404, "T", "T", "JHT"},
		{everyone, 408, "", "", "J"},
		{gateway, 400, "T", "T", "-"},
		{gateway, 401, "T", "T", "-"},
		{gateway, 403, "T", "T", "-"},
		{gateway, 404, "T", "T", "-"},
		{gateway, 500, "T", "T", "-"},
		{"getInstanceBulkIds", 400, "T", "-", "-"},
		{"getInstanceBulkIds", 404, "T", "-", "-"},

		// mod-data-export: RMB's 422, Spring's 400, 406, 415 and 500.
		{list, 400, "T", "T", "JT"},
		{list, 422, "J", "", ""},
		{byID, 400, "T", "T", "JT"},
		{byID, 422, "", "", ""},
		{"uploadFile", 400, "T", "T", "JT"},
		{"uploadFile", 422, "", "", ""},
		{"createFileDefinition startExport", 400, "T", "JT", "JT"},
		{"createFileDefinition", 413, "", "T", "T"},
		{"createFileDefinition", 422, "JT", "T", "T"},
		{"startExport", 422, "J", "", ""},
		{list + " " + byID, 415, "", "", ""},
		{"createFileDefinition uploadFile startExport", 415, "", "J", "J"},
		{all, 406, "", "J", "J"},
		{all, 500, "T", "JT", "JT"},
		{all, 405, "", "", ""},

		// Logins: RMB's errors object; mod-login-keycloak knows 401 instead of 422.
		{login, 400, "T", "T", "J"},
		{login, 422, "J", "J", ""},
		{login + " refreshToken logout", 406, "", "", "J"},
		{login, 415, "", "", "J"},
		{"refreshToken", 400, "JT", "JT", "J"},
		{"refreshToken logout", 422, "J", "J", "J"},
		{"logout", 500, "T", "T", "JT"},
		{"getInstances", 400, "T", "T", "JT"},
		{"getInstances", 500, "T", "T", "JT"},
	} {
		for _, id := range strings.Fields(tt.operations) {
			for release, want := range map[string]string{"guide": tt.guide, "sunflower": tt.sun, "trillium": tt.tril} {
				if got := kinds(ops[release][id], tt.status); got != want {
					t.Errorf("%s: %s answers %d as %q, want %q", release, id, tt.status, got, want)
				}
			}
		}
	}
}

// kinds has a letter for each content type of an answer, in the order of the types.
func kinds(op *openapi3.Operation, status int) string {
	if op == nil {
		return "-"
	}
	response := op.Responses.Value(strconv.Itoa(status))
	if response == nil {
		return ""
	}
	letters := map[string]string{"text/plain": "T", "application/json": "J", "text/html": "H"}
	kinds := ""
	for _, mime := range slices.Sorted(maps.Keys(response.Value.Content)) {
		kinds += letters[mime]
	}
	return kinds
}

// Every text is a string to the validator, and no operation has an answer for all other statuses.
func TestTextAnswers(t *testing.T) {
	eachRelease(t, func(t *testing.T, _ string, doc *openapi3.T) {
		for op := range Operations(doc) {
			if op.Operation.Responses.Default() != nil {
				t.Errorf("%s documents a default answer: nothing would be undocumented", op.ID)
			}
			for status, response := range op.Operation.Responses.Map() {
				for mime, media := range response.Value.Content {
					if strings.HasPrefix(mime, "text/") && (media.Schema == nil || !media.Schema.Value.Type.Is("string")) {
						t.Errorf("%s %s: %s is no string", op.ID, status, mime)
					}
				}
			}
		}
	})
}
