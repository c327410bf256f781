package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// serveCommand runs a fake for curl, Postman and scripts.
type serveCommand struct {
	Addr      string            `default:"127.0.0.1:9130" placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one. Default: ${default}."`
	Release   string            `default:"guide" predictor:"release" placeholder:"NAME" help:"What to imitate: ${releases}. Default: ${default}."`
	Scenario  string            `default:"ok" placeholder:"NAME|FILE" predictor:"scenario" help:"What every job lives through: a name that fauxkapi scenarios list shows, or a YAML file. Default: ${default}."`
	Set       map[string]string `placeholder:"NAME=VALUE" help:"Set a parameter of the scenario, such as duration=30s. Where a job would be over within a second, serve makes it take 5s, in 5 steps, to be watched; duration=500ms keeps it quick, and so does --time poll."`
	Records   string            `default:"any" enum:"any,named" help:"Which ids have a record: any well-formed UUID, or only the 100 named instances. Default: ${default}."`
	Seed      uint64            `default:"1" help:"What all ids and records are drawn from."`
	Start     time.Time         `placeholder:"TIME" help:"The instant at which the world starts, as in 2020-10-07T13:17:02Z. Default: now."`
	Speed     float64           `default:"1" help:"How many times as fast as the machine's the world's clock runs; 0 stands still."`
	Time      string            `default:"real" enum:"real,poll" help:"What moves the world's clock: the machine's, or the polls of jobs, so that a job of four hours has ended after a dozen. Default: ${default}."`
	PublicURL string            `placeholder:"URL" help:"What download links are built on. Default: the host that the request named."`
	NoControl bool              `help:"Close the control paths under /_fauxkapi/."`
}

// paceToWatch is what a story is told with when people watch: long enough to see
// it move, in at least five steps. A real server shows 25 ids as one step.
func paceToWatch() map[string]string { return map[string]string{"duration": "5s", "steps": "5"} }

// Run serves until ctx ends.
func (s *serveCommand) Run(ctx context.Context, term *console) error {
	out := term.stdout
	if s.Addr == "" {
		return usage("--addr is empty, which would listen for the whole network: give HOST:PORT, such as 127.0.0.1:9130")
	}
	story, err := s.tell()
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGPIPE) // whoever reads the log may go, as head -1 does; the server stays
	log := &requestLog{out: out}
	server, err := mockserver.New(append(s.options(story), mockserver.WithObserver(log.write))...)
	if err != nil {
		return usage("%s", strings.TrimPrefix(err.Error(), "mockserver: "))
	}
	listener, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return cannotListen(s.Addr, err)
	}
	url := "http://" + reachable(listener.Addr())
	if isTerminal(out) {
		s.printReady(out, server, url, story)
	} else if _, err := fmt.Fprintln(out, s.readyLine(server, url, story)); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := server.Serve(ctx, listener); err != nil {
		return err
	}
	return reportViolations(server)
}

// tell loads the story that is told, at a pace to watch unless polls drive it.
func (s *serveCommand) tell() (*scenarios.Scenario, error) {
	pace := paceToWatch()
	if s.Time == "poll" {
		if s.Speed != 1 {
			return nil, usage("--time poll has no speed: leave --speed out")
		}
		pace = nil // there is nothing to watch
	}
	story, err := withPace(s.Scenario, s.Set, pace)
	if err != nil {
		return nil, badStory(err, s.Set)
	}
	return story, nil
}

// options are those of the fake that the flags ask for.
func (s *serveCommand) options(story *scenarios.Scenario) []mockserver.Option {
	start := s.Start
	if start.IsZero() {
		start = time.Now()
	}
	options := []mockserver.Option{
		mockserver.WithRelease(s.Release),
		mockserver.WithScenario(s.Scenario),
		mockserver.WithSeed(s.Seed),
		mockserver.WithSpeed(s.Speed),
		mockserver.WithStart(start),
	}
	for _, p := range story.Parameters {
		options = append(options, mockserver.WithParameter(p.Name, p.Value))
	}
	if s.Time == "poll" {
		options = append(options, mockserver.WithTimeByPolling())
	}
	if s.Records == "named" {
		options = append(options, mockserver.WithNamedRecords())
	}
	if s.PublicURL != "" {
		options = append(options, mockserver.WithPublicURL(s.PublicURL))
	}
	if !s.NoControl {
		options = append(options, mockserver.WithControl())
	}
	return options
}

