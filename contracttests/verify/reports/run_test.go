package reports

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// What a run really finds can be written, whether the server is well or answers nothing but errors.
func TestRuns(t *testing.T) {
	fake, err := mockserver.New(mockserver.WithRelease("sunflower"), mockserver.WithSpeed(0))
	if err != nil {
		t.Fatal(err)
	}
	down := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "\x1b[31m</script>", http.StatusBadGateway)
	})
	for want, handler := range map[verify.Outcome]http.Handler{verify.AllHold: fake, verify.CouldNotCheck: down} {
		server := httptest.NewServer(handler)
		defer server.Close()
		report, err := verify.Run(t.Context(), verify.Config{
			URL: server.URL, Tenant: "diku", Username: "diku_admin", Password: "admin", Run: "test", Now: fake.Now,
			Pass: func(_ context.Context, d time.Duration) error {
				fake.Advance(d)
				return nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if report.Outcome() != want {
			t.Errorf("it comes to %s, want %s", report.Outcome(), want)
		}
		for suffix, write := range writers() {
			if text := written(t, write, report); len(text) == 0 || bytes.ContainsRune(text, '\x1b') && suffix != "colour.txt" {
				t.Errorf("%s, %s:\n%s", want, suffix, text)
			}
		}
		// What goes wrong for one reason is told once.
		if lines := bytes.Count(written(t, writers()["txt"], report), []byte("\n")); lines > len(report.Results) {
			t.Errorf("the table has %d lines for %d claims", lines, len(report.Results))
		}
	}
}
