// Package releases holds the documents of the releases as files, and with them
// the one list of release names. It is light, so that everybody who must know a
// name can import it.
package releases

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// Names returns the names of the releases there is a document for, sorted.
func Names() []string {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil // the folder is part of the binary
	}
	var names []string
	for _, e := range entries {
		if name := strings.TrimSuffix(e.Name(), ".yaml"); !strings.HasSuffix(name, ".overlay") {
			names = append(names, name)
		}
	}
	return names
}

// YAML returns the document of a release as it is checked in.
func YAML(release string) ([]byte, error) {
	if !slices.Contains(Names(), release) {
		return nil, fmt.Errorf("openapi: no release %q, there are %s", release, strings.Join(Names(), ", "))
	}
	return files.ReadFile(release + ".yaml")
}
