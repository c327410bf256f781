package contracttests

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// theGuidesQuery finds the 25 titles of a fresh Fauxkapi, as it stands in the guide.
const theGuidesQuery = `(keyword all "nod") sortby title`

// collectingIDs is what comes before the six steps: a query that finds instances.
func collectingIDs(s *suite) {
	Describe("collecting ids", func() {
		It("pages through instances, whose number does not depend on the page", func(ctx SpecContext) {
			c := s.admin(ctx)
			first := read[api.InstanceCollection](c.send(get("/inventory/instances").raw("query=cql.allRecords=1%20sortby%20title&limit=2")))
			second := read[api.InstanceCollection](c.send(get("/inventory/instances").raw("query=cql.allRecords=1+sortby+title&limit=2&offset=2")))
			Expect(first.Instances).To(HaveLen(2))
			Expect(second.Instances).To(HaveLen(2))
			Expect(second.TotalRecords).To(Equal(first.TotalRecords))
			Expect(second.Instances).NotTo(ContainElements(first.Instances))
			titles := []string{first.Instances[0].Title, first.Instances[1].Title, second.Instances[0].Title}
			Expect(titles).To(HaveEach(Not(BeEmpty())))
		})

		It("shows ten instances if no number is asked for", func(ctx SpecContext) {
			found := read[api.InstanceCollection](s.admin(ctx).send(get("/inventory/instances")))
			Expect(found.Instances).To(HaveLen(10))
		})

		It("refuses a page that is no number", func(ctx SpecContext) {
			s.is(s.admin(ctx).send(get("/inventory/instances").raw("limit=ten")),
				text(http.StatusBadRequest, "limit and offset must be numeric when supplied"), nil)
		})

		It("finds the 25 titles with the word of the guide", Label(Seed), func(ctx SpecContext) {
			found := read[api.InstanceCollection](s.admin(ctx).send(get("/inventory/instances").find(theGuidesQuery).and("limit=100")))
			Expect(found.TotalRecords).To(Equal(25))
			Expect(found.Instances).To(HaveLen(25))
		})

		if s.Release == "guide" {
			bulkIDs(s)
			return
		}
		It("has no /instance-bulk/ids any more", func(ctx SpecContext) {
			s.is(s.admin(ctx).send(get("/instance-bulk/ids")), noRoute(s.running().Tenant).of(s.Release), nil)
		})
	})
}

// and adds to the query string.
func (r request) and(more string) request { return r.raw(r.query + "&" + more) }

// bulkIDs is the guide's way, which went with mod-inventory-storage 20.
func bulkIDs(s *suite) {
	It("lists all ids at once, row by row, whatever limit says", func(ctx SpecContext) {
		c := s.admin(ctx)
		ids := c.knownIDs()
		a := c.send(get("/instance-bulk/ids").raw("limit=1&query=id==" + ids.stored[0] + "+or+id==" + ids.generated[0]))
		s.is(a, ok(`{
  "ids": [
{"id":"{{uuid}}"},
{"id":"{{uuid}}"}],
  "totalRecords": 2,
  "resultInfo": {{any}}
}`), nil)
		found := read[api.InstanceIds](a)
		Expect(found.Ids).To(ConsistOf(api.InstanceId{Id: ids.stored[0]}, api.InstanceId{Id: ids.generated[0]}))
		Expect(found.ResultInfo.Diagnostics).To(HaveValue(BeEmpty()), "nothing went wrong on the way")
	})

	It("finds the 25 titles by the guide's own address", Label(Seed), func(ctx SpecContext) {
		c := s.admin(ctx)
		a := c.send(get("/instance-bulk/ids").raw(`limit=2147483647&query=(keyword%20all%20"nod")%20sortby%20title`))
		found := read[api.InstanceIds](a)
		Expect(found.Ids).To(HaveLen(25))
		Expect(found.TotalRecords).To(HaveValue(Equal(25)))
	})

	It("refuses a query that is none", func(ctx SpecContext) {
		a := s.admin(ctx).send(get("/instance-bulk/ids").raw("query=((("))
		s.is(a, text(http.StatusBadRequest, "{{any}}: ((("), nil)
	})
}
