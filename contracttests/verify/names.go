package verify

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// names hides in a report what belongs to people: secrets always, names and ids of people and other people's file names
// unless they are to be kept. In JSON they are known by their members. What it met in one answer it hides wherever it
// stands as a word of its own, unless that would hide the words of the contract: a user can be called export, or Al.
type names struct {
	keep       bool
	own        [2]string // what the names of the run's own files begin with
	secrets    []string
	known      map[string]string // what a text becomes
	lengths    map[string][]int  // of the known texts in bytes, by their first bytes, the longest first
	vocabulary map[string]bool   // words that are the contract's
}

const (
	// maxNames bounds how many texts are remembered. A run sees some two hundred answers of at most a few dozen rows.
	maxNames = 10_000
	// minName is how many bytes a name has at least that is hidden wherever it stands as a word.
	minName = 4
	// maxName bounds the names that are remembered, in bytes. Longer ones are hidden where JSON has them.
	maxName = 256
)

func newNames(c Config) *names {
	n := &names{
		keep: c.KeepNames, own: [2]string{fileLabel + c.Run + ".", unendedLabel + c.Run + "."},
		known: map[string]string{}, lengths: map[string][]int{}, vocabulary: vocabulary(c),
	}
	n.secret(c.Password)
	n.name(c.Username, "(user)")
	n.name(c.UserID, "(user id)")
	return n
}

// vocabulary are the words of the plan and of the claims.
func vocabulary(c Config) map[string]bool {
	words := map[string]bool{}
	learn := func(texts ...string) {
		for _, text := range texts {
			for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !wordRune(r) }) {
				words[word] = true
			}
		}
	}
	learn(c.URL, c.Module, c.Tenant, c.Run, fileLabel, unendedLabel, "http https curl application json text plain octet stream")
	for _, a := range acts() {
		for _, s := range a.steps {
			learn(a.name, s.key, s.method, s.path, s.query)
		}
	}
	for _, claim := range Claims() {
		learn(claim.ID, claim.Sentence, claim.Usually)
	}
	return words
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

// name is a text to be hidden wherever it stands as a word, if it can be told from the words of the contract.
func (n *names) name(text, shown string) {
	if n.keep || len(text) < minName || len(text) > maxName || len(n.known) >= maxNames || n.known[text] != "" || n.isOrdinary(text) {
		return
	}
	n.known[text] = shown
	lengths := n.lengths[text[:minName]]
	if at, found := slices.BinarySearchFunc(lengths, len(text), func(a, b int) int { return b - a }); !found {
		n.lengths[text[:minName]] = slices.Insert(lengths, at, len(text))
	}
}

func (n *names) isOrdinary(text string) bool {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !wordRune(r) }) {
		if !n.vocabulary[word] {
			return false
		}
	}
	return true
}

// persons are the members of FOLIO's JSON that tell of people.
var persons = map[string]string{
	"firstName": "(first name)", "lastName": "(last name)", "middleName": "(name)", "preferredFirstName": "(name)",
	"username": "(user)", "userName": "(user)", "createdByUsername": "(user)", "updatedByUsername": "(user)",
	"userId": "(user id)", "createdByUserId": "(user id)", "updatedByUserId": "(user id)", "user_id": "(user id)",
	"email": "(address)", "sub": "(user)",
}

// hidden is what the value of a member becomes; empty if the member tells of nobody.
func (n *names) hidden(member, value string) string {
	switch {
	case n.keep || value == "":
		return ""
	case (member == "fileName" || member == "sourcePath") && !strings.Contains(value, n.own[0]) && !strings.Contains(value, n.own[1]):
		return "(file name)"
	}
	return persons[member]
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
		if member == "okapiToken" || member == "refreshToken" || member == "accessToken" {
			n.secret(v)
		} else if shown := n.hidden(member, v); shown != "" {
			n.name(v, shown)
		}
	}
}

var signature = regexp.MustCompile(`(https?://[^\s"?]*)\?[^\s"]*(?i:signature|credential|token)=[^\s"]*`)

// cleaned is a text without secrets. One that is very short is hidden where it stands alone.
func (n *names) cleaned(text string) string {
	text = signature.ReplaceAllString(text, "$1?(signature)")
	for _, secret := range n.secrets {
		if len(secret) < minName {
			text = replaceWords(text, secret, "(secret)")
		} else {
			text = strings.ReplaceAll(text, secret, "(secret)")
		}
	}
	return text
}
