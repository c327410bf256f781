// Package rehearsal runs somebody's export program against fakes and judges it
// from outside: once for each release and each scenario, each time against a
// fresh fake whose time the program's own polls drive.
//
// It promises to judge by what the program does: its requests, its exit code and
// the file it leaves. It reads neither the program nor its output. Each verdict
// names the request that shows it. Whatever the program is, it is ended together
// with all that it has started and that stayed in its process group, and its
// temporary files are removed unless they are to be kept.
//
// It will not confine the program: that runs with the rights of whoever starts
// the rehearsal. What it writes to its output is kept up to 64 KiB.
package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// Plan says what is rehearsed. The zero value of each member but Command means
// its default.
type Plan struct {
	Command   []string // the program and its arguments
	Env       []string // what it inherits, as in os.Environ; the rehearsal's own variables are added
	Releases  []string // all
	Scenarios []string // names or paths; those labelled "core"

	Limit        time.Duration // of the machine's time for one cell: a minute
	Timeout      time.Duration // what the program is asked to honour: 30 s
	PollInterval time.Duration // likewise: 1 s
	FastSleep    bool          // put a sleep that returns at once in front of the PATH
	Keep         bool          // leave the folders of the cells where they are
	Parallel     int           // cells at the same time: 8

	OnCell func(Cell) // called for each cell when it is judged, by one goroutine at a time
}

// Report is what came of a rehearsal.
type Report struct {
	Command   []string
	Releases  []string
	Scenarios []string
	Cells     []Cell // by scenario, then by release; none for a scenario that does not fit
}

// Cell is one run of the program.
type Cell struct {
	Release  string
	Scenario string
	Summary  string // of the scenario
	Verdict  Verdict
	Findings []Finding // the worst first; none when it passed

	ExitCode int
	Polls    int           // requests for the job
	Virtual  time.Duration // that passed in the world
	Real     time.Duration // that passed on the machine
	Output   string        // of the program, both streams; cut in the middle when long
	Folder   string        // of its files, if they were kept
}

// Passed counts the cells without a finding.
func (r *Report) Passed() (passed int) {
	for _, c := range r.Cells {
		if c.Verdict == Pass {
			passed++
		}
	}
	return passed
}

// Cell returns the cell of a scenario and a release.
func (r *Report) Cell(scenario, release string) (Cell, bool) {
	i := slices.IndexFunc(r.Cells, func(c Cell) bool { return c.Scenario == scenario && c.Release == release })
	if i < 0 {
		return Cell{}, false
	}
	return r.Cells[i], true
}

// Core returns the names of the scenarios that matter most, by their outcome:
// those that end well first.
func Core() []string {
	outcomes := []scenarios.Outcome{scenarios.OutcomeSuccess, scenarios.OutcomePartial, scenarios.OutcomeFail, scenarios.OutcomeTimeout}
	var names []string
	for _, outcome := range outcomes {
		for _, name := range scenarios.Names() {
			story, err := scenarios.Load(name, nil)
			if err == nil && slices.Contains(story.Labels, "core") && story.Expect.Outcome == outcome {
				names = append(names, name)
			}
		}
	}
	return names
}

func (p Plan) normal() (Plan, error) {
	if len(p.Command) == 0 {
		return p, errors.New("say which program is rehearsed, as in: fauxkapi rehearse -- ./export.sh")
	}
	if _, err := exec.LookPath(p.Command[0]); err != nil {
		return p, fmt.Errorf("the program %q cannot be started: %w; give its path, and make it executable", p.Command[0], errors.Unwrap(err))
	}
	p.Releases, p.Scenarios = once(p.Releases), once(p.Scenarios)
	if len(p.Releases) == 0 {
		p.Releases = mockserver.Releases()
	}
	if len(p.Scenarios) == 0 {
		p.Scenarios = Core()
	}
	for _, d := range []struct {
		value     *time.Duration
		otherwise time.Duration
	}{{&p.Limit, time.Minute}, {&p.Timeout, 30 * time.Second}, {&p.PollInterval, time.Second}} {
		if *d.value == 0 {
			*d.value = d.otherwise
		}
		if *d.value < 0 {
			return p, errors.New("a limit, a timeout and an interval have to be more than 0")
		}
	}
	if p.Parallel == 0 {
		p.Parallel = 8
	}
	if p.Parallel < 0 {
		return p, errors.New("no cell can run: give a number of parallel ones from 1 on")
	}
	if p.Limit <= p.Timeout {
		return p, fmt.Errorf("a program that honours its timeout of %s would be ended by the limit of %s: give a longer limit or a shorter timeout", p.Timeout, p.Limit)
	}
	return p, nil
}

// once leaves out what is said a second time.
func once(words []string) []string {
	var kept []string
	for _, w := range words {
		if !slices.Contains(kept, w) {
			kept = append(kept, w)
		}
	}
	return kept
}

// Run rehearses a plan. Its errors are those of the plan itself, of a machine
// that gives no port or folder, and of ctx; what the program does wrong is in
// the report.
func Run(ctx context.Context, plan Plan) (*Report, error) {
	p, err := plan.normal()
	if err != nil {
		return nil, err
	}
	if slices.Equal(p.Releases, []string{"guide"}) {
		return nil, errors.New("the release guide alone proves nothing for a real server, which never says SUCCESS: add sunflower or trillium")
	}
	report := &Report{Command: p.Command, Releases: p.Releases}
	var stages []*stage
	for _, name := range p.Scenarios {
		story, err := scenarios.Load(name, nil)
		if err != nil {
			return nil, err
		}
		if slices.Contains(report.Scenarios, story.Name) {
			return nil, fmt.Errorf("two scenarios are named %s: give one of the files another name", story.Name)
		}
		report.Scenarios = append(report.Scenarios, story.Name)
		for _, release := range p.Releases {
			if !slices.Contains(mockserver.Releases(), release) {
				return nil, fmt.Errorf("unknown release %q; known are %s", release, strings.Join(mockserver.Releases(), ", "))
			}
			if story.Fits(release) {
				stages = append(stages, &stage{plan: p, source: name, story: story, release: release})
			}
		}
	}
	if len(stages) == 0 {
		return nil, fmt.Errorf("none of the scenarios fits %s: `fauxkapi scenarios list` says which they are made for", strings.Join(p.Releases, " or "))
	}
	if err := playAll(ctx, p, stages); err != nil {
		return nil, err
	}
	for _, s := range stages {
		report.Cells = append(report.Cells, s.cell)
	}
	return report, nil
}

// playAll plays the stages, some at the same time, and stops at the first that
// cannot be played.
func playAll(ctx context.Context, p Plan, stages []*stage) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan *stage)
	var workers sync.WaitGroup
	var told sync.Mutex
	for range min(p.Parallel, len(stages)) {
		workers.Go(func() {
			for s := range next {
				if err := s.play(ctx); err != nil {
					stop(err)
					continue
				}
				if p.OnCell != nil {
					told.Lock()
					p.OnCell(s.cell)
					told.Unlock()
				}
			}
		})
	}
	for _, s := range stages {
		select {
		case next <- s:
		case <-ctx.Done():
		}
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx)
}
