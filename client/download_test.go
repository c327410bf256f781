package client

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

func mrc(n int) string { return strings.Repeat(record, n) }

func fetchFrom(t *testing.T, c *Client, link, name string, out io.Writer) (File, error) {
	t.Helper()
	return c.Download(t.Context(), link, api.ExportedFile{FileId: fileID, FileName: name}, out)
}

func TestDownload(t *testing.T) {
	want := mrc(20_000) // more than one event
	tests := map[string]struct {
		name    string
		body    string
		records int
	}{
		"marc":               {"ids-1.mrc", want, 20_000},
		"marc by default":    {"ids-1", want, 20_000},
		"linked data":        {"ids-1.json", "{}\n{}\n{}", 3},
		"empty":              {"ids-1.mrc", "", 0},
		"zip without a file": {"ids-1.zip", "PK whatever", -1},
	}
	for name, test := range tests {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s chunked=%v", name, chunked), func(t *testing.T) {
				url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if got := r.Header.Get("Accept-Encoding"); got != "identity" {
						t.Errorf("Accept-Encoding %q", got)
					}
					if !chunked {
						w.Header().Set("Content-Length", fmt.Sprint(len(test.body)))
					}
					io.WriteString(w, test.body)
					w.(http.Flusher).Flush()
				}))
				var events []Event
				c := newStub().client(t, Config{URL: "http://okapi.test", OnEvent: func(e Event) { events = append(events, e) }})
				var out bytes.Buffer
				got, err := fetchFrom(t, c, url+"/f?X-Amz-Signature=x", test.name, &out)
				if err != nil {
					t.Fatal(err)
				}
				sum := sha256.Sum256([]byte(test.body))
				if want := (File{FileID: fileID, FileName: test.name, Bytes: int64(len(test.body)), Records: test.records, SHA256: hex.EncodeToString(sum[:])}); !reflect.DeepEqual(got, want) {
					t.Errorf("got  %+v\nwant %+v", got, want)
				}
				if out.String() != test.body {
					t.Error("the output differs")
				}
				last := events[len(events)-1]
				if last.Bytes != got.Bytes || last.Path != "" || last.Status != 200 || chunked != (last.Size < 0) {
					t.Errorf("last event %+v", last)
				}
			})
		}
	}
}

func TestBrokenDownload(t *testing.T) {
	tests := map[string]struct {
		answer http.HandlerFunc
		parts  []string
	}{
		"ends in a record":         {answer(200, "application/octet-stream", mrc(2)[:40]), []string{"a broken file: MARC record 2", "ends after 14"}},
		"a page":                   {answer(200, "text/html", "<html>sign in, whoever you are</html>"), []string{"a broken file: MARC record 1", "<html"}},
		"partial content":          {answer(206, "application/octet-stream", mrc(1)), []string{"only a part"}},
		"no content":               {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, []string{"only a part"}},
		"expired":                  {expired, []string{"answered 403 (AccessDenied Request has expired)", "get a new one"}},
		"session expired":          {answer(400, "application/xml", `<Error><Code>ExpiredToken</Code></Error>`), []string{"answered 400 (ExpiredToken)", "get a new one"}},
		"gone":                     {noSuchKey, []string{"answered 404 (NoSuchKey)", "get a new one"}},
		"401":                      {answer(401, "text/plain", "who are you"), []string{"answered 401", "get a new one"}},
		"redirect in rings":        {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, []string{"too many redirects"}},
		"redirect to file":         {redirect(302, "file:///etc/passwd"), []string{"a redirect to file, which is not followed"}},
		"redirect with credential": {redirect(302, "http://u:p@example.org/"), []string{"a redirect with a credential"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			n := 0
			url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				n++
				test.answer(w, r)
			}))
			c := newStub().client(t, Config{URL: "http://okapi.test"})
			c.reached.Store(true) // so that a connection in trouble would be tried again
			_, err := fetchFrom(t, c, url+"/f?X-Amz-Signature=s3cr3t-signature", "f.mrc", io.Discard)
			wantError(t, err, KindServer, append(test.parts, "download the file: ")...)
			if strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("the signature is told: %v", err)
			}
			if most := map[bool]int{true: 1 + maxRedirects, false: 1}[name == "redirect in rings"]; n > most {
				t.Errorf("%d requests, at most %d are due", n, most)
			}
		})
	}
}

