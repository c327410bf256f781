// Package lifecycle holds the one table of the states that a job execution may
// go through. The world obeys it when a job moves, the scenario files when they
// are loaded, and the client when it asks whether polling has come to an end.
//
// It knows nothing of time, counters or releases; which of the good endings a
// release uses is for the release table to say.
package lifecycle

import (
	"slices"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Status is the generated enum of job execution states.
type Status = api.JobExecutionStatus

// edges lists, for each state, the states that may follow it. A final state, or
// IN_PROGRESS itself, is followed by IN_PROGRESS when its definition is exported
// a second time: the same job then starts another run (mod-data-export 5.3.0,
// DataExportService). A job goes to FAIL without having run when there was
// nothing to read, and again at each further export (mod-data-export 2.1.2). One
// that was failed by expire-jobs while its worker went on is saved with its true
// end when that comes (mod-data-export 5.3.0, JobExecutionService).
var edges = map[Status][]Status{
	"":                                        {api.JobExecutionStatusNew},
	api.JobExecutionStatusNew:                 {api.JobExecutionStatusInProgress, api.JobExecutionStatusFail},
	api.JobExecutionStatusInProgress:          {api.JobExecutionStatusInProgress, api.JobExecutionStatusSuccess, api.JobExecutionStatusCompleted, api.JobExecutionStatusCompletedWithErrors, api.JobExecutionStatusFail},
	api.JobExecutionStatusSuccess:             {api.JobExecutionStatusInProgress},
	api.JobExecutionStatusCompleted:           {api.JobExecutionStatusInProgress},
	api.JobExecutionStatusCompletedWithErrors: {api.JobExecutionStatusInProgress},
	api.JobExecutionStatusFail:                {api.JobExecutionStatusInProgress, api.JobExecutionStatusFail, api.JobExecutionStatusCompleted, api.JobExecutionStatusCompletedWithErrors},
}

// Legal reports whether a job in state from may enter state to. The state of a
// job that does not exist yet is "".
func Legal(from, to Status) bool {
	return slices.Contains(edges[from], to)
}

// Final reports whether a job in this state has ended: nothing but a second
// export moves it on.
func Final(s Status) bool {
	switch s {
	case api.JobExecutionStatusSuccess, api.JobExecutionStatusCompleted,
		api.JobExecutionStatusCompletedWithErrors, api.JobExecutionStatusFail:
		return true
	}
	return false
}

// HasFile reports whether a job that ended in this state has left a file.
func HasFile(s Status) bool {
	return Final(s) && s != api.JobExecutionStatusFail
}
