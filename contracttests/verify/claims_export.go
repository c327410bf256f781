package verify

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const atJob = "/" + jobsList + "/0"

// job is the one job of an answer.
func (c *check) job(o *observed, m *made) (gjson.Result, bool) { return c.one(o, jobsList, m.job) }

// ended are the last looks at the jobs that have ended.
func (c *check) ended(judge func(o *observed, job gjson.Result, m *made, act string)) {
	c.eachJob(func(act string, m *made) {
		for o := range c.answers(act + ".ended") {
			if job, ok := c.job(o, m); ok {
				judge(o, job, m, act)
			}
		}
	})
}

// looks are all looks at each job from its export to its end, in their order.
func (c *check) looks(judge func(looks []*observed, m *made)) {
	c.eachJob(func(act string, m *made) {
		var looks []*observed
		for o := range c.answers(act+".poll", act+".ended") {
			if gjson.GetBytes(o.body, jobsList+".#").Int() == 1 {
				looks = append(looks, o)
			}
		}
		judge(looks, m)
	})
}

// exportClaims are about steps 4 and 5.
func exportClaims() []Claim {
	claim := func(id, sentence, usually string, judge func(*check), releases ...string) Claim {
		return Claim{
			ID: "job." + id, Level: Workflow, Sentence: sentence, Usually: usually, Releases: releases, judge: judge,
			Source: "the guide, steps 4 and 5; mod-data-export 5.4.0, DataExportService, JobExecutionService; 2.1.2 (docs/releases.md)",
		}
	}
	since5 := []string{"sunflower", "trillium"}
	const cluster = "several instances of the module that do not share their data"
	return []Claim{
		claim("waits", "The job of an uploaded list is NEW until it is exported.", "another run that exported the same definition", func(c *check) {
			c.eachJob(func(act string, m *made) {
				for o := range c.answers(act + ".waiting") {
					if job, ok := c.job(o, m); ok && job.Get("status").String() != "NEW" {
						c.broken(o, atJob+"/status", "it is %s and was to be NEW", brief(job.Get("status").String()))
					}
				}
			})
		}),
		claim("is-started", "An export is accepted at once, with 204 and no body.", "a queue that is full, or a module that waits for the end", func(c *check) {
			c.eachJob(func(act string, _ *made) {
				for o := range c.answers(act + ".export") {
					if c.status(o, http.StatusNoContent) && len(o.body) > 0 {
						c.broken(o, "body", "there is one, of %d bytes", len(o.body))
					}
				}
			})
		}),
		documentClaim("export", "startExport", "An export is accepted, or refused, as the release's document says.", Workflow),
		claim("is-found-alone", "A query for the job's id finds it, and it alone, at every look.", cluster, func(c *check) {
			c.eachJob(func(act string, m *made) {
				for o := range c.answers(act+".poll", act+".ended") {
					c.job(o, m)
				}
			})
		}),
		claim("ends", "A job of a handful of ids has ended within five minutes.", "a worker that is not well, or that waits for others' exports", func(c *check) {
			c.eachJob(func(act string, _ *made) {
				switch {
				case c.facts().endless[act] && c.facts().busy:
					c.unchecked(nil, "the job has not ended within five minutes, but neither has somebody else's")
				case c.facts().endless[act]:
					seen := c.ev.exchanges[act+".poll"]
					c.broken(seen[len(seen)-1], atJob+"/status", "the job has not ended within five minutes")
				default:
					for range c.answers(act + ".ended") {
					}
				}
			})
		}),
		claim("starts-once", "The job's startedDate stays while it lives.", cluster, func(c *check) {
			c.looks(func(looks []*observed, _ *made) {
				last := ""
				for _, o := range looks {
					now := gjson.GetBytes(o.body, jobsList+".0.startedDate").String()
					if last != "" && laterThan(now, last) {
						c.broken(o, atJob+"/startedDate", "it is %s after it was %s", brief(now), brief(last))
					}
					last = now
				}
			})
		}),
		claim("is-found-by-its-status-alone", "A query for the job and another status than its own finds nothing.", "an index or a query language that changed with an upgrade", func(c *check) {
			for o := range c.answers("mixed.as-new") {
				c.none(o, jobsList)
			}
		}),
		claim("is-paged", "Two jobs on pages of one stand on one page each, and both are counted.", "an index or a query language that changed with an upgrade", func(c *check) {
			one, two, ok := c.pair("mixed.page-one", "mixed.page-two")
			if !ok {
				return
			}
			a, totalA, okA := c.page(one, jobsList)
			b, totalB, okB := c.page(two, jobsList)
			switch {
			case !okA || !okB:
			case len(a) != 1 || len(b) != 1:
				c.broken(two, "/"+jobsList, "%d and %d jobs stand on the pages", len(a), len(b))
			case totalA != 2 || totalB != 2:
				c.broken(two, "/totalRecords", "it is %d and %d, and there are two jobs", totalA, totalB)
			case a[0].Get("id").String() == b[0].Get("id").String():
				c.broken(two, atJob+"/id", "the second page has the job of the first")
			}
		}),
		claim("goes-forward", "The job goes from NEW over IN_PROGRESS to its end, and never back.", cluster, func(c *check) {
			c.looks(func(looks []*observed, _ *made) {
				last := api.JobExecutionStatusNew
				for _, o := range looks {
					now := api.JobExecutionStatus(gjson.GetBytes(o.body, jobsList+".0.status").String())
					if rank(now) < rank(last) || lifecycle.Final(last) && now != last {
						c.broken(o, atJob+"/status", "it is %s after it was %s", brief(string(now)), last)
					}
					last = now
				}
			})
		}),
		claim("counts-upwards", "While the job runs, the count of exported records never falls.", cluster, func(c *check) {
			c.looks(func(looks []*observed, _ *made) {
				last := int64(0)
				for _, o := range looks {
					now := gjson.GetBytes(o.body, jobsList+".0.progress.exported").Int()
					if now < last {
						c.broken(o, atJob+"/progress/exported", "it is %d after it was %d", now, last)
					}
					last = now
				}
			})
		}),
		claim("is-complete-while-it-runs", "A job in progress tells who started it, when, by which profile, and how far it is.", "a member that a newer module dropped", func(c *check) {
			c.eachJob(func(act string, m *made) {
				seen := append(c.optional(act+".poll"), c.optional(act+".ended")...)
				for _, o := range seen {
					if gjson.GetBytes(o.body, jobsList+".0.status").String() == "NEW" {
						continue
					}
					c.instant(o, atJob+"/startedDate")
					c.same(o, atJob+"/jobProfileId", c.facts().profile, "the profile that was asked for")
					c.same(o, atJob+"/jobProfileName", c.facts().profileName, "the name of the profile")
					c.at(o, atJob+"/runBy")
					c.count(o, atJob+"/progress/exported")
				}
				if len(seen) == 0 {
					c.missing(act + ".ended")
				}
			})
		}),
		claim("is-the-users", "The job was started by the user who logged in.", "a gateway that passes on another user", func(c *check) {
			c.ended(func(o *observed, job gjson.Result, _ *made, _ string) {
				user, known := job.Get("runBy.userId").String(), c.facts().user
				if known == "" {
					c.unchecked(nil, "nobody says who the user is")
				} else if user != known {
					c.broken(o, atJob+"/runBy/userId", "it is another than the one who asked")
				}
			})
		}, since5...),
		claim("has-a-number", "The job has an hrId, a positive whole number that stays while it lives; a text in 2020, a number since.", "a module of another release than it was held to", func(c *check) {
			c.looks(func(looks []*observed, _ *made) {
				last := ""
				for _, o := range looks {
					value := gjson.GetBytes(o.body, jobsList+".0.hrId")
					if gjson.GetBytes(o.body, jobsList+".0.status").String() == "NEW" {
						continue
					}
					if n, ok := c.count(o, atJob+"/hrId"); ok && n < 1 {
						c.broken(o, atJob+"/hrId", "it is %d", n)
					}
					if value.Type != gjson.Null && (value.Type == gjson.String) != c.traits().digitsAsText {
						c.broken(o, atJob+"/hrId", "it is %s", brief(value.Raw))
					}
					if last != "" && value.String() != last {
						c.broken(o, atJob+"/hrId", "it is %s after it was %s", brief(value.String()), brief(last))
					}
					last = value.String()
				}
			})
		}),
		claim("has-a-number-of-its-own", "A job that is started later has a greater hrId.", "a sequence that was set back when a database was restored", func(c *check) {
			a, b, ok := c.pair("whole.ended", "mixed.ended")
			if !ok {
				return
			}
			first, okA := c.count(a, atJob+"/hrId")
			second, okB := c.count(b, atJob+"/hrId")
			if okA && okB && second <= first {
				c.broken(b, atJob+"/hrId", "it is %d, and that of the job before it %d", second, first)
			}
		}),
		claim("succeeds", "A list of ids that all exist ends in the release's word for success.", "records that the server lists and cannot export, or a worker that is not well", func(c *check) {
			for o := range c.answers("whole.ended") {
				c.same(o, atJob+"/status", string(c.traits().success), "for every id exists")
			}
		}),
		claim("counts-every-id", "Of a list of ids that all exist each is counted as exported and none as failed.", "records that the server lists and cannot export", func(c *check) {
			c.counted("whole")
		}),
		claim("ends-in-part", "A list with lines that come to nothing ends in the release's word for that, with a file.", "a module of another release than it was held to", func(c *check) {
			for o := range c.answers("mixed.ended") {
				c.same(o, atJob+"/status", string(c.traits().partial), "for lines of it come to nothing")
			}
		}),
		claim("counts-what-failed", "A header line, an id that nothing has and an id that comes twice are counted as failed, one each.", "a module of another release than it was held to", func(c *check) {
			c.counted("mixed")
		}),
		claim("ends-after-it-started", "A job that has ended says when, and that is not before it started.", "servers of a cluster whose clocks differ", func(c *check) {
			c.ended(func(o *observed, _ gjson.Result, _ *made, _ string) {
				from, okFrom := c.instant(o, atJob+"/startedDate")
				to, okTo := c.instant(o, atJob+"/completedDate")
				if okFrom && okTo && to.Before(from) {
					c.broken(o, atJob+"/completedDate", "it is %s before startedDate", from.Sub(to))
				}
			})
		}),
		claim("has-not-ended-before-its-end", "A job that has not ended has no completedDate.", "an earlier export of the same definition", func(c *check) {
			c.looks(func(looks []*observed, _ *made) {
				for _, o := range looks {
					status := api.JobExecutionStatus(gjson.GetBytes(o.body, jobsList+".0.status").String())
					if !lifecycle.Final(status) && gjson.GetBytes(o.body, jobsList+".0.completedDate").Type == gjson.String {
						c.broken(o, atJob+"/completedDate", "it is there while the job is %s", status)
					}
				}
			})
		}),
		claim("ended-just-now", "By the server's own clock the job ended between its start and the answer that says so.", "a module whose clock differs from the gateway's", func(c *check) {
			c.ended(func(o *observed, _ gjson.Result, _ *made, _ string) {
				date, err := http.ParseTime(o.header.Get("Date"))
				to, ok := c.instant(o, atJob+"/completedDate")
				if err == nil && ok && (to.Sub(date) > 2*time.Minute || date.Sub(to) > 15*time.Minute) {
					c.broken(o, atJob+"/completedDate", "it is %s from the Date of the answer", to.Sub(date).Round(time.Second))
				}
			})
		}),
		claim("stays-ended", "A job that has ended stays as it is.", cluster, func(c *check) {
			c.eachJob(func(act string, m *made) {
				a, b, ok := c.pair(act+".poll", act+".ended")
				if !ok {
					return
				}
				for _, member := range []string{"status", "completedDate", "progress.exported", "progress.failed", "hrId", "startedDate", "exportedFiles.0.fileId", "exportedFiles.0.fileName"} {
					x, y := gjson.GetBytes(a.body, jobsList+".0."+member), gjson.GetBytes(b.body, jobsList+".0."+member)
					if x.String() != y.String() {
						c.broken(b, atJob+"/"+strings.ReplaceAll(member, ".", "/"), "it is %s after it was %s", brief(y.Raw), brief(x.Raw))
					}
				}
			})
		}),
		claim("names-its-file", "The exported file is named after the list and the job's number.", "a naming that changed with an upgrade", func(c *check) {
			c.ended(func(o *observed, job gjson.Result, m *made, _ string) {
				files := job.Get("exportedFiles").Array()
				if len(files) == 0 {
					c.broken(o, atJob+"/exportedFiles", "there is no file")
					return
				}
				want := strings.TrimSuffix(m.fileName, ".csv") + "-" + job.Get("hrId").String() + ".mrc"
				if name := files[len(files)-1].Get("fileName").String(); name != want {
					c.broken(o, atJob+"/exportedFiles/0/fileName", "it is %s and was to be %s", brief(name), brief(want))
				}
			})
		}),
		claim("moves-on", "The job's lastUpdatedDate is not before its start, and at the end not before its end.", "a trigger of the database that was lost", func(c *check) {
			c.ended(func(o *observed, job gjson.Result, _ *made, _ string) {
				c.instant(o, atJob+"/lastUpdatedDate")
				if laterThan(job.Get("completedDate").String(), job.Get("lastUpdatedDate").String()) {
					c.broken(o, atJob+"/lastUpdatedDate", "it is before completedDate")
				}
			})
		}, since5...),
	}
}

