package mockserver

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

// startJobs exports lists of several lengths, one after the other.
func (c caller) startJobs(t testing.TB, n int) []job {
	t.Helper()
	jobs := make([]job, 0, n)
	for i := range n {
		jobs = append(jobs, c.export(t, fmt.Sprintf("list-%d.csv", i), idList(1+i%7*37)))
	}
	return jobs
}

// everything is all that a client can read: the list of jobs and each file.
func (c caller) everything(t testing.TB, jobs []job) string {
	t.Helper()
	text := c.get("/data-export/job-executions?limit=1000").Body.String()
	for _, j := range jobs {
		text += "\n" + c.do(http.MethodGet, c.link(t, j), "", "X-Okapi-Token", "").Body.String()
	}
	return text
}

// However time goes by, in one leap, in 3,600 small steps, or driven by the
// polls of one of the clients, it comes to the same world, byte for byte.
func TestAnySliceOfTimeComesToTheSame(t *testing.T) {
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) {
			const whole = time.Hour
			end := func(options []Option, pass func(c caller, jobs []job)) string {
				c := newCaller(t, release, append(options, WithParameter("duration", "17m"), WithParameter("steps", "40"))...)
				jobs := c.startJobs(t, 5)
				until := c.s.Now().Add(whole)
				pass(c, jobs)
				c.s.Advance(until.Sub(c.s.Now()))
				return c.everything(t, jobs)
			}
			leap := end(nil, func(caller, []job) {})
			steps := end(nil, func(c caller, _ []job) {
				for range 3600 {
					c.s.Advance(whole / 3600)
					c.get("/data-export/job-executions?limit=1")
				}
			})
			polled := end([]Option{WithTimeByPolling()}, func(c caller, jobs []job) {
				for {
					before := c.s.Now()
					c.get("/data-export/job-executions?query=id==" + jobs[3].id.String())
					if c.s.Now().Equal(before) {
						break // the job has ended
					}
				}
			})
			if steps != leap {
				t.Error("3,600 small steps come to another world than one leap")
			}
			if polled != leap {
				t.Error("time driven by polls comes to another world than one leap")
			}
		})
	}
}

// One driver that interleaves 64 jobs gets the same bytes each time: nothing is
// drawn from a stream that another request could shift.
func TestInterleavedJobsAreRepeatable(t *testing.T) {
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) {
			run := func(options ...Option) string {
				c := newCaller(t, release, append(options, WithTimeByPolling(), WithParameter("duration", "3h"))...)
				sum := sha256.New()
				jobs := c.startJobs(t, 64)
				for round := range 16 {
					for i := range jobs {
						j := jobs[(i*7+round)%len(jobs)]
						w := c.get("/data-export/job-executions?query=id==" + j.id.String())
						fmt.Fprintln(sum, w.Code, w.Header().Get("Date"))
						_, _ = io.Copy(sum, w.Body)
					}
				}
				_, _ = io.WriteString(sum, c.everything(t, jobs))
				return fmt.Sprintf("%x", sum.Sum(nil))
			}
			once := run()
			if again := run(); again != once {
				t.Errorf("the second run came to %s, the first to %s", again, once)
			}
			if other := run(WithSeed(2)); other == once {
				t.Error("another seed gives the same bytes")
			}
		})
	}
}
