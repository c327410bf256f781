package explain_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/client/explain"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const id = "0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11"

// row is a row of the log; no values is a row without the member.
func row(code string, values ...string) api.ErrorLog {
	r := api.ErrorLog{ErrorMessageCode: code}
	if values != nil {
		r.ErrorMessageValues = &values
	}
	return r
}

// Every code that mod-data-export 5.4 writes, with the values that it writes
// along (util/ErrorCode.java and its callers).
func TestEveryCodeHasItsSentence(t *testing.T) {
	rows := []struct {
		row    api.ErrorLog
		count  int64
		text   string // a part
		repair bool
	}{
		{row("error.readingFromInputFile", []string{}...), 0, "nothing could be read", false},
		{row("error.invalidUuidFormat", "bad1,bad2"), 2, `not a UUID: "bad1", for one`, false},
		{row("error.invalidUuidFormat", "Instance UUID"), 1, "looks like a column header", false},
		{row("error.invalidUuidFormat", ""), 1, "a blank line", false},
		{row("error.invalidUuidFormat", id+","), 2, "with something around it", false},
		{row("error.uuidsNotFound", id+", 5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11"), 2, "not found in the inventory", true},
		{row("error.duplicatedIds", id, "3"), 2, "more than once", false},
		{row("error.invalidCqlSyntax", "mine.cql"), 0, "the query in mine.cql cannot be understood", false},
		{row("error.uploadedFile.invalidExtension", "Only csv format is supported for holdings export"), 0, "Only csv format", false},
		{row("error.fileIsTooLarge", "500001"), 0, "500001 KB were announced", false},
		{row("error.messagePlaceholder", "For exporting authority records only the default authority job profile is supported"), 0, "only the default authority", false},
		{row("error.messagePlaceholder", "Job was expired: no updates for more than 1 hour"), 0, "not heard of for more than an hour", false},
		{row("error.onlyForSetToDeletion", "x"), 0, "set for deletion", false},
		{row("error.setToDeletion", id), 1, "set for deletion", true},
		{row("error.profileUsedToNonDeleted", "x"), 0, "not deleted", false},
		{row("error.fileDefinition.invalidWithId", id), 0, "there is no file", false},
		{row("error.binaryFile.notGenerated", "Nothing to export: no output file generated"), 0, "there is no file", false},
		{row("error.duplicateSRS", "Instance with HRID: in1 has following SRS records associated: a, b"), 1, "more than one source record", false},
		{row("error.nonExisting.instance", id), 1, "without its instance", false},
		{row("error.recordIsTooLong", "Record is too long"), 1, "too long for a MARC record", false},
		{row("error.deletedTooLong.instance", id), 1, "deleted, and too long", true},
		{row("error.mapping.fieldsMappingSrs", id, "reason", "cause"), 1, "could not be added", true},
		{row("error.tenantNotFoundForHolding", id), 1, "no tenant is known", true},
		{row("error.holdings.noAffiliation", id, "user", "tenant"), 1, "not affiliated", true},
		{row("error.holdings.noPermission", id, "user", "tenant"), 1, "may not look", true},
		{row("error.instance.noAffiliation", id, "user", "a,b"), 1, "not affiliated", true},
		{row("error.instance.noPermission", id, "user", "a,b"), 1, "may not look", true},
		{row("Error converting json to marc for record " + id), 1, "could not be converted", true},
		{row("Tag rule 245 doesn't have indicators"), 0, "Tag rule 245 doesn't have indicators", false},
		{row("error.ofTomorrow", "a", "b"), 0, "error.ofTomorrow: a, b", false},
	}
	seen := map[string]bool{"error.someRecordsFailed": true} // it repeats progress.failed
	for _, tt := range rows {
		code := tt.row.ErrorMessageCode
		seen[code] = true
		e := explain.Job(api.JobExecution{Id: id, Status: api.JobExecutionStatusFail}, explain.Log{Rows: []api.ErrorLog{tt.row}})
		if len(e.Reasons) != 1 || e.Reasons[0].Count != tt.count || !strings.Contains(e.Reasons[0].Text, tt.text) || len(e.FailedID) > 0 != tt.repair {
			t.Errorf("%s: %+v, failed ids %v", code, e.Reasons, e.FailedID)
		}
	}
	for _, code := range explain.Codes() {
		if !seen[code] {
			t.Errorf("%s is not tried here", code)
		}
	}
	if n := len(explain.Codes()); n != 24 {
		t.Errorf("%d codes, ErrorCode of 5.4 has 24 that are written", n)
	}
}

func job(status api.JobExecutionStatus, exported, failed, total int) api.JobExecution {
	at := func(clock string) *api.Time {
		parsed, err := time.Parse(time.DateTime, "2026-11-22 "+clock)
		if err != nil {
			panic(err)
		}
		return &api.Time{Time: parsed, Form: api.FormExtended}
	}
	return api.JobExecution{
		Id: id, HrId: &api.Count{Value: 4711}, Status: status, JobProfileName: new("Default instances export job profile"),
		Progress:    &api.JobProgress{Exported: exported, Failed: failed, Total: api.Count{Value: int64(total)}},
		StartedDate: at("02:00:15"), CompletedDate: at("02:41:52"),
		ExportedFiles: &[]api.ExportedFile{{FileId: id, FileName: "nightly-2026-11-22-4711.mrc"}},
	}
}

