package verify

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hide takes secrets and names out of a text.
func (n *names) hide(text string) string {
	return n.hideWords(n.cleaned(strings.ToValidUTF8(text, string(utf8.RuneError))))
}

// hideWords replaces names where they stand as words, the longest first, so that none is hidden only by half.
func (n *names) hideWords(text string) string {
	var b strings.Builder
	done, inWord := 0, false
	for i, r := range text {
		if i < done {
			continue
		}
		if name := n.nameAt(text[i:]); name != "" && !inWord {
			b.WriteString(text[done:i])
			b.WriteString(n.known[name])
			done, inWord = i+len(name), false
			continue
		}
		inWord = wordRune(r)
	}
	return b.String() + text[done:]
}

// nameAt is the longest name that a text begins with, as a word.
func (n *names) nameAt(text string) string {
	if len(text) < minName {
		return ""
	}
	for _, length := range n.lengths[text[:minName]] {
		if length <= len(text) && n.known[text[:length]] != "" && !beginsWithWord(text[length:]) {
			return text[:length]
		}
	}
	return ""
}

// hideBody takes secrets and names out of a body, which may be JSON that was cut off. Its layout stays as it is.
func (n *names) hideBody(text string) string {
	text = n.cleaned(strings.ToValidUTF8(text, string(utf8.RuneError)))
	if start := strings.TrimSpace(text); !strings.HasPrefix(start, "{") && !strings.HasPrefix(start, "[") {
		return n.hideWords(text)
	}
	var b strings.Builder
	member, around := "", []string{}
	for len(text) > 0 {
		switch text[0] {
		case '{', '[':
			around = append(around, member)
		case '}', ']':
			if last := len(around) - 1; last >= 0 {
				member, around = around[last], around[:last]
			}
		case '"':
			length := stringLength(text)
			token := text[:length]
			text = text[length:]
			if strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), ":") {
				member = unquoted(token)
			} else {
				token = n.hideValue(member, token)
			}
			b.WriteString(token)
			continue
		}
		b.WriteByte(text[0])
		text = text[1:]
	}
	return b.String()
}

// stringLength is how long the JSON string is with which a text begins, or what is left of it.
func stringLength(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// unquoted is the text of a JSON string.
func unquoted(token string) string {
	var text string
	if json.Unmarshal([]byte(token), &text) != nil { // it was cut off
		return strings.Trim(token, `"`)
	}
	return text
}

// hideValue is the JSON string that stands for the value of a member.
func (n *names) hideValue(member, token string) string {
	text := unquoted(token)
	shown := n.hidden(member, text)
	if shown == "" {
		if shown = n.hideWords(text); shown == text {
			return token
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(shown) // a string always can be
	return strings.TrimSuffix(b.String(), "\n")
}

var quotes = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// hideFinding takes secrets and names out of the text of a finding: whatever is quoted of a member that tells of people.
func (n *names) hideFinding(f *Finding) {
	member := f.Member[strings.LastIndex(f.Member, "/")+1:]
	text := quotes.ReplaceAllStringFunc(f.Text, func(quoted string) string {
		if shown := n.hidden(member, unquoted(quoted)); shown != "" && unquoted(quoted) != member {
			return `"` + shown + `"`
		}
		return quoted
	})
	f.Text = n.hide(text)
}

// exchange takes secrets and names out of an exchange.
func (n *names) exchange(e *Exchange) {
	for _, text := range []*string{&e.URL, &e.Curl, &e.Trouble} {
		*text = n.hide(*text)
	}
	e.Body, e.Answer = n.hideBody(e.Body), n.hideBody(e.Answer)
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
			n.hideFinding(&r.Results[i].Findings[j])
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
