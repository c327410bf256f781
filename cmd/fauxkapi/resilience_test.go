package main

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/fauxkapi/fauxkapi/internal/section"
	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

const (
	resiliencePage = "../../docs/resilience.md"
	// nightly is what every scenario is put through: more patience than any job needs that ends, and one job whatever the
	// length of the list.
	nightly = "export --input ids.csv --output out.mrc --timeout 8h --batch 0 --json"
)

// counter is a column of the page: requests of these operations. That of a path which the release does not have is
// empty.
type counter struct {
	head string
	of   []string
}

func counters() []counter {
	return []counter{
		{"logins", []string{"login", "loginWithExpiry", "refreshToken"}},
		{"profiles", []string{"getJobProfiles"}},
		{"definition", []string{"createFileDefinition", "getFileDefinition"}},
		{"upload", []string{"uploadFile"}},
		{"export", []string{"startExport"}},
		{"job", []string{"getJobExecutions"}},
		{"link", []string{"getDownloadLink"}},
		{"file", []string{mockserver.OperationLink}},
		{"log", []string{"getLogs", ""}},
	}
}

// TestScenariosPage exports in every scenario, in each release that has it, on virtual time. It holds what comes of it
// against what the scenario expects, and against the first table of docs/resilience.md; -update writes that.
func TestScenariosPage(t *testing.T) {
	head := []string{"scenario", "release", "outcome", "exit"}
	for _, c := range counters() {
		head = append(head, c.head)
	}
	var rows [][]string
	for _, name := range scenarios.Names() {
		var told [][]string // by how it ended; the releases that end alike share a row
		for _, release := range mockserver.Releases() {
			story, err := scenarios.Load(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !story.Fits(release) {
				continue
			}
			t.Run(name+"/"+release, func(t *testing.T) {
				ending := liveThrough(t, story, release)
				for _, row := range told {
					if slices.Equal(row[2:], ending) {
						row[1] += ", " + release
						return
					}
				}
				told = append(told, slices.Concat([]string{"`" + name + "`", release}, ending))
			})
		}
		rows = append(rows, told...)
	}
	for _, row := range rows {
		if row[1] == strings.Join(mockserver.Releases(), ", ") {
			row[1] = "all"
		}
	}
	holdSection(t, resiliencePage, "scenarios", "go test ./cmd/fauxkapi -run ScenariosPage -update", section.Table(append(head, "all"), rows))
}

// liveThrough exports once, judges how it ends and returns the cells that say so.
func liveThrough(t *testing.T, story *scenarios.Scenario, release string) (cells []string) {
	t.Helper()
	t.Chdir(t.TempDir())
	write(t, "ids.csv", string(mockserver.InputOf(story)))
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		requests := map[string]int{}
		server, err := mockserver.New(mockserver.WithRelease(release), mockserver.WithScenario(story.Name), mockserver.WithObserver(func(e mockserver.Exchange) {
			if e.Operation == "" && e.Path != "/data-export/logs" {
				t.Errorf("a request for %s", e.Path)
			}
			mu.Lock()
			defer mu.Unlock()
			requests[e.Operation]++
		}))
		if err != nil {
			t.Fatal(err)
		}
		everywhere(t, server)
		got := (&trial{env: administrator()}).run(t.Context(), strings.Fields(nightly)...)
		synctest.Wait() // the server tells of a request after it has answered
		mu.Lock()
		defer mu.Unlock()
		cells = []string{endingOf(t, story, got, len(requests) > 0), strconv.Itoa(got.code)}
		all := 0
		for _, c := range counters() {
			n := 0
			for _, operation := range c.of {
				n += requests[operation]
			}
			all += n
			cells = append(cells, strconv.Itoa(n))
		}
		cells = append(cells, strconv.Itoa(all))
		if want := story.Expect.Exports; requests["startExport"] > want || all > 0 && requests["startExport"] < want {
			t.Errorf("%d exports, want %d", requests["startExport"], want)
		}
		if looks := requests["getJobExecutions"]; story.Name == "four-hours" && looks > 400 {
			t.Errorf("%d looks at a job of four hours", looks)
		}
	})
	return cells
}

// endingOf is the outcome in a word, which has to be the one that the scenario expects.
func endingOf(t *testing.T, story *scenarios.Scenario, got ended, sent bool) string {
	t.Helper()
	var result struct{ Outcome string }
	if got.stdout != "" {
		if err := json.Unmarshal([]byte(got.stdout), &result); err != nil {
			t.Errorf("%v: %s", err, got.stdout)
		}
	}
	codes := map[scenarios.Outcome][]int{
		scenarios.OutcomeSuccess: {exitOK},
		scenarios.OutcomePartial: {exitPartial},
		scenarios.OutcomeTimeout: {exitTimeout},
		scenarios.OutcomeFail:    {exitFailed, exitServer, exitAccess, exitUsage},
	}
	_, err := os.Stat("out.mrc")
	if !slices.Contains(codes[story.Expect.Outcome], got.code) || story.Expect.File != (err == nil) {
		t.Errorf("exit %d, file: %v; want %+v\n%s", got.code, err, story.Expect, got.stderr)
	}
	switch {
	case result.Outcome != "":
		return result.Outcome
	case sent:
		return "no file"
	}
	return "nothing sent"
}

// holdSection holds a generated part of a page against its text; -update writes it.
func holdSection(t *testing.T, path, name, command, text string) {
	t.Helper()
	if t.Failed() {
		return
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := section.Replace(string(page), name, command, text)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(page) {
		t.Errorf("%s is stale; run %s and read the difference", path, command)
	}
}
