package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/internal/fold"
	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/internal/marc"
	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// demoCommand shows the six steps against a fake of its own.
type demoCommand struct {
	Output  string `default:"demo" placeholder:"DIR" help:"Where the list and the file are saved. Default: ${default}."`
	Release string `default:"guide" placeholder:"NAME" help:"What to imitate: ${releases}. Default: ${default}."`
	Seed    uint64 `default:"1" help:"What all ids and records are drawn from."`
}

// sampleQuery is the guide's example.
const sampleQuery = `(keyword all "nod") sortby title`

// demo is a run of the six steps with its own server, whose clock stands still
// between the requests, so that every run shows the same.
type demo struct {
	out    io.Writer
	server *mockserver.Server
	client *client.Client
	lines  chan mockserver.Exchange
	sent   int    // requests that no line was written for yet
	last   string // what the line before asked for
	narrow bool   // a line has no room for a request and its answer
}

// demoWidth is what the longest line needs, in characters.
const demoWidth = 140

// Run shows the six steps.
func (d *demoCommand) Run(ctx context.Context, term *console) error {
	out := term.stdout
	if err := os.MkdirAll(d.Output, 0o755); err != nil {
		return usage("save the file: the folder cannot be made (%v); choose another --output", err)
	}
	run := &demo{out: out, lines: make(chan mockserver.Exchange, 16), narrow: isTerminal(out) && widthOf(out) < demoWidth}
	options := []mockserver.Option{
		mockserver.WithRelease(d.Release),
		mockserver.WithSeed(d.Seed),
		mockserver.WithSpeed(0),
		mockserver.WithParameter("steps", "5"),
		mockserver.WithObserver(func(e mockserver.Exchange) { run.lines <- e }),
	}
	var err error
	if run.server, err = mockserver.New(options...); err != nil {
		return usage("%s", strings.TrimPrefix(err.Error(), "mockserver: "))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return cannotListen("127.0.0.1:0", err)
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- run.server.Serve(serving, listener) }()
	defer func() {
		stop()
		<-served
	}()

	url := "http://" + listener.Addr().String()
	if run.client, err = client.New(client.Config{URL: url, Tenant: "diku", Username: "diku_admin", Password: "admin", HTTPClient: &http.Client{Transport: run}}); err != nil {
		return err
	}
	fmt.Fprintf(out, "fauxkapi %s   release %s   seed %d   %s\n\n", version, d.Release, d.Seed, url)
	if err := run.sixSteps(ctx, d.Output); err != nil {
		return err
	}
	return reportViolations(run.server)
}

// RoundTrip counts what the client sends.
func (d *demo) RoundTrip(r *http.Request) (*http.Response, error) {
	d.sent++
	return http.DefaultTransport.RoundTrip(r)
}

// settle writes the lines of what was sent so far. The server tells of a request
// after it has answered, so a line may be a moment away.
func (d *demo) settle(ctx context.Context) {
	for ; d.sent > 0; d.sent-- {
		select {
		case e := <-d.lines:
			d.line(e)
		case <-ctx.Done():
			return
		}
	}
}

// sixSteps runs from the query to the file on disk.
func (d *demo) sixSteps(ctx context.Context, folder string) error {
	list, err := d.collect(ctx)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "test.csv"), list, 0o644); err != nil {
		return err
	}
	profile, err := d.client.JobProfile(ctx, "")
	if err != nil {
		return err
	}
	d.settle(ctx)
	definition, err := d.client.CreateFileDefinition(ctx, "test.csv")
	if err != nil {
		return err
	}
	d.settle(ctx)
	uploaded, err := d.client.Upload(ctx, definition.Id, bytes.NewReader(list))
	if err != nil {
		return err
	}
	d.settle(ctx)
	if err := d.client.StartExport(ctx, definition.Id, profile.Id); err != nil {
		return err
	}
	d.settle(ctx)
	job, err := d.poll(ctx, *uploaded.JobExecutionId)
	if err != nil {
		return err
	}
	return d.fetch(ctx, job, folder)
}

