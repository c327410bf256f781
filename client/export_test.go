package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
)

func redirect(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, status) }
}

func reset(w http.ResponseWriter, _ *http.Request) { hangUp(w, true) }

func TestOutcomes(t *testing.T) {
	tests := map[string]struct {
		status           string
		exported, failed int
		want             Outcome
		kind             Kind
	}{
		"good in 2020":           {"SUCCESS", 1, 0, Success, 0},
		"good":                   {"COMPLETED", 1, 0, Success, 0},
		"some failed in 2020":    {"SUCCESS", 1, 2, Partial, 0},
		"some failed":            {"COMPLETED_WITH_ERRORS", 1, 2, Partial, 0},
		"a remark, none failed":  {"COMPLETED_WITH_ERRORS", 1, 0, Partial, 0},
		"counters of old: below": {"SUCCESS", 1, -3, Success, 0},
		"fail":                   {"FAIL", 0, 1, Fail, KindFailed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStub()
				s.job(test.status, test.exported, test.failed)
				var out bytes.Buffer
				result, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: &out})
				if test.kind != 0 {
					wantError(t, err, test.kind)
				} else if err != nil {
					t.Fatal(err)
				}
				if result.Outcome != test.want || result.HRID != "112" || string(result.Status) != test.status ||
					result.Progress.Exported != int64(test.exported) || result.Progress.Failed != int64(test.failed) {
					t.Errorf("%+v", result)
				}
				downloads := s.count("GET /store/ids-112.mrc")
				if test.kind == 0 && (downloads != 1 || out.String() != record || len(result.Files) != 1) {
					t.Errorf("%d downloads, %q, %+v", downloads, out.String(), result.Files)
				}
				if test.kind != 0 && (downloads != 0 || result.Files == nil || len(result.Files) != 0) {
					t.Errorf("%d downloads, files %+v", downloads, result.Files)
				}
			})
		})
	}
}

func TestTimeoutIsAnOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.job("IN_PROGRESS", 3, 0)
		result, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
		wantError(t, err, KindTimeout, jobID, "10m0s", "IN_PROGRESS")
		if result.Outcome != Timeout || result.Progress.Exported != 3 {
			t.Errorf("%+v", result)
		}
	})
}

func TestFileIDOfTheEndCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		provisional := strings.ReplaceAll(jobList("IN_PROGRESS", 0, 1), fileID, definitionID)
		n := 0
		s.answers["GET /data-export/job-executions"] = func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				answer(200, "application/json", provisional)(w, r)
				return
			}
			answer(200, "application/json", jobList("COMPLETED", 1, 0))(w, r)
		}
		result, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
		if err != nil || result.Files[0].FileID != fileID {
			t.Errorf("%+v, %v", result, err)
		}
	})
}

func TestJobWithoutAFileIsAnError(t *testing.T) {
	for _, files := range map[string]string{"absent": "", "empty": `"exportedFiles":[],`, "no id": `"exportedFiles":[{"fileName":"x.mrc"}],`} {
		synctest.Test(t, func(t *testing.T) {
			s := newStub()
			s.json("GET /data-export/job-executions", 200, `{"jobExecutions":[{"id":"`+jobID+`",`+files+`"status":"COMPLETED"}],"totalRecords":1}`)
			_, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
			wantError(t, err, KindServer, "ended in COMPLETED and lists no file")
		})
	}
}

func TestJobIsTakenFromTheDefinitionIfTheUploadNamesNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		const metadata = `"metadata":{"createdDate":"2026-01-20T13:17:02.263+00:00"}`
		s.json("POST /data-export/file-definitions/"+definitionID+"/upload", 200, `{"id":"`+definitionID+`","fileName":"ids.csv","status":"COMPLETED",`+metadata+`}`)
		_, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
		wantError(t, err, KindServer, "named no job")
		s.json("POST /data-export/file-definitions", 201, `{"id":"`+definitionID+`","fileName":"ids.csv","jobExecutionId":"`+jobID+`","status":"NEW",`+metadata+`}`)
		if _, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard}); err != nil {
			t.Error(err)
		}
	})
}

