package folio

import (
	"testing"
	"time"
)

// A file that is written under the name of an older one takes its place, as in
// any object store: the second export of a definition has the same name in a
// release that draws the job's number once.
func TestStoreOverwrites(t *testing.T) {
	w := worldOf(row(t, "guide"))
	j := exportOf(t, w, 3, time.Second)
	w.RunUntil(w.now.Add(time.Minute))
	for id := range w.definitions {
		asked := ExportRequest{Definition: id, Profile: w.rules.Profiles[0].ID}
		fewer := Classify(listOf(t, w.rules.Input, instance(1).String()), w.rules.Input, known(AnyRecord))
		if _, err := w.StartExport(w.users[0], asked, fewer, timeline(fewer, w.rules.Job, time.Second, 1)); err != nil {
			t.Fatal(err)
		}
	}
	w.RunUntil(w.now.Add(time.Minute))
	ended, err := w.Job(j.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(ended.Files) != 2 || ended.Files[0].Name != ended.Files[1].Name {
		t.Fatalf("files %+v", ended.Files)
	}
	object, ok := w.Object(j.ID, ended.Files[1].Name)
	if !ok || len(object.Slices) != 1 || len(object.Slices[0].Instances) != 1 {
		t.Errorf("there: %t, %+v; want the one record of the second export", ok, object.Slices)
	}
	if n := len(w.jobByID[j.ID].objects); n != 1 {
		t.Errorf("%d files are stored under one name", n)
	}
}
