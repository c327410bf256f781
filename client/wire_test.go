package client

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// wire serves a handler by HTTP without a network, for a bubble in which time is faked: every host leads to it. Unlike
// direct it can break connections.
type wire struct {
	accepted chan net.Conn
	closed   chan struct{}
	close    func()
}

func newWire(t *testing.T, handler http.Handler) *http.Client {
	t.Helper()
	w := &wire{accepted: make(chan net.Conn), closed: make(chan struct{})}
	w.close = sync.OnceFunc(func() { close(w.closed) })
	var served sync.WaitGroup // a handler may outlast its connection, but not its test
	server := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		served.Add(1)
		defer served.Done()
		inOrder()
		defer inOrder()
		handler.ServeHTTP(rw, r)
	})}
	served.Go(func() { server.Serve(w) })
	transport := &http.Transport{DialContext: w.dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
		served.Wait()
	})
	return &http.Client{Transport: transport}
}

// inOrder lets a handler see what those before it did, whatever their connections: each calls it when it begins, and
// when it ends or falls silent.
func inOrder() {
	order.Lock()
	defer order.Unlock()
}

var order sync.Mutex

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.accepted:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error {
	w.close()
	return nil
}

func (w *wire) Addr() net.Addr { return &net.UnixAddr{Name: "wire"} }

func (w *wire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	broken := new(atomic.Bool)
	select {
	case w.accepted <- &end{theirs, broken}:
		return &end{ours, broken}, nil
	case <-w.closed:
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// end is one of the two ends of a connection that can be reset.
type end struct {
	net.Conn
	broken *atomic.Bool
}

func (e *end) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	if err == io.EOF && e.broken.Load() {
		err = &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	}
	return n, err
}

// hangUp ends the connection of a request, by a reset or in the usual way. What was written before has arrived.
func hangUp(w http.ResponseWriter, byReset bool) {
	conn, out, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	out.Flush()
	if byReset {
		switch c := conn.(type) {
		case *end:
			c.broken.Store(true)
		case *net.TCPConn:
			c.SetLinger(0)
		}
	}
	conn.Close()
}

// onWire is a client of the stub, in a bubble.
func (s *stub) onWire(t *testing.T) *Client {
	t.Helper()
	return s.client(t, Config{URL: "http://okapi.test", HTTPClient: newWire(t, s)})
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// dialer decides, given the error of a refused connection, whether to return it.
type dialer func(refused error) error

func (d dialer) before(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if err := d(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}); err != nil {
			return nil, err
		}
		return dial(ctx, network, address)
	}
}
