package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// mistake is something that a client does wrong, what it is called inside, and
// what the answer then quotes: names and values in turn.
type mistake struct {
	about string
	kind  release.Kind
	with  []string
}

var moduleMistakes = []mistake{
	{"2: no `fileName`", release.MissingMember, []string{"member", "fileName"}},
	{"2: the name ends in `.txt`", release.FileNameExtension, []string{"fileName", "test.txt"}},
	{"2: `size` 500001", release.FileTooLarge, []string{"size", "500001"}},
	{"2, 4: not JSON", release.NotJSON, nil},
	{"2, 4: an unknown member", release.UnknownMember, nil},
	{"2, 4: a UUID that is none", release.PatternMismatch, nil},
	{"2–4: another `Content-Type`", release.WrongContentType, nil},
	{"an `Accept` that cannot be served", release.NotAcceptable, nil},
	{"3: unknown definition", release.DefinitionUnknown, nil},
	{"3: a second upload", release.AlreadyUploaded, nil},
	{"4: unknown definition", release.ExportOfUnknown, nil},
	{"4: unknown profile", release.ExportWithoutProfile, nil},
	{"4: nothing was uploaded", release.ExportBeforeUpload, nil},
	{"5: malformed query", release.MalformedQuery, nil},
	{"5: `hrId==1`; queries call it `hrid`", release.UnknownIndex, []string{"index", "hrId", "entity", "JobExecution"}},
	{"5: `id==abc`", release.BadTerm, []string{"why", "Invalid UUID string: abc"}},
	{"5: `limit=0`", release.LimitZero, nil},
	{"5: `limit=-1`", release.QueryNegative, []string{"name", "limit", "value", "-1"}},
	{"6: unknown job", release.JobUnknown, nil},
	{"6: the job has no file yet", release.JobWithoutFile, nil},
	{"6: unknown file", release.FileUnknown, nil},
}

var gatewayMistakes = []mistake{
	{"no tenant and no token, or a path or method that is not there", release.NoRoute, nil},
	{"unknown tenant `abc`", release.UnknownTenant, []string{"tenant", "abc"}},
	{"the same, with a login", release.TenantNotEnabled, []string{"tenant", "abc"}},
	{"several tokens that differ", release.DifferentTokens, []string{"first", "X-Okapi-Token", "second", "Authorization token"}},
	{"`Authorization` without `Bearer`", release.NotBearer, nil},
	{"no tenant, and a token that cannot be read", release.MalformedToken, nil},
	{"no token", release.NoToken, nil},
	{"garbage or expired token", release.BadToken, nil},
	{"token of another tenant", release.ForeignToken, nil},
	{"another `X-Okapi-User-Id` than the token's", release.ForeignUser, nil},
	{"permission missing", release.NoPermission, nil},
	{"a body with GET", release.BodyOnGet, nil},
	{"request line too long", release.URITooLong, nil},
	{"headers too large", release.HeadersTooLarge, nil},
}

var loginMistakes = []mistake{
	{"wrong password", release.WrongPassword, nil},
	{"unknown user `abc`", release.UnknownUser, []string{"username", "abc"}},
	{"no user name", release.NoUsername, nil},
	{"no password", release.NoPassword, nil},
	{"refresh without its cookie", release.NoRefreshCookie, nil},
	{"a refresh token that is used, expired or unknown", release.RefreshRefused, nil},
}

// silent is what a table says where a release refuses nothing.
const silent = "–"

// mistakes has a column for each release: what its module, or its gateway when
// module is "", says to each mistake.
func mistakes(releases []*release.Release, module string, list []mistake) string {
	lines := make([]line, 0, len(list))
	for _, m := range list {
		lines = append(lines, line{m.about, func(r *release.Release) string {
			answers := r.Gateway.Answers
			if module != "" {
				answers = r.Modules[module].Answers
			}
			if _, ok := answers[m.kind]; !ok {
				return silent
			}
			answer, _ := r.Answer(module, release.Refuse(m.kind, m.with...))
			return worded(answer)
		}})
	}
	return table(releases, lines)
}

// forms are how the pages call the forms of an answer.
var forms = map[release.Form]string{
	release.Text:         "T",
	release.SpringText:   "T",
	release.Boot:         "B",
	release.RMB:          "R",
	release.RMBPretty:    "R",
	release.Sidecar:      "S",
	release.SpringErrors: "S",
	release.Kong:         "K",
	release.KongJSON:     "K",
}

// worded is an answer in short: status, form, message and code.
func worded(a release.Answer) string {
	text := []string{strconv.Itoa(a.Status)}
	if form := forms[a.Form]; form != "" {
		text = append(text, form)
	}
	if message := strings.TrimSpace(named(a.Message)); message != "" {
		text = append(text, code(message))
	}
	if a.Code != "" && a.Code != "-1" {
		text = append(text, fmt.Sprintf("(%s)", code(a.Code)))
	}
	return strings.Join(text, " ")
}
