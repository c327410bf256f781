package main

import (
	"fmt"
	"strings"

	"github.com/fauxkapi/fauxkapi/scenarios"
)

// catalogue is the table of the scenarios that come with the program.
func catalogue() (string, error) {
	rows := [][]string{{"name", "what happens", "parameters", "releases", "a correct client ends with"}}
	for _, name := range scenarios.Names() {
		s, err := scenarios.Load(name, nil)
		if err != nil {
			return "", err
		}
		var parameters []string
		for _, p := range s.Parameters {
			parameters = append(parameters, code(p.Name+"="+p.Default)+" "+p.Help)
		}
		rows = append(rows, []string{
			code(s.Name),
			s.Summary,
			strings.Join(parameters, "<br>"),
			either(len(s.Releases) == 0, "all", strings.Join(s.Releases, ", ")),
			expected(s.Expect),
		})
	}
	return markdown(rows), nil
}

func expected(e scenarios.Expect) string {
	text := string(e.Outcome) + ", " + either(e.File, "a file", "no file")
	if e.Exports != 1 {
		text += fmt.Sprintf(", after %d exports", e.Exports)
	}
	return text
}
