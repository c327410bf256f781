package contracttests

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/internal/marc"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// tell runs the six steps by the client that users import. Where time is virtual each look at the job lets a little of
// it go by.
func (s *suite) tell(ctx context.Context, user User, ids []string, patience client.Patience) (*client.Result, []byte, error) {
	GinkgoHelper()
	target := s.running()
	c, err := client.New(client.Config{
		URL: target.URL, Tenant: target.Tenant, Username: user.Name, Password: user.Password,
		OnEvent: func(e client.Event) {
			if s.VirtualTime && e.Step == client.StepJob {
				Expect(s.pass(ctx, 100*time.Millisecond)).To(Succeed())
			}
		},
	})
	Expect(err).NotTo(HaveOccurred())
	if s.VirtualTime {
		patience.PollInterval = time.Millisecond
	}
	var output bytes.Buffer
	result, err := c.Export(ctx, client.Export{
		IDs: strings.NewReader(list(ids...)), FileName: fileName, JobProfile: seedProfiles.of(s.Release)[0].name,
		Output: &output, Patience: patience,
	})
	return result, output.Bytes(), err
}

// titles are the instances with the word of the guide, title by id.
func (c *caller) titles() map[string]string {
	GinkgoHelper()
	found := read[api.InstanceCollection](c.send(get("/inventory/instances").find(theGuidesQuery).and("limit=100")))
	titles := map[string]string{}
	for _, i := range found.Instances {
		titles[i.Id] = i.Title
	}
	return titles
}

// storyOfSuccess is the whole: from a query to a file, and the same without the permission for it.
func storyOfSuccess(s *suite) {
	Describe("the whole story", func() {
		It("leads from the guide's query to 25 records with the same titles", Label(Seed), func(ctx SpecContext) {
			titles := s.admin(ctx).titles()
			Expect(titles).To(HaveLen(25))
			ids := make([]string, 0, len(titles))
			for id := range titles {
				ids = append(ids, id)
			}
			result, file, err := s.tell(ctx, s.running().Exporter, ids, client.Patience{})
			Expect(err).NotTo(HaveOccurred())
			Expect(result.Outcome).To(Equal(client.Success))
			Expect(result.Status).To(Equal(success.of(s.Release)))
			Expect(result.Progress.Exported).To(BeEquivalentTo(25))
			Expect(result.Files).To(HaveLen(1))
			found := map[string]string{}
			for record, err := range marc.Records(bytes.NewReader(file)) {
				Expect(err).NotTo(HaveOccurred())
				found[record.Subfield("999", 'i')] = record.Subfield("245", 'a')
			}
			Expect(found).To(Equal(titles))
		})

		It("ends with a file and a remark if a line is bad", func(ctx SpecContext) {
			ids := append(s.admin(ctx).knownIDs().generated[:2], "no-id")
			result, _, err := s.tell(ctx, s.running().Admin, ids, client.Patience{})
			Expect(err).NotTo(HaveOccurred())
			Expect(result.Outcome).To(Equal(client.Partial))
			Expect(result.Status).To(Equal(partial.of(s.Release)))
			Expect(result.Progress.Failed).To(BeEquivalentTo(1))
		})

		It("ends at step 2 for the viewer", Label(Seed), func(ctx SpecContext) {
			result, file, err := s.tell(ctx, s.running().Viewer, []string{nowhere}, client.Patience{})
			Expect(result).To(BeNil())
			Expect(file).To(BeEmpty())
			refused, is := errors.AsType[*client.Error](err)
			Expect(is).To(BeTrue(), "%v", err)
			Expect(refused.Kind).To(Equal(client.KindAccess))
			Expect(refused.Status).To(Equal(403))
			if s.Release != "trillium" {
				Expect(refused.Error()).To(ContainSubstring("data-export.file-definitions.item.post"))
			}
		})
	})
}

// storyOfFail is a server every job of which ends in FAIL, for want of records.
func storyOfFail(s *suite) {
	It("a job ends in FAIL, with all of its lines counted and a link to nothing", func(ctx SpecContext) {
		c := s.admin(ctx)
		ids := c.knownIDs().all()[:5]
		result, file, err := s.tell(ctx, s.running().Admin, ids, client.Patience{})
		failure, is := errors.AsType[*client.Error](err)
		Expect(is).To(BeTrue(), "%v", err)
		Expect(failure.Kind).To(Equal(client.KindFailed))
		Expect(result.Outcome).To(Equal(client.Fail))
		Expect(file).To(BeEmpty())

		c = s.admin(ctx)
		s.is(c.send(jobs(result.JobExecutionID)), ok(s.template("job-failed")),
			values{"job": result.JobExecutionID, "user": claimsOf(c.token).UserID})
		c.comesTo(result.JobExecutionID, failed(len(ids)).of(s.Release), nil)
	})
}

// storyOfNever is a server every job of which stays IN_PROGRESS.
func storyOfNever(s *suite) {
	It("a job stays IN_PROGRESS, and the client gives up in time", func(ctx SpecContext) {
		c := s.admin(ctx)
		limit := 3 * time.Second
		if s.VirtualTime {
			limit = 100 * time.Millisecond // of the machine's time, to which the client keeps
		}
		result, file, err := s.tell(ctx, s.running().Admin, c.knownIDs().all()[:5], client.Patience{Timeout: limit})
		failure, is := errors.AsType[*client.Error](err)
		Expect(is).To(BeTrue(), "%v", err)
		Expect(failure.Kind).To(Equal(client.KindTimeout))
		Expect(result.Outcome).To(Equal(client.Timeout))
		Expect(file).To(BeEmpty())

		if s.VirtualTime {
			Expect(s.pass(ctx, 30*24*time.Hour)).To(Succeed())
		}
		c = s.admin(ctx)
		s.is(c.send(jobs(result.JobExecutionID)), ok(s.template("job-running")),
			values{"job": result.JobExecutionID, "user": claimsOf(c.token).UserID})
		s.isNoSuchKey(c.fetch(c.link(c.look(result.JobExecutionID))))

		if s.VirtualTime && s.Release != "guide" {
			s.is(c.send(post(expirePath)), nothing(), nil)
			dead := c.look(result.JobExecutionID)
			Expect(dead.Status).To(Equal(api.JobExecutionStatusFail))
			Expect(dead.CompletedDate).NotTo(BeNil())
			Expect(dead.Progress).To(HaveField("Total.Value", BeZero()))
		}
	})
}
