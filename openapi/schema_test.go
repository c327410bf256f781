package openapi

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Answers are exact: no object of theirs admits a member that the document does not name.
func TestResponsesAdmitNothingElse(t *testing.T) {
	eachRelease(t, func(t *testing.T, _ string, doc *openapi3.T) {
		n := 0
		for op := range Operations(doc) {
			for status, response := range op.Operation.Responses.Map() {
				if media := response.Value.Content["application/json"]; media != nil {
					n += checkClosed(t, op.ID+" "+status, media.Schema)
				}
			}
		}
		if n < 50 {
			t.Errorf("only %d closed objects were met", n)
		}
	})
}

// checkClosed walks what a value under ref may hold, and counts the objects that are closed.
// A schema without a type only narrows the one beside it.
func checkClosed(t *testing.T, place string, ref *openapi3.SchemaRef) (closed int) {
	t.Helper()
	schema := ref.Value
	if schema.Type.Is("object") {
		if has := schema.AdditionalProperties.Has; has == nil || *has {
			t.Errorf("%s %s: an object of an answer lacks additionalProperties: false", place, ref.Ref)
		} else {
			closed++
		}
	}
	for name, property := range schema.Properties {
		closed += checkClosed(t, place+"."+name, property)
	}
	for _, alternatives := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, alternative := range alternatives {
			closed += checkClosed(t, place, alternative)
		}
	}
	if schema.Items != nil {
		closed += checkClosed(t, place+"[]", schema.Items)
	}
	return closed
}

// What an overlay leaves behind unused, it should have removed.
func TestEveryComponentIsUsed(t *testing.T) {
	for _, release := range Releases() {
		text, err := YAML(release)
		if err != nil {
			t.Fatal(err)
		}
		doc := document(t, release)
		names := map[string]int{}
		for name := range doc.Components.Schemas {
			names["schemas/"+name]++
		}
		for name := range doc.Components.Responses {
			names["responses/"+name]++
		}
		for name := range doc.Components.Parameters {
			names["parameters/"+name]++
		}
		for name := range names {
			if !strings.Contains(string(text), "'#/components/"+name+"'") {
				t.Errorf("%s: nothing refers to %s", release, name)
			}
		}
		if strings.Contains(string(text), "x-go-") {
			t.Errorf("%s: the document speaks of Go", release)
		}
	}
}

