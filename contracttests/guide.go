package contracttests

import (
	"bytes"
	"embed"
	"encoding/json"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// The five answers that the guide prints, as it prints them.
//
//go:embed testdata/guide
var guidePrints embed.FS

// What the guide prints that differs from job to job, and from one first day to another.
var (
	guideIDs = []string{
		"d0d6b4dc-2207-42ec-ac6b-3c30300e4307", "{{definition}}",
		"22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", "{{job}}",
		"b975b199-fa3c-4cc8-8257-4e996e64addb", "{{file}}",
		"https://<download-link>", "{{text}}",
	}
	guideFirstDay = []string{
		"2020-10-07T13:17:02.263+0000", "{{date}}",
		"2020-10-07T13:18:20.364+0000", "{{date}}",
		"2020-10-07T13:18:19.852+0000", "{{date}}",
		"112", "{{number}}",
	}
)

// printed returns an answer of the guide as a template, in one line.
func printed(name string, replaced ...string) string {
	GinkgoHelper()
	data, err := guidePrints.ReadFile("testdata/guide/" + name + ".json")
	Expect(err).NotTo(HaveOccurred())
	return strings.NewReplacer(replaced...).Replace(compact(data))
}

// compact is JSON in one line, its members in the order in which they came.
func compact(data []byte) string {
	GinkgoHelper()
	var b bytes.Buffer
	Expect(json.Compact(&b, data)).To(Succeed(), "%s", data)
	return b.String()
}

// guideAnswers hold the release of the guide against what the guide prints: members, order, types, constants.
func guideAnswers(s *suite) {
	if s.Release != "guide" {
		return
	}
	It("answers each step as the guide prints it, but for ids and dates", Label(Seed), func(ctx SpecContext) {
		s.printsTheGuide(s.admin(ctx), func() {}, append(append([]string{}, guideIDs...), guideFirstDay...))
	})

	It("answers step 5 with a list, as every real server, and not with the job alone, as the guide prints it", func(ctx SpecContext) {
		c := s.admin(ctx)
		var members map[string]json.RawMessage
		a := c.send(jobs(*c.deliver(list("x")).JobExecutionId))
		Expect(json.Unmarshal(a.body, &members)).To(Succeed())
		Expect(members).To(And(HaveLen(2), HaveKey("jobExecutions"), HaveKey("totalRecords")))
	})

	It("has the login that expires, which came years after the guide", func(ctx SpecContext) {
		Expect(s.nobody(ctx).logIn(s.running().Admin).answer.status).To(Equal(http.StatusCreated))
	})
}

// printsTheGuide goes through the six steps and compares. beforeExport may move the clock.
func (s *suite) printsTheGuide(c *caller, beforeExport func(), replaced []string) {
	GinkgoHelper()
	same := func(name, body string, known values) {
		GinkgoHelper()
		want := printed(name, replaced...)
		e, err := expression(want, s.Release, known)
		Expect(err).NotTo(HaveOccurred())
		Expect(e.MatchString(body)).To(BeTrue(), "the guide prints\n%s\nand the server answered\n%s", want, body)
	}
	same("1-job-profiles", compact(c.send(get(profiles)).body), nil)

	ids := make([]string, 0, 25)
	for _, i := range read[api.InstanceIds](c.send(get("/instance-bulk/ids").find(theGuidesQuery))).Ids {
		ids = append(ids, i.Id)
	}
	made := c.send(postJSON(definitions, `{"fileName":"test.csv"}`))
	known := values{"definition": read[api.FileDefinition](made).Id}
	same("2-file-definition", compact(made.body), known)

	uploaded := c.send(upload(known["definition"], list(ids...)))
	known["job"] = *read[api.FileDefinition](uploaded).JobExecutionId
	same("3-upload", compact(uploaded.body), known)

	beforeExport()
	c.is(c.send(export(known["definition"], instancesProfile)), nothing(), nil)
	known["file"] = file(c.ended(known["job"])).FileId
	var listed struct {
		JobExecutions []json.RawMessage `json:"jobExecutions"`
	}
	Expect(json.Unmarshal(c.send(jobs(known["job"])).body, &listed)).To(Succeed())
	Expect(listed.JobExecutions).To(HaveLen(1))
	same("5-job-execution", compact(listed.JobExecutions[0]), known)

	same("6-download", compact(c.send(download(known["job"], known["file"])).body), known)
}
