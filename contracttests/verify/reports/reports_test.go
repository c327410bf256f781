package reports

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

var paints = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Whatever a server says, what is written is UTF-8 and holds nothing that a terminal obeys.
func TestNothingSteersATerminal(t *testing.T) {
	for name, text := range texts() {
		for suffix, write := range writers() {
			got := string(written(t, write, hostile(broken(), text)))
			if !utf8.ValidString(got) {
				t.Errorf("%s, %s: is not UTF-8", name, suffix)
			}
			if suffix == "colour.txt" {
				got = paints.ReplaceAllString(got, "")
			}
			bad := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) })
			if bad >= 0 {
				t.Errorf("%s, %s: holds %q", name, suffix, got[bad:min(len(got), bad+20)])
			}
		}
	}
}

// The table keeps to the width, but for the lines that can be pasted; ids of what stays are whole.
func TestTableKeepsToTheWidth(t *testing.T) {
	for name, text := range texts() {
		for width, want := range map[int]int{0: 80, 10: 40, 80: 80, 132: 132} {
			var b bytes.Buffer
			if err := WriteTable(&b, hostile(broken(), text), width, width == 80); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				line = strings.TrimSuffix(paints.ReplaceAllString(line, ""), "\n")
				if strings.HasPrefix(line, "  Again:    curl ") {
					continue
				}
				if utf8.RuneCountInString(line) > want {
					t.Errorf("%s, %d: %q is too long", name, width, cut(line, 200))
				}
				if line != strings.TrimRight(line, " ") {
					t.Errorf("%s, %d: %q ends in blanks", name, width, line)
				}
			}
		}
	}
	var b bytes.Buffer
	if err := WriteTable(&b, broken(), 40, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{definition, execution} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table does not show %s whole", want)
		}
	}
}

// Nobody is drowned: the table of a server that is down is short, names some claims and counts the others. The page has
// them all.
func TestTableOfManyIsShort(t *testing.T) {
	got, page := string(written(t, writers()["txt"], stopped())), string(written(t, WriteHTML, stopped()))
	if n := strings.Count(got, "\n"); n > 40 {
		t.Errorf("it has %d lines:\n%s", n, got)
	}
	named, all := 0, stopped().Results[1:]
	for _, r := range all {
		named += strings.Count(got, r.Claim.ID)
		if !strings.Contains(page, r.Claim.ID) {
			t.Errorf("the page does not name %s", r.Claim.ID)
		}
	}
	if more := fmt.Sprintf("and %d more", len(all)-tableNames); named != tableNames || !strings.Contains(got, more) {
		t.Errorf("%d claims are named, want %d %s:\n%s", named, tableNames, more, got)
	}
}

// All is in the JSON, letter by letter.
func TestJSONHoldsAll(t *testing.T) {
	for name, text := range texts() {
		r := hostile(broken(), text)
		got := written(t, WriteJSON, r)
		var back verify.Report
		if err := json.Unmarshal(got, &back); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if name != "utf8" && !reflect.DeepEqual(*r, back) {
			t.Errorf("%s: the report does not come back as it was", name)
		}
		if bytes.Contains(got, []byte("<")) {
			t.Errorf("%s: a page that holds the JSON could end there", name)
		}
	}
	var empty struct {
		Results, Idle, Exchanges, Left, Coverage []any
		Outcome                                  string
		ExitCode                                 int
	}
	if err := json.Unmarshal(written(t, WriteJSON, &verify.Report{}), &empty); err != nil {
		t.Fatal(err)
	}
	if empty.Results == nil || empty.Idle == nil || empty.Exchanges == nil || empty.Left == nil || empty.Coverage == nil {
		t.Error("an empty list is null")
	}
	if empty.Outcome != "could not check" || empty.ExitCode != 3 {
		t.Errorf("an empty run is %q, %d", empty.Outcome, empty.ExitCode)
	}
}

