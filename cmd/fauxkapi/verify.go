package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/contracttests/verify/reports"
	"github.com/fauxkapi/fauxkapi/internal/prose"
)

type verifyCommand struct {
	server
	Level     string `default:"read-only" enum:"read-only,workflow,own-server" placeholder:"read-only|workflow|own-server" help:"How far to go: one login and GETs; at most three small jobs of its own; or whatever only a server of one's own can bear. Default: ${default}."`
	OwnServer string `placeholder:"TENANT" help:"For the level own-server: the tenant, to be said here and in $$FAUXKAPI_OWN_SERVER."`
	Aging     bool   `help:"Likewise: wait for some ten minutes, until a token and a link have expired."`
	Module    string `placeholder:"URL" help:"Talk to mod-data-export itself, without a gateway; needs --release, and --input above read-only."`

	Release      string  `placeholder:"NAME" help:"Hold it to one of ${releases}. Default: found out."`
	Input        string  `placeholder:"FILE" predictor:"file" help:"CSV whose first five ids are exported. Default: three instances that the server lists."`
	Budget       int     `placeholder:"N" help:"Requests at most. Default: 60, 200 or 400, by the level."`
	Rate         float64 `default:"2" help:"Requests a second at most. Default: ${default}."`
	TimeoutScale float64 `default:"1" help:"By which every limit of time is multiplied. Default: ${default}."`
	Waivers      string  `placeholder:"FILE" predictor:"file" help:"Known deviations, as YAML; see docs/verify.md."`
	Strict       bool    `help:"Fail on drift too: members, words and orders that the contract does not have."`
	KeepNames    bool    `help:"Show people and other people's files by their names."`

	Plan   bool   `help:"Print every request that may be sent, and send none."`
	Format string `default:"text" enum:"text,json,jira" placeholder:"text|json|jira" help:"What to print. Default: ${default}."`
	HTML   string `name:"html" placeholder:"FILE" predictor:"file" help:"Write the report as one page."`
	JUnit  string `name:"junit" placeholder:"FILE" predictor:"file" help:"Write the report as JUnit does, for CI."`
	JSON   string `name:"json" placeholder:"FILE" predictor:"file" help:"Write the report as JSON."`
}

// Help is what stands below the flags.
func (verifyCommand) Help() string {
	return "Holds a FOLIO to the contract of Data Export without harming it: nothing is sent whose unexpected success would change, " +
		"delete, slow or reveal anything that the run did not make. One login; --plan shows every request beforehand.\n\n" +
		"A claim holds; or is broken; or drifts, which is a note; or could not be checked, which says nothing about the server. " +
		"What is broken is tried once more, and if it holds then it is unstable, a note too.\n\n" +
		"Exit codes of this command: 0 all claims hold, 1 some are broken, 2 usage, 3 some could not be checked."
}

// verdictError is a verification that did not come to nothing but claims that hold.
type verdictError struct{ *verify.Report }

func (e verdictError) Error() string {
	counts := e.Counts()
	switch {
	case e.Outcome() == verify.SomeBroken && counts[verify.Broken] > 0:
		return fmt.Sprintf("%s broken", prose.Count(counts[verify.Broken], "claim"))
	case e.Outcome() == verify.SomeBroken:
		return "drift, or a waiver that has expired, in a run that does not allow it"
	case e.Stopped != "":
		return "could not check: " + e.Stopped
	}
	return fmt.Sprintf("could not check %s", prose.Count(counts[verify.Unchecked], "claim"))
}

// Run verifies, reports, and fails unless all claims hold.
func (v *verifyCommand) Run(ctx context.Context, term *console) error {
	config, err := v.config(ctx, term)
	if err != nil {
		return err
	}
	if v.Plan {
		return asUsage(verify.WritePlan(term.stdout, config))
	}
	files, err := createReports(term.stdout, []reportFile{{"--html", v.HTML}, {"--junit", v.JUnit}, {"--json", v.JSON}})
	if err != nil {
		return err
	}
	defer files.discard()
	if isTerminal(term.stderr) {
		config.OnExchange = func(e verify.Exchange) {
			term.say("%s", prose.Cut(fmt.Sprintf("%3d  %-6s %d %s", e.N, e.Method, e.Status, requested(cmp.Or(config.Module, config.URL), e.URL)), widthOf(term.stderr)-1))
		}
	}
	report, err := verify.Run(ctx, config)
	if err != nil {
		return asUsage(err)
	}
	of := func(write func(io.Writer, *verify.Report) error) writer {
		return func(w io.Writer) error { return write(w, report) }
	}
	saved := files.write(map[string]writer{"--html": of(reports.WriteHTML), "--junit": of(reports.WriteJUnit), "--json": of(reports.WriteJSON)})
	if err := errors.Join(v.print(term, report), saved); err != nil {
		return err
	}
	if report.Outcome() != verify.AllHold {
		return verdictError{report}
	}
	return nil
}