// What a store says of a link that was good, and of one that leads to nothing yet.
var (
	expired   = answer(403, "application/xml", `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>`)
	noSuchKey = answer(404, "application/xml", `<Error><Code>NoSuchKey</Code></Error>`)
)

func TestDownloadThatStandsStillIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		client := newWire(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if requests++; requests == 1 {
				for range 10 {
					time.Sleep(80 * time.Second) // slow is not silent
					io.WriteString(w, mrc(slowest/len(record)+1))
					w.(http.Flusher).Flush()
				}
			}
			silence(w, r)
		}))
		start := time.Now()
		_, err := fetchFrom(t, newStub().client(t, Config{URL: "http://okapi.test", HTTPClient: client}), "http://store.test/f", "f.mrc", io.Discard)
		wantError(t, err, KindServer, "download the file: store.test went silent for 1m30s")
		if took := time.Since(start); took < 800*time.Second+DefaultCallTimeout || took > 800*time.Second+2*DefaultCallTimeout+DefaultStepTimeout {
			t.Errorf("given up after %v", took)
		}
	})
}

// A byte a second is no download.
func TestDownloadThatDripsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newWire(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			from := 0
			w.Header().Set("Etag", `"a"`)
			w.Header().Set("Content-Length", fmt.Sprint(1<<30))
			if n, _ := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from); n == 1 { // it goes on, too, and drips on
				w.Header().Set("Content-Length", fmt.Sprint(1<<30-from))
				w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, 1<<30-1, 1<<30))
				w.WriteHeader(http.StatusPartialContent)
			}
			for i := from; r.Context().Err() == nil; i++ {
				time.Sleep(time.Second)
				io.WriteString(w, record[i%len(record):][:1])
				w.(http.Flusher).Flush()
			}
		}))
		start := time.Now()
		_, err := fetchFrom(t, newStub().client(t, Config{URL: "http://okapi.test", HTTPClient: client}), "http://store.test/f", "f.mrc", io.Discard)
		wantError(t, err, KindServer, "download the file: store.test ")
		if took := time.Since(start); took > DefaultStepTimeout+2*DefaultCallTimeout {
			t.Errorf("given up after %v", took)
		}
	})
}

// slowly takes its time over every Write.
type slowly struct{ bytes.Buffer }

func (s *slowly) Write(p []byte) (int, error) {
	time.Sleep(200 * time.Second)
	return s.Buffer.Write(p)
}

func TestSlowOutputIsNoSilentServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		read, write := io.Pipe()
		c := newStub().client(t, Config{URL: "http://okapi.test", HTTPClient: &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
			context.AfterFunc(r.Context(), func() { write.CloseWithError(r.Context().Err()) }) // as net/http does
			return &http.Response{StatusCode: 200, Body: read, ContentLength: -1, Request: r}, nil
		})}})
		go func() {
			io.WriteString(write, mrc(copySize/len(record)+1)) // more than one Write
			write.Close()
		}()
		var out slowly
		if _, err := fetchFrom(t, c, "http://store.test/f", "f.mrc", &out); err != nil {
			t.Error(err)
		}
	})
}

func TestDownloadEndsAtItsFirstBrokenRecord(t *testing.T) {
	url := serve(t, endless(record+"<html>", "no MARC, but plenty"))
	var taken counter
	_, err := fetchFrom(t, newStub().client(t, Config{URL: "http://okapi.test"}), url, "f.mrc", &taken)
	wantError(t, err, KindServer, "a broken file: MARC record 2, byte 26")
	if taken > copySize {
		t.Errorf("%d bytes taken", taken)
	}
}

