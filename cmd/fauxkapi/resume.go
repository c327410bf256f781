package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fauxkapi/fauxkapi/client"
)

// savedState is the small file from which another run goes on. It holds no
// secret.
type savedState struct {
	Version int            `json:"version"`
	URL     string         `json:"url"`
	Tenant  string         `json:"tenant"`
	Output  string         `json:"output"` // from the root
	Input   string         `json:"inputSha256"`
	Query   string         `json:"query,omitempty"` // that found the ids; they are kept beside the state
	Profile string         `json:"jobProfileAsked,omitempty"`
	Batch   int            `json:"batch"`   // most lines of one job
	Part    string         `json:"part"`    // how the files begin with what was fetched, in the folder of the output
	Jobs    []client.State `json:"batches"` // one for each batch
}

const (
	stateVersion = 2
	maxState     = 4 << 20 // of client.MaxBatches
)

// place is where the state of an export lies: beside its output, or in the folder
// of its run.
type place struct {
	state string
	list  string // the ids that a query found
}

func besideOutput(output string) place {
	return place{state: output + ".state.json", list: output + ".state.csv"}
}

func inFolder(folder string) place {
	return place{state: filepath.Join(folder, "state.json"), list: filepath.Join(folder, "ids.csv")}
}

// lockOutput keeps other runs away from an output, and so from the state of every
// export to it.
func lockOutput(output string) (*fileLock, error) {
	path := output + ".state.lock"
	lock, err := takeLock(path)
	switch {
	case errors.Is(err, errLocked):
		return nil, usage("another run saves to this output: %q is locked; wait for its end, or choose another --output", path)
	case err != nil:
		return nil, usage("save the file: the folder cannot be written (%v); choose another --output", err)
	}
	return lock, nil
}

// load returns what an earlier run has left; nil if it left nothing.
func (p place) load() (*savedState, error) {
	file, err := os.Open(p.state)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, usage("the state of the earlier run cannot be read: %v", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxState+1))
	if err != nil {
		return nil, usage("the state of the earlier run cannot be read: %v", err)
	}
	var saved savedState
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&saved); err != nil || len(data) > maxState || saved.Version != stateVersion ||
		saved.Part != filepath.Base(saved.Part) || len(saved.Jobs) == 0 || len(saved.Jobs) > client.MaxBatches {
		return nil, usage("%q is not the state of an export by this version: remove it to begin anew", p.state)
	}
	return &saved, nil
}

// save writes the state so that a crash leaves the old one or the new one.
func (p place) save(s *savedState) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.state+".new", append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(p.state+".new", p.state)
}

// remove removes what belongs to an export that is over.
func (p place) remove() {
	_ = os.Remove(p.state) // there may be none
	_ = os.Remove(p.list)
}

// fits says what an earlier run did differently, if anything, its list aside.
func (s *savedState) fits(now *savedState) string {
	switch {
	case s.URL != now.URL || s.Tenant != now.Tenant:
		return "it was for tenant " + s.Tenant + " of " + s.URL
	case s.Output != now.Output:
		return "it was for another output"
	case s.Query != now.Query:
		return "it was for another list"
	case s.Profile != now.Profile:
		return "it was for another job profile"
	case s.Batch != now.Batch:
		return fmt.Sprintf("it was with --batch %d", s.Batch)
	}
	return ""
}

// jobs names the jobs that an earlier run has come to.
func (s *savedState) jobs() string {
	var ids []string
	for _, job := range s.Jobs {
		if job.JobExecutionID != "" {
			ids = append(ids, job.JobExecutionID)
		}
	}
	switch len(ids) {
	case 0:
		return "without a job yet"
	case 1:
		return "job " + ids[0]
	}
	return fmt.Sprintf("%d jobs, the last is %s", len(ids), ids[len(ids)-1])
}

// part is the file with what was fetched of a batch, which counts from 1.
func (s *savedState) part(batch int) string {
	return filepath.Join(filepath.Dir(s.Output), fmt.Sprintf("%s.%d.part", s.Part, batch))
}

// removeParts removes what was fetched.
func (s *savedState) removeParts() {
	for i := range s.Jobs {
		_ = os.Remove(s.part(i + 1)) // there may be none
	}
}

// part is a file that is on the disk when it is closed.
type part struct{ steady }

func (p *part) Close() error {
	err := p.Sync()
	if closed := p.File.Close(); err == nil {
		err = closed
	}
	return err
}

// openPart opens what an earlier run has fetched, or a new file in its place.
func openPart(path string) (io.WriteCloser, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, usage("save the file: the folder cannot be written (%v); choose another --output", err)
	}
	return &part{steady{File: file}}, nil
}

// keepList keeps the ids that a query found: asked again, it may find others.
func (p place) keepList(list io.ReaderAt, size int64) error {
	file, err := os.OpenFile(p.list, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, io.NewSectionReader(list, 0, size))
	if closed := (&part{steady{File: file}}).Close(); err == nil {
		err = closed
	}
	return err
}

// keptList opens them again.
func (p place) keptList() (*list, error) {
	file, err := os.Open(p.list)
	if err != nil {
		return nil, usage("the ids of the earlier run cannot be read: %v; leave --resume out to begin anew", err)
	}
	return &list{ReadSeeker: file, name: "query.csv", done: func() { _ = file.Close() }}, nil
}

// earlier is a run that has not ended.
type earlier struct {
	place
	state *savedState
	night *runFolder // nil if it is beside its output
}

// unfinished are the runs with this output that have not ended, the latest first.
func (r *exportRun) unfinished() ([]earlier, error) {
	if r.night == nil {
		state, err := r.place.load()
		if state == nil {
			return nil, err
		}
		return []earlier{{place: r.place, state: state}}, nil
	}
	var found []earlier
	folders, err := r.night.folders()
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		at := inFolder(folder.path)
		state, err := at.load()
		if err != nil {
			r.term.say("note: %v", err)
		}
		if state != nil && state.Output == r.state.Output {
			found = append(found, earlier{at, state, folder})
		}
	}
	return found, nil
}

// query is the text of the query, if the ids are those that one finds.
func (e *exportCommand) queryText() (string, error) {
	if e.Query != "" || !e.query() {
		return e.Query, nil
	}
	return readQuery(e.Input)
}

// describe is what this run is asked, as a state says it.
func (e *exportCommand) describe() (*savedState, error) {
	query, err := e.queryText()
	if err != nil {
		return nil, err
	}
	output, err := filepath.Abs(e.Output)
	if err != nil {
		return nil, usage("save the file: %q is no path: %v", e.Output, err)
	}
	return &savedState{
		Version: stateVersion, URL: strings.TrimRight(e.URL, "/"), Tenant: e.Tenant, Output: output,
		Query: query, Profile: e.Profile, Batch: e.Batch,
	}, nil
}
