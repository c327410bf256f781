package contracttests

import (
	. "github.com/onsi/ginkgo/v2"
)

// mistake is a request that is wrong, and the release's answer to it.
type mistake struct {
	what string
	// do makes the mistake. The values are what the answer may quote.
	do   func(c *caller) (answer, values)
	want per[says] // without a status where it is not known
}

// mistakes are the commonest ones, each in each release.
func mistakes(s *suite) {
	for _, topic := range []struct {
		about string
		rows  []mistake
	}{
		{"a file definition that is asked for in a wrong way", definitionMistakes},
		{"an upload that is wrong", uploadMistakes},
		{"an export that is asked for in a wrong way", exportMistakes},
		{"a list that is asked for in a wrong way", listMistakes},
		{"a download that is asked for in a wrong way", downloadMistakes},
		{"headers that are wrong", headerMistakes},
	} {
		describeMistakes(s, topic.about, topic.rows)
	}
	Describe("an upload or an export a second time", func() { repetitions(s) })
}

func describeMistakes(s *suite, topic string, rows []mistake) {
	Describe(topic, func() {
		for _, m := range rows {
			want := m.want.of(s.Release)
			if want.status == 0 {
				continue
			}
			It(m.what, func(ctx SpecContext) {
				a, known := m.do(s.admin(ctx))
				s.is(a, want, known)
			})
		}
	})
}

// sending is a mistake that is one request.
func sending(r request) func(c *caller) (answer, values) {
	return func(c *caller) (answer, values) { return c.send(r), nil }
}

const (
	definitions = "/data-export/file-definitions"
	exports     = "/data-export/export"
	profiles    = "/data-export/job-profiles"
	executions  = "/data-export/job-executions"
)

// unreadable is all that mod-data-export says since 5.1 of a body that Jackson cannot read.
var unreadable = spring(400, "Invalid date format for payload")

