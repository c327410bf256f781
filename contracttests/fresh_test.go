package contracttests

import (
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// firstDay is about a fake that was started a moment ago, and about what it tells of its clients: things that nobody can
// ask of a server that others have used.
func firstDay() {
	Describe("the fake of the guide on its first day", func() {
		It("answers each step as the guide prints it, dates and numbers included", func(ctx SpecContext) {
			c := fresh(ctx, "guide")
			c.printsTheGuide(c, func() {
				// The guide's definition is of 13:17:02.263 and its job ran from 13:18:19.852 on; the fake begins with a
				// job 20 ms after it was asked to.
				Expect(c.pass(ctx, 77*time.Second+569*time.Millisecond)).To(Succeed())
			}, guideIDs)
		})

		It("counts from 112, as the guide does", func(ctx SpecContext) {
			c := fresh(ctx, "guide")
			for _, number := range []string{"112", "113"} {
				job := c.look(c.start(list(nowhere)))
				Expect(job.HrId.String()).To(Equal(number))
			}
		})
	})

	Describe("the request log of the guide's fake", func() {
		It("notes both departures from the guide, the second one once for each job", func(ctx SpecContext) {
			var seen []mockserver.Exchange
			c := fresh(ctx, "guide", mockserver.WithObserver(func(e mockserver.Exchange) { seen = append(seen, e) }))
			job := c.start(list(nowhere))
			c.look(job)
			c.look(job)
			var notes []string
			for _, e := range seen {
				for _, a := range e.Advice {
					notes = append(notes, e.Path+": "+a.Text)
				}
			}
			Expect(notes).To(HaveLen(2))
			Expect(notes[0]).To(And(HavePrefix("/authn/login-with-expiry: "), ContainSubstring("no login that expires")))
			Expect(notes[1]).To(And(HavePrefix("/data-export/job-executions: "), ContainSubstring("the guide prints the job alone")))
		})
	})

	It("a fake that starts again answers with the same bytes", func(ctx SpecContext) {
		for _, release := range mockserver.Releases() {
			Expect(firstFile(fresh(ctx, release))).To(Equal(firstFile(fresh(ctx, release))), release)
			Expect(firstFile(fresh(ctx, release))).NotTo(Equal(firstFile(fresh(ctx, release, mockserver.WithSeed(2)))), release)
		}
	})
}

// firstFile is what the first job of a fake looks like at its end, and its file.
func firstFile(c *caller) string {
	GinkgoHelper()
	job := c.ended(c.start(list(madeUp(1, 26)...)))
	seen, file := c.send(jobs(job.Id)), c.fetch(c.link(job))
	Expect(file.status).To(Equal(http.StatusOK))
	return strings.Join([]string{string(seen.body), string(file.body)}, "\n")
}
