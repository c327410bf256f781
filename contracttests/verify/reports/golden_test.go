package reports

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

var update = flag.Bool("update", false, "write golden files anew, for a review of the difference")

// writers are all formats of one report, by the suffix of a file.
func writers() map[string]func(io.Writer, *verify.Report) error {
	return map[string]func(io.Writer, *verify.Report) error{
		"txt":        func(w io.Writer, r *verify.Report) error { return WriteTable(w, r, 80, false) },
		"colour.txt": func(w io.Writer, r *verify.Report) error { return WriteTable(w, r, 100, true) },
		"json":       WriteJSON,
		"xml":        WriteJUnit,
		"html":       WriteHTML,
		"jira":       WriteJira,
		"md":         func(w io.Writer, r *verify.Report) error { return WriteCoverage(w, []*verify.Report{r}) },
	}
}

func written(t *testing.T, write func(io.Writer, *verify.Report) error, r *verify.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	for name, r := range map[string]*verify.Report{"broken": broken(), "strict": strict(), "well": well(), "stopped": stopped()} {
		for suffix, write := range writers() {
			if suffix != "txt" && suffix != "xml" && name != "broken" {
				continue // the others show nothing new
			}
			golden(t, name+"."+suffix, written(t, write, r))
		}
	}
	golden(t, "releases.md", written(t, func(w io.Writer, _ *verify.Report) error {
		return WriteCoverage(w, []*verify.Report{well(), broken(), strict(), stopped()})
	}, nil))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what it was; look at the difference after go test -update:\n%s", path, got)
	}
}

// The writers change nothing of what they are given, and write the same each time.
func TestWritersOnlyRead(t *testing.T) {
	const text = "\x1b[31m\n"
	for suffix, write := range writers() {
		r := hostile(broken(), text)
		first := written(t, write, r)
		if !reflect.DeepEqual(r, hostile(broken(), text)) {
			t.Errorf("%s: the report is another after it was written", suffix)
		}
		if second := written(t, write, r); !bytes.Equal(first, second) {
			t.Errorf("%s differs when it is written twice", suffix)
		}
	}
}
