package mockserver

import (
	"fmt"
	"net/http"

	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// getLogs answers with the error log.
func getLogs(c *call) (reply, error) {
	filter, err := c.server.lists.logs.filter(c)
	if err != nil {
		return reply{}, err
	}
	var page []folio.LogEntry
	var total int
	err = c.with(func(w *folio.World) error {
		page, total = w.FindLogs(filter, c.offset(), c.limit())
		return nil
	})
	if err != nil {
		return reply{}, err
	}
	c.effect = fmt.Sprintf("%d of %s", len(page), prose.Count(total, "row"))
	return c.json(http.StatusOK, c.server.view.ErrorLogs(page, total))
}

// deleteJobExecution removes a job, in whatever state it is.
func deleteJobExecution(c *call) (reply, error) {
	id, err := c.id("jobExecutionId", release.JobUnknown)
	if err != nil {
		return reply{}, err
	}
	err = c.with(func(w *folio.World) error {
		c.effect = "job " + id.String() + " is gone"
		if _, unknown := w.Job(id); unknown != nil {
			c.effect = "there was no job " + id.String()
		}
		w.DeleteJob(id)
		return nil
	})
	return noContent(), err
}

// expireJobs fails the jobs that have not moved for an hour.
func expireJobs(c *call) (reply, error) {
	query, err := cql.Parse("status==" + string(api.JobExecutionStatusInProgress))
	if err != nil {
		return reply{}, err
	}
	running, err := cql.Compile(query, c.server.lists.jobs.schema)
	if err != nil {
		return reply{}, err
	}
	err = c.with(func(w *folio.World) error {
		_, before := w.FindJobs(running, 0, 0)
		w.ExpireJobs()
		_, after := w.FindJobs(running, 0, 0)
		c.effect = "no job has been idle for an hour"
		if expired := before - after; expired > 0 {
			c.effect = prose.Count(expired, "job") + " expired"
		}
		return nil
	})
	return noContent(), err
}
