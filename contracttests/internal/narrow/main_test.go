package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// output is written by one goroutine and read by another.
type output struct{ lines chan string }

func (o *output) Write(p []byte) (int, error) {
	o.lines <- string(bytes.Clone(p))
	return len(p), nil
}

func TestWay(t *testing.T) {
	var got http.Header
	host := ""
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got, host = r.Header, r.Host }))
	defer server.Close()
	for _, tt := range []struct{ method, path, name, value, complaint string }{
		{"GET", "/data-export/job-profiles", "X-Okapi-Token", "secret", ""},
		{"POST", "/authn/login", "Cookie", "a=b", ""},
		{"GET", "/bucket/job/x.mrc", "Accept", "*/*", ""},
		{"GET", "/bucket/job/x.mrc", "X-Okapi-Token", "garbage", ""},
		{"GET", "/bucket/job/x.mrc", "X-Okapi-Token", "secret", "X-Okapi-Token of GET /bucket/job/x.mrc"},
		{"GET", "/bucket/job/x.mrc", "Authorization", "Bearer secret", "Authorization of GET"},
		{"GET", "/bucket/job/x.mrc", "X-Okapi-Tenant", "diku", "X-Okapi-Tenant of GET"},
		{"GET", "/data-export/logs", "Authorization", "Bearer secret", "Authorization of GET"},
		{"GET", "/data-export/logs", "X-Okapi-Permissions", "[]", "X-Okapi-Permissions of GET"},
		{"GET", "/data-export/logs", "X-Padding", "0001", "X-Padding of GET"},
		{"GET", "/data-export/logs", "X-Okapi-User-Id", nobody, ""},
		{"GET", "/data-export/logs", "X-Okapi-User-Id", "aaaa", "X-Okapi-User-Id of GET"},
		{"PUT", "/data-export/logs", "Accept", "*/*", "the method of PUT"},
	} {
		got = nil
		ctx, cancel := context.WithCancel(t.Context())
		out := &output{make(chan string, 10)}
		ended := make(chan error, 1)
		go func() { ended <- serve(ctx, []string{"127.0.0.1:0", server.URL}, out) }()
		address := strings.TrimSpace(strings.TrimPrefix(<-out.lines, "narrow ready "))
		q, err := http.NewRequestWithContext(t.Context(), tt.method, address+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set(tt.name, tt.value)
		answer, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		cancel()
		err = <-ended
		switch {
		case tt.complaint == "" && (err != nil || got.Get(tt.name) != tt.value):
			t.Errorf("%s %s %s: %v %v", tt.method, tt.path, tt.name, err, got)
		case tt.complaint != "" && (err == nil || !strings.Contains(err.Error(), tt.complaint) || got.Get(tt.name) == tt.value):
			t.Errorf("%s %s %s: %v %v", tt.method, tt.path, tt.name, err, got)
		}
		if got != nil && "http://"+host != address {
			t.Errorf("the server takes itself to be %s, and is asked at %s", host, address)
		}
	}
	if err := serve(t.Context(), nil, io.Discard); err == nil {
		t.Error("it started without knowing where")
	}
}
