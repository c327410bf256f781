package mockserver

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/javauuid"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// runs names what each operation of the document does. An operation that is
// missing here keeps the server from starting.
func (s *Server) runs() map[string]func(*call) (reply, error) {
	return map[string]func(*call) (reply, error){
		"getJobProfiles":       getJobProfiles,
		"createFileDefinition": createFileDefinition,
		"getFileDefinition":    getFileDefinition,
		"uploadFile":           uploadFile,
		"startExport":          startExport,
		"getJobExecutions":     getJobExecutions,
		"getDownloadLink":      getDownloadLink,
		"getLogs":              getLogs,
		"deleteJobExecution":   deleteJobExecution,
		"expireJobs":           expireJobs,

		"getInstanceBulkIds": getInstanceBulkIDs,
		"getInstances":       getInstances,

		"login":           login,
		"loginWithExpiry": loginWithExpiry,
		"refreshToken":    refreshToken,
		"logout":          logout,

		"getVersion":          getVersion,
		"getHealth":           getHealth,
		"getTenantModules":    getTenantModules,
		"getTenantInterfaces": getTenantInterfaces,
	}
}

// Step 1.
func getJobProfiles(c *call) (reply, error) {
	filter, err := c.server.lists.profiles.filter(c)
	if err != nil {
		return reply{}, err
	}
	var found []release.Profile
	for _, p := range c.server.release.Profiles {
		if filter.Match(p) {
			found = append(found, p)
		}
	}
	filter.Sort(found)
	page := folio.Page(found, c.offset(), c.limit())
	c.effect = fmt.Sprintf("%d of %d profiles", len(page), len(found))
	if len(page) == 1 {
		c.effect = page[0].Name + "  " + page[0].ID.String()
	}
	return c.json(http.StatusOK, c.server.view.JobProfiles(page, len(found)))
}

// Step 2.
func createFileDefinition(c *call) (reply, error) {
	var asked api.FileDefinitionRequest
	if err := c.decode(&asked); err != nil {
		return reply{}, err
	}
	wanted := folio.NewFileDefinition{FileName: asked.FileName, UploadFormat: api.UploadFormatCSV}
	if asked.Id != nil {
		id, err := uuid.Parse(*asked.Id)
		if err != nil {
			return reply{}, err // the document lets UUIDs through only
		}
		wanted.ID = id
	}
	if asked.Size != nil { // as a string of digits too: assumption A16
		wanted.Size = new(int(asked.Size.Value))
	}
	if asked.UploadFormat != nil {
		wanted.UploadFormat = *asked.UploadFormat
	}
	if asked.JobExecutionId != nil {
		id, err := uuid.Parse(*asked.JobExecutionId)
		if err != nil {
			return reply{}, err // the document lets UUIDs through only
		}
		wanted.Job = id
	}
	if asked.SourcePath != nil && c.server.release.Job.WithDefinition {
		wanted.SourcePath = *asked.SourcePath
	}
	var created folio.FileDefinition
	err := c.with(func(w *folio.World) (err error) {
		created, err = w.CreateFileDefinition(c.user, wanted)
		c.aboutNew(w, created.JobID)
		return err
	})
	if err != nil {
		return reply{}, err
	}
	c.effect = fmt.Sprintf("%s is %s  %s", created.FileName, created.Status, created.ID)
	return c.json(http.StatusCreated, c.server.view.FileDefinition(created))
}

func getFileDefinition(c *call) (reply, error) {
	id, err := c.id("fileDefinitionId", release.DefinitionUnknown)
	if err != nil {
		return reply{}, err
	}
	var found folio.FileDefinition
	err = c.with(func(w *folio.World) (err error) {
		found, err = w.FileDefinition(id)
		return err
	})
	if err != nil {
		return reply{}, err
	}
	c.effect = fmt.Sprintf("%s is %s", found.FileName, found.Status)
	return c.json(http.StatusOK, c.server.view.FileDefinition(found))
}

// maxUpload bounds a list in bytes: five million ids and room for quotes.
const maxUpload = 256 << 20

