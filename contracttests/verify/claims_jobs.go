package verify

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const jobsList = "jobExecutions"

// jobClaims are about the list of jobs, of whomever they are.
func jobClaims() []Claim {
	const source = "the guide, step 5; mod-data-export 2.1.2, 5.3.0 and 5.4.0, GET /data-export/job-executions (docs/releases.md)"
	claim := func(id, sentence, usually string, judge func(*check)) Claim {
		return Claim{ID: "jobs." + id, Level: ReadOnly, Sentence: sentence, Source: source, Usually: usually, judge: judge}
	}
	const queries = "an index or a query language that changed with an upgrade"
	return []Claim{
		claim("are-listed", "The list of jobs has a count and no more rows than were asked for.", queries, func(c *check) {
			for o := range c.answers("jobs.recent") {
				if rows, _, ok := c.page(o, jobsList); ok && len(rows) > 5 {
					c.broken(o, "/"+jobsList, "%d are listed and five were asked for", len(rows))
				}
			}
		}),
		claim("are-limited", "A limit of one gives one job.", queries, func(c *check) {
			for o := range c.answers("jobs.first") {
				if rows, total, ok := c.page(o, jobsList); ok && len(rows) != min(total, 1) {
					c.broken(o, "/"+jobsList, "%d of %d are listed and one was asked for", len(rows), total)
				}
			}
		}),
		claim("are-found-by-id", "A query for an id finds that job alone.", queries, func(c *check) {
			recent, found, ok := c.pair("jobs.recent", "jobs.by-id")
			if ok && !c.gone(found) {
				c.one(found, jobsList, gjson.GetBytes(recent.body, jobsList+".0.id").String())
			}
		}),
		claim("are-found-by-status", "A query for a status finds jobs with that status, and no others.", queries, func(c *check) {
			recent, found, ok := c.pair("jobs.recent", "jobs.by-status")
			if !ok {
				return
			}
			wanted := gjson.GetBytes(recent.body, jobsList+".0.status").String()
			if c.gone(found) {
				return
			}
			rows, _, _ := c.page(found, jobsList)
			for i, row := range rows {
				if row.Get("status").String() != wanted {
					c.broken(found, fmt.Sprintf("/%s/%d/status", jobsList, i), "it is %s and was to be %s", brief(row.Get("status").String()), wanted)
				}
			}
		}),
		claim("are-not-made-up", "A query for an id that nothing has finds nothing, and is no error.", queries, func(c *check) {
			for o := range c.answers("jobs.nowhere") {
				c.none(o, jobsList)
			}
		}),
		claim("refuse-what-is-no-id", "A query for an id that is no UUID finds nothing, or is refused, as the release does.", queries, func(c *check) {
			for o := range c.answers("jobs.no-id") {
				if c.status(o, c.traits().strayUUID) && o.Status == http.StatusOK {
					c.none(o, jobsList)
				}
			}
		}),
		assumed("A10", claim("refuse-a-broken-query", "A query that is broken is refused.", queries, func(c *check) {
			for o := range c.answers("jobs.bad-query") {
				if o.Status < 400 {
					c.broken(o, "status", "the status is %d and was to be %d", o.Status, c.traits().badQuery)
				} else if o.Status != c.traits().badQuery {
					c.drift(o, "status", "the status is %d and was to be %d", o.Status, c.traits().badQuery)
				}
			}
		})),
		claim("have-known-statuses", "Each job is in a status that the release has.", "a module of another release than it was held to", func(c *check) {
			known := []api.JobExecutionStatus{api.JobExecutionStatusNew, api.JobExecutionStatusInProgress, api.JobExecutionStatusFail, c.traits().success, c.traits().partial}
			for o := range c.answers("jobs.recent") {
				rows, _, _ := c.page(o, jobsList)
				for i, row := range rows {
					if status := row.Get("status").String(); !slices.Contains(known, api.JobExecutionStatus(status)) {
						c.broken(o, fmt.Sprintf("/%s/%d/status", jobsList, i), "it is %s and was to be %s", brief(status), oneOf(slices.Compact(known)))
					}
				}
			}
		}),
		claim("come-newest-first", "A list that is sorted by completedDate, descending, has the newest first.", queries, func(c *check) {
			for o := range c.answers("jobs.recent") {
				rows, _, _ := c.page(o, jobsList)
				last := ""
				for i, row := range rows {
					at := fmt.Sprintf("/%s/%d/completedDate", jobsList, i)
					date := row.Get("completedDate").String()
					if date == "" {
						continue
					}
					if last != "" && laterThan(date, last) {
						c.broken(o, at, "it is later than that of the job before it")
					}
					last = date
				}
			}
		}),
		claim("have-numbers-of-their-own", "No two jobs have the same hrId.", "a sequence that was set back when a database was restored", func(c *check) {
			for o := range c.answers("jobs.recent") {
				rows, _, _ := c.page(o, jobsList)
				seen := map[string]bool{}
				for i, row := range rows {
					number := row.Get("hrId").String()
					if number != "" && seen[number] {
						c.broken(o, fmt.Sprintf("/%s/%d/hrId", jobsList, i), "it is %s, like that of another job", brief(number))
					}
					seen[number] = true
				}
			}
		}),
		claim("end-after-they-start", "A job that has ended did so after it had started.", "servers of a cluster whose clocks differ", func(c *check) {
			for o := range c.answers("jobs.recent") {
				rows, _, _ := c.page(o, jobsList)
				for i, row := range rows {
					if from, to := row.Get("startedDate").String(), row.Get("completedDate").String(); from != "" && to != "" && laterThan(from, to) {
						c.broken(o, fmt.Sprintf("/%s/%d/completedDate", jobsList, i), "it is earlier than startedDate")
					}
				}
			}
		}),
		claim("are-never-none-a-page", "A page of no rows is refused.", queries, func(c *check) {
			for o := range c.answers("jobs.no-rows") {
				c.refused(o, http.StatusBadRequest)
			}
		}).in(since5...),
		documentClaim("jobs", "getJobExecutions", "Jobs are listed as the release's document says.", ReadOnly),
		{
			ID: "nothing.has-no-definition", Level: ReadOnly, Source: "mod-data-export 5.4.0, DataExportExceptionHandler (docs/releases.md)",
			Sentence: "A file definition that nobody made is not found.", Usually: "an error handler that changed with an upgrade",
			judge: func(c *check) {
				for o := range c.answers("nothing.definition") {
					c.status(o, http.StatusNotFound)
				}
			},
		},
		documentClaim("definition-found", "getFileDefinition", "A file definition is shown, or not found, as the release's document says.", ReadOnly),
		{
			ID: "nothing.has-no-link", Level: ReadOnly, Source: "mod-data-export 5.4.0, DataExportExceptionHandler (docs/releases.md)",
			Sentence: "A job that nobody made has no link.", Usually: "an error handler that changed with an upgrade",
			judge: func(c *check) {
				for o := range c.answers("nothing.link") {
					c.status(o, http.StatusNotFound)
				}
			},
		},
		documentClaim("link", "getDownloadLink", "The link is given, or refused, as the release's document says.", ReadOnly),
	}
}

// gone tells whether a list is empty, and takes it that what was listed a moment ago has been removed since: other people
// work on the server too. That jobs are found at all, the run's own show.
func (c *check) gone(o *observed) bool {
	empty := o.Status == http.StatusOK && gjson.GetBytes(o.body, jobsList).IsArray() && gjson.GetBytes(o.body, jobsList+".#").Int() == 0
	c.idle = c.idle || empty
	return empty
}

// laterThan tells whether one date is later than another; false if one cannot be read.
func laterThan(a, b string) bool {
	x, okX := parseDate(a)
	y, okY := parseDate(b)
	return okX && okY && x.After(y)
}
