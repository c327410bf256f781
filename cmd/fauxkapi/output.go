package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// output is a file that appears under its name when it is whole, or not at all.
type output struct {
	steady // under another name in the same folder
	path   string
}

// checkOutput says what keeps a file from being saved at a path, if anything.
func checkOutput(path, flag string) error {
	if path == "-" {
		return usage("save the file: standard output can be cut off half-way; name a file with %s", flag)
	}
	folder, name := filepath.Split(path)
	folder = filepath.Clean(folder)
	switch about, err := os.Stat(folder); {
	case errors.Is(err, fs.ErrNotExist):
		return usage("save the file: the folder %q does not exist; create it, or choose another %s", folder, flag)
	case err != nil:
		return usage("save the file: the folder cannot be used (%v); choose another %s", err, flag)
	case !about.IsDir():
		return usage("save the file: %q is no folder; choose another %s", folder, flag)
	}
	switch about, err := os.Stat(path); {
	case err == nil && about.IsDir() || name == "":
		return usage("save the file: %q is a folder; name a file in it with %s", path, flag)
	case err == nil && !about.Mode().IsRegular():
		return usage("save the file: %q is no regular file; choose another %s", path, flag)
	}
	return nil
}

func createOutput(path, flag string) (*output, error) {
	if err := checkOutput(path, flag); err != nil {
		return nil, err
	}
	folder, name := filepath.Split(path)
	folder = filepath.Clean(folder)
	// Not os.CreateTemp, whose files only their owner can read.
	temporary := filepath.Join(folder, fmt.Sprintf(".%s.%s.part", name, rand.Text()[:8]))
	file, err := os.OpenFile(temporary, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, usage("save the file: the folder cannot be written (%v); choose another %s", err, flag)
	}
	return &output{steady: steady{File: file}, path: path}, nil
}

// keep gives the file its name, once its bytes are on the disk.
func (o *output) keep() error {
	err := o.Sync()
	if closed := o.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(o.Name(), o.path)
	}
	if err != nil {
		os.Remove(o.Name())
		return fmt.Errorf("save the file: %w", err)
	}
	return nil
}

// discard removes what was not kept; after keep it does nothing.
func (o *output) discard() {
	if o.Close() == nil {
		os.Remove(o.Name())
	}
}
