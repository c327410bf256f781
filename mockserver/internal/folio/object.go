package folio

import (
	"slices"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// Object is a file in the object store: what a download link leads to.
type Object struct {
	Name    string
	Slices  []Slice  // one list, or the members of a ZIP
	Members []string // the names of the members of a ZIP
	Bytes   int64    // of the records alone
}

// Slice is a list of records by their instances. One with two source records
// stands in it twice, one after the other; Twins has the places of the first of
// each pair, in order.
type Slice struct {
	Instances []uuid.UUID
	Twins     []int32
}

// Twin tells whether the record at a place is one of two of its instance, and
// which: 0 or 1.
func (s Slice) Twin(place int) (which int, ok bool) {
	if len(s.Twins) == 0 {
		return 0, false
	}
	at, first := slices.BinarySearch(s.Twins, int32(place))
	if first {
		return 0, true
	}
	return 1, at > 0 && int(s.Twins[at-1]) == place-1
}

// FileForDownload returns the file that a job's download names. Releases that
// do not look the file id up answer for any id; none asks whether the job has
// ended or the file exists.
func (w *World) FileForDownload(job, file uuid.UUID) (ExportedFile, error) {
	j, ok := w.jobByID[job]
	if !ok {
		return ExportedFile{}, unknownJob(job)
	}
	if len(j.Files) == 0 {
		return ExportedFile{}, release.Refuse(release.JobWithoutFile, "id", file.String())
	}
	if w.rules.Job.UnknownFile {
		return ExportedFile{ID: file, Name: j.Files[0].Name}, nil
	}
	i := slices.IndexFunc(j.Files, func(f ExportedFile) bool { return f.ID == file })
	if i < 0 {
		return ExportedFile{}, release.Refuse(release.FileUnknown, "id", file.String())
	}
	return j.Files[i], nil
}

// Object returns what is stored under a job's file name; ok is false when there
// is nothing, as before the end of a job and after a FAIL.
func (w *World) Object(job uuid.UUID, name string) (Object, bool) {
	j, ok := w.stored(job)
	if !ok {
		return Object{}, false
	}
	i := slices.IndexFunc(j.objects, func(o Object) bool { return o.Name == name })
	if i < 0 {
		return Object{}, false
	}
	return j.objects[i], true
}
