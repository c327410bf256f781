package folio

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Fatal(args ...any)
}

// row returns a release; its name is one that the test wrote down.
func row(t tester, name string) *release.Release {
	t.Helper()
	r, err := release.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func worldOf(r *release.Release) *World {
	return NewWorld(Config{Release: r, Tenant: "diku", Seed: 1, Start: r.Instant})
}

// instance is the n-th of a row of ids that rises with n.
func instance(n int) uuid.UUID {
	return uuid.MustParse(fmt.Sprintf("%08x-0000-4000-8000-000000000000", n))
}

// listOf reads a list of lines as a release does.
func listOf(t tester, rules release.InputRules, lines ...string) *Input {
	t.Helper()
	var text strings.Builder
	for _, line := range lines {
		text.WriteString(line + "\n")
	}
	in, err := ReadInput(strings.NewReader(text.String()), rules)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// known is an inventory with a record for every id, or for none.
func known(records Records) Known {
	return Known{Inventory: catalogue.New(1), Mapping: catalogue.Rules5, Records: records}
}

// timeline is the natural course of an outcome, in the given time: the whole of
// it, or for ever stuck after a part of the way.
func timeline(o *Outcome, rules release.JobRules, in time.Duration, part float64) []Step {
	at := rules.StartsAfter
	switch {
	case o.Endless:
		return nil
	case o.Lines == 0 && rules.EmptyNeverRuns:
		return []Step{{After: at, Status: api.JobExecutionStatusFail}}
	}
	steps := []Step{{After: at, Status: api.JobExecutionStatusInProgress}}
	for _, mark := range o.Course(rules, 1) {
		if mark.Way <= part {
			steps = append(steps, Step{After: at + time.Duration(mark.Way*float64(in)), Progress: &mark.Progress})
		}
	}
	if part < 1 {
		return steps
	}
	final := o.Final()
	return append(steps, Step{After: at + in, Progress: &final, Log: o.Ending(rules, uuid.Nil), Status: o.FinalStatus(rules)})
}
