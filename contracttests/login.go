package contracttests

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Lives of tokens.
const accessLife = 10 * time.Minute

var refreshLife = per[time.Duration]{7 * 24 * time.Hour, 7 * 24 * time.Hour, 24 * time.Hour}

// The cookies of a session, in the spelling of Netty (Okapi's modules) and of Spring (mod-login-keycloak).
var (
	sessionCookies = func() per[[]string] {
		netty := []string{
			"folioAccessToken={{token}}; Max-Age={{access}}; Expires={{gmt}}; Path=/; Secure; HTTPOnly; SameSite=Lax",
			"folioRefreshToken={{token}}; Max-Age={{refresh}}; Expires={{gmt}}; Path=/authn; Secure; HTTPOnly; SameSite=Lax",
		}
		return per[[]string]{netty, netty, []string{
			"folioAccessToken={{token}}; Path=/; Max-Age={{access}}; Expires={{gmt}}; Secure; HttpOnly; SameSite=None",
			"folioRefreshToken={{token}}; Path=/authn; Max-Age={{refresh}}; Expires={{gmt}}; Secure; HttpOnly; SameSite=None",
		}}
	}()
	clearedCookies = func() per[[]string] {
		vertx := []string{
			"folioAccessToken=; SameSite=None; Secure; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
			"folioRefreshToken=; SameSite=None; Secure; Path=/authn; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
		}
		return per[[]string]{vertx, vertx, []string{
			"folioAccessToken=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=None",
			"folioRefreshToken=; Path=/authn; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=None",
		}}
	}()
)

// logins are the ways to get a token, and the refusals.
func logins(s *suite) {
	Describe("the login", func() {
		It("gives out two cookies and says when they expire", func(ctx SpecContext) {
			c := s.nobody(ctx)
			s.isSession(c.logIn(s.running().Admin))
		})

		It("gives out the token of the old login as the release does", func(ctx SpecContext) {
			oldLogin(s.nobody(ctx))
		})

		if s.Release != "trillium" {
			It("takes the user's id for the name", func(ctx SpecContext) {
				c := s.nobody(ctx)
				id := claimsOf(s.admin(ctx).token).UserID
				body := fmt.Sprintf(`{"userId":%q,"password":%q}`, id, s.running().Admin.Password)
				Expect(claimsOf(c.session(c.send(postJSON("/authn/login-with-expiry", body))).access).UserID).To(Equal(id))
			})
		}

		It("writes into an access token who, where and until when", func(ctx SpecContext) {
			said := claimsOf(s.nobody(ctx).logIn(s.running().Admin).access)
			Expect(said.UserID).To(MatchRegexp(patterns["uuid"]))
			Expect(said.Expires - said.IssuedAt).To(Equal(accessLife.Seconds()))
			if s.Release == "trillium" {
				Expect(said.Issuer).To(HaveSuffix("/" + s.running().Tenant))
				return
			}
			Expect(said.Type).To(Equal("access"))
			Expect(said.Subject).To(Equal(s.running().Admin.Name))
			Expect(said.Tenant).To(Equal(s.running().Tenant))
		})

		for _, path := range []string{"/authn/login", "/authn/login-with-expiry"} {
			Describe("by "+path, func() {
				for _, m := range loginMistakes(path) {
					want := m.want.of(s.Release)
					if want.status == 0 {
						continue
					}
					It("refuses "+m.what, Label(OwnServer), func(ctx SpecContext) {
						a, known := m.do(s.nobody(ctx))
						s.is(a, want, known)
						Expect(a.header).NotTo(HaveKey("Set-Cookie"))
						Expect(a.header).NotTo(HaveKey("X-Okapi-Token"))
					})
				}
			})
		}
	})
}

// isSession holds an answer that opened a session against the release, the cookies to the byte. On a clock that runs a
// Max-Age may be a second less.
func (s *suite) isSession(opened session) {
	GinkgoHelper()
	refresh := refreshLife.of(s.Release)
	s.is(opened.answer, created(`{"accessTokenExpiration":"{{second}}","refreshTokenExpiration":"{{second}}"}`), nil)
	Expect(opened.answer.header).NotTo(HaveKey("X-Okapi-Token"))
	s.areCookies(opened.answer, refresh)
	Expect(strings.Split(opened.access, ".")).To(HaveLen(3))
	if s.Release != "trillium" {
		parts := strings.Split(opened.refresh, ".")
		Expect(parts).To(HaveLen(5), "a refresh token is a JWE")
		Expect(parts[1]).To(BeEmpty(), "with a direct key")
	}

	said := read[api.TokenExpiration](opened.answer)
	answered, err := http.ParseTime(opened.answer.header.Get("Date"))
	Expect(err).NotTo(HaveOccurred())
	Expect(said.AccessTokenExpiration).To(BeTemporally("~", answered.Add(accessLife), time.Second))
	Expect(said.RefreshTokenExpiration).To(BeTemporally("~", answered.Add(refresh), time.Second))
	for _, cookie := range (&http.Response{Header: opened.answer.header}).Cookies() {
		expires := map[string]time.Time{"folioAccessToken": said.AccessTokenExpiration, "folioRefreshToken": said.RefreshTokenExpiration}
		Expect(cookie.Expires).To(BeTemporally("==", expires[cookie.Name]))
	}
}

