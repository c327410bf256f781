package scenarios

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

// nameFormat is what a parameter or a label can be called.
var nameFormat = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

const nameHint = "use lower-case letters, digits and hyphens, a letter first, 40 at most"

// reader reads the nodes of one file. The text of a scalar is taken as it
// stands, whether quoted or not: 5, "5" and a parameter whose value is 5 are
// the same number.
type reader struct {
	plainyaml.Reader
	file    string
	lib     library
	extends *yaml.Node            // the key's value, if the scenario has it
	origin  map[*yaml.Node]string // the file of what was inherited
	from    map[*yaml.Node]string // the parameter that a scalar's text came from
	set     map[string]string     // the values of parameters that are not the file's own
}

func newReader(lib library) *reader {
	r := &reader{file: lib.now().file, lib: lib, origin: map[*yaml.Node]string{}}
	r.Reader = plainyaml.Reader{Fail: r.fail}
	return r
}

// document parses the one YAML document of a file into its top node.
func (r *reader) document(data []byte) (*yaml.Node, error) {
	root, bad := plainyaml.Load(data, plainyaml.Kind{
		MaxSize: maxSize, Split: "split it into several scenarios", Begin: "begin with summary: and one sentence",
	})
	if bad != nil {
		return nil, &Error{File: r.file, Line: bad.Line, Column: bad.Column, Message: bad.Message, Hint: bad.Hint}
	}
	return root, nil
}

// fail is the error about a node.
func (r *reader) fail(n *yaml.Node, hint, format string, args ...any) error {
	e := &Error{File: r.fileOf(n), Line: n.Line, Column: n.Column, Hint: hint}
	if parameter, ok := r.from[n]; ok {
		format += " (parameter %s)"
		args = append(args, parameter)
		if _, set := r.set[parameter]; set {
			e.Parameter = parameter
		}
	}
	e.Message = fmt.Sprintf(format, args...)
	return e
}

// ours is the place of an error about a node in the file that is read: that of
// extends when the node was inherited, for whoever extends can mend it there.
func (r *reader) ours(n *yaml.Node) *yaml.Node {
	if _, inherited := r.origin[n]; inherited {
		return r.extends
	}
	return n
}
