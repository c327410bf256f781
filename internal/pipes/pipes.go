// Package pipes is a network within the process, for servers and clients in a testing/synctest bubble: both ends of a
// connection are made of channels, which is what a bubble can see through.
package pipes

import (
	"context"
	"net"
	"sync"
)

// Listener is a listener whose connections stay in the process.
type Listener struct {
	accepted chan net.Conn
	closed   chan struct{}
	close    func()
}

// Listen begins.
func Listen() *Listener {
	p := &Listener{accepted: make(chan net.Conn), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	return p
}

// Accept waits for the next connection. Its error is net.ErrClosed.
func (p *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-p.accepted:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends the listener, once and for all.
func (p *Listener) Close() error {
	p.close()
	return nil
}

// Addr is an address that leads nowhere.
func (p *Listener) Addr() net.Addr { return memory{} }

// Dial connects to the listener, whatever address is named. Its errors are net.ErrClosed and those of ctx.
func (p *Listener) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
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
