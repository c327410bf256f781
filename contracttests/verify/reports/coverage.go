package reports

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// WriteCoverage writes a table in Markdown of the statuses with which each operation was answered and those with which it
// was not, a column for each release that the reports are of, and below it the operations that no answer came from and
// those that no claim is about. Reports of the same release share a column.
func WriteCoverage(w io.Writer, all []*verify.Report) error {
	c := gather(all)
	var b strings.Builder
	fmt.Fprintf(&b, "| operation |%s claims |\n|---|%s---:|\n", cells(c.releases, markdown), strings.Repeat("---|", len(c.releases)))
	for _, o := range c.operations {
		fmt.Fprintf(&b, "| %s |%s %d |\n", markdown(o), cells(c.releases, func(release string) string { return c.statuses(release, o) }), len(c.claims[o]))
	}
	b.WriteByte('\n')
	c.rest(&b, "No answer came from", "Every operation answered", func(o string) bool { return !c.answered(o) })
	c.rest(&b, "No claim is about", "Every operation has a claim", func(o string) bool { return len(c.claims[o]) == 0 })
	_, err := io.WriteString(w, b.String())
	return err
}

// covered is what several runs saw of the operations.
type covered struct {
	releases, operations []string // in the order in which they come
	// seen is how often, by release, operation and status; what a release does not have is missing in it.
	seen   map[string]map[string]map[int]int
	claims map[string]map[string]bool // ids by operation
}

func gather(all []*verify.Report) covered {
	c := covered{seen: map[string]map[string]map[int]int{}, claims: map[string]map[string]bool{}}
	for _, r := range all {
		r = shown(r)
		name := release(r)
		if c.seen[name] == nil {
			c.seen[name] = map[string]map[int]int{}
			c.releases = append(c.releases, name)
		}
		for _, row := range r.Coverage {
			if c.claims[row.Operation] == nil {
				c.claims[row.Operation] = map[string]bool{}
				c.operations = append(c.operations, row.Operation)
			}
			if c.seen[name][row.Operation] == nil {
				c.seen[name][row.Operation] = map[int]int{}
			}
			for status, times := range row.Statuses {
				c.seen[name][row.Operation][status] += times
			}
			for _, id := range row.Claims {
				c.claims[row.Operation][id] = true
			}
		}
	}
	return c
}

// statuses is the cell of an operation in a release: empty if the release does not have it.
func (c covered) statuses(release, operation string) string {
	seen, known := c.seen[release][operation]
	if !known {
		return ""
	}
	var with, without []string
	for _, status := range slices.Sorted(maps.Keys(seen)) {
		if seen[status] > 0 {
			with = append(with, statusWord(status))
		} else {
			without = append(without, statusWord(status))
		}
	}
	switch {
	case len(with) == 0:
		return "not reached"
	case len(without) > 0:
		return strings.Join(with, ", ") + "; not " + strings.Join(without, ", ")
	}
	return strings.Join(with, ", ")
}

// answered tells whether an operation was answered in any release.
func (c covered) answered(operation string) bool {
	for _, release := range c.releases {
		for status, times := range c.seen[release][operation] {
			if status > 0 && times > 0 {
				return true
			}
		}
	}
	return false
}

// statusWord is a status, of which 0 stands for none.
func statusWord(status int) string {
	if status == 0 {
		return "no answer"
	}
	return fmt.Sprint(status)
}

// rest writes which operations something is true of, or that it is true of none.
func (c covered) rest(b *strings.Builder, some, none string, is func(operation string) bool) {
	var names []string
	for _, o := range c.operations {
		if is(o) {
			names = append(names, markdown(o))
		}
	}
	if len(names) == 0 {
		fmt.Fprintf(b, "%s.\n", none)
		return
	}
	fmt.Fprintf(b, "%s: %s.\n", some, strings.Join(names, ", "))
}

func cells(of []string, text func(string) string) string {
	var b strings.Builder
	for _, o := range of {
		fmt.Fprintf(&b, " %s |", text(o))
	}
	return b.String()
}

// markdown is a text in which nothing is markup.
func markdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_{}[]()#+!|~>", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
