package folio

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Job is a job execution. An instant that has not come is zero, a thing that
// does not exist yet is nil or empty.
type Job struct {
	ID        uuid.UUID
	HRID      int // 0: not drawn yet
	Files     []ExportedFile
	Profile   *release.Profile
	Progress  *Progress
	Status    lifecycle.Status
	Started   time.Time
	Completed time.Time
	Updated   time.Time
	RunBy     *User

	run      int   // exports of this job so far; events of earlier runs are void
	expired  bool  // it was failed while its worker may go on
	sliced   bool  // one of them had ids to look up
	runBy    *User // of the run that was last accepted
	fileName string
	outcome  *Outcome
	objects  []Object

	moments     []Moment
	formerFiles []uuid.UUID // ids that it showed and shows no longer
}

// ExportedFile names a result. The bytes are made when they are fetched.
type ExportedFile struct {
	ID   uuid.UUID
	Name string
}

// Progress is how far a job has come.
type Progress struct {
	Exported, Failed, DuplicatedSRS, Total, Read int
}

// Step is one moment in the life of a job: what is changed then.
type Step struct {
	After    time.Duration // since the export was accepted
	Progress *Progress     // nil: the counters stay
	Log      []LogRow      // added to the error log, before the state changes
	Status   lifecycle.Status
}

// event is a step that waits on the queue.
type event struct {
	job    uuid.UUID
	run    int
	number int // of the step in its run
	step   Step
}

// createJob adds a job that is NEW.
func (w *World) createJob() *Job {
	j := &Job{ID: w.newID("job execution")}
	if !w.rules.Job.HRIDAtExport {
		j.HRID = w.nextHRID()
	}
	w.jobs = append(w.jobs, j)
	w.jobByID[j.ID] = j
	w.enter(j, api.JobExecutionStatusNew)
	j.Updated = w.now
	w.remember(j)
	return j
}

// Job returns the job of an id.
func (w *World) Job(id uuid.UUID) (Job, error) {
	j, ok := w.jobByID[id]
	if !ok {
		return Job{}, unknownJob(id)
	}
	return j.clone(), nil
}

func (j *Job) exported() int {
	if j.Progress == nil {
		return 0
	}
	return j.Progress.Exported
}

// Runs returns how often the job was exported.
func (j Job) Runs() int { return j.run }

func (j *Job) clone() Job {
	copied := *j
	copied.Files = slices.Clone(j.Files)
	return copied
}

// ExportRequest asks for the export of an uploaded list.
type ExportRequest struct {
	Definition, Profile uuid.UUID
}

// List is what an export works on.
type List struct {
	Definition uuid.UUID
	FileName   string
	Job        uuid.UUID
	Input      *Input // nil when nothing was uploaded, in a release that finds out later
	Format     api.UploadFormat
	Profile    release.Profile
}

// PrepareExport looks everything up that an export needs, in the release's
// order, and returns what has to be classified. It changes nothing.
func (w *World) PrepareExport(r ExportRequest) (List, error) {
	d, ok := w.definitions[r.Definition]
	if !ok {
		return List{}, release.Refuse(release.ExportOfUnknown, "id", r.Definition.String())
	}
	if _, found := w.jobByID[d.JobID]; !found && w.rules.Job.JobBeforeProfile {
		return List{}, unknownJob(d.JobID)
	}
	profile := w.profile(r.Profile)
	if profile == nil {
		return List{}, release.Refuse(release.ExportWithoutProfile, "id", r.Profile.String())
	}
	if d.JobID == uuid.Nil {
		return List{}, release.Refuse(release.ExportBeforeUpload)
	}
	if _, found := w.jobByID[d.JobID]; !found {
		return List{}, unknownJob(d.JobID)
	}
	return List{Definition: d.ID, FileName: d.FileName, Job: d.JobID, Input: d.input, Format: d.UploadFormat, Profile: *profile}, nil
}

func (w *World) profile(id uuid.UUID) *release.Profile {
	for i := range w.rules.Profiles {
		if w.rules.Profiles[i].ID == id {
			return &w.rules.Profiles[i]
		}
	}
	return nil
}

// StartExport starts a run of the definition's job: the steps happen in their
// time from now on, those without delay at once.
func (w *World) StartExport(by User, r ExportRequest, outcome *Outcome, steps []Step) (Job, error) {
	if _, err := w.PrepareExport(r); err != nil {
		return Job{}, err
	}
	d := w.definitions[r.Definition]
	j := w.jobByID[d.JobID]
	// The slices of an earlier run are run again beside the new ones, and wait
	// for a file that exists already. A run without ids has none.
	hangs := w.rules.Job.SecondExport == release.Hangs && j.sliced && outcome.IDs > 0

	j.run++
	j.expired = false
	j.sliced = j.sliced || outcome.IDs > 0
	j.Profile = w.profile(r.Profile)
	j.runBy = &by
	j.fileName = d.FileName
	j.outcome = outcome
	j.Updated = w.now
	if w.rules.Job.HRIDAtExport {
		j.HRID = w.nextHRID()
	}
	if hangs {
		steps = beforeRecords(steps)
	}
	for i, s := range steps {
		w.queue.Add(w.now.Add(s.After), event{job: j.ID, run: j.run, number: i, step: s})
	}
	w.RunUntil(w.now)
	return j.clone(), nil
}

