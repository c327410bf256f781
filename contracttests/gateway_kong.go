package contracttests

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// kongAndSidecar is about folio-kong 3.9 and folio-module-sidecar 4.0, which tell as little as they can.
func kongAndSidecar(s *suite) {
	noRoute := kong(http.StatusNotFound, "no Route matched with those values")
	// The token plugin names the type of its answers itself, so they are JSON whatever the client accepts.
	plugin := func(message string) says {
		refused := kong(http.StatusNotFound, message)
		refused.contentType = jsonType
		return refused
	}

	It("knows no route without a tenant, however good the token", func(ctx SpecContext) {
		s.is(s.admin(ctx).send(get(profiles).without("X-Okapi-Tenant")), noRoute, nil)
		s.is(s.nobody(ctx).send(get(profiles).without("X-Okapi-Tenant")), noRoute, nil)
	})

	It("looks for the route first, then at the form of the tokens, then at the token", func(ctx SpecContext) {
		c := s.nobody(ctx)
		wrong := get("/data-export/nothing").with("Authorization", "garbage")
		s.is(c.send(wrong), noRoute, nil)
		wrong.path = profiles
		s.is(c.send(wrong), plugin("Invalid authorization header, value must start with Bearer"), nil)
		s.is(c.send(wrong.with("Authorization", "Bearer garbage")), unauthorized(), nil)
	})

	It("speaks as the client accepts", func(ctx SpecContext) {
		c := s.nobody(ctx)
		nothing := get("/data-export/nothing")
		s.is(c.send(nothing.with("Accept", "text/plain")), says{
			http.StatusNotFound, "text/plain; charset=utf-8", "no Route matched with those values\nrequest_id: {{hex}}\n",
		}, nil)
		html := c.send(nothing.with("Accept", "text/html"))
		Expect(html.status).To(Equal(http.StatusNotFound))
		Expect(html.contentType).To(Equal("text/html; charset=utf-8"))
		Expect(string(html.body)).To(ContainSubstring("no Route matched with those values"))
		s.is(c.send(nothing.without("Accept")), noRoute, nil)
	})

	It("compares the tokens that are sent, two by two", func(ctx SpecContext) {
		c := s.admin(ctx)
		bearer := "Bearer " + c.token
		Expect(c.send(get(profiles).with("Authorization", bearer)).status).To(Equal(http.StatusOK))
		s.is(c.send(get(profiles).with("Authorization", "Bearer garbage")),
			plugin("X-Okapi-Token is not equal to Authorization token"), nil)
		s.is(c.send(get(profiles).with("Cookie", "folioAccessToken=garbage")),
			plugin("X-Okapi-Token token is not equal to folioAccessToken token in cookies"), nil)
		s.is(s.nobody(ctx).send(get(profiles).with("Authorization", bearer).with("Cookie", "folioAccessToken=garbage")),
			plugin("Authorization token is not equal to folioAccessToken token in cookies"), nil)
	})

	It("tells a tenant that does not exist from one that has the module, where no token is needed", func(ctx SpecContext) {
		c := s.nobody(ctx)
		c.tenant = "nowhere"
		s.is(c.send(postJSON("/authn/login-with-expiry", credentials(s.running().Admin))), sidecar(http.StatusBadRequest,
			"TenantNotEnabledException", "tenant_not_enabled", "Application is not enabled for tenant: nowhere"), nil)
	})

	It("refuses a GET that has a body", func(ctx SpecContext) {
		s.is(s.admin(ctx).send(get(profiles).holding("{}")),
			sidecar(http.StatusBadRequest, "BadRequestException", "service_error", "GET requests should not have a body"), nil)
	})

	It("forbids every answer to be kept, good ones and errors", func(ctx SpecContext) {
		c := s.admin(ctx)
		for _, a := range []answer{c.send(get(profiles)), c.send(get("/data-export/nothing")), c.send(upload("xyz", "x"))} {
			Expect(a.header.Get("Cache-Control")).To(Equal("private, no-cache, no-store, max-age=0"))
			Expect(a.header.Get("Pragma")).To(Equal("no-cache"))
			Expect(a.header.Get("Expires")).To(Equal("0"))
			Expect(a.header.Get("Strict-Transport-Security")).To(Equal("max-age=31536000; includeSubDomains; preload"))
		}
	})
}
