package contracttests

import (
	"embed"
	"fmt"
	"maps"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// A template is an answer's body, byte for byte, with placeholders in double braces: {{date}} is an instant in the form
// of the release, {{uuid}}, {{number}}, {{second}}, {{gmt}}, {{hex}}, {{token}} and {{text}} are what their names say, {{any}} is
// whatever comes, and every other name stands for a value that the spec knows.

//go:embed answers
var answers embed.FS

// template returns the body of an answer of the suite's release: answers/<release>/<name>.json. The file ends in a line
// end that the answer does not have.
func (s *suite) template(name string) string {
	GinkgoHelper()
	data, err := answers.ReadFile("answers/" + s.Release + "/" + name + ".json")
	Expect(err).NotTo(HaveOccurred())
	return strings.TrimSuffix(string(data), "\n")
}

// values are what a spec knows of an answer before it comes, by placeholder.
type values map[string]string

// patterns are what placeholders stand for that are no values.
var patterns = map[string]string{
	"uuid":   `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`,
	"number": `(?:0|[1-9][0-9]*)`,
	"second": `[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z`,
	"gmt":    `[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT`,
	"hex":    `[0-9a-f]{32}`,
	"token":  `[A-Za-z0-9_.-]{40,}`,
	"text":   `[^"\r\n]+`,
	"any":    `.*`,
}

// dates is the form of instants in JSON. In every release it is UTC with milliseconds.
var dates = per[string]{guide: `\+0000`, sunflower: `\+00:00`, trillium: `Z`}

var placeholder = regexp.MustCompile(`\{\{(\w+)\}\}`)

// expression is the regular expression of a template. A name that is neither a pattern nor a value is an error.
func expression(template, release string, known values) (*regexp.Regexp, error) {
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	at := 0
	for _, found := range placeholder.FindAllStringSubmatchIndex(template, -1) {
		b.WriteString(regexp.QuoteMeta(template[at:found[0]]))
		at = found[1]
		name := template[found[2]:found[3]]
		value, isValue := known[name]
		pattern, isPattern := patterns[name]
		switch {
		case isValue:
			b.WriteString(regexp.QuoteMeta(value))
		case isPattern:
			b.WriteString(pattern)
		case name == "date":
			b.WriteString(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}` + dates.of(release))
		default:
			return nil, fmt.Errorf("the template names {{%s}}, which nobody knows", name)
		}
	}
	b.WriteString(regexp.QuoteMeta(template[at:]) + `\z`)
	return regexp.Compile(b.String())
}

// says is an answer as it is expected.
type says struct {
	status      int
	contentType string // empty if there is no body
	body        string // a template
}

// per holds one thing for each release, a column of a table.
type per[T any] struct{ guide, sunflower, trillium T }

func (p per[T]) of(release string) T {
	switch release {
	case "guide":
		return p.guide
	case "sunflower":
		return p.sunflower
	case "trillium":
		return p.trillium
	}
	panic("contracttests: no column for release " + release)
}

// everywhere is a column that does not differ between releases.
func everywhere[T any](t T) per[T] { return per[T]{t, t, t} }

// since5 is what mod-data-export says in 2.x and, without difference, in 5.3 and 5.4.
func since5[T any](guide, later T) per[T] { return per[T]{guide, later, later} }

// is holds an answer against what is expected, to the byte.
func (s *suite) is(a answer, want says, known values) {
	GinkgoHelper()
	Expect(want.mismatch(a, s.Release, known)).To(Succeed())
}

// mismatch says where an answer is not as expected; nil if it is.
func (want says) mismatch(a answer, release string, known values) error {
	if a.status != want.status || a.contentType != want.contentType {
		return fmt.Errorf("%s %s was answered %d %q and not %d %q, with the body\n%s",
			a.request.method, a.request.path, a.status, a.contentType, want.status, want.contentType, a.body)
	}
	with := values{"path": a.request.path}
	maps.Copy(with, known)
	wanted, err := expression(want.body, release, with)
	if err != nil {
		return err
	}
	if !wanted.Match(a.body) {
		return fmt.Errorf("%s %s was answered with another body than %s has\n--- wanted, with %v\n%s\n--- got\n%s",
			a.request.method, a.request.path, release, with, want.body, a.body)
	}
	return nil
}
