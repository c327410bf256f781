package mockserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// A job of any length has ended at the twelfth poll, in no time of the
// machine's: the first poll sees the present, only then the world moves.
func TestTimeByPolling(t *testing.T) {
	for _, release := range mockserver.Releases() {
		for _, duration := range []string{"100ms", "30s", "4h", "8760h"} {
			t.Run(release+" "+duration, func(t *testing.T) {
				srv := mockserver.Start(t, mockserver.WithRelease(release), mockserver.WithTimeByPolling(), mockserver.WithParameter("duration", duration))
				started := srv.Now()
				c, err := client.New(client.Config{URL: srv.URL, Tenant: "diku", Username: "diku_admin", Password: "admin"})
				if err != nil {
					t.Fatal(err)
				}
				_, err = c.Export(t.Context(), client.Export{
					IDs: strings.NewReader("0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11\n"), Output: new(strings.Builder),
					Patience: client.Patience{PollInterval: time.Millisecond},
				})
				if err != nil {
					t.Fatal(err)
				}
				want, err := time.ParseDuration(duration)
				if err != nil {
					t.Fatal(err)
				}
				if passed := srv.Now().Sub(started); passed < want {
					t.Errorf("%v passed in the world, for a job of %v", passed, want)
				}
				polls := 0
				for _, e := range srv.Journal() {
					if e.Operation == "getJobExecutions" && e.Status == 200 {
						if polls++; polls == 1 && !e.At.Equal(started) {
							t.Errorf("the first poll was answered at %v, want %v", e.At, started)
						}
					}
				}
				if polls > 12 {
					t.Errorf("%d polls", polls)
				}
			})
		}
	}
}
