package release

import (
	"maps"
	"slices"
	"strings"
)

// Kind names a reason for which a request is not done, whatever the release
// that words the answer.
type Kind string

// The gateway's reasons, in the order in which it looks for them.
const (
	DifferentTokens  Kind = "different tokens"                   // Kong: {first} {second}
	MalformedToken   Kind = "malformed token"                    // {why}: a tenant is asked of a token that cannot be read
	NotBearer        Kind = "authorization not Bearer"           // Kong only
	UnknownTenant    Kind = "unknown tenant"                     // {tenant}
	TenantNotEnabled Kind = "tenant not enabled"                 // {tenant}; sidecar only
	NoRoute          Kind = "no module has this path and method" // {path} {tenant}
	BodyOnGet        Kind = "body on GET"                        // sidecar only
	BadToken         Kind = "bad token"                          // garbage, expired, other key
	ForeignToken     Kind = "token of another tenant"            //
	ForeignUser      Kind = "user id differs from token"         // {id}
	NoToken          Kind = "no token"                           // {permission}
	NoPermission     Kind = "permission missing"                 // {user} {id} {permission}
	URITooLong       Kind = "URI too long"
	HeadersTooLarge  Kind = "headers too large"
	BodyTooLarge     Kind = "body too large"             // {limit}: the fake's own bound
	NotTenantsPath   Kind = "tenant of the path unknown" // {tenant}
	MalformedURL     Kind = "malformed query string"     // {why}
	BadWord          Kind = "unknown word"               // {name} {value}
	BadBoolean       Kind = "bad boolean"                // {name} {value}
)

// What a module finds wrong with a request before it looks at what it asks.
const (
	WrongContentType Kind = "wrong content type"   // {got} {want}
	NotAcceptable    Kind = "not acceptable"       // {got} {want}
	NoTextForm       Kind = "object asked as text" // mod-data-export 5.x has no converter
	NotJSON          Kind = "not JSON"             // {why}
	EmptyBody        Kind = "empty body"
	TrailingContent  Kind = "content after the JSON value" // {why}
	MissingMember    Kind = "member missing"               // {member}
	UnknownMember    Kind = "member unknown"               // {member}
	PatternMismatch  Kind = "pattern not matched"          // {member} {value} {pattern}
	WrongValue       Kind = "value of another type"        // {member} {why}
	PathNotUUID      Kind = "path is not a UUID"           // {name} {value}
	QueryNotNumber   Kind = "query is not a number"        // {name} {value}
	QueryNegative    Kind = "query is negative"            // {name} {value}
	LimitZero        Kind = "limit is zero"                //
	QueryOutOfRange  Kind = "query is out of range"        // {name} {value}
	MalformedQuery   Kind = "malformed CQL"                // {why} {key} {query}
	BareTerm         Kind = "CQL term without index"       // {why} {query}
	UnknownIndex     Kind = "CQL index unknown"            // {index} {entity}
	BadTerm          Kind = "CQL term not a UUID"          // {why}
	UnsupportedQuery Kind = "CQL not supported"            // {what} {query}
)

// What the world refuses.
const (
	FileNameExtension      Kind = "file name extension"          // {fileName}
	FileTooLarge           Kind = "file too large"               // {size}
	DefinitionUnknown      Kind = "file definition unknown"      // {id}
	AlreadyUploaded        Kind = "already uploaded"             // {id}
	UploadInterrupted      Kind = "upload interrupted"           // {id}
	ExportOfUnknown        Kind = "export of unknown definition" // {id}
	ExportWithoutProfile   Kind = "export with unknown profile"  // {id}
	ExportBeforeUpload     Kind = "export before upload"         //
	JobUnknown             Kind = "job execution unknown"        // {id}
	FileUnknown            Kind = "exported file unknown"        // {id}
	JobWithoutFile         Kind = "job has no exported file"     // {id}
	WrongPassword          Kind = "wrong password"               // {username}
	UnknownUser            Kind = "unknown user"                 // {username}
	NoUsername             Kind = "no username"
	NoPassword             Kind = "no password"
	NoRefreshCookie        Kind = "no refresh token cookie"
	RefreshRefused         Kind = "refresh refused"
	LogoutRefused          Kind = "logout refused"
	LogoutWithoutRefresh   Kind = "logout without refresh token"
	LogoutWithoutUser      Kind = "logout without user"
	DefinitionAlreadyThere Kind = "file definition id taken" // {id}
)

// Refusal is the error of a request that is not done. It says nothing of HTTP;
// the row of the release turns it into an Answer.
type Refusal struct {
	Kind Kind
	With map[string]string // what the answer's text may quote
}

// Refuse returns a refusal; with lists names and values in turn.
func Refuse(kind Kind, with ...string) *Refusal {
	r := &Refusal{Kind: kind, With: make(map[string]string, len(with)/2)}
	for pair := range slices.Chunk(with, 2) {
		if len(pair) == 2 {
			r.With[pair[0]] = pair[1]
		}
	}
	return r
}

// Error names the kind and the values, for logs.
func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString(string(r.Kind))
	for i, name := range slices.Sorted(maps.Keys(r.With)) {
		if i == 0 {
			b.WriteString(":")
		}
		b.WriteString(" " + name + "=" + r.With[name])
	}
	return b.String()
}
