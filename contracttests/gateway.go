package contracttests

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// guarded are the operations that need a permission, with a request that the gateway refuses before it reads it.
var guarded = []struct {
	request    request
	permission per[string]
}{
	{get(profiles), everywhere("data-export.job-profiles.collection.get")},
	{postJSON(definitions, `{}`), everywhere("data-export.file-definitions.item.post")},
	{get(definitions + "/" + nowhere), everywhere("data-export.file-definitions.item.get")},
	{upload(nowhere, "x"), everywhere("data-export.file-definitions.upload.post")},
	{postJSON(exports, `{}`), everywhere("data-export.export.post")},
	{get(executions), since5("data-export.job-executions.items.get", "data-export.job-executions.collection.get")},
	{download(nowhere, nowhere), everywhere("data-export.job-executions.items.download.get")},
	{get("/inventory/instances"), everywhere("inventory.instances.collection.get")},
}

// gateway is what stands before the modules: who may come in, and what is said to the others, in which order.
func gateway(s *suite) {
	Describe("the gateway", func() {
		tokensAtTheGate(s)
		permissionsAtTheGate(s)
		pathsAtTheGate(s)
		if s.Release == "trillium" {
			kongAndSidecar(s)
		} else {
			okapi(s)
		}
	})
}

// noToken is the answer to a request without one.
func noToken(permission string) per[says] {
	return per[says]{
		text(http.StatusForbidden, "Access requires permission: "+permission),
		text(http.StatusBadRequest, "Token missing, access requires permission: "+permission),
		unauthorized(),
	}
}

// noPermission is the answer to a user who may not.
func noPermission(permission string) per[says] {
	return per[says]{
		text(http.StatusForbidden, "Access requires permission: "+permission),
		text(http.StatusForbidden, "Access for user '{{user}}' ({{uuid}}) requires permission: "+permission),
		sidecar(http.StatusForbidden, "ForbiddenException", "authorization_error", "Access Denied"),
	}
}

// badToken is the answer to a token that is none, or none any more.
func badToken() per[says] {
	okapi := text(http.StatusUnauthorized, "Invalid token")
	return per[says]{okapi, okapi, unauthorized()}
}

// strangeToken is a well-formed token for diku_admin of tenant diku, signed by nobody.
const strangeToken = "eyJhbGciOiJIUzI1NiJ9." +
	"eyJzdWIiOiJkaWt1X2FkbWluIiwidHlwZSI6ImFjY2VzcyIsInVzZXJfaWQiOiI4NzNiYmZhNC03ZjQwLTRiZDAtYWEyNy0wMjc0OTRhNGI1ZTkiLCJ0ZW5hbnQiOiJkaWt1In0." +
	"c2lnbmF0dXJlIG9mIHNvbWVib2R5IGVsc2UgZW50aXJlbHk"

func tokensAtTheGate(s *suite) {
	for _, g := range guarded {
		permission := g.permission.of(s.Release)
		It("refuses a request without a token that needs "+permission, func(ctx SpecContext) {
			s.is(s.nobody(ctx).send(g.request), noToken(permission).of(s.Release), nil)
		})
	}

	for _, garbage := range [][2]string{
		{"a word", "garbage"},
		{"three parts of nothing", "a.b.c"},
		{"a token of another FOLIO", strangeToken},
	} {
		It("refuses "+garbage[0]+" for a token, also where none is needed", func(ctx SpecContext) {
			c := s.nobody(ctx)
			c.token = garbage[1]
			s.is(c.send(get(profiles)), badToken().of(s.Release), nil)
			s.is(c.send(postJSON("/authn/login", credentials(s.running().Admin))), badToken().of(s.Release), nil)
		})
	}

	if s.VirtualTime {
		It("refuses a token after ten minutes", func(ctx SpecContext) {
			c := s.nobody(ctx)
			c.token = c.logIn(s.running().Admin).access
			Expect(c.pass(ctx, 10*time.Minute)).To(Succeed())
			Expect(c.send(get(profiles)).status).To(Equal(http.StatusOK), "in its last second")
			Expect(c.pass(ctx, time.Second)).To(Succeed())
			s.is(c.send(get(profiles)), badToken().of(s.Release), nil)
		})
	}

	It("refuses a tenant that does not exist", func(ctx SpecContext) {
		c := s.admin(ctx)
		c.tenant = "nowhere"
		unknown := text(http.StatusBadRequest, "No such Tenant nowhere")
		s.is(c.send(get(profiles)), per[says]{unknown, unknown, unauthorized()}.of(s.Release), nil)
	})

	It("takes a token as a bearer's, too", func(ctx SpecContext) {
		c := s.nobody(ctx)
		bearer := get(profiles).with("Authorization", "Bearer "+s.admin(ctx).token)
		Expect(c.send(bearer).status).To(Equal(http.StatusOK))
	})

	It("takes a token as a cookie, too, but not in 2020", func(ctx SpecContext) {
		c := s.nobody(ctx)
		a := c.send(get(profiles).with("Cookie", "folioAccessToken="+s.admin(ctx).token))
		if s.Release == "guide" {
			s.is(a, noToken("data-export.job-profiles.collection.get").guide, nil)
			return
		}
		Expect(a.status).To(Equal(http.StatusOK))
	})
}

func permissionsAtTheGate(s *suite) {
	It("lets the viewer look and refuses step 2, naming the permission where Okapi does", Label(Seed), func(ctx SpecContext) {
		c := s.as(ctx, s.running().Viewer)
		Expect(c.send(get(profiles)).status).To(Equal(http.StatusOK))
		Expect(c.send(jobs(nowhere)).status).To(Equal(http.StatusOK))
		s.is(c.send(postJSON(definitions, `{"fileName":"test.csv"}`)),
			noPermission("data-export.file-definitions.item.post").of(s.Release), values{"user": s.running().Viewer.Name})
	})

	It("lets the exporter do the six steps and nothing else", Label(Seed), func(ctx SpecContext) {
		c := s.as(ctx, s.running().Exporter)
		Expect(c.send(get(profiles)).status).To(Equal(http.StatusOK))
		job := c.begun(c.start(list("x")))
		Expect(c.link(job)).NotTo(BeEmpty())

		user := values{"user": s.running().Exporter.Name}
		s.is(c.send(get(definitions+"/"+nowhere)), noPermission("data-export.file-definitions.item.get").of(s.Release), user)
		s.is(c.send(get("/inventory/instances")), noPermission("inventory.instances.collection.get").of(s.Release), user)
	})
}

func pathsAtTheGate(s *suite) {
	for _, r := range []request{
		get("/data-export/no-such-thing"),
		get(profiles + "/"),
		get("/data-export//job-profiles"),
		get(profiles).by(http.MethodDelete),
		get(exports),
		postJSON(executions, `{}`),
	} {
		It("knows no route for "+r.method+" "+r.path+", token or not", func(ctx SpecContext) {
			s.is(s.admin(ctx).send(r), noRoute(s.running().Tenant).of(s.Release), nil)
			s.is(s.nobody(ctx).send(r), noRoute(s.running().Tenant).of(s.Release), nil)
		})
	}
}
