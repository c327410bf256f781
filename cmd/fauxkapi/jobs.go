package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/client/explain"
	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// jobsCommand looks at jobs, and changes none.
type jobsCommand struct {
	List    listJobs   `cmd:"" help:"List the latest jobs, the running ones first."`
	Watch   watchJob   `cmd:"" help:"Look at a job until it has ended, then explain it."`
	Explain explainJob `cmd:"" help:"Say in words what became of a job, why, and what to do."`
}

type listJobs struct {
	server
	Query string `placeholder:"CQL" help:"Which jobs, in the query language of the server's version. Default: all."`
	Limit int    `default:"20" help:"How many at most. Default: ${default}."`
	JSON  bool   `name:"json" help:"Print a JSON array."`
}

// Run prints a page of jobs.
func (l *listJobs) Run(ctx context.Context, term *console) error {
	if l.Limit < 1 || l.Limit > 1000 {
		return usage("--limit is %d: give a number from 1 to 1000", l.Limit)
	}
	c, err := l.connect(ctx, term, nil)
	if err != nil {
		return err
	}
	query := l.Query
	if query == "" {
		// Jobs without an end come first then (MDEXP-668).
		query = "cql.allRecords=1 sortby completedDate/sort.descending"
	}
	jobs, total, err := c.Jobs(ctx, query, l.Limit)
	switch {
	case err != nil && l.Query != "":
		return badQuery(err)
	case err != nil:
		return err
	case len(jobs) == 0 && l.Query != "":
		term.say("no job fits the query")
	case len(jobs) == 0:
		term.say("there is no job yet")
	}
	if l.JSON {
		return printJSON(term.stdout, jobs)
	}
	if err := writeJobs(term.stdout, jobs); err != nil {
		return err
	}
	if total > len(jobs) && len(jobs) > 0 {
		term.say("%s more; --limit shows them", prose.Count(total-len(jobs), "job"))
	}
	return nil
}

// badQuery adds to a refusal that the user's own query may be why.
func badQuery(err error) error {
	failure, ok := errors.AsType[*client.Error](err)
	if !ok {
		return err
	}
	const hint = "check the query: a good one is 'status==FAIL sortby completedDate/sort.descending'"
	switch failure.Status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		failure.Kind, failure.Hint = client.KindInput, hint
	case http.StatusInternalServerError: // what mod-data-export 5.x says of a query that it cannot read
		failure.Hint = hint
	}
	return failure
}

// writeJobs writes a table of jobs, if there are any. Where it is too wide for a
// terminal, the number stands for the id.
func writeJobs(out io.Writer, jobs []api.JobExecution) error {
	if len(jobs) == 0 {
		return nil
	}
	rows := [][]string{{"number", "id", "status", "exported", "of", "ended", "file"}}
	for _, j := range jobs {
		rows = append(rows, jobRow(j))
	}
	width := math.MaxInt // whoever reads a pipe wants the ids
	if isTerminal(out) {
		width = widthOf(out)
	}
	drawn, err := drawJobs(rows, width)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, drawn)
	return err
}

// drawJobs draws the rows of jobs, in no more characters than width if it can.
func drawJobs(rows [][]string, width int) (string, error) {
	drawn, err := drawTable(rows)
	if err != nil || longest(drawn) <= width {
		return drawn, err
	}
	for i, row := range rows {
		if row[0] == "-" {
			row[0] = row[1] // a job without a number
		}
		rows[i] = slices.Delete(row, 1, 2)
	}
	return drawTable(rows)
}

