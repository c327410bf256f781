package contracttests

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// links are about what step 6 hands out: an address in an object store, signed for ten minutes.
func links(s *suite) {
	Describe("the link", Ordered, ContinueOnFailure, func() {
		const strangeName = "größer & 50 % 'nod' #1?"
		var done, broken, strange string // jobs, started together
		BeforeAll(func(ctx SpecContext) {
			c := s.admin(ctx)
			ids := c.knownIDs().all()
			done, broken = c.start(list(ids[:3]...)), c.start(list("uuid"))
			strange = c.startNamed(strangeName+".csv", list(ids[0]))
		})

		It("is signed as S3 links are, for 600 seconds", func(ctx SpecContext) {
			c := s.admin(ctx)
			link, err := url.Parse(c.link(c.begun(c.start(list("x")))))
			Expect(err).NotTo(HaveOccurred())
			query := link.Query()
			Expect(query.Get("X-Amz-Algorithm")).To(Equal("AWS4-HMAC-SHA256"))
			Expect(query.Get("X-Amz-Date")).To(MatchRegexp(`^\d{8}T\d{6}Z$`))
			Expect(query.Get("X-Amz-Expires")).To(Equal("600"))
			Expect(query.Get("X-Amz-SignedHeaders")).To(Equal("host"))
			Expect(query.Get("X-Amz-Credential")).To(MatchRegexp(`^[^/]+/\d{8}/[^/]+/s3/aws4_request$`))
			Expect(query.Get("X-Amz-Signature")).To(MatchRegexp(`^[0-9a-f]{64}$`))
		})

		It("leads to a key of the job and the file's name", func(ctx SpecContext) {
			c := s.admin(ctx)
			job := c.ended(done)
			link, err := url.Parse(c.link(job))
			Expect(err).NotTo(HaveOccurred())
			folder := since5("/"+s.running().Tenant+"/", "/mod-data-export/download/").of(s.Release)
			Expect(link.Path).To(HaveSuffix(folder + job.Id + "/" + file(job).FileName))
		})

		It("leads to the file also if its name needs escapes, which is kept as it is", func(ctx SpecContext) {
			c := s.admin(ctx)
			job := c.ended(strange)
			Expect(file(job).FileName).To(Equal(strangeName + "-" + job.HrId.String() + ".mrc"))
			Expect(c.records(job)).To(HaveLen(1))
		})

		It("leads to nothing before the job has ended", func(ctx SpecContext) {
			c := s.admin(ctx)
			running := c.runs(c.start(list(c.knownIDs().generated[0])))
			s.isNoSuchKey(c.fetch(c.link(running)))
		})

		It("leads to nothing if the job failed", func(ctx SpecContext) {
			c := s.admin(ctx)
			job := c.ended(broken)
			Expect(job.Status).To(Equal(api.JobExecutionStatusFail))
			s.isNoSuchKey(c.fetch(c.link(job)))
		})

		It("is good without any credential, as often as one likes", func(ctx SpecContext) {
			c := s.admin(ctx)
			link := c.link(c.ended(done))
			first, second := c.fetch(link), c.fetch(link)
			Expect(first.status).To(Equal(http.StatusOK))
			Expect(first.contentType).To(Equal("application/octet-stream"))
			Expect(first.header).NotTo(HaveKey("Content-Disposition"))
			Expect(first.header.Get("Content-Length")).To(Equal(strconv.Itoa(len(first.body))))
			Expect(second.body).To(Equal(first.body))
		})

		It("gives any part of the file", func(ctx SpecContext) {
			c := s.admin(ctx)
			link := c.link(c.ended(done))
			whole := c.fetch(link).body
			size := len(whole)
			for _, part := range []struct {
				asked    string
				from, to int
			}{
				{"0-0", 0, 1}, {"5-99", 5, 100}, {"24-", 24, size}, {"-7", size - 7, size}, {"10-999999999", 10, size},
			} {
				a := c.fetch(link, "Range", "bytes="+part.asked)
				Expect(a.status).To(Equal(http.StatusPartialContent), part.asked)
				Expect(a.header.Get("Content-Range")).To(Equal("bytes " + strconv.Itoa(part.from) + "-" + strconv.Itoa(part.to-1) + "/" + strconv.Itoa(size)))
				Expect(a.body).To(Equal(whole[part.from:part.to]), part.asked)
			}
			Expect(c.fetch(link, "Range", "bytes="+strconv.Itoa(size)+"-").status).To(Equal(http.StatusRequestedRangeNotSatisfiable))
		})

		It("is good for GET alone, which is what was signed", func(ctx SpecContext) {
			c := s.admin(ctx)
			a := c.fetchBy(http.MethodHead, c.link(c.ended(done)))
			Expect(a.status).To(Equal(http.StatusForbidden))
			Expect(a.body).To(BeEmpty())
		})

		It("is refused when anything in it was altered", func(ctx SpecContext) {
			c := s.admin(ctx)
			link := c.link(c.ended(done))
			for name, value := range map[string]string{
				"X-Amz-Signature": "0000000000000000000000000000000000000000000000000000000000000000",
				"X-Amz-Expires":   "6000",
				"X-Amz-Date":      "21260417T131702Z",
				"more":            "x",
			} {
				s.isRefused(c.fetch(altered(link, func(u *url.URL) {
					query := u.Query()
					query.Set(name, value)
					u.RawQuery = query.Encode()
				})), "SignatureDoesNotMatch")
			}
			s.isRefused(c.fetch(altered(link, func(u *url.URL) { u.Path, u.RawPath = u.Path+"x", "" })), "SignatureDoesNotMatch")
			s.isRefused(c.fetch(altered(link, func(u *url.URL) { u.RawQuery = "" })), "AccessDenied")
		})

		It("is a new one each time that it is asked for, and the old stays good", func(ctx SpecContext) {
			c := s.admin(ctx)
			job := c.ended(done)
			first := c.link(job)
			Expect(c.pass(ctx, time.Second)).To(Succeed())
			Expect(c.link(job)).NotTo(Equal(first))
			Expect(c.fetch(first).status).To(Equal(http.StatusOK))
		})

		if s.VirtualTime {
			It("is good for ten minutes and not a second longer", func(ctx SpecContext) {
				c := s.admin(ctx)
				link := c.link(c.ended(done))
				Expect(c.pass(ctx, 599*time.Second)).To(Succeed())
				Expect(c.fetch(link).status).To(Equal(http.StatusOK))
				Expect(c.pass(ctx, 2*time.Second)).To(Succeed())
				s.isRefused(c.fetch(link), "AccessDenied")
			})
		}
	})
}

func altered(link string, how func(*url.URL)) string {
	GinkgoHelper()
	u, err := url.Parse(link)
	Expect(err).NotTo(HaveOccurred())
	how(u)
	return u.String()
}

// isNoSuchKey is the answer of a store that has nothing under a key.
func (s *suite) isNoSuchKey(a answer) {
	GinkgoHelper()
	Expect(a.status).To(Equal(http.StatusNotFound), "%s", a.body)
	s.isStoreError(a, "NoSuchKey")
}

func (s *suite) isRefused(a answer, code string) {
	GinkgoHelper()
	Expect(a.status).To(Equal(http.StatusForbidden), "%s", a.body)
	s.isStoreError(a, code)
}

// isStoreError looks at the form of an error of S3.
func (s *suite) isStoreError(a answer, code string) {
	GinkgoHelper()
	Expect(a.contentType).To(Equal("application/xml"))
	Expect(string(a.body)).To(MatchRegexp(`(?s)^<\?xml version="1\.0" encoding="UTF-8"\?>\s*<Error><Code>` + code + `</Code><Message>[^<]+</Message>.*</Error>$`))
}
