package mockserver

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/openapi/api"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// run is what an accepted export will come to, and how.
type run struct {
	outcome *folio.Outcome
	steps   []folio.Step
}

// plan translates the story into the steps of one job.
func (s *Server) plan(list folio.List, asked api.ExportRequest) run {
	if s.release.Job.Validates && s.refusedByValidator(list, asked) {
		return run{outcome: &folio.Outcome{}, steps: []folio.Step{
			{Status: api.JobExecutionStatusInProgress},
			{Status: api.JobExecutionStatusFail},
		}}
	}
	known := folio.Known{Inventory: s.inventory, Mapping: s.release.Mapping}
	switch {
	case nothingKnown(s.story) || !s.exportsInstances(list, asked):
		known.Records = folio.NoRecord
	case s.config.named:
		known.Records = folio.NamedRecord
	}
	if list.Format == api.UploadFormatCQL {
		list.Input = nil
	}
	outcome := folio.Classify(list.Input, s.release.Input, known)
	return run{outcome: outcome, steps: s.steps(outcome)}
}

func nothingKnown(story *scenarios.Scenario) bool {
	return slices.ContainsFunc(story.Records, func(r scenarios.RecordRule) bool {
		return r.Answer == scenarios.Unknown && r.Lines.All
	})
}

// steps lays the phases of the story over the natural course of the outcome.
func (s *Server) steps(outcome *folio.Outcome) []folio.Step {
	rules := s.release.Job
	at := rules.StartsAfter
	if outcome.Endless {
		return nil
	}
	if outcome.Lines == 0 && rules.EmptyNeverRuns {
		return []folio.Step{{After: at, Status: api.JobExecutionStatusFail}}
	}
	var steps []folio.Step
	way := 0.0
	for _, phase := range s.story.Job {
		switch p := phase.(type) {
		case scenarios.Enter:
			steps = append(steps, folio.Step{After: at, Status: p.Status})
		case scenarios.Progress:
			for _, mark := range outcome.Course(rules, p.Steps) {
				if mark.Way > way && mark.Way <= p.Share {
					share := (mark.Way - way) / (p.Share - way)
					steps = append(steps, folio.Step{After: at + time.Duration(share*float64(p.In.From)), Progress: &mark.Progress})
				}
			}
			at, way = at+p.In.From, p.Share
		case scenarios.Wait:
			at += p.For.From
		case scenarios.End:
			final := outcome.Final()
			steps = append(steps, folio.Step{After: at, Progress: &final, Status: outcome.FinalStatus(rules)})
		case scenarios.Never:
			return steps
		}
	}
	return steps
}

// The profiles for which a request means something else than the ids of
// instances (mod-data-export 5.3.0, DataExportRequestValidator).
var (
	authorityMapping        = uuid.MustParse("5d636597-a59d-4391-a270-4e79d5ba70e3")
	instanceMapping         = uuid.MustParse("25d81cbe-9686-11ea-bb37-0242ac130002")
	deletedAuthorityProfile = uuid.MustParse("2c9be114-6d35-4408-adac-9ead35f51a27")
)

// exportsInstances tells whether the ids are looked up as instances, of which
// alone the fake has records. Ids of another kind are not found.
func (s *Server) exportsInstances(list folio.List, asked api.ExportRequest) bool {
	if s.release.Job.KindByProfile {
		return list.Profile.MappingID == instanceMapping
	}
	return asked.IdType == nil || *asked.IdType == api.IdTypeInstance
}

// refusedByValidator tells whether mod-data-export 5.x accepts a request with
// 204 and has already failed its job.
func (s *Server) refusedByValidator(list folio.List, asked api.ExportRequest) bool {
	kind := api.IdTypeInstance
	if asked.IdType != nil {
		kind = *asked.IdType
	}
	query := list.Format == api.UploadFormatCQL
	switch kind {
	case api.IdTypeHolding:
		return query || list.Profile.ID == deletedAuthorityProfile
	case api.IdTypeAuthority:
		return list.Profile.MappingID != authorityMapping || query && !s.release.Job.AuthorityQuery
	}
	return list.Profile.ID == deletedAuthorityProfile
}
