package scenarios

import (
	"fmt"
	"strings"
	"testing"
)

// slot is a place of the format, %s in its text, with what fits there and what
// does not.
type slot struct {
	at        string // top-level lines, then perhaps a phase behind "- "
	good, bad []string
}

// told is a story with a slot filled. What it expects is left to answers or to
// the link, and its list is long enough for any count.
func (s slot) told(value string) string {
	lines, phase, isPhase := strings.Cut("\n"+fmt.Sprintf(s.at, value), "\n- ")
	if isPhase {
		phase = "  - " + phase + "\n"
	}
	for _, free := range []string{"link: {stale: 1}", "input: {ids: 1000000}", "records: duplicate"} {
		key, _, _ := strings.Cut(free, " ")
		if !strings.Contains(lines, "\n"+key) {
			lines += "\n" + free
		}
	}
	return "summary: A story.\nevidence: [here]\n" + lines[1:] + "\njob:\n  - state: IN_PROGRESS\n" + phase +
		"  - state: end\nexpect: {outcome: success, file: true, exports: 1}\n"
}

// from is a slot for whole numbers.
func from(at string, least, most int) slot {
	return slot{at, []string{fmt.Sprint(least), fmt.Sprint(most)}, []string{fmt.Sprint(least - 1), fmt.Sprint(most + 1), "1.5", "many"}}
}

const (
	answer = "answers: [{operation: login, %s}]"
	edit   = "answers: [{operation: login, edits: [{%s}]}]"
	uuid1  = "0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11"
)

// scalars are the slots for one value, so a parameter fits there too, and
// nothing that is empty or no single value.
var scalars = []slot{
	from("input: {ids: %s}", 0, maxIDs),
	{"records: %s", recordWords, []string{"unknow", "all"}},
	{"records: [{known: %s}]", []string{"all"}, []string{"some", "5"}},
	from("records: [{unknown: {first: %s}}]", 1, maxIDs),
	from("records: [{too-long: {every: %s}}]", 1, maxIDs),
	{"records: [{two-sources: {ids: [%s]}}]", []string{uuid1, strings.ToUpper(uuid1)}, []string{uuid1[1:], "{" + uuid1 + "}", "urn:uuid:" + uuid1, "1-2-3-4-5"}},
	from("slice-size: %s", 1, maxIDs),
	{"expire-every: %s", []string{"6h", "1s", "1h30m", "8760h"}, []string{"6", "6 h", "never", "1h..2h"}},
	{"token: {life: %s}", []string{"25m", "1s"}, []string{"25", "-25m", "1m..2m"}},
	from("link: {stale: %s}", 1, maxStale),
	from("link: {cut: %s}", 1, maxCut),
	{"link: {missing: %s}", []string{"true", "false"}, []string{"maybe", "1"}},
	from("cases: [{number: %s, story: ok}]", 1, maxNumber),
	{"cases: [{file: %s, story: ok}]", []string{`"fail-*.csv"`, "a.csv", "5"}, nil},
	{"cases: [{profile: %s, story: ok}]", []string{"Default job profile", uuid1, "true"}, nil},
	from("- {progress: %s, in: 1s}", 1, maxCount),
	{"- {progress: %s, in: 1s}", []string{"1%", "007%", "99.99%", "100%", "100.00%", "all"}, []string{"100.01%", "101%", "999%", "-1%", "1.234%", "half", "% 5"}},
	{"- {progress: 5, in: %s}", []string{"1s", "20s..40s", "1s..1s", "1.5h..2h"}, []string{"1", "1s..", "..1s", "1s..2s..3s", "20s - 40s"}},
	from("- {progress: 5, in: 1s, steps: %s}", 1, maxSteps),
	{"- wait: %s", []string{"1m", "1m..2m"}, []string{"60", "soon"}},
	{"- log: %s", []string{"error.someRecordsFailed", "A sentence", "5", strings.Repeat("l", maxText)}, []string{strings.Repeat("l", maxText+1)}},
	{"- {log: a, values: [%s]}", []string{`"1"`, "1", "true"}, nil},
	from(fmt.Sprintf(answer, "status: %s"), 200, 599),
	from(fmt.Sprintf(answer, "status: 500, skip: %s"), 1, maxTimes),
	from(fmt.Sprintf(answer, "status: 500, times: %s"), 1, maxTimes),
	{fmt.Sprintf(answer, "status: 500, each: %s"), []string{"/a", "/a/*/b", "/a~0b/~1/0"}, []string{"a", "/a~2", "/~", "a/*", `"/"`, "/a/", "//a", "/a//b", "/*/"}},
	{fmt.Sprintf(answer, "status: 500, where: {/a: %s}"), []string{"FAIL", "5", "true"}, nil},
	{fmt.Sprintf(edit, "remove: %s"), []string{"/a", "/a/0/b", "/a*/**", "/a~1b"}, []string{"a", "/*", "/a/*", "/a/*/b", "/~3", "/", "/a/", "/a//b"}},
	{fmt.Sprintf(edit, "set: %s, to: 5"), []string{"/a"}, []string{"a", "/a/*", "/"}},
	{fmt.Sprintf(edit, "add: %s, of: 5"), []string{"/a"}, []string{"a", "/a/*", "/"}},
	{fmt.Sprintf(edit, "add: /a, of: %s"), []string{"-5", "3", "2147483647"}, []string{"0", "2147483648", "1.5", "much"}},
}