// requested is what was asked of the server at base, for reading: without that, its escapes and the most of each id.
func requested(base, address string) string {
	text := strings.TrimPrefix(address, strings.TrimSuffix(base, "/"))
	if plain, err := url.QueryUnescape(text); err == nil {
		text = plain
	}
	return printable(prose.ShortIDs(text))
}

// config puts flags, environment and files together.
func (v *verifyCommand) config(ctx context.Context, term *console) (verify.Config, error) {
	config := verify.Config{
		Module: v.Module, Aging: v.Aging, Level: verify.Level(v.Level), Release: v.Release, Budget: v.Budget, Rate: v.Rate,
		TimeoutScale: v.TimeoutScale, Strict: v.Strict, KeepNames: v.KeepNames, UserID: term.env("OKAPI_USER_ID"),
	}
	if config.Level == verify.OwnServer {
		if v.OwnServer == "" || term.env("FAUXKAPI_OWN_SERVER") != v.OwnServer {
			return config, usage("the level own-server does what a server that others use must be spared; if nobody else uses it, give its tenant by --own-server and in FAUXKAPI_OWN_SERVER")
		}
		config.Own = v.OwnServer
	}
	var err error
	if v.Module != "" {
		config.Tenant = v.Tenant
	} else if config.URL, config.Tenant, config.Username, config.Password, err = v.credentials(ctx, term); err != nil {
		return config, err
	}
	if v.Input != "" {
		if config.IDs, err = firstIDs(v.Input, term.stdin); err != nil {
			return config, err
		}
	}
	if v.Waivers != "" {
		if config.Waivers, err = readWaivers(v.Waivers); err != nil {
			return config, err
		}
	}
	return config, nil
}

// credentials are whom to log in as; a token alone does not do, for the login is part of what is verified.
func (v *verifyCommand) credentials(ctx context.Context, term *console) (base, tenant, username, password string, err error) {
	config, err := v.clientConfig(ctx, term)
	if err != nil {
		return "", "", "", "", err
	}
	if config.Username == "" || config.Password == "" {
		return "", "", "", "", usage("log in: a token alone does not do here, for the login is part of what is verified; set OKAPI_USERNAME and OKAPI_PASSWORD")
	}
	return config.URL, config.Tenant, config.Username, config.Password, nil
}

// asUsage is a mistake in the configuration as one of the command line.
func asUsage(err error) error {
	if wrong, ok := errors.AsType[*verify.ConfigError](err); ok {
		return usage("%s", strings.TrimPrefix(wrong.Error(), "verify: "))
	}
	return err
}

// The bounds of a list of ids, of which five are taken.
const (
	idsTaken     = 5
	maxIDsLooked = 10_000 // lines
)

// firstIDs are the first ids of a list.
func firstIDs(path string, stdin io.Reader) ([]string, error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, usage("read the ids: %v; give --input a CSV with one instance id a line", err)
		}
		defer file.Close()
		in = file
	}
	var ids []string
	lines := bufio.NewScanner(in)
	for looked := 0; looked < maxIDsLooked && len(ids) < idsTaken && lines.Scan(); looked++ {
		if id := strings.Trim(strings.TrimPrefix(lines.Text(), "\ufeff"), "\" \t\r"); uuid.Validate(id) == nil && len(id) == 36 {
			ids = append(ids, id)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, usage("read the ids: %v; give --input a CSV with one instance id a line", err)
	}
	if len(ids) == 0 {
		return nil, usage("%q has no UUID in its first %d lines; give a CSV with one instance id a line", path, maxIDsLooked)
	}
	return ids, nil
}

func readWaivers(path string) ([]verify.Waiver, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, usage("read the waivers: %v; give --waivers a YAML file of known deviations, as in docs/verify.md", err)
	}
	defer file.Close()
	waivers, err := verify.ReadWaivers(file)
	if err != nil {
		return nil, usage("%s: %v", path, err)
	}
	return waivers, nil
}

// print writes what was asked for to standard output.
func (v *verifyCommand) print(term *console, report *verify.Report) error {
	switch v.Format {
	case "json":
		return reports.WriteJSON(term.stdout, report)
	case "jira":
		return reports.WriteJira(term.stdout, report)
	}
	return reports.WriteTable(term.stdout, report, widthOf(term.stdout), term.coloured())
}
