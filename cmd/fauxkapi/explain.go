package main

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

type explainScenario struct {
	Name    string            `arg:"" placeholder:"NAME|FILE" predictor:"scenario" help:"A scenario's name, or a YAML file."`
	Release string            `predictor:"release" placeholder:"NAME" help:"One of ${releases}. Default: each that the scenario fits."`
	Set     map[string]string `placeholder:"NAME=VALUE" help:"Set a parameter of the scenario, such as duration=4h."`
}

// Run plays the story in each release and draws what happened.
func (e *explainScenario) Run(term *console) error {
	story, err := scenarios.Load(e.Name, e.Set)
	if err != nil {
		return badStory(err, e.Set)
	}
	lines, err := e.tell(story)
	if err != nil {
		return err
	}
	var page strings.Builder
	explainHead(&page, story)
	if err := e.explainPace(&page, story); err != nil {
		return err
	}
	for same := range alike(lines) {
		var names []string
		for _, line := range same {
			names = append(names, line.Release)
		}
		fmt.Fprintf(&page, "\nIn %s, with the export accepted at 0:\n\n", strings.Join(names, " and "))
		if err := draw(&page, same[0]); err != nil {
			return err
		}
	}
	explainDuty(&page, story)
	return folded(term.stdout, page.String())
}

