package release

import (
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// sunflower is mod-data-export 5.3.0 behind Okapi 6.2 (Sunflower, R1-2025).
func sunflower() *Release {
	job := springJob()
	job.JobBeforeProfile = true
	return &Release{
		Name:     "sunflower",
		Title:    "mod-data-export 5.3 behind Okapi 6.2 (R1-2025)",
		Sentence: "it ends with COMPLETED, COMPLETED_WITH_ERRORS or FAIL; any bad line in the list makes it COMPLETED_WITH_ERRORS",
		Instant:  time.Date(2026, time.January, 20, 13, 17, 2, 263e6, time.UTC),
		Wire:     Wire{Dates: api.FormExtended, InventoryDates: api.FormExtended},
		Job:      job,
		Input:    springInput(),
		Profiles: springProfiles()[:4],
		Members:  ProfileMembers{Default: true},
		Mapping:  catalogue.Rules5,
		Gateway: Gateway{
			Title: "Okapi 6.2", Flavour: Okapi, Version: "6.2.1",
			MaxURI: 8192, MaxHeaders: 8192,
			CookieToken: true, ChecksUserID: true,
			Answers: okapi62(),
		},
		Login: Login{
			Access: 10 * time.Minute, Refresh: 7 * 24 * time.Hour,
			LegacyHeader: true, LegacyBody: TokenBody,
			HTTPOnly: "HTTPOnly", SameSite: "Lax",
			ClearedBy: "%s=; SameSite=None; Secure; Path=%s; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
		},
		Link: Link{KeyPrefix: "mod-data-export/download/", ParameterSort: true},
		// The versions of those around mod-data-export: assumption A24.
		Modules: map[string]Module{
			"data-export":       {ID: "mod-data-export-5.3.0", Provides: []string{"data-export=5.3"}, Framework: Spring53, Answers: dataExport53()},
			"login":             {ID: "mod-login-7.13.2", Provides: []string{"login=7.3"}, Framework: RMB35, Answers: login713()},
			"inventory-storage": {ID: "mod-inventory-storage-29.0.18", Framework: RMB35, Answers: storage()},
			"inventory":         {ID: "mod-inventory-21.1.0", Provides: []string{"inventory=14.1"}, Framework: RMB35, Answers: storage()},
			"okapi":             {ID: "okapi-6.2.1", Provides: []string{"okapi=1.9", "okapi-proxy=1.9"}, Framework: Internal},
		},
	}
}

// springJob is the life of a job in mod-data-export 5.x.
func springJob() JobRules {
	return JobRules{
		WithDefinition: true,
		Logs:           true,
		NoOutput:       "Nothing to export: no .mrc file generated",
		FirstHRID:      1,
		HRIDAtExport:   true,
		Success:        api.JobExecutionStatusCompleted,
		Partial:        api.JobExecutionStatusCompletedWithErrors,
		FlatProgress:   true,
		LastUpdated:    true,
		RunByID:        true,
		FinalFileID:    true,
		SecondExport:   Hangs,
		Validates:      true,
		UnknownFile:    true,
		FileExtension:  ".mrc",
		CountedBatch:   1000,
	}
}

// springInput is how mod-data-export 5.x reads a list (InputFileProcessor).
func springInput() InputRules {
	return InputRules{
		Reading:       ByUUID,
		StripBOM:      true,
		LenientUUID:   true,
		Extensions:    []string{".csv", ".cql"},
		SliceSize:     100_000,
		MaxSize:       500_000,
		UploadFormat:  true,
		SourcePath:    "mod-data-export/upload/{id}/{fileName}",
		UploadUpdates: true,
		SecondIsError: true,
	}
}

// springProfiles are the seed profiles of 5.4; 5.3 lacks the last.
func springProfiles() []Profile {
	authorityMapping := uuid.MustParse("5d636597-a59d-4391-a270-4e79d5ba70e3")
	return []Profile{
		{ID: instancesProfile, MappingID: instancesMapping, Name: "Default instances export job profile", Description: "Default instances export job profile", Created: day(2020, time.July, 28)},
		{ID: uuid.MustParse("5e9835fc-0e51-44c8-8a47-f7b8fce35da7"), MappingID: uuid.MustParse("1ef7d0ac-f0a8-42b5-bbbb-c7e249009c13"), Name: "Default holdings export job profile", Description: "Default holdings job profile", Created: day(2020, time.July, 28)},
		{ID: uuid.MustParse("56944b1c-f3f9-475b-bed0-7387c33620ce"), MappingID: authorityMapping, Name: "Default authority export job profile", Description: "Default authority job profile", Created: day(2020, time.July, 28)},
		{ID: uuid.MustParse("2c9be114-6d35-4408-adac-9ead35f51a27"), MappingID: authorityMapping, Name: "Deleted authority export job profile", Description: "Deleted authority export job profile", Created: day(2024, time.March, 14)},
		{ID: uuid.MustParse("42ca0945-f66c-4bc1-8d1a-7aa8b2e4483a"), MappingID: uuid.MustParse("f8b400da-6a0c-4058-be10-cece93265c32"), Name: "Default linked data export job profile", Description: "Default linked data job profile", Created: day(2025, time.September, 24)},
	}
}