func TestBadInputIsFoundBeforeAnythingIsSent(t *testing.T) {
	file, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tests := map[string]struct {
		export Export
		parts  []string
	}{
		"no ids":       {Export{Output: io.Discard}, []string{"needs ids and an output"}},
		"no output":    {Export{IDs: oneID()}, []string{"needs ids and an output"}},
		"empty":        {Export{IDs: strings.NewReader(""), Output: io.Discard}, []string{"read the ids: the list is empty"}},
		"empty pipe":   {Export{IDs: io.MultiReader(), Output: io.Discard}, []string{"read the ids: the list is empty"}},
		"no UUID":      {Export{IDs: strings.NewReader("instance_id\nfoo\n"), Output: io.Discard}, []string{"no UUID in any line", `"instance_id"`}},
		"a folder":     {Export{IDs: file, Output: io.Discard}, []string{"read the ids: ", "cannot be read", "is a directory"}},
		"broken pipe":  {Export{IDs: io.MultiReader(oneID(), brokenReader{}), Output: io.Discard}, []string{"cannot be read (the disk is gone)"}},
		"bad name":     {Export{IDs: oneID(), FileName: "ids.txt", Output: io.Discard}, []string{`"ids.txt" does not end in .csv`}},
		"bad timeout":  {Export{IDs: oneID(), Output: io.Discard, Patience: Patience{Timeout: -1}}, []string{"negative"}},
		"bad interval": {Export{IDs: oneID(), Output: io.Discard, Patience: Patience{PollInterval: -1}}, []string{"negative"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStub()
			result, err := s.inProcess(t).Export(t.Context(), test.export)
			wantError(t, err, KindInput, test.parts...)
			if result != nil || len(s.seen()) != 0 {
				t.Errorf("result %+v, sent %v", result, s.seen())
			}
		})
	}
}

// TestListIsTheCallersAgainAfterTheUpload answers before the list is read, and reads on as a transport may.
func TestListIsTheCallersAgainAfterTheUpload(t *testing.T) {
	answered, read := make(chan struct{}), make(chan error)
	c := newStub().client(t, Config{URL: "http://okapi.test", HTTPClient: &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
		go func() {
			<-answered
			_, err := io.ReadAll(r.Body)
			read <- err
		}()
		w := httptest.NewRecorder()
		answer(413, "text/html", "<h1>413 Request Entity Too Large</h1>")(w, r)
		return w.Result(), nil
	})}})
	c.session.username, c.session.current.token = "", "t"
	list := strings.NewReader(instanceID)
	_, err := c.Upload(t.Context(), definitionID, list)
	wantError(t, err, KindServer, "upload the ids: ", "413 Request Entity Too Large", "split the list")
	close(answered)
	if err := <-read; err == nil || list.Len() != len(instanceID) {
		t.Errorf("%v, %d bytes left", err, list.Len())
	}
}

func TestListThatCannotBeReadToItsEnd(t *testing.T) {
	_, err := newStub().listen(t).Upload(t.Context(), definitionID, io.MultiReader(oneID(), brokenReader{}))
	wantError(t, err, KindInput, "read the ids: the list cannot be read (the disk is gone)")
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestUpload(t *testing.T) {
	list := strings.Repeat(instanceID+"\r\n", 3)
	path := t.TempDir() + "/ids.csv"
	if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tests := map[string]struct {
		csv    io.Reader
		length int64
	}{
		"file":   {file, int64(len(list))},
		"string": {strings.NewReader(list), int64(len(list))},
		"pipe":   {io.MultiReader(strings.NewReader(list)), -1},
		"empty":  {strings.NewReader(""), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStub()
			var body []byte
			var request *http.Request
			good := s.answers["POST /data-export/file-definitions/"+definitionID+"/upload"]
			handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/upload") {
					s.ServeHTTP(w, r)
					return
				}
				request = r
				body, _ = io.ReadAll(r.Body)
				good(w, r)
			})
			c := s.client(t, Config{URL: serve(t, handler)})
			made, err := c.Upload(context.WithoutCancel(t.Context()), definitionID, test.csv)
			if err != nil || made.JobExecutionId == nil || *made.JobExecutionId != jobID {
				t.Fatalf("%+v, %v", made, err)
			}
			if request.ContentLength != test.length || request.Header.Get("Content-Type") != "application/octet-stream" {
				t.Errorf("length %d, %v", request.ContentLength, request.Header)
			}
			if want := list; name != "empty" && string(body) != want {
				t.Errorf("uploaded %q", body)
			}
		})
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Errorf("the caller's file was closed: %v", err)
	}
}
