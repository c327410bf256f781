package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// The elements and attributes are those that both the schema of Ant and that of Jenkins know, in the order in which
// they want them; only system-out of a case is Jenkins' and Surefire's.

type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	ID         int             `xml:"id,attr"`
	Name       string          `xml:"name,attr"`
	Package    string          `xml:"package,attr"`
	Hostname   string          `xml:"hostname,attr"`
	Timestamp  string          `xml:"timestamp,attr"` // without a zone, as Ant's schema has it; it is UTC
	Seconds    string          `xml:"time,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Output     string          `xml:"system-out"`
	Trouble    string          `xml:"system-err"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Seconds string        `xml:"time,attr"` // always 0: what takes time are the requests, which claims share
	Skipped *junitSkipped `xml:"skipped"`
	Failure *junitFailure `xml:"failure"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

const junitMessage = 500 // characters; the text has all

// WriteJUnit writes the report as JUnit does: one case for each claim, which passes with a system-out if it drifts or is
// unstable, is skipped if it could not be checked, and fails if it is broken or, in a strict run, drifts. Expired waivers
// and a run that was stopped are cases of their own; so there is a failure exactly if the exit code is 1, and else a case
// is skipped exactly if it is 3.
func WriteJUnit(w io.Writer, r *verify.Report) error {
	s := shown(r)
	suite := junitSuite{
		Name: "verify, release " + release(s), Package: "verify", Hostname: s.Server.URL,
		Timestamp: s.Began.UTC().Format("2006-01-02T15:04:05"), Seconds: fmt.Sprintf("%.3f", max(0, s.Ended.Sub(s.Began).Seconds())),
		Properties: junitProperties(s), Output: conclusion(s) + "\n" + spent(s) + "\n",
	}
	if text := lacks(s); text != "" {
		suite.Output += text + "\n"
	}
	for _, l := range s.Left {
		suite.Output += "stays on the server: " + stays(l) + "\n"
	}
	if len(s.Idle) > 0 {
		suite.Output += "no occasion to check: " + strings.Join(s.Idle, ", ") + "\n"
	}
	for _, c := range junitCases(s) {
		if c.Failure != nil {
			suite.Failures++
		}
		if c.Skipped != nil {
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Tests = len(suite.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(junitSuites{Name: "fauxkapi verify", Tests: suite.Tests, Failures: suite.Failures, Suite: suite}); err != nil {
		return fmt.Errorf("write the report as JUnit: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func junitProperties(r *verify.Report) []junitProperty {
	return []junitProperty{
		{"server", r.Server.URL},
		{"tenant", r.Server.Tenant},
		{"gateway", r.Server.Gateway},
		{"module", r.Server.Module},
		{"release", r.Server.Release},
		{"ahead", strconv.FormatBool(r.Server.Ahead)},
		{"level", string(r.Level)},
		{"strict", strconv.FormatBool(r.Strict)},
		{"run", r.Run},
		{"requests", strconv.Itoa(r.Requests)},
		{"budget", strconv.Itoa(r.Budget)},
		{"outcome", string(r.Outcome())},
		{"exitCode", strconv.Itoa(ExitCode(r.Outcome()))},
	}
}

func junitCases(r *verify.Report) []junitCase {
	class := "verify." + release(r) + "."
	var cases []junitCase
	for _, result := range r.Results {
		cases = append(cases, junitClaim(r, result, class+topic(result.Claim)))
	}
	for _, w := range expired(r) {
		cases = append(cases, junitCase{
			Name: "waiver " + w.Claim + w.Field, Class: class + "waivers", Seconds: "0",
			Failure: &junitFailure{Type: "expired", Message: cut(waived(w), junitMessage), Text: waived(w)},
		})
	}
	if r.Stopped != "" || len(r.Results) == 0 {
		why := r.Stopped
		if why == "" {
			why = "no claim was checked"
		}
		cases = append(cases, junitCase{Name: "the whole run", Class: class + "run", Seconds: "0", Skipped: &junitSkipped{cut(sentence(why), junitMessage)}})
	}
	return cases
}

func junitClaim(r *verify.Report, result verify.Result, class string) junitCase {
	one := junitCase{Name: result.Claim.ID, Class: class, Seconds: "0"}
	if result.Verdict == verify.Holds {
		return one
	}
	all := findings(result)
	message := string(result.Verdict)
	if len(all) > 0 {
		message = cut(all[0].String(), junitMessage)
	}
	text := explanation(r, result, all)
	switch {
	case result.Verdict == verify.Unchecked:
		one.Skipped = &junitSkipped{message}
	case fails(r, result.Verdict):
		one.Failure = &junitFailure{Type: string(result.Verdict), Message: message, Text: text}
	default:
		one.Output = string(result.Verdict) + "\n" + text
	}
	return one
}

// fails tells whether a verdict makes the run fail.
func fails(r *verify.Report, v verify.Verdict) bool {
	return v == verify.Broken || r.Strict && v == verify.Drift
}

// explanation is what there is to know of a claim that does not plainly hold, in lines.
func explanation(r *verify.Report, result verify.Result, all []found) string {
	c := result.Claim
	lines := []string{sentence(c.Sentence)}
	for _, f := range all {
		lines = append(lines, "Found: "+f.String())
	}
	for _, part := range [][2]string{{"Usually: ", c.Usually}, {"Source: ", c.Source}, {"Assumed: ", assumed(&c)}} {
		if part[1] != "" {
			lines = append(lines, part[0]+sentence(part[1]))
		}
	}
	if e := shows(r, all); e != nil && e.Curl != "" {
		lines = append(lines, "Again: "+e.Curl)
	}
	if result.Verdict == verify.Unstable {
		if text := heldAgain(r, all); text != "" {
			lines = append(lines, "Then: "+sentence(text))
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// status is what came back, in a word or two.
func status(e verify.Exchange) string {
	if e.Status == 0 {
		return "no answer"
	}
	return strconv.Itoa(e.Status)
}

// topic is what a claim is about: the first word of its id.
func topic(c verify.Claim) string {
	name, _, _ := strings.Cut(c.ID, ".")
	return name
}
