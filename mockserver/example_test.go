package mockserver_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// A test of a program that exports: its server is one line, and closed with the
// test.
func ExampleStart() {
	_ = func(t *testing.T) { // func TestGivesUp
		srv := mockserver.Start(t, mockserver.WithRelease("sunflower"), mockserver.WithScenario("stuck"))
		_ = srv.URL // for the program under test, which polls a job that never ends
		srv.Advance(4 * time.Hour)
	}
}

// In a synctest bubble the world's clock runs with the bubble's: a program may
// poll for four hours, and the test takes none.
func ExampleStartInMemory() {
	_ = func(t *testing.T) { // func TestWaitsForHours
		synctest.Test(t, func(t *testing.T) {
			srv := mockserver.StartInMemory(t, mockserver.WithParameter("duration", "4h"))
			client := srv.Client() // nobody else reaches srv.URL
			resp, err := client.Get(srv.URL + "/_/version")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			time.Sleep(4 * time.Hour)
		})
	}
}

// A fake is a handler, for those who have a server of their own.
func ExampleNew() {
	fake, err := mockserver.New(mockserver.WithRelease("sunflower"))
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := httptest.NewServer(fake)
	defer srv.Close()

	resp, err := http.Get(srv.URL + "/data-export/job-profiles") // without a tenant
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, string(body), err)
	// Output: 404 No suitable module found for path and tenant <nil>
}

// The world's clock starts at a fixed instant and can be moved on; jobs go on,
// tokens and links age.
func ExampleServer_Advance() {
	fake, err := mockserver.New(mockserver.WithSpeed(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fake.Now())
	fmt.Println(fake.Advance(4 * time.Hour))
	// Output:
	// 2020-10-07 13:17:02.263 +0000 UTC
	// 2020-10-07 17:17:02.263 +0000 UTC
}
