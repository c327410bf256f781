package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver/rehearsal"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

type rehearseCommand struct {
	Command      []string      `arg:"" placeholder:"CMD ARG" help:"The program and its arguments, behind --."`
	Scenarios    string        `default:"core" placeholder:"core|all|NAME,…" help:"Which scenarios: core is the dozen that matter most, all is every one; names and files beside them. Default: ${default}."`
	Release      string        `placeholder:"NAME,…" help:"Which of ${releases}. Default: all; guide alone proves nothing for a real server."`
	Limit        time.Duration `default:"60s" help:"What the machine's clock may show at most for one run. Default: ${default}."`
	Timeout      time.Duration `default:"30s" help:"What the program is asked to honour, in $$TIMEOUT, in seconds. Default: ${default}."`
	PollInterval time.Duration `default:"1s" help:"Likewise, in $$POLL_INTERVAL. Default: ${default}."`
	FastSleep    bool          `help:"Put a sleep that returns at once in front of a shell script's PATH. Whoever looks at a clock has TIMEOUT of the machine's time all the same."`
	Parallel     int           `default:"8" help:"Runs at the same time. Default: ${default}."`
	Keep         bool          `help:"Keep the folder of each run."`
	HTML         string        `name:"html" placeholder:"FILE" predictor:"file" help:"Write the report as one page."`
	JUnit        string        `name:"junit" placeholder:"FILE" predictor:"file" help:"Write the report as JUnit does, for CI."`
	JSON         string        `name:"json" placeholder:"FILE" predictor:"file" help:"Write the report as JSON; - is standard output, in place of the text."`
}

// Help is what stands below the flags.
func (rehearseCommand) Help() string {
	var b strings.Builder
	b.WriteString("The program runs once for each release and scenario, each time against a fake of its own, with OKAPI_URL, OKAPI_TENANT, " +
		"OKAPI_USERNAME, OKAPI_PASSWORD, OKAPI_TOKEN, CSV (its input), OUT (where the file should go), JOB_PROFILE, POLL_INTERVAL and TIMEOUT set. " +
		"Its polls drive the time of the fake; its own sleeps are real. Verdicts:\n")
	for _, v := range rehearsal.Verdicts() {
		fmt.Fprintf(&b, "\n%s: %s.\n", v[0], v[1])
	}
	b.WriteString("\nThe exit code is 0 only when all pass, 8 when one does not.")
	return b.String()
}

// Run rehearses, reports, and fails unless all cells pass.
func (r *rehearseCommand) Run(ctx context.Context, term *console) error {
	plan, err := r.plan()
	if err != nil {
		return err
	}
	files, err := createReports(term.stdout, []reportFile{{"--html", r.HTML}, {"--junit", r.JUnit}, {"--json", r.JSON}})
	if err != nil {
		return err
	}
	defer files.discard()
	if isTerminal(term.stderr) {
		plan.OnCell = func(c rehearsal.Cell) { term.say("%s in %s: %s", c.Scenario, c.Release, c.Verdict) }
	}
	report, err := rehearsal.Run(ctx, plan)
	if err != nil {
		if ctx.Err() != nil {
			return errors.New("rehearse: interrupted; the programs that were running were ended, and no report was made")
		}
		return usage("%s", strings.TrimPrefix(err.Error(), "mockserver: "))
	}
	if err := files.write(map[string]writer{"--html": report.WriteHTML, "--junit": report.WriteJUnit, "--json": report.WriteJSON}); err != nil {
		return err
	}
	if r.JSON != "-" {
		if err := report.WriteText(term.stdout, paintFor(term)); err != nil {
			return err
		}
	}
	if r.Keep {
		for _, c := range report.Cells {
			term.say("%s in %s: its files are in %s", c.Scenario, c.Release, c.Folder)
		}
	}
	if failed := len(report.Cells) - report.Passed(); failed > 0 {
		return rehearsalError(fmt.Sprintf("%s did not pass", prose.Count(failed, "cell")))
	}
	return nil
}

// plan is what the flags ask for.
func (r *rehearseCommand) plan() (plan rehearsal.Plan, err error) {
	for _, given := range []time.Duration{r.Limit, r.Timeout, r.PollInterval} {
		if given <= 0 {
			return plan, usage("--limit, --timeout and --poll-interval have to be more than 0; give durations such as 30s")
		}
	}
	if r.Parallel < 1 {
		return plan, usage("--parallel is %d: give a number from 1 on", r.Parallel)
	}
	plan = rehearsal.Plan{
		Command: r.Command, Env: os.Environ(), Limit: r.Limit, Timeout: r.Timeout, PollInterval: r.PollInterval,
		FastSleep: r.FastSleep, Keep: r.Keep, Parallel: r.Parallel,
	}
	for _, name := range commaList(r.Scenarios) {
		switch name {
		case "all":
			plan.Scenarios = append(plan.Scenarios, scenarios.Names()...)
		case "core":
			plan.Scenarios = append(plan.Scenarios, rehearsal.Core()...)
		default:
			plan.Scenarios = append(plan.Scenarios, name)
		}
	}
	plan.Releases = commaList(r.Release)
	return plan, nil
}

// commaList splits a list at its commas.
func commaList(text string) []string {
	words := strings.Split(text, ",")
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// paintFor colours verdicts where there are colours.
func paintFor(term *console) rehearsal.Paint {
	if !term.coloured() {
		return func(_ rehearsal.Verdict, text string) string { return text }
	}
	return func(_ rehearsal.Verdict, text string) string { return "\x1b[31m" + text + "\x1b[0m" }
}
