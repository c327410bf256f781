// Package embedding shows how a Go project tests its own export against a fake.
package embedding

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

func TestNightlyExport(t *testing.T) {
	srv := mockserver.Start(t, mockserver.WithRelease("sunflower"), mockserver.WithScenario("fail"))

	c, err := client.New(client.Config{URL: srv.URL, Tenant: "diku", Username: "exporter", Password: "exporter"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Export(t.Context(), client.Export{
		IDs:      strings.NewReader("0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11\n"),
		FileName: "nightly.csv",
		Output:   io.Discard,
	})
	if failed, ok := errors.AsType[*client.Error](err); !ok || failed.Kind != client.KindFailed {
		t.Errorf("got %v, want an error that says the job failed", err)
	}
}
