package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const (
	maxPhases   = 100
	maxSteps    = 10_000
	maxCount    = 2 * maxIDs
	maxValues   = 100
	maxDuration = 365 * 24 * time.Hour // a hundred of them fit into a time.Duration
)

// The words of a job's course. Final states that not every release has are left
// out: end stands for them.
const (
	wordEnd   = "end"
	wordNever = "never"
	wordAll   = "all"
)

var (
	verbs       = []string{"state", "progress", "wait", "log", wordNever}
	stateWords  = []string{string(api.JobExecutionStatusInProgress), string(api.JobExecutionStatusFail), wordEnd}
	shareFormat = regexp.MustCompile(`^([0-9]{1,3}(?:\.[0-9]{1,2})?)%$`)
)

// job reads the course of a job and follows it; it can export so many records.
func (r *reader) job(n *yaml.Node, records int) ([]Phase, error) {
	items, err := r.Sequence(n, "job")
	if err != nil {
		return nil, err
	}
	if len(items) > maxPhases {
		return nil, r.fail(items[maxPhases], "let progress take more steps instead", "job has more than %d phases", maxPhases)
	}
	phases := make([]Phase, 0, len(items))
	c := course{status: api.JobExecutionStatusNew, records: records}
	for _, item := range items {
		phase, err := r.phase(item)
		if err != nil {
			return nil, err
		}
		if err := r.follow(item, &c, phase); err != nil {
			return nil, err
		}
		phases = append(phases, phase)
	}
	if c.over == "" {
		return nil, r.fail(items[len(items)-1], `add "- state: end"; say "- never" if it is meant`, "the job stops here without an end")
	}
	return phases, nil
}

// phase reads one item of a job's course: a mapping with exactly one verb, or
// the word never.
func (r *reader) phase(n *yaml.Node) (Phase, error) {
	if n.Kind == yaml.ScalarNode {
		return r.never(n)
	}
	keys, err := r.Mapping(n, "a phase", phaseKeys)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, verb := range verbs {
		if keys[verb] != nil {
			found = append(found, verb)
		}
	}
	switch {
	case len(found) == 0:
		return nil, r.fail(n, "say one of "+plainyaml.List(verbs, "or"), "a phase without a verb")
	case len(found) > 1:
		return nil, r.fail(n, "make them phases of their own", "a phase with %s", plainyaml.List(found, "and"))
	}
	verb := found[0]
	for _, with := range []struct{ key, verb string }{{"in", "progress"}, {"steps", "progress"}, {"values", "log"}} {
		if keys[with.key] != nil && verb != with.verb {
			return nil, r.fail(keys[with.key], "delete it, or use a phase of its own", "%s belongs to %s, not to %s", with.key, with.verb, verb)
		}
	}
	switch verb {
	case "progress":
		return r.progress(n, keys)
	case "log":
		return r.log(keys)
	case "wait":
		span, err := r.span(keys[verb], verb)
		return Wait{For: span}, err
	}
	return r.state(keys[verb])
}

func (r *reader) never(n *yaml.Node) (Phase, error) {
	s, err := r.Scalar(n, "a phase")
	switch {
	case err != nil:
		return nil, err
	case slices.Contains(stateWords, s):
		return nil, r.fail(n, fmt.Sprintf(`write "- state: %s"`, s), "a phase without a verb, %s", plainyaml.Quote(s))
	}
	if _, err = r.Word(n, "a phase", []string{wordNever}); err != nil {
		return nil, err
	}
	return Never{}, nil
}

func (r *reader) state(n *yaml.Node) (Phase, error) {
	s, err := r.Scalar(n, "state")
	switch {
	case err != nil:
		return nil, err
	case s == wordEnd:
		return End{}, nil
	case lifecycle.HasFile(lifecycle.Status(s)):
		return nil, r.fail(n, "say end, the final state that the input deserves in its release", "state %s is not for every release and input", s)
	}
	if _, err := r.Word(n, "state", stateWords); err != nil {
		return nil, err
	}
	return Enter{Status: lifecycle.Status(s)}, nil
}

