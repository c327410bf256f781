package scenarios

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// course is how far a job has come while its phases are read.
type course struct {
	status  lifecycle.Status
	share   float64 // of the way, 0 to 1
	count   int     // of records, if progress is told in those
	records int     // that the story's own list can bring
	over    string  // the word after which nothing can come
}

// deserved are the final states that end may stand for.
var deserved = []lifecycle.Status{
	api.JobExecutionStatusSuccess,
	api.JobExecutionStatusCompleted,
	api.JobExecutionStatusCompletedWithErrors,
	api.JobExecutionStatusFail,
}

// follow moves the job on by a phase, n, or says why it cannot take it.
func (r *reader) follow(n *yaml.Node, c *course, p Phase) error {
	if c.over != "" {
		return r.fail(n, "delete what comes after it", "nothing can follow %s", c.over)
	}
	switch p := p.(type) {
	case Enter:
		return r.enter(n, c, string(p.Status), p.Status)
	case End:
		return r.enter(n, c, wordEnd, deserved...)
	case Progress:
		if c.status != api.JobExecutionStatusInProgress {
			return r.fail(n, `put "- state: IN_PROGRESS" before it`, "progress of a job that is %s", c.status)
		}
		switch {
		case p.Count > 0 && c.share > 0, p.Count == 0 && c.count > 0:
			return r.fail(n, "tell it in one of them", "progress is told in records here and in shares there")
		case c.count == AllRecords:
			return r.fail(n, "delete what comes after it; wait is for standing still", "progress does not rise above all records")
		case p.Count > 0 && p.Count <= c.count:
			return r.fail(n, "let each progress go further than the one before; wait is for standing still",
				"progress does not rise above the %d records that the job has", c.count)
		case p.Count > c.records && p.Count != AllRecords:
			return r.fail(r.ours(n), "lower it, or give input more ids", "progress goes to %d records, but the list brings %d at most", p.Count, c.records)
		case p.Count == 0 && p.Share <= c.share:
			return r.fail(n, "let each progress go further than the one before; wait is for standing still",
				"progress does not rise above the %.4g%% that the job has", c.share*100)
		}
		c.share, c.count = p.Share, p.Count
	case Never:
		c.over = wordNever
	}
	return nil
}

// enter moves the job into a state that the file calls word, and that is one of
// several when the release and the input decide: then each must be legal.
func (r *reader) enter(n *yaml.Node, c *course, word string, states ...lifecycle.Status) error {
	next := states[0]
	switch {
	case next == c.status:
		// The table has this edge for a second export; a story is about one.
		return r.fail(n, "delete the line", "the job is %s already", next)
	case slices.ContainsFunc(states, func(s lifecycle.Status) bool { return !lifecycle.Legal(c.status, s) }):
		return r.fail(n, `put "- state: IN_PROGRESS" before it`, "a job that is %s cannot go to %s", c.status, word)
	}
	c.status = next
	if lifecycle.Final(next) {
		c.over = word
	}
	return nil
}