var definitionMistakes = []mistake{
	{
		"without a file name",
		sending(postJSON(definitions, `{}`)),
		since5(rmb("may not be null", "fileName", "null"), boot(400)),
	},
	{
		"with null for a file name",
		sending(postJSON(definitions, `{"fileName":null}`)),
		since5(rmb("may not be null", "fileName", "null"), boot(400)),
	},
	{
		"with a name that ends in .txt",
		sending(postJSON(definitions, `{"fileName":"test.txt"}`)),
		since5(
			text(422, "File name extension does not corresponds csv format"),
			spring(422, "Incorrect file extension of test.txt"),
		),
	},
	{
		"with a name that ends in .cql, which 2.x does not know",
		sending(postJSON(definitions, `{"fileName":"test.cql"}`)),
		per[says]{guide: text(422, "File name extension does not corresponds csv format")},
	},
	{
		"with a name that has no ending",
		sending(postJSON(definitions, `{"fileName":"test"}`)),
		since5(
			text(422, "File name extension does not corresponds csv format"),
			spring(422, "Incorrect file extension of test"),
		),
	},
	{
		"with an empty name",
		sending(postJSON(definitions, `{"fileName":""}`)),
		since5(text(422, "File name extension does not corresponds csv format"), spring(422, "Incorrect file extension of ")),
	},
	{
		"of more than 500,000 KB, which 2.x does not mind",
		func(c *caller) (answer, values) {
			id := flipped(c.define().Id)
			a := c.send(postJSON(definitions, `{"id":"`+id+`","fileName":"test.csv","size":500001}`))
			return a, values{"id": id, "user": claimsOf(c.token).UserID}
		},
		since5(
			created(`{
  "id" : "{{id}}",
  "fileName" : "test.csv",
  "status" : "NEW",
  "size" : 500001,
  "metadata" : {
    "createdDate" : "{{date}}",
    "createdByUserId" : "{{user}}",
    "updatedDate" : "{{date}}",
    "updatedByUserId" : "{{user}}"
  }
}`),
			spring(413, "File size is too large: '500001'. Please use file with size less than 500000."),
		),
	},
	{
		"in a body that is not JSON",
		sending(postJSON(definitions, `fileName=test.csv`)),
		since5(text(400, "Json content error {{any}}"), unreadable),
	},
	{
		"in a body that breaks off",
		sending(postJSON(definitions, `{"fileName":"test.csv"`)),
		since5(text(400, "Json content error {{any}}"), unreadable),
	},
	{
		"in no body at all",
		sending(post(definitions).with("Content-Type", jsonType)),
		since5(text(400, "Json content error HV000116: The object to be validated must not be null."), unreadable),
	},
	{
		"with an id that is no UUID",
		sending(postJSON(definitions, `{"id":"xyz","fileName":"test.csv"}`)),
		since5(rmb(`must match \"{{text}}\"`, "id", "xyz"), unreadable),
	},
	{
		"with an upload format that does not exist; 2.x knows none",
		sending(postJSON(definitions, `{"fileName":"test.csv","uploadFormat":"xml"}`)),
		since5(rmb(`Unrecognized field \"uploadFormat\"{{any}}`, "", ""), unreadable),
	},
	{
		"with an upload format, which 2.x does not know",
		sending(postJSON(definitions, `{"fileName":"test.csv","uploadFormat":"csv"}`)),
		per[says]{guide: rmb(`Unrecognized field \"uploadFormat\"{{any}}`, "", "")},
	},
	{
		"with a member that nobody knows, which 5.x ignores",
		sending(postJSON(definitions, `{"fileName":"test.csv","colour":"blue"}`)),
		per[says]{
			rmb(`Unrecognized field \"colour\"{{any}}`, "", ""),
			created(`{"id":"{{uuid}}","fileName":"test.csv","jobExecutionId":"{{uuid}}","status":"NEW","uploadFormat":"csv",` +
				`"metadata":{"createdDate":"{{date}}","updatedDate":"{{date}}"}}`),
			created(`{"fileName":"test.csv","id":"{{uuid}}","jobExecutionId":"{{uuid}}",` +
				`"metadata":{"createdDate":"{{date}}","updatedDate":"{{date}}"},"status":"NEW","uploadFormat":"csv"}`),
		},
	},
	{
		"with more behind the JSON, which 5.3 ignores and 5.4 does not",
		sending(postJSON(definitions, `{"fileName":"test.csv"} and more`)),
		per[says]{
			sunflower: created(`{"id":"{{uuid}}","fileName":"test.csv","jobExecutionId":"{{uuid}}","status":"NEW","uploadFormat":"csv",` +
				`"metadata":{"createdDate":"{{date}}","updatedDate":"{{date}}"}}`),
			trillium: unreadable,
		},
	},
	{
		"in a body of another type",
		sending(postJSON(definitions, `{"fileName":"test.csv"}`).with("Content-Type", "text/plain")),
		since5(text(400, `Content-type header must be ["application/json"] but it is "text/plain"`), boot(415)),
	},
	{
		"that does not exist",
		func(c *caller) (answer, values) {
			return c.send(get(definitions + "/" + nowhere)), values{"id": nowhere}
		},
		unknownEntity(text(404, "File definition not found with id {{id}}"), "FileDefinition"),
	},
	{
		"by what is no UUID",
		sending(get(definitions + "/xyz")),
		since5(text(404, "File definition not found with id xyz"), notUUID("fileDefinitionId", "xyz")),
	},
	{
		"by a shortened UUID, which 5.x writes out",
		sending(get(definitions + "/1-1-1-1-1")),
		per[says]{
			text(404, "File definition not found with id 1-1-1-1-1"),
			spring(404, "Unable to find org.folio.dataexp.domain.entity.FileDefinitionEntity with id 00000001-0001-0001-0001-000000000001"),
			spring(404, "No row with the given identifier exists for entity "+
				"[org.folio.dataexp.domain.entity.FileDefinitionEntity with id '00000001-0001-0001-0001-000000000001']"),
		},
	},
}

var uploadMistakes = []mistake{
	{
		"to a definition that does not exist",
		func(c *caller) (answer, values) { return c.send(upload(nowhere, list(nowhere))), values{"id": nowhere} },
		unknownEntity(text(404, "File definition not found with id {{id}}"), "FileDefinition"),
	},
	{
		"to what is no UUID",
		sending(upload("xyz", list(nowhere))),
		since5(text(404, "File definition not found with id xyz"), notUUID("fileDefinitionId", "xyz")),
	},
	{
		"of the type that curl sends of itself",
		func(c *caller) (answer, values) {
			id := c.define().Id
			return c.send(upload(id, list(nowhere)).with("Content-Type", "application/x-www-form-urlencoded")), values{"path": definitions + "/" + id + "/upload"}
		},
		since5(
			text(400, `Content-type header must be ["application/octet-stream"] but it is "application/x-www-form-urlencoded"`),
			boot(415),
		),
	},
}