func (r *reader) progress(n *yaml.Node, keys plainyaml.Entries) (Phase, error) {
	if err := r.Need(n, keys, "in", `say how long it takes, as "in: 5s"`); err != nil {
		return nil, err
	}
	p := Progress{Steps: 1}
	var err error
	if p.Share, p.Count, err = r.way(keys["progress"]); err != nil {
		return nil, err
	}
	if p.In, err = r.span(keys["in"], "in"); err != nil {
		return nil, err
	}
	if steps := keys["steps"]; steps != nil {
		p.Steps, err = r.Number(steps, "steps", maxSteps)
	}
	return p, err
}

// log reads a row of the error log.
func (r *reader) log(keys plainyaml.Entries) (Phase, error) {
	code, err := r.Scalar(keys["log"], "log")
	if err != nil {
		return nil, err
	}
	if len(code) > maxText {
		return nil, r.fail(keys["log"], "give a code, or one sentence", "log is longer than %d bytes", maxText)
	}
	row := Log{Code: code}
	n := keys["values"]
	if n == nil {
		return row, nil
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) > maxValues {
		return nil, r.fail(n, `write ["1"], or [] for a row with none`, "values is no list of up to %d", maxValues)
	}
	row.Values = make([]string, 0, len(n.Content))
	for _, item := range n.Content {
		value, err := r.Scalar(item, "an item of values")
		if err != nil {
			return nil, err
		}
		row.Values = append(row.Values, value)
	}
	return row, nil
}

// way reads how far a job comes: a share of its way, or exported records.
func (r *reader) way(n *yaml.Node) (share float64, count int, err error) {
	s, err := r.Scalar(n, "progress")
	if err != nil {
		return 0, 0, err
	}
	if s == wordAll {
		return 0, AllRecords, nil
	}
	if count, err := strconv.Atoi(s); err == nil {
		if count < 1 || count > maxCount {
			return 0, 0, r.fail(n, "give a whole number from 1 to "+strconv.Itoa(maxCount)+", or all", "progress %s is out of range", plainyaml.Quote(s))
		}
		return 0, count, nil
	}
	share, err = r.share(n, s)
	return share, 0, err
}

// share reads a percentage as a part of 1.
func (r *reader) share(n *yaml.Node, s string) (float64, error) {
	const hint = "write a share of the way from 0% to 100%, as in 60% or 99.5%, or a number of records, or all"
	digits := shareFormat.FindStringSubmatch(s)
	if digits == nil {
		return 0, r.fail(n, hint, "progress %s is no share", plainyaml.Quote(s))
	}
	percent, err := strconv.ParseFloat(digits[1], 64)
	if err != nil || percent > 100 {
		return 0, r.fail(n, hint, "progress %s is more than the whole way", plainyaml.Quote(s))
	}
	return percent / 100, nil
}

func (r *reader) duration(n *yaml.Node, what string) (time.Duration, error) {
	s, err := r.Scalar(n, what)
	if err != nil {
		return 0, err
	}
	return r.parseDuration(n, what, s)
}

func (r *reader) parseDuration(n *yaml.Node, what, s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return 0, r.fail(n, "write it as 512ms, 5s or 1h30m", "%s %s is no duration", what, plainyaml.Quote(s))
	case d <= 0 || d > maxDuration:
		return 0, r.fail(n, "give more than 0s and at most 8760h, a year", "%s %s is out of range", what, plainyaml.Quote(s))
	}
	return d, nil
}

// span reads a length of time, or a choice of them.
func (r *reader) span(n *yaml.Node, what string) (Span, error) {
	s, err := r.Scalar(n, what)
	if err != nil {
		return Span{}, err
	}
	least, most, choice := strings.Cut(s, "..")
	if !choice {
		most = least
	}
	from, err := r.parseDuration(n, what, least)
	if err != nil {
		return Span{}, err
	}
	to, err := r.parseDuration(n, what, most)
	if err == nil && to < from {
		err = r.fail(n, "write the shorter time first, as in 20s..40s", "%s %s runs backwards", what, plainyaml.Quote(s))
	}
	return Span{From: from, To: to}, err
}
