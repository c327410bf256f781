package contracttests

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

var exportMistakes = []mistake{
	{
		"of a definition that does not exist",
		func(c *caller) (answer, values) {
			return c.send(export(nowhere, instancesProfile)), values{"id": nowhere}
		},
		per[says]{
			text(400, "File definition not found with id {{id}}"),
			spring(404, "Unable to find org.folio.dataexp.domain.entity.FileDefinitionEntity with id {{id}}"),
			spring(404, "Unable to find"),
		},
	},
	{
		"with a profile that does not exist",
		func(c *caller) (answer, values) {
			return c.send(export(c.deliver(list(nowhere)).Id, nowhere)), values{"id": nowhere}
		},
		unknownEntity(text(400, "JobProfile not found with id {{id}}"), "JobProfile"),
	},
	{
		"of a definition without an upload, of which 5.x says nothing",
		func(c *caller) (answer, values) { return c.send(export(c.define().Id, instancesProfile)), nil },
		// PostgreSQL's words for a look-up that ends behind its equals sign.
		since5(text(400, "{{any}}syntax error at end of input{{any}}"), nothing()),
	},
	{
		"without the definition",
		sending(postJSON(exports, `{"jobProfileId":"`+instancesProfile+`"}`)),
		since5(rmb("may not be null", "fileDefinitionId", "null"), boot(400)),
	},
	{
		"without the profile",
		sending(postJSON(exports, `{"fileDefinitionId":"`+nowhere+`"}`)),
		since5(rmb("may not be null", "jobProfileId", "null"), boot(400)),
	},
	{
		"with a definition that is no UUID",
		sending(export("xyz", instancesProfile)),
		since5(rmb(`must match \"{{text}}\"`, "fileDefinitionId", "xyz"), unreadable),
	},
	{
		"with a kind of id, which 2.x does not know",
		func(c *caller) (answer, values) {
			id := c.deliver(list("x")).Id
			return c.send(postJSON(exports, `{"fileDefinitionId":"`+id+`","jobProfileId":"`+instancesProfile+`","idType":"instance"}`)), nil
		},
		since5(rmb(`Unrecognized field \"idType\"{{any}}`, "", ""), nothing()),
	},
	{
		"with a kind of id that does not exist",
		sending(postJSON(exports, `{"fileDefinitionId":"`+nowhere+`","jobProfileId":"`+instancesProfile+`","idType":"item"}`)),
		per[says]{sunflower: unreadable, trillium: unreadable},
	},
	{
		"in no body at all",
		sending(post(exports).with("Content-Type", jsonType)),
		since5(text(400, "Json content error HV000116: The object to be validated must not be null."), unreadable),
	},
	{
		"in a body of another type",
		sending(export(nowhere, instancesProfile).with("Content-Type", "text/plain")),
		since5(text(400, `Content-type header must be ["application/json"] but it is "text/plain"`), boot(415)),
	},
}

var listMistakes = []mistake{
	{
		"a job that does not exist is no mistake, the list is empty",
		sending(jobs(nowhere)),
		per[says]{
			ok("{\n  \"jobExecutions\" : [ ],\n  \"totalRecords\" : 0\n}"),
			ok(`{"jobExecutions":[],"totalRecords":0}`),
			ok(`{"jobExecutions":[],"totalRecords":0}`),
		},
	},
	{
		"a page of no lines, which 2.x answers and counts",
		func(c *caller) (answer, values) {
			query := get(executions).raw("limit=0&query=" + "id==" + *c.deliver(list("x")).JobExecutionId)
			return c.send(query), nil
		},
		since5(ok("{\n  \"jobExecutions\" : [ ],\n  \"totalRecords\" : 1\n}"), spring(400, "Limit cannot be negative or zero: 0")),
	},
	{
		"a page of less than none",
		sending(get(executions).raw("limit=-1")),
		since5(text(400, "\n'limit' parameter is incorrect. parameter value {-1} is not valid: {{any}}"), boot(500)),
	},
	{
		"a page from before the beginning",
		sending(get(profiles).raw("offset=-1")),
		since5(text(400, "\n'offset' parameter is incorrect. parameter value {-1} is not valid: {{any}}"), boot(500)),
	},
	{
		"a page of so many that is no number",
		sending(get(profiles).raw("limit=ten")),
		since5(says{}, spring(400, "Method parameter 'limit': Failed to convert value of type 'java.lang.String' "+
			"to required type '{{text}}'; For input string: \"ten\"")),
	},
}

