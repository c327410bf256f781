package folio

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// What becomes of any list, in mod-data-export 5.x.
func TestOutcomeByUUID(t *testing.T) {
	r := row(t, "sunflower")
	rapid.Check(t, func(t *rapid.T) {
		in := listOf(t, r.Input, drawLines(t)...)
		k := known(rapid.SampledFrom([]Records{AnyRecord, NamedRecord, NoRecord}).Draw(t, "records"))
		o := Classify(in, r.Input, k)

		if o.Exported+o.Failed != o.Lines || o.Lines != in.Lines() || o.Read != o.Lines {
			t.Errorf("exported %d and failed %d of %d lines, read %d", o.Exported, o.Failed, o.Lines, o.Read)
		}
		if o.Exported != len(o.all()) {
			t.Errorf("exported %d, but there are %d records", o.Exported, len(o.all()))
		}
		want := map[uuid.UUID]bool{}
		for i, id := range in.ids {
			if in.kinds[i] == lineID || in.kinds[i] == lineUpperID {
				want[id] = k.has(id)
			}
		}
		for _, id := range o.all() {
			if !want[id] {
				t.Errorf("record of %v is there twice, unknown or not asked for", id)
			}
			want[id] = false
		}
		for id, missing := range want {
			if missing {
				t.Errorf("no record of %v", id)
			}
		}
		for batch := range slices.Chunk(o.all(), r.Job.CountedBatch) {
			generated := slices.IndexFunc(batch, func(id uuid.UUID) bool { return !k.stored(id) })
			if generated < 0 {
				generated = len(batch)
			}
			for _, part := range [][]uuid.UUID{batch[:generated], batch[generated:]} {
				if !slices.IsSortedFunc(part, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }) {
					t.Errorf("records are not sorted within their batch and source")
				}
				if slices.ContainsFunc(part, func(id uuid.UUID) bool { return k.stored(id) != k.stored(part[0]) }) {
					t.Errorf("stored and generated records are mixed")
				}
			}
		}
	})
}

// What must hold of any list in mod-data-export 2.x, where a record can be there
// twice.
func TestOutcomeInBatches(t *testing.T) {
	r := row(t, "guide")
	rapid.Check(t, func(t *rapid.T) {
		in := listOf(t, r.Input, drawLines(t)...)
		o := Classify(in, r.Input, known(AnyRecord))
		if o.Endless {
			if !in.broken {
				t.Fatal("the job of a good list never ends")
			}
			return
		}
		sum := 0
		for _, n := range o.batches {
			sum += n
		}
		if sum != o.Exported || o.Exported != len(o.all()) || o.Exported+o.Failed != o.Lines {
			t.Errorf("batches %v, %d records, exported %d, failed %d of %d lines", o.batches, len(o.all()), o.Exported, o.Failed, o.Lines)
		}
		if want := (in.Lines() + batchLines - 1) / batchLines; len(o.batches) != want {
			t.Errorf("%d batches of %d lines, want %d", len(o.batches), in.Lines(), want)
		}
		for _, id := range o.all() {
			if !slices.Contains(in.ids, id) {
				t.Errorf("record of %v, which is not in the list", id)
			}
		}
	})
}

// How 2.x groups its look-ups, with ids of either source.
func TestGroupsOf2020(t *testing.T) {
	stored, generated := idsBySource(t)
	upper := func(id string) string { return strings.ToUpper(id) }
	for _, tt := range []struct {
		name     string
		lines    []string
		exported int
	}{
		{"twice within 20 lines, stored", []string{stored[0], stored[0]}, 1},
		{"twice within 20 lines, generated", []string{generated[0], generated[0]}, 1},
		{"21 lines apart, stored", join(stored[:20], stored[:1]), 21},
		{"21 lines apart, generated", join(generated[:20], generated[:1]), 21},
		{"in two batches", join(generated[:50], generated[:50]), 100},
		{"upper case, stored: found, not recognised, generated too", []string{upper(stored[0])}, 2},
		{"upper case, generated", []string{upper(generated[0])}, 1},
		{"a blank line spoils its group of generated records", join([]string{""}, generated[:19]), 0},
		{"and no other group", join([]string{""}, generated[:21]), 2},
		{"a blank line spoils no stored record", join([]string{""}, stored[:19]), 19},
		{"a word with a CQL sign spoils too", []string{generated[0], "a=b"}, 0},
		{"a word does not", []string{generated[0], "id"}, 1},
		// Ten of the batch are stored, so the blank line shares its group with
		// the first 19 of the generated ones.
		{"groups are of what is left", join(stored[:10], []string{""}, generated[:39]), 10 + 20},
		{"a spoiler leaves the next batch alone", join([]string{""}, generated[:49], generated[50:60]), 30 + 10},
		{"a short UUID is a word", []string{"1-2-3-4-5", generated[0]}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := row(t, "guide")
			o := Classify(listOf(t, r.Input, tt.lines...), r.Input, known(AnyRecord))
			if o.Exported != tt.exported || o.Failed != len(tt.lines)-tt.exported {
				t.Errorf("exported %d, failed %d; want %d of %d lines exported", o.Exported, o.Failed, tt.exported, len(tt.lines))
			}
		})
	}
}

