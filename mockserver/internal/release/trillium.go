package release

import (
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// trillium is mod-data-export 5.4 behind Kong and folio-module-sidecar
// (Trillium, R1-2026).
func trillium() *Release {
	job := springJob()
	job.AuthorityQuery, job.KindByProfile = true, true
	job.MergesRows = true
	job.NoOutput = "Nothing to export: no output file generated"
	return &Release{
		Name:     "trillium",
		Title:    "mod-data-export 5.4 behind Kong and sidecar (R1-2026)",
		Sentence: "it ends with COMPLETED, COMPLETED_WITH_ERRORS or FAIL; without X-Okapi-Tenant the gateway knows no route at all (404)",
		Instant:  time.Date(2026, time.April, 17, 13, 17, 2, 263e6, time.UTC),
		Wire:     Wire{Dates: api.FormZulu, InventoryDates: api.FormExtended},
		Job:      job,
		Input:    springInput(),
		Profiles: springProfiles(),
		Members:  ProfileMembers{Default: true, Locked: true},
		Mapping:  catalogue.Rules5,
		Gateway: Gateway{
			Title: "Kong 3.9 and sidecar 4.0", Flavour: Eureka,
			MaxURI: 8192, MaxHeaders: 32768, // nginx's own: assumption A22
			CookieToken: true,
			Headers: [][2]string{
				{"Cache-Control", "private, no-cache, no-store, max-age=0"},
				{"Pragma", "no-cache"},
				{"Expires", "0"},
				{"Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload"},
			},
			Answers: kongAndSidecar(),
		},
		Login: Login{
			Access: 10 * time.Minute, Refresh: 24 * time.Hour,
			LegacyExpires: true, LegacyBody: TokenPair, Issuer: true,
			HTTPOnly: "HttpOnly", SameSite: "None", PathFirst: true,
			ClearedBy: "%s=; Path=%s; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=None",
		},
		Link: Link{KeyPrefix: "mod-data-export/download/", ParameterSort: true},
		// The versions of those around mod-data-export: assumption A24.
		Modules: map[string]Module{
			"data-export": {ID: "mod-data-export-5.4.0", Provides: []string{"data-export=5.4"}, Framework: Spring54, Answers: dataExport54()},
			"login":       {ID: "mod-login-keycloak-3.0.0", Provides: []string{"login=7.3"}, Framework: Spring54, Answers: loginKeycloak()},
			"inventory":   {ID: "mod-inventory-22.0.0", Provides: []string{"inventory=14.1"}, Framework: RMB35, Answers: storage()},
		},
	}
}