// beforeRecords returns the steps up to the first exported record, or to the end
// if that comes sooner.
func beforeRecords(steps []Step) []Step {
	i := slices.IndexFunc(steps, func(s Step) bool {
		return lifecycle.Final(s.Status) || s.Progress != nil && s.Progress.Exported > 0
	})
	if i < 0 {
		return steps
	}
	return steps[:i]
}

// happen applies one step of a job's run.
func (w *World) happen(e event) {
	j, ok := w.stored(e.job)
	if !ok || j.run != e.run {
		return
	}
	step := e.step
	for _, row := range step.Log {
		w.log(j.ID, row)
	}
	if step.Progress == nil && step.Status == "" || j.expired && !lifecycle.Final(step.Status) {
		return
	}
	if j.expired {
		step = j.revive(step)
	}
	if step.Status == w.rules.Job.Success && w.hasRows(j.ID) {
		step.Status = w.rules.Job.Partial
	}
	w.restore(j)
	if step.Status == api.JobExecutionStatusInProgress {
		w.begin(j)
	}
	j.save(step, w.now)
	if step.Status != "" {
		w.enter(j, step.Status)
	}
	if lifecycle.Final(j.Status) {
		w.end(j)
	}
	w.remember(j)
}

// save takes over what a step says of counters and state. A refresh of exported
// alone saves only the counter, and lastUpdatedDate stands still
// (mod-data-export 5.3.0, JobExecutionProgressUpdater).
func (j *Job) save(step Step, now time.Time) {
	if step.Progress != nil {
		next := *step.Progress
		counted := next
		counted.Exported = j.exported()
		if j.Progress == nil || counted != *j.Progress {
			j.Updated = now
		}
		j.Progress = &next
	}
	if step.Status != "" {
		j.Updated = now
	}
}

// begin is the moment in which a run becomes visible: the file it will write,
// who runs it, and counters at their start.
func (w *World) begin(j *Job) {
	rules := w.rules.Job
	file := ExportedFile{ID: w.newID("exported file"), Name: w.exportedName(j, rules.FileExtension)}
	if rules.SecondExport == release.AddsFile {
		j.Files = append(j.Files, file)
	} else {
		j.replaceFiles(file)
	}
	if j.Started.IsZero() || rules.SecondExport == release.Hangs {
		j.Started = w.now
	}
	j.RunBy = j.runBy
	j.Progress = &Progress{}
	if rules.TotalFromStart {
		j.Progress.Total = j.outcome.Lines
	}
}

// end is the moment in which a run ends. Counters, file and status change
// together, so no poll sees one without the others.
func (w *World) end(j *Job) {
	j.Completed = w.now
	if !lifecycle.HasFile(j.Status) {
		return
	}
	rules := w.rules.Job
	object := Object{Slices: j.outcome.files(), Bytes: j.outcome.Bytes}
	extension := rules.FileExtension
	if len(object.Slices) > 1 {
		extension = ".zip"
		for i := range object.Slices {
			object.Members = append(object.Members, w.exportedName(j, "-"+strconv.Itoa(i+1)+rules.FileExtension))
		}
	}
	object.Name = w.exportedName(j, extension)
	j.objects = slices.DeleteFunc(j.objects, func(o Object) bool { return o.Name == object.Name }) // a store overwrites
	j.objects = append(j.objects, object)
	if rules.FinalFileID {
		j.replaceFiles(ExportedFile{ID: w.newID("exported file"), Name: object.Name})
	}
}

// exportedName is the uploaded name without its extension, the job's number and
// the extension of the result: test.csv of job 112 gives test-112.mrc.
func (w *World) exportedName(j *Job, extension string) string {
	base := strings.TrimSuffix(j.fileName, path.Ext(j.fileName))
	return base + "-" + strconv.Itoa(j.HRID) + extension
}

// enter moves a job to another state, by the one table of legal moves. Stories
// are held against the same table when they are loaded, so an illegal move is a
// defect of this package; the job then stays where it is, where the check of
// invariants finds it.
func (w *World) enter(j *Job, to lifecycle.Status) {
	if lifecycle.Legal(j.Status, to) {
		j.Status = to
	}
}
