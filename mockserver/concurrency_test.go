package mockserver

import (
	"fmt"
	"sync"
	"testing"
)

// Many clients at once, on two servers of two releases: each gets its own job,
// whole, and the servers do not meet.
func TestManyClientsAtOnce(t *testing.T) {
	const clients = 32 // for each server
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]bool{}
	for _, release := range []string{"guide", "sunflower"} {
		srv := Start(t, WithRelease(release), WithParameter("duration", "50ms"))
		for i := range clients {
			wg.Go(func() {
				result, err := export(t, srv, i+1)
				if err != nil {
					t.Errorf("%s: %v", release, err)
					return
				}
				if result.Progress.Exported != int64(i+1) {
					t.Errorf("%s: exported %d, want %d", release, result.Progress.Exported, i+1)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, id := range []string{result.JobExecutionID, result.HRID} {
					key := fmt.Sprint(release, id)
					if seen[key] {
						t.Errorf("%s: two clients got %s", release, id)
					}
					seen[key] = true
				}
			})
		}
	}
	wg.Wait()
	if len(seen) != 2*2*clients {
		t.Errorf("%d jobs and numbers, want %d", len(seen), 2*2*clients)
	}
}

// Readers, a writer and a mover of time at once, on one job.
func TestManyPollsOfOneJob(t *testing.T) {
	c := newCaller(t, "trillium")
	j := c.export(t, "a.csv", idList(5000))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				c.get("/data-export/job-executions?query=id==" + j.id.String())
				c.get("/data-export/job-executions?limit=100")
				c.s.Advance(1e6)
				c.do("POST", "/data-export/file-definitions", `{"fileName":"a.csv"}`)
				_ = c.s.Violations()
				_ = c.s.Now()
			}
		})
	}
	wg.Wait()
	if status := member(t, c.get("/data-export/job-executions?query=id=="+j.id.String()), "status"); status != "IN_PROGRESS" && status != "COMPLETED" {
		t.Errorf("the job is %s", status)
	}
}
