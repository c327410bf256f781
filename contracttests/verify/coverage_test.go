package verify_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/contracttests/verify/reports"
	"github.com/fauxkapi/fauxkapi/internal/section"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

const coveragePage = "../../docs/coverage.md"

// docs/coverage.md is made from what runs see of an honest server, at every level.
func TestCoveragePageIsFresh(t *testing.T) {
	var all []*verify.Report
	for _, release := range mockserver.Releases() {
		c := lived(t, verify.OwnServer, mockserver.WithRelease(release))
		c.Aging = true
		report := run(t, c)
		if report.Outcome() != verify.AllHold {
			t.Fatalf("%s: %s", release, report.Outcome())
		}
		all = append(all, report)
	}
	var operations bytes.Buffer
	if err := reports.WriteCoverage(&operations, all); err != nil {
		t.Fatal(err)
	}
	const command = "go test ./contracttests/verify -run CoveragePage -update"
	old, err := os.ReadFile(coveragePage)
	if err != nil {
		t.Fatal(err)
	}
	page, err := section.Replace(string(old), "operations", command, operations.String())
	if err != nil {
		t.Fatal(err)
	}
	if page, err = section.Replace(page, "refusals", command, describeRefusals(t, all)); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(coveragePage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if page != string(old) {
		t.Errorf("docs/coverage.md is stale; run %s and read the difference:\n%s", command, strings.Join(newLines(string(old), page), "\n"))
	}
}

// newLines are the lines of a page that it did not have before.
func newLines(before, page string) (lines []string) {
	known := strings.Split(before, "\n")
	for line := range strings.SplitSeq(page, "\n") {
		if !slices.Contains(known, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// describeRefusals goes through the tables of refusals in docs/releases.md and docs/gateways.md, and says which rows the
// runs came across in every release that has them, and in which releases they did not.
func describeRefusals(t *testing.T, all []*verify.Report) string {
	t.Helper()
	var rows [][]string
	for _, r := range refusals(t) {
		var seen, missed []string
		for i, text := range r.cells {
			switch {
			case text == "–":
			case slices.ContainsFunc(all[i].Exchanges, func(e verify.Exchange) bool { return r.isAnswer(text, e) }):
				seen = append(seen, all[i].Server.Release)
			default:
				missed = append(missed, all[i].Server.Release)
			}
		}
		rows = append(rows, []string{r.mistake, cmp.Or(strings.Join(seen, ", "), "–"), cmp.Or(strings.Join(missed, ", "), "–")})
	}
	return section.Table([]string{"mistake", "made in", "not made in"}, rows)
}

// refusal is a row of a table of refusals, with a cell for each release.
type refusal struct {
	mistake    string
	operations []string // empty: any
	cells      []string // "404 T `File definition not found with id <id>`", or "–"
}

// refusals reads the tables. They are made from the code of the fake.
func refusals(t *testing.T) (all []refusal) {
	t.Helper()
	for _, table := range []struct{ page, name string }{
		{"gateways", "what they say"}, {"gateways", "what the login says"}, {"releases", "common mistakes"},
	} {
		page, err := os.ReadFile("../../docs/" + table.page + ".md")
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(string(page), "<!-- generated: "+table.name+";")
		text, _, found := strings.Cut(text, "<!-- end -->")
		if !found {
			t.Fatalf("docs/%s.md has no table %q", table.page, table.name)
		}
		for line := range strings.Lines(text) {
			cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
			if len(cells) != 1+len(mockserver.Releases()) || strings.HasPrefix(line, "|  |") {
				continue
			}
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
				if i > 0 && cells[i] != "–" && !answer.MatchString(cells[i]) {
					t.Fatalf("docs/%s.md, %q: the answer %q is not understood", table.page, table.name, cells[i])
				}
			}
			all = append(all, refusal{mistake: cells[0], operations: operationsOf(table.name, cells[0]), cells: cells[1:]})
		}
	}
	return all
}

// operationsOf are those that a row is about: the steps whose numbers it begins with, and logins.
func operationsOf(table, mistake string) []string {
	if table == "what the login says" {
		return []string{"login", "loginWithExpiry", "refreshToken", "logout"}
	}
	steps, _, numbered := strings.Cut(mistake, ": ")
	if !numbered || table != "common mistakes" {
		return nil
	}
	byStep := map[string]string{"2": "createFileDefinition", "3": "uploadFile", "4": "startExport", "5": "getJobExecutions", "6": "getDownloadLink"}
	if steps == "2–4" {
		steps = "2, 3, 4"
	}
	var operations []string
	for step := range strings.SplitSeq(steps, ", ") {
		operations = append(operations, byStep[step])
	}
	return operations
}

// answer is what a cell says: status, kind of body, text and code.
var answer = regexp.MustCompile("^([0-9]{3}) ?([A-Z])?(?: `(.*?)`)?(?: \\(`([^`]*)`\\))?$")

// blank is what differs from answer to answer: a placeholder, the name of a tenant or user, a size.
var blank = regexp.MustCompile(`<[a-z]+>|\babc\b|\b500001\b|\btest\.txt\b`)

// isAnswer tells whether an exchange ended as a cell says. Of rows that read alike one stands for all.
func (r refusal) isAnswer(cell string, e verify.Exchange) bool {
	parts := answer.FindStringSubmatch(cell)
	if strconv.Itoa(e.Status) != parts[1] || len(r.operations) > 0 && !slices.Contains(r.operations, e.Operation) {
		return false
	}
	said := e.Answer
	var object any
	if json.Unmarshal([]byte(said), &object) == nil {
		said = strings.Join(leaves(object), "\n")
	}
	words := blank.Split(parts[3], -1)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(strings.Join(words, ".*")).MatchString(said) && strings.Contains(said, parts[4])
}

// leaves are the strings in a JSON value.
func leaves(value any) (all []string) {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		for _, member := range v {
			all = append(all, leaves(member)...)
		}
	case map[string]any:
		for _, member := range v {
			all = append(all, leaves(member)...)
		}
	}
	return all
}