// controlPath is where the page lies.
const controlPath = "/_fauxkapi/"

// readyLine is what programs wait for. What follows the URL has no blanks in it.
func (s *serveCommand) readyLine(server *mockserver.Server, url string, story *scenarios.Scenario) string {
	line := fmt.Sprintf("fauxkapi ready %s release=%s scenario=%s", url, server.Release(), strings.ReplaceAll(story.Name, " ", "-"))
	if !s.NoControl {
		line += " page=" + url + controlPath
	}
	return line
}

// reachable is an address that a client of this machine can use: one that stands
// for every address is none.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}

// withPace loads a scenario with what the user set and, if it is a quick one,
// with a pace for the other parameters that it declares.
func withPace(scenario string, set, pace map[string]string) (*scenarios.Scenario, error) {
	story, err := scenarios.Load(scenario, set)
	if err != nil {
		return nil, err
	}
	parameters := map[string]string{}
	for _, p := range story.Parameters {
		value, ok := pace[p.Name]
		if !ok {
			continue
		}
		if own, err := time.ParseDuration(p.Default); err == nil && own >= time.Second {
			return story, nil // a slow story is meant to be slow
		}
		parameters[p.Name] = value
	}
	maps.Copy(parameters, set)
	return scenarios.Load(scenario, parameters)
}

func (s *serveCommand) printReady(out io.Writer, server *mockserver.Server, url string, story *scenarios.Scenario) {
	_, sentence := server.About()
	lines := [][2]string{
		{"release", server.Release() + ": " + sentence},
		{"tenant", "diku"},
		{"users", "diku_admin/admin, exporter/exporter (the six steps), viewer/viewer (looks only)"},
		{"jobs", story.Name + ": " + story.Summary + paceOf(story)},
		{"", "--scenario fail makes each job fail, stuck lets none end (make serve SCENARIO=stuck); fauxkapi scenarios list shows all"},
		{"curl", "the six steps, line by line, are in README.md"},
	}
	if !s.NoControl {
		lines = append(lines,
			[2]string{"page", url + controlPath},
			[2]string{"", "jobs, requests, the six steps with a token, Postman collection"},
			[2]string{"time", "curl -X POST '" + url + controlPath + "clock/advance?by=10m'"},
			[2]string{"", "lets tokens and links grow old"})
	}
	screen := fmt.Sprintf("fauxkapi is ready at %s       stop with Ctrl-C\n", url)
	for _, l := range lines {
		screen += fmt.Sprintf("  %-9s %s\n", l[0], l[1])
	}
	// A screen that cannot be written has nobody to tell.
	_ = folded(out, screen+"\n")
}

// paceOf says how fast a story is told.
func paceOf(story *scenarios.Scenario) (pace string) {
	for _, p := range story.Parameters {
		switch p.Name {
		case "duration":
			pace += " Takes " + p.Value + "."
		case "steps":
			pace += " Moves its counters at least " + p.Value + " times (a real server once for 25 ids)."
		}
	}
	return pace
}

// wsaAddressInUse is what Windows says, where EADDRINUSE is a number that nobody
// sends.
const wsaAddressInUse = syscall.Errno(10048)

// cannotListen says what to do about an address that cannot be listened on.
func cannotListen(addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaAddressInUse) {
		return usage("%s is taken by another program: stop that one, or choose another address, as in --addr 127.0.0.1:0 (make serve ADDR=127.0.0.1:0)", addr)
	}
	return usage("cannot listen on %q: %v; --addr wants HOST:PORT of this machine", addr, err)
}

// reportViolations says again, when the server stops, what it answered against
// its own contract.
func reportViolations(server *mockserver.Server) error {
	violations := server.Violations()
	if len(violations) == 0 {
		return nil
	}
	all := make([]error, 0, len(violations)+1)
	all = append(all, fmt.Errorf("%d answers broke fauxkapi's own contract; please report them", len(violations)))
	for _, v := range violations {
		all = append(all, errors.New(v))
	}
	return errors.Join(all...)
}
