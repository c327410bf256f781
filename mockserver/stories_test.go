package mockserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// drawStory draws a story that the loader takes: any legal course, records that
// answer in any way, and an expiry that may strike.
func drawStory(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("summary: A random story.\nevidence: [rapid]\n")
	if rapid.Bool().Draw(t, "expiry") {
		b.WriteString("expire-every: 6h\n")
	}
	fmt.Fprintf(&b, "slice-size: %d\n", rapid.IntRange(1, 40).Draw(t, "slice size"))
	b.WriteString("records:\n")
	for range rapid.IntRange(1, 3).Draw(t, "rules") {
		answer := rapid.SampledFrom([]string{"known", "unknown", "too-long", "unconvertible", "two-sources", "invalid", "duplicate"}).Draw(t, "answer")
		lines := rapid.SampledFrom([]string{"{first: 3}", "{every: 4}", "{every: 7}", "all"}).Draw(t, "lines")
		fmt.Fprintf(&b, "  - %s: %s\n", answer, lines)
	}
	b.WriteString("answers: [{operation: getHealth, status: 200}]\n") // so that any outcome may be expected
	b.WriteString("job:\n  - state: IN_PROGRESS\n")
	share := 0
	for range rapid.IntRange(0, 5).Draw(t, "phases") {
		span := rapid.SampledFrom([]string{"1s", "10m..50m", "2h", "3h..9h"}).Draw(t, "span")
		switch rapid.SampledFrom([]string{"progress", "progress", "wait", "log"}).Draw(t, "phase") {
		case "progress":
			if share == 100 {
				continue
			}
			share = rapid.IntRange(share+1, 100).Draw(t, "share")
			fmt.Fprintf(&b, "  - progress: %d%%\n    in: %s\n    steps: %d\n", share, span, rapid.IntRange(1, 9).Draw(t, "steps"))
		case "wait":
			b.WriteString("  - wait: " + span + "\n")
		case "log":
			b.WriteString("  - log: A sentence of the story\n")
		}
	}
	b.WriteString("  - " + rapid.SampledFrom([]string{"state: end", "state: end", "state: FAIL", "never"}).Draw(t, "end") + "\n")
	b.WriteString("expect: {outcome: timeout, file: false, exports: 1}\n")
	return b.String()
}

// Whatever the story, what a client sees of its job keeps to the table of states,
// its counters do not fall within a run, and its end is the last that happens,
// unless it had expired while it worked.
func TestRandomStoriesKeepTheInvariants(t *testing.T) {
	folder := t.TempDir()
	for _, release := range []string{"sunflower", "trillium"} {
		t.Run(release, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				file := filepath.Join(folder, release+".yaml")
				story := drawStory(rt)
				if err := os.WriteFile(file, []byte(story), 0o600); err != nil {
					rt.Fatal(err)
				}
				c := newCaller(t, release, WithScenario(file), WithSeed(rapid.Uint64().Draw(rt, "seed")))
				j := c.export(t, "a.csv", idList(25))
				var before api.JobExecution
				for range 60 {
					now := c.seen(rt, j)
					if err := follows(before, now); err != "" {
						rt.Fatalf("%s\n%+v\n%+v\n%s", err, before, now, story)
					}
					before = now
					c.s.Advance(time.Duration(rapid.IntRange(1, 5400).Draw(rt, "seconds")) * time.Second)
				}
			})
		})
	}
}

// seen is the job as a client sees it.
func (c caller) seen(t *rapid.T, j job) api.JobExecution {
	w := c.do(http.MethodGet, "/data-export/job-executions?query=id=="+j.id.String(), "")
	var page api.JobExecutionCollection
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || len(page.JobExecutions) != 1 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return page.JobExecutions[0]
}

// follows says what is wrong with a job as it was seen after another time, if
// anything. A job that had expired may end once more, as its worker knows it.
func follows(before, now api.JobExecution) string {
	expired := before.Status == api.JobExecutionStatusFail && before.Progress != nil && before.Progress.Total.Value == 0
	switch {
	case before.Status != "" && before.Status != now.Status && !lifecycle.Legal(before.Status, now.Status):
		return "a step that the table of states does not have"
	case lifecycle.Final(now.Status) != (now.CompletedDate != nil):
		return "an end and its date do not come together"
	case lifecycle.Final(before.Status) && !expired && jsonOf(before) != jsonOf(now):
		return "a job was changed after its end"
	case before.Progress == nil || now.Progress == nil || expired:
		return ""
	}
	a, b := before.Progress, now.Progress
	expired = lifecycle.Final(now.Status) && b.Total.Value == 0 && *b.ReadIds == 0 // since it was last seen
	if !expired && (b.Exported < a.Exported || b.Failed < a.Failed || b.Total.Value < a.Total.Value || *b.ReadIds < *a.ReadIds) {
		return "a counter fell within a run"
	}
	return ""
}

func jsonOf(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
