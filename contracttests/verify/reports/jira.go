package reports

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// A description in Jira has at most 32,767 characters unless its administrator says otherwise.
const (
	jiraMost     = 32_000
	jiraFindings = 10   // of one claim
	jiraName     = 100  // characters of an operation or a member
	jiraText     = 500  // characters of one text
	jiraAnswer   = 1000 // characters of a body
	jiraCurl     = 4000 // characters; what is cut cannot be pasted
)

// WriteJira writes the failures in the markup of Jira, to be pasted into a ticket: for each claim a heading, a table of
// what was found, the exchange that shows it and the line for curl. It stays below the 32,767 characters that a
// description may have, and says what it has left out for that.
func WriteJira(w io.Writer, r *verify.Report) error {
	s := shown(r)
	failed := slices.DeleteFunc(notes(s), func(n note) bool { return !fails(s, n.Verdict) })
	var b strings.Builder
	fmt.Fprintf(&b, "Server: %s\n%s\n%s\n", jira(cut(target(s), jiraText)), jira(cut(course(s), jiraText)), jira(conclusion(s)))
	for _, w := range expired(s) {
		fmt.Fprintf(&b, "Waiver: %s\n", jira(cut(waived(w), jiraText)))
	}
	length := utf8.RuneCountInString(b.String())
	for i, n := range failed {
		part := jiraNote(s, n)
		length += utf8.RuneCountInString(part)
		if length > jiraMost {
			fmt.Fprintf(&b, "\nThere is no room here for %d more of these: they are in the report.\n", len(failed)-i)
			break
		}
		b.WriteString(part)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func jiraNote(r *verify.Report, n note) string {
	var b strings.Builder
	claim := n.Results[0].Claim
	fmt.Fprintf(&b, "\nh3. %s: %s\n", n.Verdict, jira(cut(list(n.IDs()), jiraText)))
	if n.Claim() != nil {
		fmt.Fprintf(&b, "It is to hold that: %s\n", jira(cut(sentence(claim.Sentence), jiraText)))
	}
	b.WriteString("||operation||member||what was found||exchange||\n")
	for i, f := range n.Findings {
		if i == jiraFindings {
			fmt.Fprintf(&b, "| | |%s more| |\n", number(len(n.Findings)-i, "finding"))
			break
		}
		text, times := f.Text, ""
		if f.Aside != "" {
			text = string(f.Aside) + ": " + text
		}
		if f.Times > 1 {
			times = fmt.Sprintf(" (%d times alike)", f.Times)
		}
		number := " "
		if f.Exchange > 0 {
			number = fmt.Sprint(f.Exchange)
		}
		fmt.Fprintf(&b, "|%s|%s|%s|%s|\n", jiraCell(cut(f.Operation, jiraName)), jiraCell(cut(f.Member, jiraName)), jiraCell(cut(text, jiraText)+times), number)
	}
	if n.Claim() != nil {
		fmt.Fprintf(&b, "Usually: %s\nSource: %s\n", jira(cut(sentence(claim.Usually), jiraText)), jira(cut(sentence(claim.Source), jiraText)))
	}
	if e := shows(r, n.Findings); e != nil {
		fmt.Fprintf(&b, "{code:title=exchange %d}\n%s{code}\n", e.N, jiraCode(transcript(e, jiraAnswer)))
		line := e.Curl
		if utf8.RuneCountInString(line) > jiraCurl {
			line = "# the line for curl is too long for here; it is in the report"
		}
		fmt.Fprintf(&b, "{code:bash}\n%s\n{code}\n", jiraCode(line))
	}
	return b.String()
}

// transcript is an exchange in lines.
func transcript(e *verify.Exchange, most int) string {
	text := cut(e.Method+" "+e.URL, most) + "\n"
	if e.Body != "" {
		text += cut(strings.TrimRight(e.Body, "\n"), most) + "\n"
	}
	text += "\n" + status(*e) + "\n"
	if e.Trouble != "" {
		text += cut(e.Trouble, most) + "\n"
	}
	if e.Answer != "" {
		text += cut(strings.TrimRight(e.Answer, "\n"), most) + "\n"
	}
	return text
}

// jira is a text in which nothing is markup. A backslash cannot be escaped by another, for two of them end a line; - and _
// mean nothing within a word, and addresses stay links if they are left alone there.
func jira(text string) string {
	var b strings.Builder
	runes := []rune(text)
	within := func(i int) bool { return i > 0 && i+1 < len(runes) && isWord(runes[i-1]) && isWord(runes[i+1]) }
	for i, r := range runes {
		switch {
		case r == '\\':
			b.WriteString("&#92;")
		case r == '&':
			b.WriteString("&amp;")
		case (r == '-' || r == '_') && within(i):
			b.WriteRune(r)
		case strings.ContainsRune(`{}[]()|*_?+-^~!#@`, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// jiraCell is a text in a cell, which must not be empty, or the cell is taken for a heading.
func jiraCell(text string) string {
	if text = jira(strings.TrimSpace(text)); text == "" {
		return " "
	}
	return text
}

var jiraEnd = regexp.MustCompile(`(?i)\{(code|noformat)`)

// jiraCode is a text between two {code}, where nothing is markup but their like.
func jiraCode(text string) string { return jiraEnd.ReplaceAllString(text, "{ $1") }
