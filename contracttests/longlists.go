package contracttests

import (
	"net/http"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/internal/marc"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// longLists are about more ids than a catalogue names: the order of the records, and counters that move.
func longLists(s *suite) {
	if !s.AnyRecord {
		return
	}
	Describe("long lists", func() {
		if s.Release == "guide" {
			ordersOf2(s)
		} else {
			ordersOf5(s)
		}
		if s.VirtualTime {
			counters(s)
		}
	})
}

func ordersOf2(s *suite) {
	It("records come in batches of 50 lines in the order of the input, in each first those that are stored", func(ctx SpecContext) {
		c := s.admin(ctx)
		ids := madeUp(1, 121)
		slices.Reverse(ids)
		records := c.records(c.ended(c.start(list(ids...))))
		Expect(records).To(HaveLen(len(ids)))
		for batch := range slices.Chunk(ids, 50) {
			expectBatch(records[:len(batch)], batch)
			records = records[len(batch):]
		}
	})
}

func ordersOf5(s *suite) {
	It("records come in batches of 1,000 in the order of the UUIDs, in each first those that are stored", func(ctx SpecContext) {
		c := s.admin(ctx)
		ids := madeUp(1, 1101)
		input := slices.Clone(ids)
		slices.Reverse(input)
		records := c.records(c.ended(c.start(list(input...))))
		Expect(records).To(HaveLen(len(ids)))
		for batch := range slices.Chunk(ids, 1000) {
			expectBatch(records[:len(batch)], batch)
			records = records[len(batch):]
		}
	})

	It("more than 100,000 ids end in a ZIP, although the running job lists a .mrc", func(ctx SpecContext) {
		c := s.admin(ctx)
		job := c.start(list(madeUp(0, 100_001)...))
		Expect(file(c.runs(job)).FileName).To(MatchRegexp(`^test-\d+\.mrc$`))
		ended := c.ended(job)
		Expect(ended.Status).To(Equal(api.JobExecutionStatusCompleted))
		Expect(file(ended).FileName).To(MatchRegexp(`^test-\d+\.zip$`))
		// A ZIP begins with the local header of its first member.
		head := c.fetch(c.link(ended), "Range", "bytes=0-255")
		Expect(head.status).To(Equal(http.StatusPartialContent))
		Expect(string(head.body)).To(HavePrefix("PK\x03\x04"))
		Expect(string(head.body)).To(ContainSubstring("test-" + ended.HrId.String() + "-1.mrc"))
	})
}

// expectBatch holds the records of one batch against its ids: each once, the stored ones first. A stored record carries
// its own id beside the instance's in 999.
func expectBatch(records []marc.Record, ids []string) {
	GinkgoHelper()
	Expect(slices.Sorted(slices.Values(instanceIDs(records)))).To(Equal(slices.Sorted(slices.Values(ids))))
	generated := slices.IndexFunc(records, func(r marc.Record) bool { return r.Subfield("999", 's') == "" })
	Expect(generated).To(BeNumerically(">", 0), "a batch has stored records, at its beginning")
	Expect(slices.ContainsFunc(records[generated:], func(r marc.Record) bool { return r.Subfield("999", 's') != "" })).
		To(BeFalse(), "a stored record comes behind a generated one")
}

// counted is what the counters of a job say at one time.
type counted struct{ exported, failed, total, read int }

// counters are watched while no story refines them: a list is counted in the steps of the release's own code.
func counters(s *suite) {
	// 120 lines, two of them words: one in the first batch of 50, one in the last.
	lines := append([]string{"uuid"}, madeUp(1, 119)...)
	lines = append(lines, "end")
	if s.Release == "guide" {
		It("counters move with each batch of 50 lines, and the last time before the status", func(ctx SpecContext) {
			running, ended := s.admin(ctx).counts(list(lines...))
			Expect(running).To(Equal([]counted{
				{0, 0, 120, 0}, {49, 1, 120, 0}, {99, 1, 120, 0}, {118, 2, 120, 0},
			}))
			Expect(ended).To(Equal(counted{118, 2, 120, 0}))
		})
		It("25 ids are one step", func(ctx SpecContext) {
			running, ended := s.admin(ctx).counts(list(madeUp(1, 26)...))
			Expect(running).To(Equal([]counted{{0, 0, 25, 0}, {25, 0, 25, 0}}))
			Expect(ended).To(Equal(counted{25, 0, 25, 0}))
		})
		return
	}
	It("25 ids are counted as lines, then as read, and exported with the end", func(ctx SpecContext) {
		running, ended := s.admin(ctx).counts(list(madeUp(1, 26)...))
		Expect(running).To(Equal([]counted{{0, 0, 0, 0}, {0, 0, 25, 0}, {0, 0, 25, 25}}))
		Expect(ended).To(Equal(counted{25, 0, 25, 25}))
	})
	It("readIds and exported move with each 1,000, failed with the end", func(ctx SpecContext) {
		running, ended := s.admin(ctx).counts(list(append([]string{"uuid"}, madeUp(1, 2500)...)...))
		Expect(running).To(Equal([]counted{
			{0, 0, 0, 0},
			{0, 0, 2500, 0},
			{0, 0, 2500, 1000},
			{0, 0, 2500, 2000},
			{0, 0, 2500, 2500},
			{1000, 0, 2500, 2500},
			{2000, 0, 2500, 2500},
		}))
		Expect(ended).To(Equal(counted{2499, 1, 2500, 2500}))
	})
}

// instant is shorter than any moment of a job.
const instant = time.Millisecond

// counts watches a job by the millisecond, and returns what its counters said while it ran and at its end.
func (c *caller) counts(list string) (running []counted, ended counted) {
	GinkgoHelper()
	job := c.start(list)
	for {
		j := c.look(job)
		now := counted{}
		if p := j.Progress; p != nil {
			now = counted{exported: p.Exported, failed: p.Failed, total: int(p.Total.Value)}
			if p.ReadIds != nil {
				now.read = *p.ReadIds
			}
		}
		switch {
		case j.Status == api.JobExecutionStatusInProgress:
			if len(running) == 0 || running[len(running)-1] != now {
				running = append(running, now)
			}
		case j.Status != api.JobExecutionStatusNew:
			return running, now
		}
		Expect(c.pass(c.ctx, instant)).To(Succeed())
	}
}
