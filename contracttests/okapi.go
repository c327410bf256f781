package contracttests

import (
	"net/http"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// okapiPages are Okapi's own, by which scripts find out what they talk to. Kong has none of them.
func okapiPages(s *suite) {
	tenantPath := func(page string) string { return "/_/proxy/tenants/" + s.running().Tenant + "/" + page }
	if s.Release == "trillium" {
		It("has none of Okapi's own pages", func(ctx SpecContext) {
			for _, path := range []string{"/_/version", "/_/proxy/health", tenantPath("modules"), tenantPath("interfaces")} {
				s.is(s.admin(ctx).send(get(path)), noRoute("").of(s.Release), nil)
			}
		})
		return
	}
	Describe("Okapi's own pages", func() {
		It("say its version, without a line end", func(ctx SpecContext) {
			a := s.admin(ctx).send(get("/_/version"))
			s.is(a, text(http.StatusOK, "{{number}}.{{number}}.{{number}}"), nil)
		})

		It("say that all is well to anybody", func(ctx SpecContext) {
			s.is(s.nobody(ctx).send(get("/_/proxy/health")), ok("[ ]"), nil)
		})

		It("list the tenant's modules, sorted, one to a line", func(ctx SpecContext) {
			c := s.admin(ctx)
			a := c.send(get(tenantPath("modules")))
			Expect(string(a.body)).To(MatchRegexp(`^\[ \{\n  "id" : "[^"]+"\n\}(, \{\n  "id" : "[^"]+"\n\})* \]$`))
			modules := read[[]api.ModuleId](a)
			Expect(slices.IsSortedFunc(modules, func(a, b api.ModuleId) int { return strings.Compare(a.Id, b.Id) })).To(BeTrue())
		})

		version := since5("2.0", "5.3").of(s.Release)
		module := api.ModuleId{Id: since5("mod-data-export-2.1.2", "mod-data-export-5.3.0").of(s.Release)}
		for _, asked := range []struct {
			wire   string
			wanted []api.ModuleId
		}{
			{"filter=mod-data-export", []api.ModuleId{module}},
			{"provide=data-export", []api.ModuleId{module}},
			{"provide=data-export=" + version, []api.ModuleId{module}},
			{"provide=data-export=0.9", []api.ModuleId{}},
			{"filter=mod-data", []api.ModuleId{}},
		} {
			It("find modules by "+asked.wire, func(ctx SpecContext) {
				a := s.admin(ctx).send(get(tenantPath("modules")).raw(asked.wire))
				Expect(read[[]api.ModuleId](a)).To(Equal(asked.wanted))
			})
		}

		It("list the tenant's interfaces, Data Export among them", func(ctx SpecContext) {
			a := s.admin(ctx).send(get(tenantPath("interfaces")))
			Expect(read[[]api.InterfaceId](a)).To(ContainElement(api.InterfaceId{Id: "data-export", Version: version}))
		})

		It("are closed to those without a token, but for the health", func(ctx SpecContext) {
			c := s.nobody(ctx)
			s.is(c.send(get("/_/version")), noToken("okapi.version.get").of(s.Release), nil)
			s.is(c.send(get(tenantPath("modules"))), noToken("okapi.proxy.tenants.modules.list").of(s.Release), nil)
			s.is(c.send(get(tenantPath("interfaces"))), noToken("okapi.proxy.tenants.interfaces.list").of(s.Release), nil)
		})

		It("are open to everybody who is logged in, as far as their own tenant goes", Label(Seed), func(ctx SpecContext) {
			c := s.as(ctx, s.running().Viewer)
			for _, path := range []string{"/_/version", tenantPath("modules"), tenantPath("interfaces")} {
				Expect(c.send(get(path)).status).To(Equal(http.StatusOK), path)
			}
			s.is(c.send(get("/_/proxy/tenants/nowhere/modules")),
				noPermission("okapi.proxy.tenants.modules.list").of(s.Release), values{"user": s.running().Viewer.Name})
		})

		It("know nothing of a tenant that does not exist, to the administrator of another", Label(Seed), func(ctx SpecContext) {
			a := s.admin(ctx).send(get("/_/proxy/tenants/nowhere/modules"))
			s.is(a, text(http.StatusNotFound, "nowhere"), nil)
		})

		It("refuse what is neither true nor false", func(ctx SpecContext) {
			a := s.admin(ctx).send(get(tenantPath("modules")).raw("full=x"))
			s.is(a, text(http.StatusBadRequest, "Bad boolean for parameter full: x"), nil)
		})
	})
}
