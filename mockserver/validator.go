package mockserver

import (
	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

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

// refusedByValidator returns the rows that the log gets of a request that
// mod-data-export 5.x accepts with 204 and has already failed; none means that
// it runs.
func (s *Server) refusedByValidator(list folio.List, asked api.ExportRequest) (rows []folio.LogRow) {
	kind := api.IdTypeInstance
	if asked.IdType != nil {
		kind = *asked.IdType
	}
	refuse := func(code, sentence string) {
		rows = append(rows, folio.LogRow{Code: code, Values: []string{sentence}})
	}
	query := list.Format == api.UploadFormatCQL
	switch kind {
	case api.IdTypeHolding:
		if query {
			refuse("error.uploadedFile.invalidExtension", "Only csv format is supported for holdings export")
		}
	case api.IdTypeAuthority:
		if list.Profile.MappingID != authorityMapping {
			refuse("error.messagePlaceholder", "For exporting authority records only the default authority job profile is supported")
		}
		if query && !s.release.Job.AuthorityQuery {
			refuse("error.uploadedFile.invalidExtension", "Only csv format is supported for authority export")
		}
		return rows
	}
	if list.Profile.ID == deletedAuthorityProfile {
		refuse("error.onlyForSetToDeletion", "This profile can only be used to export authority records set for deletion")
	}
	return rows
}
