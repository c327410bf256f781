package postman

import (
	"bytes"
	"encoding/json"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/openapi"
)

// document loads one that may be harmed, unlike that of openapi.Document, which is shared.
func document(t *testing.T, release string) *openapi3.T {
	t.Helper()
	data, err := openapi.YAML(release)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// load returns the collection as whoever imports it reads it.
func load(t *testing.T) (made collection, text string) {
	t.Helper()
	data, err := Collection("", document(t, "guide"), document(t, "sunflower"), document(t, "trillium"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &made); err != nil {
		t.Fatal(err)
	}
	return made, string(data)
}

func variables(t *testing.T) map[string]string {
	t.Helper()
	data, err := Environment(LocalURL)
	if err != nil {
		t.Fatal(err)
	}
	var made environment
	if err := json.Unmarshal(data, &made); err != nil {
		t.Fatal(err)
	}
	set := map[string]string{}
	for _, v := range made.Values {
		set[v.Key] = v.Value
	}
	return set
}

// walk yields all folders and requests below items.
func walk(items []item) iter.Seq[item] {
	return func(yield func(item) bool) {
		for _, i := range items {
			if !yield(i) {
				return
			}
			for inner := range walk(i.Items) {
				if !yield(inner) {
					return
				}
			}
		}
	}
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	_, first := load(t)
	for range 5 {
		if _, again := load(t); again != first {
			t.Fatal("two runs gave different collections")
		}
	}
}

func TestEveryOperationOfEveryReleaseIsThereOnce(t *testing.T) {
	made, _ := load(t)
	count := map[string]int{}
	for i := range walk(made.Items[1].Items) {
		if i.Request != nil {
			count[i.Name]++
		}
	}
	for _, release := range openapi.Releases() {
		for op := range openapi.Operations(document(t, release)) {
			if name := op.Method + " " + op.Path; count[name] != 1 {
				t.Errorf("%s of release %s is there %d times", name, release, count[name])
			}
		}
	}
}

func TestNamesAndIDsAreUnique(t *testing.T) {
	made, _ := load(t)
	seen := map[string]bool{}
	for i := range walk(made.Items) {
		if _, err := uuid.Parse(i.ID); err != nil {
			t.Errorf("%s has the id %q", i.Name, i.ID)
		}
		if seen[i.Name] || seen[i.ID] {
			t.Errorf("%s (%s) is not the only one with this name or id", i.Name, i.ID)
		}
		seen[i.Name], seen[i.ID] = true, true
	}
}

// The steps in their order, as the guide has them.
func TestSteps(t *testing.T) {
	made, _ := load(t)
	var got []string
	for i := range walk(made.Items[0].Items) {
		got = append(got, i.Request.Method+" "+i.Request.URL.Raw)
	}
	want := []string{
		"POST {{okapiUrl}}/authn/login-with-expiry",
		"POST {{okapiUrl}}/authn/login",
		"GET {{okapiUrl}}/instance-bulk/ids?query={{query}}",
		"GET {{okapiUrl}}/data-export/job-profiles?limit=1000",
		"POST {{okapiUrl}}/data-export/file-definitions",
		"POST {{okapiUrl}}/data-export/file-definitions/:fileDefinitionId/upload",
		"POST {{okapiUrl}}/data-export/export",
		`GET {{okapiUrl}}/data-export/job-executions?query=id=="{{jobExecutionId}}"`,
		"GET {{okapiUrl}}/data-export/job-executions/:jobExecutionId/download/:exportFileId",
		"GET {{link}}",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the steps are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Where a script sends the run, there is a step; and no step but the first is unreachable.
func TestScriptsLeadFromStepToStep(t *testing.T) {
	made, text := load(t)
	steps := map[string]bool{}
	for _, i := range made.Items[0].Items {
		steps[i.Name] = true
	}
	reached := map[string]bool{"Log in": true, "1 Find the job profile": true} // where a run begins, and what follows "Collect ids"
	for _, match := range regexp.MustCompile(`setNextRequest\(\\"(.*?)\\"\)`).FindAllStringSubmatch(text, -1) {
		if reached[match[1]] = true; !steps[match[1]] {
			t.Errorf("a script leads to %q, which is no step", match[1])
		}
	}
	for name := range steps {
		if !reached[name] {
			t.Errorf("no script leads to %q", name)
		}
	}
}

func TestEveryVariableIsInTheEnvironment(t *testing.T) {
	_, text := load(t)
	set, used := variables(t), map[string]bool{}
	for _, match := range regexp.MustCompile(`\{\{(.*?)\}\}|pm\.environment\.[sg]et\(\\"(\w+)\\"`).FindAllStringSubmatch(text, -1) {
		used[match[1]+match[2]] = true
	}
	if got, want := slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(set)); !slices.Equal(got, want) {
		t.Errorf("the collection uses the variables\n%q\nthe environment has\n%q", got, want)
	}
}

// Requests of the folders name the user's objects, not those of the guide's examples.
func TestNoExampleIDIsSent(t *testing.T) {
	made, _ := load(t)
	someID := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-|diku|admin`)
	for i := range walk(made.Items) {
		if i.Request == nil {
			continue
		}
		texts := []string{i.Request.URL.Raw}
		if i.Request.Body != nil {
			texts = append(texts, i.Request.Body.Raw)
		}
		for _, f := range slices.Concat(i.Request.Headers, i.Request.URL.Query, i.Request.URL.Variables) {
			texts = append(texts, f.Value)
		}
		for _, text := range texts {
			if found := someID.FindString(text); found != "" {
				t.Errorf("%s sends %q in %q", i.Name, found, text)
			}
		}
	}
}

// A login or refresh with a stale token is refused for that token, and S3 refuses a link that comes with a second
// credential; everything that wants a permission wants the token. No cookie jar interferes.
func TestCredentials(t *testing.T) {
	made, _ := load(t)
	without := map[string]bool{
		"Log in": true, "Log in, before Poppy": true, "Download the file": true,
		"POST /authn/login": true, "POST /authn/login-with-expiry": true, "POST /authn/refresh": true, "POST /authn/logout": true,
		"GET /_/proxy/health": true,
	}
	for i := range walk(made.Items) {
		if i.Request == nil {
			continue
		}
		token := slices.ContainsFunc(i.Request.Headers, func(f field) bool { return f.Key == "X-Okapi-Token" })
		if token == without[i.Name] {
			t.Errorf("%s sends a token: %v", i.Name, token)
		}
		if i.Behavior == nil || !i.Behavior.DisableCookies {
			t.Errorf("%s leaves the cookie jar on", i.Name)
		}
		if i.Name == "Download the file" && len(i.Request.Headers) > 0 {
			t.Errorf("the link is sent %v", i.Request.Headers)
		}
	}
}

// Every request, sent as it stands, is one that the document of each release accepts that has the operation.
func TestRequestsAreLegal(t *testing.T) {
	made, _ := load(t)
	set := variables(t)
	set["okapiUrl"] = ""
	for _, filled := range []string{"jobProfileId", "fileDefinitionId", "jobExecutionId", "fileId"} {
		set[filled] = "22091d4a-0c70-4a9e-8843-5dcf96c7cdf5"
	}
	for _, release := range openapi.Releases() {
		router, err := gorillamux.NewRouter(document(t, release))
		if err != nil {
			t.Fatal(err)
		}
		judged := 0
		for i := range walk(made.Items) {
			if i.Request == nil || i.Name == "Download the file" {
				continue
			}
			r := send(t, i.Request, set)
			route, path, err := router.FindRoute(r)
			if err != nil {
				continue // not an operation of this release; that none is missing is another test's
			}
			judged++
			input := &openapi3filter.RequestValidationInput{Request: r, PathParams: path, Route: route}
			if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil {
				t.Errorf("%s, release %s: %v", i.Name, release, err)
			}
		}
		if judged < 20 {
			t.Errorf("release %s: only %d requests were judged", release, judged)
		}
	}
}

// send makes the HTTP request that Postman makes of a request and the variables.
func send(t *testing.T, from *request, set map[string]string) *http.Request {
	t.Helper()
	fill := func(text string) string {
		return regexp.MustCompile(`\{\{(\w+)\}\}`).ReplaceAllStringFunc(text, func(v string) string { return set[strings.Trim(v, "{}")] })
	}
	target := url.URL{Scheme: "http", Host: "fake"}
	for _, part := range from.URL.Path {
		for _, v := range from.URL.Variables {
			if part == ":"+v.Key {
				part = fill(v.Value)
			}
		}
		target.Path += "/" + part
	}
	query := url.Values{}
	for _, q := range from.URL.Query {
		if !q.Disabled {
			query.Set(q.Key, fill(q.Value))
		}
	}
	target.RawQuery = query.Encode()
	var content []byte
	if from.Body != nil {
		content = []byte(fill(from.Body.Raw))
	}
	r, err := http.NewRequestWithContext(t.Context(), from.Method, target.String(), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range from.Headers {
		r.Header.Set(h.Key, fill(h.Value))
	}
	return r
}

func TestMissingPartsAreNamed(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		harm       func(*openapi3.T)
	}{
		{"operation of a step", "startExport", func(doc *openapi3.T) { doc.Paths.Delete("/data-export/export") }},
		{"example of a body", "startExport", func(doc *openapi3.T) {
			doc.Paths.Value("/data-export/export").Post.RequestBody.Value.Content["application/json"].Example = nil
		}},
		{"unknown kind of parameter", "getInstances", func(doc *openapi3.T) {
			doc.Paths.Value("/inventory/instances").Get.Parameters[0].Value = openapi3.NewHeaderParameter("colour")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := document(t, "guide")
			tt.harm(doc)
			if _, err := Collection("", doc); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("the error is %v, it should name %s", err, tt.want)
			}
		})
	}
}

// With an address the collection runs there as it is: what an environment would
// set, it has itself.
func TestCollectionWithAnAddress(t *testing.T) {
	data, err := Collection("http://127.0.0.1:41873", document(t, "guide"))
	if err != nil {
		t.Fatal(err)
	}
	var made collection
	if err := json.Unmarshal(data, &made); err != nil {
		t.Fatal(err)
	}
	set := map[string]string{}
	for _, v := range made.Variables {
		set[v.Key] = v.Value
	}
	if set["okapiUrl"] != "http://127.0.0.1:41873" || set["username"] != "diku_admin" || set["password"] != "admin" || set["maxPolls"] != "60" {
		t.Errorf("the collection's variables are %v", set)
	}
	if _, filled := set["token"]; filled {
		t.Error("the collection sets what its scripts fill in")
	}
}
