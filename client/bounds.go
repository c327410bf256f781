package client

import (
	"math"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// bounds are how much of a file is taken. One that is longer is none of this export, and may have no end.
type bounds struct {
	bytes   int64
	records int
}

const (
	// maxRecord is more than any record has, in bytes: MARC 21 ends at 99,999.
	maxRecord = 1 << 20
	// shortestLine is the least that a list needs for a record, in bytes: a UUID.
	shortestLine = 36
	// maxSources is how many records one line may become. Some releases export an instance once for each of its sources.
	maxSources = 10
)

func unbounded() bounds { return bounds{math.MaxInt64, math.MaxInt} }

// boundsOf are those of the file of a job, given the length of its list in bytes. Not every job says how many records it
// has exported.
func boundsOf(job api.JobExecution, list int64) bounds {
	records := (list/shortestLine + 1) * maxSources
	most := bounds{records: math.MaxInt}
	if job.Progress != nil {
		most.records = job.Progress.Exported
		records = max(0, min(records, int64(most.records)))
	}
	most.bytes = (records + 1) * maxRecord
	return most
}
