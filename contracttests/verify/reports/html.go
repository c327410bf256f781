package reports

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

//go:embed report.html
var pageText string

//go:embed report.css
var styleText string

// page is what the page is made of.
type page struct {
	*verify.Report
	Style  template.CSS
	Policy string // lets the page load nothing, and no style but its own
	Topics []pageTopic
	Notes  []note
	Covers []int // statuses, the columns of the coverage
}

// pageTopic is a topic with its claims.
type pageTopic struct {
	Name    string
	Results []verify.Result
}

// WriteHTML writes the report as one page that needs nothing else: no script, no other file, no network.
func WriteHTML(w io.Writer, r *verify.Report) error {
	s := shown(r)
	sum := sha256.Sum256([]byte(styleText))
	p := page{
		Report: s, Style: template.CSS(styleText), Topics: topics(s), Notes: notes(s), Covers: statuses(s.Coverage),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
	}
	made, err := template.New("report").Funcs(template.FuncMap{
		"again":      func(n note) []verify.Exchange { return again(s, n.Findings) },
		"assumed":    func(c verify.Claim) string { return assumed(&c) },
		"capital":    capital,
		"class":      func(v any) string { return strings.ReplaceAll(fmt.Sprint(v), " ", "-") },
		"conclusion": func() string { return conclusion(s) },
		"course":     func() string { return course(s) },
		"exchange":   func(n int) *verify.Exchange { return exchange(s, n) },
		"findings":   findings,
		"join":       func(parts []string) string { return strings.Join(parts, ", ") },
		"lacks":      func() string { return lacks(s) },
		"moment":     moment,
		"sentence":   sentence,
		"shows":      func(n note) *verify.Exchange { return shows(s, n.Findings) },
		"spent":      func() string { return spent(s) },
		"status":     status,
		"statusWord": statusWord,
		"sum":        func() string { return capital(counts(s)) + "." },
		"times":      times,
		"target":     func() string { return target(s) },
		"waived":     waived,
	}).Parse(pageText)
	if err != nil {
		return fmt.Errorf("write the report as HTML: %w", err)
	}
	var b bytes.Buffer
	if err := made.Execute(&b, p); err != nil {
		return fmt.Errorf("write the report as HTML: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// topics are the claims by topic, in the order in which topics come first.
func topics(r *verify.Report) []pageTopic {
	var all []pageTopic
	for _, result := range r.Results {
		name := topic(result.Claim)
		i := slices.IndexFunc(all, func(t pageTopic) bool { return t.Name == name })
		if i < 0 {
			i = len(all)
			all = append(all, pageTopic{Name: name})
		}
		all[i].Results = append(all[i].Results, result)
	}
	return all
}

// Good tells how many claims of the topic hold.
func (t pageTopic) Good() int {
	n := 0
	for _, r := range t.Results {
		if r.Verdict == verify.Holds {
			n++
		}
	}
	return n
}

// statuses are all that were seen or could have been, sorted.
func statuses(all []verify.Coverage) []int {
	known := map[int]bool{}
	for _, c := range all {
		for status := range c.Statuses {
			known[status] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// times is how often an operation was answered with a status; empty if the document does not have it.
func times(c verify.Coverage, status int) string {
	if n, known := c.Statuses[status]; known {
		return strconv.Itoa(n)
	}
	return ""
}

// reached tells whether an operation was sent.
func reached(c verify.Coverage) bool {
	for _, times := range c.Statuses {
		if times > 0 {
			return true
		}
	}
	return false
}

// Unreached are the operations that were never sent.
func (p page) Unreached() []string {
	return operations(p.Coverage, func(c verify.Coverage) bool { return !reached(c) })
}

// Unclaimed are the operations that no claim is about.
func (p page) Unclaimed() []string {
	return operations(p.Coverage, func(c verify.Coverage) bool { return len(c.Claims) == 0 })
}

func operations(all []verify.Coverage, which func(verify.Coverage) bool) []string {
	var names []string
	for _, c := range all {
		if which(c) {
			names = append(names, c.Operation)
		}
	}
	return names
}
