package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

func TestIDs(t *testing.T) {
	const query = `(keyword all "nod") sortby title`
	for _, release := range mockserver.Releases() {
		tr := newTrial(t, mockserver.WithRelease(release))
		lines := tr.run(t.Context(), "ids", "--query", query)
		if lines.code != exitOK || strings.Count(lines.stdout, "\n") != 25 || !strings.HasSuffix(lines.stderr, "25 ids\n") {
			t.Errorf("%s: %+v", release, lines)
		}
		var list []string
		if err := json.Unmarshal([]byte(tr.run(t.Context(), "ids", "--query", query, "--json").stdout), &list); err != nil {
			t.Fatal(err)
		}
		if strings.Join(list, "\n")+"\n" != lines.stdout {
			t.Errorf("%s: the JSON differs from the lines: %v", release, list)
		}
		none := tr.run(t.Context(), "ids", "--query", "id==00000000-0000-4000-8000-000000000000", "--json")
		if none.code != exitOK || json.Unmarshal([]byte(none.stdout), &list) != nil {
			t.Errorf("%s: %+v", release, none)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestIDsThatCannotBePrinted(t *testing.T) {
	tr := newTrial(t)
	var stderr strings.Builder
	code := run(t.Context(), []string{"ids", "--query", "cql.allRecords=1"}, strings.NewReader(""), fullDisk{}, &stderr, func(name string) string { return tr.env[name] })
	if code != exitOther || stderr.String() != "fauxkapi: the ids cannot be printed: no space left on device\n" {
		t.Errorf("%d, %s", code, stderr.String())
	}
}