// counted holds the counters of a job that has ended against its list. An instance with several source records is
// exported several times, which the server says in duplicatedSrs, or in 2020 does not say at all.
func (c *check) counted(act string) {
	m := c.facts().jobs[act]
	if m == nil {
		c.missing(act + ".job")
		return
	}
	for o := range c.answers(act + ".ended") {
		exported, okE := c.count(o, atJob+"/progress/exported")
		failed, okF := c.count(o, atJob+"/progress/failed")
		total, okT := c.count(o, atJob+"/progress/total")
		if !okE || !okF || !okT {
			continue
		}
		twice := int(gjson.GetBytes(o.body, jobsList+".0.progress.duplicatedSrs").Int())
		if total != m.lines {
			c.broken(o, atJob+"/progress/total", "it is %d and the list has %d lines", total, m.lines)
		}
		if exported-twice != len(m.good) && (c.traits().logs || exported+failed != total || exported < len(m.good)) {
			c.broken(o, atJob+"/progress/exported", "it is %d and the list has %d instances", exported, len(m.good))
		}
		if failed != m.bad && (c.traits().logs || exported+failed != total) {
			c.broken(o, atJob+"/progress/failed", "it is %d and %d lines come to nothing", failed, m.bad)
		}
		if c.traits().logs {
			if read, ok := c.count(o, atJob+"/progress/readIds"); ok && read != m.lines {
				c.broken(o, atJob+"/progress/readIds", "it is %d and the list has %d lines", read, m.lines)
			}
		}
		for _, member := range []string{"exported", "failed"} {
			if gjson.GetBytes(o.body, jobsList+".0.progress."+member).Type != gjson.Number {
				c.broken(o, atJob+"/progress/"+member, "it is no number")
			}
		}
		if text := gjson.GetBytes(o.body, jobsList+".0.progress.total").Type == gjson.String; text != c.traits().digitsAsText {
			c.broken(o, atJob+"/progress/total", "it is written as another type than the release does")
		}
	}
}

// rank orders the states of a job.
func rank(status api.JobExecutionStatus) int {
	if lifecycle.Final(status) {
		return 2
	}
	return slices.Index([]api.JobExecutionStatus{api.JobExecutionStatusNew, api.JobExecutionStatusInProgress}, status)
}
