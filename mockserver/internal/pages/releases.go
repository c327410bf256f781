package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// line is a line of a table of releases: what it is about, and what a release
// has there.
type line struct {
	about string
	of    func(*release.Release) string
}

func allReleases() ([]*release.Release, error) {
	var rows []*release.Release
	for _, name := range release.Names() {
		r, err := release.Find(name)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// table has a column for each release.
func table(releases []*release.Release, lines []line) string {
	head := []string{""}
	for _, r := range releases {
		head = append(head, code(r.Name))
	}
	rows := [][]string{head}
	for _, l := range lines {
		row := []string{l.about}
		for _, r := range releases {
			row = append(row, l.of(r))
		}
		rows = append(rows, row)
	}
	return markdown(rows)
}

var identity = []line{
	{"module", func(r *release.Release) string { return r.Modules["data-export"].ID }},
	{"beside it", func(r *release.Release) string {
		var ids []string
		for name, m := range r.Modules {
			if name != "data-export" && name != "okapi" {
				ids = append(ids, m.ID)
			}
		}
		slices.Sort(ids)
		return strings.Join(ids, ", ")
	}},
	{"gateway", func(r *release.Release) string { return r.Gateway.Title }},
	{"a world in a test starts at", func(r *release.Release) string { return r.Instant.Format(time.RFC3339Nano) }},
	{"dates", func(r *release.Release) string { return code(api.Time{Time: r.Instant, Form: r.Wire.Dates}.String()) }},
	{"JSON of the module", func(r *release.Release) string {
		return map[release.Layout]string{
			release.Pretty: "many lines, in the order of the schema", release.Compact: "one line, in the order of the schema", release.Sorted: "one line, in alphabetical order",
		}[r.Modules["data-export"].Framework.Layout()]
	}},
	{"`hrId`, `progress.total`", func(r *release.Release) string {
		return either(r.Wire.QuotedNumbers, "strings of digits", "numbers")
	}},
	{"job profiles", func(r *release.Release) string {
		var names []string
		for _, p := range r.Profiles {
			names = append(names, p.Name)
		}
		return fmt.Sprintf("%d: %s", len(names), strings.Join(names, "; "))
	}},
}

var behaviour = []line{
	{"a list may be called", func(r *release.Release) string { return code("*" + strings.Join(r.Input.Extensions, "`, `*")) }},
	{"announced size (`size`)", func(r *release.Release) string {
		return either(r.Input.MaxSize == 0, "not looked at", fmt.Sprintf("at most %d KB", r.Input.MaxSize))
	}},
	{"`sourcePath`", func(r *release.Release) string { return code(named(r.Input.SourcePath)) }},
	{"the job appears with", func(r *release.Release) string {
		return either(r.Job.WithDefinition, "the file definition (step 2)", "the upload (step 3)")
	}},
	{"its `hrId` is drawn", func(r *release.Release) string {
		return fmt.Sprintf("%s, from %d on", either(r.Job.HRIDAtExport, "at each export", "with the job"), r.Job.FirstHRID)
	}},
	{"right after the 204 it is", func(r *release.Release) string {
		return either(r.Job.StartsAfter > 0, "NEW, for a moment", "IN_PROGRESS")
	}},
	{"every line exported", func(r *release.Release) string { return string(r.Job.Success) }},
	{"some lines not", func(r *release.Release) string { return string(r.Job.Partial) }},
	{"no line", func(*release.Release) string { return string(api.JobExecutionStatusFail) }},
	{"`exportedFiles`", func(r *release.Release) string {
		return either(r.Job.FinalFileID, "named at the start; at the end it has another `fileId`", "named at the start, and so it stays")
	}},
	{"more records than", func(r *release.Release) string {
		return either(r.Input.SliceSize == 0, "no limit: one `.mrc`", fmt.Sprintf("%d: a `.zip` of several `.mrc`", r.Input.SliceSize))
	}},
	{"a second upload", secondUpload},
	{"a second export of the same definition", func(r *release.Release) string {
		return map[release.SecondExport]string{
			release.AddsFile: "the job runs again and lists a second file", release.Hangs: "the job stays IN_PROGRESS for ever, if the list has an id",
		}[r.Job.SecondExport]
	}},
	{"a download names", func(r *release.Release) string {
		return either(r.Job.UnknownFile, "any `fileId`: it is not looked at", "a `fileId` that the job lists")
	}},
	{"the link, after the bucket", func(r *release.Release) string {
		return code(named(r.Link.KeyPrefix) + "<job>/<name>-<hrId>" + r.Job.FileExtension)
	}},
}

func secondUpload(r *release.Release) string {
	answer, _ := r.Answer("data-export", release.Refuse(release.AlreadyUploaded, "id", "<id>"))
	return fmt.Sprintf("%d; the definition %s", answer.Status, either(r.Input.SecondIsError, "turns to ERROR", "stays as it is"))
}

func either(yes bool, then, otherwise string) string {
	if yes {
		return then
	}
	return otherwise
}

var placeholder = regexp.MustCompile(`\{([a-zA-Z]+)\}`)

// named writes {this} as <this>, as the pages do.
func named(text string) string { return placeholder.ReplaceAllString(text, "<$1>") }
