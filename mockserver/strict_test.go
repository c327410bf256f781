package mockserver

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// post sends a body to a server that listens, as the administrator; a length
// below 0 sends it in chunks.
func post(t *testing.T, s *Server, path, contentType string, body io.Reader, length int64) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Okapi-Tenant", "diku")
	r.Header.Set("X-Okapi-Token", tokenOf(t, s))
	r.Header.Set("Accept", "*/*")
	r.Header.Set("Content-Type", contentType)
	r.ContentLength = length
	resp, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// spaces are blanks without end.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// A body that is too large gets its answer, not a broken connection, whatever
// its size and whether that is announced.
func TestLargeBodies(t *testing.T) {
	for _, release := range Releases() {
		s := Start(t, WithRelease(release))
		for _, tt := range []struct {
			size int64
			want int
		}{
			{maxJSON, http.StatusCreated},
			{maxJSON + 1, http.StatusRequestEntityTooLarge},
			{2 * maxJSON, http.StatusRequestEntityTooLarge},
			{32 * maxJSON, http.StatusRequestEntityTooLarge},
		} {
			const start = `{"fileName":"a.csv"}`
			body := func() io.Reader {
				return io.LimitReader(io.MultiReader(strings.NewReader(start), spaces{}), tt.size)
			}
			for name, length := range map[string]int64{"chunked": -1, "announced": tt.size} {
				resp := post(t, s, "/data-export/file-definitions", "application/json", body(), length)
				text := readAll(t, resp.Body)
				if resp.StatusCode != tt.want {
					t.Errorf("%s: %d bytes, %s: %d %s, want %d", release, tt.size, name, resp.StatusCode, text, tt.want)
				}
				if tt.want == http.StatusRequestEntityTooLarge && text != "fauxkapi takes no more of this body: 1048576" {
					t.Errorf("%s: %q", release, text)
				}
			}
		}
	}
}

// A list of more lines or bytes than the fake takes is refused while it arrives,
// and its definition is spoilt.
func TestUploadBeyondItsBounds(t *testing.T) {
	s := Start(t, WithRelease("sunflower"))
	c := caller{s: s, token: tokenOf(t, s)}
	for what, list := range map[string]io.Reader{
		"too many lines": io.LimitReader(endless('\n'), 20_000_000),
		"too many bytes": io.LimitReader(endless('a'), maxUpload+1),
	} {
		id := member(t, c.do("POST", "/data-export/file-definitions", `{"fileName":"a.csv"}`), "id")
		resp := post(t, s, "/data-export/file-definitions/"+id+"/upload", "application/octet-stream", list, -1)
		const want = "fauxkapi takes no more of this body: 5,000,000 lines and 268,435,456 bytes are the most"
		if text := readAll(t, resp.Body); resp.StatusCode != http.StatusRequestEntityTooLarge || text != want {
			t.Errorf("%s: %d %s", what, resp.StatusCode, text)
		}
		if status := member(t, c.get("/data-export/file-definitions/"+id), "status"); status != "ERROR" {
			t.Errorf("%s: the definition is %s", what, status)
		}
	}
}

// endless is a reader of the same byte for ever.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// Limits of the request line and of the headers are to the byte, in the words of
// the gateway; beyond net/http's own bound there is an answer, too.
func TestLongAddressesAndHeaders(t *testing.T) {
	for _, tt := range []struct {
		release            string
		line, headers      int
		lineText, headText string
		headStatus         int
	}{
		{"guide", 4096, 8192, "Your request URI is too long.", "Your HTTP request header fields are too large.", 431},
		{"sunflower", 8192, 8192, "Your request URI is too long.", "Your HTTP request header fields are too large.", 431},
		{"trillium", 8192, 32768, "URI too long", "Request header or cookie too large", 494},
	} {
		s := Start(t, WithRelease(tt.release))
		const fields = "Host: x\r\nX-Okapi-Tenant: diku\r\n"
		line := func(length int) string {
			const start, end = "GET /", " HTTP/1.1"
			return start + strings.Repeat("x", length-len(start+end)) + end
		}
		header := func(length int) string {
			const name = "X-Long: "
			return fields + name + strings.Repeat("x", length-len(fields+name+"\r\n")) + "\r\n"
		}
		for _, ask := range []struct {
			request string
			status  int
			text    string
		}{
			{line(tt.line) + "\r\n" + fields, 404, ""},
			{line(tt.line+1) + "\r\n" + fields, 414, tt.lineText},
			{line(100_000) + "\r\n" + fields, 414, tt.lineText},
			{"GET / HTTP/1.1\r\n" + header(tt.headers), 404, ""},
			{"GET / HTTP/1.1\r\n" + header(tt.headers+1), tt.headStatus, tt.headText},
			{"GET / HTTP/1.1\r\n" + header(100_000), tt.headStatus, tt.headText},
			{"GET / HTTP/1.1\r\n" + fields + strings.Repeat("X: y\r\n", tt.headers/len("X: y\r\n")), tt.headStatus, tt.headText},
		} {
			status, body := rawRequest(t, s, ask.request+"\r\n")
			if status != ask.status || !strings.Contains(body, ask.text) {
				t.Errorf("%s: %d bytes: %d %.100s, want %d %s", tt.release, len(ask.request), status, body, ask.status, ask.text)
			}
		}
	}
}

