package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/client/explain"
	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
)

type exportCommand struct {
	server
	listFlags
	Output       string        `required:"" placeholder:"FILE" predictor:"file" help:"Where to save the MARC records. The file appears when it is whole."`
	Profile      string        `placeholder:"NAME-OR-UUID" help:"Job profile. By default the only one, or else the default one for instances."`
	Timeout      time.Duration `default:"10m" help:"How long to wait for the job to end."`
	PollInterval time.Duration `default:"5s" help:"Longest pause between two looks at the job."`
	Resume       bool          `help:"Go on where an earlier run of the same export was, after a crash, a kill or a timeout; without a second job."`
	Accept       string        `default:"all" enum:"all,partial" help:"What counts as success: everything that was asked for, or whatever could be exported. Default: ${default}."`
	Quiet        bool          `help:"Say nothing but errors."`
	JSON         bool          `name:"json" help:"Print the result as one JSON object."`
	Report       string        `placeholder:"FILE" predictor:"file" help:"Save the result and, if not all went well, what became of the job, as JSON."`
	FailedIDs    string        `name:"failed-ids" placeholder:"FILE" predictor:"file" help:"Save the ids that are worth a look, one a line, ready to be exported again."`
}

func (e *exportCommand) Run(ctx context.Context, term *console) error {
	if e.Timeout <= 0 || e.PollInterval <= 0 {
		return usage("--timeout and --poll-interval have to be more than 0; give durations such as 10m")
	}
	if err := e.checkOutputs(); err != nil {
		return err
	}
	if e.Quiet {
		term = term.quiet()
	}
	if same(e.Input, e.Output) {
		return usage("save the file: %q is the input too; choose another --output", e.Output)
	}
	progress := newProgress(term)
	defer progress.clear()
	c, err := e.connect(ctx, term, progress.show)
	if err != nil {
		return err
	}
	ids, err := e.prepare(ctx, term, c)
	if err != nil {
		return err
	}
	defer ids.done()
	if ids.empty && e.IfEmpty == "ok" {
		term.say("there is no id in the list, so there is nothing to export")
		return nil
	}
	state, out, err := e.begin(term, ids)
	if err != nil {
		return err
	}
	defer out.discard()
	result, err := c.Export(ctx, client.Export{
		IDs: ids.reader(), FileName: ids.name, JobProfile: e.Profile, Output: out,
		State: state.Export, OnState: func(s client.State) error {
			state.Export = s
			return state.save(e.Output)
		},
		Patience: client.Patience{Timeout: e.Timeout, PollInterval: e.PollInterval},
	})
	progress.clear()
	e.leave(term, state, out, err)
	if err == nil {
		if err = out.keep(); err == nil {
			result.Files[0].Path = e.Output
			err = e.conclude(term, result)
		}
	}
	if explained := e.explain(ctx, term, c, result); explained != nil {
		err = errors.Join(err, explained)
	}
	if failure, ok := errors.AsType[*client.Error](err); ok && result != nil && goesOn(failure, result) {
		term.say("the job goes on without us: `fauxkapi jobs watch %s` looks at it", result.JobExecutionID)
	}
	if e.JSON && result != nil && result.Outcome != "" {
		if failed := printJSON(term.stdout, result); err == nil {
			err = failed
		}
	}
	return err
}

// checkOutputs looks at everything that will be saved before anything is sent.
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

// report is what --report saves.
type report struct {
	*client.Result
	Explanation *explain.Explanation `json:"explanation,omitempty"`
}

// explain says what became of a job that did not end well, as jobs explain does,
// and saves what was asked for. A log that cannot be read is no further error: the
// export has its own.
func (e *exportCommand) explain(ctx context.Context, term *console, c *client.Client, result *client.Result) error {
	if result == nil {
		return nil
	}
	saved := report{Result: result}
	if result.Outcome == client.Fail || result.Outcome == client.Partial {
		said := explain.Job(result.Job, readLog(ctx, term, c, result.JobExecutionID))
		saved.Explanation = &said
		if !term.muted {
			if err := said.WriteText(term.stderr); err != nil {
				return err
			}
		}
	}
	if e.FailedIDs != "" {
		var failed []string // none when all went well: an old list must not stay
		if saved.Explanation != nil {
			failed = saved.Explanation.FailedID
		}
		if err := saveIDs(e.FailedIDs, failed); err != nil {
			return err
		}
	}
	if e.Report == "" {
		return nil
	}
	out, err := createOutput(e.Report, "--report")
	if err != nil {
		return err
	}
	defer out.discard()
	if err := printJSON(out, saved); err != nil {
		return err
	}
	return out.keep()
}

// conclude says what was saved, and is an error if it is not all that was asked for.
func (e *exportCommand) conclude(term *console, result *client.Result) error {
	file, p := result.Files[0], result.Progress
	if file.Records < 0 {
		term.say("saved %s: %s", file.Path, counted(file.Bytes, "byte"))
	} else {
		term.say("saved %s: %s, %s", file.Path, counted(int64(file.Records), "record"), counted(file.Bytes, "byte"))
	}
	if strings.EqualFold(filepath.Ext(file.FileName), ".zip") {
		term.say("the server made a ZIP of it, %s, because the list is long", file.FileName)
	}
	if result.Outcome != client.Partial || e.Accept == "partial" {
		return nil
	}
	return partialError(fmt.Sprintf("job %s completed with errors, %d of %d exported and %d failed; %s has what could be exported",
		result.JobExecutionID, p.Exported, p.Total, p.Failed, file.Path))
}

func counted(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func printJSON(w io.Writer, value any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return out.Encode(value)
}
