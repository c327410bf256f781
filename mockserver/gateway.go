package mockserver

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// admit is the gateway: it finds the tenant, the operation and the user of a
// call, or refuses it, in the order of the release's gateway.
func (s *Server) admit(c *call) error {
	if err := s.checkSizes(c.request); err != nil {
		return err
	}
	if s.release.Gateway.Flavour == release.Eureka {
		return s.admitByKong(c)
	}
	return s.admitByOkapi(c)
}

func (s *Server) checkSizes(r *http.Request) error {
	requestLine := len(r.Method) + len(r.RequestURI) + len("  HTTP/1.1")
	if requestLine > s.release.Gateway.MaxURI {
		return release.Refuse(release.URITooLong)
	}
	size := len("Host: \r\n") + len(r.Host)
	for name, values := range r.Header {
		for _, v := range values {
			size += len(name) + len(": \r\n") + len(v)
		}
	}
	if size > s.release.Gateway.MaxHeaders {
		return release.Refuse(release.HeadersTooLarge)
	}
	return nil
}

// supertenant is Okapi's own, which has none of the modules.
const supertenant = "supertenant"

// admitByOkapi follows ProxyService of Okapi: credentials, tenant, route, then
// mod-authtoken as a filter before every module.
func (s *Server) admitByOkapi(c *call) error {
	r := c.request
	sent := credentialsOf(r, s.release.Gateway.CookieToken)
	token, ok := sent.only()
	if !ok || sent.emptyHeader && token != "" {
		return release.Refuse(release.DifferentTokens)
	}
	name := r.Header.Get("X-Okapi-Tenant")
	if name == "" {
		var err error
		if name, err = tenantOfToken(token, r.Header.Values("X-Okapi-Token")); err != nil {
			return err
		}
	}
	if name == "" {
		name = supertenant
	}
	c.tenantName = name
	c.tenant = s.tenants[name]
	if c.tenant == nil && name != supertenant {
		return release.Refuse(release.UnknownTenant, "tenant", name)
	}
	if c.op, c.vars = s.match(r); c.op == nil || c.tenant == nil {
		return release.Refuse(release.NoRoute, "path", r.URL.Path, "tenant", name)
	}
	return s.authorize(c, token)
}

// admitByKong follows Kong's router, the token plugin of folio-kong and then
// the sidecar. A route needs the tenant header to match at all. That the sidecar
// looks for a body before it looks at the token is assumption A20.
func (s *Server) admitByKong(c *call) error {
	r := c.request
	c.tenantName = r.Header.Get("X-Okapi-Tenant")
	if c.op, c.vars = s.match(r); c.op == nil || len(r.Header.Values("X-Okapi-Tenant")) == 0 {
		return release.Refuse(release.NoRoute, "path", r.URL.Path, "tenant", c.tenantName)
	}
	sent := credentialsOf(r, true)
	if sent.authorization != "" && !sent.bearer {
		return release.Refuse(release.NotBearer)
	}
	if sent.header != "" && sent.authorization != "" && sent.header != sent.authorization {
		return release.Refuse(release.DifferentTokens, "first", "X-Okapi-Token", "second", "Authorization token")
	}
	token, ok := sent.only()
	if !ok {
		first := "X-Okapi-Token token"
		if sent.authorization != "" {
			first = "Authorization token"
		}
		return release.Refuse(release.DifferentTokens, "first", first, "second", "folioAccessToken token in cookies")
	}
	if r.Method == http.MethodGet && r.ContentLength > 0 {
		return release.Refuse(release.BodyOnGet)
	}
	if c.tenant = s.tenants[c.tenantName]; c.tenant == nil {
		if token == "" && c.op.Permission == "" {
			return release.Refuse(release.TenantNotEnabled, "tenant", c.tenantName)
		}
		return release.Refuse(release.UnknownTenant, "tenant", c.tenantName)
	}
	return s.authorize(c, token)
}

