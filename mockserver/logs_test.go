package mockserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// withStory tells a story that is like ok but for some lines. If they say nothing
// of links, the first is no good, so that it may end in any way.
func withStory(t testing.TB, lines string) Option {
	t.Helper()
	if !strings.Contains(lines, "link:") {
		lines += "\nlink: {stale: 1}"
	}
	return withFile(t, "extends: ok\nsummary: A story.\nevidence: [here]\n"+lines+"\n")
}

func withFile(t testing.TB, text string) Option {
	t.Helper()
	file := filepath.Join(t.TempDir(), "story.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return WithScenario(file)
}

func (c caller) jobs(t testing.TB, query string) []api.JobExecution {
	t.Helper()
	var found api.JobExecutionCollection
	w := c.get("/data-export/job-executions?" + query)
	if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil {
		t.Fatalf("%v in %d %s", err, w.Code, w.Body)
	}
	return found.JobExecutions
}

// look is a job as a client sees it: its counters, with those that the release
// has, and its state.
func (c caller) look(t testing.TB, j job) string {
	t.Helper()
	found := c.jobs(t, "query=id=="+j.id.String())
	if len(found) != 1 {
		return fmt.Sprintf("%d jobs", len(found))
	}
	text := string(found[0].Status)
	p := found[0].Progress
	switch {
	case p == nil:
		return text
	case p.ReadIds == nil:
		return fmt.Sprintf("%s %d/%d/%d", text, p.Exported, p.Failed, p.Total.Value)
	}
	return fmt.Sprintf("%s %d/%d/%d/%d/%d", text, p.Exported, p.Failed, *p.DuplicatedSrs, p.Total.Value, *p.ReadIds)
}

func (c caller) rows(t testing.TB, job uuid.UUID) []api.ErrorLog {
	t.Helper()
	var found api.ErrorLogCollection
	w := c.get("/data-export/logs?limit=10000&query=jobExecutionId==" + job.String())
	if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil || w.Code != http.StatusOK || found.TotalRecords != len(found.ErrorLogs) {
		t.Fatalf("%v in %d %s", err, w.Code, w.Body)
	}
	return found.ErrorLogs
}

// log is the log of a job, a row to a line; null is a row without values.
func (c caller) log(t testing.TB, job uuid.UUID) string {
	t.Helper()
	var text strings.Builder
	for _, row := range c.rows(t, job) {
		values := []byte("null")
		if row.ErrorMessageValues != nil {
			values, _ = marshal(*row.ErrorMessageValues)
		}
		fmt.Fprintf(&text, "%s %s\n", row.ErrorMessageCode, values)
	}
	return strings.ReplaceAll(text.String(), job.String(), "JOB")
}

// What each kind of list comes to, to the last row of the log: the examples by
// which mod-data-export explains itself. Of what only the hundred named instances
// are known, as on a real server, where a random UUID is no record's.
func TestListsComeToTheirEnd(t *testing.T) {
	const (
		unknown = "19e014b4-0e1f-4b0e-9b1a-7d1d5bd6d0aa"
		other   = "a9e014b4-0e1f-4b0e-9b1a-7d1d5bd6d0aa"
		short   = "1-2-3-4-5"
	)
	inventory := catalogue.New(1)
	named := inventory.Named()
	slices.SortFunc(named, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	bySource := func(source catalogue.Source) uuid.UUID {
		i := slices.IndexFunc(named, func(id uuid.UUID) bool { return inventory.Source(id) == source })
		return named[i]
	}
	id, stored := bySource(catalogue.SourceFOLIO), bySource(catalogue.SourceMARC)
	good, marc := id.String(), stored.String()
	instance := inventory.Instance(id)
	pair := inventory.SourceRecords(id)

	const nothing = "error.fileDefinition.invalidWithId [\"DEFINITION\"]\nerror.binaryFile.notGenerated [\"OUTPUT\"]\n"
	failed := func(n int) string { return fmt.Sprintf("error.someRecordsFailed [\"%d\"]\n", n) }
	invalid := func(text string) string { return "error.invalidUuidFormat [\"" + text + "\"]\n" }
	notFound := func(ids ...string) string {
		return "error.uuidsNotFound [\"" + strings.Join(ids, ", ") + "\"]\n"
	}
	tooLong := fmt.Sprintf("error.recordIsTooLong [\"Record is too long to be a valid MARC binary record, it's length would be %d which is more than 99999 bytes\"]\n", inventory.ImpossibleLength(id))
	const withErrors = "COMPLETED_WITH_ERRORS "

	for _, tt := range []struct {
		name, story string
		list        string
		guide       string // exported, failed, total
		later       string // exported, failed, duplicatedSrs, total, readIds
		log         string
	}{
		{"one good id", "", good + "\n", "SUCCESS 1/0/1", "COMPLETED 1/0/0/1/1", ""},
		{"no end of line", "", good, "SUCCESS 1/0/1", "COMPLETED 1/0/0/1/1", ""},
		{"one unknown beside it", "", good + "\n" + unknown + "\n", "SUCCESS 1/1/2", withErrors + "1/1/0/2/2", notFound(unknown) + failed(1)},
		{"a word beside it", "", good + "\nabc\n", "SUCCESS 1/1/2", withErrors + "1/1/0/2/2", invalid("abc") + failed(1)},
		{"the good id twice", "", good + "\n" + good + "\n", "SUCCESS 1/1/2", withErrors + "1/1/0/2/2", `error.duplicatedIds ["` + good + `","2"]` + "\n" + failed(1)},
		{"four times", "", strings.Repeat(good+"\n", 4), "SUCCESS 1/3/4", withErrors + "1/3/0/4/4", `error.duplicatedIds ["` + good + `","4"]` + "\n" + failed(3)},
		{"a header", "", "uuid\n" + good + "\n", "SUCCESS 1/1/2", withErrors + "1/1/0/2/2", invalid("uuid") + failed(1)},
		{"only unknown ids", "", other + "\n" + unknown + "\n", "FAIL 0/2/2", "FAIL 0/2/0/2/2", notFound(unknown, other) + failed(2) + nothing},
		{"only words", "", "one\ntwo, three\n", "FAIL 0/2/2", "FAIL 0/2/0/2/2", invalid("one,two, three") + failed(2)},
		{"empty", "", "", "FAIL", "FAIL 0/0/0/0/0", "error.readingFromInputFile []\n"},
		{
			"everything at once", "", "uuid\n" + good + "\n" + good + "\n" + unknown + "\n", "SUCCESS 1/3/4", withErrors + "1/3/0/4/4",
			`error.duplicatedIds ["` + good + `","2"]` + "\n" + invalid("uuid") + notFound(unknown) + failed(3),
		},
		{
			"an unknown id twice", "", unknown + "\n" + unknown + "\n" + good, "SUCCESS 1/2/3", withErrors + "1/2/0/3/3",
			`error.duplicatedIds ["` + unknown + `","2"]` + "\n" + notFound(unknown) + failed(2),
		},

		{"a blank line and a generated record", "", good + "\n\n", "FAIL 0/2/2", withErrors + "1/1/0/2/2", invalid("") + failed(1)},
		{"a blank line and a stored record", "", marc + "\n\n", "SUCCESS 1/1/2", withErrors + "1/1/0/2/2", invalid("") + failed(1)},
		{"blanks around the id", "", " " + good + "\t\n", "SUCCESS 1/0/1", "FAIL 0/1/0/1/1", invalid(" "+good+`\t`) + failed(1)},
		{"double quotes", "", `"` + good + "\"\n", "SUCCESS 1/0/1", "COMPLETED 1/0/0/1/1", ""},
		{"a quoted header", "", `"u"uid` + "\n" + good + "\n", "SUCCESS 1/1/2", withErrors + "1/1/0/2/2", invalid("uuid") + failed(1)},
		{"in capitals, generated", "", strings.ToUpper(good), "SUCCESS 1/0/1", "COMPLETED 1/0/0/1/1", ""},
		{"in capitals, stored", "", strings.ToUpper(marc), "SUCCESS 2/-1/1", "COMPLETED 1/0/0/1/1", ""},
		{"a byte order mark", "", "\ufeff" + good, "FAIL 0/1/1", "COMPLETED 1/0/0/1/1", ""},
		{"a short UUID", "", short + "\n" + good, "SUCCESS 1/1/2", withErrors + "1/1/0/2/2", notFound("00000001-0002-0003-0004-000000000005") + failed(1)},
		{"bytes that are not UTF-8", "", good + "\n\xff\n", "NEW", withErrors + "1/1/0/2/2", invalid("\ufffd") + failed(1)},

		{"a record that is too long", "records: too-long", good, "FAIL 0/1/1", "FAIL 0/1/0/1/1", tooLong + failed(1) + nothing},
		{"one that is too long, one good", "records: [{too-long: {ids: [" + good + "]}}]", marc + "\n" + good, "SUCCESS 1/1/2", withErrors + "1/1/0/2/2", tooLong + failed(1)},
		{
			"a record that cannot be made into MARC", "records: unconvertible", good, "FAIL 0/1/1", "FAIL 0/1/0/1/1",
			"Error converting json to marc for record " + good + " null\n" + failed(1) + nothing,
		},
		{
			"two source records", "records: two-sources", good, "SUCCESS 2/-1/1", withErrors + "2/0/1/1/1",
			fmt.Sprintf("error.duplicateSRS [\"Instance with HRID: %s has following SRS records associated: %s, %s\"]\n", instance.HRID, pair[0], pair[1]),
		},
		{
			"two source records, and a word", "records: two-sources", good + "\nx", "SUCCESS 2/0/2", withErrors + "2/1/1/2/2",
			fmt.Sprintf("error.duplicateSRS [\"Instance with HRID: %s has following SRS records associated: %s, %s\"]\n", instance.HRID, pair[0], pair[1]) + invalid("x") + failed(1),
		},
		{
			"two source records and a blank line", "records: two-sources", good + "\n\n", "SUCCESS 2/0/2", withErrors + "2/1/1/2/2",
			fmt.Sprintf("error.duplicateSRS [\"Instance with HRID: %s has following SRS records associated: %s, %s\"]\n", instance.HRID, pair[0], pair[1]) + invalid("") + failed(1),
		},
		{"two source records of what is not known", "records: two-sources", unknown, "FAIL 0/1/1", "FAIL 0/1/0/1/1", notFound(unknown) + failed(1) + nothing},
		{"a line that arrives damaged", "records: [{invalid: {first: 1}}]", good + "\n" + marc, "SUCCESS 1/1/2", withErrors + "1/1/0/2/2", invalid(good+",") + failed(1)},
		{"a line that arrives twice", "records: duplicate", good, "SUCCESS 1/1/2", withErrors + "1/1/0/2/2", `error.duplicatedIds ["` + good + `","2"]` + "\n" + failed(1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for release, want := range map[string]string{"guide": tt.guide, "sunflower": tt.later, "trillium": tt.later} {
				options := []Option{WithNamedRecords()}
				if tt.story != "" {
					options = append(options, withStory(t, tt.story))
				}
				c := newCaller(t, release, options...)
				j := c.finished(t, "a.csv", tt.list)
				if got := c.look(t, j); got != want {
					t.Errorf("%s: %s, want %s", release, got, want)
				}
				if release == "guide" {
					continue
				}
				output := map[string]string{"sunflower": "Nothing to export: no .mrc file generated", "trillium": "Nothing to export: no output file generated"}[release]
				log := strings.NewReplacer("DEFINITION", j.definition.String(), "OUTPUT", output).Replace(tt.log)
				if got := c.log(t, j.id); got != log {
					t.Errorf("%s: the log has\n%swant\n%s", release, got, log)
				}
			}
		})
	}
}

// In 2020 an empty list leaves a job without start, owner, counters and file.
func TestEmptyListOf2020(t *testing.T) {
	c := newCaller(t, "guide")
	found := c.jobs(t, "query=id=="+c.finished(t, "a.csv", "").id.String())[0]
	if found.Progress != nil || found.StartedDate != nil || found.RunBy != nil || found.ExportedFiles == nil || len(*found.ExportedFiles) != 0 || found.CompletedDate == nil {
		t.Errorf("%+v", found)
	}
}

// A row about one instance says which.
func TestAffectedRecord(t *testing.T) {
	for _, release := range []string{"sunflower", "trillium"} {
		c := newCaller(t, release, withStory(t, "records: [{too-long: {first: 1}}, {two-sources: {first: 2}}, {unconvertible: {first: 3}}]"))
		ids := c.s.inventory.Named()[:3]
		j := c.finished(t, "a.csv", fmt.Sprintf("%s\n%s\n%s\n", ids[0], ids[1], ids[2]))
		about := map[string]*api.AffectedRecord{}
		for _, row := range c.rows(t, j.id) {
			code, _, _ := strings.Cut(row.ErrorMessageCode, " ")
			about[code] = row.AffectedRecord
		}
		for code, id := range map[string]uuid.UUID{"error.recordIsTooLong": ids[0], "error.duplicateSRS": ids[1]} {
			instance := c.s.inventory.Instance(id)
			want := api.AffectedRecord{Id: id.String(), Hrid: instance.HRID, Title: instance.Title, RecordType: "INSTANCE"}
			got := about[code]
			if got == nil {
				t.Errorf("%s: %s is about nothing", release, code)
				continue
			}
			if !strings.HasSuffix(got.InventoryRecordLink, "/inventory/view/"+id.String()) {
				t.Errorf("%s: %s links to %s", release, code, got.InventoryRecordLink)
			}
			want.InventoryRecordLink = got.InventoryRecordLink
			if *got != want {
				t.Errorf("%s: %s is about %+v, want %+v", release, code, *got, want)
			}
		}
		if about["Error"] != nil || about["error.someRecordsFailed"] != nil {
			t.Errorf("%s: a row is about one record that is not: %+v", release, about)
		}
	}
}

// What the validator of 5.x writes down when it fails a request.
func TestValidatorsRows(t *testing.T) {
	const (
		toDelete  = `error.onlyForSetToDeletion ["This profile can only be used to export authority records set for deletion"]` + "\n"
		mapping   = `error.messagePlaceholder ["For exporting authority records only the default authority job profile is supported"]` + "\n"
		holding   = `error.uploadedFile.invalidExtension ["Only csv format is supported for holdings export"]` + "\n"
		byQuery   = `error.uploadedFile.invalidExtension ["Only csv format is supported for authority export"]` + "\n"
		unread    = "error.readingFromInputFile []\n"
		finalFail = "FAIL 0/0/0/0/0"
	)
	for _, tt := range []struct{ format, idType, profile, sunflower, trillium string }{
		{"csv", "instance", deleted, toDelete, toDelete},
		{"csv", "holding", deleted, toDelete, toDelete},
		{"csv", "authority", instances, mapping, mapping},
		{"cql", "holding", instances, holding, holding},
		{"cql", "authority", authority, byQuery, unread},
		{"cql", "authority", instances, mapping + byQuery, mapping},
		{"cql", "instance", instances, unread, unread},
	} {
		for release, want := range map[string]string{"sunflower": tt.sunflower, "trillium": tt.trillium} {
			c := newCaller(t, release)
			created := c.do(http.MethodPost, "/data-export/file-definitions", fmt.Sprintf(`{"fileName":"a.%s","uploadFormat":%q}`, tt.format, tt.format))
			j := job{uuid.MustParse(member(t, created, "id")), uuid.MustParse(member(t, created, "jobExecutionId"))}
			c.do(http.MethodPost, "/data-export/file-definitions/"+j.definition.String()+"/upload", idList(3), "Content-Type", "application/octet-stream")
			c.do(http.MethodPost, "/data-export/export", fmt.Sprintf(`{"fileDefinitionId":%q,"jobProfileId":%q,"idType":%q}`, j.definition, tt.profile, tt.idType))
			if want != unread {
				found := c.jobs(t, "query=id=="+j.id.String())[0]
				if found.CompletedDate == nil || len(*found.ExportedFiles) != 1 {
					t.Errorf("%s: %s %s: it fails with %+v", release, tt.format, tt.idType, found)
				}
			}
			c.s.Advance(time.Hour)
			if got := c.look(t, j) + "\n" + c.log(t, j.id); got != finalFail+"\n"+want {
				t.Errorf("%s: %s as %s with profile %.8s: %s, want %s", release, tt.format, tt.idType, tt.profile, got, want)
			}
		}
	}
}

// A log says nothing of a job that has not come so far: not of its end before it
// ends.
func TestRowsComeInTheirTime(t *testing.T) {
	for _, release := range []string{"sunflower", "trillium"} {
		for list, reading := range map[string]int{"": 0, "x\n": 0, idList(1) + idList(1): 1} {
			c := newCaller(t, release, WithParameter("duration", "10m"))
			j := c.export(t, "a.csv", list)
			c.s.Advance(9 * time.Minute)
			if rows := c.rows(t, j.id); len(rows) != reading {
				t.Errorf("%s: of %.10q the log has %d rows before the end, want %d", release, list, len(rows), reading)
			}
			c.s.Advance(time.Minute)
			rows := c.rows(t, j.id)
			ended := c.jobs(t, "query=id=="+j.id.String())[0].CompletedDate
			if len(rows) <= reading || !rows[len(rows)-1].CreatedDate.Equal(ended.Time) {
				t.Errorf("%s: of %.10q the log has %d rows in the end", release, list, len(rows))
			}
		}
	}
}

// A row about a definition that was refused belongs to the job that the client
// named. Since 5.4 that job must be there.
func TestRowsOfRefusedDefinitions(t *testing.T) {
	for _, release := range []string{"sunflower", "trillium"} {
		c := newCaller(t, release)
		j := c.export(t, "a.csv", idList(1))
		for body, row := range map[string]string{
			`"fileName":"x.txt"`:                 `error.uploadedFile.invalidExtension ["x.txt"]`,
			`"fileName":""`:                      `error.uploadedFile.invalidExtension [""]`,
			`"fileName":"x.txt","size":500001`:   `error.fileIsTooLarge ["500001"]`,
			`"fileName":"x.csv","size":"500001"`: `error.fileIsTooLarge ["500001"]`,
		} {
			before := c.log(t, j.id)
			c.do(http.MethodPost, "/data-export/file-definitions", `{"jobExecutionId":"`+j.id.String()+`",`+body+`}`)
			want := before + row + "\n"
			if release == "trillium" && strings.Contains(before, row) {
				want = before
			}
			if got := c.log(t, j.id); got != want {
				t.Errorf("%s: after %s the log has %s, want %s", release, body, got, want)
			}
		}
		stranger := uuid.New()
		w := c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"x.txt","jobExecutionId":"`+stranger.String()+`"}`)
		status, rows := http.StatusUnprocessableEntity, 1
		if release == "trillium" {
			status, rows = http.StatusNotFound, 0
		}
		if n := len(c.rows(t, stranger)); w.Code != status || n != rows {
			t.Errorf("%s: for a job that is not there: %d %s and %d rows, want %d and %d", release, w.Code, w.Body, n, status, rows)
		}
		// The rows of others make no job of them less than complete.
		c.s.Advance(time.Hour)
		if got, want := c.look(t, c.finished(t, "b.csv", idList(1))), "COMPLETED 1/0/0/1/1"; got != want {
			t.Errorf("%s: another job: %s, want %s", release, got, want)
		}
		if got, want := c.look(t, j), "COMPLETED_WITH_ERRORS 1/0/0/1/1"; got != want {
			t.Errorf("%s: the job that has rows: %s, want %s", release, got, want)
		}
	}
}

// The operations themselves: DELETE and expire-jobs answer with nothing, over and
// over.
func TestDeleteAndExpireOverHTTP(t *testing.T) {
	for _, release := range []string{"sunflower", "trillium"} {
		c := newCaller(t, release, withStory(t, "parameters: {duration: {default: 3h}}"))
		running := c.export(t, "a.csv", idList(2))
		short := c.export(t, "b.csv", idList(1))
		for range 2 {
			if w := c.do(http.MethodDelete, "/data-export/job-executions/"+short.id.String(), ""); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
				t.Errorf("%s: DELETE: %d %s", release, w.Code, w.Body)
			}
		}
		if got := c.look(t, short); got != "0 jobs" {
			t.Errorf("%s: the job that was deleted: %s", release, got)
		}
		c.s.Advance(40 * time.Minute) // its list is read by then
		before := c.look(t, running)
		if got, want := c.look(t, short), "IN_PROGRESS 0/0/0/1/1"; got != want {
			t.Errorf("%s: the deleted one's worker goes on: %s, want %s", release, got, want)
		}
		c.do(http.MethodPost, "/data-export/expire-jobs", "")
		if got := c.look(t, running); got != before || !strings.HasPrefix(got, "IN_PROGRESS") {
			t.Errorf("%s: after 40 minutes: %s, was %s", release, got, before)
		}
		c.s.Advance(90 * time.Minute)
		for range 2 {
			if w := c.do(http.MethodPost, "/data-export/expire-jobs", ""); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
				t.Errorf("%s: expire-jobs: %d %s", release, w.Code, w.Body)
			}
			if got, want := c.look(t, running), "FAIL 0/0/0/0/0"; got != want {
				t.Errorf("%s: idle for more than an hour: %s, want %s", release, got, want)
			}
		}
		c.s.Advance(3 * time.Hour)
		if got, want := c.look(t, running), "COMPLETED 2/0/0/0/0"; got != want {
			t.Errorf("%s: its worker went on: %s, want %s", release, got, want)
		}
		var effects []string
		for _, e := range c.s.Journal() {
			if e.Method == http.MethodDelete || strings.HasSuffix(e.Path, "/expire-jobs") {
				effects = append(effects, e.Effect)
			}
		}
		id := short.id.String()
		// The worker of the job that was deleted went on, so it expires with the other.
		want := []string{"job " + id + " is gone", "there was no job " + id, "no job has been idle for an hour", "2 jobs expired", "no job has been idle for an hour"}
		if !slices.Equal(effects, want) {
			t.Errorf("%s: the journal says %q, want %q", release, effects, want)
		}
	}
}
