package alter

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

// get asks a handler over a connection, compression left to the client.
func get(t *testing.T, h http.Handler, header ...string) (*http.Response, []byte, error) {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/a", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	got, err := server.Client().Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	return got, body, err
}

func TestGzip(t *testing.T) {
	h := altered(t, "{on: GET /a, answer: {gzip: true}}")
	got, body, err := get(t, h)
	if err != nil || !got.Uncompressed || !strings.HasPrefix(string(body), `{"n":1`) {
		t.Errorf("%v, %s, %v", got, body, err)
	}
	got, body, err = get(t, h, "Accept-Encoding", "deflate, gzip;q=0.5")
	if err != nil || got.Header.Get("Content-Encoding") != "gzip" || got.ContentLength != int64(len(body)) {
		t.Errorf("%v, %d bytes, %v", got, len(body), err)
	}
	if z, err := gzip.NewReader(strings.NewReader(string(body))); err != nil {
		t.Error(err)
	} else if text, err := io.ReadAll(z); err != nil || !strings.HasPrefix(string(text), `{"n":2`) {
		t.Errorf("%s, %v", text, err)
	}
	for _, accept := range []string{"identity", "gzip;q=0"} {
		if got, body, err := get(t, h, "Accept-Encoding", accept); err != nil || got.Header.Get("Content-Encoding") != "" || !strings.HasPrefix(string(body), "{") {
			t.Errorf("%v, %s, %v", got, body, err)
		}
	}
}

func TestChunkedAndCut(t *testing.T) {
	got, body, err := get(t, altered(t, "{on: GET /a, answer: {chunked: true}}"))
	if err != nil || got.ContentLength != -1 || !strings.HasSuffix(string(body), "}") {
		t.Errorf("%v, %s, %v", got, body, err)
	}
	got, body, err = get(t, altered(t, "{on: GET /a, answer: {cut: true}}"))
	if !errors.Is(err, io.ErrUnexpectedEOF) || got.ContentLength <= int64(len(body)) || len(body) == 0 {
		t.Errorf("%v, %s, %v", got, body, err)
	}
}

// Only the bytes show how the name of a header is spelled.
func TestHeaderCase(t *testing.T) {
	for how, want := range map[string]string{"lower": "content-type: application/json", "upper": "CONTENT-TYPE: application/json"} {
		server := httptest.NewServer(altered(t, "{on: GET /a, answer: {header-case: "+how+"}}"))
		defer server.Close()
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		all, err := io.ReadAll(bufio.NewReader(conn))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"content-type:", "date:", "content-length:"} {
			if n := strings.Count(strings.ToLower(string(all)), "\r\n"+name); n != 1 {
				t.Errorf("%s: %d times %s\n%s", how, n, name, all)
			}
		}
		if !strings.Contains(string(all), "\r\n"+want+"\r\n") {
			t.Errorf("%s: %s", how, all)
		}
	}
}

func TestTrouble(t *testing.T) {
	for kind, want := range map[string]string{
		"500": "500 text/plain 21", "502-html": "502 text/html 150", "503": "503 text/html 190", "504": "504 text/html 160",
		"408": "408 text/plain 15", "html-200": "200 text/html 96", "empty": "200  0",
	} {
		h := altered(t, "{on: GET /a, times: 1, trouble: "+kind+"}")
		got, body, err := get(t, h)
		if err != nil || fmt.Sprint(got.StatusCode, " ", got.Header.Get("Content-Type"), " ", len(body)) != want {
			t.Errorf("%s: %d %s %d, %v, want %s", kind, got.StatusCode, got.Header.Get("Content-Type"), len(body), err, want)
		}
		if n := member(t, do(h, http.MethodGet, "/a", ""), "n"); n != "1" || h.Altered() != 1 {
			t.Errorf("%s: the server has seen %s requests, counted %d", kind, n, h.Altered())
		}
	}
	if _, _, err := get(t, altered(t, "{on: GET /a, trouble: closed}")); !errors.Is(err, io.EOF) {
		t.Errorf("closed: %v", err)
	}
	if _, _, err := get(t, altered(t, "{on: GET /a, trouble: reset}")); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("reset: %v", err)
	}
}

// Who hangs lets go when the client has left.
func TestHang(t *testing.T) {
	h := altered(t, "{on: POST /a, trouble: hang}")
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan any)
	go func() {
		defer func() { left <- recover() }()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/a", strings.NewReader("x")).WithContext(ctx))
	}()
	select {
	case got := <-left:
		t.Fatalf("it did not hang: %v", got)
	default:
	}
	leave()
	if got := <-left; got != http.ErrAbortHandler {
		t.Errorf("it ended with %v", got)
	}
}
