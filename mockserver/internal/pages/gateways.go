package main

import (
	"fmt"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

var gateways = []line{
	{"gateway", func(r *release.Release) string { return r.Gateway.Title }},
	{"the tenant comes from", func(r *release.Release) string {
		return either(r.Gateway.Flavour == release.Okapi, "`X-Okapi-Tenant`, else the token", "`X-Okapi-Tenant` alone")
	}},
	{"a token may come in", func(r *release.Release) string {
		return "`X-Okapi-Token`, `Authorization`" + either(r.Gateway.CookieToken, ", cookie `folioAccessToken`", "")
	}},
	{"`/authn/login` answers", func(r *release.Release) string {
		return map[release.LegacyBody]string{
			release.EchoesLogin: "what was sent, the password included", release.TokenBody: "`okapiToken`", release.TokenPair: "`okapiToken`, `refreshToken`",
		}[r.Login.LegacyBody] + either(r.Login.LegacyHeader, "; the token is in the header `x-okapi-token`", "; and the two cookies")
	}},
	{"its token lives", func(r *release.Release) string {
		return either(r.Login.LegacyExpires, life(r.Login.Access), "for ever")
	}},
	{"`/authn/login-with-expiry`: access", func(r *release.Release) string { return life(r.Login.Access) }},
	{"refresh", func(r *release.Release) string { return life(r.Login.Refresh) + ", good once" }},
	{"its cookies end in", func(r *release.Release) string {
		return code(fmt.Sprintf("Secure; %s; SameSite=%s", r.Login.HTTPOnly, r.Login.SameSite))
	}},
	{"request line, headers", func(r *release.Release) string {
		return fmt.Sprintf("%d, %d bytes", r.Gateway.MaxURI, r.Gateway.MaxHeaders)
	}},
}

func life(d time.Duration) string {
	if hours := d.Hours(); hours >= 1 {
		return fmt.Sprintf("%g h", hours)
	}
	return fmt.Sprintf("%g min", d.Minutes())
}
