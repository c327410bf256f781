package mockserver

import (
	"fmt"
	"testing"
	"time"
)

// A storyline has each moment at which a client would see something else, and no
// other: a worker that goes on after its job has expired is not seen until its
// end.
func TestStorylineHasWhatCanBeSeen(t *testing.T) {
	story := withFile(t, `summary: A story.
evidence: [here]
expire-every: 1h
job:
  - state: IN_PROGRESS
  - progress: 30%
    in: 1m
  - wait: 5h
  - progress: 100%
    in: 1h
    steps: 10
  - log: a sentence
  - wait: 1h
  - state: end
expect: {outcome: partial, file: true, exports: 1}
`)
	for _, release := range []string{"sunflower", "trillium"} {
		line, err := Tell(WithRelease(release), story)
		if err != nil {
			t.Fatal(err)
		}
		var seen []string
		for i, m := range line.Moments {
			text := fmt.Sprintf("%s %s %d", m.Status, m.File, len(m.Rows))
			if m.Progress != nil {
				text += fmt.Sprintf(" %+v", *m.Progress)
			}
			if i > 0 && text == seen[i-1] && len(m.Rows) == 0 {
				t.Errorf("%s: after %v nothing is new: %s", release, m.After, text)
			}
			seen = append(seen, text)
		}
		var after []time.Duration
		for _, m := range line.Moments {
			if m.After > 70*time.Minute {
				after = append(after, m.After.Round(time.Hour))
			}
		}
		// Expired, a row, the end.
		if want := []time.Duration{2 * time.Hour, 6 * time.Hour, 7 * time.Hour}; fmt.Sprint(after) != fmt.Sprint(want) || !line.Ends {
			t.Errorf("%s: something is seen after %v, want %v; ends: %t\n%q", release, after, want, line.Ends, seen)
		}
	}
}
