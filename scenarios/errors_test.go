package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

// Each error of the format, as its reader sees it.
func TestParseErrors(t *testing.T) {
	const (
		ending   = "exports: 1}\n"
		duration = "{default: 5s, help: how long it takes}"
	)
	var manyParameters string
	for i := range maxParameters {
		manyParameters += fmt.Sprintf("\n  p%d: %s", i, duration)
	}
	tests := []struct{ replace, with, want string }{
		// The document.
		{story, "", `1:1: the file is empty; begin with summary: and one sentence`},
		{story, "# nothing\n", `1:1: the file is empty; begin with summary: and one sentence`},
		{story, "- summary", `1:1: a scenario is a list, not a mapping; its keys are extends, summary, evidence, labels, releases, parameters, input, records, slice-size, expire-every, token, link, cases, job, answers and expect`},
		{story, "summary", `1:1: a scenario is a single value, not a mapping; its keys are extends, summary, evidence, labels, releases, parameters, input, records, slice-size, expire-every, token, link, cases, job, answers and expect`},
		{story, strings.Repeat("#", maxSize+1), `1:1: the file is larger than 256 KiB; split it into several scenarios`},
		{story, "a: " + strings.Repeat("[", plainyaml.MaxDepth+1), `1:24: not YAML: exceeded max depth of 20 while increasing flow level; nest less`},
		{story, strings.Repeat("- ", plainyaml.MaxDepth+1), `1:41: not YAML: exceeded max depth of 20 while increasing indent level; nest less`},
		{"A story.", "\xff", `1:10: not plain text; save it as UTF-8 without control characters`},
		{"how long it takes", "Zürich\x00", `7:39: not plain text; save it as UTF-8 without control characters`},
		{"  - wait: 1m", "\t- wait: 1m", `10:1: not YAML: found character that cannot start any token while scanning for the next token; indent with blanks, never with tabs`},
		{"    steps: 5", "   steps: 5", `14:4: not YAML: did not find expected '-' indicator while parsing a block collection; check indentation, brackets and quotes`},
		{"- wait: 1m", "- {wait: ${duration}}", `10:13: not YAML: did not find expected ',' or '}' while parsing a flow mapping; between { and } a parameter needs quotes, as in {in: "${duration}"}`},
		{ending, ending + "---\nsummary: Another.\n", `19:1: a second document begins here; put it into a file of its own`},
		{ending, ending + "---\n", `19:1: a second document begins here; put it into a file of its own`},
		{ending, ending + "---\n}", `20:1: not YAML: did not find expected node content while parsing a block node; check indentation, brackets and quotes`},
		{"[core]", "&words [core]", `4:9: an anchor is not part of the format; write the value out where it is needed`},
		{"wait: 1m", "wait: *time", `10:11: not YAML: unknown anchor 'time' referenced; check indentation, brackets and quotes`},
		{story, "&a\nsummary: *a\n", `1:1: an anchor is not part of the format; write the value out where it is needed`},
		{"{default", "{<<: {default: 1}, default", `7:14: a merge key is not part of the format; write the keys out`},
		{"A story.", "!text A story.", `1:10: the tag "!text" is not part of the format; leave it out`},
		{"summary: A", "? [summary]\n: A", `1:3: the key is a list; a key is one word`},
		{"records: known", "summary: Again.", `8:1: the key "summary" stands in line 1 already; keep one of them`},
		{"steps: 5", "in: 5s", `14:5: the key "in" stands in line 13 already; keep one of them`},

		// What stands before the job.
		{"summary:", "sumary:", `1:1: unknown key "sumary"; did you mean "summary"?`},
		{"summary:", "Summary:", `1:1: unknown key "Summary"; did you mean "summary"?`},
		{"labels:", "tags:", `4:1: unknown key "tags"; say extends, summary, evidence, labels, releases, parameters, input, records, slice-size, expire-every, token, link, cases, job, answers or expect`},
		{"summary: A story.\n", "", `1:1: summary is missing; say in one sentence what happens`},
		{"evidence:\n  - MDEXP-219\n", "", `1:1: evidence is missing; list the tickets, release notes or upstream files that show it`},
		{"expect: {outcome: success, file: true, exports: 1}\n", "", `1:1: expect is missing; say what a correct client ends with`},
		{"A story.", "A story", `1:10: summary is not a sentence; write one sentence, on one line, that ends with a full stop`},
		{"A story.", `"Two\nlines."`, `1:10: summary is not a sentence; write one sentence, on one line, that ends with a full stop`},
		{"A story.", "[A story.]", `1:10: summary is a list, not a single value; give one value`},
		{"A story.", "", `1:9: summary is empty; give it a value or delete the line`},
		{"A story.", "~", `1:10: summary is empty; give it a value or delete the line`},
		{"\n  - MDEXP-219", " MDEXP-219", `2:11: evidence is a single value, not a list; write each item on a line of its own, behind "- "`},
		{"\n  - MDEXP-219", " []", `2:11: evidence is empty; give at least one item`},
		{"  - MDEXP-219", "  - MDEXP-219\n  - MDEXP-219", `4:5: evidence has "MDEXP-219" twice; keep one of them`},
		{"  - MDEXP-219", "  - MDEXP: 219", `3:5: an item of evidence is a mapping, not a single value; give one value`},
		{"[core]", "[Core]", `4:10: "Core" cannot be a label; use lower-case letters, digits and hyphens, a letter first, 40 at most`},
		{"trillium", "trilium", `5:19: unknown release "trilium"; did you mean "trillium"?`},
		{"trillium", "poppy", `5:19: unknown release "poppy"; say guide, sunflower or trillium`},
		{"known", "unknow", `8:10: records cannot be "unknow"; did you mean "unknown"?`},
		{"known", "maybe", `8:10: records cannot be "maybe"; say known, unknown, too-long, unconvertible, two-sources, invalid or duplicate`},

		// Parameters.
		{"\n  duration: " + duration, " [duration]", `6:13: parameters is a list, not a mapping; write each as a name and {default: …, help: …}`},
		{duration, duration + manyParameters, `7:3: a scenario has at most 50 parameters; write out the values that nobody sets`},
		{duration, "5s", `7:13: parameter duration is a single value, not a mapping; its keys are default and help`},
		{"default: 5s, ", "", `7:13: default is missing; give the value that holds when none is set`},
		{", help: how long it takes", "", `7:13: help is missing; say what the value means`},
		{"default: 5s", "default: null", `7:23: default is empty; give it a value or delete the line`},
		{"default: 5s", "defualt: 5s", `7:14: unknown key "defualt"; did you mean "default"?`},
		{"default: 5s", `default: "${steps}"`, `13:9: in "${steps}" is no duration (parameter duration); write it as 512ms, 5s or 1h30m`},
		{"default: 5s", "default: 5 s", `13:9: in "5 s" is no duration (parameter duration); write it as 512ms, 5s or 1h30m`},
		{"duration: {", "Duration: {", `7:3: "Duration" cannot be the name of a parameter; use lower-case letters, digits and hyphens, a letter first, 40 at most`},
		{"${duration}", "${durration}", `13:9: unknown parameter "durration"; this scenario has duration; declare others under parameters`},
		{"${duration}", "about ${duration}", `13:9: "about ${duration}" mixes a parameter with text; a parameter is a whole value, as "in: ${duration}"`},
		{"${duration}", "5s", `7:3: parameter duration is never used; use it as ${duration} or delete it`},
		{"parameters:\n  duration: " + duration + "\n", "", `11:9: unknown parameter "duration"; this scenario has no parameters; declare others under parameters`},

		// The job.
		{story[strings.Index(story, "  - wait"):strings.Index(story, "expect")], "  wait: ${duration}\n", `10:3: job is a mapping, not a list; write each item on a line of its own, behind "- "`},
		{"- wait: 1m", "- wiat: 1m", `10:5: unknown key "wiat"; did you mean "wait"?`},
		{"- wait: 1m", "- steps: 1", `10:5: a phase without a verb; say one of state, progress, wait, log or never`},
		{"- wait: 1m", "- {}", `10:5: a phase without a verb; say one of state, progress, wait, log or never`},
		{"- wait: 1m", "- end", `10:5: a phase without a verb, "end"; write "- state: end"`},
		{"- wait: 1m", "- nevr", `10:5: a phase cannot be "nevr"; did you mean "never"?`},
		{"- wait: 1m", "- [never]", `10:5: a phase is a list, not a mapping; its keys are state, progress, in, steps, wait, log and values`},
		{"- wait: 1m", "-", `10:4: a phase is empty; give it a value or delete the line`},
		{"- wait: 1m", "- wait: 1m\n    state: FAIL", `10:5: a phase with state and wait; make them phases of their own`},
		{"- wait: 1m", "- wait: 1m\n    in: 1m", `11:9: in belongs to progress, not to wait; delete it, or use a phase of its own`},
		{"- wait: 1m", "- wait: 0s", `10:11: wait "0s" is out of range; give more than 0s and at most 8760h, a year`},
		{"- wait: 1m", "- wait: -1m", `10:11: wait "-1m" is out of range; give more than 0s and at most 8760h, a year`},
		{"- wait: 1m", "- wait: 8760h1ns", `10:11: wait "8760h1ns" is out of range; give more than 0s and at most 8760h, a year`},
		{"- wait: 1m", "- wait: 60", `10:11: wait "60" is no duration; write it as 512ms, 5s or 1h30m`},
		{"- wait: 1m", "- wait: " + strings.Repeat("9", 50), `10:11: wait "` + strings.Repeat("9", 40) + `…" is no duration; write it as 512ms, 5s or 1h30m`},
		{"- wait: 1m", "- progress: 10%\n    in: 1s", `10:5: progress of a job that is NEW; put "- state: IN_PROGRESS" before it`},
		{"- wait: 1m", "- state: end", `10:5: a job that is NEW cannot go to end; put "- state: IN_PROGRESS" before it`},
		{"- wait: 1m", "- state: IN_PROGRESS", `11:5: the job is IN_PROGRESS already; delete the line`},
		{"- wait: 1m", "- state: FAIL", `11:5: nothing can follow FAIL; delete what comes after it`},
		{"- wait: 1m", "- never", `11:5: nothing can follow never; delete what comes after it`},
		{"- state: end", "- state: end\n  - never", `18:5: nothing can follow end; delete what comes after it`},
		{"state: end", "state: COMPLETED", `17:12: state COMPLETED is not for every release and input; say end, the final state that the input deserves in its release`},
		{"state: end", "state:", `17:11: state is empty; give it a value or delete the line`},
		{"state: end", "state: ended", `17:12: state cannot be "ended"; did you mean "end"?`},
		{"state: IN_PROGRESS", "state: NEW", `11:12: state cannot be "NEW"; say IN_PROGRESS, FAIL or end`},
		{"\n    in: 1h", "", `15:5: in is missing; say how long it takes, as "in: 5s"`},
		{"60%", "[60%]", `12:15: progress is a list, not a single value; give one value`},
		{"60%", "6", `15:5: progress is told in records here and in shares there; tell it in one of them`},
		{"60%", "0", `12:15: progress "0" is out of range; give a whole number from 1 to 2000000, or all`},
		{"60%", "60.5", `12:15: progress "60.5" is no share; write a share of the way from 0% to 100%, as in 60% or 99.5%, or a number of records, or all`},
		{"60%", "-60%", `12:15: progress "-60%" is no share; write a share of the way from 0% to 100%, as in 60% or 99.5%, or a number of records, or all`},
		{"60%", "100.01%", `12:15: progress "100.01%" is more than the whole way; write a share of the way from 0% to 100%, as in 60% or 99.5%, or a number of records, or all`},
		{"60%", "0%", `12:5: progress does not rise above the 0% that the job has; let each progress go further than the one before; wait is for standing still`},
		{"99.5%", "60.00%", `15:5: progress does not rise above the 60% that the job has; let each progress go further than the one before; wait is for standing still`},
		{"steps: 5", "steps: {}", `14:12: steps is a mapping, not a single value; give one value`},
		{"steps: 5", "steps: 0", `14:12: steps "0" is out of range; give a whole number from 1 to 10000`},
		{"steps: 5", "steps: 10001", `14:12: steps "10001" is out of range; give a whole number from 1 to 10000`},
		{"steps: 5", "steps: 2.5", `14:12: steps "2.5" is out of range; give a whole number from 1 to 10000`},
		{"  - state: end\n", "", `15:5: the job stops here without an end; add "- state: end"; say "- never" if it is meant`},
		{"  - wait: 1m\n", strings.Repeat("  - wait: 1m\n", maxPhases-3), `113:5: job has more than 100 phases; let progress take more steps instead`},

		// What is expected.
		{"{outcome: success, file: true, exports: 1}", "success", `18:9: expect is a single value, not a mapping; its keys are outcome, file and exports`},
		{", file: true", "", `18:9: file is missing; expect says outcome, file and exports`},
		{"outcome: success", "outcome: [success]", `18:19: outcome is a list, not a single value; give one value`},
		{"outcome: success", "outcome: sucess", `18:19: outcome cannot be "sucess"; did you mean "success"?`},
		{"outcome: success", "outcome: timeout", `18:19: outcome is timeout, but the job ends as its input deserves; expect success or partial`},
		{"state: end", "state: FAIL", `18:19: outcome is success, but the job ends in FAIL; expect fail`},
		{"state: end", "wait: 1s\n  - never", `19:19: outcome is success, but the job never ends; expect timeout`},
		{"records: known", "records: unknown", `18:19: outcome is success, but none of the records is exported; expect fail`},
		{"file: true", "file: false", `18:34: file is false, but outcome is success; turn one of them round`},
		{"file: true", "file: yes", `18:34: file cannot be "yes"; say true or false`},
		{"exports: 1", "exports: -1", `18:49: exports "-1" is out of range; give a whole number from 0 to 10`},
	}
	for _, tt := range tests {
		if !strings.Contains(story, tt.replace) {
			t.Fatalf("the story has no %q", tt.replace)
		}
		changed := strings.Replace(story, tt.replace, tt.with, 1)
		_, err := Parse("story.yaml", []byte(changed), nil)
		if want := "story.yaml:" + tt.want; err == nil || err.Error() != want {
			t.Errorf("%.60q instead of %.60q:\n got %v\nwant %s", tt.with, tt.replace, err, want)
		}
	}
}

