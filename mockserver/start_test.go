package mockserver

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxkapi/fauxkapi/client"

	"github.com/fauxkapi/fauxkapi/internal/pipes"
)

// In a bubble a job of four hours ends at once, polled by an ordinary client
// with ordinary timers; when the bubble ends no goroutine is left, or
// synctest.Test fails.
func TestFourHoursInMemory(t *testing.T) {
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := StartInMemory(t, WithRelease(release), WithParameter("duration", "4h"))
				began := time.Now()
				world := srv.Now()
				result, err := export(t, srv, 25)
				if err != nil {
					t.Fatal(err)
				}
				if result.Progress.Exported != 25 {
					t.Errorf("exported %d", result.Progress.Exported)
				}
				waited, moved := time.Since(began), srv.Now().Sub(world)
				if waited < 4*time.Hour || waited > 4*time.Hour+time.Minute || moved != waited {
					t.Errorf("the client waited %v and the world moved %v", waited, moved)
				}
			})
		})
	}
}

// export runs the six steps with our own client.
func export(t *testing.T, srv *Server, ids int) (*client.Result, error) {
	t.Helper()
	c, err := client.New(client.Config{URL: srv.URL, Tenant: "diku", Username: "diku_admin", Password: "admin", HTTPClient: srv.Client()})
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	for i := range ids {
		fmt.Fprintf(&list, "%08x-0000-4000-8000-000000000000\n", i)
	}
	return c.Export(t.Context(), client.Export{IDs: strings.NewReader(list.String()), FileName: "test.csv", Output: &bytes.Buffer{}, Patience: client.Patience{Timeout: 5 * time.Hour}})
}

// A server that keeps its connections in memory is no host of the network.
func TestInMemoryIsReachedByItsClientAlone(t *testing.T) {
	srv := StartInMemory(t)
	if !strings.HasSuffix(srv.URL, ".invalid") {
		t.Fatalf("the address %s may be somebody's", srv.URL)
	}
	resp, err := srv.Client().Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestClientOfAServerThatDoesNotListen(t *testing.T) {
	srv, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if srv.Client() != nil || srv.URL != "" {
		t.Error("a server without a listener has an address")
	}
}

// A test that starts a fake with a wrong option fails and says why.
func TestStartFailsTheTest(t *testing.T) {
	tb := &watchedTB{}
	if srv := Start(tb, WithRelease("sunflowers")); srv != nil {
		t.Error("there is a server")
	}
	const want = `mockserver: unknown release "sunflowers"; known are guide, sunflower, trillium`
	if !slices.Equal(tb.errors, []string{want}) || len(tb.cleanups) != 0 {
		t.Errorf("the test failed with %q and %d things to clean up, want %q", tb.errors, len(tb.cleanups), want)
	}
}

// The server is gone when the test is over.
func TestStartClosesTheServer(t *testing.T) {
	tb := &watchedTB{}
	srv := Start(tb)
	tb.cleanUp()
	if resp, err := http.Get(srv.URL); err == nil {
		resp.Body.Close()
		t.Error("the server still answers")
	}
	if tb.errors != nil {
		t.Errorf("an honest server failed its test: %q", tb.errors)
	}
}

// Serve ends when its context does: at once when nobody is served, and after two
// seconds of grace when somebody does not come to an end.
func TestServe(t *testing.T) {
	for name, stuck := range map[string]bool{"idle": false, "with an upload that does not end": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCaller(t, "sunflower")
				definition := member(t, c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"a.csv"}`), "id")
				wire := pipes.Listen()
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- c.s.Serve(ctx, wire) }()

				if stuck {
					conn, err := wire.Dial(t.Context(), "", "")
					if err != nil {
						t.Fatal(err)
					}
					defer conn.Close()
					fmt.Fprintf(conn, "POST /data-export/file-definitions/%s/upload HTTP/1.1\r\nHost: x\r\nX-Okapi-Tenant: diku\r\nX-Okapi-Token: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nx", definition, c.token)
				}
				synctest.Wait()
				began := time.Now()
				cancel()
				if err := <-ended; err != nil {
					t.Error(err)
				}
				want := time.Duration(0)
				if stuck {
					want = 2 * time.Second
				}
				// Shutdown looks now and then whether all are idle.
				if took := time.Since(began); took < want || took > want+time.Second {
					t.Errorf("it took %v, want %v", took, want)
				}
				if _, err := wire.Dial(t.Context(), "", ""); err == nil {
					t.Error("it still takes connections")
				}
			})
		})
	}
}
