package client

import (
	"encoding/json"
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
	stars       = "***"
)

// secrets are the texts that must not be quoted.
type secrets struct {
	mu    sync.Mutex
	known []string
}

func newSecrets(texts ...string) *secrets {
	s := &secrets{}
	s.add(texts...)
	return s
}

// add learns secrets, each as it is and as JSON and URLs write it.
func (s *secrets) add(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range texts {
		if text == "" {
			continue
		}
		careful, _ := json.Marshal(text) // a string has no error
		careful = careful[1 : len(careful)-1]
		usual := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`).Replace(text) // without Go's care for HTML
		for _, form := range []string{text, string(careful), usual, url.QueryEscape(text), url.PathEscape(text)} {
			if !slices.Contains(s.known, form) {
				s.known = append(s.known, form)
			}
		}
	}
}

// Tokens and signatures are recognised by their looks too: an answer may hold one that was never learned.
var (
	tokenLike     = regexp.MustCompile(`\beyJ[\w-]{6,}(\.[\w-]*)*`)
	signatureLike = regexp.MustCompile(`(?i)((?:X-Amz-(?:Signature|Credential|Security-Token)|AWSAccessKeyId|Signature)=)[^&\s"'<]+`)
)

func (s *secrets) hide(text string) string {
	s.mu.Lock()
	// A form that holds a shorter one goes first, or its rest would stay.
	known := slices.SortedFunc(slices.Values(s.known), func(a, b string) int { return len(b) - len(a) })
	s.mu.Unlock()
	for _, secret := range known {
		if len(secret) >= shortSecret {
			text = strings.ReplaceAll(text, secret, stars)
		} else {
			text = hideWord(text, secret)
		}
	}
	text = tokenLike.ReplaceAllString(text, stars)
	return signatureLike.ReplaceAllString(text, "${1}"+stars)
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
