// Package section puts what tests have found out into pages that people write: each part stands between a comment that
// says how it is made and one that ends it.
package section

import (
	"fmt"
	"strings"
)

const end = "<!-- end -->"

// opening is the comment that begins a part. HTML comments do not show on a page.
func opening(name, command string) string {
	return "<!-- generated: " + name + "; run " + command + " -->\n"
}

// Replace returns the page with the text of one part, which ends in a line feed. command is what makes it. The error says
// what the page lacks.
func Replace(page, name, command, text string) (string, error) {
	open := opening(name, command)
	before, rest, found := strings.Cut(page, open)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended || strings.Contains(after, open) {
		return "", fmt.Errorf("the part %q has to stand in the page once: write the lines\n%s%s", name, open, end)
	}
	return before + open + text + end + after, nil
}

// Table writes a Markdown table.
func Table(head []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) {
		b.WriteString("|")
		for _, cell := range cells {
			b.WriteString(" " + strings.NewReplacer("|", `\|`, "\n", " ").Replace(cell) + " |")
		}
		b.WriteString("\n")
	}
	line(head)
	b.WriteString(strings.Repeat("|---", len(head)) + "|\n")
	for _, row := range rows {
		line(row)
	}
	return b.String()
}