// collect logs in and makes the list of ids that the guide's query finds.
func (d *demo) collect(ctx context.Context) ([]byte, error) {
	var list bytes.Buffer
	for id, err := range d.client.InstanceIDs(ctx, sampleQuery) {
		if err != nil {
			return nil, err
		}
		list.WriteString(id + "\n")
	}
	d.settle(ctx)
	return list.Bytes(), nil
}

// poll moves the world on between the polls.
func (d *demo) poll(ctx context.Context, jobID string) (api.JobExecution, error) {
	for {
		job, err := d.client.Job(ctx, jobID)
		if err != nil {
			return job, err
		}
		d.settle(ctx)
		if lifecycle.Final(job.Status) {
			return job, nil
		}
		d.server.Advance(110 * time.Millisecond)
	}
}

// fetch downloads the file of a job and shows its first record.
func (d *demo) fetch(ctx context.Context, job api.JobExecution, folder string) error {
	file := (*job.ExportedFiles)[0]
	link, err := d.client.DownloadLink(ctx, job.Id, file.FileId)
	if err != nil {
		return err
	}
	d.settle(ctx)
	var content bytes.Buffer
	got, err := d.client.Download(ctx, link, file, &content)
	if err != nil {
		return err
	}
	d.settle(ctx)
	name := filepath.Join(folder, filepath.Base(file.FileName))
	if err := os.WriteFile(name, content.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\n%d records exported, %d failed -> %s   (every byte checked)\n", got.Records, job.Progress.Failed, name)
	fmt.Fprintln(d.out, "The counters were cut into five steps to be seen; a real server moves them once.")
	if err := d.showFirst(content.Bytes()); err != nil {
		return err
	}
	fmt.Fprint(d.out, `
Next:  make serve                  the same server for curl and Postman
       make serve SCENARIO=fail    a job that ends in FAIL; with stuck, never
       less README.md              the six steps with curl, and all the rest
`)
	return nil
}

// showFirst prints the first record as text, as far as it fits a glance.
func (d *demo) showFirst(content []byte) error {
	for record, err := range marc.Records(bytes.NewReader(content)) {
		if err != nil {
			return err
		}
		fmt.Fprintf(d.out, "\nFirst record\n")
		for _, f := range record.Fields {
			switch f.Tag {
			case "001", "100", "245", "999":
				text := fmt.Sprintf("  %s\n", f)
				if d.narrow {
					text = fold.Text(text, widthOf(d.out))
				}
				fmt.Fprint(d.out, text)
			}
		}
		return nil
	}
	return nil
}

// line writes one request with its answer, the same request only once.
func (d *demo) line(e mockserver.Exchange) {
	step, asked := stepOf(e), fmt.Sprintf("%-5s %s", e.Method, target(e))
	if step == "link" {
		step, asked = "", "GET   the link, without any credential"
	}
	if asked == d.last {
		step, asked = "", ""
	} else {
		d.last = asked
	}
	switch {
	case !d.narrow:
		fmt.Fprintf(d.out, " %1s  %-67s ", step, asked)
	case asked != "":
		fmt.Fprintf(d.out, " %1s  %s\n          ", step, asked)
	default:
		fmt.Fprintf(d.out, "          ")
	}
	fmt.Fprintf(d.out, "%d  %s\n", e.Status, printable(effectOf(e)))
}

// stepOf is the guide's number for a request, "" if it has none.
func stepOf(e mockserver.Exchange) string {
	for _, s := range []struct{ part, step string }{
		{"/folio-data-export/", "link"},
		{"/job-profiles", "1"},
		{"/upload", "3"},
		{"/file-definitions", "2"},
		{"/data-export/export", "4"},
		{"/download/", "6"},
		{"/job-executions", "5"},
	} {
		if strings.Contains(e.Path, s.part) {
			return s.step
		}
	}
	return ""
}

// effectOf is what a request did; the one id that a reader will want to copy
// stays whole.
func effectOf(e mockserver.Exchange) string {
	if e.Path == "/data-export/job-profiles" {
		return e.Effect
	}
	return prose.ShortIDs(e.Effect)
}
