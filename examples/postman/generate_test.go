package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
)

func TestFilesAreFresh(t *testing.T) {
	made, err := files()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range made {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("examples/%s is stale: run go generate ./examples/...", name)
		}
	}
}

// The sample is what the guide's job exports: 25 records.
func TestSample(t *testing.T) {
	data, err := os.ReadFile("../test.csv")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uuid.UUID]bool{}
	for line := range bytes.Lines(data) {
		id, err := uuid.ParseBytes(bytes.TrimSuffix(line, []byte("\n")))
		if err != nil {
			t.Errorf("%q: %v", line, err)
		}
		seen[id] = true
	}
	if len(seen) != 25 || !bytes.HasSuffix(data, []byte("\n")) {
		t.Errorf("test.csv has %d ids and %d bytes, want 25 ids, one a line", len(seen), len(data))
	}
}
