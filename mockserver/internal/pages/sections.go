package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// section is a generated part: a comment that opens it, what was generated, and
// a comment that closes it. HTML comments do not show on the page.
var section = regexp.MustCompile(`(?s)<!-- generated: ([a-z ]+); run make generate -->\n(.*?)<!-- end -->`)

// fill puts the sections into a page. A page must have exactly those.
func fill(page string, sections map[string]string) (string, error) {
	seen := map[string]bool{}
	var unknown []string
	filled := section.ReplaceAllStringFunc(page, func(found string) string {
		name := section.FindStringSubmatch(found)[1]
		text, ok := sections[name]
		if !ok || seen[name] {
			unknown = append(unknown, name)
		}
		seen[name] = true
		return "<!-- generated: " + name + "; run make generate -->\n" + text + "<!-- end -->"
	})
	if len(unknown) > 0 {
		return "", fmt.Errorf("the section %q is unknown or comes twice", unknown[0])
	}
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		if !seen[name] {
			return "", fmt.Errorf("the section %q is missing: write the lines\n<!-- generated: %s; run make generate -->\n<!-- end -->", name, name)
		}
	}
	return filled, nil
}

// markdown writes a table; the first row is its head.
func markdown(rows [][]string) string {
	var b strings.Builder
	for i, row := range rows {
		b.WriteString("|")
		for _, cell := range row {
			b.WriteString(" " + strings.NewReplacer("|", `\|`, "\n", " ").Replace(cell) + " |")
		}
		b.WriteString("\n")
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(row)) + "|\n")
		}
	}
	return b.String()
}

// code is text as it is on the wire. Markdown trims blanks there, and a
// backquote would end it; FOLIO uses none.
func code(text string) string { return "`" + text + "`" }
