package main

import (
	"fmt"
	"strings"

	"github.com/fauxkapi/fauxkapi/scenarios"
)

// endings are the headings of the catalogue, by what a correct client ends with.
func endings() []struct {
	outcome scenarios.Outcome
	heading string
} {
	return []struct {
		outcome scenarios.Outcome
		heading string
	}{
		{scenarios.OutcomeSuccess, "The export ends well"},
		{scenarios.OutcomePartial, "There is a file, and something to say of it"},
		{scenarios.OutcomeFail, "There is no file that can be used"},
		{scenarios.OutcomeTimeout, "The job never ends"},
	}
}

// catalogue is the tables of the scenarios that come with the program.
func catalogue() (string, error) {
	var b strings.Builder
	for _, ending := range endings() {
		rows := [][]string{{"name", "what happens", "seen in", "releases", "parameters"}}
		for _, name := range scenarios.Names() {
			s, err := scenarios.Load(name, nil)
			if err != nil {
				return "", err
			}
			if s.Expect.Outcome == ending.outcome {
				rows = append(rows, scenarioRow(s))
			}
		}
		fmt.Fprintf(&b, "\n### %s\n\n%s", ending.heading, markdown(rows))
	}
	return b.String(), nil
}

func scenarioRow(s *scenarios.Scenario) []string {
	var parameters []string
	for _, p := range s.Parameters {
		parameters = append(parameters, code(p.Name))
	}
	return []string{
		code(s.Name),
		s.Summary,
		strings.Join(s.Evidence, "<br>"),
		either(len(s.Releases) == 0, "all", strings.Join(s.Releases, ", ")),
		strings.Join(parameters, ", "),
	}
}
