package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/internal/prose"
)

// outcome is what became of an export, and of its file.
type outcome struct {
	*client.BatchesResult
	saved    *savedFile      // nil if there is none
	unpacked []client.Member // what is in the folder of --unpack
}

// savedFile is the file that several jobs have made together.
type savedFile struct {
	Path    string `json:"path"`
	Bytes   int64  `json:"bytes"`
	Records int    `json:"records"` // -1 for a ZIP that could not be read back
	SHA256  string `json:"sha256"`
}

// several tells whether there is more than one job.
func (o *outcome) several() bool { return len(o.Batches) > 1 }

// good tells whether there is a file to be saved: of all batches or, if that is
// accepted, of those whose jobs did not end in FAIL.
func (r *exportRun) good(done *client.BatchesResult, err error) bool {
	return err == nil || r.Accept == "partial" && done.Outcome == client.Partial
}

// save gives the file its name: that of the one job as it is, or one that holds
// the records of all.
func (r *exportRun) save(ctx context.Context, result *outcome) (err error) {
	if result.several() {
		result.saved, err = r.assemble(ctx, result)
	} else {
		file := result.Files[0]
		result.saved = &savedFile{Path: r.Output, Bytes: file.Bytes, Records: file.Records, SHA256: file.SHA256}
		err = os.Rename(r.state.part(1), r.Output)
	}
	if err != nil {
		result.saved = nil
		return fmt.Errorf("save the file: %w", err)
	}
	for i := range result.Files {
		result.Files[i].Path = r.Output
	}
	for _, one := range result.Batches {
		if one.Result != nil {
			for i := range one.Files {
				one.Files[i].Path = r.Output
			}
		}
	}
	return r.conclude(result)
}

// assemble makes one file of those of all jobs.
func (r *exportRun) assemble(ctx context.Context, result *outcome) (*savedFile, error) {
	out, err := createOutput(r.Output, "--output")
	if err != nil {
		return nil, err
	}
	defer out.discard()
	all := client.NewAssembly(out)
	for _, one := range result.Batches {
		if one.Err != nil {
			continue
		}
		if err := withFile(r.state.part(one.Number), func(file *os.File) error { return all.Add(ctx, one.Files[0], file) }); err != nil {
			return nil, err
		}
	}
	if err := out.keep(); err != nil {
		return nil, err
	}
	return &savedFile{Path: r.Output, Bytes: all.Bytes, Records: all.Records, SHA256: all.SHA256()}, nil
}

func withFile(path string, f func(*os.File) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return f(file)
}

// unpack saves the files as the server made them. The output stays whatever comes
// of it.
func (r *exportRun) unpack(ctx context.Context, result *outcome) error {
	if r.Unpack == "" || result.saved == nil {
		return nil
	}
	if err := os.Mkdir(r.Unpack, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("unpack the file: %w", err)
	}
	folder, err := os.OpenRoot(r.Unpack)
	if err != nil {
		return fmt.Errorf("unpack the file: %w", err)
	}
	defer folder.Close()
	for _, one := range result.Batches {
		if one.Err != nil {
			continue
		}
		path := r.Output
		if result.several() {
			path = r.state.part(one.Number)
		}
		err := withFile(path, func(file *os.File) error {
			members, err := client.Unpack(ctx, folder, one.Files[0], file)
			result.unpacked = append(result.unpacked, members...)
			return err
		})
		if err != nil {
			return fmt.Errorf("%w; %s is saved", err, r.Output)
		}
	}
	r.term.say("unpacked into %s: %s", r.Unpack, prose.Count(len(result.unpacked), "file"))
	return nil
}

// leave tells whether the export is over, and otherwise how to go on.
func (r *exportRun) leave(result *outcome) (over bool, next string) {
	begun, failed := 0, 0
	for i, job := range r.state.Jobs {
		if job.JobExecutionID == "" {
			continue
		}
		begun++
		if one := result.Batches[i]; one.Result != nil && one.Outcome == client.Fail {
			failed++
		}
	}
	switch {
	case result.saved != nil || begun == failed:
		return true, ""
	case failed > 0 && r.Accept == "all":
		return false, "to save what the other jobs export: the same command with --resume --accept partial"
	}
	return false, "to go on with it: the same command and --resume"
}

// tidy removes what nobody can go on with.
func (r *exportRun) tidy(over bool) {
	if over {
		r.state.removeParts()
		r.place.remove()
		return
	}
	for i, job := range r.state.Jobs {
		if job.File == nil {
			_ = os.Remove(r.state.part(i + 1)) // it is empty, if it is there
		}
	}
}

// conclude says what was saved, and is an error if it is not all that was asked
// for.
func (r *exportRun) conclude(result *outcome) error {
	if file := result.saved; file.Records < 0 {
		r.term.say("saved %s: %s", file.Path, prose.Count(file.Bytes, "byte"))
	} else {
		r.term.say("saved %s: %s, %s", file.Path, prose.Count(file.Records, "record"), prose.Count(file.Bytes, "byte"))
	}
	if name := result.Files[0].FileName; isZIP(name) && !result.several() {
		r.term.say("the server made a ZIP of it, %s, because the list is long", name)
	}
	for _, one := range result.Batches {
		if one.Err != nil {
			r.term.say("not in it: %v", one.Err)
		}
	}
	p := result.Progress
	switch {
	case result.Outcome != client.Partial || r.Accept == "partial":
		return nil
	case !result.several():
		return partialError(fmt.Sprintf("job %s completed with errors, %d of %d exported and %d failed; %s has what could be exported",
			result.Batches[0].JobExecutionID, p.Exported, p.Total, p.Failed, result.saved.Path))
	}
	partly := 0
	for _, one := range result.Batches {
		if one.Outcome == client.Partial {
			partly++
			r.term.say("%v completed with errors, %d of %d exported and %d failed", one.Batch, one.Progress.Exported, one.Progress.Total, one.Progress.Failed)
		}
	}
	return partialError(fmt.Sprintf("%d of %d jobs completed with errors, %d of %d exported and %d failed; %s has what could be exported",
		partly, len(result.Batches), p.Exported, p.Total, p.Failed, result.saved.Path))
}
