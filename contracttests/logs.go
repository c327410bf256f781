package contracttests

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const (
	logsPath   = "/data-export/logs"
	expirePath = "/data-export/expire-jobs"
)

// logs are the operations that came with mod-data-export 3.0: the error log, the end of a job's row, and the end of jobs
// that nobody works at any more.
func logs(s *suite) {
	if s.Release == "guide" {
		Describe("what came with mod-data-export 3.0", func() {
			for _, r := range []request{get(logsPath), post(expirePath), get(executions + "/" + nowhere).by(http.MethodDelete)} {
				It("is no path yet: "+r.method+" "+r.path, func(ctx SpecContext) {
					s.is(s.admin(ctx).send(r), text(404, "No suitable module found for path "+r.path+" for tenant {{any}}"), nil)
				})
			}
		})
		return
	}
	Describe("the error log", func() {
		rowsOfAJob(s)
		rowsOfADefinition(s)
		describeMistakes(s, "asked", logMistakes)
	})
	Describe("a job that is removed", func() { removed(s) })
	Describe("expire-jobs", Label(OwnServer), func() { expired(s) })
}

// logOf asks for the rows of a job.
func logOf(job string) request {
	return get(logsPath).raw("query=jobExecutionId==" + job + "&limit=100")
}

// rows wraps templates of rows in a page. The placeholders are those of the release's row: its members in order.
func (s *suite) rows(rows ...string) string {
	body := ""
	for i, r := range rows {
		if i > 0 {
			body += ","
		}
		body += r
	}
	return `{"errorLogs":[` + body + `],"totalRecords":` + []string{"0", "1", "2", "3", "4", "5"}[len(rows)] + `}`
}

// row is one of a job; values is a JSON array.
func (s *suite) row(code, values string) string {
	if s.Release == "trillium" {
		return `{"createdDate":"{{date}}","errorMessageCode":"` + code + `","errorMessageValues":` + values +
			`,"id":"{{uuid}}","jobExecutionId":"{{job}}","logLevel":"ERROR"}`
	}
	return `{"id":"{{uuid}}","jobExecutionId":"{{job}}","createdDate":"{{date}}","logLevel":"ERROR","errorMessageCode":"` + code +
		`","errorMessageValues":` + values + `}`
}

func rowsOfAJob(s *suite) {
	It("is empty for a job of which all went well", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := c.ended(c.start(list(c.knownIDs().generated[0]))).Id
		s.is(c.send(logOf(job)), ok(s.rows()), nil)
	})

	It("names bad lines and counts what failed", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := c.ended(c.start(list("uuid", c.knownIDs().generated[0], "a b"))).Id
		s.is(c.send(logOf(job)), ok(s.rows(
			s.row("error.invalidUuidFormat", `["uuid,a b"]`),
			s.row("error.someRecordsFailed", `["2"]`),
		)), values{"job": job})
	})

	It("names an id that stands in the list several times, and how often", func(ctx SpecContext) {
		c := s.admin(ctx)
		id := c.knownIDs().generated[0]
		job := c.ended(c.start(list(id, id, id))).Id
		s.is(c.send(logOf(job)), ok(s.rows(
			s.row("error.duplicatedIds", `["{{id}}","3"]`),
			s.row("error.someRecordsFailed", `["2"]`),
		)), values{"job": job, "id": id})
	})

	It("says of an empty list that nothing could be read, without a value", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := c.ended(c.start("")).Id
		s.is(c.send(logOf(job)), ok(s.rows(s.row("error.readingFromInputFile", `[]`))), values{"job": job})
	})

	It("says of a list without any id only what its lines are", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := c.ended(c.start(list("header"))).Id
		s.is(c.send(logOf(job)), ok(s.rows(
			s.row("error.invalidUuidFormat", `["header"]`),
			s.row("error.someRecordsFailed", `["1"]`),
		)), values{"job": job})
	})

	if s.NamedRecords {
		It("names ids that are not found", func(ctx SpecContext) {
			c := s.admin(ctx)
			job := c.ended(c.start(list(nowhere, c.knownIDs().generated[0]))).Id
			s.is(c.send(logOf(job)), ok(s.rows(
				s.row("error.uuidsNotFound", `["{{id}}"]`),
				s.row("error.someRecordsFailed", `["1"]`),
			)), values{"job": job, "id": nowhere})
		})

		It("says of a job without a file why there is none", func(ctx SpecContext) {
			c := s.admin(ctx)
			definition := c.deliver(list(nowhere))
			s.is(c.send(export(definition.Id, instancesProfile)), nothing(), nil)
			job := c.ended(*definition.JobExecutionId).Id
			sentence := per[string]{
				sunflower: "Nothing to export: no .mrc file generated", trillium: "Nothing to export: no output file generated",
			}.of(s.Release)
			s.is(c.send(logOf(job)), ok(s.rows(
				s.row("error.uuidsNotFound", `["{{id}}"]`),
				s.row("error.someRecordsFailed", `["1"]`),
				s.row("error.fileDefinition.invalidWithId", `["{{definition}}"]`),
				s.row("error.binaryFile.notGenerated", `["`+sentence+`"]`),
			)), values{"job": job, "id": nowhere, "definition": definition.Id})
		})
	}

	It("says why a request was accepted with 204 and failed", func(ctx SpecContext) {
		c := s.admin(ctx)
		definition := c.deliver(list(nowhere))
		const deletedAuthorities = "2c9be114-6d35-4408-adac-9ead35f51a27"
		s.is(c.send(export(definition.Id, deletedAuthorities)), nothing(), nil)
		job := *definition.JobExecutionId
		Expect(c.look(job).Status).To(Equal(api.JobExecutionStatusFail))
		s.is(c.send(logOf(job)), ok(s.rows(s.row("error.onlyForSetToDeletion",
			`["This profile can only be used to export authority records set for deletion"]`))), values{"job": job})
	})

	It("is shown by pages", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := c.ended(c.start(list("header"))).Id
		second := c.send(get(logsPath).raw("query=jobExecutionId==" + job + "&offset=1&limit=1"))
		Expect(read[api.ErrorLogCollection](second).TotalRecords).To(Equal(2))
		Expect(read[api.ErrorLogCollection](second).ErrorLogs).To(HaveLen(1))
		Expect(read[api.ErrorLogCollection](second).ErrorLogs[0].ErrorMessageCode).To(Equal("error.someRecordsFailed"))
	})

	It("is for those who may look, and for no one who only exports", Label(Seed), func(ctx SpecContext) {
		Expect(s.as(ctx, s.running().Viewer).send(logOf(nowhere)).status).To(Equal(http.StatusOK))
		Expect(s.as(ctx, s.running().Exporter).send(logOf(nowhere)).status).To(Equal(http.StatusForbidden))
	})
}

