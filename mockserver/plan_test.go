package mockserver

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/sim"
	"github.com/fauxkapi/fauxkapi/openapi/api"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

const (
	instances = "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"
	holdings  = "5e9835fc-0e51-44c8-8a47-f7b8fce35da7"
	authority = "56944b1c-f3f9-475b-bed0-7387c33620ce"
	deleted   = "2c9be114-6d35-4408-adac-9ead35f51a27"
)

// What becomes of a list of three ids of instances, by what the request calls
// them and by its profile: right after the 204, and in the end.
func TestKindsOfIDs(t *testing.T) {
	const refused, notFound, exported = "FAIL 0+0 of 0, FAIL 0+0 of 0", "IN_PROGRESS 0+0 of 0, FAIL 0+3 of 3", "IN_PROGRESS 0+0 of 0, COMPLETED 3+0 of 3"
	const nothing = "IN_PROGRESS 0+0 of 0, FAIL 0+0 of 0"
	for _, tt := range []struct{ format, idType, profile, sunflower, trillium string }{
		{"csv", "", instances, exported, exported},
		{"csv", "instance", instances, exported, exported},
		{"csv", "instance", holdings, exported, notFound},
		{"csv", "instance", authority, exported, notFound},
		{"csv", "instance", deleted, refused, refused},
		{"csv", "holding", instances, notFound, exported},
		{"csv", "holding", holdings, notFound, notFound},
		{"csv", "holding", deleted, refused, refused},
		{"csv", "authority", instances, refused, refused},
		{"csv", "authority", authority, notFound, notFound},
		{"csv", "authority", deleted, notFound, notFound},
		// There is no search module here that could answer a query.
		{"cql", "instance", instances, nothing, nothing},
		{"cql", "holding", instances, refused, refused},
		{"cql", "authority", authority, refused, nothing},
		{"cql", "authority", instances, refused, refused},
	} {
		for release, want := range map[string]string{"sunflower": tt.sunflower, "trillium": tt.trillium} {
			c := newCaller(t, release)
			created := c.do(http.MethodPost, "/data-export/file-definitions", fmt.Sprintf(`{"fileName":"a.%s","uploadFormat":%q}`, tt.format, tt.format))
			definition, job := member(t, created, "id"), member(t, created, "jobExecutionId")
			c.do(http.MethodPost, "/data-export/file-definitions/"+definition+"/upload", idList(3), "Content-Type", "application/octet-stream")
			request := fmt.Sprintf(`{"fileDefinitionId":%q,"jobProfileId":%q,"idType":%q}`, definition, tt.profile, tt.idType)
			if w := c.do(http.MethodPost, "/data-export/export", strings.Replace(request, `,"idType":""`, "", 1)); w.Code != http.StatusNoContent {
				t.Fatalf("%s: %s: %d %s", release, request, w.Code, w.Body)
			}
			first := stateOf(t, c, job)
			c.s.Advance(maxAdvance)
			if got := first + ", " + stateOf(t, c, job); got != want {
				t.Errorf("%s: %s as %q with profile %.8s: %s, want %s", release, tt.format, tt.idType, tt.profile, got, want)
			}
		}
	}
}

// stateOf is a job's status and counters.
func stateOf(t *testing.T, c caller, id string) string {
	t.Helper()
	var j folio.Job
	err := c.s.with(c.s.tenants["diku"], func(w *folio.World) (err error) {
		j, err = w.Job(uuid.MustParse(id))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %d+%d of %d", j.Status, j.Progress.Exported, j.Progress.Failed, j.Progress.Total)
}

// The profiles that the plan tells apart are those of the table.
func TestPlanKnowsTheProfiles(t *testing.T) {
	for _, name := range []string{"sunflower", "trillium"} {
		row, err := release.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		mappings, ids := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
		for _, p := range row.Profiles {
			mappings[p.MappingID], ids[p.ID] = true, true
		}
		if !mappings[authorityMapping] || !mappings[instanceMapping] || !ids[deletedAuthorityProfile] {
			t.Errorf("%s lacks a profile that the plan asks for", name)
		}
	}
}

// Told in records, a job says exactly so many at the end of each stretch, and its
// counters never fall on the way; told in shares, they do not fall either.
func TestProgressRises(t *testing.T) {
	for _, name := range release.Names() {
		t.Run(name, func(t *testing.T) {
			row, err := release.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			inventory := catalogue.New(1)
			rapid.Check(t, func(t *rapid.T) {
				// Records are thick in some parts of the list and thin in others.
				var list strings.Builder
				n := 0
				for range rapid.IntRange(1, 5).Draw(t, "parts") {
					known := rapid.IntRange(0, 90).Draw(t, "ids")
					list.WriteString(strings.Repeat("x\n", rapid.IntRange(0, 90).Draw(t, "words")))
					for range known {
						n++
						fmt.Fprintf(&list, "%08x-0000-4000-8000-000000000000\n", n)
					}
				}
				in, err := folio.ReadInput(strings.NewReader(list.String()), row.Input)
				if err != nil {
					t.Fatal(err)
				}
				reading := row.Input
				reading.SliceSize = rapid.SampledFrom([]int{7, 100}).Draw(t, "slice")
				in, special := in.Under([]folio.Rule{{Answer: folio.RecordAnswer(rapid.IntRange(0, int(folio.TwoSources)).Draw(t, "answer")), Every: 3}})
				o := folio.Classify(in, reading, folio.Known{Inventory: inventory, Mapping: row.Mapping, Special: special})

				phases := []scenarios.Phase{scenarios.Enter{Status: api.JobExecutionStatusInProgress}}
				inRecords := rapid.Bool().Draw(t, "in records")
				var stops []int
				at, in100 := 0, 0
				for range rapid.IntRange(0, 5).Draw(t, "phases") {
					p := scenarios.Progress{In: scenarios.Span{From: time.Minute, To: time.Minute}, Steps: rapid.IntRange(1, 9).Draw(t, "steps")}
					if inRecords {
						at += rapid.IntRange(1, 70).Draw(t, "records")
						p.Count = at
						stops = append(stops, min(at, o.Exported))
					} else {
						if in100 += rapid.IntRange(1, 40).Draw(t, "per cent"); in100 > 100 {
							break
						}
						p.Share = float64(in100) / 100
					}
					phases = append(phases, p)
				}
				line := timeline{rules: row.Job, outcome: o, dice: sim.NewDice(1, "diku")}
				steps := line.of(append(phases, scenarios.End{}))

				last, lastAt := folio.Progress{}, time.Duration(0)
				reached := map[time.Duration]int{}
				for _, step := range steps {
					if step.After < lastAt {
						t.Fatalf("a step after %v follows one after %v", step.After, lastAt)
					}
					lastAt = step.After
					if step.Progress == nil {
						continue
					}
					p := *step.Progress
					if p.Exported < last.Exported || p.Total < last.Total || p.Read < last.Read || p.DuplicatedSRS < last.DuplicatedSRS ||
						p.Failed < last.Failed && p.Exported+p.Failed < last.Exported+last.Failed {
						t.Fatalf("from %+v to %+v", last, p)
					}
					last = p
					reached[step.After] = p.Exported
				}
				for i, want := range stops {
					after := row.Job.StartsAfter + time.Duration(i+1)*time.Minute
					if got, moved := reached[after]; want > 0 && (i == 0 || want > stops[i-1]) && (!moved || got < want || got > want && i+1 < len(stops)) {
						t.Fatalf("after %d minutes %d are exported, want %d", i+1, got, want)
					}
				}
			})
		})
	}
}
