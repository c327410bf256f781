package verify_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// untestable are beliefs that no run can test from outside, by the reason.
func untestable() map[string]string {
	return map[string]string{
		"A47": "a job expires after an hour in which it saves nothing while its worker goes on: from outside a worker cannot be kept busy with one slice for so long, and a run must not take so long",
	}
}

var ledgerRow = regexp.MustCompile(`(?m)^\| (A\d\d) \| .* \| ([gst ]+) \| .*$`)

func page(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/assumptions.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// ledger is the releases that each row is about.
func ledger(t *testing.T) map[string][]string {
	t.Helper()
	text := page(t)
	names := map[string]string{"g": "guide", "s": "sunflower", "t": "trillium"}
	rows := map[string][]string{}
	for _, found := range ledgerRow.FindAllStringSubmatch(text, -1) {
		for short := range strings.FieldsSeq(found[2]) {
			rows[found[1]] = append(rows[found[1]], names[short])
		}
	}
	if want := strings.Count(text, "\n| A"); len(rows) == 0 || len(rows) != want {
		t.Fatalf("%d of %d rows were read", len(rows), want)
	}
	return rows
}

// Each row of docs/assumptions.md has a claim that would notice if it is wrong, about the same releases, or a reason why
// none can; and each claim that names a row names one that there is.
func TestAssumptionsAreClaimed(t *testing.T) {
	rows, without := ledger(t), untestable()
	claimed := map[string]bool{}
	for _, c := range verify.Claims() {
		doubt := strings.HasPrefix(c.ID, "doubt.")
		switch {
		case c.Assumption == "" && doubt:
			t.Errorf("%s is about no assumption", c.ID)
		case c.Assumption == "":
			continue
		case rows[c.Assumption] == nil:
			t.Errorf("%s is about %s, which has no row in docs/assumptions.md", c.ID, c.Assumption)
		case without[c.Assumption] != "":
			t.Errorf("%s is about %s, which is said to be untestable", c.ID, c.Assumption)
		}
		claimed[c.Assumption] = true
		for _, release := range rows[c.Assumption] {
			if !c.Fits(release, verify.OwnServer) {
				t.Errorf("%s is not about %s, and %s is", c.ID, release, c.Assumption)
			}
		}
		if about := len(c.Releases); doubt && about != 0 && about != len(rows[c.Assumption]) || doubt && about == 0 && len(rows[c.Assumption]) != 3 {
			t.Errorf("%s is about %v, and %s about %v", c.ID, c.Releases, c.Assumption, rows[c.Assumption])
		}
	}
	for id := range rows {
		if !claimed[id] && without[id] == "" {
			t.Errorf("no claim would notice if %s is wrong", id)
		}
	}
	for id, reason := range without {
		if rows[id] == nil || len(reason) < 20 {
			t.Errorf("%s needs no reason, or a better one", id)
		}
		if !strings.Contains(page(t), "Only "+id+" has none") {
			t.Errorf("docs/assumptions.md does not say that %s has no claim", id)
		}
	}
}

// A belief that is wrong somewhere is noticed: an answer is changed, and the claim that it is about no longer holds.
func TestDoubtsAreNoticed(t *testing.T) {
	tried := map[string]bool{}
	for _, otherwise := range wrongBeliefs() {
		tried[otherwise.claim] = true
		for release := range strings.FieldsSeq(otherwise.releases) {
			t.Run(otherwise.claim+" "+release, func(t *testing.T) {
				t.Parallel()
				c := otherwise.config(t, release)
				report := run(t, c)
				index := slices.IndexFunc(report.Results, func(r verify.Result) bool { return r.Claim.ID == otherwise.claim })
				if index < 0 {
					t.Fatalf("the claim was not judged: %s %v", report.Stopped, report.Idle)
				}
				if got := report.Results[index]; got.Verdict != otherwise.verdict() {
					t.Errorf("%s: %+v", got.Verdict, got.Findings)
				}
			})
		}
	}
	for _, c := range verify.Claims() {
		if c.Assumption != "" && !tried[c.ID] {
			t.Errorf("nobody has seen that %s can fail", c.ID)
		}
	}
}
