package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/fauxkapi/fauxkapi/scenarios"
)

// scenariosCommand is about the stories that --scenario takes.
type scenariosCommand struct {
	List    listScenarios     `cmd:"" help:"List the scenarios that come with fauxkapi."`
	Show    showScenario      `cmd:"" help:"Print one as it was written, to begin a new one from: fauxkapi scenarios show stuck > mine.yaml"`
	Explain explainScenario   `cmd:"" help:"Play one in each release and draw what happens, and say what a client should do."`
	Schema  schemaOfScenarios `cmd:"" help:"Print the JSON Schema, with which an editor completes and checks a file of one's own that lies beside it: fauxkapi scenarios schema > schema.json"`
	Check   checkScenarios    `cmd:"" help:"Check files of one's own; each mistake has its line and column."`
}

type schemaOfScenarios struct{}

// Run prints the schema.
func (schemaOfScenarios) Run(term *console) error {
	_, err := term.stdout.Write(scenarios.Schema())
	return err
}

type listScenarios struct {
	JSON bool `name:"json" help:"Print a JSON array."`
}

// listed is a scenario in JSON.
type listed struct {
	Name       string            `json:"name"`
	Summary    string            `json:"summary"`
	Releases   []string          `json:"releases"` // empty: all
	Parameters map[string]string `json:"parameters"`
	Outcome    string            `json:"outcome"`
}

func (l *listScenarios) Run(term *console) error {
	var all []listed
	for _, name := range scenarios.Names() {
		story, err := scenarios.Load(name, nil)
		if err != nil {
			return err
		}
		one := listed{Name: name, Summary: story.Summary, Releases: append([]string{}, story.Releases...), Parameters: map[string]string{}, Outcome: string(story.Expect.Outcome)}
		for _, p := range story.Parameters {
			one.Parameters[p.Name] = p.Default
		}
		all = append(all, one)
	}
	if l.JSON {
		return printJSON(term.stdout, all)
	}
	var drawn strings.Builder
	table := tabwriter.NewWriter(&drawn, 0, 0, 3, ' ', 0)
	for _, s := range all {
		releases := ""
		if len(s.Releases) > 0 {
			releases = " Only in " + strings.Join(s.Releases, " and ") + "."
		}
		fmt.Fprintf(table, "%s\t%s%s\n", s.Name, s.Summary, releases)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if err := folded(term.stdout, drawn.String()); err != nil {
		return err
	}
	term.say("`fauxkapi scenarios explain NAME` draws what happens in one, and says what a client should do")
	return nil
}

type showScenario struct {
	Name string `arg:"" placeholder:"NAME" predictor:"story" help:"A name that fauxkapi scenarios list shows."`
}

func (s *showScenario) Run(term *console) error {
	source, err := scenarios.Source(s.Name)
	if err != nil {
		return usage("%v", err)
	}
	_, err = term.stdout.Write(source)
	return err
}

type checkScenarios struct {
	Files []string `arg:"" placeholder:"FILE" predictor:"file" help:"YAML files, or names that fauxkapi scenarios list shows."`
}

func (c *checkScenarios) Run(term *console) error {
	var mistakes []error
	for _, file := range c.Files {
		if !strings.ContainsAny(file, `/\`) && (exists(file) || filepath.Ext(file) != "") {
			file = "./" + file // a file, also when it is named like a scenario
		}
		story, err := scenarios.Load(file, nil)
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		fmt.Fprintf(term.stdout, "%s: ok. %s\n", strings.TrimPrefix(file, "./"), story.Summary)
	}
	if len(mistakes) > 0 {
		return usageError(errors.Join(mistakes...).Error())
	}
	return nil
}

// badStory says what is wrong with a scenario; a value that was set is wrong on the
// command line, and not in the file that uses it.
func badStory(err error, set map[string]string) error {
	if e, ok := errors.AsType[*scenarios.Error](err); ok && e.Parameter != "" {
		message := strings.TrimSuffix(e.Message, " (parameter "+e.Parameter+")")
		if _, rest, ok := strings.Cut(message, " "); ok && strings.HasPrefix(rest, `"`) {
			message = rest // without the word in the file that it is the value of
		}
		return usage("--set %s=%s: %s; %s", e.Parameter, printable(set[e.Parameter]), message, e.Hint)
	}
	return usage("%v", err)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
