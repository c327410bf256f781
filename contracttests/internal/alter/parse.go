package alter

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
	"github.com/fauxkapi/fauxkapi/openapi/releases"
)

// Bounds of a file.
const (
	maxSize       = 512 << 10 // bytes
	maxItems      = 500       // of a list
	maxCount      = 1_000_000 // of skip, times and every
	maxText       = 100_000   // bytes of a text
	maxExpression = 500       // bytes of a regular expression
)

var (
	alterationKeys = []string{"name", "what", "breaks", "releases", "fake", "exchanges"}
	fakeKeys       = []string{"scenario", "set", "public-url"}

	nameFormat  = regexp.MustCompile(`^[a-z][a-z0-9-]{0,59}$`)
	claimFormat = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}\.[a-z][a-z0-9-]{0,59}$`)
)

// reader reads the nodes of one file.
type reader struct {
	plainyaml.Reader
	file string
}

// Parse reads a list of alterations; name is the file in errors. Each error is one line: file, line, column, what is wrong
// and what to do about it. Only the first is reported.
func Parse(name string, data []byte) ([]Alteration, error) {
	r := &reader{file: name}
	r.Reader = plainyaml.Reader{Fail: r.fail}
	root, bad := plainyaml.Load(data, plainyaml.Kind{
		MaxSize: maxSize, Split: "split it into several files", Begin: "begin with - name: and the name of an alteration",
	})
	if bad != nil {
		return nil, r.failAt(bad.Line, bad.Column, bad.Hint, "%s", bad.Message)
	}
	items, err := r.items(root, "the file")
	if err != nil {
		return nil, err
	}
	lines := map[string]int{}
	alterations := make([]Alteration, 0, len(items))
	for _, item := range items {
		a, err := r.alteration(item)
		if err != nil {
			return nil, err
		}
		if line, taken := lines[a.Name]; taken {
			return nil, r.fail(item, "give it another", "the name %s stands in line %d already", a.Name, line)
		}
		lines[a.Name] = item.Line
		alterations = append(alterations, a)
	}
	return alterations, nil
}

func (r *reader) fail(n *yaml.Node, hint, format string, args ...any) error {
	return r.failAt(n.Line, n.Column, hint, format, args...)
}

func (r *reader) failAt(line, column int, hint, format string, args ...any) error {
	return fmt.Errorf("%s:%d:%d: %s; %s", r.file, line, column, fmt.Sprintf(format, args...), hint)
}

// items reads a list that is not too long.
func (r *reader) items(n *yaml.Node, what string) ([]*yaml.Node, error) {
	items, err := r.Sequence(n, what)
	if err == nil && len(items) > maxItems {
		return nil, r.fail(items[maxItems], "split it", "%s has more than %d items", what, maxItems)
	}
	return items, err
}

func (r *reader) alteration(n *yaml.Node) (a Alteration, err error) {
	keys, err := r.Mapping(n, "an alteration", alterationKeys)
	if err != nil {
		return a, err
	}
	if err := r.Need(n, keys, "name", "give it a name of lower-case letters, digits and hyphens"); err != nil {
		return a, err
	}
	if err := r.Need(n, keys, "what", "say in one sentence what is otherwise"); err != nil {
		return a, err
	}
	if a.Name, err = r.formed(keys["name"], "name", nameFormat, "use lower-case letters, digits and hyphens, a letter first, 60 at most"); err != nil {
		return a, err
	}
	if a.What, err = r.sentence(keys["what"]); err != nil {
		return a, err
	}
	if keys["breaks"] != nil {
		if a.Breaks, err = r.Texts(keys["breaks"], "breaks", r.claim); err != nil {
			return a, err
		}
	}
	if keys["releases"] != nil {
		if a.Releases, err = r.Texts(keys["releases"], "releases", r.release); err != nil {
			return a, err
		}
	}
	if keys["fake"] != nil {
		if a.Fake, err = r.fake(keys["fake"]); err != nil {
			return a, err
		}
	}
	switch {
	case keys["exchanges"] != nil:
		a.exchanges, err = r.exchanges(keys["exchanges"])
	case keys["fake"] == nil:
		err = r.fail(n, "list exchanges, or say which fake to start", "an alteration that alters nothing")
	}
	return a, err
}

// formed reads a text of a form.
func (r *reader) formed(n *yaml.Node, what string, format *regexp.Regexp, hint string) (string, error) {
	s, err := r.Scalar(n, what)
	if err == nil && !format.MatchString(s) {
		return "", r.fail(n, hint, "%s cannot be %s", what, plainyaml.Quote(s))
	}
	return s, err
}

func (r *reader) sentence(n *yaml.Node) (string, error) {
	s, err := r.Scalar(n, "what")
	if err == nil && (!strings.HasSuffix(s, ".") || strings.ContainsAny(s, "\r\n")) {
		return "", r.fail(n, "write one sentence, on one line, that ends with a full stop", "what is not a sentence")
	}
	return s, err
}

func (r *reader) claim(n *yaml.Node, s string) error {
	if !claimFormat.MatchString(s) {
		return r.fail(n, "write it as jobs.found-by-id", "%s cannot be the id of a claim", plainyaml.Quote(s))
	}
	return nil
}

func (r *reader) release(n *yaml.Node, s string) error {
	if names := releases.Names(); !slices.Contains(names, s) {
		return r.fail(n, plainyaml.Suggest(s, names), "unknown release %s", plainyaml.Quote(s))
	}
	return nil
}

func (r *reader) fake(n *yaml.Node) (f Fake, err error) {
	keys, err := r.some(n, "fake", fakeKeys)
	if err != nil {
		return f, err
	}
	if keys["scenario"] != nil {
		if f.Scenario, err = r.Scalar(keys["scenario"], "scenario"); err != nil {
			return f, err
		}
	}
	if keys["set"] != nil {
		if f.Set, err = r.named(keys["set"], "set"); err != nil {
			return f, err
		}
	}
	if keys["public-url"] != nil {
		f.PublicURL, err = r.Scalar(keys["public-url"], "public-url")
	}
	return f, err
}

// some reads a mapping with at least one of the known keys.
func (r *reader) some(n *yaml.Node, what string, known []string) (plainyaml.Entries, error) {
	keys, err := r.Mapping(n, what, known)
	if err == nil && len(keys) == 0 {
		return nil, r.fail(n, "say "+plainyaml.List(known, "or"), "%s says nothing", what)
	}
	return keys, err
}

// pairs reads a mapping with keys of its own.
func (r *reader) pairs(n *yaml.Node, what string, each func(key, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return r.fail(n, "write {NAME: VALUE}", "%s names nothing", what)
	}
	for pair := range slices.Chunk(n.Content, 2) {
		if err := each(pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// named reads texts by name.
func (r *reader) named(n *yaml.Node, what string) (map[string]string, error) {
	texts := map[string]string{}
	err := r.pairs(n, what, func(key, value *yaml.Node) (err error) {
		texts[key.Value], err = r.text(value, plainyaml.Quote(key.Value))
		return err
	})
	return texts, err
}

// text reads a single value, which may be empty.
func (r *reader) text(n *yaml.Node, what string) (string, error) {
	switch {
	case n.Kind != yaml.ScalarNode, n.Tag == "!!null":
		return "", r.fail(n, "give one value, in quotes if it is empty", "%s is no text", what)
	case len(n.Value) > maxText:
		return "", r.fail(n, "shorten it", "%s is longer than %d bytes", what, maxText)
	}
	return n.Value, nil
}

func (r *reader) expression(n *yaml.Node, what string) (*regexp.Regexp, error) {
	s, err := r.text(n, what)
	if err != nil {
		return nil, err
	}
	if len(s) > maxExpression {
		return nil, r.fail(n, "shorten it", "%s is longer than %d bytes", what, maxExpression)
	}
	e, err := regexp.Compile(s)
	if err != nil {
		return nil, r.fail(n, "write it as Go does (RE2)", "%s is no regular expression: %v", what, err)
	}
	return e, nil
}