// skeleton is a document of XML without its texts.
func skeleton(t *testing.T, document []byte) []string {
	t.Helper()
	var parts []string
	d := xml.NewDecoder(bytes.NewReader(document))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return parts
		}
		if err != nil {
			t.Fatalf("%v:\n%s", err, document)
		}
		switch e := token.(type) {
		case xml.StartElement:
			part := "<" + e.Name.Local
			for _, a := range e.Attr {
				part += " " + a.Name.Local
			}
			parts = append(parts, part)
		case xml.EndElement:
			parts = append(parts, ">")
		case xml.Comment, xml.Directive:
			parts = append(parts, fmt.Sprintf("%T", e))
		}
	}
}

// No text adds or ends an element.
func TestJUnitIsSound(t *testing.T) {
	for _, r := range []func() *verify.Report{broken, strict, well, stopped} {
		want := skeleton(t, written(t, WriteJUnit, r()))
		for name, text := range texts() {
			if got := skeleton(t, written(t, WriteJUnit, hostile(r(), text))); !slices.Equal(got, want) {
				t.Errorf("%s: the elements are %q", name, got)
			}
		}
	}
}

// The verdict of who reads the JUnit is that of the exit code.
func TestJUnitAgreesWithTheExitCode(t *testing.T) {
	only := func(strict bool, verdicts ...verify.Verdict) *verify.Report {
		r := &verify.Report{Strict: strict}
		for i, v := range verdicts {
			r.Results = append(r.Results, verify.Result{Claim: claims()[i], Verdict: v})
		}
		return r
	}
	ended := only(false, verify.Holds)
	ended.Stopped = "Ctrl-C"
	late := only(false, verify.Holds, verify.Unchecked)
	late.Waivers = []verify.Waived{{Expired: true}}
	for _, r := range []*verify.Report{
		broken(), strict(), well(), stopped(), ended, late,
		{},
		only(false, verify.Holds, verify.Drift, verify.Unstable), only(true, verify.Holds, verify.Drift),
		only(false, verify.Drift, verify.Unchecked), only(true, verify.Unstable, verify.Unchecked), only(false, verify.Broken, verify.Unchecked),
	} {
		var suites junitSuites
		if err := xml.Unmarshal(written(t, WriteJUnit, r), &suites); err != nil {
			t.Fatal(err)
		}
		s, failures, skipped := suites.Suite, 0, 0
		for _, c := range s.Cases {
			if c.Failure != nil {
				failures++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
		want := 0
		if failures > 0 {
			want = 1
		} else if skipped > 0 {
			want = 3
		}
		if got := ExitCode(r.Outcome()); got != want {
			t.Errorf("%d failures and %d skipped, exit code %d: %+v", failures, skipped, got, s.Cases)
		}
		if s.Tests != len(s.Cases) || s.Failures != failures || s.Skipped != skipped || suites.Tests != s.Tests || suites.Failures != failures {
			t.Errorf("the sums are wrong: %+v", suites)
		}
		if len(s.Cases) < len(r.Results) {
			t.Errorf("%d cases for %d claims", len(s.Cases), len(r.Results))
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// attributes without the values that are texts.
var values = regexp.MustCompile(`="[^"]*"`)

func markupOf(page []byte) []string {
	found := tags.FindAllString(string(page), -1)
	for i := range found {
		found[i] = values.ReplaceAllString(found[i], "")
	}
	return found
}

// No text adds a tag or an attribute to the page, and nothing in it runs or is loaded.
func TestHTMLIsSound(t *testing.T) {
	want := markupOf(written(t, WriteHTML, hostile(broken(), "x")))
	for name, text := range texts() {
		page := written(t, WriteHTML, hostile(broken(), text))
		if got := markupOf(page); !slices.Equal(got, want) {
			t.Errorf("%s: the tags are %q", name, got)
		}
	}
	page := string(written(t, WriteHTML, broken()))
	for _, bad := range []string{"<script", "<link", "<img", "src=", "url(", " on", "style="} {
		if i := strings.Index(strings.Join(tags.FindAllString(page, -1), ""), bad); i >= 0 {
			t.Errorf("the page has %s", bad)
		}
	}
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[id[1]] {
			t.Errorf("the id %s is there twice", id[1])
		}
		ids[id[1]] = true
	}
	for _, link := range regexp.MustCompile(` href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !ids[strings.TrimPrefix(link[1], "#")] {
			t.Errorf("the link %s leads nowhere", link[1])
		}
	}
}

// bare is a text as Jira would read it, without what is escaped.
func bare(text string) string {
	return regexp.MustCompile(`\\.|&#92;`).ReplaceAllString(text, "")
}

// No text calls a macro, adds a row or a heading, or leaves a block of code.
func TestJiraIsSound(t *testing.T) {
	shape := func(text string) []string {
		var parts []string
		code := false
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "{code") {
				code = !code
				parts = append(parts, "{code")
				continue
			}
			if code {
				if strings.Contains(strings.ToLower(line), "{code") || strings.Contains(strings.ToLower(line), "{noformat") {
					t.Errorf("the code ends with %q", line)
				}
				continue
			}
			line = bare(line)
			first, _, _ := strings.Cut(line, " ")
			if !strings.HasPrefix(line, "|") {
				parts = append(parts, first)
			}
			parts = append(parts, strings.Repeat("|", strings.Count(line, "|")))
			if strings.ContainsAny(line, "{}[]!*") {
				t.Errorf("%q has markup", line)
			}
		}
		return parts
	}
	want := shape(string(written(t, WriteJira, hostile(broken(), "x"))))
	for name, text := range texts() {
		got := string(written(t, WriteJira, hostile(broken(), text)))
		if n := utf8.RuneCountInString(got); n > 32_767 {
			t.Errorf("%s: %d characters are too many", name, n)
		}
		if parts := shape(got); !slices.Equal(parts, want) {
			t.Errorf("%s: the parts are %q, want %q", name, parts, want)
		}
	}
}

// What has no room in a ticket is counted.
func TestJiraHasALimit(t *testing.T) {
	r := broken()
	one := r.Results[5]
	r.Results = slices.Repeat([]verify.Result{one}, 100)
	got := string(written(t, WriteJira, r))
	shown := strings.Count(got, "\nh3. ")
	if utf8.RuneCountInString(got) > 32_767 || shown == 0 || shown == 100 || !strings.Contains(got, fmt.Sprintf("no room here for %d more", 100-shown)) {
		t.Errorf("%d claims are shown in %d characters, and the end is %q", shown, len(got), got[len(got)-100:])
	}
}

func TestCoverageIsSound(t *testing.T) {
	shape := func(r *verify.Report) (rows []int) {
		for line := range strings.Lines(string(written(t, writers()["md"], r))) {
			rows = append(rows, strings.Count(bare(line), "|"))
			if strings.ContainsAny(bare(line), "<`[*") {
				t.Errorf("%q has markup", line)
			}
		}
		return rows
	}
	want := shape(broken())
	for name, text := range texts() {
		if got := shape(hostile(broken(), text)); !slices.Equal(got, want) {
			t.Errorf("%s: the rows have cells %v, want %v", name, got, want)
		}
	}
}

// The outcome is one sentence and has the exit code, whatever came to pass.
func TestConclusion(t *testing.T) {
	drifts := well()
	drifts.Results[0].Verdict = verify.Drift
	single := well()
	single.Results = single.Results[:1]
	for _, tt := range []struct {
		report *verify.Report
		want   string
	}{
		{broken(), "2 of 13 claims are broken: exit code 1."},
		{strict(), "2 drift in a strict run and 1 waiver has expired: exit code 1."},
		{well(), "All 12 claims hold: exit code 0."},
		{single, "The one claim holds: exit code 0."},
		{drifts, "Of 12 claims, 11 hold and 1 drifts; none is broken: exit code 0."},
		{stopped(), "The run was stopped and 30 of 31 claims could not be checked; none is broken: exit code 3."},
		{&verify.Report{}, "No claim was checked: exit code 3."},
	} {
		if got := conclusion(tt.report); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
