package client

import (
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	// excerptSize bounds what an error quotes of a body, in bytes.
	excerptSize = 200
	// shortSecret is the length below which a secret is only looked for as a whole word: a password such as "admin" is
	// part of many an honest text.
	shortSecret = 8
	// maxLearned bounds how many tokens and signatures are remembered. They are short-lived, one export meets about a dozen,
	// and a few may be under way at once.
	maxLearned = 1024
	stars      = "***"
)

// secrets are the texts that must not be quoted. Those of the configuration stay; of those that are learned on the way
// the oldest are forgotten.
type secrets struct {
	mu      sync.Mutex
	given   []string
	learned []string
}

func newSecrets(texts ...string) *secrets {
	s := &secrets{}
	for _, text := range texts {
		s.given = append(s.given, forms(text)...)
	}
	return s
}

// learn remembers secrets for a while.
func (s *secrets) learn(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range texts {
		for _, form := range forms(text) {
			if !slices.Contains(s.learned, form) {
				s.learned = append(s.learned, form)
			}
		}
	}
	s.learned = slices.Delete(s.learned, 0, max(len(s.learned)-maxLearned, 0))
}

// forms are a secret as it is and as JSON and URLs write it.
func forms(text string) []string {
	if text == "" {
		return nil
	}
	careful, _ := json.Marshal(text) // a string has no error
	careful = careful[1 : len(careful)-1]
	usual := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`).Replace(text) // without Go's care for HTML
	all := []string{text, string(careful), usual, url.QueryEscape(text), url.PathEscape(text)}
	slices.Sort(all)
	return slices.Compact(all)
}

// Tokens and signatures are recognised by their looks too: an answer may hold one that was never learned.
var (
	tokenLike     = regexp.MustCompile(`\beyJ[\w-]{6,}(\.[\w-]*)*`)
	signatureLike = regexp.MustCompile(`(?i)((?:X-Amz-(?:Signature|Credential|Security-Token)|AWSAccessKeyId|Signature)=)[^&\s"'<]+`)
)

func (s *secrets) hide(text string) string {
	if text == "" {
		return ""
	}
	text = s.hideKnown(text, hideWord)
	text = tokenLike.ReplaceAllString(text, stars)
	return signatureLike.ReplaceAllString(text, "${1}"+stars)
}

// hideKnown hides what was learned; short is what becomes of a short secret.
func (s *secrets) hideKnown(text string, short func(text, secret string) string) string {
	s.mu.Lock()
	known := slices.Concat(s.given, s.learned)
	s.mu.Unlock()
	// A form that holds a shorter one goes first, or its rest would stay.
	slices.SortFunc(known, func(a, b string) int { return len(b) - len(a) })
	for _, secret := range known {
		if len(secret) >= shortSecret {
			text = strings.ReplaceAll(text, secret, stars)
		} else {
			text = short(text, secret)
		}
	}
	return text
}

// name is a name that a server gave. A short password is let stand in it: it is an honest word there, as in admin.csv.
func (s *secrets) name(text string) string {
	text = s.hideKnown(text, func(text, _ string) string { return text })
	return tokenLike.ReplaceAllString(text, stars)
}

// cause is an error of another package, or only its text if that tells a secret.
func (s *secrets) cause(err error) error {
	text := err.Error()
	if hidden := s.hide(text); hidden != text {
		return errors.New(hidden)
	}
	return err
}

func hideWord(text, word string) string {
	var b strings.Builder
	for {
		at := strings.Index(text, word)
		if at < 0 {
			return b.String() + text
		}
		end := at + len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[end:])
		b.WriteString(text[:at])
		if isWord(before) || isWord(after) {
			b.WriteString(word)
		} else {
			b.WriteString(stars)
		}
		text = text[end:]
	}
}

func isWord(r rune) bool {
	return r != utf8.RuneError && (r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r))
}

// excerpt is the beginning of a body, hidden first and cut then, so that no half of a secret is left.
func (s *secrets) excerpt(body []byte) string {
	return printable(s.hide(strings.ToValidUTF8(string(body), "\uFFFD")), excerptSize)
}
