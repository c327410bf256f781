package contracttests

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/internal/marc"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// token is an access token and the moment on the server's clock at which it was got.
type token struct {
	text string
	at   time.Duration
}

// renewal is how long a token is used. They live for ten minutes.
const renewal = 5 * time.Minute

func (s *suite) admin(ctx context.Context) *caller { return s.as(ctx, s.running().Admin) }

// as sends requests as a user, who logs in once in each process and again when the token grows old.
func (s *suite) as(ctx context.Context, user User) *caller {
	GinkgoHelper()
	return s.in(ctx, s.running().Tenant, user)
}

// in sends requests as a user of some tenant.
func (s *suite) in(ctx context.Context, tenant string, user User) *caller {
	GinkgoHelper()
	key := tenant + "/" + user.Name
	c := s.nobody(ctx)
	c.tenant = tenant
	if had, ok := s.tokens[key]; ok && s.passed-had.at < renewal {
		c.token = had.text
		return c
	}
	session := c.logIn(user)
	s.tokens[key] = token{text: session.access, at: s.passed}
	c.token = session.access
	return c
}

// session is what a login gives out.
type session struct {
	access, refresh string
	answer          answer
}

// logIn logs in by the login that every release has.
func (c *caller) logIn(user User) session {
	GinkgoHelper()
	return c.session(c.send(postJSON("/authn/login-with-expiry", credentials(user))))
}

func credentials(user User) string {
	return object("username", user.Name, "password", user.Password)
}

// session reads the cookies of an answer that opened a session.
func (c *caller) session(a answer) session {
	GinkgoHelper()
	Expect(a.status).To(Equal(http.StatusCreated), "%s", a.body)
	s := session{answer: a}
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		switch cookie.Name {
		case "folioAccessToken":
			s.access = cookie.Value
		case "folioRefreshToken":
			s.refresh = cookie.Value
		}
	}
	Expect(s.access).NotTo(BeEmpty(), "the access token's cookie")
	Expect(s.refresh).NotTo(BeEmpty(), "the refresh token's cookie")
	return s
}

// fileName is that of every list, and of the guide's.
const fileName = "test.csv"

// read decodes the body of an answer that has to be a success.
func read[T any](a answer) T {
	GinkgoHelper()
	var v T
	Expect(a.status).To(BeNumerically("<", 300), "%s", a.body)
	Expect(json.Unmarshal(a.body, &v)).To(Succeed(), "%s", a.body)
	return v
}

// define is step 2.
func (c *caller) define() api.FileDefinition {
	GinkgoHelper()
	return c.defineNamed(fileName)
}

func (c *caller) defineNamed(name string) api.FileDefinition {
	GinkgoHelper()
	return read[api.FileDefinition](c.send(postJSON(definitions, object("fileName", name))))
}

// object is a JSON object of strings, names and values in turn.
func object(members ...string) string {
	o := map[string]string{}
	for pair := range slices.Chunk(members, 2) {
		o[pair[0]] = pair[1]
	}
	text, _ := json.Marshal(o) // strings always can be
	return string(text)
}

func upload(definition, list string) request {
	return post(definitions+"/"+definition+"/upload").with("Content-Type", "application/octet-stream").holding(list)
}

func (r request) holding(body string) request {
	r.body = body
	return r
}

// deliver is steps 2 and 3: a definition that has its list.
func (c *caller) deliver(list string) api.FileDefinition {
	GinkgoHelper()
	return read[api.FileDefinition](c.send(upload(c.define().Id, list)))
}

func export(definition, profile string) request {
	return postJSON(exports, object("fileDefinitionId", definition, "jobProfileId", profile))
}

// start is steps 2 to 4, and returns the id of the job.
func (c *caller) start(list string) string {
	GinkgoHelper()
	return c.startNamed(fileName, list)
}

func (c *caller) startNamed(name, list string) string {
	GinkgoHelper()
	definition := read[api.FileDefinition](c.send(upload(c.defineNamed(name).Id, list)))
	Expect(definition.JobExecutionId).NotTo(BeNil(), "the job of an uploaded definition")
	c.is(c.send(export(definition.Id, instancesProfile)), nothing(), nil)
	return *definition.JobExecutionId
}

// list is the lines of an upload.
func list(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

func jobs(id string) request { return get(executions).find(`id=="` + id + `"`) }

// look is step 5, once.
func (c *caller) look(job string) api.JobExecution {
	GinkgoHelper()
	return only(c.send(jobs(job)))
}

// only is the one job of a list.
func only(a answer) api.JobExecution {
	GinkgoHelper()
	found := read[api.JobExecutionCollection](a)
	Expect(found.TotalRecords).To(Equal(1), "totalRecords")
	Expect(found.JobExecutions).To(HaveLen(1))
	return found.JobExecutions[0]
}

// How long specs wait for a job on the server's clock, and how often they look.
const patience = time.Minute

func (s *suite) pause() time.Duration {
	if s.VirtualTime {
		return 16 * time.Millisecond
	}
	return 100 * time.Millisecond
}

// until looks at a job until it is as wanted.
func (c *caller) until(job, wanted string, is func(api.JobExecution) bool) api.JobExecution {
	GinkgoHelper()
	for waited := time.Duration(0); ; waited += c.pause() {
		seen := c.look(job)
		if is(seen) {
			return seen
		}
		Expect(waited).To(BeNumerically("<", patience), "job %s is %s and was to be %s by now", job, seen.Status, wanted)
		Expect(c.pass(c.ctx, c.pause())).To(Succeed())
	}
}

// ended waits for the end of a job.
func (c *caller) ended(job string) api.JobExecution {
	GinkgoHelper()
	return c.until(job, "at its end", func(j api.JobExecution) bool { return lifecycle.Final(j.Status) })
}

// begun waits until a job is at work. A short one may have ended by then.
func (c *caller) begun(job string) api.JobExecution {
	GinkgoHelper()
	return c.until(job, "at work", func(j api.JobExecution) bool { return j.Status != api.JobExecutionStatusNew })
}

// runs catches a job at work.
func (c *caller) runs(job string) api.JobExecution {
	GinkgoHelper()
	seen := c.begun(job)
	Expect(seen.Status).To(Equal(api.JobExecutionStatusInProgress), "a job that is at work")
	return seen
}

// file is the last file that a job lists.
func file(j api.JobExecution) api.ExportedFile {
	GinkgoHelper()
	Expect(j.ExportedFiles).NotTo(BeNil(), "exportedFiles")
	Expect(*j.ExportedFiles).NotTo(BeEmpty(), "exportedFiles")
	files := *j.ExportedFiles
	return files[len(files)-1]
}

func download(job, file string) request {
	return get(executions + "/" + job + "/download/" + file)
}

// link is step 6.
func (c *caller) link(j api.JobExecution) string {
	GinkgoHelper()
	return read[api.FileDownload](c.send(download(j.Id, file(j).FileId))).Link
}

// records fetches the file of a job and reads it as MARC, every byte.
func (c *caller) records(j api.JobExecution) []marc.Record {
	GinkgoHelper()
	a := c.fetch(c.link(j))
	Expect(a.status).To(Equal(http.StatusOK), "%s", a.body)
	var found []marc.Record
	for record, err := range marc.Records(bytes.NewReader(a.body)) {
		Expect(err).NotTo(HaveOccurred())
		found = append(found, record)
	}
	return found
}

// instanceIDs are the ids of the instances that records were made from.
func instanceIDs(records []marc.Record) []string {
	ids := make([]string, 0, len(records))
	for _, r := range records {
		ids = append(ids, r.Subfield("999", 'i'))
	}
	return ids
}
