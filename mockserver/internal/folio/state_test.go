package folio

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The state of a world in lines that people can read.

// job is one line: how far it has come, its files, its instants, its owner.
func (s *script) job(j *Job) string {
	parts := []string{s.name("j", j.ID)}
	if j.HRID != 0 {
		parts[0] += fmt.Sprintf(" #%d", j.HRID)
	}
	parts[0] += " " + string(j.Status)
	if p := j.Progress; p != nil {
		parts[0] += fmt.Sprintf(" %d+%d of %d", p.Exported, p.Failed, p.Total)
		if s.rules.Job.FlatProgress {
			parts[0] += fmt.Sprintf(", read %d", p.Read)
		}
	}
	for _, f := range j.Files {
		parts = append(parts, s.name("f", f.ID)+" "+f.Name)
	}
	if !j.Started.IsZero() {
		parts = append(parts, "started "+s.since(j.Started))
	}
	if !j.Completed.IsZero() {
		parts = append(parts, "completed "+s.since(j.Completed))
	}
	if s.rules.Job.LastUpdated {
		parts = append(parts, "updated "+s.since(j.Updated))
	}
	if j.Profile != nil {
		parts = append(parts, j.Profile.Name)
	}
	if j.RunBy != nil {
		parts = append(parts, "by "+j.RunBy.Username)
	}
	return strings.Join(parts, "; ")
}

func (s *script) definition(d FileDefinition) string {
	text := fmt.Sprintf("%s %s %s", s.name("d", d.ID), d.FileName, d.Status)
	if d.SourcePath != "" {
		text += " " + s.renamed(d.SourcePath)
	}
	if d.JobID != uuid.Nil {
		text += ", job " + s.name("j", d.JobID)
	}
	return text + fmt.Sprintf("; created %s, updated %s", s.since(d.Created), s.since(d.Updated))
}

func (s *script) since(t time.Time) string {
	return "+" + t.Sub(s.rules.Instant).Round(time.Millisecond).String()
}

// name gives a thing the next name of its kind when it is met first.
func (s *script) name(kind string, id uuid.UUID) string {
	if name, ok := s.names[id]; ok {
		return name
	}
	n := 1
	for s.ids[fmt.Sprint(kind, n)] != uuid.Nil {
		n++
	}
	name := fmt.Sprint(kind, n)
	s.names[id], s.ids[name] = name, id
	return name
}

func (s *script) renamed(text string) string {
	for id, name := range s.names {
		text = strings.ReplaceAll(text, id.String(), name)
	}
	return text
}

// dump is all that a world remembers, but for what is still to come.
func dump(w *World) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v, hrid %d, drawn %v\n", w.now, w.hrid, w.drawn)
	for _, id := range slices.SortedFunc(maps.Keys(w.definitions), func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) }) {
		d := *w.definitions[id]
		d.input = nil
		fmt.Fprintf(&b, "definition %+v\n", d)
	}
	for _, token := range slices.Sorted(maps.Keys(w.sessions)) {
		fmt.Fprintf(&b, "session %s %+v\n", token, *w.sessions[token])
	}
	for _, j := range w.jobs {
		fmt.Fprintf(&b, "job %v #%d %s files %v started %v completed %v updated %v run %d objects %v",
			j.ID, j.HRID, j.Status, j.Files, j.Started, j.Completed, j.Updated, j.run, j.objects)
		if j.Progress != nil {
			fmt.Fprintf(&b, " progress %+v", *j.Progress)
		}
		if j.Profile != nil {
			fmt.Fprintf(&b, " profile %v", j.Profile.ID)
		}
		if j.RunBy != nil {
			fmt.Fprintf(&b, " by %v", j.RunBy.ID)
		}
		fmt.Fprintf(&b, " former files %v moments %v\n", j.formerFiles, j.moments)
	}
	for _, id := range slices.SortedFunc(maps.Keys(w.deleted), func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) }) {
		fmt.Fprintf(&b, "deleted %v %s\n", id, w.deleted[id].Status)
	}
	for _, e := range w.logged {
		fmt.Fprintf(&b, "log %v job %v at %v: %s %q\n", e.ID, e.Job, e.Created, e.Code, e.Values)
	}
	return b.String()
}
