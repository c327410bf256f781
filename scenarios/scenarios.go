// Package scenarios holds behaviour as data: each YAML file tells what a job
// lives through after its export was accepted, and what a correct client must
// end with. Code knows the verbs; the files tell the stories.
//
// Reading is strict. A word that the format does not have, an order of states
// that no job can take, a number that cannot be, an expectation that
// contradicts the story: each is an [*Error] with file, line, column and a hint,
// and no scenario is returned. Only the first error is reported. What is read
// is bounded, and a scenario that was returned needs no further checks.
//
// The package knows no server and no clock. It will not move a job, and it
// cannot make a server lie; it says what should happen and in what time.
package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

//go:embed *.yaml
var stories embed.FS

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema of a scenario, with which editors complete and
// check one.
func Schema() []byte { return slices.Clone(schema) }

// maxSize bounds a scenario file, in bytes.
const maxSize = 256 << 10

// Names returns the names of the scenarios that come with the package, sorted.
func Names() []string {
	files, _ := fs.Glob(stories, "*.yaml") // the only error is a malformed pattern
	for i, file := range files {
		files[i] = storyName(file)
	}
	slices.Sort(files)
	return files
}

// Load reads the scenario that nameOrPath means: a file when it contains a slash
// or a backslash or ends in .yaml or .yml, else a scenario that comes with the
// package. The values in set replace the defaults of the parameters they name.
// Each error is an [*Error].
func Load(nameOrPath string, set map[string]string) (*Scenario, error) {
	if isPath(nameOrPath) {
		data, err := readFile(nameOrPath)
		if err != nil {
			return nil, err
		}
		return Parse(nameOrPath, data, set)
	}
	data, err := Source(nameOrPath)
	if err != nil {
		return nil, err
	}
	return read(data, set, newLibrary(source{file: nameOrPath + ".yaml", embedded: true}), false)
}

// Source returns the YAML of a scenario that comes with the package, as it was
// written. The error is an [*Error].
func Source(name string) ([]byte, error) {
	data, err := stories.ReadFile(name + ".yaml")
	if err != nil {
		hint := "`fauxkapi scenarios list` shows all"
		if near, ok := plainyaml.Nearest(name, Names()); ok {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		hint += " (the path of a file has a slash or ends in .yaml)"
		return nil, &Error{Message: fmt.Sprintf("unknown scenario %s", plainyaml.Quote(name)), Hint: hint}
	}
	return data, nil
}

func isPath(s string) bool {
	return strings.ContainsAny(s, `/\`) || strings.HasSuffix(s, ".yaml") || strings.HasSuffix(s, ".yml")
}

// readFile reads one byte more than a scenario may have at most, so that Parse
// sees that there are too many.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	return data, nil
}

func unreadable(path string, err error) *Error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err // it repeats the path otherwise
	}
	return &Error{
		File:    path,
		Message: fmt.Sprintf("cannot be read: %v", err),
		Hint:    "give the path of a YAML file, or a name that `fauxkapi scenarios list` shows",
	}
}

// storyName is the name of the scenario that a file holds.
func storyName(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// Fits reports whether the scenario makes sense in a release.
func (s *Scenario) Fits(release string) bool {
	return len(s.Releases) == 0 || slices.Contains(s.Releases, release)
}