// Step 3. The list is parsed while it arrives; no lock is held meanwhile.
func uploadFile(c *call) (reply, error) {
	id, err := c.id("fileDefinitionId", release.DefinitionUnknown)
	if err != nil {
		return reply{}, err
	}
	if err := c.with(func(w *folio.World) error { return w.BeginUpload(id) }); err != nil {
		return reply{}, err
	}
	counted := &countingReader{r: http.MaxBytesReader(nil, c.request.Body, maxUpload)}
	input, err := folio.ReadInput(counted, c.server.release.Input)
	c.uploaded = counted.n
	if err != nil {
		refusal := c.with(func(w *folio.World) error { return w.BreakUpload(id) })
		if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong || errors.Is(err, folio.ErrTooManyLines) {
			refusal = release.Refuse(release.BodyTooLarge, "limit", fmt.Sprintf("5,000,000 lines and %s bytes are the most", prose.Thousands(maxUpload)))
		}
		return reply{}, refusal
	}
	var uploaded folio.FileDefinition
	err = c.with(func(w *folio.World) (err error) {
		uploaded, err = w.EndUpload(id, input)
		if c.server.release.Job.WithDefinition {
			c.aboutJob(w, uploaded.JobID)
		} else {
			c.aboutNew(w, uploaded.JobID)
		}
		return err
	})
	if err != nil {
		return reply{}, err
	}
	c.effect = fmt.Sprintf("%s, %d bytes  job %s", prose.Count(input.Lines(), "line"), counted.n, uploaded.JobID)
	return c.json(http.StatusOK, c.server.view.FileDefinition(uploaded))
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Step 4.
func startExport(c *call) (reply, error) {
	var asked api.ExportRequest
	if err := c.decode(&asked); err != nil {
		return reply{}, err
	}
	wanted, err := exportRequest(asked)
	if err != nil {
		return reply{}, err
	}
	var list folio.List
	err = c.with(func(w *folio.World) (err error) {
		list, err = w.PrepareExport(wanted)
		return err
	})
	if refusal, ok := errors.AsType[*release.Refusal](err); ok && refusal.Kind == release.ExportBeforeUpload {
		c.advise(exportBeforeUpload())
	}
	if err != nil {
		return reply{}, err
	}
	story, number := c.tenant.tell(list)
	run := c.server.plan(c.tenantName, story, number, list, asked)
	var before, started folio.Job
	err = c.with(func(w *folio.World) (err error) {
		if before, err = w.Job(list.Job); err != nil {
			return err
		}
		started, err = w.StartExport(c.user, wanted, run.outcome, run.steps)
		return err
	})
	if err != nil {
		return reply{}, err
	}
	c.about(before.Status, started)
	c.effect = "accepted  job " + started.ID.String()
	if started.Runs() > 1 {
		c.advise(secondExport())
	}
	switch {
	case list.Format == api.UploadFormatCQL:
		c.advise(notImitated("a CQL file needs a search module, which this FOLIO does not have: the job will fail"))
	case list.Input == nil:
		c.advise(exportBeforeUpload())
	}
	return noContent(), nil
}

func exportRequest(asked api.ExportRequest) (folio.ExportRequest, error) {
	definition, err := uuid.Parse(asked.FileDefinitionId)
	if err != nil {
		return folio.ExportRequest{}, err // the document lets UUIDs through only
	}
	profile, err := uuid.Parse(asked.JobProfileId)
	if err != nil {
		return folio.ExportRequest{}, err
	}
	return folio.ExportRequest{Definition: definition, Profile: profile}, nil
}

// Step 5.
func getJobExecutions(c *call) (reply, error) {
	filter, err := c.server.lists.jobs.filter(c)
	if err != nil {
		return reply{}, err
	}
	var page []folio.Job
	var total int
	err = c.with(func(w *folio.World) error {
		page, total = w.FindJobs(filter, c.offset(), c.limit())
		return nil
	})
	if err != nil {
		return reply{}, err
	}
	c.effect = describeJobs(page, total)
	_, one := filter.ID()
	if len(page) == 1 {
		c.about(page[0].Status, page[0])
	}
	if one && len(page) == 1 {
		c.watchPolling(page[0])
	}
	c.letTimePass(page, one)
	return c.json(http.StatusOK, c.server.view.JobExecutions(page, total))
}

func describeJobs(page []folio.Job, total int) string {
	if len(page) != 1 {
		return fmt.Sprintf("%d of %s", len(page), prose.Count(total, "job"))
	}
	j := page[0]
	text := string(j.Status)
	if j.Progress != nil {
		text += fmt.Sprintf("  %d of %d", j.Progress.Exported, j.Progress.Total)
	}
	if lifecycle.HasFile(j.Status) && len(j.Files) > 0 {
		text += "  " + j.Files[len(j.Files)-1].Name
	}
	return text
}

// Step 6.
func getDownloadLink(c *call) (reply, error) {
	job, err := c.id("jobExecutionId", release.JobUnknown)
	if err != nil {
		return reply{}, err
	}
	fileID, err := c.id("exportFileId", release.FileUnknown)
	if err != nil {
		return reply{}, err
	}
	var file folio.ExportedFile
	err = c.with(func(w *folio.World) (err error) {
		file, err = w.FileForDownload(job, fileID)
		c.aboutJob(w, job)
		c.watchDownload(w, job, fileID)
		return err
	})
	if err != nil {
		return reply{}, err
	}
	signed := c.now
	c.effect = "a link, good for 10 minutes"
	if story := c.tenant.storyOf(job); c.tenant.linkNumber(job) <= story.Link.Stale {
		signed = signed.Add(-linkLife - time.Second)
		c.effect, c.rule = "a link that has expired", "link.stale of scenario "+story.Name
	}
	link := c.server.links.sign(c.request, c.tenantName, job, file.Name, signed)
	return c.json(http.StatusOK, api.FileDownload{FileId: fileID.String(), Link: link})
}

// parsePathID reads a UUID of a path, which Java takes in shortened form too.
func parsePathID(text string, lenient bool) (uuid.UUID, error) {
	if lenient {
		return javauuid.Parse(text)
	}
	return uuid.Parse(text)
}
