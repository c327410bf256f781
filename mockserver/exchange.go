package mockserver

import (
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// OperationLink is the operation of a request for a download link, which no
// document describes.
const OperationLink = "link"

// Exchange is a request and what became of it, for logs, for people and for
// judging a client from outside. It holds no credential: neither tokens nor
// passwords nor the signature of a link.
type Exchange struct {
	Number   int       // from 1, in the order in which requests arrived
	At       time.Time // on the world's clock, when it arrived
	Real     time.Time // on the machine's clock
	Duration time.Duration

	Method    string
	Path      string // escaped, without query
	Query     string // decoded, for reading; empty for download links
	Operation string // operationId or [OperationLink]; empty for a path that is nobody's
	Tenant    string

	Status int
	Bytes  int64    // of the answer's body
	Effect string   // what it did or found, in a few words
	Rule   string   // what answered: a kind of refusal, or an edit of the scenario; empty for the plain course of things
	Advice []Advice // what a real server would not forgive, or does otherwise

	// Job is the job that the request was about, if it was about one.
	Job *JobMoment
}

// JobMoment is a job as a request found it and left it.
type JobMoment struct {
	ID            uuid.UUID
	Before, After api.JobExecutionStatus // Before is empty for a job that the request made
	Exported      int                    // records so far
	Total         int
}

// Advice is a remark on how a request was made.
type Advice struct {
	Code AdviceCode
	Text string // a sentence, without its full stop
}

// AdviceCode names a remark; the list is closed.
type AdviceCode string

// The remarks.
const (
	CredentialOnLink   AdviceCode = "credential-on-link"
	PollsTooOften      AdviceCode = "polls-too-often"      // more than fifteen times in ten seconds of the machine
	PollAfterEnd       AdviceCode = "poll-after-end"       // the job had ended when it was last asked for
	WaitsForSuccess    AdviceCode = "waits-for-success"    // still polling a job that ended in another word for it
	SecondExport       AdviceCode = "second-export"        // of the same definition
	ExportBeforeUpload AdviceCode = "export-before-upload" //
	OldFileID          AdviceCode = "old-file-id"          // the provisional one, after the job has ended
	UnencodedQuery     AdviceCode = "unencoded-query"      //
	LoginAfterRefusal  AdviceCode = "login-after-refusal"  // the same credentials again
	RefreshTokenReused AdviceCode = "refresh-token-reused" //
	GuideDiffers       AdviceCode = "guide-differs"        // real servers do otherwise than the guide prints
	NotImitated        AdviceCode = "not-imitated"         // the fake cannot do what was asked
	DefectOfTheFake    AdviceCode = "defect-of-the-fake"   // please report it
)
