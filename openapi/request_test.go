package openapi

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Requests are refused for what the release itself refuses, and for nothing else.
func TestRequests(t *testing.T) {
	docs := documents(t)
	const ids = `"fileDefinitionId":"d0d6b4dc-2207-42ec-ac6b-3c30300e4307","jobProfileId":"6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"`
	for _, tt := range []struct{ name, schema, in, body string }{
		{"the guide's", "FileDefinitionRequest", "GST", `{"fileName":"test.csv"}`},
		{"any name", "FileDefinitionRequest", "GST", `{"fileName":""}`},
		{"no name", "FileDefinitionRequest", "", `{}`},
		{"null name", "FileDefinitionRequest", "", `{"fileName":null}`},
		{"not an object", "FileDefinitionRequest", "", `["fileName"]`},
		{"what the module overwrites", "FileDefinitionRequest", "GST", `{"fileName":"a.csv","status":"ERROR","sourcePath":"x","metadata":{"createdDate":"2020-10-07"}}`},
		{"unknown status", "FileDefinitionRequest", "", `{"fileName":"a.csv","status":"DONE"}`},
		{"upload format", "FileDefinitionRequest", "ST", `{"fileName":"a.cql","uploadFormat":"cql"}`},
		{"unknown upload format", "FileDefinitionRequest", "", `{"fileName":"a.cql","uploadFormat":"xml"}`},
		{"unknown member", "FileDefinitionRequest", "ST", `{"fileName":"a.csv","colour":"red"}`},
		{"own id", "FileDefinitionRequest", "GST", `{"fileName":"a.csv","id":"d0d6b4dc-2207-42ec-ac6b-3c30300e4307"}`},
		{"own id, null", "FileDefinitionRequest", "GST", `{"fileName":"a.csv","id":null}`},
		{"own id, no UUID", "FileDefinitionRequest", "", `{"fileName":"a.csv","id":"1-2-3-4-5"}`},
		{"own id, version 0", "FileDefinitionRequest", "ST", `{"fileName":"a.csv","id":"d0d6b4dc-2207-02ec-ac6b-3c30300e4307"}`},
		{"own id, no variant", "FileDefinitionRequest", "ST", `{"fileName":"a.csv","id":"d0d6b4dc-2207-42ec-0c6b-3c30300e4307"}`},
		{"size", "FileDefinitionRequest", "GST", `{"fileName":"a.csv","size":500001}`},
		{"size below zero", "FileDefinitionRequest", "GST", `{"fileName":"a.csv","size":-1}`},
		{"size in digits", "FileDefinitionRequest", "GST", `{"fileName":"a.csv","size":"5"}`},
		{"size in words", "FileDefinitionRequest", "", `{"fileName":"a.csv","size":"five"}`},
		{"size beyond int", "FileDefinitionRequest", "", `{"fileName":"a.csv","size":2147483648}`},

		{"the guide's", "ExportRequest", "GST", `{` + ids + `}`},
		{"idType", "ExportRequest", "ST", `{` + ids + `,"idType":"holding"}`},
		{"idType null", "ExportRequest", "", `{` + ids + `,"idType":null}`},
		{"recordType", "ExportRequest", "ST", `{` + ids + `,"recordType":"AUTHORITY"}`},
		{"recordType of 5.4", "ExportRequest", "T", `{` + ids + `,"recordType":"LINKED_DATA"}`},
		{"unknown member", "ExportRequest", "ST", `{` + ids + `,"colour":"red"}`},
		{"upper case", "ExportRequest", "GST", `{` + strings.Replace(ids, "d0d6b4dc-2207-42ec-ac6b-3c30300e4307", "D0D6B4DC-2207-42EC-AC6B-3C30300E4307", 1) + `}`},
		{"no profile", "ExportRequest", "", `{"fileDefinitionId":"d0d6b4dc-2207-42ec-ac6b-3c30300e4307"}`},
		{"a name for an id", "ExportRequest", "", `{"fileDefinitionId":"test.csv","jobProfileId":"6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"}`},

		{"user and password", "LoginRequest", "GST", `{"username":"diku_admin","password":"admin"}`},
		{"no user", "LoginRequest", "GST", `{"password":"admin"}`},
		{"no password", "LoginRequest", "GS", `{"username":"diku_admin"}`},
		{"tenant", "LoginRequest", "ST", `{"username":"diku_admin","password":"admin","tenant":"diku"}`},
		{"unknown member", "LoginRequest", "T", `{"username":"diku_admin","password":"admin","colour":"red"}`},
	} {
		t.Run(tt.schema+"/"+tt.name, func(t *testing.T) {
			for release, doc := range docs {
				err := judge(doc.Components.Schemas[tt.schema].Value, tt.body, openapi3.VisitAsRequest())
				if want := strings.Contains(tt.in, strings.ToUpper(release[:1])); want != (err == nil) {
					t.Errorf("%s: legal %v, want %v: %s\n%v", release, err == nil, want, tt.body, err)
				}
			}
		})
	}
}

