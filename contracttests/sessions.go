package contracttests

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// What the token service says.
var (
	refreshRefused = func() per[says] {
		const message, code = "Authorization server unable to process token refresh request", "token.refresh.unprocessable"
		rmb := modLogin(http.StatusUnprocessableEntity, message, code)
		return per[says]{rmb, rmb, keycloak(http.StatusUnprocessableEntity, message, "TokenRefreshException", code)}
	}()
	noRefreshCookie = func() per[says] {
		rmb := modLogin(http.StatusBadRequest, "Bad request", "token.parse.failure")
		return per[says]{rmb, rmb, keycloak(http.StatusBadRequest, "{{text}}", "MissingRequestCookieException", "validation_error")}
	}()
)

// sessions are refresh and logout. Some of the specs end all sessions of a user, so they wait until no other process
// uses one; they log in as the exporter, in whose name no other spec refreshes.
func sessions(s *suite) {
	Describe("a session", func() {
		refreshing(s)
		loggingOut(s)
	})
}

// refresh trades a refresh token for a new pair.
func (c *caller) refresh(token string) answer {
	GinkgoHelper()
	return c.send(post("/authn/refresh").with("Cookie", "folioRefreshToken="+token))
}

// logout ends the session of a refresh token.
func (c *caller) logout(token string) answer {
	GinkgoHelper()
	return c.send(post("/authn/logout").with("Cookie", "folioRefreshToken="+token))
}

func refreshing(s *suite) {
	It("goes on with a new pair of tokens, got for the refresh token", func(ctx SpecContext) {
		c := s.nobody(ctx)
		first := c.logIn(s.running().Admin)
		second := c.session(c.refresh(first.refresh))
		s.isSession(second)
		Expect(second.refresh).NotTo(Equal(first.refresh))
		c.token = second.access
		Expect(c.send(get(profiles)).status).To(Equal(http.StatusOK))
	})

	It("is not refreshed without the cookie, and not with two", func(ctx SpecContext) {
		c := s.nobody(ctx)
		s.is(c.send(post("/authn/refresh")), noRefreshCookie.of(s.Release), nil)
		s.is(c.send(post("/authn/refresh").with("Cookie", "other=1")), noRefreshCookie.of(s.Release), nil)
		if s.Release != "trillium" {
			s.is(c.send(post("/authn/refresh").with("Cookie", "folioRefreshToken=a; folioRefreshToken=b")), noRefreshCookie.of(s.Release), nil)
		}
	})

	It("is not refreshed by garbage", func(ctx SpecContext) {
		s.is(s.nobody(ctx).refresh("garbage"), refreshRefused.of(s.Release), nil)
	})

	It("is not refreshed while an access token is sent that has gone bad", func(ctx SpecContext) {
		c := s.nobody(ctx)
		session := c.logIn(s.running().Admin)
		c.token = "garbage"
		s.is(c.refresh(session.refresh), badToken().of(s.Release), nil)
		c.token = ""
		Expect(c.refresh(session.refresh).status).To(Equal(http.StatusCreated), "the refresh token was not used")
	})

	It("ends when its refresh token is used twice, and so do all of the user's", Serial, Label(Seed, OwnServer), func(ctx SpecContext) {
		c := s.nobody(ctx)
		first, other := c.logIn(s.running().Exporter), c.logIn(s.running().Exporter)
		second := c.session(c.refresh(first.refresh))
		s.is(c.refresh(first.refresh), refreshRefused.of(s.Release), nil)
		s.is(c.refresh(second.refresh), refreshRefused.of(s.Release), nil)
		s.is(c.refresh(other.refresh), refreshRefused.of(s.Release), nil)
		c.token = second.access
		Expect(c.send(get(profiles)).status).To(Equal(http.StatusOK), "an access token lives on")
	})

	if s.VirtualTime {
		It("ends when its refresh token is too old", func(ctx SpecContext) {
			c := s.nobody(ctx)
			life := refreshLife.of(s.Release)
			session := c.logIn(s.running().Admin)
			Expect(c.pass(ctx, life-time.Second)).To(Succeed())
			session = c.session(c.refresh(session.refresh))
			Expect(c.pass(ctx, life)).To(Succeed())
			s.is(c.refresh(session.refresh), refreshRefused.of(s.Release), nil)
		})
	}
}

func loggingOut(s *suite) {
	It("ends with the logout of its refresh token, and no other session with it", func(ctx SpecContext) {
		c := s.nobody(ctx)
		session, other := c.logIn(s.running().Admin), c.logIn(s.running().Admin)
		a := c.logout(session.refresh)
		s.is(a, nothing(), nil)
		Expect(a.header.Values("Set-Cookie")).To(Equal(clearedCookies.of(s.Release)))
		s.is(c.logout(session.refresh), logoutRefused().of(s.Release), nil)
		Expect(c.refresh(other.refresh).status).To(Equal(http.StatusCreated))
		c.token = session.access
		Expect(c.send(get(profiles)).status).To(Equal(http.StatusOK), "an access token lives on")
	})

	It("ends with all others of the user by a logout without any cookie", Serial, Label(Seed, OwnServer), func(ctx SpecContext) {
		c := s.nobody(ctx)
		first, second := c.logIn(s.running().Exporter), c.logIn(s.running().Exporter)
		c.token = first.access
		a := c.send(post("/authn/logout"))
		s.is(a, nothing(), nil)
		Expect(a.header.Values("Set-Cookie")).To(Equal(clearedCookies.of(s.Release)))
		c.token = ""
		s.is(c.refresh(first.refresh), refreshRefused.of(s.Release), nil)
		s.is(c.refresh(second.refresh), refreshRefused.of(s.Release), nil)
	})

	if s.Release == "trillium" {
		It("is not ended by a logout that names nobody", func(ctx SpecContext) {
			a := s.nobody(ctx).send(post("/authn/logout"))
			Expect(a.status).To(Equal(http.StatusBadRequest))
			Expect(string(a.body)).To(ContainSubstring("User id is not found"))
		})
		return
	}
	It("is not ended by a logout whose cookies lack the refresh token", func(ctx SpecContext) {
		c := s.admin(ctx)
		a := c.send(post("/authn/logout").with("Cookie", "other=1"))
		s.is(a, text(http.StatusInternalServerError, "Internal Server error"), nil)
	})
}

func logoutRefused() per[says] {
	const message, code = "Authorization server unable to process token logout request", "token.logout.unprocessable"
	rmb := modLogin(http.StatusUnprocessableEntity, message, code)
	return per[says]{rmb, rmb, keycloak(http.StatusUnprocessableEntity, message, "{{text}}", code)}
}