// others are the slots for something else.
var others = []slot{
	{"input: %s", []string{"{ids: 5}", "{lines: [a]}"}, []string{"{}", "5", "[a]", "{id: 5}", "~"}},
	{"input: {lines: %s}", []string{"[a, '', 5, true, 'b\tc']"}, []string{"[]", "a", "[~]", "[[a]]", `["a\nb"]`, `["a\rb"]`, many("a", maxLines+1), "[" + strings.Repeat("a", maxLineLength+1) + "]"}},
	{"input: {lines: %s}", []string{many("a", maxLines)}, nil},
	{"records: %s", []string{"[known: all]", "[{unknown: {first: 1}}, {invalid: {every: 2}}]", many("{known: all}", maxRules)}, []string{"[]", "{known: all}", "[known]", "[{}]", "[{known: all, unknown: all}]", "[{every: 2}]", many("{known: all}", maxRules+1)}},
	{"records: [{duplicate: %s}]", []string{"{first: 1}"}, []string{"{}", "[]", "{first: 1, every: 2}", "{last: 1}", "{ids: []}", "{ids: " + uuid1 + "}", "{ids: " + many(uuid1, maxListed+1) + "}"}},
	{"token: %s", []string{"{life: 1m}"}, []string{"{}", "1m", "{lif: 1m}", "{life: 1m, death: 1m}"}},
	{"link: %s", []string{"{stale: 1, missing: true}", "{stale: 1, cut: 1}"}, []string{"{}", "stale", "{missing: true, cut: 1}", "{stael: 1}"}},
	{"cases: %s", []string{"[{number: 1, file: a, profile: b, story: ok}]", many("{number: 1, story: stuck}", maxCases)}, []string{"[]", "{}", "[ok]", "[{story: ok}]", "[{number: 1}]", "[{number: 1, story: ok, job: 1}]", many("{number: 1, story: stuck}", maxCases+1)}},
	{"answers: %s", []string{many("{operation: login, status: 500}", maxAnswers)}, []string{"[]", "{}", "[login]", "[{status: 500}]", many("{operation: login, status: 500}", maxAnswers+1)}},
	{answer, []string{"status: 500", "text: a", "status: 500, text: a", "text: ''", "text: 5", "edits: [remove: /a]"}, []string{
		"skip: 1", "status: 500, edits: [remove: /a]", "text: a, edits: [remove: /a]", "text: ~", "text: [a]", "status: 204, text: a", "status: 304, text: ''",
		"statuss: 500", "text: " + strings.Repeat("a", maxText+1), "each: ''",
	}},
	{answer, []string{"edits: " + many("remove: /a", maxEdits)}, []string{"edits: []", "edits: {remove: /a}", "edits: [/a]", "edits: " + many("remove: /a", maxEdits+1)}},
	{fmt.Sprintf(answer, "status: 500, where: %s"), []string{"{/a: b, /c/0: d}"}, []string{"{}", "[/a]", "{a: b}", "{/*: b}", "{/a: []}", "{/a: ''}", "{/a: ~}"}},
	{edit, []string{"set: /a, to: 1"}, []string{"set: /a", "add: /a", "to: 1", "of: 1", "remove: /a, to: 1", "remove: /a, of: 1", "set: /a, of: 1", "add: /a, to: 1", "set: /a, to: 1, of: 1", "set: /a, to: 1, remove: /b", "unset: /a"}},
	{fmt.Sprintf(edit, "set: /a, to: %s"), []string{"~", "''", "[]", "{}", "[1, {a: [2.5, ~, false]}]"}, nil},
	{"- %s", []string{"{progress: 5, in: 1s}", "{wait: 1s}"}, []string{
		"{}", "[]", "~", "nevre", "{progress: 5}", "{in: 1s}", "{steps: 5}", "{values: [a]}", "{wait: 1s, log: a}", "{wait: 1s, in: 1s}", "{wait: 1s, steps: 5}",
		"{log: a, in: 1s}", "{wait: 1s, values: [a]}", "{state: end, values: []}", "{never: true}",
	}},
	{"- state: %s", nil, []string{"COMPLETED", "SUCCESS", "NEW", "[end]", "~", "''"}},
	{"- {log: a, values: %s}", []string{"[]", many("a", maxValues)}, []string{"a", "{a: b}", "~", "['']", "[~]", "[[a]]", many("a", maxValues+1)}},
	{"parameters: %s", []string{"{}"}, []string{"[]", "{p: 5}", "{p: {default: 5}}", "{p: {help: a}}", "{P: {default: 5, help: a}}", "{p: {default: 5, help: a, type: b}}"}},
	{"extends: %s", []string{"ok"}, []string{"[ok]", "~", "''"}},
	{"extends: ok\nparameters: %s", []string{"{duration: {default: 4h}}", "{duration: {help: a}}", "{steps: {}}"}, []string{"{duration: 4h}", "{duration: {default: ~}}", "{duration: {defalt: 4h}}"}},
}