// areCookies holds the cookies of a session against the release.
func (s *suite) areCookies(a answer, refresh time.Duration) {
	GinkgoHelper()
	sent := a.header.Values("Set-Cookie")
	wanted := sessionCookies.of(s.Release)
	Expect(sent).To(HaveLen(len(wanted)))
	for i, template := range wanted {
		with := values{"access": seconds(accessLife), "refresh": seconds(refresh)}
		if !s.VirtualTime && !strings.Contains(sent[i], "Max-Age="+with["access"]) && !strings.Contains(sent[i], "Max-Age="+with["refresh"]) {
			with["access"], with["refresh"] = seconds(accessLife-time.Second), seconds(refresh-time.Second)
		}
		e, err := expression(template, s.Release, with)
		Expect(err).NotTo(HaveOccurred())
		Expect(e.MatchString(sent[i])).To(BeTrue(), "%s, which should be like %s", withoutToken(sent[i]), template)
	}
}

func seconds(d time.Duration) string { return fmt.Sprint(int(d.Seconds())) }

// withoutToken is a cookie for people to see.
func withoutToken(cookie string) string {
	name, rest, _ := strings.Cut(cookie, "=")
	_, attributes, _ := strings.Cut(rest, ";")
	return name + "=(secret);" + attributes
}

// oldLogin logs in by POST /authn/login, whose token is in the header, in the body or in both.
func oldLogin(c *caller) {
	GinkgoHelper()
	admin := c.running().Admin
	a := c.send(postJSON("/authn/login", credentials(admin)))
	token := a.header.Get("X-Okapi-Token")
	c.is(a, per[says]{
		created("{\n  \"username\" : \"{{username}}\",\n  \"password\" : \"{{password}}\"\n}"),
		created("{\n  \"okapiToken\" : \"{{header}}\"\n}"),
		created(`{"okapiToken":"{{token}}","refreshToken":"{{token}}"}`),
	}.of(c.Release), values{"username": admin.Name, "password": admin.Password, "header": token})
	if c.Release == "trillium" {
		Expect(a.header).NotTo(HaveKey("X-Okapi-Token"))
		c.areCookies(a, refreshLife.trillium)
		body := read[api.LegacyToken](a)
		token = *body.OkapiToken
		opened := c.session(a)
		Expect(opened.access).To(Equal(token))
		Expect(opened.refresh).To(Equal(*body.RefreshToken))
		Expect(claimsOf(token).Expires - claimsOf(token).IssuedAt).To(Equal(accessLife.Seconds()))
	} else {
		Expect(a.header).NotTo(HaveKey("Set-Cookie"))
		said := claimsOf(token)
		Expect(said.Type).To(Equal("legacy-access"))
		Expect(said.Expires).To(BeZero(), "it does not expire")
	}
	c.token = token
	if c.VirtualTime && c.Release != "trillium" {
		Expect(c.pass(c.ctx, 365*24*time.Hour)).To(Succeed())
	}
	Expect(c.send(get(profiles)).status).To(Equal(http.StatusOK))
}

// loginMistakes are the refusals of both logins.
func loginMistakes(path string) []mistake {
	wrong := modLogin(http.StatusUnprocessableEntity, "Wrong username or wrong password or account blocked",
		"wrong.username.or.wrong.password.or.account.blocked")
	refused := keycloak(http.StatusUnauthorized, "Unauthorized error", "UnauthorizedException", "unauthorized_error")
	invalid := keycloak(http.StatusBadRequest, "{{text}}", "MethodArgumentNotValidException", "validation_error")
	return []mistake{
		{
			"a wrong password",
			func(c *caller) (answer, values) {
				admin := c.running().Admin
				admin.Password += "x"
				return c.send(postJSON(path, credentials(admin))), values{"username": admin.Name}
			},
			per[says]{modLoginOf2020("Password does not match", "password.incorrect", "{{username}}"), wrong, refused},
		},
		{
			"a user that does not exist",
			sending(postJSON(path, `{"username":"nobody","password":"x"}`)),
			per[says]{
				modLoginOf2020("Error verifying user existence: No user found by username nobody", "username.incorrect", "nobody"),
				wrong, refused,
			},
		},
		{
			"a login without a user",
			sending(postJSON(path, `{"password":"x"}`)),
			per[says]{guide: text(400, "You must provide a username or userId"), sunflower: text(400, "You must provide a username or userId")},
		},
		{
			"a login without a password",
			sending(postJSON(path, `{"username":"nobody"}`)),
			per[says]{text(400, "You must provide a password"), text(400, "You must provide a password"), invalid},
		},
		{
			"a body of another type",
			sending(postJSON(path, `{"username":"nobody","password":"x"}`).with("Content-Type", "text/plain")),
			per[says]{
				guide:     text(400, `Content-type header must be ["application/json"] but it is "text/plain"`),
				sunflower: text(400, `Content-type header must be ["application/json"] but it is "text/plain"`),
			},
		},
		{
			"a body without a type, which RMB of 2020 refuses",
			sending(post(path).holding(`{"username":"nobody","password":"x"}`)),
			per[says]{text(400, `Content-type header must be ["application/json"] but it is "{{any}}"`), wrong, says{}},
		},
		{
			"a member that is not known",
			sending(postJSON(path, `{"username":"nobody","password":"x","colour":"blue"}`)),
			per[says]{
				guide:     rmb(`Unrecognized field \"colour\"{{any}}`, "", ""),
				sunflower: rmb(`Unrecognized field \"colour\"{{any}}`, "", ""),
			},
		},
		{
			"a body that is not JSON",
			sending(postJSON(path, `username=nobody`)),
			per[says]{guide: text(400, "Json content error {{any}}"), sunflower: text(400, "Json content error {{any}}")},
		},
	}
}
