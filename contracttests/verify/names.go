package verify

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// names hides in a report what belongs to people: secrets always, names and ids of people and other people's file names
// unless they are to be kept. What it met in one answer it hides in all of them.
type names struct {
	keep    bool
	run     string
	secrets []string
	known   map[string]string // what a text becomes
}

// maxNames bounds how many texts are remembered. A run sees some two hundred answers of at most a few dozen rows.
const maxNames = 10_000

func newNames(c Config) *names {
	n := &names{keep: c.KeepNames, run: c.Run, known: map[string]string{}}
	n.secret(c.Password)
	n.name(c.Username, "(user)")
	n.name(c.UserID, "(user id)")
	return n
}

// secret is a text that must never be shown.
func (n *names) secret(text string) {
	if text == "" {
		return
	}
	quoted, _ := json.Marshal(text) // a string always can be
	for _, form := range []string{text, string(bytes.Trim(quoted, `"`)), url.QueryEscape(text)} {
		if !slices.Contains(n.secrets, form) && len(n.secrets) < maxNames {
			n.secrets = append(n.secrets, form)
		}
	}
}

func (n *names) name(text, shown string) {
	if !n.keep && text != "" && len(n.known) < maxNames {
		n.known[text] = shown
	}
}

// persons are the members of FOLIO's JSON that tell of people.
var persons = map[string]string{
	"firstName": "(first name)", "lastName": "(last name)", "middleName": "(name)", "preferredFirstName": "(name)",
	"username": "(user)", "userName": "(user)", "createdByUsername": "(user)", "updatedByUsername": "(user)",
	"userId": "(user id)", "createdByUserId": "(user id)", "updatedByUserId": "(user id)", "user_id": "(user id)",
	"email": "(address)", "sub": "(user)",
}

// learn reads the names out of an answer, and the secrets.
func (n *names) learn(o *observed) {
	for _, cookie := range (&http.Response{Header: o.header}).Cookies() {
		n.secret(cookie.Value)
	}
	n.secret(o.header.Get("X-Okapi-Token"))
	var whole any
	if json.Unmarshal(o.body, &whole) == nil {
		n.walk("", whole)
	}
}

// walk learns from a JSON value, which is that of a member.
func (n *names) walk(member string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			n.walk(name, inner)
		}
	case []any:
		for _, inner := range v {
			n.walk(member, inner)
		}
	case string:
		switch {
		case member == "okapiToken", member == "refreshToken", member == "accessToken":
			n.secret(v)
		case persons[member] != "":
			n.name(v, persons[member])
		case (member == "fileName" || member == "sourcePath") && !strings.Contains(v, n.run):
			n.name(v, "(file name)")
		}
	}
}

var signature = regexp.MustCompile(`(https?://[^\s"?]*)\?[^\s"]*(?i:signature|credential|token)=[^\s"]*`)

// cleaned is a text without secrets and names.
func (n *names) cleaned(text string) string {
	text = signature.ReplaceAllString(text, "$1?(signature)")
	for _, secret := range n.secrets {
		text = strings.ReplaceAll(text, secret, "(secret)")
	}
	return text
}

// hide takes secrets and names out of a text, the longest names first, so that none is hidden only by half.
func (n *names) hide(text string) string {
	text = n.cleaned(strings.ToValidUTF8(text, string(utf8.RuneError)))
	texts := slices.SortedFunc(maps.Keys(n.known), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	for _, name := range texts {
		text = replaceWords(text, name, n.known[name])
	}
	return text
}

// exchange takes secrets and names out of an exchange.
func (n *names) exchange(e *Exchange) {
	for _, text := range []*string{&e.URL, &e.Body, &e.Answer, &e.Curl, &e.Trouble} {
		*text = n.hide(*text)
	}
	for _, lines := range [][]string{e.Sent, e.Got} {
		for i := range lines {
			lines[i] = n.hide(lines[i])
		}
	}
}

// report takes secrets and names out of a report.
func (n *names) report(r *Report) {
	for i := range r.Exchanges {
		n.exchange(&r.Exchanges[i])
	}
	for i := range r.Results {
		for j := range r.Results[i].Findings {
			r.Results[i].Findings[j].Text = n.hide(r.Results[i].Findings[j].Text)
		}
	}
	for i := range r.Left {
		r.Left[i].Why = n.hide(r.Left[i].Why)
	}
	r.Stopped = n.hide(r.Stopped)
}

// replaceWords replaces a name where it stands alone: "Ann" is no part of "Annals".
func replaceWords(text, name, by string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, name)
		if !found {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(before)
		if endsInWord(before) || beginsWithWord(after) {
			b.WriteString(name)
		} else {
			b.WriteString(by)
		}
		text = after
	}
}

func endsInWord(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return text != "" && wordRune(r)
}

func beginsWithWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return text != "" && wordRune(r)
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
