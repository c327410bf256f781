package reports

import (
	"slices"
	"testing"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

func TestAlike(t *testing.T) {
	if a, b := alike("job "+execution+" after 3 s"), alike("job "+definition+" after 10 s"); a != b {
		t.Errorf("%q and %q differ", a, b)
	}
	for pointer, want := range map[string]string{
		"/jobs/0/ids/12": "/jobs/*/ids/*", "/0/1/2": "/*/*/*", "/a1/b": "/a1/b", "status": "status", "": "",
	} {
		if got := anyElement(pointer); got != want {
			t.Errorf("%q: got %q, want %q", pointer, got, want)
		}
	}
}

// What gives a claim its verdict comes first; what is alike in a list is one, and what is not stays apart.
func TestFindings(t *testing.T) {
	of := func(v verify.Verdict, member, text string) verify.Finding {
		return verify.Finding{Verdict: v, Operation: "getLogs", Member: member, Text: text}
	}
	r := verify.Result{Verdict: verify.Unchecked, Findings: []verify.Finding{
		of(verify.Drift, "/a", "it is 1"), of(verify.Unchecked, "", "no answer"),
		of(verify.Drift, "status", "it is 422 and was to be 500"), of(verify.Drift, "status", "it is 401 and was to be 400"),
		of(verify.Drift, "/a/0/b", "it is 1"), of(verify.Drift, "/a/1/b", "it is 2"), of(verify.Drift, "/a/1/c", "it is 2"),
	}}
	want := []string{
		"getLogs: no answer.", "drift: getLogs /a: it is 1.",
		"drift: getLogs status: it is 422 and was to be 500.", "drift: getLogs status: it is 401 and was to be 400.",
		"drift: getLogs /a/*/b: it is 1 (2 times alike).", "drift: getLogs /a/1/c: it is 2.",
	}
	var got []string
	for _, f := range findings(r) {
		got = append(got, f.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// Two bars without anything between them would begin a heading.
func TestJiraCell(t *testing.T) {
	for text, want := range map[string]string{"": " ", "  ": " ", "a-b": "a-b", "-b-": `\-b\-`, `a\|b`: `a&#92;\|b`, "[~x] &": `\[\~x\] &amp;`} {
		if got := jiraCell(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
