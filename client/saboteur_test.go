package client

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
)

// fault is what goes wrong with one request. Of most there are two: the server never saw the request, or it did what it
// was asked and only the answer is lost.
type fault struct {
	name string
	lost bool // the request is served first
	do   func(w http.ResponseWriter, r *http.Request, answer *httptest.ResponseRecorder)
}

func (f fault) String() string {
	if f.lost {
		return f.name + ", done"
	}
	return f.name
}

// faults are those of a connection and of what stands between client and module, in the words of one release's gateway.
func faults(release string) []fault {
	var all []fault
	both := func(name string, do http.HandlerFunc) {
		for _, lost := range []bool{false, true} {
			all = append(all, fault{name, lost, func(w http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) { do(w, r) }})
		}
	}
	both("closed", func(w http.ResponseWriter, _ *http.Request) { hangUp(w, false) })
	both("reset", reset)
	both("hung", silence)
	for status, body := range gatewayBodies[release == "trillium"] {
		kind, text, _ := strings.Cut(body, " ")
		both(strconv.Itoa(status), answer(status, kind, text))
	}
	part := func(name string, do func(http.ResponseWriter, *http.Request, *httptest.ResponseRecorder)) {
		all = append(all, fault{name, true, do})
	}
	part("reset in mid-body", func(w http.ResponseWriter, _ *http.Request, a *httptest.ResponseRecorder) { half(w, a, true) })
	part("cut short", func(w http.ResponseWriter, _ *http.Request, a *httptest.ResponseRecorder) { half(w, a, false) })
	part("stalled in mid-body", func(w http.ResponseWriter, r *http.Request, a *httptest.ResponseRecorder) {
		if a.Body.Len() > 0 { // an answer without a body is whole with its head
			head(w, a)
			w.Write(a.Body.Bytes()[:a.Body.Len()/2])
			http.NewResponseController(w).Flush()
		}
		silence(w, r)
	})
	part("garbled", func(w http.ResponseWriter, _ *http.Request, a *httptest.ResponseRecorder) {
		head(w, a)
		w.Write(bytes.Repeat([]byte{0xEF, '{'}, a.Body.Len()/2+1)[:a.Body.Len()])
	})
	return all
}

// gatewayBodies are what nginx and a load balancer in front of Okapi say, and Kong (true).
var gatewayBodies = map[bool]map[int]string{
	false: {
		502: "text/html <html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
		503: "text/html <html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n",
		504: "text/html <html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 Gateway Time-out</h1></center>\r\n</body>\r\n</html>\r\n",
	},
	true: {
		408: `application/json {"errors":[{"type":"NoStackTraceTimeoutException","code":"read_timeout_error","message":"Request Timeout"}],"total_records":1}`,
		502: "application/json {\n  \"message\":\"An invalid response was received from the upstream server\",\n  \"request_id\":\"0123456789abcdef0123456789abcdef\"\n}",
		503: "application/json {\n  \"message\":\"The upstream server is currently unavailable\",\n  \"request_id\":\"0123456789abcdef0123456789abcdef\"\n}",
		504: "application/json {\n  \"message\":\"The upstream server is timing out\",\n  \"request_id\":\"0123456789abcdef0123456789abcdef\"\n}",
	},
}

// head sends the head of an answer, with the length that the whole would have.
func head(w http.ResponseWriter, a *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), a.Header())
	if a.Code != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(a.Body.Len()))
	}
	w.WriteHeader(a.Code)
}

// half sends half of an answer and ends the connection: half of the body, or of the first line if there is no body.
func half(w http.ResponseWriter, a *httptest.ResponseRecorder, byReset bool) {
	conn, out, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	if whole := a.Body.Bytes(); len(whole) == 0 {
		io.WriteString(out, "HTTP/1.1 2")
	} else {
		fmt.Fprintf(out, "HTTP/1.1 %d -\r\nContent-Length: %d\r\n", a.Code, len(whole))
		a.Header().Write(out)
		io.WriteString(out, "\r\n")
		out.Write(whole[:len(whole)/2])
	}
	out.Flush()
	if byReset {
		conn.(*end).broken.Store(true)
	}
	conn.Close()
}

// saboteur stands in front of a server and spoils some of its answers.
type saboteur struct {
	server http.Handler
	spoil  func(step string, n int) (fault, bool) // asked for each request, with the step's n-th, from 1

	mu   sync.Mutex
	seen map[string]int
}

func (s *saboteur) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	step := stepOf(r)
	s.mu.Lock()
	if s.seen == nil {
		s.seen = map[string]int{}
	}
	s.seen[step]++
	spoiler, spoilt := s.spoil(step, s.seen[step])
	s.mu.Unlock()
	if !spoilt {
		s.server.ServeHTTP(w, r)
		return
	}
	// The body is read either way: a client that is still writing would learn of the end from its own pipe.
	body, _ := io.ReadAll(r.Body)
	answered := httptest.NewRecorder()
	if spoiler.lost {
		inside := r.Clone(r.Context())
		inside.Body = io.NopCloser(bytes.NewReader(body))
		s.server.ServeHTTP(answered, inside)
	}
	spoiler.do(w, r, answered)
}

// The steps of an export as a saboteur sees them.
var attackable = []string{"login", "profile", "definition", "upload", "export", "job", "link", "file"}

func stepOf(r *http.Request) string {
	path := r.URL.Path
	switch {
	case strings.HasPrefix(path, "/authn/refresh"):
		return "refresh"
	case strings.HasPrefix(path, "/authn/"):
		return "login"
	case strings.HasSuffix(path, "/job-profiles"):
		return "profile"
	case strings.HasSuffix(path, "/upload"):
		return "upload"
	case strings.HasSuffix(path, "/file-definitions"):
		return "definition"
	case strings.Contains(path, "/file-definitions/"):
		return "look at the definition"
	case strings.HasSuffix(path, "/data-export/export"):
		return "export"
	case strings.Contains(path, "/download/") && strings.HasPrefix(path, "/data-export/"):
		return "link"
	case strings.HasSuffix(path, "/job-executions"):
		return "job"
	}
	return "file"
}
