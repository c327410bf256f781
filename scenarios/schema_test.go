package scenarios

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/openapi/releases"
)

const schemaFile = "schema.json"

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(schemaFile, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// validate checks a YAML text against the schema, as an editor does.
func validate(schema *jsonschema.Schema, text []byte) error {
	var value any
	if err := yaml.Load(text, &value); err != nil {
		return err
	}
	return schema.Validate(value)
}

func TestShippedFilesFollowTheSchema(t *testing.T) {
	schema := compileSchema(t)
	for _, name := range Names() {
		text, err := stories.ReadFile(name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !bytes.HasPrefix(text, []byte("# yaml-language-server: $schema="+schemaFile+"\n")) {
			t.Errorf("%s does not tell editors its schema", name)
		}
	}
	if err := validate(schema, []byte(story)); err != nil {
		t.Errorf("the story of the tests: %v", err)
	}
}

// What a schema can express it refuses like the loader.
func TestSchemaRefuses(t *testing.T) {
	schema := compileSchema(t)
	tests := []struct{ replace, with string }{
		{"summary:", "sumary:"},
		{"A story.", "A story"},
		{"\n  - MDEXP-219", " []"},
		{"  - MDEXP-219", "  - MDEXP-219\n  - MDEXP-219"},
		{"[core]", "[Core]"},
		{"trillium", "poppy"},
		{"known", "maybe"},
		{"default: 5s, ", ""},
		{"duration: {", "Duration: {"},
		{"${duration}", "about ${duration}"},
		{"- wait: 1m", "- nevr"},
		{"- wait: 1m", "- {}"},
		{"- wait: 1m", "- steps: 1"},
		{"- wait: 1m", "- wait: 1m\n    state: FAIL"},
		{"- wait: 1m", "- wait: 1m\n    in: 1m"},
		{"- wait: 1m", "- wait: 60"},
		{"state: end", "state: COMPLETED"},
		{"60%", "60.5"},
		{"\n    in: 1h", ""},
		{"steps: 5", "steps: 0"},
		{"steps: 5", "steps: 10001"},
		{", file: true", ""},
		{"outcome: success", "outcome: sucess"},
		{"exports: 1", "exports: 11"},
		{"exports: 1", "exports: -1"},
		{"records: known", "records: []"},
		{"records: known", "records: [{unknown: {every: 0}}]"},
		{"records: known", "records: [{unknown: all, known: all}]"},
		{"records: known", "records: [{unknown: {first: 1, every: 2}}]"},
		{"records: known", "records: [{unknown: {ids: [abc]}}]"},
		{"records: known", "input: {ids: -1}"},
		{"records: known", "input: {ids: 1000001}"},
		{"records: known", "input: {}"},
		{"records: known", "input: {lines: [[a]]}"},
		{"records: known", "slice-size: 0"},
		{"records: known", "expire-every: never"},
		{"records: known", "token: {}"},
		{"records: known", "token: {life: 5}"},
		{"records: known", "link: {}"},
		{"records: known", "link: {missing: maybe}"},
		{"records: known", "link: {missing: true, cut: 5}"},
		{"records: known", "link: {stale: 101}"},
		{"records: known", "cases: [{story: ok}]"},
		{"records: known", "cases: [{number: 1}]"},
		{"records: known", "answers: [{operation: login}]"},
		{"records: known", "answers: [{operation: login, status: 99}]"},
		{"records: known", "answers: [{operation: login, status: 500, edits: [{remove: /a}]}]"},
		{"records: known", "answers: [{operation: login, edits: [{remove: a}]}]"},
		{"records: known", "answers: [{operation: login, edits: [{set: /a}]}]"},
		{"records: known", "answers: [{operation: login, edits: [{remove: /a, add: /b, of: 1}]}]"},
		{"records: known", "answers: [{operation: login, edits: [{add: /b, of: 0}]}]"},
		{"records: known", "answers: [{operation: login, where: {a: 1}, edits: [{remove: /b}]}]"},
		{"- wait: 1m", "- log: []"},
		{"- wait: 1m", "- wait: 1m\n    values: [a]"},
		{"in: 1h", "in: 1h..x"},
	}
	for _, tt := range tests {
		changed := []byte(strings.Replace(story, tt.replace, tt.with, 1))
		if err := validate(schema, changed); err == nil {
			t.Errorf("the schema takes %q instead of %q", tt.with, tt.replace)
		}
		if _, err := Parse("story.yaml", changed, nil); err == nil {
			t.Errorf("the loader takes %q instead of %q", tt.with, tt.replace)
		}
	}
}

// The schema has the words of the loader, each key explained to who edits.
func TestSchemaWords(t *testing.T) {
	type node struct {
		Description string
		Ref         string `json:"$ref"`
		Properties  map[string]node
		AnyOf       []node
		Items       *node
		Enum        []string
		Maximum     int
		MaxItems    int
		Defs        map[string]node `json:"$defs"`
	}
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var root node
	if err := json.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	phase := root.Defs["phase"].AnyOf[1]
	expect := root.Defs["expect"]

	for _, tt := range []struct {
		name string
		node node
		want []string
	}{
		{"scenario", root, scenarioKeys},
		{"parameter", root.Defs["parameter"], parameterKeys},
		{"phase", phase, phaseKeys},
		{"expect", expect, expectKeys},
		{"input", root.Properties["input"], inputKeys},
		{"token", root.Properties["token"], tokenKeys},
		{"link", root.Properties["link"], linkKeys},
		{"rule", root.Defs["rule"], recordWords},
		{"choice of lines", root.Defs["lines"].AnyOf[2], ruleKeys},
		{"case", root.Defs["case"], caseKeys},
		{"answer", root.Defs["answer"], answerKeys},
		{"edit", root.Defs["edit"], editKeys},
	} {
		if got := slices.Sorted(maps.Keys(tt.node.Properties)); !slices.Equal(got, slices.Sorted(slices.Values(tt.want))) {
			t.Errorf("keys of a %s: the schema has %v, the loader %v", tt.name, got, tt.want)
		}
		for key, property := range tt.node.Properties {
			if property.Description == "" && root.Defs[strings.TrimPrefix(property.Ref, "#/$defs/")].Description == "" {
				t.Errorf("%s of a %s is not described", key, tt.name)
			}
		}
	}

	for _, tt := range []struct {
		name string
		got  []string
		want []string
	}{
		{"releases", root.Properties["releases"].Items.AnyOf[0].Enum, releases.Names()},
		{"records", root.Properties["records"].AnyOf[0].Enum, recordWords},
		{"state", phase.Properties["state"].AnyOf[0].Enum, stateWords},
		{"outcome", expect.Properties["outcome"].AnyOf[0].Enum, outcomeWords},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("words for %s: the schema has %v, the loader %v", tt.name, tt.got, tt.want)
		}
	}

	for _, tt := range []struct {
		name      string
		got, want int
	}{
		{"phases", root.Properties["job"].MaxItems, maxPhases},
		{"steps", phase.Properties["steps"].AnyOf[0].Maximum, maxSteps},
		{"exports", expect.Properties["exports"].AnyOf[0].Maximum, maxExports},
		{"counted records", phase.Properties["progress"].AnyOf[1].Maximum, maxCount},
		{"values", phase.Properties["values"].MaxItems, maxValues},
		{"input ids", root.Properties["input"].Properties["ids"].AnyOf[0].Maximum, maxIDs},
		{"input lines", root.Properties["input"].Properties["lines"].MaxItems, maxLines},
		{"rules", root.Properties["records"].AnyOf[2].MaxItems, maxRules},
		{"listed ids", root.Defs["lines"].AnyOf[2].Properties["ids"].MaxItems, maxListed},
		{"stale links", root.Properties["link"].Properties["stale"].AnyOf[0].Maximum, maxStale},
		{"cut bytes", root.Properties["link"].Properties["cut"].AnyOf[0].Maximum, maxCut},
		{"cases", root.Properties["cases"].MaxItems, maxCases},
		{"case number", root.Defs["case"].Properties["number"].AnyOf[0].Maximum, maxNumber},
		{"answers", root.Properties["answers"].MaxItems, maxAnswers},
		{"edits", root.Defs["answer"].Properties["edits"].MaxItems, maxEdits},
		{"times", root.Defs["answer"].Properties["times"].AnyOf[0].Maximum, maxTimes},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: the schema allows %d, the loader %d", tt.name, tt.got, tt.want)
		}
	}
}

// The page for people explains each word, too.
func TestWordsOnThePage(t *testing.T) {
	page, err := os.ReadFile("../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	_, words, _ := strings.Cut(string(page), "## The words")
	for _, known := range [][]string{scenarioKeys, parameterKeys, phaseKeys, expectKeys, inputKeys, linkKeys, ruleKeys, caseKeys, answerKeys, editKeys, recordWords, stateWords, outcomeWords} {
		for _, word := range known {
			if !regexp.MustCompile("`[^`]*\\b" + regexp.QuoteMeta(word) + "\\b[^`]*`").MatchString(words) {
				t.Errorf("docs/scenarios.md does not explain %q", word)
			}
		}
	}
}
