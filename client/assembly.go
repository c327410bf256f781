package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path"
	"strings"
)

const opAssemble = "put the files together"

// Assembly puts the files of several jobs together to one that holds their records, one after the other: MARC or, of
// linked data, JSON Lines. ZIPs are unpacked into it, member after member.
type Assembly struct {
	Bytes   int64
	Records int

	out  io.Writer
	sum  hash.Hash
	kind string // of records; empty before the first
	last byte   // that was written
}

// NewAssembly begins one that is written to out.
func NewAssembly(out io.Writer) *Assembly {
	return &Assembly{out: written{out}, sum: sha256.New()}
}

// Add puts the records of a downloaded file at the end. source is the file; it is held against file.SHA256, and what is
// in a ZIP is checked again. After an error the output is of no use.
func (a *Assembly) Add(ctx context.Context, file File, source io.ReaderAt) error {
	members, err := readFile(ctx, file, source, a.open)
	if err != nil {
		return unpacked(ctx, opAssemble, file, err)
	}
	for _, member := range members {
		a.Records += member.Records
	}
	return nil
}

// open makes sure that the records that follow are of the same kind.
func (a *Assembly) open(name string) (io.Writer, error) {
	kind := "MARC"
	if strings.EqualFold(path.Ext(name), ".json") {
		kind = "JSON"
	}
	switch {
	case a.kind == "":
		a.kind = kind
	case a.kind != kind:
		return nil, fmt.Errorf("%s holds %s, and the files before it %s, which do not go into one", quoted(name), kind, a.kind)
	case kind == "JSON" && a.Bytes > 0 && a.last != '\n':
		if _, err := a.Write([]byte{'\n'}); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Write takes records as they are.
func (a *Assembly) Write(p []byte) (int, error) {
	n, err := a.out.Write(p)
	a.sum.Write(p[:n])
	if a.Bytes += int64(n); n > 0 {
		a.last = p[n-1]
	}
	return n, err
}

// SHA256 is that of all that was written, in lower-case hex.
func (a *Assembly) SHA256() string { return hex.EncodeToString(a.sum.Sum(nil)) }
