package verify

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// shown is an exchange as reports show it, before names are taken out of it.
func (r *run) shown(o *observed) Exchange {
	e := o.Exchange
	e.Sent = shownHeaders(r.wire.headers(o.request))
	for i := range e.Sent {
		e.Sent[i] = abridged(e.Sent[i])
	}
	e.Got = shownHeaders(o.header)
	e.Body = shownText([]byte(o.request.body))
	switch {
	case strings.HasPrefix(o.request.path, loginPath):
		e.Body, e.Answer = loginBody, ""
		if o.Status >= 400 {
			e.Answer = r.shownAnswer(o)
		}
	case textual(o):
		e.Answer = r.shownAnswer(o)
	}
	e.URL = r.names.cleaned(abridged(e.URL))
	e.Curl = r.names.cleaned(r.curl(o.request))
	return e
}

// padding is a run of zeros that is there for its length alone.
var padding = regexp.MustCompile(`0{500,}`)

// abridged is a text whose padding is counted.
func abridged(text string) string {
	return padding.ReplaceAllStringFunc(text, func(run string) string { return fmt.Sprintf("(%d zeros)", len(run)) })
}

// loginPath is where the paths of all logins begin.
const loginPath = "/authn/"

// loginBody stands for the body of a login.
const loginBody = `{"username":"$OKAPI_USERNAME","password":"$OKAPI_PASSWORD"}`

func textual(o *observed) bool {
	kind := o.header.Get("Content-Type")
	return strings.HasPrefix(kind, "text/") || strings.Contains(kind, "json") || strings.Contains(kind, "xml") || kind == ""
}

// shownAnswer is the begin of an answer. Secrets are taken out before it is cut, so that none is shown by half.
func (r *run) shownAnswer(o *observed) string {
	return shownText([]byte(r.names.cleaned(string(o.body[:min(len(o.body), 4*maxShown)]))))
}

func shownText(body []byte) string {
	if len(body) <= maxShown {
		return string(body)
	}
	cut := maxShown
	for cut > 0 && !utf8.RuneStart(body[cut]) {
		cut--
	}
	return string(body[:cut]) + "…"
}

// curl is the one line that sends a request again.
func (r *run) curl(q request) string {
	words := []string{"curl", "-sS", "-i"}
	if q.method != "GET" {
		words = append(words, "-X", q.method)
	}
	words = append(words, shellQuoted(r.wire.target(q)))
	for _, line := range shownHeaders(r.wire.headers(q)) {
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case name == "User-Agent", name == "Accept" && value == "*/*": // which curl sends itself
		case name == "X-Okapi-Token" && value == "$OKAPI_TOKEN":
			words = append(words, "-H", `"X-Okapi-Token: $OKAPI_TOKEN"`)
		default:
			words = append(words, "-H", shellQuoted(name+": "+value))
		}
	}
	switch {
	case strings.HasPrefix(q.path, loginPath) && q.body != "":
		words = append(words, "--data", `"{\"username\":\"$OKAPI_USERNAME\",\"password\":\"$OKAPI_PASSWORD\"}"`)
	case len(q.body) > maxShown:
		words = append(words, "--data-binary", "@list.csv") // it is no text for a line
	case q.body != "":
		words = append(words, "--data-binary", shellQuoted(q.body))
	}
	return strings.Join(words, " ")
}

// shellQuoted is a text as one word of a POSIX shell, on one line.
func shellQuoted(text string) string {
	if !strings.Contains(text, "\n") && utf8.ValidString(text) {
		quoted := "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
		return padding.ReplaceAllStringFunc(quoted, func(run string) string { return fmt.Sprintf(`'"$(printf %%0%dd 0)"'`, len(run)) })
	}
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`).Replace(text)
	var b strings.Builder
	for len(quoted) > 0 {
		r, size := utf8.DecodeRuneInString(quoted)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, quoted[0])
		} else {
			b.WriteString(quoted[:size])
		}
		quoted = quoted[size:]
	}
	return "$'" + b.String() + "'"
}