// What an operation reads from path and query, as a JSON value.
func TestParameters(t *testing.T) {
	docs := documents(t)
	const job, file = "getDownloadLink jobExecutionId", "getDownloadLink exportFileId"
	for _, tt := range []struct{ parameter, in, value string }{
		// Spring's OffsetRequest takes no empty page, and its path variables pass java.util.UUID, which reads short groups.
		{"getJobExecutions limit", "GST", `1`},
		{"getJobExecutions limit", "GST", `2147483647`},
		{"getJobExecutions limit", "", `2147483648`},
		{"getJobExecutions limit", "G", `0`},
		{"getJobExecutions limit", "", `-1`},
		{"getJobExecutions limit", "", `"ten"`},
		{"getJobProfiles limit", "G", `0`},
		{"getJobProfiles offset", "GST", `0`},
		{"getJobProfiles offset", "", `-1`},
		{"getJobProfiles lang", "G", `"en"`},
		{"getInstances limit", "GST", `0`},
		{"getFileDefinition fileDefinitionId", "GST", `"d0d6b4dc-2207-42ec-ac6b-3c30300e4307"`},
		{"getFileDefinition fileDefinitionId", "GST", `"1-2-3-4-5"`},
		{"getFileDefinition fileDefinitionId", "G", `"abc"`},
		{"uploadFile fileDefinitionId", "G", `"d0d6b4dc-2207-42ec-ac6b-3c30300e43071"`},
		{job, "GST", `"D0D6B4DC-2207-42EC-AC6B-3C30300E4307"`},
		{job, "G", `"112"`},
		{file, "G", `"test-112.mrc"`},
		{"getInstanceBulkIds field", "G", `"id"`},
		{"getInstanceBulkIds field", "", `"title"`},
		{"getInstanceBulkIds limit", "", `1`},
		{"getTenantModules full", "GS", `true`},
	} {
		t.Run(tt.parameter+"="+tt.value, func(t *testing.T) {
			for release, doc := range docs {
				schema := parameter(doc, tt.parameter)
				legal := schema != nil && judge(schema, tt.value, openapi3.VisitAsRequest()) == nil
				if want := strings.Contains(tt.in, strings.ToUpper(release[:1])); want != legal {
					t.Errorf("%s: legal %v, want %v", release, legal, want)
				}
			}
		})
	}
}

// parameter finds "operationId name"; nil if the operation has no such parameter.
func parameter(doc *openapi3.T, operationAndName string) *openapi3.Schema {
	operation, name, _ := strings.Cut(operationAndName, " ")
	for op := range Operations(doc) {
		if op.ID != operation {
			continue
		}
		for _, in := range []string{openapi3.ParameterInPath, openapi3.ParameterInQuery} {
			if p := op.Operation.Parameters.GetByInAndName(in, name); p != nil {
				return p.Schema.Value
			}
		}
	}
	return nil
}
