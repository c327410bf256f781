package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
)

// everywhere makes a handler the server behind every address, until the test ends, without a network: in a bubble, where
// time is faked, nothing may wait for one.
func everywhere(t *testing.T, handler http.Handler) {
	t.Helper()
	p := &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	var served sync.WaitGroup
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(1) // a handler may outlast its connection, but not its test
		defer served.Done()
		handler.ServeHTTP(w, r)
	})}
	served.Go(func() { _ = server.Serve(p) })
	transport, before := &http.Transport{DialContext: p.dial}, http.DefaultTransport
	http.DefaultTransport = transport
	t.Cleanup(func() {
		http.DefaultTransport = before
		transport.CloseIdleConnections()
		server.Close()
		served.Wait()
	})
}

// pipes is a listener to which every address leads.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	close    func()
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

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

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

// administrator is the environment of who may do everything, at a server that is everywhere.
func administrator() map[string]string {
	return map[string]string{"OKAPI_URL": "http://okapi.test", "OKAPI_TENANT": "diku", "OKAPI_USERNAME": "diku_admin", "OKAPI_PASSWORD": "admin"}
}
