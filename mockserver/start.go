package mockserver

import (
	"net/http"
	"net/http/httptest"

	"github.com/fauxkapi/fauxkapi/internal/pipes"
)

// TB is what Start needs of a test; *testing.T, *testing.B and Ginkgo's
// GinkgoTB have it.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
	Cleanup(func())
}

// Start returns a fake that listens on a free port of 127.0.0.1 until the test
// ends. A wrong option, and an answer that broke the contract, fail the test.
func Start(tb TB, options ...Option) *Server {
	tb.Helper()
	return start(tb, httptest.NewServer, options)
}

// StartInMemory is Start without a network, for a testing/synctest bubble: the
// world's clock runs with the bubble's time, so that a client may wait for hours
// in no time. The server is reached by its Client alone.
func StartInMemory(tb TB, options ...Option) *Server {
	tb.Helper()
	return start(tb, newServerInMemory, options)
}

func start(tb TB, listen func(http.Handler) *httptest.Server, options []Option) *Server {
	tb.Helper()
	s, err := New(options...)
	if err != nil {
		tb.Fatalf("%v", err)
		return nil
	}
	s.listener = listen(s)
	s.URL = s.listener.URL
	tb.Cleanup(func() {
		tb.Helper()
		s.listener.Close()
		for _, v := range s.Violations() {
			tb.Errorf("fauxkapi answered against its own contract: %s", v)
		}
	})
	return s
}

func newServerInMemory(h http.Handler) *httptest.Server {
	wire := pipes.Listen()
	s := &httptest.Server{Listener: wire, Config: &http.Server{Handler: h}}
	s.Start()
	s.Client().Transport = &http.Transport{DialContext: wire.Dial}
	return s
}

// Client returns a client that reaches a server of Start or StartInMemory; nil
// for one that does not listen. It follows redirects and keeps no cookies.
func (s *Server) Client() *http.Client {
	if s.listener == nil {
		return nil
	}
	return s.listener.Client()
}
