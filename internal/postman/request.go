package postman

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/fauxkapi/fauxkapi/openapi"
)

const (
	typeJSON   = "application/json"
	typeStream = "application/octet-stream"

	uploadName = "test.csv" // below Postman's working directory
)

// newItem makes the request of an operation. sent holds the query parameters that are sent, "" for the document's example;
// the others are there to be switched on.
func newItem(name string, op openapi.Operation, sent map[string]string) (item, error) {
	made := &request{Method: op.Method, Headers: headers(op), Description: describe(op)}
	var err error
	if made.URL, err = newAddress(op, sent); err == nil {
		made.Body, err = newBody(op)
	}
	if err != nil {
		return item{}, fmt.Errorf("postman: operation %s: %w", op.ID, err)
	}
	return item{Name: name, ID: id(name), Behavior: &behavior{DisableCookies: true}, Request: made}, nil
}

func headers(op openapi.Operation) []field {
	set := []field{{Key: "X-Okapi-Tenant", Value: "{{tenant}}"}}
	if op.Permission != "" {
		set = append(set, field{Key: "X-Okapi-Token", Value: "{{token}}"})
	}
	// The two operations that live on the refresh token; their document does not describe the cookie as a parameter.
	if op.ID == "refreshToken" || op.ID == "logout" {
		set = append(set, field{Key: "Cookie", Value: "folioRefreshToken={{refreshToken}}"})
	}
	set = append(set, field{Key: "Accept", Value: accepted(op)})
	t := bodyType(op)
	if t != "" {
		set = append(set, field{Key: "Content-Type", Value: t})
	}
	// An answer that comes before newman 6.2 has noticed the end of the file leaves a connection that it never closes, and
	// its process does not end.
	if t == typeStream {
		set = append(set, field{Key: "Connection", Value: "close"})
	}
	return set
}

// accepted is JSON where a good answer is JSON, and otherwise everything: the modules of 2020 refuse a request that has no
// Accept header (raml-module-builder before 32.2.0).
func accepted(op openapi.Operation) string {
	if success(op).Content[typeJSON] != nil {
		return typeJSON
	}
	return "*/*"
}

// success is the one answer 2xx of an operation.
func success(op openapi.Operation) openapi3.Response {
	for status, answer := range op.Operation.Responses.Map() {
		if strings.HasPrefix(status, "2") {
			return *answer.Value
		}
	}
	return openapi3.Response{}
}

// opensSession tells whether an operation answers with a token.
func opensSession(op openapi.Operation) bool {
	return op.Operation.Responses.Status(http.StatusCreated) != nil && success(op).Headers["Set-Cookie"] != nil
}

func bodyType(op openapi.Operation) string {
	if op.Operation.RequestBody == nil {
		return ""
	}
	if op.Operation.RequestBody.Value.Content[typeStream] != nil {
		return typeStream
	}
	return typeJSON
}

func newBody(op openapi.Operation) (*body, error) {
	switch bodyType(op) {
	case "":
		return nil, nil
	case typeStream:
		return &body{Mode: "file", File: &source{Src: uploadName}}, nil
	}
	media := op.Operation.RequestBody.Value.Content[typeJSON]
	if media == nil || media.Example == nil {
		return nil, fmt.Errorf("its %s body has no example in the document", typeJSON)
	}
	text, err := json.MarshalIndent(media.Example, "", "  ")
	if err != nil {
		return nil, err
	}
	return &body{Mode: "raw", Raw: yours(string(text)), Options: &options{Raw: language{Language: "json"}}}, nil
}

func newAddress(op openapi.Operation, sent map[string]string) (address, error) {
	const host = "{{okapiUrl}}"
	made := address{Host: []string{host}}
	for _, ref := range op.Operation.Parameters {
		p := ref.Value
		f := field{Key: p.Name, Value: yours(example(p)), Description: p.Description}
		switch p.In {
		case openapi3.ParameterInPath:
			made.Variables = append(made.Variables, f)
		case openapi3.ParameterInQuery:
			value, ok := sent[p.Name]
			f.Value, f.Disabled = cmp.Or(value, f.Value), !ok
			made.Query = append(made.Query, f)
		default:
			return address{}, fmt.Errorf("parameter %s is in the %s, where none was expected", p.Name, p.In)
		}
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(op.Path, "/"), "/") {
		if strings.HasPrefix(part, "{") {
			part = ":" + strings.Trim(part, "{}")
		}
		made.Path = append(made.Path, part)
	}
	made.Raw = host + "/" + strings.Join(made.Path, "/")
	separator := "?"
	for _, q := range made.Query {
		if !q.Disabled {
			made.Raw += separator + q.Key + "=" + q.Value
			separator = "&"
		}
	}
	return made, nil
}

func example(p *openapi3.Parameter) string {
	if p.Example != nil {
		return fmt.Sprint(p.Example)
	}
	if p.Schema != nil && p.Schema.Value.Default != nil {
		return fmt.Sprint(p.Schema.Value.Default)
	}
	return ""
}

// yours puts variables where the examples of the document, which are the guide's, name an object of the guide.
func yours(example string) string {
	return strings.NewReplacer(
		"6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a", "{{jobProfileId}}",
		"d0d6b4dc-2207-42ec-ac6b-3c30300e4307", "{{fileDefinitionId}}",
		"22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", "{{jobExecutionId}}",
		"b975b199-fa3c-4cc8-8257-4e996e64addb", "{{fileId}}",
		`(keyword all "nod") sortby title`, "{{query}}",
		"diku_admin", "{{username}}",
		"admin", "{{password}}",
		"diku", "{{tenant}}",
	).Replace(example)
}

func describe(op openapi.Operation) string {
	var parts []string
	for _, part := range []string{op.Operation.Summary, op.Operation.Description} {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	if op.Permission != "" {
		parts = append(parts, "Permission: `"+op.Permission+"`")
	}
	return strings.Join(parts, "\n\n")
}
