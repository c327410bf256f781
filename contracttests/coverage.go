package contracttests

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/fauxkapi/fauxkapi/openapi"
)

// reportCoverage tells at the end which operation answered with which status in which release. An operation that was
// never exercised, of the document of a release that should have been exercised whole, fails the suite, provided that
// all specs ran and passed.
func reportCoverage(whole []string) {
	ReportAfterSuite("every operation of the documents was exercised", func(report Report) {
		table, missing := coverage(sightings(report), whole)
		AddReportEntry("answers seen, by operation and release", table, ReportEntryVisibilityFailureOrVerbose)
		if complete(report) && len(missing) > 0 {
			Fail("operations that no spec exercised: " + strings.Join(missing, ", "))
		}
	})
}

// complete tells whether all specs ran and passed; a part of them need not exercise everything.
func complete(report Report) bool {
	ran := report.PreRunStats
	return ran.TotalSpecs == ran.SpecsThatWillRun && report.SuiteSucceeded
}

// sightings gathers what the processes reported.
func sightings(report Report) map[sighting]bool {
	seen := map[sighting]bool{}
	for _, spec := range report.SpecReports {
		for _, entry := range spec.ReportEntries {
			if s, ok := readSighting(entry); ok {
				seen[s] = true
			}
		}
	}
	return seen
}

// readSighting reads an entry of this process, or of another, from where it comes as JSON.
func readSighting(entry types.ReportEntry) (s sighting, ok bool) {
	if entry.Name != sightingEntry {
		return s, false
	}
	if s, ok = entry.GetRawValue().(sighting); ok {
		return s, true
	}
	return s, json.Unmarshal([]byte(entry.Value.AsJSON), &s) == nil
}

// coverage is a table for people, and the operations of some releases that are missing from what was seen.
func coverage(seen map[sighting]bool, whole []string) (table string, missing []string) {
	statuses := map[string]map[string][]int{} // by release and operation
	for s := range seen {
		if statuses[s.Release] == nil {
			statuses[s.Release] = map[string][]int{}
		}
		statuses[s.Release][s.Operation] = append(statuses[s.Release][s.Operation], s.Status)
	}
	var b strings.Builder
	for _, release := range openapi.Releases() {
		if statuses[release] == nil && !slices.Contains(whole, release) {
			continue
		}
		document, err := openapi.Document(release)
		if err != nil {
			missing = append(missing, err.Error())
			continue
		}
		for o := range openapi.Operations(document) {
			found := slices.Sorted(slices.Values(statuses[release][o.ID]))
			if len(found) == 0 && slices.Contains(whole, release) {
				missing = append(missing, release+" "+o.ID)
			}
			fmt.Fprintf(&b, "%-10s %-22s %v\n", release, o.ID, found)
		}
	}
	return b.String(), missing
}
