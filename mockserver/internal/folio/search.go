package folio

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// FindJobs returns the page of the jobs that a filter lets through, and how many
// it lets through in all. A filter for one id costs the same however many jobs
// there are.
func (w *World) FindJobs(f *cql.Filter[*Job], offset, limit int) ([]Job, int) {
	var found []*Job
	if id, one := f.ID(); one {
		if j, ok := w.jobByID[id]; ok && f.Match(j) {
			found = append(found, j)
		}
	} else {
		for _, j := range w.jobs {
			if f.Match(j) {
				found = append(found, j)
			}
		}
		f.Sort(found)
	}
	page := Page(found, offset, limit)
	jobs := make([]Job, 0, len(page))
	for _, j := range page {
		jobs = append(jobs, j.clone())
	}
	return jobs, len(found)
}

// Page cuts a page out of a list; an offset behind its end gives an empty one,
// and so does a limit of 0 in releases that take it (assumption A14).
func Page[T any](all []T, offset, limit int) []T {
	offset = min(offset, len(all))
	return all[offset:min(offset+limit, len(all))]
}

// JobSchema says what a query over job executions may name: JSON paths in
// mod-data-export 2.x, the attributes of JobExecutionEntity in 5.x.
func JobSchema(r *release.Release) *cql.Schema[*Job] {
	id := cql.ID("id", func(j *Job) uuid.UUID { return j.ID })
	profile := cql.Ref("jobProfileId", func(j *Job) uuid.UUID {
		if j.Profile == nil {
			return uuid.Nil
		}
		return j.Profile.ID
	})
	name := cql.Text("jobProfileName", func(j *Job) (string, bool) {
		if j.Profile == nil {
			return "", false
		}
		return j.Profile.Name, true
	})
	status := cql.Enum("status", func(j *Job) string { return string(j.Status) })
	started := cql.Date("startedDate", func(j *Job) time.Time { return j.Started })
	completed := cql.Date("completedDate", func(j *Job) time.Time { return j.Completed })
	first := func(u User) string { return u.FirstName }
	last := func(u User) string { return u.LastName }
	exported := func(p Progress) int { return p.Exported }
	failed := func(p Progress) int { return p.Failed }

	if r.Input.Reading == release.InBatches {
		return cql.NewStorage(storedDate, id, profile, name, status, started, completed,
			userText("runBy.firstName", first), userText("runBy.lastName", last),
			counter("progress.exported", exported), counter("progress.failed", failed),
			cql.Text("progress.total", func(j *Job) (string, bool) {
				if j.Progress == nil {
					return "", false
				}
				return strconv.Itoa(j.Progress.Total), true
			}),
			cql.Text("hrId", func(j *Job) (string, bool) { return strconv.Itoa(j.HRID), j.HRID != 0 }),
			cql.Opaque[*Job]("exportedFiles"),
		)
	}
	return cql.NewJPA(id, profile, name, status, started, completed,
		userText("runByFirstName", first), userText("runByLastName", last),
		cql.Ref("runById", func(j *Job) uuid.UUID {
			if j.RunBy == nil {
				return uuid.Nil
			}
			return j.RunBy.ID
		}),
		counter("exported", exported), counter("failed", failed),
		counter("total", func(p Progress) int { return p.Total }),
		// Lower-case d: the column, not the JSON member (JobExecutionEntity).
		cql.Number("hrid", func(j *Job) (int, bool) { return j.HRID, j.HRID != 0 }),
	)
}

// userText is a text of the user who runs a job, if somebody does.
func userText(name string, get func(User) string) cql.Field[*Job] {
	return cql.Text(name, func(j *Job) (string, bool) {
		if j.RunBy == nil {
			return "", false
		}
		return get(*j.RunBy), true
	})
}

// counter is a number of a job's progress, if it has any.
func counter(name string, get func(Progress) int) cql.Field[*Job] {
	return cql.Number(name, func(j *Job) (int, bool) {
		if j.Progress == nil {
			return 0, false
		}
		return get(*j.Progress), true
	})
}

// storedDate is how 2020's JSON in the database writes an instant, in UTC.
const storedDate = "2006-01-02T15:04:05.000+0000"

// ProfileSchema says what a query over job profiles may name.
func ProfileSchema(r *release.Release) *cql.Schema[release.Profile] {
	type profile = release.Profile
	always := func(get func(profile) string) func(profile) (string, bool) {
		return func(p profile) (string, bool) { return get(p), true }
	}
	id := cql.ID("id", func(p profile) uuid.UUID { return p.ID })
	mapping := cql.Ref("mappingProfileId", func(p profile) uuid.UUID { return p.MappingID })
	name := cql.Text("name", always(func(p profile) string { return p.Name }))
	description := cql.Text("description", always(func(p profile) string { return p.Description }))
	created := func(p profile) time.Time { return p.Created }
	if r.Input.Reading == release.InBatches {
		return cql.NewStorage(storedDate, id, mapping, name, description,
			cql.Text("destination", always(func(profile) string { return "fileSystem" })),
			cql.Date("metadata.createdDate", created), cql.Date("metadata.updatedDate", created),
			cql.Opaque[profile]("userInfo"),
		)
	}
	fields := []cql.Field[profile]{
		id, mapping, name, description,
		cql.Date("creationDate", created), cql.Date("updatedDate", created),
		cql.Text("createdBy", always(func(profile) string { return uuid.Nil.String() })),
		cql.Ref("updatedByUserId", func(profile) uuid.UUID { return uuid.Nil }),
		cql.Text("updatedByFirstName", always(func(profile) string { return "System" })),
		cql.Text("updatedByLastName", always(func(profile) string { return "Process" })),
	}
	if r.Members.Locked {
		fields = append(fields, cql.Opaque[profile]("locked"), cql.Opaque[profile]("lockedBy"), cql.Opaque[profile]("lockedAt"))
	}
	return cql.NewJPA(fields...)
}

// InstanceSchema says what a query over the inventory may name here: enough to
// collect ids. keyword searches the words of title, contributor names and
// identifiers, as mod-inventory-storage 19 defines it.
func InstanceSchema() *cql.Schema[catalogue.Instance] {
	type instance = catalogue.Instance
	return cql.NewStorage("2006-01-02T15:04:05.000+00:00",
		cql.ID("id", func(i instance) uuid.UUID { return i.ID }),
		cql.Text("title", func(i instance) (string, bool) { return i.Title, true }),
		cql.Text("hrid", func(i instance) (string, bool) { return i.HRID, true }),
		cql.Text("source", func(i instance) (string, bool) { return string(i.Source), true }),
		cql.Date("metadata.createdDate", func(i instance) time.Time { return i.Created }),
		cql.Date("metadata.updatedDate", func(i instance) time.Time { return i.Updated }),
		cql.Words("keyword", instance.Words),
		cql.Opaque[instance]("contributors"),
		cql.Opaque[instance]("identifiers"),
		cql.Opaque[instance]("languages"),
		cql.Opaque[instance]("subjects"),
	)
}
