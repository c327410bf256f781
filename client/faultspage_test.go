package client

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/internal/section"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

var update = flag.Bool("update", false, "write the table of faults in docs/resilience.md anew")

// faultsPage gathers how exports end, for docs/resilience.md.
type faultsPage struct {
	faults []string
	cells  map[[2]string][]string // by fault and column: one ending for each release that has it
	where  map[string][]string    // by fault: the releases that have it
}

func newFaultsPage() *faultsPage {
	return &faultsPage{cells: map[[2]string][]string{}, where: map[string][]string{}}
}

// column is the heading over a step, with a star if the user may see less.
func column(step, user string) string {
	if user == "exporter" {
		return step + `\*`
	}
	return step
}

// note takes down how an export ended after one fault and after two.
func (p *faultsPage) note(fault, column, release string, ends [2]string) {
	if !slices.Contains(p.faults, fault) {
		p.faults = append(p.faults, fault)
	}
	if !slices.Contains(p.where[fault], release) {
		p.where[fault] = append(p.where[fault], release)
	}
	cell := ends[0]
	if ends[0] != ends[1] {
		cell = map[[2]string]string{{"file", "error"}: "once"}[ends]
	}
	at := [2]string{fault, column}
	p.cells[at] = append(p.cells[at], cell)
}

// hold holds the table against the page.
func (p *faultsPage) hold(t *testing.T) {
	t.Helper()
	if t.Failed() {
		return
	}
	var head []string
	for _, step := range attackable {
		for _, user := range usersAt(step) {
			head = append(head, column(step, user))
		}
	}
	slices.Sort(p.faults)
	var rows [][]string
	for _, fault := range p.faults {
		name := fault
		if where := p.where[fault]; len(where) < len(mockserver.Releases()) {
			name += " (" + strings.Join(where, ", ") + ")"
		}
		row := []string{name}
		for _, column := range head {
			all := slices.Compact(slices.Clone(p.cells[[2]string{fault, column}]))
			if len(all) != 1 || all[0] == "" {
				t.Errorf("%s at %s ends in %q: releases differ, or two faults do less harm than one", fault, column, p.cells[[2]string{fault, column}])
			}
			row = append(row, all...)
		}
		rows = append(rows, row)
	}
	const path, command = "../docs/resilience.md", "go test ./client -run EveryAnswer -update"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := section.Replace(string(page), "faults", command, section.Table(append([]string{"fault"}, head...), rows))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(page) {
		t.Errorf("%s is stale; run %s and read the difference", path, command)
	}
}
