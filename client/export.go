package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Export says what to export, how, and where to.
type Export struct {
	// IDs is the list of instance UUIDs, one a line. It is read twice, so one that cannot seek, such as a pipe, is first
	// copied to a temporary file.
	IDs io.Reader

	// FileName is what the server is told, and what it derives the name of its file from. It has to end in .csv.
	// Empty means ids.csv.
	FileName string

	// JobProfile is the name or the id of a job profile. Empty means the only one there is, or else the default profile
	// for instances.
	JobProfile string

	// Output takes the file, as Download says.
	Output io.Writer

	// How long to wait for the job.
	Patience

	// State is how far an earlier process came with the same list; the export goes on from there. The zero State begins.
	State State

	// OnState is told the state whenever it has changed, and before the job is started, by the goroutine that called
	// Export. An error ends the export. Nil tells nobody. For a download to go on, Output has to be a Part, with what
	// was fetched in it.
	OnState func(State) error

	// Limit is how long the whole export may take, from the login to the last byte. 0 means as long as its steps and the
	// job may take.
	Limit time.Duration
}

// Outcome is how a job ended, in words that do not differ between releases.
type Outcome string

// The outcomes. Partial is a job that left a file and has something to say: records that failed, or
// COMPLETED_WITH_ERRORS. A module of 2020 calls such a job SUCCESS.
const (
	Success Outcome = "success"
	Partial Outcome = "partial"
	Fail    Outcome = "fail"
	Timeout Outcome = "timeout"
)

// Progress has the counters of a job; lines and records, see mod-data-export's documentation of each.
type Progress struct {
	Exported      int64 `json:"exported"`
	Failed        int64 `json:"failed"`
	DuplicatedSRS int64 `json:"duplicatedSrs"`
	Total         int64 `json:"total"`
	ReadIDs       int64 `json:"readIds"`
}

// Result is what became of an export.
type Result struct {
	JobExecutionID string                 `json:"jobExecutionId"`
	HRID           string                 `json:"hrId"`
	Status         api.JobExecutionStatus `json:"status"`
	Outcome        Outcome                `json:"outcome"` // empty if the job ended well and its file was not had
	Progress       Progress               `json:"progress"`
	Files          []File                 `json:"files"`
	JobProfile     Profile                `json:"jobProfile"`

	Job api.JobExecution `json:"-"` // as the server showed it last
}

// Profile is the job profile that was used.
type Profile struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Export runs the six steps. It returns a result whenever there is a job, also beside an error; the error is nil if and
// only if the whole file was written to Output and has as many records as the job says.
func (c *Client) Export(ctx context.Context, export Export) (*Result, error) {
	if export.Limit > 0 {
		limited, cancel := context.WithTimeoutCause(ctx, export.Limit,
			&overdue{KindTimeout, fmt.Sprintf("the export has not ended within %v", export.Limit)})
		defer cancel()
		ctx = limited
	}
	result, err := c.export(ctx, export)
	if failure, ok := errors.AsType[*Error](err); ok && result != nil && result.Outcome == "" {
		switch failure.Kind {
		case KindFailed:
			result.Outcome = Fail
		case KindTimeout:
			result.Outcome = Timeout
		}
	}
	return result, err
}