var downloadMistakes = []mistake{
	{
		"of a job that does not exist",
		func(c *caller) (answer, values) { return c.send(download(nowhere, nowhere)), values{"id": nowhere} },
		unknownEntity(text(404, "Job execution not found with id {{id}}"), "JobExecution"),
	},
	{
		"of a job that is still NEW",
		func(c *caller) (answer, values) {
			return c.send(download(*c.deliver(list("x")).JobExecutionId, nowhere)), values{"id": nowhere}
		},
		since5(text(404, "Export File with id: {{id}} not found:"), boot(500)),
	},
	{
		"of a file that the job does not list, for which 5.x does not look",
		func(c *caller) (answer, values) {
			return c.send(download(c.begun(c.start(list("x"))).Id, nowhere)), values{"id": nowhere}
		},
		per[says]{
			text(404, "Export File with id: {{id}} not found:"),
			ok(`{"fileId":"{{id}}","link":"{{text}}"}`),
			ok(`{"fileId":"{{id}}","link":"{{text}}"}`),
		},
	},
	{
		"of a job by what is no UUID",
		sending(download("xyz", nowhere)),
		per[says]{sunflower: notUUID("jobExecutionId", "xyz"), trillium: notUUID("jobExecutionId", "xyz")},
	},
	{
		"of a file by what is no UUID",
		sending(download(nowhere, "xyz")),
		per[says]{sunflower: notUUID("exportFileId", "xyz"), trillium: notUUID("exportFileId", "xyz")},
	},
}

var headerMistakes = []mistake{
	{
		"no Accept, which the modules of 2020 refuse",
		func(c *caller) (answer, values) {
			return c.send(get(profiles).find(`id==` + nowhere).without("Accept")), nil
		},
		per[says]{
			text(400, `Accept header must be ["application/json","text/plain"] for this request, but it is "", can not send */*`),
			ok(`{"jobProfiles":[],"totalRecords":0}`),
			ok(`{"jobProfiles":[],"totalRecords":0}`),
		},
	},
	{
		"no Accept with a body",
		sending(postJSON(definitions, `{"fileName":"test.txt"}`).without("Accept")),
		since5(
			text(400, `Accept header must be [{{any}}] for this request, but it is "", can not send */*`),
			spring(422, "Incorrect file extension of test.txt"),
		),
	},
	{
		"HTML and nothing else, which no module has",
		sending(get(profiles).with("Accept", "text/html")),
		since5(
			text(400, `Accept header must be ["application/json","text/plain"] for this request, but it is "text/html", can not send */*`),
			boot(406),
		),
	},
	{
		"plain text and nothing else, which 5.x promises and does not have",
		sending(get(profiles).with("Accept", "text/plain")),
		per[says]{sunflower: boot(500), trillium: boot(500)},
	},
	{
		"plain text and nothing else, when the answer is an error anyway",
		func(c *caller) (answer, values) {
			return c.send(postJSON(definitions, `{"fileName":"x.txt"}`).with("Accept", "text/plain")), nil
		},
		since5(says{}, spring(422, "Incorrect file extension of x.txt")),
	},
	{
		"JSON and nothing else: 5.x sends its texts unquoted all the same",
		func(c *caller) (answer, values) {
			r := postJSON(definitions, `{"fileName":"x.txt"}`).with("Accept", jsonType)
			r.mislabelled = true
			return c.send(r), nil
		},
		since5(says{}, says{http.StatusUnprocessableEntity, jsonType, "Incorrect file extension of x.txt"}),
	},
}

