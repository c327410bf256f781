package contracttests

import (
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// end is what a job comes to.
type end struct {
	status           api.JobExecutionStatus // empty: not known for this release
	exported, failed int
	total            int // lines; since 5.0 as many are read as ids
}

// never is the end of a job that has none.
const never = api.JobExecutionStatus("never")

// The ends, by release: good without and with bad lines, and FAIL.
func good(exported, total int) per[end] {
	return since5(
		end{api.JobExecutionStatusSuccess, exported, total - exported, total},
		end{api.JobExecutionStatusCompleted, exported, total - exported, total},
	)
}

func mixed(exported, total int) per[end] {
	return since5(
		end{api.JobExecutionStatusSuccess, exported, total - exported, total},
		end{api.JobExecutionStatusCompletedWithErrors, exported, total - exported, total},
	)
}

func failed(total int) per[end] {
	return everywhere(end{api.JobExecutionStatusFail, 0, total, total})
}

// differs takes the end of 2.x from one row and that of 5.x from another.
func differs(guide, later per[end]) per[end] {
	return per[end]{guide.guide, later.sunflower, later.trillium}
}

// row is a kind of list and what the job makes of it.
type row struct {
	what string
	// list is the bytes of the upload, made of ids that the server has.
	list func(i instances) string
	want per[end]
	// unknown says that the row needs a UUID that has no record.
	unknown bool
}

// rows say what becomes of each kind of line. Lines that are good otherwise are ids of instances whose records are
// generated, because source record storage is said to refuse what is no UUID in a way of its own.
var rows = []row{
	{
		what: "one good id",
		list: func(i instances) string { return list(i.generated[0]) },
		want: good(1, 1),
	},
	{
		what: "a record from source record storage",
		list: func(i instances) string { return list(i.stored[0]) },
		want: good(1, 1),
	},
	{
		what: "a header line",
		list: func(i instances) string { return list("uuid", i.generated[0]) },
		want: mixed(1, 2),
	},
	{
		what: "a word that is no UUID",
		list: func(i instances) string { return list(i.generated[0], "abc") },
		want: mixed(1, 2),
	},
	{
		// 26 lines without a stored record are looked up as 20 and 6; the blank one is among the 20.
		what: "a blank line, which in 2.x spoils its group of 20",
		list: func(i instances) string { return list(append([]string{""}, i.generated[:25]...)...) },
		want: differs(mixed(6, 26), mixed(25, 26)),
	},
	{
		what: "blanks around an id, which 2.x trims and 5.x does not",
		list: func(i instances) string { return list("  "+i.generated[0]+" ", i.generated[1]) },
		want: differs(good(2, 2), mixed(1, 2)),
	},
	{
		what: "double quotes around an id",
		list: func(i instances) string { return list(`"` + i.generated[0] + `"`) },
		want: good(1, 1),
	},
	{
		what: "an id in capital letters",
		list: func(i instances) string { return list(strings.ToUpper(i.generated[0])) },
		want: good(1, 1),
	},
	{
		what: "an id in capital letters whose record is stored, which 2.x exports twice",
		list: func(i instances) string { return list(strings.ToUpper(i.stored[0])) },
		want: differs(everywhere(end{api.JobExecutionStatusSuccess, 2, -1, 1}), good(1, 1)),
	},
	{
		what: "the same id twice within 20 lines",
		list: func(i instances) string { return list(i.generated[0], i.generated[0]) },
		want: mixed(1, 2),
	},
	{
		what: "the same id twice, further apart, which 2.x exports twice",
		list: func(i instances) string { return list(append(slices.Clone(i.generated[:21]), i.generated[0])...) },
		want: differs(good(22, 22), mixed(21, 22)),
	},
	{
		what: "a byte order mark, which 5.x removes",
		list: func(i instances) string { return "\ufeff" + list(i.generated[0], i.generated[1]) },
		want: differs(mixed(1, 2), good(2, 2)),
	},
	{
		what:    "a shortened UUID, which 5.x takes for one that is not found",
		list:    func(i instances) string { return list(i.generated[0], "1-2-3-4-5") },
		want:    mixed(1, 2),
		unknown: true,
	},
	{
		what: "bytes that are not UTF-8, at which the reader of 2.x gives up for ever",
		list: func(i instances) string { return list(i.generated[0], "\xff\xfe\xfd") },
		want: differs(everywhere(end{status: never}), mixed(1, 2)),
	},
	{
		what: "lines that end in CR LF, and a last one that does not end",
		list: func(i instances) string { return i.generated[0] + "\r\n" + i.generated[1] },
		want: good(2, 2),
	},
	{
		what: "an id with a comma behind it, which 5.x does not take",
		list: func(i instances) string { return list(i.generated[0], i.generated[1]+",") },
		want: differs(per[end]{}, mixed(1, 2)),
	},
	{
		what:    "a UUID that has no record",
		list:    func(i instances) string { return list(i.generated[0], nowhere) },
		want:    mixed(1, 2),
		unknown: true,
	},
	{
		what:    "nothing but UUIDs that have no record",
		list:    func(instances) string { return list(madeUp(1, 4)...) },
		want:    failed(3),
		unknown: true,
	},
	{
		what: "nothing but lines that are no UUID",
		list: func(instances) string { return list("uuid", "abc") },
		want: failed(2),
	},
}

// lines are the rows. Their jobs are started together, so that a server at a distance works on all of them at once.
func lines(s *suite) {
	Describe("what becomes of a line", Ordered, ContinueOnFailure, func() {
		started := map[string]string{} // jobs by row
		known := map[string][]string{} // the ids that the server listed
		BeforeAll(func(ctx SpecContext) {
			c := s.admin(ctx)
			ids := c.knownIDs()
			known["all"] = ids.all()
			for _, r := range rows {
				if s.registers(r) {
					started[r.what] = c.start(r.list(ids))
				}
			}
			started["no line at all"] = c.start("")
			if s.Release != "guide" {
				definition := c.define()
				s.is(c.send(export(definition.Id, instancesProfile)), nothing(), nil)
				started["no upload"] = *definition.JobExecutionId
			}
		})
		for _, r := range rows {
			if !s.registers(r) {
				continue
			}
			It(r.what, func(ctx SpecContext) {
				s.admin(ctx).comesTo(started[r.what], r.want.of(s.Release), known["all"])
			})
		}
		It("no line at all: the job fails, and in 2.x has never run", func(ctx SpecContext) {
			s.admin(ctx).failsEmpty(started["no line at all"])
		})
		if s.Release != "guide" {
			It("no upload: the export is accepted, and the job fails as with no line at all", func(ctx SpecContext) {
				s.admin(ctx).failsEmpty(started["no upload"])
			})
		}
	})
}

// failsEmpty waits for the end of a job that had nothing to read.
func (c *caller) failsEmpty(job string) {
	GinkgoHelper()
	c.ended(job)
	c.is(c.send(jobs(job)), ok(c.template("job-empty")), values{"job": job, "user": claimsOf(c.token).UserID})
}

// registers tells whether a row can be tried here.
func (s *suite) registers(r row) bool {
	want := r.want.of(s.Release).status
	return want != "" && (s.NamedRecords || !r.unknown) && (s.VirtualTime || want != never)
}

// comesTo waits for a job and looks at its end and at its file, whose records must be of instances that were known.
func (c *caller) comesTo(job string, want end, known []string) {
	GinkgoHelper()
	if want.status == never {
		Expect(c.pass(c.ctx, 24*time.Hour)).To(Succeed())
		Expect(c.suite.admin(c.ctx).look(job).Status).To(BeElementOf(api.JobExecutionStatusNew, api.JobExecutionStatusInProgress))
		return
	}
	j := c.ended(job)
	Expect(j.Status).To(Equal(want.status))
	progress := api.JobProgress{Exported: want.exported, Failed: want.failed, Total: api.Count{Value: int64(want.total), Quoted: true}}
	if c.Release != "guide" {
		progress.Total.Quoted = false
		progress.DuplicatedSrs, progress.ReadIds = new(0), new(want.total)
	}
	Expect(j.Progress).To(HaveValue(Equal(progress)))
	if want.status == api.JobExecutionStatusFail {
		Expect(c.fetch(c.link(j)).status).To(Equal(404), "the link of a job that failed")
		return
	}
	found := instanceIDs(c.records(j))
	Expect(found).To(HaveLen(want.exported), "the records in the file")
	Expect(found).To(HaveEach(BeElementOf(known)))
}
