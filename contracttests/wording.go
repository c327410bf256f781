package contracttests

import (
	"net/http"
	"strconv"
)

// The forms in which the components of FOLIO word what they answer.

const jsonType = "application/json"

// ok is an answer of mod-data-export with status 200.
func ok(body string) says { return says{http.StatusOK, jsonType, body} }

// created is an answer with status 201.
func created(body string) says { return says{http.StatusCreated, jsonType, body} }

// nothing is 204, without a body or a type.
func nothing() says { return says{status: http.StatusNoContent} }

// text is how Okapi and the modules on RMB word errors.
func text(status int, body string) says { return says{status, "text/plain", body} }

// spring is how mod-data-export words errors since 5.0.
func spring(status int, body string) says { return says{status, "text/plain;charset=UTF-8", body} }

// boot is Spring Boot's error page, which names no reason.
func boot(status int) says {
	return says{
		status, jsonType,
		`{"timestamp":"{{date}}","status":` + strconv.Itoa(status) + `,"error":"` + http.StatusText(status) + `","path":"{{path}}"}`,
	}
}

// rmb is the errors object of a module on RMB whose request breaks the schema. The message is JSON already.
func rmb(message, key, value string) says {
	return says{
		http.StatusUnprocessableEntity, jsonType,
		`{"errors":[{"message":"` + message + `","type":"1","code":"-1","parameters":[{"key":"` + key + `","value":"` + value + `"}]}]}`,
	}
}

// rmbQuery is the errors object of mod-data-export 2.x for a query that it cannot run. It comes from the module's own
// service, so it is laid out like an answer.
func rmbQuery(message, key string) says {
	return says{http.StatusUnprocessableEntity, jsonType, `{
  "errors" : [ {
    "message" : "` + message + `",
    "type" : "1",
    "code" : "-1",
    "parameters" : [ {
      "key" : "` + key + `",
      "value" : ""
    } ]
  } ]
}`}
}

// modLogin is the errors object of mod-login, without parameters.
func modLogin(status int, message, code string) says {
	return says{status, jsonType, `{
  "errors" : [ {
    "message" : "` + message + `",
    "type" : "error",
    "code" : "` + code + `",
    "parameters" : [ ]
  } ]
}`}
}

// modLoginOf2020 is the errors object of mod-login 7.0.1, which names the user.
func modLoginOf2020(message, code, username string) says {
	return says{http.StatusUnprocessableEntity, jsonType, `{
  "errors" : [ {
    "message" : "` + message + `",
    "type" : "error",
    "code" : "` + code + `",
    "parameters" : [ {
      "key" : "username",
      "value" : "` + username + `"
    } ]
  } ]
}`}
}

// keycloak is the errors object of mod-login-keycloak.
func keycloak(status int, message, kind, code string) says {
	return says{
		status, jsonType,
		`{"errors":[{"message":"` + message + `","type":"` + kind + `","code":"` + code + `"}],"total_records":1}`,
	}
}

// sidecar is the errors object of folio-module-sidecar.
func sidecar(status int, kind, code, message string) says {
	return says{
		status, jsonType,
		`{"errors":[{"type":"` + kind + `","code":"` + code + `","message":"` + message + `"}],"total_records":1}`,
	}
}

// unauthorized is all that the sidecar says of a token, whatever is wrong with it.
func unauthorized() says {
	return sidecar(http.StatusUnauthorized, "UnauthorizedException", "authorization_error", "Unauthorized")
}

// kong is Kong's error page for a client that accepts JSON.
func kong(status int, message string) says {
	return says{status, "application/json; charset=utf-8", `{
  "message":"` + message + `",
  "request_id":"{{hex}}"
}`}
}

// noRoute is a path or method that no module of the tenant has.
func noRoute(tenant string) per[says] {
	return per[says]{
		text(http.StatusNotFound, "No suitable module found for path {{path}} for tenant "+tenant),
		text(http.StatusNotFound, "No suitable module found for path and tenant"),
		kong(http.StatusNotFound, "no Route matched with those values"),
	}
}

// unknownEntity is how mod-data-export 5.3 and 5.4 word an id that is not in the table of an entity.
func unknownEntity(guide says, entity string) per[says] {
	class := "org.folio.dataexp.domain.entity." + entity + "Entity"
	return per[says]{
		guide,
		spring(http.StatusNotFound, "Unable to find "+class+" with id {{id}}"),
		spring(http.StatusNotFound, "No row with the given identifier exists for entity ["+class+" with id '{{id}}']"),
	}
}

// notUUID is what mod-data-export says since 5.0 of a path that has something else where a UUID belongs.
func notUUID(parameter, value string) says {
	return spring(http.StatusBadRequest, "Method parameter '"+parameter+"': Failed to convert value of type "+
		"'java.lang.String' to required type 'java.util.UUID'; Invalid UUID string: "+value)
}
