package client

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// permissionNamed finds the permission that Okapi says is missing, in the wordings of all versions. A sidecar names none.
var permissionNamed = regexp.MustCompile(`requires permission: ([\w.-]+)$`)

// refusal turns an answer outside 2xx into an error.
func (c *Client) refusal(op operation, answer *http.Response) *Error {
	server := cmp.Or(op.server, c.base)
	body, _ := io.ReadAll(io.LimitReader(answer.Body, maxRefusal)) // a part is as good for quoting
	e := &Error{
		Kind: KindServer, Op: op.name, Status: answer.StatusCode, Body: c.secrets.excerpt(body),
		retryAfter: retryAfter(answer.Header),
	}
	said := c.secrets.excerpt([]byte(gist(body)))
	e.transient = isTransient(e.Status, said, op.server != "")
	e.Message = fmt.Sprintf("%s answered %d", server, e.Status)
	if said != "" {
		e.Message += " (" + said + ")"
	}
	switch {
	case e.refusedToken():
		e.Kind, e.Hint = KindAccess, "get a new token, or give a user name and a password, with which it renews itself"
		if c.session.username != "" {
			e.Hint = "try again: a new login may do better"
		}
	case e.Status == http.StatusForbidden:
		e.Kind, e.Hint = KindAccess, "ask an administrator of the tenant for the permission"
		if m := permissionNamed.FindStringSubmatch(said); m != nil {
			e.Hint = "ask an administrator of the tenant for the permission " + m[1]
		}
	case e.unknownTenant():
		e.Kind, e.Hint = KindAccess, "check the name of the tenant"
	case e.Status == http.StatusNotFound && (strings.HasPrefix(said, "No suitable module found") || strings.HasPrefix(said, "no Route matched")):
		e.Hint = "check the base URL and the tenant, and that the tenant has the module"
	case e.Status/100 == 3:
		if to, err := url.Parse(answer.Header.Get("Location")); err == nil && to.Host != "" {
			e.Message = fmt.Sprintf("%s answered %d, a redirect to %s://%s", server, e.Status, to.Scheme, printable(c.secrets.hide(to.Host), excerptSize))
		}
		e.Hint = "redirects are not followed with a credential: give the URL that it leads to"
	case e.Status == http.StatusRequestEntityTooLarge:
		e.Hint = "split the list of ids, or have the gateway's limit raised"
	case e.transient:
		e.Hint = "try again later"
	}
	return e
}

func (e *Error) unknownTenant() bool { return strings.HasPrefix(e.Body, "No such Tenant") }

// isTransient tells by the status, and by what is said when a gateway cannot reach a module: Okapi while nodes find each
// other again, and a sidecar whose module is down, use statuses that mean something else elsewhere. An object store's
// 500 is an invitation to try again.
func isTransient(status int, said string, store bool) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusNotFound:
		return strings.HasPrefix(said, "No running module instance found")
	case http.StatusInternalServerError:
		return store || strings.HasPrefix(said, "proxyClient failure") || strings.HasPrefix(said, "Failed to proxy request")
	}
	return false
}

var markup = regexp.MustCompile(`<[^>]*>`)

// gist is what a body says to people: the message of an errors object of a module, a sidecar or Kong, the text of a
// page or of S3's XML, or else the body as it is.
func gist(body []byte) string {
	var known struct {
		Message string
		Error   string
		Errors  []struct{ Message string }
	}
	if json.Unmarshal(body, &known) == nil {
		switch {
		case len(known.Errors) > 0 && known.Errors[0].Message != "":
			return known.Errors[0].Message
		case known.Message != "":
			return known.Message
		case known.Error != "":
			return known.Error
		}
	}
	text := strings.TrimSpace(string(body))
	if strings.HasPrefix(text, "<") {
		return markup.ReplaceAllString(text, " ")
	}
	return text
}
