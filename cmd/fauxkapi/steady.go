package main

import "os"

// steady is a file whose bytes go to the disk while it is written, so that the
// Sync at its end has few of them left to wait for.
type steady struct {
	*os.File
	held int // bytes since the disk was last told
}

// steadyStep is how many bytes the disk is given at a time.
const steadyStep = 8 << 20

func (s *steady) Write(p []byte) (int, error) {
	n, err := s.File.Write(p)
	if s.held += n; s.held >= steadyStep {
		beginWriting(s.File)
		s.held = 0
	}
	return n, err
}
