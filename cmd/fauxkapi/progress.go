package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
)

// progress shows an export: lines as things happen and, on a terminal, a bar below them.
type progress struct {
	console  *console
	terminal bool
	bar      *progressbar.ProgressBar
	max      int64
	last     string // line about the job
}

func newProgress(c *console) *progress {
	file, ok := c.stderr.(*os.File)
	return &progress{console: c, terminal: ok && !c.muted && term.IsTerminal(int(file.Fd()))}
}

func (p *progress) show(e client.Event) {
	switch e.Step {
	case client.StepLogin, client.StepDefinition:
		p.line(e.Message)
	case client.StepExport:
		p.line("export " + e.Message)
	case client.StepProfile:
		if e.Method == "" { // the choice, not the list
			p.line(e.Message)
		}
	case client.StepUpload:
		p.line("uploaded " + e.Message)
	case client.StepJob:
		p.job(e)
	case client.StepDownload:
		if e.Method == "" && p.terminal && e.Size > 0 {
			p.advance("downloading", e.Bytes, e.Size, progressbar.OptionShowBytes(true))
		}
	}
}

func (p *progress) job(e client.Event) {
	if counters := e.Job.Progress; p.terminal && !lifecycle.Final(e.Job.Status) && counters != nil && counters.Total.Value > 0 {
		p.advance("exporting", int64(counters.Exported+counters.Failed), counters.Total.Value, progressbar.OptionShowCount())
		return
	}
	if e.Message != p.last {
		p.last = e.Message
		p.line("job: " + e.Message)
	}
}

func (p *progress) line(text string) {
	p.clear()
	if !p.terminal { // a log, which is read the morning after
		text = time.Now().UTC().Format(time.RFC3339) + "  " + text
	}
	p.console.say("%s", text)
}

func (p *progress) advance(what string, now, all int64, more progressbar.Option) {
	if p.bar == nil || p.max != all {
		p.clear()
		p.bar = progressbar.NewOptions64(all, more,
			progressbar.OptionSetDescription(what),
			progressbar.OptionSetWriter(p.console.stderr),
			progressbar.OptionFullWidth(),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish())
		p.max = all
	}
	p.bar.Set64(min(max(now, 0), all)) // counters of old modules can leave their range
}

// clear takes the bar away, so that the next line stands alone.
func (p *progress) clear() {
	if p.bar != nil {
		p.bar.Clear()
		p.bar = nil
	}
}
