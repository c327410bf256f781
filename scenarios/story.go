package scenarios

import (
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
)

// Scenario is one story, checked: its job takes legal steps only, and Expect
// agrees with them.
type Scenario struct {
	Name        string      // the file's name without its extension
	Summary     string      // one sentence with its full stop
	Evidence    []string    // tickets, release notes, upstream files; never empty
	Labels      []string    // lower-case words, in the order of the file
	Releases    []string    // the releases that it makes sense in; none means all
	Parameters  []Parameter // in the order of the file, those of the story it extends first
	Input       Input
	Records     []RecordRule // the first rule that fits a line counts; a line that none fits is left to the inventory
	SliceSize   int          // ids that are exported to one file; 0 leaves it to the release
	ExpireEvery time.Duration
	Token       Token
	Link        Link
	Cases       []Case  // the first case that fits a job counts
	Job         []Phase // never empty; ends in Never or in a final state
	Answers     []Answer
	Expect      Expect
}

// Parameter is a value of the story that its user may set.
type Parameter struct {
	Name    string
	Default string
	Help    string // what the value means
	Value   string // what was set, else Default
}

// Input is the list of ids that the story is told with, by whoever tells it
// without a list of their own.
type Input struct {
	IDs   int      // the number of ids
	Lines []string // what stands before them, as it is
}

// RecordRule says how the ids of some lines of the list are answered for.
type RecordRule struct {
	Answer RecordAnswer
	Lines  LineRule
}

// RecordAnswer is a way in which an id is answered for.
type RecordAnswer string

// The ways. The last two are about the list: its line arrives damaged, or twice.
const (
	Known         RecordAnswer = "known"         // as the inventory has it
	Unknown       RecordAnswer = "unknown"       // there is no such record
	TooLong       RecordAnswer = "too-long"      // its MARC record would be longer than 99,999 bytes
	Unconvertible RecordAnswer = "unconvertible" // its record cannot be made into MARC
	TwoSources    RecordAnswer = "two-sources"   // source record storage has two records for it
	Invalid       RecordAnswer = "invalid"       // the line has a comma at its end, so it is no UUID
	Duplicate     RecordAnswer = "duplicate"     // the line stands in the list a second time, at its end
)

// LineRule chooses lines of a list; exactly one member says how. An id that
// stands in the list several times is chosen by its first line.
type LineRule struct {
	All   bool
	First int         // the first so many lines
	Every int         // each so-manieth line
	IDs   []uuid.UUID // the lines with these ids
}

// Token is what happens to access tokens.
type Token struct {
	// Life is how long one is good for; 0 leaves it to the release. The token of
	// the old login, which never expires in some releases, is left alone.
	Life time.Duration
}

// Link is what happens to download links, and to what lies behind them.
type Link struct {
	Stale   int  // so many first links of each job had expired when they were given out
	Missing bool // nothing lies behind a link
	Cut     int  // the file lost so many of its last bytes; 0: none
}

// Case is another story that is told of some jobs.
type Case struct {
	Number  int    // the n-th job that is exported in its tenant; 0 means any
	File    string // pattern of path.Match for the uploaded file's name; "" means any
	Profile string // name or id of the job profile; "" means any
	Story   *Scenario
}

// Phase is one stretch of a job's course, in the order of the file: an [Enter],
// [Progress], [Wait], [Log], [End] or [Never].
type Phase interface{ phase() }

// Enter puts the job into a state.
type Enter struct{ Status lifecycle.Status }

// AllRecords is the count of a progress that brings every record of a list, however
// long it is, while the job still works.
const AllRecords = math.MaxInt32

// Progress moves the job along its natural course: the counters rise as the
// release moves them.
type Progress struct {
	Share float64 // of the whole way, above 0, at most 1; greater than the share before. 0 when Count says it
	Count int     // up to so many exported records, or to [AllRecords]. 0 when Share says it
	In    Span    // for the way from where it was to here
	Steps int     // the least number of steps in which the counters move; 1 leaves them to the release
}

// Wait lets time pass in which nothing moves.
type Wait struct{ For Span }

// Log adds a row to the job's error log, in releases that have one. Any row
// makes COMPLETED a COMPLETED_WITH_ERRORS.
type Log struct {
	Code   string
	Values []string // nil when the code is the text
}

// End puts the job into the final state that its input deserves in the release.
type End struct{}

// Never leaves the job as it is. In a release with expire-jobs it is then up to
// ExpireEvery whether it stays so.
type Never struct{}

func (Enter) phase()    {}
func (Progress) phase() {}
func (Wait) phase()     {}
func (Log) phase()      {}
func (End) phase()      {}
func (Never) phase()    {}

// Span is a length of time, drawn anew for each job from the seed if it has a
// choice: From is at most To.
type Span struct{ From, To time.Duration }

// Answer edits what an operation answers, after the honest answer was made and
// judged. It does what a ticket says that a real server did.
type Answer struct {
	Operation string            // an operationId of the contract
	Each      string            // JSON pointer to the values to edit, * for each element; "" is the whole body
	Where     map[string]string // members that such a value must have, as text; a pointer each
	Skip      int               // so many first answers that fit are left as they are
	Times     int               // so many are edited then; 0 means all
	Edits     []Edit            // of each value, in their order
	Status    int               // of the whole answer; 0 leaves it
	Text      *string           // the whole body, as text/plain; nil leaves it
}

// Edit is one change of a JSON value.
type Edit struct {
	Verb  EditVerb
	At    string // JSON pointer into the value
	Value any    // what is set, as encoding/json has it; the number that is added, an int64
}

// EditVerb is what an edit does.
type EditVerb string

// The verbs.
const (
	Set    EditVerb = "set"    // replaces a member, or adds it
	Remove EditVerb = "remove" // does nothing when there is none
	Add    EditVerb = "add"    // to a number, or to one in a string
)

// Expect is what a correct client ends with, given the story's input.
type Expect struct {
	Outcome Outcome
	File    bool // whether there is a file to keep
	Exports int  // the number of exports that the client starts: 0 if it must start none
}

// Outcome is how an export ends for the client that runs it.
type Outcome string

// The four outcomes.
const (
	OutcomeSuccess Outcome = "success" // every record is in the file
	OutcomePartial Outcome = "partial" // there is a file, and some records are not in it, or the job says so
	OutcomeFail    Outcome = "fail"    // the server gave no file that can be used, and said so or was caught
	OutcomeTimeout Outcome = "timeout" // the client gave up waiting
)
