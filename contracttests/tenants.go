package contracttests

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// tenants are about two tenants of one server.
func tenants(s *suite) {
	if s.OtherTenant == "" {
		return
	}
	Describe("two tenants", func() {
		It("do not take each other's tokens", func(ctx SpecContext) {
			c := s.admin(ctx)
			c.tenant = s.OtherTenant
			foreign := per[says]{
				text(http.StatusForbidden, "Invalid token for access"), text(http.StatusForbidden, "Invalid token"), unauthorized(),
			}.of(s.Release)
			s.is(c.send(get(profiles)), foreign, nil)
			s.is(c.send(postJSON("/authn/login", credentials(s.running().Admin))), foreign, nil)
		})

		It("do not see each other's definitions and jobs, nor each other's sessions", func(ctx SpecContext) {
			here, there := s.admin(ctx), s.in(ctx, s.OtherTenant, s.running().Admin)
			definition := here.deliver(list("x"))
			job := *definition.JobExecutionId
			s.is(here.send(export(definition.Id, instancesProfile)), nothing(), nil)
			running := here.begun(job)

			s.is(there.send(jobs(job)), ok(s.template("no-jobs")), nil)
			for _, r := range []request{
				get(definitions + "/" + definition.Id), upload(definition.Id, "x"), download(job, file(running).FileId),
			} {
				Expect(there.send(r).status).To(Equal(http.StatusNotFound), "%s %s", r.method, r.path)
			}
			Expect(there.send(export(definition.Id, instancesProfile)).status).To(BeNumerically(">=", 400))

			session := s.nobody(ctx).logIn(s.running().Admin)
			there.token = ""
			s.is(there.refresh(session.refresh), refreshRefused.of(s.Release), nil)
			Expect(here.look(job).Id).To(Equal(job))
		})
	})
}
