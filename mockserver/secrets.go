package mockserver

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// hidden stands for a secret wherever a request is told of.
const hidden = "…"

// Secrets are known by their looks as well as by their places, since clients
// send them to wrong ones.
var (
	// tokenLike is a JWT or a JWE, or what is left of one: they begin with the
	// base64 of {".
	tokenLike = regexp.MustCompile(`eyJ[A-Za-z0-9_.-]{8,}`)
	// secretMember is a member of JSON, also of JSON in a text, or of a form, also
	// of one that is escaped. What merely says something of a token, such as
	// accessTokenExpiration, is none; neither is "token:" in a sentence.
	secretMember = regexp.MustCompile(`(?i)([\w-]*(?:(?:passw(?:or)?d|secret)[\w-]*(?:\\*["']|%2[27])?\s*(?:[:=]|%3[ad])|tokens?(?:(?:\\*["']|%2[27])\s*(?:[:=]|%3[ad])|\s*(?:=|%3d)))\s*)` +
		`("(?:[^"\\]|\\.)*"?|\\+"[^"]*"?|'[^']*'?|[^&,}\s]+)`)
)

// secretWords are the words of which a secretMember has one, in lower case.
var secretWords = [...]string{"passw", "secret", "token"}

// secretHex is how many hex digits in a row are taken for a signature. Half a
// signature is none, and no id has so many.
const secretHex = 40

// shortestSecret is a length below which nothing matches any of these.
const shortestSecret = len("token=x")

// told cuts a text to a length in bytes and hides what looks like a secret.
func told(text string, most int) string {
	// What is cut off may be the end of a secret, so it is looked for in more.
	more := len(text) > 2*most
	if more {
		text = text[:2*most]
	}
	text = hideSecrets(text)
	if len(text) <= most && !more {
		return text
	}
	text = text[:min(len(text), most)]
	for len(text) > 0 && !utf8.RuneStart(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	if r, size := utf8.DecodeLastRuneInString(text); r == utf8.RuneError {
		text = text[:len(text)-size]
	}
	return text + hidden
}

func hideSecrets(text string) string {
	if len(text) < shortestSecret {
		return text
	}
	if strings.Contains(text, "eyJ") {
		text = tokenLike.ReplaceAllLiteralString(text, hidden)
	}
	if hasSecretWord(text) {
		text = secretMember.ReplaceAllStringFunc(text, func(found string) string {
			parts := secretMember.FindStringSubmatch(found)
			if strings.HasPrefix(parts[2], `"`) {
				return parts[1] + `"` + hidden + `"`
			}
			return parts[1] + hidden
		})
	}
	return hideHex(text)
}

// hasSecretWord tells whether a text has one of the words, whatever its letters'
// case. Most texts have none, and the expression is dear.
func hasSecretWord(text string) bool {
	for i := range len(text) {
		for _, word := range secretWords {
			if text[i]|0x20 == word[0] && len(text)-i >= len(word) && strings.EqualFold(text[i:i+len(word)], word) {
				return true
			}
		}
	}
	return false
}

// hideHex hides what looks like a signature. It looks from the end of where one
// would be, so that it has to look at few bytes of other texts.
func hideHex(text string) string {
	for end := secretHex; end <= len(text); {
		start := end
		for start > end-secretHex && isHex(text[start-1]) {
			start--
		}
		if start > end-secretHex {
			end = start + secretHex
			continue
		}
		for end < len(text) && isHex(text[end]) {
			end++
		}
		return text[:start] + hidden + hideHex(text[end:])
	}
	return text
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

// toldQuery is a query string without its secrets: as it came, if it has none.
func toldQuery(raw string) string {
	parts := strings.Split(raw, "&")
	for i, part := range parts {
		decoded, err := url.QueryUnescape(part)
		if err != nil {
			decoded = part
		}
		if shown := hideSecrets(decoded); shown != decoded {
			name, value, _ := strings.Cut(shown, "=")
			parts[i] = url.QueryEscape(name) + "=" + url.QueryEscape(value)
		}
	}
	return told(strings.Join(parts, "&"), maxLine)
}

// toldLogin is the body of a login without all that is not known to be harmless.
func toldLogin(body []byte) string {
	var members map[string]any
	if json.Unmarshal(body, &members) != nil {
		return hidden
	}
	for name, value := range members {
		if _, isText := value.(string); !isText || name != "username" && name != "userId" {
			members[name] = hidden
		}
	}
	text, err := marshal(members)
	if err != nil {
		return hidden
	}
	return told(string(text), maxText)
}

// header is a header's name and one value of it.
type header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Bounds of the headers that are told of.
const (
	maxHeaders     = 50
	maxHeaderValue = 1 << 10
)

// toldHeaders is a message's headers in no order, without their secrets.
func toldHeaders(all http.Header) []header {
	shown := make([]header, 0, min(len(all), maxHeaders))
	for name, values := range all {
		for _, value := range values {
			if len(shown) < maxHeaders {
				shown = append(shown, header{Name: told(name, 100), Value: toldHeader(name, value)})
			}
		}
	}
	return shown
}

func toldHeader(name, value string) string {
	switch name {
	case "Cookie":
		pairs := strings.Split(value, ";")
		for i := range pairs {
			pairs[i] = toldCookie(pairs[i])
		}
		return told(strings.Join(pairs, ";"), maxHeaderValue)
	case "Set-Cookie":
		pair, attributes, more := strings.Cut(value, ";")
		if pair = toldCookie(pair); more {
			pair += ";" + attributes
		}
		return told(pair, maxHeaderValue)
	case "Authorization", "Proxy-Authorization":
		for _, scheme := range []string{"Bearer ", "Basic "} {
			if strings.HasPrefix(value, scheme) {
				return scheme + hidden
			}
		}
		return hidden
	case "Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Date", "User-Agent", "X-Okapi-Tenant":
		return told(value, maxHeaderValue) // names that need no look at them
	}
	for _, secret := range []string{"oken", "ecret", "assw", "redential", "ignature", "-Key"} {
		if strings.Contains(name, secret) {
			return hidden
		}
	}
	return told(value, maxHeaderValue)
}

// toldCookie keeps the name of a cookie.
func toldCookie(pair string) string {
	name, _, ok := strings.Cut(pair, "=")
	if !ok {
		return hidden
	}
	return name + "=" + hidden
}
