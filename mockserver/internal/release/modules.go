package release

// The answers of the modules behind the gateway, by framework and then by
// module. Sources: raml-module-builder 30.0 and 35, mod-data-export 2.1.2,
// 5.3.0 and 5.4, mod-login 7.0.1 and 7.13.2, mod-login-keycloak 3,
// mod-inventory-storage 19.3. See docs/releases.md.

// rmb is what every RMB module says of a request that it cannot take. How a
// sentence about a number goes on after "is not valid" or one about a member
// after its name is assumption A25; that a UUID in a body must be of version 1
// to 5, A26; that modules beside mod-data-export word an empty body like it, A32.
func rmb() Answers {
	return Answers{
		WrongContentType: text(400, `Content-type header must be ["{want}"] but it is "{got}"`),
		NotAcceptable:    text(400, `Accept header must be {want} for this request, but it is "{got}", can not send */*`),
		NotJSON:          text(400, "Json content error {why}"),
		EmptyBody:        text(400, "Json content error HV000116: The object to be validated must not be null."),
		TrailingContent:  text(400, "Json content error {why}"),
		WrongValue:       text(400, "Json content error {why}"),
		MissingMember:    rmbInvalid("may not be null", "{member}", "null"),
		PatternMismatch:  rmbInvalid(`must match "{pattern}"`, "{member}", "{value}"),
		UnknownMember:    rmbInvalid(`Unrecognized field "{member}"`, "", ""),
		QueryNotNumber:   text(400, "\n'{name}' parameter is incorrect. parameter value {{value}} is not valid: must be an integer"),
		QueryNegative:    text(400, "\n'{name}' parameter is incorrect. parameter value {{value}} is not valid: must be greater than or equal to 0"),
		QueryOutOfRange:  text(400, "\n'{name}' parameter is incorrect. parameter value {{value}} is not valid: must be less than or equal to 2147483647"),
		MalformedQuery:   {Status: 422, Form: RMBPretty, Message: "org.z3950.zing.cql.CQLParseException: {why}", Type: "1", Code: "-1", Parameter: true, Key: "{key}"},
		UnsupportedQuery: {Status: 422, Form: RMBPretty, Message: "org.z3950.zing.cql.CQLParseException: {what}", Type: "1", Code: "-1", Parameter: true},
		BareTerm:         {Status: 422, Form: RMBPretty, Message: "cql.serverChoice requested, but no serverChoiceIndexes defined.", Type: "1", Code: "-1", Parameter: true},
	}
}

// dataExport2020 is mod-data-export 2.1.2.
func dataExport2020() Answers {
	return joined(rmb(), Answers{
		FileNameExtension: text(422, "File name extension does not corresponds csv format"),
		DefinitionUnknown: text(404, "File definition not found with id {id}"),
		// RMB's way of refusing a value that is taken: assumption A27.
		DefinitionAlreadyThere: rmbInvalid("value already exists in table file_definitions: {id}", "id", "{id}"),
		AlreadyUploaded:        text(400, "File already uploaded for this FileDefinition"),
		UploadInterrupted:      text(400, "Upload stream for the file [id = '{id}'] has been interrupted"),
		ExportOfUnknown:        text(400, "File definition not found with id {id}"),
		ExportWithoutProfile:   text(400, "JobProfile not found with id {id}"),
		// The look-up of a job without an id ends after the equals sign, so the
		// text is PostgreSQL's: assumption A04.
		ExportBeforeUpload: text(400, "ERROR: syntax error at end of input (42601)"),
		JobUnknown:         text(404, "Job execution not found with id {id}"),
		FileUnknown:        text(404, "Export File with id: {id} not found:"),
		JobWithoutFile:     text(404, "Export File with id: {id} not found:"),
	})
}

// spring is mod-data-export's exception handler, the same in 5.3.0 and 5.4.
func spring() Answers {
	const uuidParameter = "Method parameter '{name}': Failed to convert value of type 'java.lang.String' to required type 'java.util.UUID'; Invalid UUID string: {value}"
	const intParameter = "Method parameter '{name}': Failed to convert value of type 'java.lang.String' to required type 'int'; For input string: \"{value}\""
	const unreadable = "Invalid date format for payload"
	return Answers{
		WrongContentType: boot(415),
		// Boot's page is JSON, which this client said not to take, so it may
		// well be empty: assumption A33.
		NotAcceptable:   boot(406),
		NoTextForm:      boot(500),
		NotJSON:         springText(400, unreadable),
		EmptyBody:       springText(400, unreadable),
		TrailingContent: springText(400, unreadable),
		WrongValue:      springText(400, unreadable),
		PatternMismatch: springText(400, unreadable),
		MissingMember:   boot(400),
		PathNotUUID:     springText(400, uuidParameter),
		QueryNotNumber:  springText(400, intParameter),
		QueryOutOfRange: springText(400, intParameter),
		// Not mapped by any handler: assumption A02.
		QueryNegative: boot(500),
		LimitZero:     springText(400, "Limit cannot be negative or zero: 0"),
		// CqlQueryValidationException is not mapped either: assumption A10.
		MalformedQuery:   boot(500),
		BareTerm:         boot(500),
		UnsupportedQuery: boot(500),
		// The wording is Hibernate's: assumption A11.
		UnknownIndex:      springText(400, "Could not resolve attribute '{index}' of 'org.folio.dataexp.domain.entity.{entity}Entity'"),
		BadTerm:           springText(400, "{why}"),
		FileNameExtension: springText(422, "Incorrect file extension of {fileName}"),
		FileTooLarge:      springText(413, "File size is too large: '{size}'. Please use file with size less than 500000."),
		AlreadyUploaded:   springText(500, "File already uploaded for file definition with id : {id}"),
		// Who broke off seldom reads the answer: assumption A28.
		UploadInterrupted: springText(500, "Upload of the file was interrupted"),
		JobWithoutFile:    boot(500),
	}
}

