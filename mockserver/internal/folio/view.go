package folio

import (
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// View shows the world's values as a release writes them: which members there
// are at which moment, and of which type.
type View struct {
	rules *release.Release
}

// NewView returns the view of a release.
func NewView(r *release.Release) View { return View{rules: r} }

// Time shows an instant.
func (v View) Time(t time.Time) api.Time {
	return api.Time{Time: t, Form: v.rules.Wire.Dates}
}

func (v View) timeIfAny(t time.Time) *api.Time {
	if t.IsZero() {
		return nil
	}
	shown := v.Time(t)
	return &shown
}

func (v View) count(n int) api.Count {
	return api.Count{Value: int64(n), Quoted: v.rules.Wire.QuotedNumbers}
}

// FileDefinition shows a definition.
func (v View) FileDefinition(d FileDefinition) api.FileDefinition {
	shown := api.FileDefinition{
		Id:             d.ID.String(),
		FileName:       d.FileName,
		JobExecutionId: textIfAny(d.JobID),
		Status:         d.Status,
		Size:           d.Size,
		Metadata:       api.Metadata{CreatedDate: v.Time(d.Created), UpdatedDate: v.timeIfAny(d.Updated)},
	}
	if d.SourcePath != "" {
		shown.SourcePath = &d.SourcePath
	}
	if v.rules.Input.UploadFormat {
		shown.UploadFormat = &d.UploadFormat
	}
	if v.rules.Input.UserInMetadata {
		shown.Metadata.CreatedByUserId = textIfAny(d.CreatedBy)
		shown.Metadata.UpdatedByUserId = textIfAny(d.CreatedBy)
	}
	return shown
}

// JobExecutions shows a page of jobs out of total.
func (v View) JobExecutions(page []Job, total int) api.JobExecutionCollection {
	shown := api.JobExecutionCollection{JobExecutions: make([]api.JobExecution, 0, len(page)), TotalRecords: total}
	named := false
	for _, j := range page {
		named = named || j.Profile != nil
		shown.JobExecutions = append(shown.JobExecutions, v.jobExecution(j))
	}
	if v.rules.Job.NameAtReading && !named {
		// The names of a page are looked up together; with no profile in the
		// whole page that look-up fails and leaves an empty name on every job
		// (mod-data-export 2.1.2, JobExecutionServiceImpl).
		for i := range shown.JobExecutions {
			shown.JobExecutions[i].JobProfileName = new(string)
		}
	}
	return shown
}

func (v View) jobExecution(j Job) api.JobExecution {
	rules := v.rules.Job
	shown := api.JobExecution{
		Id:            j.ID.String(),
		CompletedDate: v.timeIfAny(j.Completed),
		StartedDate:   v.timeIfAny(j.Started),
		Status:        j.Status,
	}
	if j.HRID != 0 {
		hrid := v.count(j.HRID)
		shown.HrId = &hrid
	}
	if len(j.Files) > 0 || rules.EmptyFileList {
		files := make([]api.ExportedFile, 0, len(j.Files))
		for _, f := range j.Files {
			files = append(files, api.ExportedFile{FileId: f.ID.String(), FileName: f.Name})
		}
		shown.ExportedFiles = &files
	}
	if j.Profile != nil {
		shown.JobProfileId = textIfAny(j.Profile.ID)
		shown.JobProfileName = &j.Profile.Name
	}
	if j.Progress != nil {
		shown.Progress = v.progress(*j.Progress)
	}
	if rules.LastUpdated {
		shown.LastUpdatedDate = v.timeIfAny(j.Updated)
	}
	if j.RunBy != nil {
		shown.RunBy = &api.RunBy{FirstName: &j.RunBy.FirstName, LastName: &j.RunBy.LastName}
		if rules.RunByID {
			shown.RunBy.UserId = textIfAny(j.RunBy.ID)
		}
	}
	return shown
}

func (v View) progress(p Progress) *api.JobProgress {
	shown := &api.JobProgress{Exported: p.Exported, Failed: p.Failed, Total: v.count(p.Total)}
	if v.rules.Job.FlatProgress {
		shown.DuplicatedSrs, shown.ReadIds = &p.DuplicatedSRS, &p.Read
	}
	return shown
}

// inventoryLink is what a tenant's configuration puts before an instance's id;
// its base is the address that people open, which the fake does not have.
const inventoryLink = "https://folio.example.org/inventory/view/"

// ErrorLogs shows a page of the log out of total. affectedRecords, which only
// holdings and items bring, is left out: assumption A49.
func (v View) ErrorLogs(page []LogEntry, total int) api.ErrorLogCollection {
	shown := api.ErrorLogCollection{ErrorLogs: make([]api.ErrorLog, 0, len(page)), TotalRecords: total}
	for _, e := range page {
		row := api.ErrorLog{
			Id:               e.ID.String(),
			JobExecutionId:   textIfAny(e.Job),
			CreatedDate:      v.Time(e.Created),
			LogLevel:         api.ErrorLogLogLevelERROR,
			ErrorMessageCode: e.Code,
		}
		if e.Values != nil {
			row.ErrorMessageValues = &e.Values
		}
		if a := e.Affected; a != nil {
			row.AffectedRecord = &api.AffectedRecord{
				Id: a.ID.String(), Hrid: a.HRID, Title: a.Title,
				RecordType: api.AffectedRecordRecordTypeINSTANCE, InventoryRecordLink: inventoryLink + a.ID.String(),
			}
		}
		shown.ErrorLogs = append(shown.ErrorLogs, row)
	}
	return shown
}

// JobProfiles shows a page of profiles out of total. They belong to the system
// process, which no tenant can log in as.
func (v View) JobProfiles(page []release.Profile, total int) api.JobProfileCollection {
	shown := api.JobProfileCollection{JobProfiles: make([]api.JobProfile, 0, len(page)), TotalRecords: total}
	for _, p := range page {
		created := v.Time(p.Created)
		profile := api.JobProfile{
			Id:               p.ID.String(),
			Name:             p.Name,
			Destination:      new("fileSystem"),
			Description:      &p.Description,
			UserInfo:         &api.UserInfo{FirstName: new("System"), LastName: new("Process"), UserName: new("system_process")},
			MappingProfileId: p.MappingID.String(),
			Metadata: &api.Metadata{
				CreatedDate: created, CreatedByUserId: new(uuid.Nil.String()), CreatedByUsername: new("system_process"),
				UpdatedDate: &created, UpdatedByUserId: new(uuid.Nil.String()), UpdatedByUsername: new("system_process"),
			},
		}
		if v.rules.Members.Default {
			profile.Default = new(true)
		}
		if v.rules.Members.Locked {
			profile.Locked = new(false)
		}
		shown.JobProfiles = append(shown.JobProfiles, profile)
	}
	return shown
}

func textIfAny(id uuid.UUID) *string {
	if id == uuid.Nil {
		return nil
	}
	return new(id.String())
}
