package release

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/openapi"
)

func TestNamesAreThoseOfTheDocuments(t *testing.T) {
	if got, want := slices.Sorted(slices.Values(Names())), openapi.Releases(); !slices.Equal(got, want) {
		t.Errorf("rows %v, documents %v", got, want)
	}
	if Names()[0] != Default {
		t.Errorf("the first row is %s, the default is %s", Names()[0], Default)
	}
	for _, name := range Names() {
		if r, err := Find(name); err != nil || r.Name != name {
			t.Errorf("Find(%q): %v", name, err)
		}
	}
}

func TestFindSaysWhatThereIs(t *testing.T) {
	const want = `unknown release "sunflowers"; known are guide, sunflower, trillium`
	if _, err := Find("sunflowers"); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// A caller may change its row, as tests do; nobody else sees it.
func TestRowsAreNotShared(t *testing.T) {
	a, errA := Find("sunflower")
	b, errB := Find("sunflower")
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	a.Profiles[0].Name, a.Input.SliceSize = "changed", 1
	a.Gateway.Answers[NoRoute] = Answer{}
	if b.Profiles[0].Name == "changed" || b.Input.SliceSize == 1 || b.Gateway.Answers[NoRoute].Status == 0 {
		t.Error("two calls of Find share a row")
	}
}

func TestRowsAreWellFormed(t *testing.T) {
	for _, r := range table() {
		t.Run(r.Name, func(t *testing.T) {
			check := func(ok bool, what string) {
				t.Helper()
				if !ok {
					t.Error(what)
				}
			}
			check(r.Title != "" && strings.HasPrefix(r.Sentence, "it ends with "), "title or sentence is missing")
			check(r.Instant.Location() == time.UTC && r.Instant.Equal(r.Instant.Truncate(time.Millisecond)), "the world starts between two milliseconds, or not in UTC")

			check(lifecycle.HasFile(r.Job.Success) && lifecycle.HasFile(r.Job.Partial), "a good ending without a file")
			check(r.Job.FirstHRID > 0 && r.Job.CountedBatch > 0, "numbers begin at 0")
			check(r.Job.WithDefinition || !r.Job.HRIDAtExport, "a job that comes with the upload has its number from then on")

			check(len(r.Input.Extensions) > 0, "no list can be announced")
			for _, e := range r.Input.Extensions {
				check(strings.HasPrefix(e, ".") && e == strings.ToLower(e), "extension "+e)
			}
			check(strings.Contains(r.Input.SourcePath, "{id}") && strings.HasSuffix(r.Input.SourcePath, "/{fileName}"), "source path")

			seen := map[uuid.UUID]bool{}
			for _, p := range r.Profiles {
				check(p.ID != uuid.Nil && p.MappingID != uuid.Nil && !seen[p.ID] && p.Name != "" && p.Description != "" && !p.Created.IsZero(), "profile "+p.Name)
				seen[p.ID] = true
			}
			check(r.Profiles[0].ID == instancesProfile && r.Profiles[0].MappingID == instancesMapping, "the first profile is not the one that the guide uses")

			check(r.Gateway.MaxURI > 0 && r.Gateway.MaxHeaders > 0 && r.Gateway.Title != "", "gateway")
			check(r.Gateway.Flavour == Okapi == (r.Gateway.Version != ""), "a version is Okapi's to tell")
			check(r.Login.Access > 0 && r.Login.Refresh > r.Login.Access, "lives of tokens")
			check(strings.Count(r.Login.ClearedBy, "%s") == 2, "the cookie that ends a session has no name and path")
			check(strings.HasSuffix(r.Link.KeyPrefix, "/"), "key prefix of links")
			for name, m := range r.Modules {
				check(strings.ContainsRune(m.ID, '-') && (m.Framework == Internal || len(m.Answers) > 0), "module "+name)
				for _, p := range m.Provides {
					check(strings.Count(p, "=") == 1, "interface "+p)
				}
			}
		})
	}
}
