package mockserver

import (
	"fmt"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// pageJob is a job as the page shows it.
type pageJob struct {
	folio.JobHistory
	Tenant string
	States []pageMoment // at which the state changed
	Course course
	Fate   string // of a job that has not ended
}

// pageMoment is a moment, and how long it came after the job was made.
type pageMoment struct {
	folio.Moment
	After string
}

func showJob(tenant string, j folio.JobHistory, now time.Time) pageJob {
	shown := pageJob{JobHistory: j, Tenant: tenant, Course: draw(j.Moments, now)}
	for i, m := range j.Moments {
		if i == 0 || m.Status != j.Moments[i-1].Status {
			after := m.At.Sub(j.Moments[0].At).Round(time.Millisecond)
			shown.States = append(shown.States, pageMoment{Moment: m, After: after.String()})
		}
	}
	switch {
	case lifecycle.Final(j.Status):
	case !j.Ends.IsZero():
		shown.Fate = "ends in " + j.Ends.Sub(now).Round(100*time.Millisecond).String()
	case j.Runs() == 0:
		shown.Fate = "waits for its export"
	default:
		shown.Fate = "will not end by itself"
	}
	return shown
}

// Counted tells whether there are counters to show.
func (j pageJob) Counted() bool { return j.Progress != nil && j.Progress.Total > 0 }

// course is a job's way as a picture: a stripe for each state, and over them the
// share of records that were exported. All is in units of the picture's own grid.
type course struct {
	Stripes []stripe
	Line    string // the points of a polyline; empty if nothing was counted
}

type stripe struct {
	X, Width float64
	Status   api.JobExecutionStatus
}

// The grid of a picture, which page.html knows too.
const (
	courseWidth  = 1000.0
	courseHeight = 40.0
)

// draw draws what was seen of a job until now, or until it ended.
func draw(moments []folio.Moment, now time.Time) course {
	if len(moments) == 0 {
		return course{}
	}
	start, end := moments[0].At, now
	if last := moments[len(moments)-1]; lifecycle.Final(last.Status) {
		end = last.At.Add(last.At.Sub(start) / 40) // so that the last state is seen
	}
	span := max(end.Sub(start), 1)

	var c course
	var line strings.Builder
	height := courseHeight // of the line, counted from above
	for i, m := range moments {
		x := courseWidth * min(1, float64(m.At.Sub(start))/float64(span))
		if i == 0 || m.Status != moments[i-1].Status {
			if n := len(c.Stripes); n > 0 {
				c.Stripes[n-1].Width = x - c.Stripes[n-1].X
			}
			c.Stripes = append(c.Stripes, stripe{X: x, Width: courseWidth - x, Status: m.Status})
		}
		if m.Total > 0 {
			fmt.Fprintf(&line, "%.1f,%.1f ", x, height) // so it was until now
			height = courseHeight * (1 - min(1, float64(m.Exported)/float64(m.Total)))
			fmt.Fprintf(&line, "%.1f,%.1f ", x, height)
		}
	}
	if line.Len() > 0 {
		fmt.Fprintf(&line, "%.1f,%.1f", courseWidth, height)
	}
	c.Line = line.String()
	return c
}
