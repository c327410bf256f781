package contracttests

import (
	"net/http"
	"slices"
	"strconv"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// moments are the members of each answer at each moment of the six steps: which there are, in which order, of which
// type, in which layout. The answers are under answers/, byte for byte.
func moments(s *suite) {
	Describe("what each step answers", func() {
		profilesAnswer(s)
		definitionsAnswer(s)
		jobsAnswer(s)
	})
}

func profilesAnswer(s *suite) {
	for _, p := range seedProfiles.of(s.Release) {
		It("step 1 shows the profile "+p.name, Label(Seed), func(ctx SpecContext) {
			a := s.admin(ctx).send(get(profiles).find(`id=="` + p.id + `"`))
			s.is(a, ok(s.template("profile")), values{
				"id": p.id, "name": p.name, "description": p.description, "mapping": p.mapping, "day": p.day,
			})
		})
	}

	It("step 1 lists the profiles that a tenant has from the start, and no other", Label(Seed), func(ctx SpecContext) {
		found := read[api.JobProfileCollection](s.admin(ctx).send(get(profiles)))
		wanted := seedProfiles.of(s.Release)
		Expect(found.TotalRecords).To(Equal(len(wanted)))
		Expect(found.JobProfiles).To(HaveLen(len(wanted)))
		for _, p := range wanted {
			Expect(slices.ContainsFunc(found.JobProfiles, func(f api.JobProfile) bool { return f.Id == p.id })).To(BeTrue(), p.name)
		}
	})
}

func definitionsAnswer(s *suite) {
	It("step 2 answers with a definition that is NEW, and GET with the same", func(ctx SpecContext) {
		c := s.admin(ctx)
		made := c.send(postJSON(definitions, `{"fileName":"test.csv"}`))
		s.is(made, created(s.template("definition-new")), values{"user": claimsOf(c.token).UserID})
		Expect(made.header).NotTo(HaveKey("Location"))
		again := c.send(get(definitions + "/" + read[api.FileDefinition](made).Id))
		Expect(again.status).To(Equal(http.StatusOK))
		Expect(string(again.body)).To(Equal(string(made.body)))
	})

	It("step 2 keeps the id and the size that the client chose", func(ctx SpecContext) {
		c := s.admin(ctx)
		// An id that is free is got by using up another definition's.
		id := flipped(c.define().Id)
		a := c.send(postJSON(definitions, `{"id":"`+id+`","fileName":"test.csv","size":500000}`))
		s.is(a, created(s.template("definition-with-size")), values{"id": id, "size": "500000", "user": claimsOf(c.token).UserID})
	})

	It("step 2 does not mind capital letters in .csv", func(ctx SpecContext) {
		made := s.admin(ctx).send(postJSON(definitions, `{"fileName":"TEST.CSV"}`))
		Expect(read[api.FileDefinition](made).FileName).To(Equal("TEST.CSV"))
	})

	It("step 3 answers with the definition, COMPLETED, and the job; GET with the same", func(ctx SpecContext) {
		c := s.admin(ctx)
		made := c.define()
		Expect(c.pass(ctx, c.pause())).To(Succeed())
		a := c.send(upload(made.Id, list(nowhere)))
		known := values{"definition": made.Id, "created": made.Metadata.CreatedDate.String(), "user": claimsOf(c.token).UserID}
		if made.JobExecutionId != nil {
			known["job"] = *made.JobExecutionId
		}
		s.is(a, ok(s.template("definition-uploaded")), known)
		uploaded := read[api.FileDefinition](a)
		moved := uploaded.Metadata.UpdatedDate.After(made.Metadata.UpdatedDate.Time)
		Expect(moved).To(Equal(since5(false, true).of(s.Release)), "whether updatedDate moves with the upload")
		again := c.send(get(definitions + "/" + made.Id))
		Expect(string(again.body)).To(Equal(string(a.body)))
	})
}

// flipped is another UUID of the same version.
func flipped(id string) string {
	last := "0"
	if id[len(id)-1] == '0' {
		last = "1"
	}
	return id[:len(id)-1] + last
}

func jobsAnswer(s *suite) {
	It("step 4 answers 204 also to a client that takes nothing but JSON", func(ctx SpecContext) {
		c := s.admin(ctx)
		definition := c.deliver(list(c.knownIDs().generated[0]))
		a := c.send(export(definition.Id, instancesProfile).with("Accept", "application/json"))
		s.is(a, nothing(), nil)
	})

	It("the job exists from step 2 or from step 3 on, as the release has it", func(ctx SpecContext) {
		c := s.admin(ctx)
		made := c.define()
		waiting := ok(s.template("job-waiting"))
		if s.Release == "guide" {
			Expect(made.JobExecutionId).To(BeNil())
		} else {
			s.is(c.send(jobs(*made.JobExecutionId)), waiting, values{"job": *made.JobExecutionId})
		}
		uploaded := read[api.FileDefinition](c.send(upload(made.Id, list(nowhere))))
		s.is(c.send(jobs(*uploaded.JobExecutionId)), waiting, values{"job": *uploaded.JobExecutionId})
	})

	It("a job goes through its moments in their order, and its counters never fall", func(ctx SpecContext) {
		c := s.admin(ctx)
		definition := c.deliver(list(c.knownIDs().all()[:5]...))
		job := *definition.JobExecutionId
		j := journey{suite: s, known: values{"job": job, "user": claimsOf(c.token).UserID}, stages: since5(
			[]string{"job-waiting", "job-accepted", "job-running", "job-ended"},
			[]string{"job-waiting", "job-running", "job-ended"},
		).of(s.Release)}
		j.see(c.send(jobs(job)))
		s.is(c.send(export(definition.Id, instancesProfile)), nothing(), nil)
		for !j.over() {
			j.see(c.send(jobs(job)))
			Expect(c.pass(ctx, c.pause())).To(Succeed())
		}
		if s.VirtualTime {
			Expect(j.met).To(Equal(j.stages), "every moment is seen by somebody who looks all the time")
		}
		j.checkFiles()
	})

	It("step 6 answers with the file's id and a link", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := c.start(list(nowhere))
		running := c.begun(job)
		a := c.send(download(job, file(running).FileId))
		s.is(a, ok(s.template("download")), values{"file": file(running).FileId})
	})
}