// What is broken stays so, although the download breaks off before it is found out; nothing is asked again.
func TestBrokenRecordBeforeTheDownloadBreaksOff(t *testing.T) {
	asked := 0
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked > 1 {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Length", "1000000")
		w.Header().Set("Etag", `"whole"`)
		io.WriteString(w, record+"<html>this is no MARC record")
	}))
	_, err := fetchFrom(t, newStub().client(t, Config{URL: "http://okapi.test"}), url, "f.mrc", io.Discard)
	wantError(t, err, KindServer, "a broken file: MARC record 2")
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRedirectOfALinkTellsNothing(t *testing.T) {
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Referer() != "" || r.Header.Get("X-Okapi-Token") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("told: %v", r.Header)
		}
		io.WriteString(w, record)
	}))
	from := serve(t, redirect(307, target+"/other"))
	if _, err := fetchFrom(t, newStub().client(t, Config{URL: "http://okapi.test"}), from+"/f?X-Amz-Signature=x", "f.mrc", io.Discard); err != nil {
		t.Error(err)
	}
	secure := httptest.NewTLSServer(redirect(307, target+"/other"))
	defer secure.Close()
	_, err := fetchFrom(t, newStub().client(t, Config{URL: "http://okapi.test", HTTPClient: secure.Client()}), secure.URL, "f.mrc", io.Discard)
	wantError(t, err, KindServer, "a redirect to http")
}

func TestLinkOfAnotherKindIsRefused(t *testing.T) {
	for _, link := range []string{"", "file:///etc/passwd", "ftp://host/f", "//host/f", "/f", "http:///f", "http://u:p@host/f", "http://h\x00/"} {
		_, err := fetchFrom(t, newStub().inProcess(t), link, "f.mrc", io.Discard)
		wantError(t, err, KindServer, "download the file: the server gave a link that is no http or https URL")
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestOutputThatCannotBeWritten(t *testing.T) {
	_, err := fetchFrom(t, newStub().inProcess(t), "http://okapi.test/store/ids-112.mrc", "f.mrc", fullDisk{})
	wantError(t, err, KindOther, "download the file: the output cannot be written (no space left on device)")
}

func TestRecordsHaveToBeAsManyAsTheJobSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.job("COMPLETED", 2, 0)
		_, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
		failure := wantError(t, err, KindServer, `download the file: "ids-112.mrc" has 1 record, but job `+jobID+" says 2")
		if failure.JobExecutionID != jobID {
			t.Error("the job is lost")
		}
	})
}

func zipped(t *testing.T, members ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(members); i += 2 {
		member, err := w.Create(members[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(member, members[i+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestZIPIsStoredAndCounted(t *testing.T) {
	good := zipped(t, "ids-1-1.mrc", mrc(3), "ids-1-2.mrc", mrc(4), "ids-1-3.json", "{}\n")
	tests := map[string]struct {
		body    string
		records int
		err     string
	}{
		"good":          {good, 8, ""},
		"none":          {zipped(t), 0, ""},
		"cut":           {good[:len(good)-30], 0, "a broken ZIP: zip: not a valid zip file"},
		"wrong bytes":   {strings.Replace(good, "ids-1-1", "ids-9-1", 1), 8, ""}, // a local name, which readers ignore
		"broken member": {zipped(t, "ids-1-1.mrc", "no marc, but long enough for a leader"), 0, "a broken ZIP: ids-1-1.mrc: MARC record 1"},
		"open member":   {zipped(t, "ids-1-1.mrc", mrc(2)[:40]), 0, "a broken ZIP: ids-1-1.mrc: MARC record 2"},
		"bomb":          {zipped(t, "ids-1-1.json", strings.Repeat("\n", 10_000_000)), 0, "a broken ZIP: ids-1-1.json: it unpacks to more than any list of records"},
		"nested":        {zipped(t, "ids-1-1.zip", good), 0, "a ZIP inside a ZIP"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out, err := os.Create(t.TempDir() + "/out")
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			s := newStub()
			s.onLink = answer(200, "application/octet-stream", test.body)
			got, err := fetchFrom(t, s.inProcess(t), "http://okapi.test/store/ids-112.mrc", "ids-1.zip", out)
			if test.err != "" {
				wantError(t, err, KindServer, test.err)
				return
			}
			if err != nil || got.Records != test.records {
				t.Errorf("%d records, %v", got.Records, err)
			}
			if stored, _ := os.ReadFile(out.Name()); string(stored) != test.body {
				t.Error("not stored as it is")
			}
		})
	}
}