// Two source records are two of the storage's answer; what is generated in
// addition, because a capital letter keeps them from being recognised, is one.
func TestTwoSourcesOf2020(t *testing.T) {
	r := row(t, "guide")
	k := known(AnyRecord)
	k.Special = Special{all: TwoSources}
	stored, generated := idsBySource(t)
	for _, id := range []string{stored[0], generated[0]} {
		for _, tt := range []struct {
			line            string
			exported, pairs int
		}{{id, 2, 1}, {strings.ToUpper(id), 3, 1}} {
			o := Classify(listOf(t, r.Input, tt.line), r.Input, k)
			if o.Exported != tt.exported || len(o.slices[0].twins) != tt.pairs {
				t.Errorf("%s: %d records in which are %d pairs, want %d and %d", tt.line, o.Exported, len(o.slices[0].twins), tt.exported, tt.pairs)
			}
		}
	}
}

// idsBySource returns sixty ids with a stored record and sixty whose record is
// generated.
func idsBySource(t *testing.T) (stored, generated []string) {
	t.Helper()
	c := catalogue.New(1)
	for n := 0xa000; len(stored) < 60 || len(generated) < 60; n++ {
		if id := instance(n); c.Source(id) == catalogue.SourceMARC {
			stored = append(stored, id.String())
		} else {
			generated = append(generated, id.String())
		}
	}
	return stored, generated
}

func join(lists ...[]string) []string { return slices.Concat(lists...) }

func TestEnding(t *testing.T) {
	for _, tt := range []struct {
		exported, failed int
		want             map[string]lifecycle.Status
	}{
		{0, 0, map[string]lifecycle.Status{"guide": api.JobExecutionStatusFail, "sunflower": api.JobExecutionStatusFail}},
		{0, 3, map[string]lifecycle.Status{"guide": api.JobExecutionStatusFail, "sunflower": api.JobExecutionStatusFail}},
		{3, 0, map[string]lifecycle.Status{"guide": api.JobExecutionStatusSuccess, "sunflower": api.JobExecutionStatusCompleted}},
		{3, 1, map[string]lifecycle.Status{"guide": api.JobExecutionStatusSuccess, "sunflower": api.JobExecutionStatusCompletedWithErrors}},
	} {
		for name, want := range tt.want {
			o := &Outcome{Exported: tt.exported, Failed: tt.failed}
			if got := o.FinalStatus(row(t, name).Job); got != want {
				t.Errorf("%s, exported %d, failed %d: %s, want %s", name, tt.exported, tt.failed, got, want)
			}
		}
	}
}

// A list longer than a slice becomes several files in a ZIP, in 5.x only.
func TestSlices(t *testing.T) {
	for _, tt := range []struct {
		release string
		records int
		members []string
	}{
		{"sunflower", 2, nil},
		{"sunflower", 3, []string{"a-1-1.mrc", "a-1-2.mrc"}},
		{"sunflower", 5, []string{"a-1-1.mrc", "a-1-2.mrc", "a-1-3.mrc"}},
		{"guide", 5, nil},
	} {
		r := row(t, tt.release)
		if r.Input.SliceSize > 0 {
			r.Input.SliceSize = 2
		}
		w := worldOf(r)
		d, err := w.CreateFileDefinition(w.users[0], NewFileDefinition{FileName: "a.csv"})
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for n := range tt.records {
			lines = append(lines, instance(n).String())
		}
		if _, err := w.EndUpload(d.ID, listOf(t, r.Input, lines...)); err != nil {
			t.Fatal(err)
		}
		export := ExportRequest{Definition: d.ID, Profile: r.Profiles[0].ID}
		list, err := w.PrepareExport(export)
		if err != nil {
			t.Fatal(err)
		}
		o := Classify(list.Input, r.Input, known(AnyRecord))
		j, err := w.StartExport(w.users[0], export, o, timeline(o, r.Job, 1, 1))
		if err != nil {
			t.Fatal(err)
		}
		w.RunUntil(w.now.AddDate(0, 0, 1))
		j, err = w.Job(j.ID)
		if err != nil {
			t.Fatal(err)
		}
		object, ok := w.Object(j.ID, j.Files[0].Name)
		if !ok || !slices.Equal(object.Members, tt.members) || recordsOf(object) != tt.records {
			t.Errorf("%s, %d records: %s is stored: %v, as %d slices with names %v, want %v", tt.release, tt.records, j.Files[0].Name, ok, len(object.Slices), object.Members, tt.members)
		}
		if zipped := strings.HasSuffix(j.Files[0].Name, ".zip"); zipped != (tt.members != nil) {
			t.Errorf("%s, %d records: the file is named %s", tt.release, tt.records, j.Files[0].Name)
		}
	}
}

