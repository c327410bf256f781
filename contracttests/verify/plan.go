package verify

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fauxkapi/fauxkapi/openapi"
)

// step is a request that an act may send.
type step struct {
	key    string // by which claims find its exchanges, behind the name of the act and a dot
	method string
	// path is a template. {run} is the run's label, {nowhere} a UUID that nothing has; {definition}, {job} and {file} are
	// of objects that the run made; {listed} stands for an id that the server has told and that is only looked at.
	path  string
	query string // as it is read; a template too
	times int    // at most; 0 means once
	why   string // of a request that is not plainly part of the workflow
	raw   bool   // the query is sent as it is, with whatever escapes it has
	// releases are those to which it is sent; empty: all.
	releases []string
	// stranger sends another credential than the run's token: none or garbage.
	stranger bool
}

// act is a part of the plan, sent as a whole or not at all.
type act struct {
	name  string
	level Level
	jobs  int // that it starts
	// once says that it cannot be tried again on fresh objects.
	once bool
	// releases are those against which it is played; empty: all.
	releases []string
	// doubts says that its answers are for beliefs alone, not for the claims about the document.
	doubts bool
	steps  []step
	play   func(*play)
}

// acts are all acts, in the order in which they are sent.
func acts() []act {
	return slices.Concat(openingActs(), readingActs(), doubtingActs(), workflowActs(), doubtingWorkflowActs(), ownActs(), doubtingOwnActs(), []act{cleaning()})
}

// Planned is a request that a run may send.
type Planned struct {
	Act    string `json:"act"`
	Method string `json:"method"`
	Path   string `json:"path"`
	Query  string `json:"query,omitempty"`
	Times  int    `json:"times"` // at most
	Why    string `json:"why,omitempty"`
	// Releases are those to which it is sent; empty: all.
	Releases []string `json:"releases,omitempty"`
}

// Plan is every request that a run of a configuration may send, in order. Not all of them are: which login, which way to
// learn the release and how many looks at a job depends on the server. Requests that are repeated on fresh objects, when
// a claim is broken, are the same again.
func Plan(config Config) ([]Planned, error) {
	config, err := config.checked()
	if err != nil {
		return nil, err
	}
	var plan []Planned
	for _, a := range acts() {
		if !a.within(config) {
			continue
		}
		for _, s := range a.steps {
			if planned := a.planned(s); config.Release == "" || planned.in(config.Release) {
				plan = append(plan, planned)
			}
		}
	}
	return plan, nil
}

func (a act) planned(s step) Planned {
	releases := s.releases
	if len(releases) == 0 {
		releases = a.releases
	}
	return Planned{Act: a.name, Method: s.method, Path: s.path, Query: s.query, Times: max(s.times, 1), Why: s.why, Releases: releases}
}

// in tells whether a request may be sent to a release.
func (p Planned) in(release string) bool { return among(p.Releases, release) }

// among tells whether a release is one of some, of which none means all.
func among(releases []string, release string) bool {
	return len(releases) == 0 || slices.Contains(releases, release)
}

// within tells whether a run of a configuration plays the act.
func (a act) within(c Config) bool {
	gateway := slices.Contains([]string{actLogin, actServer, actGate, actInstances, actGateDoubts}, a.name) || a.level == OwnServer
	if a.name == actAging && !c.Aging {
		return false
	}
	return a.level.Within(c.Level) && (c.Module == "" || !gateway)
}

// Sum is how many requests a plan has for the release that has the most.
func Sum(plan []Planned) int {
	most := 0
	for _, release := range openapi.Releases() {
		sum := 0
		for _, p := range plan {
			if p.in(release) {
				sum += p.Times
			}
		}
		most = max(most, sum)
	}
	return most
}

// WritePlan prints the plan of a configuration for people, and its sum.
func WritePlan(w io.Writer, config Config) error {
	plan, err := Plan(config)
	if err != nil {
		return err
	}
	config, err = config.checked()
	if err != nil {
		return err
	}
	var b strings.Builder
	act := ""
	for _, p := range plan {
		if p.Act != act {
			act = p.Act
			fmt.Fprintf(&b, "%s\n", act)
		}
		line := p.Path
		if p.Query != "" {
			line += "?" + p.Query
		}
		times := ""
		if p.Times > 1 {
			times = fmt.Sprintf(" (up to %d times)", p.Times)
		}
		if len(p.Releases) > 0 {
			times += " (" + strings.Join(p.Releases, ", ") + ")"
		}
		fmt.Fprintf(&b, "  %-6s %s%s\n", p.Method, line, times)
		if p.Why != "" {
			fmt.Fprintf(&b, "         %s\n", p.Why)
		}
	}
	fmt.Fprintf(&b, "At most %d requests; the run stops at %d, and sends at most %g a second.\n", Sum(plan), config.Budget, config.Rate)
	_, err = io.WriteString(w, b.String())
	return err
}

// allows tells whether a request is what the step says, with the values that the run may put into its template.
func (s step) allows(r request, values func(placeholder string) []string) bool {
	sent := s.method == r.method && s.raw == r.raw && r.link == (s.path == "{link}")
	return sent && fills(s.path, r.path, values) && fills(s.query, r.query, values)
}

// fills tells whether a text is a template with allowed values in it.
func fills(template, text string, values func(string) []string) bool {
	before, rest, found := strings.Cut(template, "{")
	if !found {
		return template == text
	}
	text, found = strings.CutPrefix(text, before)
	if !found {
		return false
	}
	name, after, _ := strings.Cut(rest, "}")
	return slices.ContainsFunc(values(name), func(value string) bool {
		tail, is := strings.CutPrefix(text, value)
		return is && value != "" && fills(after, tail, values)
	})
}