// journey is a job as it was seen by looking again and again.
type journey struct {
	*suite
	known  values
	stages []string // templates, in their order
	met    []string // that were seen
	looks  []api.JobExecution
}

// see takes in one look. It must be the moment of the look before or a later one.
func (j *journey) see(a answer) {
	GinkgoHelper()
	next := 0
	if len(j.met) > 0 {
		next = slices.Index(j.stages, j.met[len(j.met)-1])
	}
	Expect(a.status).To(Equal(http.StatusOK))
	Expect(a.contentType).To(Equal(jsonType))
	for _, stage := range j.stages[next:] {
		e, err := expression(j.template(stage), j.Release, j.known)
		Expect(err).NotTo(HaveOccurred())
		if !e.Match(a.body) {
			continue
		}
		if len(j.met) == 0 || j.met[len(j.met)-1] != stage {
			j.met = append(j.met, stage)
		}
		j.looks = append(j.looks, only(a))
		j.checkCounters()
		return
	}
	Fail("a job that was at " + strconv.Quote(j.stages[next]) + " now looks like none of the moments from there on:\n" + string(a.body))
}

func (j *journey) over() bool {
	return len(j.looks) > 0 && lifecycle.Final(j.looks[len(j.looks)-1].Status)
}

// checkCounters compares the last two looks.
func (j *journey) checkCounters() {
	GinkgoHelper()
	if len(j.looks) < 2 {
		return
	}
	before, now := j.looks[len(j.looks)-2].Progress, j.looks[len(j.looks)-1].Progress
	if before == nil {
		return
	}
	Expect(now.Exported).To(BeNumerically(">=", before.Exported), "exported")
	Expect(now.Failed).To(BeNumerically(">=", before.Failed), "failed")
	Expect(now.Total.Value).To(BeNumerically(">=", before.Total.Value), "total")
	if before.ReadIds != nil {
		Expect(*now.ReadIds).To(BeNumerically(">=", *before.ReadIds), "readIds")
	}
}

// checkFiles compares the file of the running job with that of the ended one: since 5.0 the first is provisional and
// the end brings another id with it.
func (j *journey) checkFiles() {
	GinkgoHelper()
	ended := file(j.looks[len(j.looks)-1])
	for _, look := range j.looks {
		if look.Status == api.JobExecutionStatusInProgress {
			Expect(file(look).FileName).To(Equal(ended.FileName))
			Expect(file(look).FileId == ended.FileId).To(Equal(since5(true, false).of(j.Release)), "whether the file keeps its id")
		}
	}
}
