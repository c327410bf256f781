package contracttests

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// okapi is about Okapi 3.1 and 6.2 with mod-authtoken: tokens that contradict each other, then the tenant, then the
// route, then the token, and only then the module.
func okapi(s *suite) {
	different := text(http.StatusBadRequest, "Different tokens in Authentication and X-Okapi-Token. Use only one of them")
	missing := text(http.StatusBadRequest, "Invalid Token: Missing . separator for token")

	It("looks for contradictions first, then for the tenant, the route, the token and the permission", func(ctx SpecContext) {
		c := s.admin(ctx)
		c.tenant = "nowhere"
		wrong := postJSON("/data-export/nothing", `{`).with("X-Okapi-Token", "garbage")
		s.is(c.send(wrong.with("Authorization", "Bearer other")), different, nil)
		s.is(c.send(wrong), text(http.StatusBadRequest, "No such Tenant nowhere"), nil)
		c.tenant = s.running().Tenant
		s.is(c.send(wrong), noRoute(c.tenant).of(s.Release), nil)
		wrong.path = definitions
		s.is(c.send(wrong), badToken().of(s.Release), nil)
		s.is(s.nobody(ctx).send(wrong.without("X-Okapi-Token")), noToken("data-export.file-definitions.item.post").of(s.Release), nil)
	})

	It("takes a bare token from Authorization", func(ctx SpecContext) {
		bare := get(profiles).with("Authorization", s.admin(ctx).token)
		Expect(s.nobody(ctx).send(bare).status).To(Equal(http.StatusOK))
	})

	It("takes the same token twice, but not two tokens", func(ctx SpecContext) {
		c := s.admin(ctx)
		Expect(c.send(get(profiles).with("Authorization", "Bearer "+c.token)).status).To(Equal(http.StatusOK))
		s.is(c.send(get(profiles).with("Authorization", "Bearer garbage")), different, nil)
	})

	It("compares the cookie with them, but not in 2020", func(ctx SpecContext) {
		c := s.admin(ctx)
		other := c.send(get(profiles).with("Cookie", "folioAccessToken=garbage"))
		twice := c.send(get(profiles).with("Cookie", "folioAccessToken="+c.token+"; folioAccessToken="+c.token))
		if s.Release == "guide" {
			Expect(other.status).To(Equal(http.StatusOK))
			Expect(twice.status).To(Equal(http.StatusOK))
			return
		}
		s.is(other, different, nil)
		s.is(twice, different, nil)
	})

	It("takes the tenant from the token if there is no header", func(ctx SpecContext) {
		c := s.admin(ctx)
		Expect(c.send(get(profiles).without("X-Okapi-Tenant")).status).To(Equal(http.StatusOK))
	})

	It("works for the supertenant if there is neither, and that has no modules", func(ctx SpecContext) {
		s.is(s.nobody(ctx).send(get(profiles).without("X-Okapi-Tenant")), noRoute("supertenant").of(s.Release), nil)
	})

	for _, broken := range []struct {
		token string
		want  says
	}{
		{"garbage", missing},
		{"a.b", missing},
		{"", missing},
		{"a.b.c", text(http.StatusBadRequest, "Invalid Token: Input byte[] should at least have 2 bytes for base64 bytes")},
		{"a.b!c.d", text(http.StatusBadRequest, "Invalid Token: Illegal base64 character 21")},
		{"a.bm90IEpTT04.c", text(http.StatusBadRequest, "Invalid Token: {{any}}")},
	} {
		It("cannot take the tenant from the token \""+broken.token+"\"", func(ctx SpecContext) {
			r := get(profiles).without("X-Okapi-Tenant").with("X-Okapi-Token", broken.token)
			s.is(s.nobody(ctx).send(r), broken.want, nil)
		})
	}

	It("takes an empty token for none", func(ctx SpecContext) {
		r := get(profiles).with("X-Okapi-Token", "")
		s.is(s.nobody(ctx).send(r), noToken("data-export.job-profiles.collection.get").of(s.Release), nil)
	})

	It("takes an empty token beside a good one for a contradiction", func(ctx SpecContext) {
		r := get(profiles).with("X-Okapi-Token", "").with("Authorization", "Bearer "+s.admin(ctx).token)
		s.is(s.nobody(ctx).send(r), different, nil)
	})

	It("refuses the id of another user than the token's", func(ctx SpecContext) {
		c := s.admin(ctx)
		Expect(c.send(get(profiles).with("X-Okapi-User-Id", claimsOf(c.token).UserID)).status).To(Equal(http.StatusOK))
		s.is(c.send(get(profiles).with("X-Okapi-User-Id", nowhere)), per[says]{
			// The second apostrophe is missing in mod-authtoken 2.5.1.
			guide:     text(http.StatusForbidden, "Payload user id of '{{uuid}} does not match expected value."),
			sunflower: text(http.StatusForbidden, "Invalid token"),
		}.of(s.Release), nil)
	})
}