func drawTable(rows [][]string) (string, error) {
	var drawn strings.Builder
	table := tabwriter.NewWriter(&drawn, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	err := table.Flush()
	return drawn.String(), err
}

// longest is the length of the longest line of a text, in characters.
func longest(text string) (most int) {
	for line := range strings.Lines(text) {
		most = max(most, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")))
	}
	return most
}

func jobRow(j api.JobExecution) []string {
	row := []string{"-", j.Id, string(j.Status), "-", "-", "-", "-"}
	if j.HrId != nil {
		row[0] = j.HrId.String()
	}
	if p := j.Progress; p != nil {
		row[3], row[4] = fmt.Sprint(p.Exported), fmt.Sprint(p.Total.Value)
	}
	if j.CompletedDate != nil {
		row[5] = j.CompletedDate.UTC().Format(time.DateTime)
	}
	if j.ExportedFiles != nil && len(*j.ExportedFiles) > 0 && lifecycle.HasFile(j.Status) {
		row[6] = (*j.ExportedFiles)[len(*j.ExportedFiles)-1].FileName
	}
	for i := range row {
		row[i] = printable(row[i])
	}
	return row
}

// explained is what both commands that end in an explanation share.
type explained struct {
	server
	Job       string `arg:"" placeholder:"ID-OR-NUMBER" help:"The UUID of the job, or the number that FOLIO shows."`
	Format    string `default:"text" enum:"text,markdown,html,json" help:"How to say it. Default: ${default}."`
	FailedIDs string `name:"failed-ids" placeholder:"FILE" predictor:"file" help:"Save the ids that are worth a look, one a line, ready to be exported again."`
}

type explainJob struct{ explained }

// Run explains a job as it stands.
func (e *explainJob) Run(ctx context.Context, term *console) error {
	c, err := e.connect(ctx, term, nil)
	if err != nil {
		return err
	}
	job, err := c.FindJob(ctx, e.Job)
	if err != nil {
		return err
	}
	return e.explain(ctx, term, c, job)
}

type watchJob struct {
	explained
	Timeout      time.Duration `default:"4h" help:"How long to look. Default: ${default}."`
	PollInterval time.Duration `default:"5s" help:"Longest pause between two looks. Default: ${default}."`
}

// Run waits for the end of a job and explains it.
func (w *watchJob) Run(ctx context.Context, term *console) error {
	progress := newProgress(term)
	defer progress.clear()
	c, err := w.connect(ctx, term, progress.show)
	if err != nil {
		return err
	}
	job, err := c.FindJob(ctx, w.Job)
	if err != nil {
		return err
	}
	var waited error
	if !lifecycle.Final(job.Status) {
		job, waited = c.Wait(ctx, job.Id, client.Patience{Timeout: w.Timeout, PollInterval: w.PollInterval})
	}
	progress.clear()
	if failure, ok := errors.AsType[*client.Error](waited); ok && failure.Kind != client.KindFailed && failure.Kind != client.KindTimeout {
		return waited
	}
	return errors.Join(w.explain(ctx, term, c, job), waited)
}

// explain writes what can be said of a job.
func (e *explained) explain(ctx context.Context, term *console, c *client.Client, job api.JobExecution) error {
	said := explain.Job(job, readLog(ctx, term, c, job.Id))
	if e.FailedIDs != "" {
		if err := saveIDs(e.FailedIDs, said.FailedID); err != nil {
			return err
		}
		term.say("%s in %s", prose.Count(len(said.FailedID), "id"), e.FailedIDs)
	}
	switch e.Format {
	case "markdown":
		return said.WriteMarkdown(term.stdout)
	case "html":
		return said.WriteHTML(term.stdout)
	case "json":
		return printJSON(term.stdout, said)
	}
	return said.WriteText(term.stdout)
}

// readLog returns the error log of a job, or why there is none to look at: the
// rest can be explained without it.
func readLog(ctx context.Context, term *console, c *client.Client, job string) explain.Log {
	rows, err := c.Logs(ctx, job)
	switch {
	case err != nil:
		term.say("without the error log: %v", err)
		return explain.UnreadLog()
	case rows == nil:
		return explain.NoLog()
	}
	return explain.Log{Rows: rows}
}

// saveIDs saves a list that can be exported again.
func saveIDs(path string, ids []string) error {
	out, err := createOutput(path, "--failed-ids")
	if err != nil {
		return err
	}
	defer out.discard()
	list := csv.NewWriter(out)
	for _, id := range ids {
		_ = list.Write([]string{id}) // Flush tells
	}
	list.Flush()
	if err := list.Error(); err != nil {
		return err
	}
	return out.keep()
}

// profilesCommand looks at job profiles.
type profilesCommand struct {
	List listProfiles `cmd:"" help:"List the job profiles."`
}

type listProfiles struct {
	server
	JSON bool `name:"json" help:"Print a JSON array."`
}

// Run prints all job profiles.
func (l *listProfiles) Run(ctx context.Context, term *console) error {
	c, err := l.connect(ctx, term, nil)
	if err != nil {
		return err
	}
	profiles, err := c.JobProfiles(ctx)
	if err != nil {
		return err
	}
	if l.JSON {
		return printJSON(term.stdout, profiles)
	}
	table := tabwriter.NewWriter(term.stdout, 0, 0, 3, ' ', 0)
	for _, p := range profiles {
		fmt.Fprintf(table, "%s\t%s\n", printable(p.Id), printable(p.Name))
	}
	return table.Flush()
}
