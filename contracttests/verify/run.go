package verify

import (
	"context"
	"slices"
	"strings"
	"time"
)

// reportVersion is that of the report's form.
const reportVersion = "1"

// cleaningTime is how long a run that was interrupted may go on to clean up.
const cleaningTime = 20 * time.Second

// maxJobs is how many jobs a run may start.
const maxJobs = 3

// run is a verification in progress.
type run struct {
	Config
	wire       *wire
	names      *names
	operations *operations
	token      string
	refresh    string    // the token to renew it with, if there is one
	renewAt    time.Time // zero: never
	renewals   int
	made       registry
	started    int // jobs
	stopped    string
	idle       []string
	release    string // that the server is held to, once it is known
}

func newRun(config Config) (*run, error) {
	config, err := config.checked()
	if err != nil {
		return nil, err
	}
	w, err := newWire(config)
	if err != nil {
		return nil, err
	}
	return &run{Config: config, wire: w, names: newNames(config), operations: newOperations()}, nil
}

// verify plays the acts, lets the claims judge, and cleans up whatever happens.
func (r *run) verify(ctx context.Context) *Report {
	began := r.Now()
	ev := newEvidence()
	ev.facts.release = r.Release
	if r.Release != "" {
		r.settle(&ev.facts)
	}
	if r.Module != "" {
		ev.facts.gateway = gatewayNone
	}
	var again []act
	for _, a := range acts() {
		if a.name == actCleaning || !a.within(r.Config) {
			continue
		}
		r.play(ctx, a, ev, 1)
		again = append(again, a)
	}
	r.clean(ctx, ev)
	results, idle := r.judge(ev)
	r.idle = idle
	results = r.tryAgain(ctx, ev, again, results)
	return r.report(began, ev, results)
}

// play plays one act, if it still can be.
func (r *run) play(ctx context.Context, a act, ev *evidence, try int) {
	p := &play{run: r, ctx: ctx, act: a, try: try, sent: map[string]int{}, ev: ev}
	switch {
	case r.stopped != "":
		p.giveUp("the run ended before: " + r.stopped)
	case r.started+a.jobs > maxJobs && r.Level != OwnServer:
		p.giveUp("a run starts at most three jobs")
	case among(a.releases, r.release):
		a.play(p)
	}
}

// tryAgain plays the acts of broken claims once more, on fresh objects. A claim that holds then is unstable.
func (r *run) tryAgain(ctx context.Context, ev *evidence, played []act, first []Result) []Result {
	var names []string
	for i := range first {
		if first[i].Verdict != Broken {
			continue
		}
		for _, name := range first[i].acts {
			if index := slices.IndexFunc(played, func(a act) bool { return a.name == name && !a.once }); index >= 0 && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 || r.stopped != "" {
		return first
	}
	next := ev.again(names)
	for _, a := range played {
		if slices.Contains(names, a.name) {
			r.play(ctx, a, next, 2)
		}
	}
	r.clean(ctx, newEvidence().after(next))
	second, _ := r.judge(next)
	for i := range first {
		if first[i].Verdict == Broken && touches(first[i].acts, names) {
			first[i] = settled(first[i], second)
		}
	}
	return first
}

// settled is what two tries of a claim come to. One that could not be tried again stays broken.
func settled(first Result, again []Result) Result {
	index := slices.IndexFunc(again, func(r Result) bool { return r.Claim.ID == first.Claim.ID })
	switch {
	case index < 0, again[index].Verdict == Unchecked:
		return first
	case again[index].Verdict == Broken:
		return again[index]
	}
	first.Verdict = Unstable
	first.Findings = append(first.Findings, Finding{Verdict: Drift, Text: "it held when it was tried again on fresh objects"})
	return first
}

func touches(acts, names []string) bool {
	return slices.ContainsFunc(acts, func(name string) bool { return slices.Contains(names, name) })
}

// judge lets every claim of the release judge. The idle ones are those for which there was no occasion.
func (r *run) judge(ev *evidence) (results []Result, idle []string) {
	results, idle = []Result{}, []string{}
	if ev.facts.release == "" {
		return r.unjudged(ev), idle
	}
	for _, claim := range Claims() {
		if !claim.Fits(ev.facts.release, r.Level) || r.NoDocument && strings.HasSuffix(claim.ID, documented) {
			continue
		}
		c := &check{claim: claim, ev: ev, operations: r.operations, waivers: r.Waivers, today: r.today()}
		claim.judge(c)
		if !c.applies() {
			idle = append(idle, claim.ID)
			continue
		}
		results = append(results, c.result())
	}
	return results, idle
}

// today is the day by which waivers count.
func (r *run) today() string { return r.Now().UTC().Format(time.DateOnly) }

// unjudged is what comes of the claims when not even the release is known.
func (r *run) unjudged(ev *evidence) []Result {
	var results []Result
	for _, claim := range Claims() {
		switch {
		case !claim.Fits(r.Release, r.Level):
		case claim.early && len(ev.exchanges) > 0:
			c := &check{claim: claim, ev: ev, operations: r.operations, waivers: r.Waivers, today: r.today()}
			claim.judge(c)
			results = append(results, c.result())
		default:
			results = append(results, Result{Claim: claim, Verdict: Unchecked, Findings: []Finding{{Verdict: Unchecked, Text: "the run ended before: " + r.stopped}}})
		}
	}
	return results
}

// clean removes what FOLIO can remove, the last first, also when the run was interrupted.
func (r *run) clean(ctx context.Context, ev *evidence) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.wire.patience(cleaningTime))
	defer cancel()
	stopped := r.stopped
	r.stopped, r.wire.silence = "", 0
	r.wire.Budget += 4 * maxJobs // removing is never left out for want of requests
	r.play(ctx, cleaning(), ev, 1)
	r.wire.Budget -= 4 * maxJobs
	r.stopped = stopped
}

// report puts everything together, without secrets and names.
func (r *run) report(began time.Time, ev *evidence, results []Result) *Report {
	report := &Report{
		Version: reportVersion, Run: r.Run, Level: r.Level, Strict: r.Strict, Stopped: r.stopped,
		Began: began.UTC(), Ended: r.Now().UTC(), Requests: r.wire.sent, Budget: r.Budget,
		Server: Server{
			URL: r.wire.address.String(), Tenant: r.Tenant, Gateway: ev.facts.gateway, Module: ev.facts.module,
			Release: ev.facts.release, Ahead: ev.facts.ahead, Given: r.Release != "",
		},
		Results: results, Idle: r.idle, Exchanges: []Exchange{}, Left: r.made.left(), Waivers: r.waived(results), Coverage: r.covered(ev.facts.release, results),
	}
	for _, o := range r.wire.shown {
		report.Exchanges = append(report.Exchanges, r.shown(o))
	}
	r.names.report(report)
	return report
}
