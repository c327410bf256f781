package folio

import (
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
)

// Moment is an instant at which something of a job could be seen to change.
type Moment struct {
	At       time.Time
	Status   lifecycle.Status
	Exported int
	Failed   int
	Total    int
}

// maxMoments bounds what is remembered of one job.
const maxMoments = 100

// remember adds the present moment to a job's history, if it shows anything new.
func (w *World) remember(j *Job) {
	m := Moment{At: w.now, Status: j.Status}
	if p := j.Progress; p != nil {
		m.Exported, m.Failed, m.Total = p.Exported, p.Failed, p.Total
	}
	if n := len(j.moments); n > 0 {
		last := j.moments[n-1]
		last.At = m.At
		if last == m {
			return
		}
	}
	if len(j.moments) == maxMoments {
		j.moments = withoutOne(j.moments)
	}
	j.moments = append(j.moments, m)
}

// withoutOne forgets the movement of counters that leaves the smallest gap, so
// that a long history keeps its shape and its states; of a job with nothing but
// states, exported dozens of times, it forgets the oldest.
func withoutOne(moments []Moment) []Moment {
	least, smallest := 0, time.Duration(math.MaxInt64)
	for i := 1; i < len(moments)-1; i++ {
		gap := moments[i+1].At.Sub(moments[i-1].At)
		if moments[i].Status == moments[i-1].Status && gap < smallest {
			least, smallest = i, gap
		}
	}
	return slices.Delete(moments, least, least+1)
}

// JobHistory is a job with what was seen of it.
type JobHistory struct {
	Job
	FileName string // of the list, once its export was accepted
	Moments  []Moment
	Ends     time.Time // when it will; zero if it has ended, never will, or was not exported
}

// RecentJobs returns the n jobs that were made last, the newest first.
func (w *World) RecentJobs(n int) []JobHistory {
	var recent []JobHistory
	for _, j := range slices.Backward(w.jobs[max(0, len(w.jobs)-n):]) {
		h := JobHistory{Job: j.clone(), FileName: j.fileName, Moments: slices.Clone(j.moments)}
		h.Ends, _ = w.EndOf(j.ID)
		recent = append(recent, h)
	}
	return recent
}

// WasFileOf tells whether a job once showed a file under an id that it shows no
// longer: one that its end, or another export, has replaced.
func (w *World) WasFileOf(job, file uuid.UUID) bool {
	j, ok := w.jobByID[job]
	return ok && slices.Contains(j.formerFiles, file)
}

// maxFormerFiles bounds the ids that are remembered of one job.
const maxFormerFiles = 16

// replaceFiles shows a job's file instead of the ones before.
func (j *Job) replaceFiles(file ExportedFile) {
	for _, f := range j.Files {
		j.formerFiles = append(j.formerFiles, f.ID)
	}
	j.formerFiles = j.formerFiles[max(0, len(j.formerFiles)-maxFormerFiles):]
	j.Files = []ExportedFile{file}
}
