package rehearsal

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// Paint gives a word the colour of its verdict, or leaves it as it is.
type Paint func(Verdict, string) string

// WriteText writes the report for people: a table of verdicts, below it each
// finding with the request that shows it and what to change, and the sum.
func (r *Report) WriteText(out io.Writer, paint Paint) error {
	var b strings.Builder
	r.writeTable(&b, paint)
	for _, f := range r.Remarks() {
		fmt.Fprintf(&b, "\n%s  %s\n", paint(f.Verdict, string(f.Verdict)), f)
		if f.Exchange != nil {
			fmt.Fprintf(&b, "    %s\n", Line(f.Exchange))
		}
		fmt.Fprintf(&b, "    To change: %s.\n", f.Remedy)
	}
	fmt.Fprintf(&b, "\n%d of %d cells pass.\n", r.Passed(), len(r.Cells))
	_, err := io.WriteString(out, b.String())
	return err
}

func (r *Report) writeTable(out io.Writer, paint Paint) {
	var plain strings.Builder
	table := tabwriter.NewWriter(&plain, 0, 0, 3, ' ', 0)
	fmt.Fprintf(table, "\t%s\n", strings.Join(r.Releases, "\t"))
	for _, scenario := range r.Scenarios {
		fmt.Fprint(table, scenario)
		for _, release := range r.Releases {
			verdict := "-"
			if c, ok := r.Cell(scenario, release); ok {
				verdict = string(c.Verdict)
			}
			fmt.Fprint(table, "\t"+verdict)
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush() // a strings.Builder takes everything
	for line := range strings.Lines(plain.String()) {
		line = strings.TrimRight(line, " \n")
		for _, v := range Verdicts() {
			if v[0] != string(Pass) {
				line = strings.ReplaceAll(line, v[0], paint(Verdict(v[0]), v[0]))
			}
		}
		fmt.Fprintln(out, line)
	}
}

// Remark is a finding with all the cells that have it.
type Remark struct {
	Finding
	Cells []Cell

	releases []string // of the report
}

// String is the finding as a sentence, with the cells in which it was made.
func (r Remark) String() string {
	type place struct {
		at        string
		scenarios []string
	}
	var where []place
	for i := 0; i < len(r.Cells); {
		var in []string
		scenario := r.Cells[i].Scenario
		for ; i < len(r.Cells) && r.Cells[i].Scenario == scenario; i++ {
			in = append(in, r.Cells[i].Release)
		}
		at := strings.Join(in, " and ")
		if len(in) == len(r.releases) && len(in) > 1 {
			at = "every release"
		}
		if n := len(where); n > 0 && where[n-1].at == at {
			where[n-1].scenarios = append(where[n-1].scenarios, scenario)
		} else {
			where = append(where, place{at, []string{scenario}})
		}
	}
	var places []string
	for _, p := range where {
		places = append(places, strings.Join(p.scenarios, ", ")+" in "+p.at)
	}
	return strings.Join(places, "; ") + ": " + r.Text + "."
}

// Remarks returns the findings of all cells, each once, the worst first.
func (r *Report) Remarks() []Remark {
	var remarks []Remark
	for _, c := range r.Cells {
		for _, f := range c.Findings {
			i := slices.IndexFunc(remarks, func(known Remark) bool { return known.Verdict == f.Verdict && alike(known.Text) == alike(f.Text) })
			if i < 0 {
				remarks = append(remarks, Remark{Finding: f, releases: r.Releases})
				i = len(remarks) - 1
			}
			remarks[i].Cells = append(remarks[i].Cells, c)
		}
	}
	slices.SortStableFunc(remarks, func(a, b Remark) int { return a.Verdict.rank() - b.Verdict.rank() })
	return remarks
}

var digits = regexp.MustCompile(`[0-9]+`)

// alike is a text without its numbers: how many polls it were matters to nobody.
func alike(text string) string { return digits.ReplaceAllString(text, "#") }

// Line is an exchange on one line: its number, what was asked, and what came.
func Line(e *mockserver.Exchange) string {
	target := e.Path
	if e.Query != "" {
		target += "?" + e.Query
	}
	if e.Operation == mockserver.OperationLink {
		target = "the link"
	}
	return fmt.Sprintf("request %d  %s %s  %d  %s", e.Number, e.Method, prose.ShortIDs(prose.Printable(target)), e.Status, prose.Printable(e.Effect))
}
