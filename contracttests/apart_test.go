package contracttests

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// fresh starts a fake for one spec alone, and logs in as its administrator.
func fresh(ctx context.Context, release string, options ...mockserver.Option) *caller {
	GinkgoHelper()
	options = append(options, mockserver.WithRelease(release), mockserver.WithSpeed(0))
	started := mockserver.Start(GinkgoTB(), options...)
	target := targetOf(started, started.URL)
	s, err := newSuite(Server{Release: release, AnyRecord: true, VirtualTime: true, Target: func() *Target { return target }})
	Expect(err).NotTo(HaveOccurred())
	return s.admin(ctx)
}

// apart is about fakes of several releases in one process.
func apart() {
	It("fakes of several releases in one process do not touch each other", func(ctx SpecContext) {
		callers, jobs := map[string]*caller{}, map[string]string{}
		for i, release := range mockserver.Releases() {
			callers[release] = fresh(ctx, release, mockserver.WithSeed(uint64(i)))
			jobs[release] = callers[release].start(list(madeUp(1, 26)...))
		}
		for release, c := range callers {
			c.runs(jobs[release])
			for other, job := range jobs {
				if other != release {
					c.is(c.send(get(executions).find("id=="+job)), ok(c.template("no-jobs")), nil)
				}
			}
		}
		// The clock of one moves, and its job alone ends.
		Expect(callers["sunflower"].pass(ctx, time.Minute)).To(Succeed())
		Expect(callers["sunflower"].look(jobs["sunflower"]).Status).To(Equal(api.JobExecutionStatusCompleted))
		Expect(callers["guide"].look(jobs["guide"]).Status).To(Equal(api.JobExecutionStatusInProgress))
		Expect(callers["trillium"].look(jobs["trillium"]).Status).To(Equal(api.JobExecutionStatusInProgress))
		Expect(callers["guide"].ended(jobs["guide"]).Status).To(Equal(api.JobExecutionStatusSuccess))
		Expect(callers["trillium"].ended(jobs["trillium"]).Status).To(Equal(api.JobExecutionStatusCompleted))
	})
}