func (c *Client) export(ctx context.Context, export Export) (*Result, error) {
	list, done, err := export.check(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	_, size, _ := extent(list)
	r := &resumption{State: export.State, save: export.OnState, list: size}
	if r.JobExecutionID == "" {
		if err := c.deliver(ctx, r, export, list); err != nil {
			return nil, err
		}
	}
	result := &Result{JobExecutionID: r.JobExecutionID, Status: api.JobExecutionStatusNew, Files: []File{}, JobProfile: r.JobProfile}
	if err := c.startOnce(ctx, r); err != nil {
		return result, ofJob(err, lastSeen(r.JobExecutionID))
	}
	job, err := c.Wait(ctx, r.JobExecutionID, export.Patience)
	result.take(job)
	if err != nil {
		return result, err
	}
	file, err := c.fetch(ctx, job, export.Output, r)
	if err != nil {
		return result, ofJob(err, job)
	}
	result.Files = append(result.Files, file)
	result.Outcome = Success
	if job.Status == api.JobExecutionStatusCompletedWithErrors || result.Progress.Failed > 0 {
		result.Outcome = Partial
	}
	return result, nil
}

// deliver runs the steps 1 to 3.
func (c *Client) deliver(ctx context.Context, r *resumption, export Export, list io.ReadSeeker) error {
	profile, err := c.JobProfile(ctx, export.JobProfile)
	if err != nil {
		return err
	}
	definition, uploaded, err := c.announce(ctx, export.FileName, list)
	if err != nil {
		return err
	}
	// Before mod-data-export 4.4 the job comes with the upload, since then with the definition and again with the upload.
	jobID := uploaded.JobExecutionId
	if jobID == nil {
		jobID = definition.JobExecutionId
	}
	if jobID == nil || !isUUID(*jobID) {
		return &Error{
			Kind: KindServer, Op: opUpload, Message: c.base + " took the upload and named no job for it",
			Hint: "check which version of mod-data-export it runs",
		}
	}
	return r.keep(func(s *State) {
		s.FileDefinitionID, s.JobExecutionID, s.JobProfile = definition.Id, *jobID, Profile{profile.Id, c.secrets.name(profile.Name)}
	})
}

// maxDefinitions is how many file definitions an export may use up.
const maxDefinitions = 2

// announce runs steps 2 and 3. A definition whose upload is in doubt or broken is left behind, without harm, for a new
// one.
func (c *Client) announce(ctx context.Context, fileName string, list io.ReadSeeker) (definition, uploaded api.FileDefinition, err error) {
	start, _, _ := extent(list)
	for made := 1; ; made++ {
		definition, err = c.createFileDefinition(ctx, fileName, func() *string { return new(uuid.NewString()) })
		if err != nil {
			return definition, uploaded, err
		}
		if _, err = list.Seek(start, io.SeekStart); err != nil {
			return definition, uploaded, unreadable(list, err)
		}
		uploaded, err = c.Upload(ctx, definition.Id, list)
		failure, ok := errors.AsType[*Error](err)
		if !ok || !failure.unsettled(opUpload) || made == maxDefinitions {
			return definition, uploaded, err
		}
		c.trouble(opUpload, failure, "once more with a new file definition")
	}
}

// check prepares an export without sending anything.
func (e *Export) check(ctx context.Context) (list io.ReadSeeker, done func(), err error) {
	if e.FileName == "" {
		e.FileName = "ids.csv"
	}
	_, err = e.Patience.normal()
	switch {
	case err != nil:
		return nil, nil, err
	case e.Limit < 0:
		return nil, nil, badConfig("the limit of the export is negative", "give a duration such as 6h")
	case e.IDs == nil || e.Output == nil:
		return nil, nil, badConfig("an export needs ids and an output", "set both")
	case !strings.EqualFold(path.Ext(e.FileName), ".csv"):
		return nil, nil, badConfig("the file name "+quoted(e.FileName)+" does not end in .csv", "FOLIO takes no other name for a list of ids")
	}
	if list, done, err = rewindable(ctx, e.IDs); err != nil {
		return nil, nil, err
	}
	start, _, _ := extent(list)
	if _, err = list.Seek(start, io.SeekStart); err == nil {
		if err = checkIDs(e.IDs, list); err == nil {
			_, err = list.Seek(start, io.SeekStart)
		}
	}
	if err != nil {
		done()
	}
	return list, done, err
}

func (r *Result) take(job api.JobExecution) {
	r.Status, r.Job = job.Status, job
	if job.HrId != nil {
		r.HRID = job.HrId.String()
	}
	if p := job.Progress; p != nil {
		r.Progress = Progress{Exported: int64(p.Exported), Failed: int64(p.Failed), Total: p.Total.Value}
		if p.DuplicatedSrs != nil {
			r.Progress.DuplicatedSRS = int64(*p.DuplicatedSrs)
		}
		if p.ReadIds != nil {
			r.Progress.ReadIDs = int64(*p.ReadIds)
		}
	}
}
