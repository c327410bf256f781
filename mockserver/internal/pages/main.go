// Command pages writes the parts of docs/ that follow from the code: the table
// of releases, what each says to a mistake, and the catalogue of scenarios.
//
// A page is written by hand but for its sections, which begin and end with a
// comment of their own. Only what stands between is written, and only if it
// changes; a section that a page lacks, or has and should not, is an error.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . -dir ../../../docs

func main() {
	dir := flag.String("dir", "docs", "the folder of the pages")
	flag.Parse()
	if err := update(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
}

// pages are the sections of each page, by their names.
func pages() (map[string]map[string]string, error) {
	rows, err := allReleases()
	if err != nil {
		return nil, err
	}
	stories, err := catalogue()
	if err != nil {
		return nil, err
	}
	return map[string]map[string]string{
		"releases.md": {
			"what they are":   table(rows, identity),
			"how a job goes":  table(rows, behaviour),
			"common mistakes": mistakes(rows, "data-export", moduleMistakes),
		},
		"gateways.md": {
			"how they are set up": table(rows, gateways),
			"what they say":       mistakes(rows, "", gatewayMistakes),
			"what the login says": mistakes(rows, "login", loginMistakes),
		},
		"scenarios.md": {"the catalogue": stories},
	}, nil
}

func update(dir string) error {
	all, err := pages()
	if err != nil {
		return err
	}
	for name, sections := range all {
		path := filepath.Join(dir, name)
		old, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		page, err := fill(string(old), sections)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if page == string(old) {
			continue
		}
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			return err
		}
	}
	return nil
}