func TestTheMorningAfter(t *testing.T) {
	rows := []api.ErrorLog{
		row("error.duplicatedIds", id, "8"),
		row("error.invalidUuidFormat", "instance_id, title"),
		row("error.uuidsNotFound", strings.Repeat(id+", ", 40)+"5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11"),
		row("error.someRecordsFailed", "49"),
	}
	e := explain.Job(job(api.JobExecutionStatusCompletedWithErrors, 12431, 49, 12480), explain.Log{Rows: rows})
	var text, markdown, html bytes.Buffer
	for _, err := range []error{e.WriteText(&text), e.WriteMarkdown(&markdown), e.WriteHTML(&html)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	const want = `Job 4711, nightly-2026-11-22-4711.mrc, Default instances export job profile
  2026-11-22 02:00:15 started   02:41:52 ended   COMPLETED_WITH_ERRORS
  12,480 lines: 12,431 exported, 49 not
         7  in the list more than once (exported once; harmless)
         1  not a UUID: "instance_id" looks like a column header
        41  not found in the inventory (deleted since the list was made? ids of
            another kind of record?)
nightly-2026-11-22-4711.mrc holds the 12,431 records that could be exported. It
is safe to load, and does not hold everything that was asked for.
Running it again gives the same until the list or the records are mended.
`
	if text.String() != want {
		t.Errorf("got\n%swant\n%s", text.String(), want)
	}
	if len(e.FailedID) != 2 {
		t.Errorf("the ids to look at, each once: %v", e.FailedID)
	}
	for _, part := range []string{"| 41 | not found in the inventory", "**Job 4711, nightly-2026-11-22-4711.mrc"} {
		if !strings.Contains(markdown.String(), part) {
			t.Errorf("the Markdown lacks %q:\n%s", part, markdown.String())
		}
	}
	if !strings.Contains(html.String(), "<td>41</td>") || !strings.Contains(html.String(), "&#34;instance_id&#34;") {
		t.Errorf("the page:\n%s", html.String())
	}
	if data, err := json.Marshal(e); err != nil || !bytes.Contains(data, []byte(`"safeToLoad":true`)) {
		t.Errorf("%s %v", data, err)
	}
}

func TestConclusions(t *testing.T) {
	failed := job(api.JobExecutionStatusFail, 0, 0, 0)
	for name, tt := range map[string]struct {
		job  api.JobExecution
		rows []api.ErrorLog // nil: this FOLIO keeps none
		want []string
		safe bool
	}{
		"an empty list":           {failed, []api.ErrorLog{row("error.readingFromInputFile", []string{}...)}, []string{"nothing could be read", "gives the same until"}, false},
		"sums that do not add up": {job(api.JobExecutionStatusCompleted, 20, 0, 25), []api.ErrorLog{}, []string{"do not add up"}, false},
		"a row and everything":    {job(api.JobExecutionStatusCompletedWithErrors, 25, 0, 25), []api.ErrorLog{row("Tag rule 245 doesn't have indicators")}, []string{"all that was asked for", "Tag rule"}, true},
		"all well":                {job(api.JobExecutionStatusCompleted, 25, 0, 25), []api.ErrorLog{}, []string{"is complete: 25 records", "no need to run it again"}, true},
		"all well in 2020":        {job(api.JobExecutionStatusSuccess, 25, 0, 25), nil, []string{"is complete: 25 records"}, true},
		"partial in 2020":         {job(api.JobExecutionStatusSuccess, 22, 3, 25), nil, []string{"does not hold everything", "keeps no error log", "from 2026-11-22 02:00:15 to 2026-11-22 02:41:52 UTC", id}, true},
		"running":                 {job(api.JobExecutionStatusInProgress, 5, 0, 25), []api.ErrorLog{}, []string{"has not ended", "Wait for its end"}, false},
		"no reason":               {failed, []api.ErrorLog{}, []string{"There is no file", "FOLIO recorded no reason", "Run it once again"}, false},
		"expired":                 {failed, []api.ErrorLog{row("error.messagePlaceholder", "Job was expired: no updates for more than 1 hour")}, []string{"the worker was lost"}, false},
		"a bare job":              {api.JobExecution{Id: id, Status: api.JobExecutionStatusNew}, nil, []string{"Job " + id, "has not ended"}, false},
	} {
		log := explain.Log{Rows: tt.rows}
		if tt.rows == nil {
			log = explain.NoLog()
		}
		e := explain.Job(tt.job, log)
		var text bytes.Buffer
		if err := e.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			if !strings.Contains(strings.Join(strings.Fields(text.String()), " "), want) {
				t.Errorf("%s: no %q in\n%s", name, want, text.String())
			}
		}
		if e.Safe != tt.safe {
			t.Errorf("%s: safe to load is %t", name, e.Safe)
		}
	}
}

// What a server sends steers no terminal and no page.
func TestHostileTexts(t *testing.T) {
	j := job(api.JobExecutionStatusCompleted, 1, 1, 2)
	(*j.ExportedFiles)[0].FileName = "a\x1b[2J<script>|`*.mrc"
	e := explain.Job(j, explain.Log{Rows: []api.ErrorLog{row("error.invalidUuidFormat", "<b>\x1b[31m"), row("\x1b]0;title\a")}})
	var text, markdown, html bytes.Buffer
	for _, err := range []error{e.WriteText(&text), e.WriteMarkdown(&markdown), e.WriteHTML(&html)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(text.String()+markdown.String(), "\x1b") {
		t.Error("a control character comes through")
	}
	if strings.Contains(html.String(), "<script>") || strings.Contains(markdown.String(), "<script>") {
		t.Error("markup comes through")
	}
}
