package main

import (
	"net/http"
	"sync"
	"testing"

	"github.com/fauxkapi/fauxkapi/internal/pipes"
)

// everywhere makes a handler the server behind every address, until the test ends, without a network: in a bubble, where
// time is faked, nothing may wait for one.
func everywhere(t *testing.T, handler http.Handler) {
	t.Helper()
	wire := pipes.Listen()
	var served sync.WaitGroup
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(1) // a handler may outlast its connection, but not its test
		defer served.Done()
		handler.ServeHTTP(w, r)
	})}
	served.Go(func() { _ = server.Serve(wire) })
	transport, before := &http.Transport{DialContext: wire.Dial}, http.DefaultTransport
	http.DefaultTransport = transport
	t.Cleanup(func() {
		http.DefaultTransport = before
		transport.CloseIdleConnections()
		server.Close()
		served.Wait()
	})
}

// administrator is the environment of who may do everything, at a server that is everywhere.
func administrator() map[string]string {
	return map[string]string{"OKAPI_URL": "http://okapi.test", "OKAPI_TENANT": "diku", "OKAPI_USERNAME": "diku_admin", "OKAPI_PASSWORD": "admin"}
}
