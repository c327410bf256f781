package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/internal/prose"
)

// listAt is a list that can be read at several places at once, and that errors
// call by its name.
type listAt struct {
	io.ReaderAt
	given io.Reader
}

// Name is what an *os.File has, too; empty for one that is temporary.
func (l listAt) Name() string {
	if file, ok := l.given.(interface{ Name() string }); ok {
		return file.Name()
	}
	return ""
}

// begin finds the ids, and decides whether this run goes on with an earlier one.
func (r *exportRun) begin(ctx context.Context) (err error) {
	if r.state, err = r.describe(); err != nil {
		return err
	}
	if r.lock, err = lockOutput(r.Output); err != nil {
		return err
	}
	r.place = besideOutput(r.Output)
	before, err := r.unfinished()
	if err != nil {
		return err
	}
	if r.ids, err = r.find(ctx, before); err != nil {
		return err
	}
	list, size, err := r.read()
	if err != nil {
		return err
	}
	if r.ids.empty && r.IfEmpty == "ok" {
		return r.openNight()
	}
	if r.split, err = client.NewSplit(list, size, r.Batch); err != nil {
		return err
	}
	if err := r.announce(); err != nil {
		return err
	}
	resumed, err := r.goOn(before)
	if err == nil && !resumed {
		err = r.beginAnew(list, size, before)
	}
	return err
}

// find returns the ids: those that an earlier run has found by the same query, if
// this one goes on with it.
func (r *exportRun) find(ctx context.Context, before []earlier) (*list, error) {
	if r.Resume && r.state.Query != "" {
		for _, run := range before {
			if run.state.fits(r.state) == "" {
				return run.keptList()
			}
		}
	}
	return r.prepare(ctx, r.term, r.client)
}

// read reads the list once, to know it again.
func (r *exportRun) read() (list listAt, size int64, err error) {
	at, ok := r.ids.ReadSeeker.(io.ReaderAt)
	if !ok {
		return list, 0, fmt.Errorf("read the ids: %T is no file", r.ids.ReadSeeker)
	}
	sum := sha256.New()
	if size, err = io.Copy(sum, r.ids); err != nil {
		return list, 0, usage("read the ids: %v", err)
	}
	r.state.Input = hex.EncodeToString(sum.Sum(nil))
	return listAt{at, r.ids.reader()}, size, nil
}

// goOn takes an earlier run up, if that was asked for and there is one.
func (r *exportRun) goOn(before []earlier) (bool, error) {
	if !r.Resume {
		return false, nil
	}
	for _, run := range before {
		different := run.state.fits(r.state)
		switch {
		case different == "" && run.state.Input != r.state.Input:
			different = "it was for another list"
		case different == "" && len(run.state.Jobs) != len(r.split.Batches):
			different = "it was cut into other batches"
		}
		if different != "" && r.night != nil && run.state.Input != r.state.Input {
			continue // that of another night
		}
		if different != "" {
			return false, usage("the earlier run cannot be resumed: %s; leave --resume out to begin anew", different)
		}
		r.place, r.state = run.place, run.state
		if r.night != nil {
			r.night.path = run.night.path
			if err := r.night.open(); err != nil {
				return false, err
			}
		}
		r.term.say("the earlier run goes on, %s", r.state.jobs())
		return true, nil
	}
	r.term.say("there is nothing to resume: the export begins")
	return false, nil
}

// beginAnew makes the state of a new export. What earlier ones have left for the
// same output is of no use any more.
func (r *exportRun) beginAnew(list io.ReaderAt, size int64, before []earlier) error {
	if r.night != nil {
		if err := r.openNight(); err != nil {
			return err
		}
		r.place = inFolder(r.night.path)
	}
	for _, run := range before {
		if !r.Resume {
			r.term.say("an earlier run has not ended, %s: --resume would go on with it, this run begins another", run.state.jobs())
		} else {
			r.term.say("an earlier run has not ended, %s: it was another export, and is given up for this one", run.state.jobs())
		}
		run.state.removeParts()
		run.remove()
	}
	r.state.Part = fmt.Sprintf(".%s.%s", filepath.Base(r.Output), rand.Text()[:8])
	r.state.Jobs = make([]client.State, len(r.split.Batches))
	if r.state.Query != "" {
		if err := r.place.keepList(list, size); err != nil {
			return usage("save the file: the ids that the query finds cannot be kept (%v); choose another --output", err)
		}
	}
	// Now, and not when there is a job: what a run that is killed before has left is found by its state alone.
	if err := r.place.save(r.state); err != nil {
		return usage("save the file: its state cannot be kept (%v); choose another --output", err)
	}
	return nil
}

// openNight makes the folder of the run, unless it is known.
func (r *exportRun) openNight() error {
	if r.night == nil || r.night.file != nil {
		return nil
	}
	name := r.Input
	if r.ids != nil {
		name = r.ids.name
	} else if r.query() {
		name = "query.csv"
	}
	return r.night.begin(name, r.began.UTC().Truncate(time.Second))
}

// announce says into how many jobs the list is cut.
func (r *exportRun) announce() error {
	r.progress.several(r.split)
	jobs := len(r.split.Batches)
	if jobs == 1 {
		return nil
	}
	if isZIP(r.Output) {
		return usage("the list becomes %d jobs, of which one file of records is made, and no ZIP: choose another --output, or --batch 0", jobs)
	}
	r.term.say("the list becomes %d jobs of at most %s", jobs, prose.Count(r.Batch, "line"))
	if n := r.split.Repeated; n > 0 {
		r.term.say("note: %s with an id that an earlier job has: left out, as the record would come twice", prose.Count(n, "line"))
	}
	return nil
}
