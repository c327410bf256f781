package verify

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
)

// reportVersion is that of the report's form.
const reportVersion = "1"

// How long a run may clean up, beside the pauses that the rate wants, and how long one that was interrupted may.
const (
	cleaningTime = 5 * time.Minute
	hurriedTime  = 20 * time.Second
)

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
	cleaning   bool
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
	r := &run{Config: config, wire: w, names: newNames(config), operations: newOperations()}
	w.reserve = r.reserve
	return r, nil
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
		ev.facts.gateway, ev.facts.user = gatewayNone, r.UserID
		for _, id := range r.IDs { // there is nobody to ask whether they exist
			ev.facts.ids = append(ev.facts.ids, strings.ToLower(id))
		}
	}
	var again []act
	for _, a := range acts() {
		if a.name == actCleaning || !a.within(r.Config) {
			continue
		}
		r.play(ctx, a, ev, 1)
		again = append(again, a)
	}
	first, _ := r.judge(ev)
	second := r.tryAgain(ctx, ev, again, first)
	r.clean(ctx, ev) // only now: claims on fresh objects compare them with those before
	results, idle := r.judge(ev)
	for i := range results {
		results[i] = settled(results[i], second)
	}
	r.idle = idle
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

// tryAgain plays the acts that broke claims once more, on fresh objects, and returns what the claims say then. A claim that
// holds then is unstable.
func (r *run) tryAgain(ctx context.Context, ev *evidence, played []act, first []Result) []Result {
	var names []string
	for _, result := range first {
		if result.Verdict != Broken {
			continue
		}
		for _, name := range r.breaking(result) {
			if index := slices.IndexFunc(played, func(a act) bool { return a.name == name && !a.once }); index >= 0 && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 || r.stopped != "" {
		return nil
	}
	next := ev.again(names)
	for _, a := range played {
		if slices.Contains(names, a.name) {
			r.play(ctx, a, next, 2)
		}
	}
	second, _ := r.judge(next)
	return second
}

// breaking are the acts whose exchanges break a claim. A run can start few jobs, so those that do not are not played again.
func (r *run) breaking(result Result) (names []string) {
	for _, f := range result.Findings {
		switch {
		case f.Verdict != Broken || f.Waiver != "":
		case f.Exchange == 0:
			return result.acts
		default:
			names = append(names, r.wire.shown[f.Exchange-1].Act)
		}
	}
	return names
}

// settled is what two tries of a claim come to. One that could not be tried again stays broken.
func settled(first Result, again []Result) Result {
	index := slices.IndexFunc(again, func(r Result) bool { return r.Claim.ID == first.Claim.ID })
	switch {
	case first.Verdict != Broken, index < 0, again[index].Verdict == Unchecked:
		return first
	case again[index].Verdict == Broken:
		return again[index]
	}
	first.Verdict = Unstable
	first.Findings = append(first.Findings, Finding{Verdict: Drift, Text: "it held when it was tried again on fresh objects"})
	return first
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

// reserve is how many requests of the budget are kept for removing, so that nothing stays for want of them.
func (r *run) reserve(next request) int {
	if removes := slices.Contains(loggingReleases, r.release); r.cleaning || !removes {
		return 0
	}
	jobs := len(r.made.jobs) - len(r.made.removed)
	if next.method == http.MethodPost && strings.HasPrefix(next.path, definitionsPath) {
		jobs++ // it may make one
	}
	return removal * jobs
}

// clean removes what FOLIO can remove, the last first, also when the run was stopped.
func (r *run) clean(ctx context.Context, ev *evidence) {
	patience := cleaningTime
	if ctx.Err() != nil {
		patience = hurriedTime
	}
	limit := r.wire.patience(patience) + time.Duration(cleaningRequests/r.Rate*float64(time.Second))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	stopped := r.stopped
	r.stopped = ""
	r.wire.forgive()
	r.cleaning = true
	r.play(ctx, cleaning(), ev, 1)
	r.stopped = stopped
}

// report puts everything together, without secrets and names.
func (r *run) report(began time.Time, ev *evidence, results []Result) *Report {
	report := &Report{
		Version: reportVersion, Run: r.Run, Level: r.Level, Strict: r.Strict, Stopped: r.stopped,
		Began: began.UTC(), Ended: r.Now().UTC(), Requests: r.wire.sent, Budget: r.Budget,
		Server: Server{
			URL: r.wire.address.String(), Tenant: r.Tenant, Gateway: ev.facts.gateway, Module: ev.facts.module,
			Release: ev.facts.release, Ahead: ev.facts.ahead, Given: r.Release != "", Lacks: r.lacks(),
		},
		Results: results, Idle: r.idle, Exchanges: []Exchange{}, Left: r.made.left(), Waivers: r.waived(results), Coverage: r.covered(ev.facts.release, results),
	}
	for _, o := range r.wire.shown {
		report.Exchanges = append(report.Exchanges, r.shown(o))
	}
	r.names.report(report)
	return report
}
