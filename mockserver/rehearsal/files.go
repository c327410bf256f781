package rehearsal

import (
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"
)

// jsonReport is the report as a program reads it.
type jsonReport struct {
	Command []string   `json:"command"`
	Passed  int        `json:"passed"`
	Cells   []jsonCell `json:"cells"`
}

type jsonCell struct {
	Scenario       string        `json:"scenario"`
	Release        string        `json:"release"`
	Verdict        Verdict       `json:"verdict"`
	Findings       []jsonFinding `json:"findings"`
	ExitCode       int           `json:"exitCode"` // -1 when the program was ended
	Polls          int           `json:"polls"`
	VirtualSeconds float64       `json:"virtualSeconds"`
	RealSeconds    float64       `json:"realSeconds"`
	Output         string        `json:"output"`
	Folder         string        `json:"folder,omitempty"`
}

type jsonFinding struct {
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"`
	Remedy  string  `json:"remedy"`
	Request string  `json:"request,omitempty"`
}

// WriteJSON writes the report as one JSON object.
func (r *Report) WriteJSON(out io.Writer) error {
	report := jsonReport{Command: r.Command, Passed: r.Passed(), Cells: []jsonCell{}}
	for _, c := range r.Cells {
		cell := jsonCell{
			Scenario: c.Scenario, Release: c.Release, Verdict: c.Verdict, Findings: []jsonFinding{}, ExitCode: c.ExitCode, Polls: c.Polls,
			VirtualSeconds: c.Virtual.Seconds(), RealSeconds: c.Real.Seconds(), Output: c.Output, Folder: c.Folder,
		}
		for _, f := range c.Findings {
			finding := jsonFinding{Verdict: f.Verdict, Text: f.Text, Remedy: f.Remedy}
			if f.Exchange != nil {
				finding.Request = Line(f.Exchange)
			}
			cell.Findings = append(cell.Findings, finding)
		}
		report.Cells = append(report.Cells, cell)
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(report)
}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Seconds string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the report as JUnit does: a suite for each release, a case
// for each scenario.
func (r *Report) WriteJUnit(out io.Writer) error {
	var suites junitSuites
	for _, release := range r.Releases {
		suite := junitSuite{Name: "rehearsal, release " + release}
		for _, c := range r.Cells {
			if c.Release != release {
				continue
			}
			one := junitCase{Name: c.Scenario, Class: "rehearsal." + release, Seconds: fmt.Sprintf("%.3f", c.Real.Seconds()), Output: xmlText(c.Output)}
			if c.Verdict != Pass {
				suite.Failures++
				one.Failure = &junitFailure{Type: string(c.Verdict), Message: xmlText(c.Findings[0].Text), Text: xmlText(c.explanation())}
			}
			suite.Cases = append(suite.Cases, one)
		}
		suite.Tests = len(suite.Cases)
		suites.Suites = append(suites.Suites, suite)
	}
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(out)
	e.Indent("", "  ")
	if err := e.Encode(suites); err != nil {
		return err
	}
	_, err := io.WriteString(out, "\n")
	return err
}

// explanation is every finding of a cell with its request and its remedy.
func (c Cell) explanation() string {
	var b strings.Builder
	for _, f := range c.Findings {
		fmt.Fprintf(&b, "%s: %s.\n", f.Verdict, f.Text)
		if f.Exchange != nil {
			fmt.Fprintf(&b, "  %s\n", Line(f.Exchange))
		}
		fmt.Fprintf(&b, "  %s.\n", f.Remedy)
	}
	return b.String()
}

// xmlText leaves out what XML 1.0 cannot hold, which a program's output may.
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r >= ' ' && r != 0xfffe && r != 0xffff {
			return r
		}
		return '·'
	}, strings.ToValidUTF8(text, "·"))
}

//go:embed report.html
var page string

// WriteHTML writes the report as one page that needs nothing else.
func (r *Report) WriteHTML(out io.Writer) error {
	made, err := template.New("report").Funcs(template.FuncMap{
		"line":     Line,
		"verdicts": Verdicts,
		"round":    func(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) },
		"join":     func(words []string) string { return strings.Join(words, " ") },
		"cell": func(scenario, release string) *Cell {
			if c, ok := r.Cell(scenario, release); ok {
				return &c
			}
			return nil
		},
	}).Parse(page)
	if err != nil {
		return err
	}
	return made.Execute(out, r)
}
