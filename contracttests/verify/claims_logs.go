package verify

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/tidwall/gjson"
)

// loggingReleases have GET /data-export/logs.
var loggingReleases = []string{"sunflower", "trillium"}

const logRows = "errorLogs"

// logClaims are about the error log, which mod-data-export has since 3.0.
func logClaims() []Claim {
	claim := func(id string, level Level, sentence, usually string, judge func(*check)) Claim {
		return Claim{
			ID: "logs." + id, Level: level, Sentence: sentence, Usually: usually, Releases: loggingReleases, judge: judge,
			Source: "mod-data-export 5.4.0, ErrorCode, GET /data-export/logs (docs/releases.md)",
		}
	}
	return []Claim{
		claim("are-not-made-up", ReadOnly, "A job that nobody made has no log rows.", "an index that changed with an upgrade", func(c *check) {
			for o := range c.answers("nothing.logs") {
				c.none(o, logRows)
			}
		}),
		claim("are-found-by-job", Workflow, "A job that nobody made has no log rows, also when there are some of others.", "an index that changed with an upgrade", func(c *check) {
			for o := range c.answers("mixed.no-rows") {
				c.none(o, logRows)
			}
		}),
		claim("are-limited", Workflow, "A limit of one gives one log row, and counts all.", "an index that changed with an upgrade", func(c *check) {
			one, all, ok := c.pair("mixed.first-row", "mixed.logs")
			if !ok {
				return
			}
			rows, total, ok := c.page(one, logRows)
			_, whole, ok2 := c.page(all, logRows)
			if ok && ok2 && (len(rows) != min(whole, 1) || total != whole) {
				c.broken(one, "/"+logRows, "%d of %d are listed, and the job has %d", len(rows), total, whole)
			}
		}),
		{
			ID: "job.is-removed", Level: Workflow, Releases: loggingReleases,
			Sentence: "A job that is removed is not found any more.", Source: "mod-data-export 5.4.0, JobExecutionService, DELETE /data-export/job-executions/<id>",
			Usually: "a replica of the database that lags behind",
			judge: func(c *check) {
				for o := range c.answers("cleaning.job") {
					c.status(o, http.StatusNoContent)
				}
				late := c.optional("cleaning.still")
				for o := range c.answers("cleaning.gone") {
					if again := slices.IndexFunc(late, func(l *observed) bool { return l.request.query == o.request.query }); again >= 0 {
						o = late[again]
					}
					c.none(o, jobsList)
				}
			},
		},
		documentClaim("logs", "getLogs", "Log rows are listed as the release's document says.", ReadOnly, loggingReleases...),
		claim("are-of-the-job", Workflow, "A query for a job's log rows finds rows of that job alone.", "an index that changed with an upgrade", func(c *check) {
			c.eachJob(func(act string, m *made) {
				for o := range c.answers(act + ".logs") {
					rows, _, _ := c.page(o, logRows)
					for i := range rows {
						c.same(o, fmt.Sprintf("/%s/%d/jobExecutionId", logRows, i), m.job, "the job that was asked for")
					}
				}
			})
		}),
		claim("are-empty-after-success", Workflow, "A job that came to everything has no log rows.", "instances with several source records, which are remarked", func(c *check) {
			whole, logs, ok := c.pair("whole.ended", "whole.logs")
			if !ok || gjson.GetBytes(whole.body, jobsList+".0.status").String() != string(c.traits().success) {
				return
			}
			c.none(logs, logRows)
		}),
		claim("say-what-failed", Workflow, "The log says what came of a header line, an id that nothing has, an id that comes twice, and how many failed.", "a code that a newer module dropped or renamed", func(c *check) {
			for o := range c.answers("mixed.logs") {
				if !c.object(o, http.StatusOK) {
					continue
				}
				var codes []string
				for _, code := range gjson.GetBytes(o.body, logRows+".#.errorMessageCode").Array() {
					codes = append(codes, code.String())
				}
				for _, code := range []string{"error.invalidUuidFormat", "error.uuidsNotFound", "error.duplicatedIds", "error.someRecordsFailed"} {
					if code == "error.uuidsNotFound" && c.facts().nowhereIs {
						continue
					}
					if !slices.Contains(codes, code) {
						c.broken(o, "/"+logRows, "no row has the code %s", code)
					}
				}
			}
		}),
		claim("quote-the-lines", Workflow, "The log quotes the lines that came to nothing.", "a module that no longer keeps them", func(c *check) {
			for o := range c.answers("mixed.logs") {
				quoted := gjson.GetBytes(o.body, logRows+".#.errorMessageValues|@flatten").String()
				for _, line := range []string{"instance_id", nowhere} {
					if line == nowhere && c.facts().nowhereIs {
						continue
					}
					if o.Status == http.StatusOK && !containsFold(quoted, line) {
						c.broken(o, "/"+logRows+"/*/errorMessageValues", "%s is quoted nowhere", line)
					}
				}
			}
		}),
	}
}
