package reports

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// What a terminal is spared; the other formats have it all.
const (
	usualWidth    = 80
	leastWidth    = 40
	tableFindings = 3    // of one claim
	tableText     = 600  // characters of one text
	tableCurl     = 2000 // characters of a line that is not broken
)

// WriteTable writes the report for a terminal of a width in characters (0: 80), with colours or without: what was talked
// to, a line for each claim that does not plainly hold, then why, what stays on the server, and what it all comes to.
// Only the lines for curl may be longer than the width, so that they can be pasted.
func WriteTable(w io.Writer, r *verify.Report, width int, colour bool) error {
	if width <= 0 {
		width = usualWidth
	}
	t := &table{report: shown(r), width: max(width, leastWidth), colour: colour}
	t.text(target(t.report))
	t.text(course(t.report))
	t.text(lacks(t.report))
	if t.report.Stopped != "" {
		t.b.WriteByte('\n')
		t.text("The run was stopped: " + sentence(t.report.Stopped))
	}
	all := notes(t.report)
	t.rows(all)
	for _, n := range all {
		t.note(n)
	}
	t.idle()
	t.waivers()
	t.left()
	t.end()
	_, err := io.WriteString(w, t.b.String())
	return err
}

type table struct {
	report *verify.Report
	width  int
	colour bool
	b      strings.Builder
}

// paint gives a text the colour of a verdict.
func (t *table) paint(v verify.Verdict, text string) string {
	codes := map[verify.Verdict]string{verify.Holds: "32", verify.Drift: "36", verify.Unstable: "35", verify.Unchecked: "33", verify.Broken: "1;31"}
	if !t.colour || codes[v] == "" {
		return text
	}
	return "\x1b[" + codes[v] + "m" + text + "\x1b[0m"
}

// text writes a paragraph.
func (t *table) text(text string) { t.hanging("", text) }

// hanging writes a paragraph that has something in front of its first line, and is indented by as much.
func (t *table) hanging(front, text string) {
	indent := utf8.RuneCountInString(front)
	for _, line := range wrap(cut(text, tableText), t.width-indent) {
		fmt.Fprintln(&t.b, front+line)
		front = strings.Repeat(" ", indent)
	}
}

// rows writes a line for each note, and how many claims came to what.
func (t *table) rows(all []note) {
	names := make([]string, len(all))
	widest := 0
	if len(all) == 0 {
		return
	}
	for i, n := range all {
		names[i] = fmt.Sprintf("%d claims", len(n.Results))
		if claim := n.Claim(); claim != nil {
			names[i] = cut(claim.ID, 32)
		}
		widest = max(widest, utf8.RuneCountInString(names[i]))
	}
	t.b.WriteByte('\n')
	for i, n := range all {
		verdict := fmt.Sprintf("%-15s", n.Verdict)
		line := strings.Repeat(" ", widest-utf8.RuneCountInString(names[i]))
		if len(n.Findings) > 0 {
			line += "  " + n.Findings[0].String()
		}
		line = strings.TrimRight(cut("  "+names[i]+line, t.width-len(verdict)), " ")
		fmt.Fprintln(&t.b, t.paint(n.Verdict, verdict)+line)
	}
	t.b.WriteByte('\n')
	t.text(capital(counts(t.report)) + ".")
}