// Slices are cut from the ids, known or not: one without a record leaves no
// file, and failed moves when a slice ends.
func TestSlicesCountIDs(t *testing.T) {
	r := row(t, "sunflower")
	r.Input.SliceSize = 2
	named := catalogue.New(1).Named()
	slices.SortFunc(named, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	low := func(n byte) string { return uuid.UUID{15: n}.String() } // sorts before every named one
	in := listOf(t, r.Input, low(1), low(2), low(3), named[0].String(), named[1].String(), named[2].String(), "header")

	o := Classify(in, r.Input, known(NamedRecord))
	if files := o.files(); len(files) != 2 || !slices.Equal(files[0].Instances, named[:1]) || !slices.Equal(files[1].Instances, named[1:3]) {
		t.Errorf("the files hold %v, want the first named instance and the next two", files)
	}
	var moved []Progress
	for _, m := range o.Course(r.Job, 1) {
		if m.Exported > 0 {
			moved = append(moved, m.Progress)
		}
	}
	// The end of the second slice shows the three ids that are not found; the
	// header is counted with the end of the job.
	if want := []Progress{{Exported: 1, Failed: 3, Total: 7, Read: 7}}; !slices.Equal(moved, want) {
		t.Errorf("the counters show %+v on the way, want %+v", moved, want)
	}
	if final, want := o.Final(), (Progress{Exported: 3, Failed: 4, Total: 7, Read: 7}); final != want {
		t.Errorf("the job ends with %+v, want %+v", final, want)
	}
}

// The counters move at least as often as is asked for, rise, and stay on the way.
func TestCourse(t *testing.T) {
	forEachRelease(t, func(t *rapid.T, r *release.Release) {
		in := listOf(t, r.Input, drawLines(t)...)
		o := Classify(in, r.Input, known(AnyRecord))
		atLeast := rapid.IntRange(1, 30).Draw(t, "at least")
		if o.Endless {
			return
		}
		marks := o.Course(r.Job, atLeast)
		moves, last := 0, Mark{}
		for _, m := range append(marks, Mark{Way: 1, Progress: o.Final()}) {
			if m.Way <= last.Way || m.Way > 1 {
				t.Errorf("from %v of the way to %v", last.Way, m.Way)
			}
			if falls(last.Progress, m.Progress) {
				t.Errorf("from %+v to %+v", last.Progress, m.Progress)
			}
			if m.Exported > last.Exported {
				moves++
			}
			last = m
		}
		if want := min(atLeast, o.Exported); moves < want {
			t.Errorf("exported moved %d times to %d, want %d times", moves, o.Exported, want)
		}
	})
}

// A course up to a number of records is the beginning of the course that has a
// mark for each.
func TestCourseTo(t *testing.T) {
	forEachRelease(t, func(t *rapid.T, r *release.Release) {
		drawn := drawLines(t)
		k := known(rapid.SampledFrom([]Records{AnyRecord, NamedRecord}).Draw(t, "records"))
		k.Special = Special{some: map[uuid.UUID]RecordAnswer{instance(1): NotThere, instance(2): TooLong, instance(3): NotThere, instance(70): NotThere}}
		o := Classify(listOf(t, r.Input, drawn[:min(len(drawn), 200)]...), r.Input, k)
		if o.Endless {
			return
		}
		whole := append(o.Course(r.Job, max(1, o.Exported)), Mark{})
		for i, m := range whole {
			if m.Exported == 0 || i > 0 && m.Exported == whole[i-1].Exported {
				continue
			}
			part := o.CourseTo(r.Job, 1, m.Exported)
			if got := part[len(part)-1]; got.Progress != m.Progress || got.Way-m.Way > 1e-9 || m.Way-got.Way > 1e-9 {
				t.Errorf("to %d records: %+v, want %+v", m.Exported, got, m)
			}
		}
	})
}

// Inside a batch of 2020 records and other lines come at one pace.
func TestInsideABatch(t *testing.T) {
	r := row(t, "guide")
	var lines []string
	for n := range 25 {
		lines = append(lines, instance(n).String(), "x")
	}
	o := Classify(listOf(t, r.Input, lines...), r.Input, known(AnyRecord))
	part := o.CourseTo(r.Job, 1, 10)
	if got, want := part[len(part)-1], (Mark{Way: 10.0 / 25 * lastBatch, Progress: Progress{Exported: 10, Failed: 10, Total: 50, Read: 50}}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// all are the instances of all records, in the order of the files.
func (o *Outcome) all() (ids []uuid.UUID) {
	for _, s := range o.files() {
		ids = append(ids, s.Instances...)
	}
	return ids
}

func recordsOf(object Object) (n int) {
	for _, s := range object.Slices {
		n += len(s.Instances)
	}
	return n
}