// No token but ours is let in, whatever it looks like and wherever it is put;
// and none makes the fake stumble.
func TestGarbageTokens(t *testing.T) {
	for release, want := range map[string][]int{
		// 404 is what a token without a tenant leads to: the supertenant.
		"guide": {400, 401, 404}, "sunflower": {400, 401, 404}, "trillium": {401, 404},
	} {
		t.Run(release, func(t *testing.T) {
			c := newCaller(t, release)
			good := strings.Split(c.token, ".")
			rapid.Check(t, func(t *rapid.T) {
				part := rapid.OneOf(rapid.SampledFrom(append([]string{"", "e30", "eyJhbGciOiJub25lIn0", "eyJ0ZW5hbnQiOiJkaWt1In0", "====", "_", "!", "null"}, good...)), rapid.StringMatching(`[ -~]{0,30}`))
				token := strings.Join(rapid.SliceOfN(part, 1, 5).Draw(t, "parts"), ".")
				if token == c.token || strings.TrimSpace(token) == "" {
					return
				}
				header := []string{"X-Okapi-Token", "", "Authorization", ""}
				if rapid.Bool().Draw(t, "as bearer") {
					header[3] = "Bearer " + token
				} else {
					header[1] = token
				}
				if rapid.Bool().Draw(t, "without tenant") && release != "trillium" {
					header = append(header, "X-Okapi-Tenant", "")
				}
				w := c.do(http.MethodGet, "/data-export/job-profiles", "", header...)
				if !slices.Contains(want, w.Code) {
					t.Errorf("%q: %d %s", header, w.Code, w.Body)
				}
			})
		})
	}
}

// An upload that ends before its announced length leaves the definition in
// ERROR, and cannot be repeated.
func TestUploadThatBreaksOff(t *testing.T) {
	for release, want := range map[string]int{"guide": 400, "sunflower": 500, "trillium": 500} {
		exchanges := make(chan Exchange, 10)
		s := Start(t, WithRelease(release), WithObserver(func(e Exchange) { exchanges <- e }))
		c := caller{s: s, token: tokenOf(t, s)}
		path := "/data-export/file-definitions/" + member(t, c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"a.csv"}`), "id")
		<-exchanges

		conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST %s/upload HTTP/1.1\r\nHost: x\r\nX-Okapi-Tenant: diku\r\nX-Okapi-Token: %s\r\nAccept: */*\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\n%s", path, c.token, idList(2))
		conn.Close()
		select {
		case e := <-exchanges:
			if e.Status != want || !strings.Contains(e.Effect, "upload interrupted") {
				t.Errorf("%s: %+v, want status %d", release, e, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: the server still waits for the upload", release)
		}

		if status := member(t, c.get(path), "status"); status != "ERROR" {
			t.Errorf("%s: the definition is %s", release, status)
		}
		if w := c.do(http.MethodPost, path+"/upload", idList(2), "Content-Type", "application/octet-stream"); w.Code != want {
			t.Errorf("%s: a later upload: %d %s, want %d", release, w.Code, w.Body, want)
		}
	}
}

// A body may come in chunks, as Okapi itself sends them on.
func TestChunkedUpload(t *testing.T) {
	s := Start(t, WithRelease("sunflower"))
	c := caller{s: s, token: tokenOf(t, s)}
	id := member(t, c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"a.csv"}`), "id")
	status, body := rawRequest(t, s, fmt.Sprintf("POST /data-export/file-definitions/%s/upload HTTP/1.1\r\nHost: x\r\nX-Okapi-Tenant: diku\r\nX-Okapi-Token: %s\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0000\r\n21\r\n0001-0000-4000-8000-000000000000\r\r\n1\r\n\n\r\n0\r\n\r\n", id, c.token))
	if status != http.StatusOK || !strings.Contains(body, `"status":"COMPLETED"`) {
		t.Errorf("%d %s", status, body)
	}
}

// Members that a release does not know are left out of account, also those that
// differ in case only.
func TestUnknownMembers(t *testing.T) {
	for release, want := range map[string]int{"guide": 422, "sunflower": 201, "trillium": 201} {
		c := newCaller(t, release)
		w := c.do(http.MethodPost, "/data-export/file-definitions", `{"filename":5,"fileName":"a.csv","FILENAME":"b.txt"}`)
		if w.Code != want || want == 201 && member(t, w, "fileName") != "a.csv" {
			t.Errorf("%s: %d %s, want %d", release, w.Code, w.Body, want)
		}
	}
}
