package scenarios

import (
	"slices"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/openapi"
	"github.com/fauxkapi/fauxkapi/openapi/releases"
)

// Which outcomes a story can expect, by what it says of its list and its end.
func TestOutcomes(t *testing.T) {
	const (
		well   = "success partial"
		failed = "fail"
		whole  = "success partial fail timeout"
	)
	for _, tt := range []struct{ lines, end, want string }{
		{"", "state: end", well},
		{"", "state: FAIL", failed},
		{"", "never", "timeout"},
		{"expire-every: 6h", "never", "fail timeout"},
		{"expire-every: 6h", "state: end", "success partial fail"},
		{"expire-every: 6h\nrecords: unknown", "state: end", failed},

		{"input: {ids: 0}", "state: end", failed},
		{"input: {ids: 0, lines: [a]}", "state: end", "success partial fail"},
		{"input: {lines: [a]}", "state: end", well},

		{"records: known", "state: end", well},
		{"records: two-sources", "state: end", well},
		{"records: duplicate", "state: end", well},
		{"records: unknown", "state: end", failed},
		{"records: unknown", "never", "timeout"},
		{"records: too-long", "state: end", failed},
		{"records: unconvertible", "state: end", failed},
		{"records: invalid", "state: end", failed},
		{"records: [unknown: {every: 2}]", "state: end", well},
		{"records: [unknown: {every: 1}]", "state: end", failed},
		{"records: [unknown: {first: 24}]", "state: end", well},
		{"records: [unknown: {first: 25}]", "state: end", failed},
		{"input: {lines: [a]}\nrecords: [unknown: {first: 25}]", "state: end", well},
		{"records: [unknown: {every: 2}, too-long: all]", "state: end", failed},
		{"records: [known: {first: 1}, unknown: all]", "state: end", well},
		{"records: [two-sources: all, unknown: all]", "state: end", well},

		{"link: {cut: 1}", "state: end", whole},
		{"link: {missing: false}", "state: FAIL", failed},
		{"answers: [{operation: login, status: 500}]", "state: FAIL", whole},
		{"cases: [{number: 1, story: ok}]", "never", whole},
	} {
		var possible []string
		for _, outcome := range outcomeWords {
			file := "false"
			if slices.Contains(strings.Fields(well), outcome) {
				file = "true"
			}
			text := "summary: A story.\nevidence: [here]\n" + tt.lines + "\njob:\n  - state: IN_PROGRESS\n  - " + tt.end +
				"\nexpect: {outcome: " + outcome + ", file: " + file + ", exports: 1}\n"
			_, err := Parse("story.yaml", []byte(text), nil)
			switch {
			case err == nil:
				possible = append(possible, outcome)
			case !strings.Contains(err.Error(), "outcome is "+outcome+", but "), !strings.Contains(err.Error(), "; expect "):
				t.Errorf("%s: %v", tt.lines, err)
			}
		}
		if got := strings.Join(possible, " "); got != tt.want {
			t.Errorf("%s, %s: got %s, want %s", tt.lines, tt.end, got, tt.want)
		}
	}
}

// The operations that answers can name are those of the contract.
func TestOperations(t *testing.T) {
	all := map[string]bool{}
	for _, release := range releases.Names() {
		document, err := openapi.Document(release)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for op := range openapi.Operations(document) {
			want = append(want, op.ID)
			all[op.ID] = true
		}
		slices.Sort(want)
		if got := operations([]string{release}); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", release, got, want)
		}
	}
	if got := operations(nil); len(got) != len(all) {
		t.Errorf("of all releases: got %v", got)
	}
}