// authorize checks the token, if there is one, and the permission of the
// operation. A token that is sent must be good even where none is needed.
func (s *Server) authorize(c *call, token string) error {
	permission := c.op.Permission
	if token == "" {
		if permission != "" {
			return release.Refuse(release.NoToken, "permission", permission)
		}
		return nil
	}
	claims, err := s.tokens.verify(token, c.now)
	if err != nil {
		return err
	}
	if claims.Tenant != c.tenantName {
		return release.Refuse(release.ForeignToken)
	}
	sentID := c.request.Header.Get("X-Okapi-User-Id")
	if s.release.Gateway.ChecksUserID && sentID != "" && sentID != claims.UserID.String() {
		return release.Refuse(release.ForeignUser, "id", claims.UserID.String())
	}
	err = c.with(func(w *folio.World) error {
		c.user, c.loggedIn = w.User(claims.UserID)
		return nil
	})
	if err != nil {
		return err
	}
	if !c.loggedIn {
		return release.Refuse(release.BadToken)
	}
	if !c.user.May(permission) && !c.waived() {
		return release.Refuse(release.NoPermission, "permission", permission, "user", c.user.Username, "id", c.user.ID.String())
	}
	return nil
}

// waived tells whether Okapi lets any user of the tenant in: its own read-only
// paths about the version and about the user's tenant.
func (c *call) waived() bool {
	if c.op.ID == "getVersion" {
		return true
	}
	tenant, ok := c.vars["tenant"]
	return ok && tenant == c.tenantName
}

// credentials are the places where a token can be sent.
type credentials struct {
	header        string // X-Okapi-Token
	emptyHeader   bool   // it was sent, without a value
	authorization string // without "Bearer "
	bearer        bool
	cookies       []string
}

func credentialsOf(r *http.Request, withCookies bool) credentials {
	sent := credentials{header: r.Header.Get("X-Okapi-Token")}
	sent.emptyHeader = sent.header == "" && len(r.Header.Values("X-Okapi-Token")) > 0
	if authorization := r.Header.Get("Authorization"); authorization != "" {
		sent.authorization, sent.bearer = strings.CutPrefix(authorization, "Bearer ")
	}
	if withCookies {
		for _, cookie := range r.CookiesNamed("folioAccessToken") {
			sent.cookies = append(sent.cookies, cookie.Value)
		}
	}
	return sent
}

// only returns the one token that was sent, or "" for none; ok is false when
// several were sent and they differ, or the cookie came twice.
func (c credentials) only() (token string, ok bool) {
	if len(c.cookies) > 1 {
		return "", false
	}
	for _, t := range append([]string{c.header, c.authorization}, c.cookies...) {
		if t == "" {
			continue
		}
		if token != "" && token != t {
			return "", false
		}
		token = t
	}
	return token, true
}

// tenantOfToken reads the tenant from a token without verifying it, as Okapi
// does when the tenant header is missing. A header that is present but empty
// counts as a token that cannot be read.
func tenantOfToken(token string, headers []string) (string, error) {
	if token == "" && len(headers) == 0 {
		return "", nil
	}
	malformed := func(why string) error { return release.Refuse(release.MalformedToken, "why", why) }
	parts := strings.Split(token, ".")
	if len(parts) < 3 {
		return "", malformed("Missing . separator for token")
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if at, bad := errors.AsType[base64.CorruptInputError](err); bad {
		if int(at) < len(parts[1]) && !isBase64URL(parts[1][at]) {
			return "", malformed(fmt.Sprintf("Illegal base64 character %x", parts[1][at]))
		}
		return "", malformed("Input byte[] should at least have 2 bytes for base64 bytes")
	}
	var claims struct {
		Tenant string `json:"tenant"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		// The module passes Jackson's words on; these are Go's.
		return "", malformed(err.Error())
	}
	return claims.Tenant, nil
}

func isBase64URL(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '-' || b == '_'
}
