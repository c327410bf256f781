package scenarios

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

// maxParameters and the length of a name bound the errors that list them all.
const maxParameters = 50

var parameterUse = regexp.MustCompile(`^\$\{([^{}]*)\}$`)

// parameters reads the declarations, n, which may be nil, and gives each
// parameter the value that was set for it.
func (r *reader) parameters(n *yaml.Node) ([]Parameter, error) {
	if n == nil {
		return nil, nil
	}
	if n.Kind != yaml.MappingNode {
		return nil, r.fail(n, "write each as a name and {default: …, help: …}", "parameters is a %s, not a mapping", plainyaml.KindName(n))
	}
	var declared []Parameter
	for pair := range slices.Chunk(n.Content, 2) {
		p, err := r.parameter(pair[0], pair[1])
		if err != nil {
			return nil, err
		}
		if value, ok := r.set[p.Name]; ok {
			p.Value = value
		}
		declared = append(declared, p)
	}
	if len(declared) > maxParameters {
		return nil, r.fail(n, "write out the values that nobody sets", "a scenario has at most %d parameters", maxParameters)
	}
	return declared, nil
}

// allTaken is the error about a value that neither the scenario nor a story of
// its cases has a parameter for: at the declarations, or at the top of a file,
// root, that has none.
func (r *reader) allTaken(root, declarations *yaml.Node, s *Scenario) error {
	declared := slices.Clone(s.Parameters)
	for _, c := range s.Cases {
		for _, p := range c.Story.Parameters {
			if find(declared, p.Name) < 0 {
				declared = append(declared, p)
			}
		}
	}
	if declarations == nil {
		declarations = root
	}
	for _, name := range slices.Sorted(maps.Keys(r.set)) {
		if find(declared, name) < 0 {
			at := r.ours(declarations)
			return &Error{
				File: r.fileOf(at), Line: at.Line, Column: at.Column,
				Message: "unknown parameter " + plainyaml.Quote(name), Hint: has(declared), Parameter: name,
			}
		}
	}
	return nil
}

func (r *reader) parameter(key, n *yaml.Node) (Parameter, error) {
	p := Parameter{Name: key.Value}
	if !nameFormat.MatchString(p.Name) {
		return p, r.fail(key, nameHint, "%s cannot be the name of a parameter", plainyaml.Quote(p.Name))
	}
	keys, err := r.Mapping(n, "parameter "+p.Name, parameterKeys)
	if err != nil {
		return p, err
	}
	if err := r.Need(n, keys, "default", "give the value that holds when none is set"); err != nil {
		return p, err
	}
	if err := r.Need(n, keys, "help", "say what the value means"); err != nil {
		return p, err
	}
	if p.Default, err = r.Scalar(keys["default"], "default"); err != nil {
		return p, err
	}
	p.Value = p.Default
	p.Help, err = r.Scalar(keys["help"], "help")
	return p, err
}

// substitute puts the values of the parameters where they are used: in each
// scalar below root, but for their declarations, that is ${name} and nothing
// else. What a value holds is not looked at again. A parameter that is not used
// must be inherited; it is left out of what is returned.
func (r *reader) substitute(root, declarations *yaml.Node, declared []Parameter) ([]Parameter, error) {
	r.from = make(map[*yaml.Node]string)
	used := make(map[string]bool)
	var visit func(*yaml.Node) error
	visit = func(n *yaml.Node) error {
		if n == declarations {
			return nil
		}
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 {
				continue // a key
			}
			if err := visit(child); err != nil {
				return err
			}
		}
		if n.Kind != yaml.ScalarNode || !strings.Contains(n.Value, "${") {
			return nil
		}
		use := parameterUse.FindStringSubmatch(n.Value)
		if use == nil {
			return r.fail(n, `a parameter is a whole value, as "in: ${duration}"`, "%s mixes a parameter with text", plainyaml.Quote(n.Value))
		}
		i := find(declared, use[1])
		if i < 0 {
			return r.fail(n, has(declared)+"; declare others under parameters", "unknown parameter %s", plainyaml.Quote(use[1]))
		}
		used[use[1]] = true
		r.from[n] = use[1]
		n.Value, n.Tag = declared[i].Value, "!!str"
		return nil
	}
	if err := visit(root); err != nil {
		return nil, err
	}
	var kept []Parameter
	for i, p := range declared {
		name := declarations.Content[2*i]
		if _, inherited := r.origin[name]; used[p.Name] {
			kept = append(kept, p)
		} else if !inherited {
			return nil, r.fail(name, "use it as ${"+p.Name+"} or delete it", "parameter %s is never used", p.Name)
		}
	}
	return kept, nil
}

func find(declared []Parameter, name string) int {
	return slices.IndexFunc(declared, func(p Parameter) bool { return p.Name == name })
}

// has says which parameters a scenario has.
func has(declared []Parameter) string {
	if len(declared) == 0 {
		return "this scenario has no parameters"
	}
	names := make([]string, len(declared))
	for i, p := range declared {
		names[i] = p.Name
	}
	return "this scenario has " + plainyaml.List(names, "and")
}