// note writes what there is to know of a claim that does not plainly hold, or of several.
func (t *table) note(n note) {
	t.b.WriteByte('\n')
	claim := n.Claim()
	if claim == nil {
		fmt.Fprintf(&t.b, "%s  %d claims\n", t.paint(n.Verdict, string(n.Verdict)), len(n.Results))
		t.names(n.IDs())
	} else {
		fmt.Fprintf(&t.b, "%s  %s\n", t.paint(n.Verdict, string(n.Verdict)), cut(strings.TrimSpace(claim.ID), t.width-2-len(n.Verdict)))
		t.hanging("  ", sentence(claim.Sentence))
	}
	for i, f := range n.Findings {
		if i == tableFindings {
			t.hanging("  Found:    ", fmt.Sprintf("%s more; --html and --json have them all.", number(len(n.Findings)-i, "finding")))
			break
		}
		t.hanging("  Found:    ", f.String())
	}
	if claim != nil {
		if n.Verdict != verify.Unchecked { // which did not fail
			t.field("  Usually:  ", claim.Usually)
		}
		t.field("  Source:   ", claim.Source)
		t.field("  Assumed:  ", assumed(claim))
	}
	if n.Verdict == verify.Unstable {
		t.field("  Then:     ", heldAgain(t.report, n.Findings))
	}
	t.curl(shows(t.report, n.Findings))
}

// field writes a paragraph unless it is empty.
func (t *table) field(name, text string) {
	if text != "" {
		t.hanging(name, sentence(text))
	}
}

// curl writes how to send a request again, on one line however long it is.
func (t *table) curl(e *verify.Exchange) {
	switch {
	case e == nil || e.Curl == "":
	case utf8.RuneCountInString(e.Curl) > tableCurl:
		t.hanging("  Again:    ", fmt.Sprintf("the line for curl is too long for here; --html and --json have it, with exchange %d.", e.N))
	default:
		fmt.Fprintf(&t.b, "  Again:    %s\n", e.Curl)
	}
}

// idle names the claims that there was no occasion to check, which is neither good nor bad.
func (t *table) idle() {
	if len(t.report.Idle) == 0 {
		return
	}
	t.b.WriteByte('\n')
	t.text("The server gave no occasion to check these:")
	t.names(t.report.Idle)
}

// names writes ids of claims, all of them and whole.
func (t *table) names(ids []string) {
	for _, line := range wrap(strings.Join(ids, ", "), t.width-2) {
		fmt.Fprintln(&t.b, "  "+line)
	}
}

func (t *table) waivers() {
	if len(t.report.Waivers) == 0 {
		return
	}
	fmt.Fprint(&t.b, "\nKnown deviations:\n")
	for _, w := range t.report.Waivers {
		t.hanging("  ", waived(w))
	}
}

// left writes what stays on the server. An id is never cut, for somebody will want to look for it.
func (t *table) left() {
	if len(t.report.Left) == 0 {
		return
	}
	fmt.Fprint(&t.b, "\nThis stays on the server:\n")
	for _, l := range t.report.Left {
		l.Why = cut(l.Why, tableText)
		for i, line := range wrap(stays(l), t.width-4) {
			fmt.Fprintln(&t.b, map[bool]string{true: "  ", false: "    "}[i == 0]+line)
		}
	}
}

// end writes what it all comes to.
func (t *table) end() {
	t.b.WriteByte('\n')
	t.text(spent(t.report))
	verdict := map[verify.Outcome]verify.Verdict{verify.AllHold: verify.Holds, verify.SomeBroken: verify.Broken, verify.CouldNotCheck: verify.Unchecked}
	for _, line := range wrap(conclusion(t.report), t.width) {
		fmt.Fprintln(&t.b, t.paint(verdict[t.report.Outcome()], line))
	}
}

// assumed cites the assumption that a claim is, if it is one.
func assumed(c *verify.Claim) string {
	if c.Assumption == "" {
		return ""
	}
	return c.Assumption + " of docs/assumptions.md; nobody is known to have seen a real server do it"
}

// heldAgain names the exchanges on fresh objects in which an unstable claim held.
func heldAgain(r *verify.Report, all []found) string {
	var parts []string
	for _, e := range again(r, all) {
		parts = append(parts, fmt.Sprintf("%d (%s %s)", e.N, cut(e.Operation, leastWidth), status(e)))
	}
	if len(parts) == 0 {
		return ""
	}
	if more := len(parts) - tableFindings; more > 0 {
		parts = append(parts[:tableFindings], fmt.Sprintf("%d more", more))
	}
	return "held on fresh objects, in exchange " + list(parts)
}