// many is a list of so many equal items.
func many(item string, n int) string { return "[" + strings.Repeat(item+", ", n-1) + item + "]" }

// Loader and schema take the same.
func TestSchemaAgrees(t *testing.T) {
	schema := compileSchema(t)
	try := func(text string, want bool) {
		t.Helper()
		if _, err := Parse("story.yaml", []byte(text), nil); (err == nil) != want {
			t.Errorf("the loader says %v of %.400s", err, text)
		}
		if err := validate(schema, []byte(text)); (err == nil) != want {
			t.Errorf("the schema says %v of %.400s", err, text)
		}
	}
	for _, s := range others {
		for _, value := range s.good {
			// The story that extends uses the parameters of the other's job.
			text := s.told(value)
			if strings.HasPrefix(s.at, "extends") {
				text, _, _ = strings.Cut(text, "job:")
			}
			try(text, true)
		}
		for _, value := range s.bad {
			try(s.told(value), false)
		}
	}
	for _, s := range scalars {
		for _, value := range s.good {
			try(s.told(value), true)
			parameter := "parameters: {p: {default: " + value + ", help: a value}}\n"
			try(parameter+s.told(`"${p}"`), true)
		}
		for _, value := range append(s.bad, "[a]", "{a: b}", "~", "''", "' '") {
			try(s.told(value), false)
		}
	}
}

// Where they differ, and why.
func TestSchemaDiffers(t *testing.T) {
	schema := compileSchema(t)
	for _, tt := range []struct {
		slot           slot
		value          string
		loader, schema bool
	}{
		// The loader takes the text of a value, quoted or not.
		{slot{at: "slice-size: %s"}, "'5'", true, false},
		{slot{at: "link: {missing: %s}"}, "'true'", true, false},
		// To the schema, 16, 0x10 and 16.0 are one value.
		{slot{at: "slice-size: %s"}, "0x10", false, true},
		{slot{at: "slice-size: %s"}, "16.0", false, true},
		// A schema cannot compare, nor know names.
		{slot{at: "token: {life: %s}"}, "999ms", false, true},
		{slot{at: "- wait: %s"}, "8761h", false, true},
		{slot{at: "- wait: %s"}, "2s..1s", false, true},
		{slot{at: "- {progress: %s, in: 1s}"}, "0%", false, true},
		{slot{at: "input: {ids: 7}\n- {progress: %s, in: 1s}"}, "15", false, true},
		{slot{at: "cases: [{file: %s, story: ok}]"}, "'['", false, true},
		{slot{at: "cases: [{number: 1, story: %s}]"}, "nobody-knows", false, true},
		{slot{at: "answers: [{operation: %s, status: 500}]"}, "logoff", false, true},
	} {
		text := []byte(tt.slot.told(tt.value))
		_, loader := Parse("story.yaml", text, nil)
		if got := validate(schema, text); (loader == nil) != tt.loader || (got == nil) != tt.schema {
			t.Errorf("%s: the loader says %v, the schema %v", text, loader, got)
		}
	}
}
