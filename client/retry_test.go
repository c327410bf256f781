package client

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryAfter(t *testing.T) {
	const date = "Tue, 23 Jan 2024 15:05:49 GMT"
	tests := []struct {
		after, date string
		want        time.Duration
	}{
		{"", date, 0},
		{"1", "", time.Second},
		{"120", date, 2 * time.Minute},
		{"-5", date, 0},
		{"1.5", date, 0},
		{"4294967295", "", maxRetryAfter},
		{"99999999999999999999", "", 0},
		{"Tue, 23 Jan 2024 15:06:19 GMT", date, 30 * time.Second}, // whatever our own clock says
		{"Tue, 23 Jan 2024 15:00:00 GMT", date, 0},
		{"Tue, 23 Jan 2124 15:00:00 GMT", date, maxRetryAfter},
		{"Tue, 23 Jan 2024 15:06:19 GMT", "", 0},
		{"soon", date, 0},
	}
	for _, test := range tests {
		header := http.Header{"Retry-After": {test.after}, "Date": {test.date}}
		if got := retryAfter(header); got != test.want {
			t.Errorf("%q at %q: %v, want %v", test.after, test.date, got, test.want)
		}
	}
}

func TestServerIsLeftAloneForAsLongAsItWants(t *testing.T) {
	const call = "GET /data-export/job-profiles"
	busy := func(seconds string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", seconds)
			answer(429, "text/plain", "slow down")(w, r)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.answers[call] = inTurn(busy("45"), s.answers[call])
		start := time.Now()
		if _, err := s.inProcess(t).JobProfiles(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 45*time.Second || took > 46*time.Second {
			t.Errorf("took %v", took)
		}
		s.answers[call] = busy("3600")
		start = time.Now()
		_, err := s.inProcess(t).JobProfiles(t.Context())
		wantError(t, err, KindServer, "answered 429 (slow down)", "it wants to be left alone for 1h0m0s")
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}

// The pauses are drawn from the whole of a range that doubles up to its bound.
func TestBackoff(t *testing.T) {
	for failures, bound := range map[int]time.Duration{0: firstPause, 1: 2 * firstPause, 5: 16 * time.Second, 6: longestPause, 100: longestPause} {
		var low, high time.Duration = bound, 0
		for range 1000 {
			pause := backoff(failures)
			low, high = min(low, pause), max(high, pause)
		}
		if low < 0 || low > bound/10 || high >= bound || high < bound*9/10 {
			t.Errorf("after %d failures from %v to %v, want 0 to %v", failures+1, low, high, bound)
		}
	}
}

// Okapi and a sidecar have other statuses for a module that cannot be reached.
func TestModuleThatCannotBeReachedIsTriedAgain(t *testing.T) {
	const call = "GET /data-export/job-profiles"
	for name, trouble := range map[string]http.HandlerFunc{
		"no instance yet": answer(404, "text/plain", "No running module instance found for mod-data-export-5.3.0"),
		"proxy failure":   answer(500, "text/plain", "proxyClient failure: mod-data-export-5.3.0 http://10.0.0.1:8081: Connection refused: GET /data-export/job-profiles"),
		"sidecar":         answer(500, "application/json", `{"errors":[{"type":"InternalServerErrorException","code":"service_error","message":"Failed to proxy request: Connection refused: x"}],"total_records":1}`),
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStub()
			s.answers[call] = inTurn(trouble, trouble, s.answers[call])
			if _, err := s.inProcess(t).JobProfiles(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	for name, refusal := range map[string]http.HandlerFunc{
		"no module": answer(404, "text/plain", "No suitable module found for path and tenant"),
		"500":       answer(500, "text/plain", "Internal Server Error"),
	} {
		s := newStub()
		s.answers[call] = refusal
		_, err := s.inProcess(t).JobProfiles(t.Context())
		if err == nil || s.count(call) != 1 {
			t.Errorf("%s: %v after %d requests", name, err, s.count(call))
		}
		if name == "no module" {
			wantError(t, err, KindServer, "check the base URL and the tenant, and that the tenant has the module")
		}
	}
}

// Nobody has seen a request for which there was no connection: even an export is sent again then.
func TestRequestThatNobodyHasSeenIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		down := false
		to := newWire(t, s).Transport.(*http.Transport)
		dial := to.DialContext
		to.DisableKeepAlives = true
		refused := 0
		restart := dialer(func(err error) error { // what a restart of the gateway looks like
			if !down {
				return nil
			}
			if refused++; refused == 3 {
				down = false
			}
			return err
		})
		to.DialContext = restart.before(dial)
		s.lost(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, newOfFive, justBegun)
		c := s.client(t, Config{URL: "http://okapi.test", HTTPClient: &http.Client{Transport: to}})
		if err := c.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
		down = true
		if err := c.startExport(t.Context(), definitionID, profileID, jobID); err != nil {
			t.Error(err)
		}
		if n := s.count(exportCall); n != 1 || refused != 3 {
			t.Errorf("%d requests, %d connections refused", n, refused)
		}
	})
}

// A server that was never there is no server in trouble.
func TestServerThatIsNotThereIsNotAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := dialer(func(err error) error { return err })
		c := newStub().client(t, Config{URL: "http://okapi.test", HTTPClient: &http.Client{Transport: &http.Transport{DialContext: gone.before(nil)}}})
		start := time.Now()
		_, err := c.Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
		wantError(t, err, KindServer, "log in: no answer from http://okapi.test (dial: connection refused); check the URL")
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}
