package scenarios

import (
	"time"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
)

// Scenario is one story, checked: its job takes legal steps only, and Expect
// agrees with them.
type Scenario struct {
	Name       string      // the file's name without its extension
	Summary    string      // one sentence with its full stop
	Evidence   []string    // tickets, release notes, upstream files; never empty
	Labels     []string    // lower-case words, in the order of the file
	Releases   []string    // the releases that it makes sense in; none means all
	Parameters []Parameter // in the order of the file
	Records    Records
	Job        []Phase // never empty; ends in Never or in a final state
	Expect     Expect
}

// Parameter is a value of the story that its user may set.
type Parameter struct {
	Name    string
	Default string
	Help    string // what the value means
	Value   string // what was set, else Default
}

// Records says how the inventory answers for the ids of the list.
type Records string

// The two ways in which the inventory answers.
const (
	RecordsKnown   Records = "known"   // as it has them
	RecordsUnknown Records = "unknown" // no id of the list is found
)

// Phase is one stretch of a job's course, in the order of the file: an [Enter],
// [Progress], [Wait], [End] or [Never].
type Phase interface{ phase() }

// Enter puts the job into a state.
type Enter struct{ Status lifecycle.Status }

// Progress moves the job along its natural course: the counters rise as the
// release moves them.
type Progress struct {
	Share float64       // of the whole way, above 0, at most 1; greater than the share before
	In    time.Duration // for the way from the share before to this one
	Steps int           // the least number of steps in which the counters move; 1 leaves them to the release
}

// Wait lets time pass in which nothing moves.
type Wait struct{ For time.Duration }

// End puts the job into the final state that its input deserves in the release.
type End struct{}

// Never leaves the job as it is, for ever.
type Never struct{}

func (Enter) phase()    {}
func (Progress) phase() {}
func (Wait) phase()     {}
func (End) phase()      {}
func (Never) phase()    {}

// Expect is what a correct client ends with, given a list of ids that the
// inventory has.
type Expect struct {
	Outcome Outcome
	File    bool // whether there is a file to keep
	Exports int  // the number of exports that the client starts
}

// Outcome is how an export ends for the client that runs it.
type Outcome string

// The four outcomes.
const (
	OutcomeSuccess Outcome = "success" // every record is in the file
	OutcomePartial Outcome = "partial" // there is a file, and some records are not in it
	OutcomeFail    Outcome = "fail"    // the job failed and left no file
	OutcomeTimeout Outcome = "timeout" // the client gave up waiting
)
