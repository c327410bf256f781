package verify

import (
	"slices"
	"time"
)

// Verdict is what came of a claim.
type Verdict string

// The verdicts, the best first.
const (
	Holds  Verdict = "holds"
	Drift  Verdict = "drift"  // more than the contract says, other wording, another order: a note
	Broken Verdict = "broken" // missing, of a wrong type, with a wrong status or a wrong meaning
	// Unstable was broken at first and held on fresh objects: a note, with both transcripts.
	Unstable Verdict = "unstable"
	// Unchecked could not be checked: nothing is known, neither good nor bad.
	Unchecked Verdict = "could not check"
)

// Report is what a run found out. It holds no password, no token and no signature, and unless Config.KeepNames says so
// no names and ids of people and no names of other people's files.
type Report struct {
	Version string    `json:"version"` // of this format
	Run     string    `json:"run"`     // the run's label, part of the name of every file that it made
	Server  Server    `json:"server"`
	Level   Level     `json:"level"`
	Strict  bool      `json:"strict"` // whether drift fails
	Began   time.Time `json:"began"`  // in UTC
	Ended   time.Time `json:"ended"`
	// Stopped says in a sentence why the run ended before its end; empty if it did not.
	Stopped string `json:"stopped,omitempty"`
	// Requests is how many were sent, of Budget.
	Requests int `json:"requests"`
	Budget   int `json:"budget"`

	Results   []Result   `json:"results"` // one for each claim of the release and the level, in the order of Claims
	Idle      []string   `json:"idle"`    // claims for which this server gave no occasion, such as one about jobs where there are none
	Exchanges []Exchange `json:"exchanges"`
	Waivers   []Waived   `json:"waivers,omitempty"` // what came of each
	Left      []Left     `json:"left"`              // what stays on the server
	Coverage  []Coverage `json:"coverage"`
}

// Server is what the run found out about whom it talked to.
type Server struct {
	URL     string `json:"url"`
	Tenant  string `json:"tenant"`
	Gateway string `json:"gateway"`          // okapi, kong, or none; empty if not found out
	Module  string `json:"module,omitempty"` // such as mod-data-export-5.3.0; empty if the server does not tell
	Release string `json:"release"`          // what it was held to
	// Ahead says that the module is newer than every release that is known.
	Ahead bool `json:"ahead,omitempty"`
	// Given says that the release was given, not found out.
	Given bool `json:"given,omitempty"`
	// Lacks are the permissions that the user was refused for the want of, sorted; where the server does not name one, it
	// is what was asked for.
	Lacks []string `json:"lacks,omitempty"`
}

// Result is what came of one claim.
type Result struct {
	Claim    Claim     `json:"claim"`
	Verdict  Verdict   `json:"verdict"`
	Findings []Finding `json:"findings,omitempty"` // why it is not plainly held; with those of the first try if it is unstable

	acts       []string // on whose exchanges the verdict rests
	operations []string // of these exchanges
}

// Finding is one thing that is not as the claim says.
type Finding struct {
	Verdict   Verdict `json:"verdict"`             // Broken, Drift or Unchecked
	Operation string  `json:"operation,omitempty"` // the operationId
	Member    string  `json:"member,omitempty"`    // JSON pointer, "header NAME", "status" or "body"
	Text      string  `json:"text"`                // one sentence: what was found, and what was to be
	Exchange  int     `json:"exchange,omitempty"`  // the N of the exchange that shows it; 0 if there is none
	// Waiver is the reason for which it is known and accepted; such a finding counts as held.
	Waiver string `json:"waiver,omitempty"`
}

// Exchange is a request and what came back, as they are shown.
type Exchange struct {
	N         int       `json:"n"` // from 1, in the order of sending
	Act       string    `json:"act"`
	Try       int       `json:"try"` // 1, or 2 on fresh objects
	At        time.Time `json:"at"`
	Took      int64     `json:"tookMillis"`
	Operation string    `json:"operation,omitempty"` // empty if it belongs to none
	Method    string    `json:"method"`
	URL       string    `json:"url"`
	Sent      []string  `json:"sent"` // headers, NAME: VALUE
	Body      string    `json:"body,omitempty"`
	Status    int       `json:"status,omitempty"` // 0 if nothing came back
	Got       []string  `json:"got,omitempty"`
	Answer    string    `json:"answer,omitempty"` // at most 4 KiB of text
	Bytes     int       `json:"bytes"`            // of the whole answer
	Trouble   string    `json:"trouble,omitempty"`
	Curl      string    `json:"curl"` // one line that sends it again, with $OKAPI_TOKEN
}

// Left is something that the run made and FOLIO cannot remove, or that could not be removed.
type Left struct {
	Kind string `json:"kind"`          // file definition, job, log rows, hrId: the number of a job that was removed, which no other gets
	ID   string `json:"id"`            // or the name of its file, if no answer said the id
	Why  string `json:"why,omitempty"` // if it should have been removed, or perhaps does not stay
}

// Waived is what came of one known deviation.
type Waived struct {
	Waiver
	Used    int  `json:"used"` // by how many findings
	Expired bool `json:"expired,omitempty"`
}

// Coverage is how often an operation was answered with a status.
type Coverage struct {
	Operation string      `json:"operation"`
	Statuses  map[int]int `json:"statuses"` // empty if it was never sent
	Claims    []string    `json:"claims,omitempty"`
}

// Outcome is what the whole run comes to.
type Outcome string

// The outcomes, with the exit code of the command.
const (
	AllHold       Outcome = "all hold"        // 0
	SomeBroken    Outcome = "broken"          // 1
	CouldNotCheck Outcome = "could not check" // 3
)

// Outcome is SomeBroken if a claim is broken, an expired waiver was needed or, where the run is strict, a claim drifts;
// else CouldNotCheck if a claim could not be checked; else AllHold.
func (r *Report) Outcome() Outcome {
	counts := r.Counts()
	expired := slices.ContainsFunc(r.Waivers, func(w Waived) bool { return w.Expired })
	switch {
	case counts[Broken] > 0, expired, r.Strict && counts[Drift] > 0:
		return SomeBroken
	case counts[Unchecked] > 0, r.Stopped != "", len(r.Results) == 0:
		return CouldNotCheck
	}
	return AllHold
}

// Counts is how many claims came to each verdict.
func (r *Report) Counts() map[Verdict]int {
	counts := map[Verdict]int{}
	for _, result := range r.Results {
		counts[result.Verdict]++
	}
	return counts
}
