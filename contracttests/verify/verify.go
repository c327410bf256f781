// Package verify holds a FOLIO that others use too to the contract of Data Export. It promises two things.
//
// It harms nobody: on a server that the run did not start itself it sends no request whose unexpected success would
// change, delete, slow or reveal anything that the run did not create. What it sends is a plan that can be read before
// anything is sent; what the plan does not have cannot be sent. It logs in once, keeps to a rate and a budget, removes
// what FOLIO can remove and lists the rest.
//
// It never cries wolf: what could not be checked is neither passed nor failed, what a server says in addition or in
// other words is a note, and what is broken is tried once more on fresh objects before it counts.
//
// Acts send, claims judge. An act sends a part of the plan and records the exchanges; a claim is one sentence about them,
// with its source, and a function that looks at the record and sends nothing.
//
// It does not look inside of records beyond their structure and the ids in 999, and it knows the releases of package
// openapi only: a module between two of them has to be held to one of them by name.
package verify

import (
	"context"
	"net/http"
	"time"
)

// Config says what is verified, and how far the run may go.
type Config struct {
	// URL is the gateway's; it may have a path. Or else Module is that of mod-data-export itself: then the headers that a
	// gateway adds are sent with each request, and nobody logs in.
	URL    string
	Module string

	Tenant   string
	Username string
	Password string
	// UserID is sent to a Module as that of the caller.
	UserID string

	Level Level // ReadOnly if empty
	// Own is the tenant of a server that nobody else uses; it must be Tenant for the level OwnServer.
	Own string

	// Aging lets a run at OwnServer wait for some ten minutes, until a token and a link have expired.
	Aging bool

	// Release is what the server is held to: one of openapi.Releases; found out if empty.
	Release string
	// IDs are instances that the server has, of which at most five a job are exported. Empty asks the server for three.
	IDs []string

	Budget       int     // requests in all; 0 means the default of the level
	Rate         float64 // requests a second; 0 means 2
	TimeoutScale float64 // by which every limit of time is multiplied; 0 means 1

	Waivers   []Waiver
	Strict    bool // drift fails
	KeepNames bool // people and other people's files are named in the report
	// NoDocument leaves out the claims that hold answers against the OpenAPI document, so that one sees what the others
	// notice alone.
	NoDocument bool

	// Run is the label in the names of files. Empty draws one.
	Run string

	Transport  http.RoundTripper                                // nil means http.DefaultTransport
	Now        func() time.Time                                 // nil means the machine's clock
	Pass       func(ctx context.Context, d time.Duration) error // lets time go by on the server's clock; nil waits
	OnExchange func(Exchange)                                   // is told of every exchange, as it is shown; nil tells nobody
}

// The defaults of a Config.
const (
	DefaultRate           = 2
	DefaultReadOnlyBudget = 60
	DefaultBudget         = 200 // at Workflow
	DefaultOwnBudget      = 400
)

// Run verifies a server. The error is a *ConfigError, before anything was sent; whatever happens later is in the report.
// When the context ends, the run cleans up and reports what it has found by then.
func Run(ctx context.Context, config Config) (*Report, error) {
	r, err := newRun(config)
	if err != nil {
		return nil, err
	}
	return r.verify(ctx), nil
}
