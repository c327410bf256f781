package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	kongcompletion "github.com/jotaen/kong-completion"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// root has one field for each command.
type root struct {
	Demo      demoCommand      `cmd:"" help:"Show the six steps against a fake of its own, in a second."`
	Serve     serveCommand     `cmd:"" help:"Run a fake FOLIO for curl, Postman and scripts."`
	Scenarios scenariosCommand `cmd:"" help:"The stories that jobs can live through."`
	Rehearse  rehearseCommand  `cmd:"" help:"Run a program of one's own against every release and scenario, and judge it."`
	Verify    verifyCommand    `cmd:"" help:"Hold a FOLIO to the contract of Data Export, without harming it."`
	Export    exportCommand    `cmd:"" help:"Export the instances of a list of ids to a file of MARC records."`
	Jobs      jobsCommand      `cmd:"" help:"What jobs there are, and what became of one."`
	Profiles  profilesCommand  `cmd:"" help:"The job profiles of a server."`
	IDs       idsCommand       `cmd:"" name:"ids" help:"Print the ids of the instances that a query finds, one a line."`
	Version   versionCommand   `cmd:"" help:"Print the version."`

	Completion kongcompletion.Completion `cmd:"" help:"Print how a shell is told to complete command lines: bash, zsh or fish."`
}

// console is what a command may touch besides files and the network.
type console struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) string
	muted          bool
	log            func(line string) // keeps what is said, also while muted; nil for nobody
}

// quiet is a console that says nothing but errors.
func (c *console) quiet() *console {
	silent := *c
	silent.muted = true
	return &silent
}

// logging is a console whose lines are kept.
func (c *console) logging(log func(string)) *console {
	kept := *c
	kept.log = log
	return &kept
}

// say prints one line for people, and keeps it.
func (c *console) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	c.keep(line)
	c.show(line)
}

// show prints one line for people.
func (c *console) show(line string) {
	if !c.muted {
		fmt.Fprintln(c.stderr, line)
	}
}

// keep puts one line into the log, if there is one.
func (c *console) keep(line string) {
	if c.log != nil {
		c.log(line)
	}
}

// run carries out one command line and returns its exit code. It is all of the program but the process.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) string) int {
	terminal := &console{stdin: stdin, stdout: stdout, stderr: stderr, env: env}
	helped := false
	// Kong calls it after --help, and expects it to return only in tests.
	parser, err := newParser(terminal, func(int) { helped = true })
	if err != nil {
		return terminal.exit(err)
	}
	if len(args) == 0 {
		parser.Parse([]string{"--help"})
		return exitUsage
	}
	command, err := parser.Parse(asMeant(args))
	if helped {
		return exitOK
	}
	if err != nil {
		return terminal.exit(misread(err))
	}
	command.BindTo(ctx, (*context.Context)(nil))
	return terminal.exit(command.Run())
}

// newParser returns the parser of the command line; exit is what it calls when it has shown the help.
func newParser(terminal *console, exit func(int)) (*kong.Kong, error) {
	options := append(values(),
		kong.Name("fauxkapi"),
		kong.Description("A stand-in for FOLIO's data export, and a client for it. Exit codes: "+exitCodes),
		kong.Writers(terminal.stdout, terminal.stderr),
		kong.Vars{
			"releases": strings.Join(mockserver.Releases(), ", "),
		},
		kong.Exit(exit),
		kong.Resolvers(fromEnvironment(terminal.env)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ValueFormatter(helpWithVariable),
		kong.Bind(terminal),
	)
	parser, err := kong.New(&root{}, options...)
	if err != nil {
		return nil, err
	}
	for _, command := range parser.Model.Leaves(false) {
		for _, flag := range command.Flags {
			if flag.PlaceHolder == "" {
				flag.PlaceHolder = strings.ReplaceAll(flag.Enum, ",", "|")
			}
		}
	}
	return parser, nil
}

// asMeant takes the words that people try first for what they mean.
func asMeant(args []string) []string {
	switch args[0] {
	case "--version", "-v":
		return []string{"version"}
	case "help", "-h", "-?":
		return append(slices.Clone(args[1:]), "--help")
	}
	return args
}

// variable is the environment variable that stands in for a flag. The tag is not kong's own "env", which reads the
// environment of the process.
func variable(tag *kong.Tag) string { return tag.Get("variable") }

func fromEnvironment(env func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if name := variable(flag.Tag); name != "" {
			if value := env(name); value != "" {
				return value, nil
			}
		}
		return nil, nil
	})
}

func helpWithVariable(value *kong.Value) string {
	if name := variable(value.Tag); name != "" {
		return strings.TrimSuffix(value.Help, ".") + " ($" + name + ")."
	}
	return value.Help
}
