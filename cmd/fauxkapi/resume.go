package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fauxkapi/fauxkapi/client"
)

// savedState is the small file beside the output from which another run goes on.
// It holds no secret.
type savedState struct {
	Version int          `json:"version"`
	URL     string       `json:"url"`
	Tenant  string       `json:"tenant"`
	Input   string       `json:"inputSha256"`
	Profile string       `json:"jobProfileAsked,omitempty"`
	Part    string       `json:"part"` // the file with what was fetched, in the same folder
	Export  client.State `json:"export"`
}

const (
	stateVersion = 1
	maxState     = 64 << 10
)

// stateOf is where the state of an export lies.
func stateOf(output string) string { return output + ".state.json" }

// loadState returns what an earlier run has left; nil if it left nothing.
func loadState(output string) (*savedState, error) {
	path := stateOf(output)
	file, err := os.Open(path)
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
	if err := decoder.Decode(&saved); err != nil || len(data) > maxState || saved.Version != stateVersion || saved.Part != filepath.Base(saved.Part) {
		return nil, usage("%q is not the state of an export by this version: remove it to begin anew", path)
	}
	return &saved, nil
}

// save writes the state so that a crash leaves the old one or the new one.
func (s *savedState) save(output string) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	path := stateOf(output)
	if err := os.WriteFile(path+".new", append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// fits says what an earlier run did differently, if anything.
func (s *savedState) fits(now *savedState) string {
	switch {
	case s.URL != now.URL || s.Tenant != now.Tenant:
		return "it was for tenant " + s.Tenant + " of " + s.URL
	case s.Input != now.Input:
		return "it was for another list"
	case s.Profile != now.Profile:
		return "it was for another job profile"
	}
	return ""
}

// begin decides whether this run goes on with an earlier one, and opens the file
// that it writes to.
func (e *exportCommand) begin(term *console, ids *list) (*savedState, *output, error) {
	sum := sha256.New()
	_, err := io.Copy(sum, ids)
	if err == nil {
		_, err = ids.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, nil, usage("read the ids: %v", err)
	}
	state := &savedState{Version: stateVersion, URL: e.URL, Tenant: e.Tenant, Input: hex.EncodeToString(sum.Sum(nil)), Profile: e.Profile}
	earlier, err := loadState(e.Output)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case earlier == nil && e.Resume:
		term.say("there is nothing to resume: the export begins")
	case earlier != nil && !e.Resume:
		term.say("an earlier run has not ended, job %s: --resume would go on with it, this run begins another", earlier.Export.JobExecutionID)
		_ = os.Remove(filepath.Join(filepath.Dir(e.Output), earlier.Part)) // it may be gone
	case earlier != nil:
		if different := earlier.fits(state); different != "" {
			return nil, nil, usage("the earlier run cannot be resumed: %s; leave --resume out to begin anew", different)
		}
		out, err := openPart(filepath.Join(filepath.Dir(e.Output), earlier.Part), e.Output)
		if err != nil {
			return nil, nil, err
		}
		term.say("the earlier run goes on, job %s", earlier.Export.JobExecutionID)
		return earlier, out, nil
	}
	out, err := createOutput(e.Output, "--output")
	if err != nil {
		return nil, nil, err
	}
	state.Part = filepath.Base(out.Name())
	return state, out, nil
}

// openPart opens what an earlier run has fetched, or a new file in its place.
func openPart(part, path string) (*output, error) {
	file, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, usage("what the earlier run has fetched cannot be opened (%v); leave --resume out to begin anew", err)
	}
	return &output{File: file, path: path}, nil
}

// leave keeps the state and the part of an export that can be gone on with, and
// removes the state of one that cannot.
func (e *exportCommand) leave(term *console, state *savedState, out *output, err error) {
	failure, ok := errors.AsType[*client.Error](err)
	if err == nil || ok && failure.Kind == client.KindFailed || state.Export.JobExecutionID == "" {
		_ = os.Remove(stateOf(e.Output)) // there may be none
		return
	}
	if state.Export.File == nil {
		out.discard() // it is empty
	}
	_ = out.Close() // what was written is there
	term.say("to go on with it: the same command and --resume")
}
