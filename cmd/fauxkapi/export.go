package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
)

type exportCommand struct {
	server
	listFlags
	Output       string        `required:"" placeholder:"FILE" predictor:"file" help:"Where to save the MARC records, those of all jobs. The file appears when it is whole."`
	Profile      string        `placeholder:"NAME-OR-UUID" help:"Job profile. By default the only one, or else the default one for instances."`
	Batch        int           `default:"100000" placeholder:"LINES" help:"Longest list for one job. A longer one becomes several jobs, of which one file is made; 0 makes one job of any."`
	Parallel     int           `default:"1" placeholder:"JOBS" help:"How many of several jobs may run at once."`
	Timeout      time.Duration `default:"10m" help:"How long to wait for the job to end; of several, for each."`
	PollInterval time.Duration `default:"5s" help:"Longest pause between two looks at the job."`
	Resume       bool          `help:"Go on where an earlier run of the same export was, after a crash, a kill or a timeout; without a second job."`
	Accept       string        `default:"all" enum:"all,partial" help:"What counts as success: everything that was asked for, or whatever could be exported, also by only some of several jobs. Default: ${default}."`
	Unpack       string        `placeholder:"DIR" help:"Save the files as the server made them, too, in this folder and under their own names, ZIPs unpacked."`
	Quiet        bool          `help:"Say nothing but errors."`
	JSON         bool          `name:"json" help:"Print the result as one JSON object."`
	Report       string        `placeholder:"FILE" predictor:"file" help:"Save the result and, if not all went well, what became of the job, as JSON."`
	FailedIDs    string        `name:"failed-ids" placeholder:"FILE" predictor:"file" help:"Save the ids that are worth a look, one a line, ready to be exported again."`
	RunDir       string        `name:"run-dir" placeholder:"DIR" help:"Keep the log, the report and the state of each run in a folder of its own below this one, named by its time."`
}

// exportRun is one run of the command.
type exportRun struct {
	*exportCommand
	term     *console
	progress *progress
	began    time.Time
	night    *runFolder // nil without --run-dir

	client *client.Client
	place  place
	lock   *fileLock
	state  *savedState
	ids    *list // nil as long as they are not known
	split  *client.Split
}

// Run carries out the command and leaves what the next run needs.
func (e *exportCommand) Run(ctx context.Context, term *console) error {
	if err := e.check(); err != nil {
		return err
	}
	if e.Quiet {
		term = term.quiet()
	}
	r := &exportRun{exportCommand: e, term: term, began: time.Now()}
	if e.RunDir != "" {
		r.night = &runFolder{parent: e.RunDir}
		r.term = term.logging(r.night.log)
	}
	r.progress = newProgress(r.term)
	result, err := r.run(ctx)
	r.progress.clear()
	err = r.tell(ctx, result, err)
	if r.ids != nil {
		r.ids.done()
	}
	r.lock.release()
	return err
}

func (r *exportRun) run(ctx context.Context) (*outcome, error) {
	var err error
	if r.client, err = r.connect(ctx, r.term, r.progress.show); err != nil {
		return nil, err
	}
	if err := r.begin(ctx); err != nil {
		return nil, err
	}
	if r.ids.empty && r.IfEmpty == "ok" {
		r.term.say("there is no id in the list, so there is nothing to export")
		return nil, nil
	}
	done, err := r.client.ExportBatches(ctx, r.batches())
	r.progress.clear()
	if done == nil {
		return nil, err
	}
	return r.settle(ctx, done, err)
}

// batches are what the client is to do.
func (r *exportRun) batches() client.Batches {
	return client.Batches{
		List: r.split, FileName: r.ids.name, JobProfile: r.Profile, Parallel: r.Parallel, GoOn: r.Accept == "partial",
		Patience: client.Patience{Timeout: r.Timeout, PollInterval: r.PollInterval},
		Open:     func(b client.Batch) (io.WriteCloser, error) { return openPart(r.state.part(b.Number)) },
		States:   r.state.Jobs,
		OnState: func(b client.Batch, s client.State) error {
			r.state.Jobs[b.Number-1] = s
			return r.place.save(r.state)
		},
	}
}

// settle saves the file, if there is one, and leaves what can be gone on with.
func (r *exportRun) settle(ctx context.Context, done *client.BatchesResult, err error) (*outcome, error) {
	result := &outcome{BatchesResult: done}
	if r.good(done, err) {
		err = r.save(ctx, result)
	}
	over, next := r.leave(result)
	if err != nil && !over {
		err = fmt.Errorf("%w; %s", err, next)
	}
	if failed := r.unpack(ctx, result); failed != nil {
		err = failed
	}
	r.tidy(over)
	return result, err
}

// check looks at the flags, and at everything that will be saved, before
// anything is sent.
func (e *exportCommand) check() error {
	switch {
	case e.Timeout <= 0 || e.PollInterval <= 0:
		return usage("--timeout and --poll-interval have to be more than 0; give durations such as 10m")
	case e.Batch < 0:
		return usage("--batch is %d: give a number of lines, or 0 for all in one job", e.Batch)
	case e.Parallel < 1 || e.Parallel > client.MaxParallel:
		return usage("--parallel is %d: give a number of jobs from 1 to %d", e.Parallel, client.MaxParallel)
	}
	if err := e.checkOutputs(); err != nil {
		return err
	}
	if same(e.Input, e.Output) {
		return usage("save the file: %q is the input too; choose another --output", e.Output)
	}
	if err := checkFolder(e.Unpack); err != nil {
		return err
	}
	return checkRunDir(e.RunDir)
}

// checkOutputs looks at the files.
func (e *exportCommand) checkOutputs() error {
	taken := map[string]string{}
	for _, out := range [][2]string{{"--output", e.Output}, {"--report", e.Report}, {"--failed-ids", e.FailedIDs}} {
		flag, path := out[0], out[1]
		if path == "" {
			continue
		}
		if err := checkOutput(path, flag); err != nil {
			return err
		}
		whole, err := filepath.Abs(path)
		if err != nil {
			return usage("save the file: %q is no path: %v", path, err)
		}
		if other := taken[whole]; other != "" {
			return usage("%s and %s are one file, %q: choose another for one of them", other, flag, path)
		}
		taken[whole] = flag
	}
	return nil
}

// checkFolder says what keeps a folder from being filled, if anything. It may be
// missing, but not what it is in.
func checkFolder(dir string) error {
	if dir == "" {
		return nil
	}
	about, err := os.Stat(dir)
	switch {
	case err == nil && !about.IsDir():
		return usage("unpack the file: %q is no folder; choose another --unpack", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return usage("unpack the file: the folder cannot be used (%v); choose another --unpack", err)
	case err != nil:
		if about, err := os.Stat(filepath.Dir(filepath.Clean(dir))); err != nil || !about.IsDir() {
			return usage("unpack the file: the folder %q does not exist; create it, or choose another --unpack", filepath.Dir(filepath.Clean(dir)))
		}
	}
	return nil
}

// same tells whether two paths lead to one file.
func same(input, output string) bool {
	a, err := os.Stat(input)
	if err != nil {
		return false
	}
	b, err := os.Stat(output)
	return err == nil && os.SameFile(a, b)
}

// goesOn tells whether the server still works at a job that was given up here.
func goesOn(failure *client.Error, result *client.Result) bool {
	return failure.JobExecutionID != "" && !lifecycle.Final(result.Status)
}

func isZIP(name string) bool { return strings.EqualFold(filepath.Ext(name), ".zip") }

func printJSON(w io.Writer, value any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return out.Encode(value)
}
