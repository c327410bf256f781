package main

import (
	"errors"
	"fmt"
	"os"
)

// fileLock is held by one process at a time, and is free when that has died in
// whatever way.
type fileLock struct {
	file *os.File
	path string
}

// errLocked says that another process holds a lock.
var errLocked = errors.New("another run holds it")

// maxLockTries bounds how often a lock is taken whose last holder has just
// removed its file.
const maxLockTries = 10

// takeLock makes the file of a lock and takes it; errLocked if it is held.
func takeLock(path string) (*fileLock, error) {
	for range maxLockTries {
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := lockFile(file); err != nil {
			_ = file.Close()
			return nil, err
		}
		held, err := file.Stat()
		there, gone := os.Stat(path)
		if err == nil && gone == nil && os.SameFile(held, there) {
			return &fileLock{file, path}, nil
		}
		_ = file.Close()
	}
	return nil, fmt.Errorf("%s comes and goes: %w", path, errLocked)
}

// release frees the lock and removes its file.
func (l *fileLock) release() {
	if l == nil {
		return
	}
	err := os.Remove(l.path) // while it is held, so that it is nobody else's
	_ = l.file.Close()
	if err != nil { // Windows removes no file that is open
		_ = os.Remove(l.path)
	}
}