func TestSetErrors(t *testing.T) {
	bare := strings.NewReplacer("parameters:\n  duration: {default: 5s, help: how long it takes}\n", "", "${duration}", "5s").Replace(story)
	tests := []struct {
		name, text string
		set        map[string]string
		want       string
	}{
		{"unknown", story, map[string]string{"durration": "1s"}, `story.yaml:7:3: unknown parameter "durration"; this scenario has duration`},
		{"unknown beside known", story, map[string]string{"duration": "1s", "steps": "2"}, `story.yaml:7:3: unknown parameter "steps"; this scenario has duration`},
		{"no parameters", bare, map[string]string{"duration": "1s"}, `story.yaml:1:1: unknown parameter "duration"; this scenario has no parameters`},
		{"bad value", story, map[string]string{"duration": "soon"}, `story.yaml:13:9: in "soon" is no duration (parameter duration); write it as 512ms, 5s or 1h30m`},
		{"empty value", story, map[string]string{"duration": ""}, `story.yaml:13:9: in is empty (parameter duration); give it a value or delete the line`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("story.yaml", []byte(tt.text), tt.set)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if e, ok := err.(*Error); !ok || !strings.Contains(tt.want, e.Parameter) || e.Parameter == "" {
				t.Errorf("the parameter at fault is %+v", err)
			}
		})
	}
	text := strings.Replace(story, "default: 5s", "default: soon", 1)
	if _, err := Parse("story.yaml", []byte(text), nil); err == nil || err.(*Error).Parameter != "" {
		t.Errorf("a default is at fault as if it had been set: %v", err)
	}
}
