package verify_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

const mutantsPage = "../../docs/mutants.md"

var everyMutant = flag.Bool("mutants", false, "plant each defect in every release, and hold docs/mutants.md against what comes of it")

// Every planted defect is noticed, by the claims that the list says and by at least one that knows no schema. Without
// -mutants each defect is planted in one release only. docs/mutants.md has the matrix, which -mutants -update rewrites.
func TestMutants(t *testing.T) {
	cells := cellsOf(alterations(t, "defects"))
	if !*everyMutant {
		cells = oneOfEach(cells)
	}
	shard(t, cells, func(t *testing.T, c *cell) { c.report = altered(t, c.release, c.Alteration, c.release) })
	for _, c := range cells {
		found := noticed(c.report)
		switch {
		case len(found) == 0:
			t.Errorf("%s in %s survives: %s (%s %s)", c.Name, c.release, c.What, c.report.Outcome(), c.report.Stopped)
		case len(withoutDocument(found)) == 0:
			t.Errorf("%s in %s is noticed by the document alone: %v", c.Name, c.release, found)
		}
		for _, claim := range c.Breaks {
			if applies(claim, c.release) && !slices.Contains(found, claim) {
				t.Errorf("%s in %s is not noticed by %s but by %v", c.Name, c.release, claim, found)
			}
		}
	}
	if !*everyMutant {
		return
	}
	page, unbroken := describeMutants(cells)
	if len(unbroken) > 0 {
		t.Errorf("no defect breaks %v", unbroken)
	}
	if *update {
		if err := os.WriteFile(mutantsPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(mutantsPage); err != nil || string(got) != page {
		t.Errorf("docs/mutants.md is stale (%v); run make mutants UPDATE=1", err)
	}
}

// oneOfEach takes each defect once, in one release after the other.
func oneOfEach(cells []*cell) (some []*cell) {
	for len(cells) > 0 {
		n := 1
		for n < len(cells) && cells[n].Name == cells[0].Name {
			n++
		}
		some = append(some, cells[len(some)%n])
		cells = cells[n:]
	}
	return some
}

// applies tells whether a claim is about a release; one that does not exist never is noticed.
func applies(id, release string) bool {
	for _, c := range verify.Claims() {
		if c.ID == id {
			return c.Fits(release, verify.OwnServer)
		}
	}
	return true
}

// describeMutants is the page, and the claims that no defect breaks.
func describeMutants(cells []*cell) (page string, left []string) {
	var b strings.Builder
	byDefect := map[string]map[string][]string{} // defect, claim, releases
	var order []string
	unbroken := map[string]bool{}
	for _, c := range verify.Claims() {
		unbroken[c.ID] = !strings.HasPrefix(c.ID, "doubt.") // which only drift, and have TestDoubtsAreNoticed
	}
	what := map[string]string{}
	for _, c := range cells {
		if byDefect[c.Name] == nil {
			byDefect[c.Name], what[c.Name] = map[string][]string{}, c.What
			order = append(order, c.Name)
		}
		for _, claim := range noticed(c.report) {
			byDefect[c.Name][claim] = append(byDefect[c.Name][claim], c.release[:1])
			delete(unbroken, claim)
		}
	}
	fmt.Fprintf(&b, "# Mutants\n\n<!-- Made by contracttests/verify/mutants_test.go, make mutants UPDATE=1. Do not edit. -->\n\n"+
		"A hundred and more servers, each with one planted defect, are held to the [claims](claims.md) of `fauxkapi verify`. Here are the\n"+
		"%d defects, in %d runs, with the claims that notice each; in which releases stands behind them if not in all that were\n"+
		"tried: g is guide, s is sunflower, t is trillium. Claims that hold answers against the document are in italics: every defect is\n"+
		"noticed without them.\n\n| defect | noticed by |\n|---|---|\n", len(order), len(cells))
	for _, name := range order {
		tried := 0
		for _, c := range cells {
			if c.Name == name {
				tried++
			}
		}
		var claims []string
		for _, c := range verify.Claims() {
			in := byDefect[name][c.ID]
			if len(in) == 0 {
				continue
			}
			text := c.ID
			if strings.HasSuffix(c.ID, ".as-documented") {
				text = "*" + text + "*"
			}
			if len(in) < tried {
				text += " (" + strings.Join(in, " ") + ")"
			}
			claims = append(claims, text)
		}
		fmt.Fprintf(&b, "| `%s`: %s | %s |\n", name, tableCell(what[name]), strings.Join(claims, ", "))
	}
	b.WriteString("\n## Claims that no defect breaks\n\n")
	for _, c := range verify.Claims() {
		if unbroken[c.ID] {
			left = append(left, c.ID)
			fmt.Fprintf(&b, "- `%s`: %s\n", c.ID, c.Sentence)
		}
	}
	if len(left) == 0 {
		b.WriteString("None.\n")
	}
	return b.String(), left
}
