package release

// The gateways' own answers. Sources: okapi 3.1 (2020) and 6.2, ProxyService;
// mod-authtoken 2.5.1 and 2.17.0; folio-kong 3.9.4 and folio-module-sidecar
// 4.0.0. See docs/gateways.md.

// okapiCommon is what both Okapis say alike. That a broken escape in a query
// ends at the gateway is assumption A29.
func okapiCommon() Answers {
	return Answers{
		MalformedToken:  text(400, "Invalid Token: {why}"),
		DifferentTokens: text(400, "Different tokens in Authentication and X-Okapi-Token. Use only one of them"),
		UnknownTenant:   text(400, "No such Tenant {tenant}"),
		BadToken:        text(401, "Invalid token"),
		URITooLong:      {Status: 414, Form: Text, Message: "Your request URI is too long.", Close: true},
		HeadersTooLarge: {Status: 431, Form: Text, Message: "Your HTTP request header fields are too large.", Close: true},
		MalformedURL:    text(400, "{why}"),
		BodyTooLarge:    tooLarge(),
		NotTenantsPath:  text(404, "{tenant}"),
		BadBoolean:      text(400, "Bad boolean for parameter {name}: {value}"),
		BadWord:         text(400, "unknown {name}: {value}"), // assumption A45
	}
}

func okapi2020() Answers {
	return joined(okapiCommon(), Answers{
		NoRoute:      text(404, "No suitable module found for path {path} for tenant {tenant}"),
		NoToken:      text(403, "Access requires permission: {permission}"),
		NoPermission: text(403, "Access requires permission: {permission}"),
		ForeignToken: text(403, "Invalid token for access"),
		// The second apostrophe is missing upstream (mod-authtoken 2.5.1).
		ForeignUser: text(403, "Payload user id of '{id} does not match expected value."),
	})
}

func okapi62() Answers {
	return joined(okapiCommon(), Answers{
		NoRoute:      text(404, "No suitable module found for path and tenant"),
		NoToken:      text(400, "Token missing, access requires permission: {permission}"),
		NoPermission: text(403, "Access for user '{user}' ({id}) requires permission: {permission}"),
		ForeignToken: text(403, "Invalid token"),
		ForeignUser:  text(403, "Invalid token"),
	})
}

// kongAndSidecar words a broken escape as the sidecar would: assumption A29.
func kongAndSidecar() Answers {
	unauthorized := sidecar(401, "UnauthorizedException", "authorization_error", "Unauthorized")
	return Answers{
		NoRoute: kong(404, "no Route matched with those values"),
		// The token plugin names its content type itself, so its answers are
		// JSON whatever the client accepts: assumption A12.
		NotBearer:        {Status: 404, Form: KongJSON, Message: "Invalid authorization header, value must start with Bearer"},
		DifferentTokens:  {Status: 404, Form: KongJSON, Message: "{first} is not equal to {second}"},
		UnknownTenant:    unauthorized,
		BadToken:         unauthorized,
		TenantNotEnabled: sidecar(400, "TenantNotEnabledException", "tenant_not_enabled", "Application is not enabled for tenant: {tenant}"),
		ForeignToken:     unauthorized,
		NoToken:          unauthorized,
		NoPermission:     sidecar(403, "ForbiddenException", "authorization_error", "Access Denied"),
		BodyOnGet:        sidecar(400, "BadRequestException", "service_error", "GET requests should not have a body"),
		MalformedURL:     sidecar(400, "BadRequestException", "service_error", "{why}"),
		BodyTooLarge:     tooLarge(),
		URITooLong:       {Status: 414, Form: Kong, Message: "URI too long", Close: true},
		HeadersTooLarge:  {Status: 494, Form: Kong, Message: "Request header or cookie too large", Close: true},
	}
}

// tooLarge is the fake's own bound, in its own words: what a real body runs into
// depends on the proxies before the gateway.
func tooLarge() Answer {
	return Answer{Status: 413, Form: Text, Message: "fauxkapi takes no more of this body: {limit}", Close: true, Own: true}
}