// dataExport53 is mod-data-export 5.3.0: Hibernate 6.6 words what is not found
// (assumption A13).
func dataExport53() Answers {
	notFound := func(entity string) Answer {
		return springText(404, "Unable to find org.folio.dataexp.domain.entity."+entity+"Entity with id {id}")
	}
	return joined(spring(), Answers{
		DefinitionUnknown:    notFound("FileDefinition"),
		ExportOfUnknown:      notFound("FileDefinition"),
		ExportWithoutProfile: notFound("JobProfile"),
		JobUnknown:           notFound("JobExecution"),
	})
}

// dataExport54 is mod-data-export 5.4: Hibernate 7 words what is not found
// (assumption A13), but the export itself looks its definition up in another way.
func dataExport54() Answers {
	notFound := func(entity string) Answer {
		return springText(404, "No row with the given identifier exists for entity [org.folio.dataexp.domain.entity."+entity+"Entity with id '{id}']")
	}
	return joined(spring(), Answers{
		DefinitionUnknown:    notFound("FileDefinition"),
		ExportOfUnknown:      springText(404, "Unable to find"),
		ExportWithoutProfile: notFound("JobProfile"),
		JobUnknown:           notFound("JobExecution"),
	})
}

// refreshing is what mod-login says of refresh and logout.
func refreshing() Answers {
	said := func(status int, message, code string) Answer {
		return Answer{Status: status, Form: RMBPretty, Message: message, Type: "error", Code: code}
	}
	return Answers{
		NoRefreshCookie:      said(400, "Bad request", "token.parse.failure"),
		RefreshRefused:       said(422, "Authorization server unable to process token refresh request", "token.refresh.unprocessable"),
		LogoutRefused:        said(422, "Authorization server unable to process token logout request", "token.logout.unprocessable"),
		LogoutWithoutRefresh: text(500, "Internal Server error"),
	}
}

// login2020 is mod-login 7.0.1; what it says of refresh and logout is borrowed
// from the first version that has them.
func login2020() Answers {
	return joined(rmb(), refreshing(), Answers{
		WrongPassword: {Status: 422, Form: RMBPretty, Message: "Password does not match", Type: "error", Code: "password.incorrect", Parameter: true, Key: "username", Value: "{username}"},
		UnknownUser:   {Status: 422, Form: RMBPretty, Message: "Error verifying user existence: No user found by username {username}", Type: "error", Code: "username.incorrect", Parameter: true, Key: "username", Value: "{username}"},
		NoUsername:    text(400, "You must provide a username or userId"),
		NoPassword:    text(400, "You must provide a password"),
	})
}

// login713 is mod-login 7.13.2, which no longer tells why.
func login713() Answers {
	refused := Answer{Status: 422, Form: RMBPretty, Message: "Wrong username or wrong password or account blocked", Type: "error", Code: "wrong.username.or.wrong.password.or.account.blocked"}
	return joined(rmb(), refreshing(), Answers{
		WrongPassword: refused,
		UnknownUser:   refused,
		NoUsername:    text(400, "You must provide a username or userId"),
		NoPassword:    text(400, "You must provide a password"),
	})
}

// loginKeycloak is mod-login-keycloak behind the sidecar. But for a wrong
// password and a refused token its words are assumption A21.
func loginKeycloak() Answers {
	said := func(status int, typ, code, message string) Answer {
		return Answer{Status: status, Form: SpringErrors, Type: typ, Code: code, Message: message}
	}
	refused := said(401, "UnauthorizedException", "unauthorized_error", "Unauthorized error")
	unreadable := said(400, "HttpMessageNotReadableException", "validation_error", "{why}")
	return Answers{
		WrongContentType:  boot(415),
		NotAcceptable:     boot(406),
		NoTextForm:        boot(500),
		NotJSON:           unreadable,
		EmptyBody:         said(400, "HttpMessageNotReadableException", "validation_error", "Required request body is missing"),
		TrailingContent:   unreadable,
		WrongValue:        unreadable,
		MissingMember:     said(400, "MethodArgumentNotValidException", "validation_error", "must not be null"),
		WrongPassword:     refused,
		UnknownUser:       refused,
		NoUsername:        refused,
		NoPassword:        said(400, "MethodArgumentNotValidException", "validation_error", "must not be null"),
		NoRefreshCookie:   said(400, "MissingRequestCookieException", "validation_error", "Required cookie 'folioRefreshToken' for method parameter type String is not present"),
		RefreshRefused:    said(422, "TokenRefreshException", "token.refresh.unprocessable", "Authorization server unable to process token refresh request"),
		LogoutRefused:     said(422, "TokenLogoutException", "token.logout.unprocessable", "Authorization server unable to process token logout request"),
		LogoutWithoutUser: said(400, "RequestValidationException", "validation_error", "User id is not found"),
	}
}

// storage is mod-inventory-storage and mod-inventory, as far as lists go.
func storage() Answers {
	return joined(rmb(), Answers{
		MalformedQuery:   text(400, "{why}: {query}"),
		UnsupportedQuery: text(400, "{what}: {query}"),
		BareTerm:         text(400, "cql.serverChoice requested, but no serverChoiceIndexes defined.: {query}"),
		QueryNotNumber:   text(400, "limit and offset must be numeric when supplied"),
	})
}
