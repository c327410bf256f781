package reports

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// WriteCoverage writes a table in Markdown of the statuses with which each operation was answered, a column for each
// release that the reports are of, and below it the operations that no answer came from and those that no claim is about.
// Reports of the same release share a column.
func WriteCoverage(w io.Writer, all []*verify.Report) error {
	c := gather(all)
	var b strings.Builder
	fmt.Fprintf(&b, "| operation |%s claims |\n|---|%s---:|\n", cells(c.releases, markdown), strings.Repeat("---|", len(c.releases)))
	for _, o := range c.operations {
		fmt.Fprintf(&b, "| %s |%s %d |\n", markdown(o), cells(c.releases, func(release string) string { return c.statuses(release, o) }), len(c.claims[o]))
	}
	b.WriteByte('\n')
	c.rest(&b, "No answer came from", "Every operation answered", func(o string) bool {
		return !slices.ContainsFunc(c.releases, func(release string) bool {
			return slices.ContainsFunc(slices.Collect(maps.Keys(c.seen[release][o])), func(status int) bool { return status > 0 })
		})
	})
	c.rest(&b, "No claim is about", "Every operation has a claim", func(o string) bool { return len(c.claims[o]) == 0 })
	_, err := io.WriteString(w, b.String())
	return err
}

// covered is what several runs saw of the operations.
type covered struct {
	releases, operations []string // in the order in which they come
	// seen are statuses by release and operation; an operation that a release does not have is missing in it.
	seen   map[string]map[string]map[int]bool
	claims map[string]map[string]bool // ids by operation
}

func gather(all []*verify.Report) covered {
	c := covered{seen: map[string]map[string]map[int]bool{}, claims: map[string]map[string]bool{}}
	for _, r := range all {
		r = shown(r)
		release := r.Server.Release
		if c.seen[release] == nil {
			c.seen[release] = map[string]map[int]bool{}
			c.releases = append(c.releases, release)
		}
		for _, row := range r.Coverage {
			if c.claims[row.Operation] == nil {
				c.claims[row.Operation] = map[string]bool{}
				c.operations = append(c.operations, row.Operation)
			}
			if c.seen[release][row.Operation] == nil {
				c.seen[release][row.Operation] = map[int]bool{}
			}
			for status, times := range row.Statuses {
				if times > 0 {
					c.seen[release][row.Operation][status] = true
				}
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
	switch {
	case !known:
		return ""
	case len(seen) == 0:
		return "not reached"
	}
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(seen)) {
		parts = append(parts, statusWord(status))
	}
	return strings.Join(parts, ", ")
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