// Bodies of the releases, each valid where `in` says so and nowhere else. G, S and T are the releases' initials.
func TestBodies(t *testing.T) {
	docs := documents(t)
	const (
		id    = `"id":"22091d4a-0c70-4a9e-8843-5dcf96c7cdf5"`
		hrStr = `"hrId":"112"`
		files = `"exportedFiles":[{"fileId":"b975b199-fa3c-4cc8-8257-4e996e64addb","fileName":"test-112.mrc"}]`
		prof  = `"jobProfileId":"6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a","jobProfileName":"Default job profile"`
		g, s  = `"2020-10-07T13:17:02.263+0000"`, `"2020-10-07T13:17:02.263+00:00"`
		z     = `"2020-10-07T13:17:02.263Z"`
		user  = `"873bbfa4-7f40-4bd0-aa27-027494a4b5e9"`
		fd    = id + `,"fileName":"test.csv"`
		jobID = `"jobExecutionId":"22091d4a-0c70-4a9e-8843-5dcf96c7cdf5"`
		errs  = `{"errors":[{"message":"may not be null","type":"1","code":"-1","parameters":[{"key":"fileName","value":"null"}]}]}`
	)
	jobs := func(job string) string { return `{"jobExecutions":[{` + job + `}],"totalRecords":1}` }
	md4 := `"metadata":{"createdDate":` + g + `,"createdByUserId":` + user + `,"updatedDate":` + g + `,"updatedByUserId":` + user + `}`
	md2 := func(date string) string { return `"metadata":{"createdDate":` + date + `,"updatedDate":` + date + `}` }
	boot := func(date string) string {
		return `{"timestamp":` + date + `,"status":400,"error":"Bad Request","path":"/data-export/export"}`
	}
	modern := id + `,"hrId":112,` + files + `,` + prof + `,"progress":{"exported":25,"failed":0,"duplicatedSrs":0,"total":25,"readIds":25},` +
		`"completedDate":%[1]s,"lastUpdatedDate":%[1]s,"startedDate":%[1]s,"runBy":{"firstName":"D","lastName":"A","userId":` + user + `},"status":`
	running := id + `,` + hrStr + `,` + files + `,` + prof + `,"progress":{"exported":0,"failed":0,"total":"25"},"startedDate":` + g +
		`,"runBy":{"firstName":"admin","lastName":"admin"},"status":`
	for _, tt := range []struct {
		name, operation string
		status          int
		in, body        string
	}{
		{"no jobs", "getJobExecutions", 200, "GST", `{"jobExecutions":[],"totalRecords":0}`},
		{"no total", "getJobExecutions", 200, "", `{"jobExecutions":[]}`},
		{"null for a list", "getJobExecutions", 200, "", `{"jobExecutions":null,"totalRecords":0}`},
		{"the guide's bare job", "getJobExecutions", 200, "", `{` + running + `"SUCCESS"}`},
		{"NEW after upload", "getJobExecutions", 200, "G", jobs(id + `,` + hrStr + `,"exportedFiles":[],"jobProfileName":"","status":"NEW"`)},
		{"NEW after upload beside others", "getJobExecutions", 200, "G", jobs(id + `,` + hrStr + `,"exportedFiles":[],"status":"NEW"`)},
		{"NEW without hrId, offset basic", "getJobExecutions", 200, "", jobs(id + `,"lastUpdatedDate":` + g + `,"status":"NEW"`)},
		{"NEW from creation, offset extended", "getJobExecutions", 200, "S", jobs(id + `,"lastUpdatedDate":` + s + `,"status":"NEW"`)},
		{"NEW from creation, zulu", "getJobExecutions", 200, "T", jobs(id + `,"lastUpdatedDate":` + z + `,"status":"NEW"`)},
		{"running 2020", "getJobExecutions", 200, "G", jobs(running + `"IN_PROGRESS"`)},
		{"failed counts below zero", "getJobExecutions", 200, "G", jobs(strings.Replace(running, `"failed":0`, `"failed":-1`, 1) + `"SUCCESS"`)},
		{"total as a number in 2020", "getJobExecutions", 200, "", jobs(strings.Replace(running, `"25"`, `25`, 1) + `"SUCCESS"`)},
		{"COMPLETED in 2020", "getJobExecutions", 200, "", jobs(running + `"COMPLETED"`)},
		{"running, offset extended", "getJobExecutions", 200, "S", jobs(fmt.Sprintf(modern, s) + `"IN_PROGRESS"`)},
		{"completed, zulu", "getJobExecutions", 200, "T", jobs(fmt.Sprintf(modern, z) + `"COMPLETED"`)},
		{"with errors, offset extended", "getJobExecutions", 200, "S", jobs(fmt.Sprintf(modern, s) + `"COMPLETED_WITH_ERRORS"`)},
		{"progress without readIds", "getJobExecutions", 200, "", jobs(strings.Replace(fmt.Sprintf(modern, z), `,"readIds":25`, ``, 1) + `"COMPLETED"`)},
		{"SUCCESS today", "getJobExecutions", 200, "", jobs(fmt.Sprintf(modern, z) + `"SUCCESS"`)},
		{"hrId as a string today", "getJobExecutions", 200, "", jobs(strings.Replace(fmt.Sprintf(modern, s), `112,`, `"112",`, 1) + `"FAIL"`)},
		{"an unknown member", "getJobExecutions", 200, "", jobs(fmt.Sprintf(modern, s) + `"FAIL","metadata":{}`)},

		{"created 2020", "createFileDefinition", 201, "G", `{` + fd + `,"status":"NEW",` + md4 + `}`},
		{"created 2020 with size", "createFileDefinition", 201, "G", `{` + fd + `,"status":"NEW","size":500001,` + md4 + `}`},
		{"created 2020 with a job", "createFileDefinition", 201, "", `{` + fd + `,` + jobID + `,"status":"NEW",` + md4 + `}`},
		{"created, two members of metadata", "createFileDefinition", 201, "", `{` + fd + `,"status":"NEW",` + md2(g) + `}`},
		{"created with job and format", "createFileDefinition", 201, "S", `{` + fd + `,` + jobID + `,"status":"NEW","uploadFormat":"csv",` + md2(s) + `}`},
		{"created, zulu", "createFileDefinition", 201, "T", `{` + fd + `,` + jobID + `,"status":"NEW","uploadFormat":"cql",` + md2(z) + `}`},
		{"created, users in metadata", "createFileDefinition", 201, "", `{` + fd + `,` + jobID + `,"status":"NEW","uploadFormat":"csv",` + strings.ReplaceAll(md4, g, z) + `}`},
		{"created but COMPLETED", "createFileDefinition", 201, "", `{` + fd + `,` + jobID + `,"status":"COMPLETED","uploadFormat":"csv",` + md2(z) + `}`},
		{"uploaded 2020", "uploadFile", 200, "G", `{` + fd + `,` + jobID + `,"sourcePath":"./storage/files/x/test.csv","status":"COMPLETED",` + md4 + `}`},
		{"uploaded without job", "uploadFile", 200, "", `{` + fd + `,"sourcePath":"./storage/files/x/test.csv","status":"COMPLETED",` + md4 + `}`},
		{"uploaded, zulu", "uploadFile", 200, "T", `{` + fd + `,` + jobID + `,"sourcePath":"p","status":"COMPLETED","uploadFormat":"csv",` + md2(z) + `}`},
		{"uploaded without path", "uploadFile", 200, "", `{` + fd + `,` + jobID + `,"status":"COMPLETED","uploadFormat":"csv",` + md2(z) + `}`},
		{"second upload shows ERROR", "getFileDefinition", 200, "T", `{` + fd + `,` + jobID + `,"sourcePath":"p","status":"ERROR","uploadFormat":"csv",` + md2(z) + `}`},

		{"token in the body", "login", 201, "S", `{"okapiToken":"t"}`},
		{"two tokens in the body", "login", 201, "T", `{"okapiToken":"t","refreshToken":"r"}`},
		{"what was sent", "login", 201, "G", `{"username":"diku_admin","password":"admin"}`},
		{"whole seconds", "loginWithExpiry", 201, "GST", `{"accessTokenExpiration":"2024-01-23T15:15:49Z","refreshTokenExpiration":"2024-01-30T15:05:49Z"}`},

		{"RMB's errors", "createFileDefinition", 422, "G", errs},
		{"RMB's errors for a query", "getJobExecutions", 422, "G", strings.Replace(errs, `"fileName"`, `""`, 1)},
		{"Boot's page, offset extended", "startExport", 400, "S", boot(s)},
		{"Boot's page, zulu", "startExport", 400, "T", boot(z)},
		{"the sidecar", "startExport", 403, "T", `{"errors":[{"type":"ForbiddenException","code":"authorization_error","message":"Access Denied"}],"total_records":1}`},
		{"Kong", "startExport", 404, "T", `{"message":"no Route matched with those values","request_id":"0123456789abcdef0123456789abcdef"}`},
		{"wrong password, Okapi", "login", 422, "GS", strings.Replace(errs, `"-1"`, `"password.incorrect"`, 1)},
		{"wrong password, Keycloak", "login", 401, "T", `{"errors":[{"message":"Unauthorized error","type":"UnauthorizedException","code":"unauthorized_error"}],"total_records":1}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for release, doc := range docs {
				err := judgeResponse(doc, tt.operation, tt.status, tt.body)
				if want := strings.Contains(tt.in, strings.ToUpper(release[:1])); want != (err == nil) {
					t.Errorf("%s: legal %v, want %v: %s\n%v", release, err == nil, want, tt.body, err)
				}
			}
		})
	}
}

// judgeResponse says what is wrong with a JSON answer; that none is documented is wrong too.
func judgeResponse(doc *openapi3.T, operation string, status int, body string) error {
	for op := range Operations(doc) {
		if op.ID != operation {
			continue
		}
		response := op.Operation.Responses.Value(strconv.Itoa(status))
		if response == nil || response.Value.Content["application/json"] == nil {
			return fmt.Errorf("%s has no JSON answer %d", operation, status)
		}
		return judge(response.Value.Content["application/json"].Schema.Value, body, openapi3.VisitAsResponse())
	}
	return fmt.Errorf("no operation %s", operation)
}

func judge(schema *openapi3.Schema, body string, side openapi3.SchemaValidationOption) error {
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		return err
	}
	return schema.VisitJSON(value, side)
}
