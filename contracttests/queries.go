package contracttests

import (
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// queries are the CQL that clients send, as it goes over the wire, and the queries that cannot be answered.
func queries(s *suite) {
	Describe("a query", func() {
		equality(s)
		otherQueries(s)
		describeMistakes(s, "that cannot be answered", queryMistakes)
	})
}

// equality is a job's id, in every way of quoting and of escaping. X stands for the id.
func equality(s *suite) {
	for _, wire := range []string{
		`id==X`,
		`id=="X"`,
		`id=X`,
		`id="X"`,
		`(id==X)`,
		`(id=="X")`,
		`id%3D%3DX`,
		`id%3D%3D%22X%22`,
		`id+==+X`,
		`id%20==%20"X"`,
		`id+%3D%3D+%22X%22`,
		`%28id%3D%3DX%29`,
		`id==X+and+status==NEW`,
		`status==NEW+and+id==X`,
		`id==X&offset=0&limit=1`,
	} {
		It("finds one job by "+wire, func(ctx SpecContext) {
			c := s.admin(ctx)
			job := *c.deliver(list("x")).JobExecutionId
			found := only(c.send(get(executions).raw("query=" + strings.ReplaceAll(wire, "X", job))))
			Expect(found.Id).To(Equal(job))
		})
	}

	It("finds one job by its id in capital letters", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := *c.deliver(list("x")).JobExecutionId
		Expect(only(c.send(jobs(strings.ToUpper(job)))).Id).To(Equal(job))
	})

	It("does not find a job that is in another state", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := *c.deliver(list("x")).JobExecutionId
		s.is(c.send(get(executions).find("id=="+job+" and status==IN_PROGRESS")), ok(s.template("no-jobs")), nil)
	})
}

func otherQueries(s *suite) {
	It("finds everything by cql.allRecords=1, by nothing and without a query", func(ctx SpecContext) {
		c := s.admin(ctx)
		all := read[api.JobProfileCollection](c.send(get(profiles)))
		Expect(all.TotalRecords).To(BeNumerically(">=", 1))
		for _, wire := range []string{"query=cql.allRecords=1", "query=cql.allRecords%3D1", "query=cql.allrecords=1", "query="} {
			Expect(read[api.JobProfileCollection](c.send(get(profiles).raw(wire)))).To(Equal(all), wire)
		}
	})

	It("finds jobs by cql.allRecords=1, a page of them", func(ctx SpecContext) {
		c := s.admin(ctx)
		c.deliver(list("x"))
		c.deliver(list("x"))
		found := read[api.JobExecutionCollection](c.send(get(executions).raw("query=cql.allRecords=1&limit=1")))
		Expect(found.JobExecutions).To(HaveLen(1))
		Expect(found.TotalRecords).To(BeNumerically(">=", 2), "totalRecords counts what the page does not show")
	})

	It("finds a profile by its name", func(ctx SpecContext) {
		c := s.admin(ctx)
		name := seedProfiles.of(s.Release)[0].name
		for _, wire := range []string{
			`query=name=="` + strings.ReplaceAll(name, " ", "+") + `"`,
			`query=name==%22` + strings.ReplaceAll(name, " ", "%20") + `%22`,
			`query=(name="` + strings.ReplaceAll(name, " ", "+") + `")`,
		} {
			found := read[api.JobProfileCollection](c.send(get(profiles).raw(wire)))
			Expect(found.JobProfiles).To(HaveLen(1), wire)
			Expect(found.JobProfiles[0].Id).To(Equal(instancesProfile))
		}
		s.is(c.send(get(profiles).find(`name=="no such profile"`)), ok(s.template("no-profiles")), nil)
	})

	It("compares states as text since 5.0, and before without regard to case", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := *c.deliver(list("x")).JobExecutionId
		found := read[api.JobExecutionCollection](c.send(get(executions).find("id==" + job + " and status==new")))
		Expect(found.TotalRecords).To(Equal(since5(1, 0).of(s.Release)))
	})

	It("finds a job by its number: hrId in 2.x, hrid since 5.0", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := c.start(list("x"))
		number := c.begun(job).HrId.String()
		index := since5("hrId", "hrid").of(s.Release)
		Expect(only(c.send(get(executions).find(index + "==" + number + " and id==" + job))).Id).To(Equal(job))
	})

	It("with a raw blank in it is no HTTP", func(ctx SpecContext) {
		a := s.admin(ctx).send(get(executions).raw("query=id == " + nowhere))
		Expect(a.status).To(Equal(http.StatusBadRequest))
	})
}

// unresolved is what mod-data-export says since 5.0 of an attribute that an entity does not have.
func unresolved(attribute, entity string) says {
	return spring(http.StatusBadRequest, "Could not resolve attribute '"+attribute+"' of 'org.folio.dataexp.domain.entity."+entity+"Entity'")
}

// noJobs is an answer of 2.x, where an index that does not exist matches nothing.
var noJobs = ok("{\n  \"jobExecutions\" : [ ],\n  \"totalRecords\" : 0\n}")

var queryMistakes = []mistake{
	{
		"id==abc",
		sending(get(executions).raw("query=id==abc")),
		since5(noJobs, spring(400, "Invalid UUID string: abc")),
	},
	{
		"id==*",
		sending(get(executions).raw("query=id==*")),
		since5(says{}, spring(400, "Invalid UUID string: *")),
	},
	{
		"id==",
		sending(get(executions).raw("query=id==")),
		since5(rmbQuery("org.z3950.zing.cql.CQLParseException: {{any}}", "{{any}}"), boot(500)),
	},
	{
		"(((",
		sending(get(profiles).raw("query=(((")),
		since5(rmbQuery("org.z3950.zing.cql.CQLParseException: {{any}}", "{{any}}"), boot(500)),
	},
	{
		`id=="`,
		sending(get(executions).raw(`query=id=="`)),
		since5(rmbQuery("org.z3950.zing.cql.CQLParseException: {{any}}", "{{any}}"), boot(500)),
	},
	{
		"a term alone",
		sending(get(executions).raw("query=" + nowhere)),
		since5(rmbQuery("cql.serverChoice requested, but no serverChoiceIndexes defined.", "{{any}}"), boot(500)),
	},
	{
		"an index that the list does not have",
		sending(get(executions).raw("query=colour==blue")),
		since5(noJobs, unresolved("colour", "JobExecution")),
	},
	{
		"hrId, which is called hrid since 5.0",
		sending(get(executions).raw("query=hrId==0")),
		since5(noJobs, unresolved("hrId", "JobExecution")),
	},
	{
		"progress.total, which is no attribute since 5.0",
		sending(get(executions).raw("query=progress.total==none")),
		since5(noJobs, unresolved("progress", "JobExecution")),
	},
	{
		"an index that profiles do not have",
		sending(get(profiles).raw("query=userInfo==none")),
		since5(says{}, unresolved("userInfo", "JobProfile")),
	},
}
