package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// runFolder keeps what one run has said and what came of it, for the morning
// after: log.txt, report.json and, as long as the export can be gone on with, its
// state. Folders are not removed; that is for whoever set the run up.
type runFolder struct {
	parent string
	path   string // empty until it is known which folder it is
	early  []string
	file   *os.File
}

// checkRunDir makes the folder in which each run has its own.
func checkRunDir(dir string) error {
	if dir == "" {
		return nil
	}
	err := os.Mkdir(dir, 0o777)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	about, failed := os.Stat(dir)
	switch {
	case err != nil:
		return usage("keep the run: the folder cannot be made (%v); choose another --run-dir", err)
	case failed != nil || !about.IsDir():
		return usage("keep the run: %q is no folder; choose another --run-dir", dir)
	}
	return nil
}

// folders are those of earlier runs, the latest first.
func (r *runFolder) folders() ([]*runFolder, error) {
	entries, err := os.ReadDir(r.parent)
	if err != nil {
		return nil, usage("keep the run: the folder cannot be read (%v); choose another --run-dir", err)
	}
	var found []*runFolder
	for _, entry := range entries {
		if entry.IsDir() {
			found = append(found, &runFolder{parent: r.parent, path: filepath.Join(r.parent, entry.Name())})
		}
	}
	slices.Reverse(found) // their names begin with the time
	return found, nil
}

// maxRunsASecond bounds how many runs of one name can begin in one second.
const maxRunsASecond = 100

// begin makes a folder of its own for a run.
func (r *runFolder) begin(list string, now time.Time) error {
	name := now.UTC().Format("2006-01-02T150405Z") + "-" + plain(list)
	for n := 1; ; n++ {
		path := filepath.Join(r.parent, name)
		if n > 1 {
			path = fmt.Sprintf("%s-%d", path, n)
		}
		err := os.Mkdir(path, 0o777)
		if errors.Is(err, fs.ErrExist) && n < maxRunsASecond {
			continue
		}
		if err != nil {
			return usage("keep the run: the folder cannot be written (%v); choose another --run-dir", err)
		}
		r.path = path
		return r.open()
	}
}

// open opens the log, and writes what was said before it was known where.
func (r *runFolder) open() error {
	file, err := os.OpenFile(filepath.Join(r.path, "log.txt"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return usage("keep the run: the log cannot be written (%v); choose another --run-dir", err)
	}
	r.file = file
	for _, line := range r.early {
		_, _ = file.WriteString(line) // as below
	}
	r.early = nil
	return nil
}

// log keeps one line with its time. A log that cannot be written has nobody to
// tell.
func (r *runFolder) log(line string) {
	line = time.Now().UTC().Format(time.RFC3339) + "  " + line + "\n"
	if r.file == nil {
		r.early = append(r.early, line)
		return
	}
	_, _ = r.file.WriteString(line)
}

// report is where the report of the run goes.
func (r *runFolder) report() string { return filepath.Join(r.path, "report.json") }

// plain is the name of a list as a part of a folder's.
func plain(name string) string {
	const longest = 60
	name = strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	name = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' {
			return c
		}
		return '-'
	}, name)
	if name = strings.Trim(name[:min(len(name), longest)], "-."); name == "" {
		return "ids"
	}
	return name
}
