package main

import (
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/internal/prose"
)

// progress shows an export: lines as things happen and, on a terminal, a bar below them.
type progress struct {
	console  *console
	terminal bool
	bar      *progressbar.ProgressBar
	max      int64
	last     map[int]string // line about the job, by batch

	// Of several jobs the sum is shown.
	lines int64         // that all of them have; 0 if there is one job
	past  map[int]int64 // lines that are done, by batch
}

func newProgress(c *console) *progress {
	width := 0 // of no terminal, and of one that does not know, where a bar would be none
	if file, ok := c.stderr.(*os.File); ok && !c.muted {
		width, _, _ = term.GetSize(int(file.Fd()))
	}
	return &progress{console: c, terminal: width > 0, last: map[int]string{}, past: map[int]int64{}}
}

// several is told that a list becomes several jobs.
func (p *progress) several(split *client.Split) {
	if len(split.Batches) < 2 {
		return
	}
	for _, b := range split.Batches {
		p.lines += b.Last - b.First + 1
	}
	p.lines -= int64(split.Repeated)
}

func (p *progress) show(e client.Event) {
	whose := ""
	if p.lines > 0 && e.Batch > 0 && e.Step != client.StepLogin {
		whose = fmt.Sprintf("batch %d: ", e.Batch)
	}
	if e.Trouble != nil {
		p.line(whose + e.Message)
		return
	}
	switch e.Step {
	case client.StepLogin, client.StepDefinition:
		p.line(whose + e.Message)
	case client.StepExport:
		p.line(whose + "export " + e.Message)
	case client.StepProfile:
		if e.Method == "" { // the choice, not the list
			p.line(whose + e.Message)
		}
	case client.StepUpload:
		p.line(whose + "uploaded " + e.Message)
	case client.StepJob:
		p.job(whose, e)
	case client.StepDownload:
		if e.Method == "" && p.terminal && e.Size > 0 && p.lines == 0 {
			p.advance("downloading", e.Bytes, e.Size, progressbar.OptionShowBytes(true))
		}
	}
}

func (p *progress) job(whose string, e client.Event) {
	counters, ended := e.Job.Progress, lifecycle.Final(e.Job.Status)
	var now, all int64
	if counters != nil {
		now, all = int64(counters.Exported+counters.Failed), counters.Total.Value
	}
	text := whose + "job: " + e.Message
	if p.lines > 0 {
		now, all = p.sum(e.Batch, now), p.lines
		text += fmt.Sprintf("; %s of %s in all", prose.Thousands(now), prose.Count(all, "line"))
	}
	if p.terminal && !ended && counters != nil && all > 0 {
		p.advance("exporting", now, all, progressbar.OptionShowCount())
		return
	}
	if e.Message != p.last[e.Batch] {
		p.last[e.Batch] = e.Message
		p.line(text)
	}
}

// sum is how many lines all jobs have done, by what one of them says now.
func (p *progress) sum(batch int, now int64) (all int64) {
	p.past[batch] = max(now, 0) // counters of old modules can leave their range
	for _, n := range p.past {
		all += n
	}
	return min(all, p.lines)
}

func (p *progress) line(text string) {
	p.clear()
	p.console.keep(text)
	if !p.terminal { // a log, which is read the morning after
		text = time.Now().UTC().Format(time.RFC3339) + "  " + text
	}
	p.console.show(text)
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
