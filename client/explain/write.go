package explain

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/fold"
	"github.com/fauxkapi/fauxkapi/internal/prose"
)

// heading names the job.
func (e Explanation) heading() string {
	name := "Job " + e.JobExecutionID
	if e.HRID != "" {
		name = "Job " + e.HRID
	}
	if len(e.Jobs) > 0 {
		name = prose.Count(len(e.Jobs), "job")
	}
	if e.File != "" {
		name += ", " + e.File
	}
	if e.Profile != "" {
		name += ", " + e.Profile
	}
	return name
}

// ids are those of the jobs.
func (e Explanation) ids() []string {
	if len(e.Jobs) > 0 {
		return e.Jobs
	}
	return []string{e.JobExecutionID}
}

// moments are what is known of its times, the date where it changes.
func (e Explanation) moments() []string {
	var moments []string
	moved := e.LastMoved
	if moved != nil && e.Ended != nil && moved.Equal(*e.Ended) {
		moved = nil
	}
	day := ""
	for _, m := range []struct {
		at   *time.Time
		what string
	}{{e.Started, "started"}, {moved, "last moved"}, {e.Ended, "ended"}} {
		if m.at == nil {
			continue
		}
		layout := time.TimeOnly
		if today := m.at.Format(time.DateOnly); today != day {
			layout, day = time.DateTime, today
		}
		moments = append(moments, m.at.Format(layout)+" "+m.what)
	}
	return append(moments, string(e.Status))
}

func (e Explanation) sum() string {
	return fmt.Sprintf("%s: %s exported, %s not", prose.Count(e.Lines, "line"), prose.Thousands(e.Exported), prose.Thousands(e.Failed))
}

// WriteText writes the explanation for a terminal.
func (e Explanation) WriteText(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s  %s\n", prose.Printable(e.heading()), spread(e.moments()), e.sum())
	for _, r := range e.Reasons {
		count := ""
		if r.Count > 0 {
			count = prose.Thousands(r.Count)
		}
		fmt.Fprintf(&b, "  %8s  %s\n", count, prose.Printable(r.Text))
	}
	for _, s := range e.sentences() {
		fmt.Fprintln(&b, prose.Printable(s))
	}
	_, err := io.WriteString(out, fold.Text(b.String(), fold.Usual))
	return err
}

// spread puts moments beside each other, as many as a line takes.
func spread(moments []string) string {
	var b strings.Builder
	at := 0
	for _, m := range moments {
		if at > 0 && at+len("   ")+len(m) > fold.Usual {
			b.WriteByte('\n')
			at = 0
		}
		gap := "   "
		if at == 0 {
			gap = "  "
		}
		b.WriteString(gap + m)
		at += len(gap + m)
	}
	return b.String() + "\n"
}

// sentences are what follows from it all.
func (e Explanation) sentences() []string {
	sentences := []string{e.Verdict, e.Again}
	if e.AskWhom != "" {
		sentences = append(sentences, e.AskWhom)
	}
	return sentences
}

// WriteMarkdown writes the explanation for a ticket.
func (e Explanation) WriteMarkdown(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n\n", markdown(e.heading()))
	for _, id := range e.ids() {
		fmt.Fprintf(&b, "- `%s`\n", id)
	}
	fmt.Fprintf(&b, "- %s\n- %s\n", markdown(strings.Join(e.moments(), ", ")), e.sum())
	if len(e.Reasons) > 0 {
		b.WriteString("\n| number | reason | code |\n|---:|---|---|\n")
	}
	for _, r := range e.Reasons {
		count := ""
		if r.Count > 0 {
			count = prose.Thousands(r.Count)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", count, markdown(r.Text), markdown(r.Code))
	}
	for _, s := range e.sentences() {
		fmt.Fprintf(&b, "\n%s\n", markdown(s))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

//go:embed job.html
var page string

// WriteHTML writes the explanation as a page that needs nothing else.
func (e Explanation) WriteHTML(out io.Writer) error {
	made, err := template.New("job").Funcs(template.FuncMap{"thousands": prose.Thousands[int64]}).Parse(page)
	if err != nil {
		return err
	}
	return made.Execute(out, struct {
		Explanation
		Heading, Sum string
		IDs          []string
		Moments      []string
		Sentences    []string
	}{e, e.heading(), e.sum(), e.ids(), e.moments(), e.sentences()})
}

var escapeMarkdown = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`, "\n", " ", "\r", " ")

func markdown(text string) string { return escapeMarkdown.Replace(prose.Printable(text)) }
