package scenarios

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

// The bounds of one scenario with all that it extends and tells.
const (
	maxChain = 5
	maxFiles = 20
)

// library is what is being read, and how much was.
type library struct {
	chain []source // the scenario that was asked for first, then what it names, down to what is read now
	files *int     // read so far
}

// source is a scenario of this package, or of a file.
type source struct {
	file     string // as errors name it
	embedded bool
}

func newLibrary(first source) library { return library{chain: []source{first}, files: new(1)} }

// now is what is read now.
func (l library) now() source { return l.chain[len(l.chain)-1] }

// circle names the files from one that is being read back to it.
func (l library) circle(to source) string {
	var names []string
	for _, s := range slices.Concat(l.chain[slices.Index(l.chain, to):], []source{to}) {
		names = append(names, plainyaml.Quote(filepath.Base(s.file)))
	}
	return strings.Join(names, ", ")
}

// open returns the text of a scenario that a file names, and the library to
// read it with.
func (r *reader) open(n *yaml.Node, what string) ([]byte, library, error) {
	name, err := r.Scalar(n, what)
	if err != nil {
		return nil, r.lib, err
	}
	next := source{file: name + ".yaml", embedded: true}
	var data []byte
	switch {
	case !isPath(name):
		data, err = Source(name)
	case r.lib.now().embedded:
		return nil, r.lib, r.fail(n, "name one that comes with the package", "%s cannot be the path %s here", what, plainyaml.Quote(name))
	default:
		next = source{file: name}
		if !filepath.IsAbs(name) {
			next.file = filepath.Join(filepath.Dir(r.fileOf(n)), name)
		}
		data, err = readRegular(next.file)
	}
	if err != nil {
		e := err.(*Error) // both return no other
		return nil, r.lib, r.fail(n, e.Hint, "%s: %s", what, e.Message)
	}
	*r.lib.files++
	switch {
	case slices.Contains(r.lib.chain, next):
		err = r.fail(n, "leave one of them out", "%s goes in a circle: %s", what, r.lib.circle(next))
	case len(r.lib.chain) > maxChain, *r.lib.files > maxFiles:
		err = r.fail(n, "write the story out", "a scenario can build on %d others one behind the other, and be made of %d files", maxChain, maxFiles)
	}
	return data, library{chain: append(slices.Clone(r.lib.chain), next), files: r.lib.files}, err
}

// readRegular is readFile for a name that somebody else may have written: it
// waits for no pipe or terminal.
func readRegular(path string) ([]byte, error) {
	switch info, err := os.Stat(path); {
	case err != nil:
		return nil, unreadable(path, err)
	case !info.Mode().IsRegular():
		return nil, unreadable(path, errors.New("it is no regular file"))
	}
	return readFile(path)
}

// inherited are the keys that a scenario takes from the one that it extends.
var inherited = slices.DeleteFunc(slices.Clone(scenarioKeys), func(key string) bool {
	return slices.Contains([]string{"extends", "summary", "evidence", "labels", "parameters"}, key)
})

// extend gives root what it does not say itself, from the scenario that it
// extends. Nodes that come from there remember their file.
func (r *reader) extend(root *yaml.Node) error {
	keys, err := r.Mapping(root, "a scenario", scenarioKeys)
	if err != nil || keys["extends"] == nil {
		return err
	}
	r.extends = keys["extends"]
	data, lib, err := r.open(r.extends, "extends")
	if err != nil {
		return err
	}
	base := newReader(lib)
	below, err := base.document(data)
	if err != nil {
		return err
	}
	if err := base.extend(below); err != nil {
		return err
	}
	base.claim(below)
	for n, file := range base.origin {
		r.origin[n] = file
	}
	theirs, err := base.Mapping(below, "a scenario", scenarioKeys)
	if err != nil {
		return err
	}
	for pair := range slices.Chunk(below.Content, 2) {
		if slices.Contains(inherited, pair[0].Value) && keys[pair[0].Value] == nil {
			root.Content = append(root.Content, pair...)
		}
	}
	return r.mergeParameters(root, keys["parameters"], theirs["parameters"])
}

// claim remembers for each node below n that it stands in the reader's file.
func (r *reader) claim(n *yaml.Node) {
	if r.origin[n] == "" {
		r.origin[n] = r.file
	}
	for _, child := range n.Content {
		r.claim(child)
	}
}

// mergeParameters puts the parameters of both scenarios into root: theirs first,
// with what ours says of one of them at its place.
func (r *reader) mergeParameters(root, ours, theirs *yaml.Node) error {
	if theirs == nil {
		return nil
	}
	if ours == nil {
		root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "parameters", Line: r.extends.Line, Column: r.extends.Column}, theirs)
		return nil
	}
	if ours.Kind != yaml.MappingNode || theirs.Kind != yaml.MappingNode {
		return nil // reading them says what is wrong
	}
	var merged []*yaml.Node
	for pair := range slices.Chunk(theirs.Content, 2) {
		i := keyOf(ours, pair[0].Value)
		if i < 0 {
			merged = append(merged, pair...)
			continue
		}
		key, value := ours.Content[i], ours.Content[i+1]
		if value.Kind == yaml.MappingNode && pair[1].Kind == yaml.MappingNode {
			for member := range slices.Chunk(pair[1].Content, 2) {
				if keyOf(value, member[0].Value) < 0 {
					value.Content = append(value.Content, member...)
				}
			}
		}
		ours.Content = slices.Delete(ours.Content, i, i+2)
		merged = append(merged, key, value)
	}
	ours.Content = append(merged, ours.Content...)
	return nil
}

// keyOf returns the index of a key in a mapping's content, -1 if it has none.
func keyOf(mapping *yaml.Node, key string) int {
	for i := 0; i < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return i
		}
	}
	return -1
}

// fileOf returns the file that a node stands in.
func (r *reader) fileOf(n *yaml.Node) string {
	if file, ok := r.origin[n]; ok {
		return file
	}
	return r.file
}
