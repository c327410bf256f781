package release

import (
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

var (
	instancesProfile = uuid.MustParse("6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a")
	instancesMapping = uuid.MustParse("25d81cbe-9686-11ea-bb37-0242ac130002")
)

// guide is the build that the guide shows: mod-data-export between 2.1.2 and
// 3.0.0, with kebab-case paths and SUCCESS, behind the Okapi of 2020. No
// released version had both.
func guide() *Release {
	return &Release{
		Name:     "guide",
		Title:    "the guide's mod-data-export of 2020 behind Okapi 3.1",
		Sentence: "it ends with SUCCESS, as the guide prints; every released FOLIO says COMPLETED or COMPLETED_WITH_ERRORS",
		Instant:  time.Date(2020, time.October, 7, 13, 17, 2, 263e6, time.UTC),
		Wire:     Wire{Dates: api.FormBasic, InventoryDates: api.FormBasic, QuotedNumbers: true},
		Job: JobRules{
			FirstHRID:      112,
			StartsAfter:    20 * time.Millisecond,
			Success:        api.JobExecutionStatusSuccess,
			Partial:        api.JobExecutionStatusSuccess,
			SecondExport:   AddsFile,
			EmptyNeverRuns: true,
			EmptyFileList:  true,
			NameAtReading:  true,
			FileExtension:  ".mrc",
			CountedBatch:   50,
			TotalFromStart: true,
		},
		Input: InputRules{
			Reading:        InBatches,
			Trim:           true,
			StrictEncoding: true,
			Extensions:     []string{".csv"},
			UserInMetadata: true,
			SourcePath:     "./storage/files/{id}/{fileName}",
		},
		Profiles: []Profile{{
			ID: instancesProfile, MappingID: instancesMapping,
			Name: "Default job profile", Description: "Default job profile", Created: day(2020, time.July, 28),
		}},
		Mapping: catalogue.Rules2020,
		Gateway: Gateway{
			Title: "Okapi 3.1", Flavour: Okapi, Version: "3.1.1",
			MaxURI: 4096, MaxHeaders: 8192,
			ChecksUserID: true,
			Answers:      okapi2020(),
		},
		Login: Login{
			Access: 10 * time.Minute, Refresh: 7 * 24 * time.Hour,
			LegacyHeader: true, LegacyBody: EchoesLogin,
			HTTPOnly: "HTTPOnly", SameSite: "Lax",
			ClearedBy: "%s=; SameSite=None; Secure; Path=%s; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
		},
		Link: Link{KeyPrefix: "{tenant}/"},
		// The versions of those around mod-data-export: assumption A24.
		Modules: map[string]Module{
			"data-export":       {ID: "mod-data-export-2.1.2", Provides: []string{"data-export=2.0"}, Framework: RMB30, Answers: dataExport2020()},
			"login":             {ID: "mod-login-7.0.1", Provides: []string{"login=7.1"}, Framework: RMB30, Answers: login2020()},
			"inventory-storage": {ID: "mod-inventory-storage-19.3.6", Provides: []string{"instance-bulk=0.1"}, Framework: RMB30, Answers: storage()},
			"inventory":         {ID: "mod-inventory-16.1.0", Provides: []string{"inventory=10.3"}, Framework: RMB30, Answers: storage()},
			"okapi":             {ID: "okapi-3.1.1", Provides: []string{"okapi=1.9", "okapi-proxy=1.9"}, Framework: Internal},
		},
	}
}

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