// rowsOfADefinition are written when a file definition is refused, for no job.
func rowsOfADefinition(s *suite) {
	It("names the file that was refused for its ending", func(ctx SpecContext) {
		c := s.admin(ctx)
		const name = "refused-for-its-ending.txt"
		Expect(c.send(postJSON(definitions, `{"fileName":"`+name+`"}`)).status).To(Equal(http.StatusUnprocessableEntity))
		var found []api.ErrorLog
		for _, row := range read[api.ErrorLogCollection](c.send(get(logsPath).raw("limit=1000000"))).ErrorLogs {
			if row.ErrorMessageCode == "error.uploadedFile.invalidExtension" && row.JobExecutionId == nil && (*row.ErrorMessageValues)[0] == name {
				found = append(found, row)
			}
		}
		Expect(found).NotTo(BeEmpty())
	})
}

var logMistakes = []mistake{
	{"with a query that is none", sending(get(logsPath).find("(((")), per[says]{sunflower: boot(500), trillium: boot(500)}},
	{
		"by what only its rows show",
		sending(get(logsPath).find("errorMessageCode==error.uuidsNotFound")),
		per[says]{sunflower: unresolved("errorMessageCode", "ErrorLog"), trillium: unresolved("errorMessageCode", "ErrorLog")},
	},
	{
		"for the rows of what is no UUID", sending(get(logsPath).find("jobExecutionId==abc")),
		per[says]{sunflower: spring(400, "Invalid UUID string: abc"), trillium: spring(400, "Invalid UUID string: abc")},
	},
	{
		"for a page of no lines", sending(get(logsPath).raw("limit=0")),
		per[says]{sunflower: spring(400, "Limit cannot be negative or zero: 0"), trillium: spring(400, "Limit cannot be negative or zero: 0")},
	},
}

// remove is the request that removes a job.
func remove(job string) request { return get(executions + "/" + job).by(http.MethodDelete) }

func removed(s *suite) {
	It("is gone from the list, and its rows in the log stay", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := c.ended(c.start(list("header"))).Id
		s.is(c.send(remove(job)), nothing(), nil)
		s.is(c.send(jobs(job)), ok(s.template("no-jobs")), nil)
		Expect(read[api.ErrorLogCollection](c.send(logOf(job))).TotalRecords).To(Equal(2))
	})

	It("cannot be exported any more", func(ctx SpecContext) {
		c := s.admin(ctx)
		definition := c.deliver(list(nowhere))
		s.is(c.send(remove(*definition.JobExecutionId)), nothing(), nil)
		s.is(c.send(export(definition.Id, instancesProfile)), unknownEntity(says{}, "JobExecution").of(s.Release), values{"id": *definition.JobExecutionId})
	})

	It("need not be there", func(ctx SpecContext) {
		s.is(s.admin(ctx).send(remove(nowhere)), nothing(), nil)
	})

	It("has to be named by a UUID", func(ctx SpecContext) {
		s.is(s.admin(ctx).send(remove("xyz")), spring(400, "Method parameter 'jobExecutionId': Failed to convert value of type "+
			"'java.lang.String' to required type 'java.util.UUID'; Invalid UUID string: xyz"), nil)
	})

	It("is removed by an administrator only", Label(Seed), func(ctx SpecContext) {
		Expect(s.as(ctx, s.running().Exporter).send(remove(nowhere)).status).To(Equal(http.StatusForbidden))
	})
}

func expired(s *suite) {
	It("leaves jobs alone that are NEW or have ended", func(ctx SpecContext) {
		c := s.admin(ctx)
		waiting := *c.deliver(list(nowhere)).JobExecutionId
		ended := c.ended(c.start(list(c.knownIDs().generated[0])))
		if s.VirtualTime {
			Expect(s.pass(ctx, 2*time.Hour)).To(Succeed())
			c = s.admin(ctx)
		}
		s.is(c.send(post(expirePath)), nothing(), nil)
		Expect(c.look(waiting).Status).To(Equal(api.JobExecutionStatusNew))
		Expect(c.look(ended.Id)).To(Equal(ended))
	})
}