// tell plays the story in each release that was asked for.
func (e *explainScenario) tell(story *scenarios.Scenario) (lines []*mockserver.Storyline, err error) {
	releases := mockserver.Releases()
	if e.Release != "" {
		releases = []string{e.Release}
	}
	for _, release := range releases {
		if e.Release == "" && !story.Fits(release) {
			continue
		}
		options := []mockserver.Option{mockserver.WithRelease(release), mockserver.WithScenario(e.Name)}
		for name, value := range e.Set {
			options = append(options, mockserver.WithParameter(name, value))
		}
		line, err := mockserver.Tell(options...)
		if err != nil {
			return nil, usage("%s", strings.TrimPrefix(err.Error(), "mockserver: "))
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// alike puts neighbours together whose jobs live through the same.
func alike(lines []*mockserver.Storyline) iter.Seq[[]*mockserver.Storyline] {
	return func(yield func([]*mockserver.Storyline) bool) {
		for len(lines) > 0 {
			n := 1
			for n < len(lines) && reflect.DeepEqual(lines[n].Moments, lines[0].Moments) {
				n++
			}
			if !yield(lines[:n]) {
				return
			}
			lines = lines[n:]
		}
	}
}

func explainHead(out io.Writer, story *scenarios.Scenario) {
	fmt.Fprintf(out, "%s: %s\n", story.Name, story.Summary)
	for _, e := range story.Evidence {
		fmt.Fprintf(out, "  seen in   %s\n", e)
	}
	input := prose.Count(story.Input.IDs, "id")
	if n := len(story.Input.Lines); n > 0 {
		input += fmt.Sprintf(" after %s: %q", prose.Count(n, "other line"), story.Input.Lines)
	}
	fmt.Fprintf(out, "  the list  %s\n", input)
	for _, p := range story.Parameters {
		fmt.Fprintf(out, "  --set     %s=%s  %s\n", p.Name, p.Value, p.Help)
	}
}

// explainPace says what serve sets that nobody has set, so that nobody wonders
// about the time that a job takes there.
func (e *explainScenario) explainPace(out io.Writer, story *scenarios.Scenario) error {
	served, err := withPace(e.Name, e.Set, paceToWatch())
	if err != nil {
		return badStory(err, e.Set)
	}
	var paced []string
	for i, p := range served.Parameters {
		if p.Value != story.Parameters[i].Value {
			paced = append(paced, p.Name+"="+p.Value)
		}
	}
	if len(paced) > 0 {
		fmt.Fprintf(out, "  serve     sets %s to be watched, unless --set or --time poll says otherwise\n", strings.Join(paced, ", "))
	}
	return nil
}

// How many moments are drawn before the middle is left out, and how many
// expiries of a token are drawn among them.
const (
	shownMoments  = 14
	shownExpiries = 3
)

// draw prints the moments of a job as a table.
func draw(out io.Writer, line *mockserver.Storyline) error {
	moments := line.Moments
	left := 0
	if len(moments) > shownMoments {
		left = len(moments) - shownMoments
		moments = slices.Concat(moments[:shownMoments/2], moments[len(moments)-shownMoments/2:])
	}
	var drawn bytes.Buffer
	table := tabwriter.NewWriter(&drawn, 0, 0, 3, ' ', 0)
	below := map[int][]mockserver.LogLine{} // by line of the table
	lines := 0
	row := func(format string, values ...any) {
		lines++
		fmt.Fprintf(table, format+"\n", values...)
	}
	row("  after\tstate\texported\tfailed\tof\tfile")
	expiry := line.TokenLife
	for i, m := range moments {
		for renewals(line) <= shownExpiries && expiry < m.After {
			row("  %s\t(the token has expired)\t\t\t\t", short(expiry))
			expiry += line.TokenLife
		}
		if left > 0 && i == shownMoments/2 {
			row("  …\t%d more moments\t\t\t\t", left)
		}
		exported, failed, total := "-", "-", "-"
		if p := m.Progress; p != nil {
			exported, failed, total = fmt.Sprint(p.Exported), fmt.Sprint(p.Failed), fmt.Sprint(p.Total)
		}
		file := m.File
		if file != "" && !lifecycle.HasFile(m.Status) {
			file = "(" + file + ")"
		}
		row("  %s\t%s\t%s\t%s\t%s\t%s", short(m.After), m.Status, exported, failed, total, file)
		below[lines] = m.Rows
	}
	if err := table.Flush(); err != nil {
		return err
	}
	lines = 0
	for text := range strings.Lines(drawn.String()) {
		lines++
		fmt.Fprintln(out, strings.TrimRight(text, " \n"))
		for _, l := range below[lines] {
			fmt.Fprintf(out, "       log  %s\n", strings.TrimSpace(l.Code+" "+shortValues(l.Values)))
		}
	}
	if !line.Ends {
		fmt.Fprintln(out, "  and so it stays, for ever")
	}
	fmt.Fprintf(out, "\n  token     good for %s", short(line.TokenLife))
	if n := renewals(line); n > 0 {
		fmt.Fprintf(out, "; renewed %s before the end", prose.Count(n, "time"))
	}
	fmt.Fprintf(out, "\n  link      %s\n", linkFate(line))
	return nil
}

// maxItems is how many of the ids or lines that a value of the log joins are
// printed, maxValue how long it can be, in characters.
const (
	maxItems = 3
	maxValue = 200
)

// shortValues are the values of a row of the log, without the most of what one of
// them lists.
func shortValues(values []string) string {
	texts := make([]string, len(values))
	for i, value := range values {
		if items := strings.Split(value, ","); len(items) > maxItems {
			value = fmt.Sprintf("%s … and %d more", items[0], len(items)-1)
		}
		if runes := []rune(value); len(runes) > maxValue {
			value = string(runes[:maxValue]) + "…"
		}
		texts[i] = value
	}
	return strings.Join(texts, " ")
}

// renewals is how often a token expires before the job ends.
func renewals(line *mockserver.Storyline) int {
	end := line.Moments[len(line.Moments)-1].After
	if !line.Ends || line.TokenLife == 0 {
		return 0
	}
	return int(end / line.TokenLife)
}

func linkFate(line *mockserver.Storyline) string {
	link := line.Scenario.Link
	last := line.Moments[len(line.Moments)-1]
	switch {
	case !lifecycle.HasFile(last.Status):
		return "leads to nothing: 404 NoSuchKey"
	case link.Missing:
		return "leads to nothing, although there is a file: 404 NoSuchKey"
	}
	fate := "good for " + short(line.LinkLife)
	if link.Stale > 0 {
		fate += fmt.Sprintf("; the first %d had expired when given out: 403 AccessDenied", link.Stale)
	}
	if link.Cut > 0 {
		fate += fmt.Sprintf("; the file lost its last %s", prose.Count(link.Cut, "byte"))
	}
	return fate
}

// short writes a duration without parts that are zero: 4h, not 4h0m0s.
func short(d time.Duration) string {
	text := d.Round(time.Millisecond).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// explainDuty says what is answered otherwise than it is, and what a client
// should make of it all.
func explainDuty(out io.Writer, story *scenarios.Scenario) {
	fmt.Fprintln(out)
	for i, a := range story.Answers {
		fmt.Fprintf(out, "  answer %d  %s\n", i+1, describeAnswer(a))
	}
	for _, c := range story.Cases {
		fmt.Fprintf(out, "  case      %s: the story %s\n", describeCase(c), c.Story.Name)
	}
	if len(story.Answers)+len(story.Cases) > 0 {
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, "A client should")
	for _, duty := range duties(story) {
		fmt.Fprintf(out, "  * %s\n", duty)
	}
}

func describeAnswer(a scenarios.Answer) string {
	var parts []string
	for _, e := range a.Edits {
		switch e.Verb {
		case scenarios.Set:
			parts = append(parts, fmt.Sprintf("%s is %v", e.At, e.Value))
		case scenarios.Remove:
			parts = append(parts, e.At+" is left out")
		case scenarios.Add:
			parts = append(parts, fmt.Sprintf("%s is off by %d", e.At, e.Value))
		}
	}
	if a.Status != 0 {
		parts = append(parts, fmt.Sprintf("the status is %d", a.Status))
	}
	if a.Text != nil {
		parts = append(parts, fmt.Sprintf("the body is %q", *a.Text))
	}
	text := "of " + a.Operation
	for _, member := range slices.Sorted(maps.Keys(a.Where)) {
		text += fmt.Sprintf(", where %s is %s", member, a.Where[member])
	}
	if a.Skip > 0 {
		text += fmt.Sprintf(", after the first %d", a.Skip)
	}
	if a.Times > 0 {
		text += fmt.Sprintf(", %s", prose.Count(a.Times, "time"))
	}
	return text + ": " + strings.Join(parts, ", ")
}

func describeCase(c scenarios.Case) string {
	var parts []string
	if c.Number > 0 {
		parts = append(parts, fmt.Sprintf("export %d of the tenant", c.Number))
	}
	if c.File != "" {
		parts = append(parts, "a file named "+c.File)
	}
	if c.Profile != "" {
		parts = append(parts, "profile "+c.Profile)
	}
	return strings.Join(parts, " and ")
}

// duties are what makes a client of this story a correct one.
func duties(story *scenarios.Scenario) []string {
	var duties []string
	switch story.Expect.Outcome {
	case scenarios.OutcomeSuccess:
		duties = append(duties, "end well, with the whole file")
	case scenarios.OutcomePartial:
		duties = append(duties, "keep the file, and say that it does not hold everything that was asked for, or what the log says")
	case scenarios.OutcomeFail:
		duties = append(duties, "end with an error that says so, and leave no file")
	case scenarios.OutcomeTimeout:
		duties = append(duties, "give up after its own time limit with an error that names the job, and leave no file")
	}
	if story.Token.Life > 0 {
		duties = append(duties, "renew its token before it expires, or after the first 401")
	}
	if story.Link.Stale > 0 {
		duties = append(duties, "ask for a fresh link when the store refuses the first")
	}
	if story.Link.Cut > 0 {
		duties = append(duties, "count the records of the file and hold them against progress.exported")
	}
	if story.Expect.Exports == 0 {
		return append(duties, "start no export")
	}
	return append(duties, fmt.Sprintf("start %s and no more", prose.Count(story.Expect.Exports, "export")))
}
