// Narrow is a way to a FOLIO that lets through only what a client of FOLIO may send, and says at its end what else there
// was. It knows nothing of who sends.
//
//	narrow ADDR URL
//
// It prints "narrow ready http://HOST:PORT", and when it is interrupted how many requests there were. It ends with 1 if it
// held something back.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := serve(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "narrow:", err)
		stop()
		os.Exit(1)
	}
}

// serve lets requests through until the context ends.
func serve(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 2 {
		return fmt.Errorf("call it with the address to listen on and the URL of the server")
	}
	target, err := url.Parse(args[1])
	if err != nil || target.Host == "" {
		return fmt.Errorf("%q is no URL of a server", args[1])
	}
	listener, err := net.Listen("tcp", args[0])
	if err != nil {
		return err
	}
	way := newWay(target)
	server := &http.Server{Handler: way, ReadHeaderTimeout: 10 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	fmt.Fprintf(out, "narrow ready http://%s\n", listener.Addr())
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	fmt.Fprintf(out, "%d requests\n", way.requests)
	if len(way.complaints) > 0 {
		return fmt.Errorf("held back:\n%s", strings.Join(way.complaints, "\n"))
	}
	return nil
}

// way is the handler.
type way struct {
	http.Handler
	mu         sync.Mutex
	requests   int
	complaints []string
}

// maxComplaints bounds what is remembered.
const maxComplaints = 50

func newWay(target *url.URL) *way {
	return &way{Handler: &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(target)
		p.Out.Host = p.In.Host                 // links are built on it
		p.Out.URL.RawQuery = p.In.URL.RawQuery // with escapes that are none
	}}}
}

// ServeHTTP lets a request through without the headers that it may not have. One with another method is refused.
func (w *way) ServeHTTP(answer http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.requests++
	w.mu.Unlock()
	if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodDelete}, r.Method) {
		w.complain(r, "the method")
		http.Error(answer, "narrow: no client of FOLIO's Data Export sends "+r.Method, http.StatusMethodNotAllowed)
		return
	}
	for name, values := range r.Header {
		if !allowed(r.URL.Path, name, values[0]) {
			w.complain(r, name)
			r.Header.Del(name)
		}
	}
	w.Handler.ServeHTTP(answer, r)
}

func (w *way) complain(r *http.Request, what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.complaints) < maxComplaints {
		w.complaints = append(w.complaints, fmt.Sprintf("%s of %s %s", what, r.Method, r.URL.Path))
	}
}

// garbage is the credential that opens nothing: whoever asks what becomes of a wrong one sends it.
const garbage = "garbage"

// nobody is a UUID that no user has.
const nobody = "5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11"

// allowed tells whether a request may have a header. A store is told nothing that opens a FOLIO.
func allowed(path, name, value string) bool {
	switch name {
	case "Accept", "Accept-Encoding", "User-Agent":
		return true
	case "X-Okapi-Token", "Authorization":
		if value == garbage || value == "Bearer "+garbage || value == "Basic "+garbage {
			return true
		}
		return name == "X-Okapi-Token" && ofAPI(path)
	case "Content-Type", "Content-Length", "X-Okapi-Tenant", "Cookie":
		return ofAPI(path)
	case "X-Padding": // by which it is asked how long headers may be
		return ofAPI(path) && strings.Trim(value, "0") == ""
	case "X-Okapi-User-Id": // by which it is asked whether one can be somebody else
		return ofAPI(path) && value == nobody
	}
	return false
}

// ofAPI tells whether a path is one of the gateway, and not of a store of files.
func ofAPI(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return slices.Contains([]string{"_", "authn", "data-export", "entitlements", "instance-bulk", "inventory"}, first)
}
