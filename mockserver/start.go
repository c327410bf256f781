package mockserver

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
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
	wire := newPipes()
	s := &httptest.Server{Listener: wire, Config: &http.Server{Handler: h}}
	s.Start()
	s.Client().Transport = &http.Transport{DialContext: wire.dial}
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

// pipes is a listener whose connections stay in the process. Both ends are made
// of channels, which is what a bubble can see through.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	close    func()
}

func newPipes() *pipes {
	p := &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	return p
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accepted:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.close()
	return nil
}

func (p *pipes) Addr() net.Addr { return memory{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.accepted <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// memory is an address that no other client can mean by mistake: nobody ever
// resolves .invalid (RFC 6761).
type memory struct{}

func (memory) Network() string { return "memory" }

func (memory) String() string { return "fauxkapi.invalid" }
