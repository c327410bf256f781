package folio

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// FileDefinition announces a list of ids and, once it is uploaded, holds it.
type FileDefinition struct {
	ID           uuid.UUID
	FileName     string
	JobID        uuid.UUID // Nil while there is none
	SourcePath   string
	Status       api.FileDefinitionStatus
	Size         *int // KB, as the client said
	UploadFormat api.UploadFormat
	Created      time.Time
	Updated      time.Time
	CreatedBy    uuid.UUID

	input *Input
}

// NewFileDefinition is what a client may say of a definition.
type NewFileDefinition struct {
	ID           uuid.UUID // Nil: the world draws one
	FileName     string
	SourcePath   string
	Size         *int
	UploadFormat api.UploadFormat
	Job          uuid.UUID // that the client names; only the log of a refusal takes it over
}

// CreateFileDefinition announces a list. In releases that create the job along
// with it, the job is NEW from now on. A definition whose id is taken is
// replaced in those releases, and refused in the others.
func (w *World) CreateFileDefinition(by User, d NewFileDefinition) (FileDefinition, error) {
	rules := w.rules.Input
	if rules.MaxSize > 0 && d.Size != nil && *d.Size > rules.MaxSize {
		size := strconv.Itoa(*d.Size)
		return FileDefinition{}, w.refuseDefinition(d, LogRow{Code: "error.fileIsTooLarge", Values: []string{size}}, release.FileTooLarge, "size", size)
	}
	if !slices.Contains(rules.Extensions, strings.ToLower(path.Ext(d.FileName))) {
		return FileDefinition{}, w.refuseDefinition(d, LogRow{Code: "error.uploadedFile.invalidExtension", Values: []string{d.FileName}}, release.FileNameExtension, "fileName", d.FileName)
	}
	if _, taken := w.definitions[d.ID]; taken && !w.rules.Job.WithDefinition {
		return FileDefinition{}, release.Refuse(release.DefinitionAlreadyThere, "id", d.ID.String())
	}
	if d.ID == uuid.Nil {
		d.ID = w.newID("file definition")
	}
	created := &FileDefinition{
		ID:           d.ID,
		FileName:     d.FileName,
		SourcePath:   d.SourcePath,
		Status:       api.FileDefinitionStatusNew,
		Size:         d.Size,
		UploadFormat: d.UploadFormat,
		Created:      w.now,
		Updated:      w.now,
		CreatedBy:    by.ID,
	}
	if w.rules.Job.WithDefinition {
		created.JobID = w.createJob().ID
	}
	w.definitions[d.ID] = created
	return *created, nil
}

// refuseDefinition writes down why a definition is refused. The row belongs to
// the job that the client named, if it named one; since 5.4 that must exist:
// assumption A48.
func (w *World) refuseDefinition(d NewFileDefinition, row LogRow, kind release.Kind, with ...string) error {
	if _, found := w.jobByID[d.Job]; w.rules.Job.MergesRows && d.Job != uuid.Nil && !found {
		return unknownJob(d.Job)
	}
	w.log(d.Job, row)
	return release.Refuse(kind, with...)
}

// FileDefinition returns the definition of an id.
func (w *World) FileDefinition(id uuid.UUID) (FileDefinition, error) {
	d, ok := w.definitions[id]
	if !ok {
		return FileDefinition{}, release.Refuse(release.DefinitionUnknown, "id", id.String())
	}
	return *d, nil
}

// BeginUpload opens a definition for its one upload. A second one is refused,
// and in some releases spoils the definition's status.
func (w *World) BeginUpload(id uuid.UUID) error {
	d, ok := w.definitions[id]
	if !ok {
		return release.Refuse(release.DefinitionUnknown, "id", id.String())
	}
	if d.Status != api.FileDefinitionStatusNew {
		if w.rules.Input.SecondIsError {
			d.Status = api.FileDefinitionStatusError
		}
		return release.Refuse(release.AlreadyUploaded, "id", id.String())
	}
	d.Status = api.FileDefinitionStatusInProgress
	return nil
}

// EndUpload stores the list and returns the definition, COMPLETED. In releases
// that create the job with the upload, it is NEW from now on.
func (w *World) EndUpload(id uuid.UUID, in *Input) (FileDefinition, error) {
	d, ok := w.definitions[id]
	if !ok {
		return FileDefinition{}, release.Refuse(release.DefinitionUnknown, "id", id.String())
	}
	d.input = in
	d.Status = api.FileDefinitionStatusCompleted
	d.SourcePath = strings.NewReplacer("{id}", id.String(), "{fileName}", d.FileName).Replace(w.rules.Input.SourcePath)
	if w.rules.Input.UploadUpdates {
		d.Updated = w.now
	}
	if d.JobID == uuid.Nil {
		d.JobID = w.createJob().ID
	}
	return *d, nil
}

// BreakUpload ends an upload that did not arrive whole.
func (w *World) BreakUpload(id uuid.UUID) error {
	if d, ok := w.definitions[id]; ok {
		d.Status = api.FileDefinitionStatusError
	}
	return release.Refuse(release.UploadInterrupted, "id", id.String())
}