// repetitions are what a client does twice.
func repetitions(s *suite) {
	It("a second upload is refused; since 5.0 it spoils the definition, but not the export", func(ctx SpecContext) {
		c := s.admin(ctx)
		definition := c.deliver(list(c.knownIDs().generated[0]))
		s.is(c.send(upload(definition.Id, list("x"))), since5(
			text(400, "File already uploaded for this FileDefinition"),
			spring(500, "File already uploaded for file definition with id : {{id}}"),
		).of(s.Release), values{"id": definition.Id})
		after := read[api.FileDefinition](c.send(get(definitions + "/" + definition.Id)))
		Expect(after.Status).To(Equal(since5(api.FileDefinitionStatusCompleted, api.FileDefinitionStatusError).of(s.Release)))

		s.is(c.send(export(definition.Id, instancesProfile)), nothing(), nil)
		job := c.ended(*definition.JobExecutionId)
		Expect(job.Status).To(Equal(success.of(s.Release)))
		Expect(job.Progress.Exported).To(Equal(1), "the list of the first upload")
	})

	It("an export that is refused for its profile leaves the job NEW", func(ctx SpecContext) {
		c := s.admin(ctx)
		definition := c.deliver(list("x"))
		a := c.send(export(definition.Id, nowhere))
		Expect(a.status).To(BeNumerically(">=", 400))
		s.is(c.send(jobs(*definition.JobExecutionId)), ok(s.template("job-waiting")), values{"job": *definition.JobExecutionId})
	})

	if s.Release == "guide" {
		It("a second export adds a file of the same name and another id", func(ctx SpecContext) {
			c := s.admin(ctx)
			definition := c.deliver(list(c.knownIDs().generated[0]))
			s.is(c.send(export(definition.Id, instancesProfile)), nothing(), nil)
			first := c.ended(*definition.JobExecutionId)
			s.is(c.send(export(definition.Id, instancesProfile)), nothing(), nil)
			second := c.until(first.Id, "at the end of its second run", func(j api.JobExecution) bool {
				return j.Status == api.JobExecutionStatusSuccess && len(*j.ExportedFiles) == 2
			})
			files := *second.ExportedFiles
			Expect(files[0]).To(Equal(file(first)))
			Expect(files[1].FileName).To(Equal(files[0].FileName))
			Expect(files[1].FileId).NotTo(Equal(files[0].FileId))
			Expect(second.StartedDate).To(Equal(first.StartedDate), "startedDate is kept")
			Expect(second.CompletedDate.After(first.CompletedDate.Time)).To(BeTrue())
		})
		return
	}
	exportsThatFail(s)
	if s.VirtualTime {
		It("a second export hangs: the job has a new number, is IN_PROGRESS and stays so", func(ctx SpecContext) {
			c := s.admin(ctx)
			definition := c.deliver(list(c.knownIDs().generated[0]))
			s.is(c.send(export(definition.Id, instancesProfile)), nothing(), nil)
			first := c.ended(*definition.JobExecutionId)
			s.is(c.send(export(definition.Id, instancesProfile)), nothing(), nil)
			Expect(c.pass(ctx, 24*time.Hour)).To(Succeed())
			second := s.admin(ctx).look(first.Id)
			Expect(second.Status).To(Equal(api.JobExecutionStatusInProgress))
			Expect(second.HrId.Value).To(BeNumerically(">", first.HrId.Value))
			Expect(file(second).FileId).NotTo(Equal(file(first).FileId))
		})
	}
}

// exportsThatFail are requests that mod-data-export 5.x accepts with 204 and fails at once, before anything is read.
func exportsThatFail(s *suite) {
	const (
		deletedAuthorities = "2c9be114-6d35-4408-adac-9ead35f51a27"
		authorities        = "56944b1c-f3f9-475b-bed0-7387c33620ce"
		holdings           = "5e9835fc-0e51-44c8-8a47-f7b8fce35da7"
	)
	for _, wrong := range []struct{ what, profile, idType string }{
		{"ids of instances with the profile for deleted authorities", deletedAuthorities, "instance"},
		{"ids of holdings with the profile for deleted authorities", deletedAuthorities, "holding"},
		{"ids of authorities with the profile for instances", instancesProfile, "authority"},
	} {
		It("an export of "+wrong.what+" is accepted and has failed by then", func(ctx SpecContext) {
			c := s.admin(ctx)
			definition := c.deliver(list(c.knownIDs().generated[0]))
			asked := postJSON(exports, object("fileDefinitionId", definition.Id, "jobProfileId", wrong.profile, "idType", wrong.idType))
			s.is(c.send(asked), nothing(), nil)
			job := c.look(*definition.JobExecutionId)
			Expect(job.Status).To(Equal(api.JobExecutionStatusFail))
			Expect(job.CompletedDate).NotTo(BeNil())
			Expect(job.Progress).To(HaveValue(Equal(api.JobProgress{DuplicatedSrs: new(0), ReadIds: new(0)})))
			Expect(file(job).FileName).To(MatchRegexp(`^test-\d+\.mrc$`), "the provisional file stays")
		})
	}

	It("a query for authorities is accepted, has failed by then in 5.3 and is at work in 5.4", func(ctx SpecContext) {
		c := s.admin(ctx)
		made := read[api.FileDefinition](c.send(postJSON(definitions, object("fileName", "test.cql", "uploadFormat", "cql"))))
		definition := read[api.FileDefinition](c.send(upload(made.Id, `keyword="nod"`)))
		asked := postJSON(exports, object("fileDefinitionId", definition.Id, "jobProfileId", authorities, "idType", "authority"))
		s.is(c.send(asked), nothing(), nil)
		Expect(c.look(*definition.JobExecutionId).Status).To(Equal(per[api.JobExecutionStatus]{
			sunflower: api.JobExecutionStatusFail, trillium: api.JobExecutionStatusInProgress,
		}.of(s.Release)))
	})

	if s.Release == "trillium" {
		It("an export of ids of instances with the profile for holdings finds none of them", func(ctx SpecContext) {
			c := s.admin(ctx)
			definition := c.deliver(list(c.knownIDs().generated[0]))
			s.is(c.send(export(definition.Id, holdings)), nothing(), nil)
			c.comesTo(*definition.JobExecutionId, failed(1).trillium, nil)
		})
	}
}
