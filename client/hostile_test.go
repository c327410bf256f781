package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"
)

// apiCalls are the calls whose JSON answers an export reads.
var apiCalls = []string{
	"GET /data-export/job-profiles",
	"POST /data-export/file-definitions",
	"POST /data-export/file-definitions/" + definitionID + "/upload",
	"GET /data-export/job-executions",
	"GET /data-export/job-executions/" + jobID + "/download/" + fileID,
}

func TestAnswerThatCannotBeUsedIsATypedError(t *testing.T) {
	bodies := map[string]http.HandlerFunc{
		"a page":             answer(200, "text/html", "<html><body>Please sign in</body></html>"),
		"no content type":    answer(200, "", `{}`),
		"text":               answer(200, "text/plain", "ok"),
		"empty":              answer(200, "application/json", ""),
		"no JSON":            answer(200, "application/json", "\x00\xff\xfe{"),
		"cut JSON":           answer(200, "application/json", `{"id":"`+definitionID),
		"null":               answer(200, "application/json", `null`),
		"an array":           answer(200, "application/json", `[[[[1]]]]`),
		"an empty object":    answer(200, "application/json", `{}`),
		"wrong types":        answer(200, "application/json", `{"id":7,"jobProfiles":{},"jobExecutions":"x","link":[],"totalRecords":"many"}`),
		"ids that are paths": answer(200, "application/json", `{"id":"../../x","jobProfiles":[{"id":"../..","name":"x"}],"jobExecutions":[{"id":"../.."}],"link":""}`),
		"too deep":           answer(200, "application/json", `{"x":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)+`}`),
		"gigabytes":          endless(`{"id":"`, "x"),
	}
	for _, call := range apiCalls {
		for name, body := range bodies {
			if name == "an empty object" && strings.HasSuffix(call, "/upload") {
				continue // the job is then missed a line later
			}
			t.Run(call+" "+name, func(t *testing.T) {
				s := newStub()
				s.answers[call] = body
				try := func(t *testing.T, c *Client) {
					result, err := c.Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
					if strings.HasSuffix(call, "job-profiles") && (name == "an empty object" || name == "null") {
						wantError(t, err, KindInput, "no job profile at all")
					} else if failure := wantError(t, err, KindServer, "http://"); failure.Op == "" {
						t.Errorf("no operation: %v", err)
					}
					if len(err.Error()) > 700 {
						t.Errorf("an error of %d bytes: %.1000s", len(err.Error()), err)
					}
					if result != nil && result.Outcome != "" {
						t.Errorf("an outcome: %+v", result)
					}
				}
				if name == "gigabytes" { // a recorder would keep them all
					_, err := s.listen(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
					wantError(t, err, KindServer, "with more than 1048576 bytes of JSON")
					return
				}
				synctest.Test(t, func(t *testing.T) { try(t, s.inProcess(t)) })
			})
		}
	}
}

func TestGoodAnswerOfAnotherTypeIsNotTrusted(t *testing.T) {
	s := newStub()
	s.answers["GET /data-export/job-executions"] = answer(200, "text/html", jobList("COMPLETED", 1, 0))
	_, err := s.inProcess(t).Job(t.Context(), jobID)
	wantError(t, err, KindServer, `with content of type "text/html", not JSON`)
	s.answers["GET /data-export/job-executions"] = answer(200, "Application/JSON; charset=UTF-8", jobList("COMPLETED", 1, 0))
	if _, err := s.inProcess(t).Job(t.Context(), jobID); err != nil {
		t.Error(err)
	}
}

// endless is a body of a gigabyte, or as much of it as the client takes.
func endless(begin, unit string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, begin)
		for range 1 << 20 {
			if _, err := io.WriteString(w, strings.Repeat(unit, 1<<10)); err != nil {
				return
			}
		}
	}
}

func TestHangingAnswerIsGivenUp(t *testing.T) {
	for _, call := range append(apiCalls[:3:3], "POST /authn/login-with-expiry") {
		synctest.Test(t, func(t *testing.T) {
			s := newStub()
			s.answers[call] = silence
			start := time.Now()
			_, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
			wantError(t, err, KindServer, "went silent for 1m30s")
			if took := time.Since(start); took > 10*time.Minute {
				t.Errorf("%s: took %v", call, took)
			}
		})
	}
}

func TestAnswerInDripsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newStub().client(t, Config{URL: "http://okapi.test", HTTPClient: &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
			read, write := io.Pipe()
			go func() {
				defer write.Close()
				for r.Context().Err() == nil {
					time.Sleep(time.Second)
					io.WriteString(write, " ")
				}
				write.CloseWithError(r.Context().Err())
			}()
			return &http.Response{StatusCode: 201, Header: http.Header{"Content-Type": {"application/json"}}, Body: read, Request: r}, nil
		})}})
		start := time.Now()
		err := c.Login(t.Context())
		if took := time.Since(start); err == nil || took > 10*time.Minute {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// TestNoSecretIsTold plants a password, a token and a signature, lets every step echo them, and looks for them.
func TestNoSecretIsTold(t *testing.T) {
	const password, token = `p"ss wörd&plus+`, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkaWt1X2FkbWluIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
	const signature = "5167a7u2e0fTheLink"
	echo := `password=` + password + `&json="p\"ss wörd&plus+" %20 p%22ss+w%C3%B6rd%26plus%2B token ` + token + ` X-Amz-Signature=` + signature
	calls := append([]string{"POST /authn/login-with-expiry", "POST /data-export/export"}, apiCalls...)
	for _, call := range calls {
		for _, status := range []int{200, 400, 401, 403, 404, 422, 500, 302} {
			for _, kind := range []string{"text/plain", "application/json", "text/html"} {
				t.Run(fmt.Sprint(call, status, kind), inBubble(func(t *testing.T) {
					s := newStub()
					s.answers["POST /authn/login-with-expiry"] = func(w http.ResponseWriter, r *http.Request) {
						w.Header().Add("Set-Cookie", "folioAccessToken="+token+"; Max-Age=600")
						answer(201, "application/json", `{}`)(w, r)
					}
					s.json("GET /data-export/job-executions/"+jobID+"/download/"+fileID, 200, `{"fileId":"`+fileID+`","link":"http://okapi.test/store/ids-112.mrc?X-Amz-Signature=`+signature+`"}`)
					s.answers[call] = func(w http.ResponseWriter, r *http.Request) {
						w.Header().Set("Location", "http://example.org/?"+token)
						answer(status, kind, echo)(w, r)
					}
					s.onLink = answer(status, kind, echo+" <SignatureProvided>"+signature+"</SignatureProvided>")
					var told bytes.Buffer
					c, err := New(Config{
						URL: "http://okapi.test", Tenant: "diku", Username: "diku_admin", Password: password,
						HTTPClient: &http.Client{Transport: direct{s}},
						OnEvent:    func(e Event) { fmt.Fprintf(&told, "%+v\n", e) },
					})
					if err != nil {
						t.Fatal(err)
					}
					_, err = c.Export(t.Context(), Export{IDs: oneID(), Output: io.Discard, Patience: Patience{Timeout: time.Millisecond}})
					if failure, ok := err.(*Error); ok {
						told.WriteString(failure.Error() + failure.Body)
						for cause := failure.Err; cause != nil; cause = nil {
							told.WriteString(cause.Error())
						}
					}
					_, err = fetchFrom(t, c, "http://okapi.test/store/ids-112.mrc?X-Amz-Signature="+signature, "f.mrc", io.Discard)
					fmt.Fprintf(&told, "%+v", err)
					for _, secret := range []string{password, `p\"ss`, "p%22ss", token, token[:40], signature} {
						if strings.Contains(told.String(), secret) {
							t.Fatalf("%q is told:\n%s", secret, told.String())
						}
					}
				}))
			}
		}
	}
}

// inBubble fakes the time of a test.
func inBubble(test func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, test) }
}

func TestHide(t *testing.T) {
	s := newSecrets("admin", "hunter2hunter2")
	tests := []struct{ text, want string }{
		{"user diku_admin with admin, \"admin\" and ADMIN", "user diku_admin with ***, \"***\" and ADMIN"},
		{"xhunter2hunter2x", "x***x"},
		{"admins administer: admin", "admins administer: ***"},
		{"admin", "***"},
		{"token eyJhbGciOi.eyJzdWI.c2ln; next", "token ***; next"},
		{"jwe eyJhbGciOi..iv.ct.tag", "jwe ***"},
		{"https://b.s3/k?X-Amz-Credential=AKIA/1&X-Amz-Date=2&X-Amz-Signature=abc", "https://b.s3/k?X-Amz-Credential=***&X-Amz-Date=2&X-Amz-Signature=***"},
		{"", ""},
	}
	for _, test := range tests {
		if got := s.hide(test.text); got != test.want {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

// A client that lives for months meets any number of tokens.
func TestSecretsAreForgotten(t *testing.T) {
	s := newSecrets("hunter2hunter2")
	for i := range 100_000 {
		s.learn(fmt.Sprintf("a/secret+%d", i))
	}
	if len(s.learned) > maxLearned {
		t.Errorf("%d are remembered", len(s.learned))
	}
	if got := s.hide("hunter2hunter2 a/secret+99999 a%2Fsecret%2B99999 a/secret+99990"); got != "*** *** *** ***" {
		t.Errorf("hidden as %q", got)
	}
}

// A link of a thousand parameters is one secret, and does not crowd out the others.
func TestLinkDoesNotCrowdOutOtherSecrets(t *testing.T) {
	c := newStub().client(t, Config{URL: "http://okapi.test"})
	c.secrets.learn("the-token-of-today")
	var link strings.Builder
	link.WriteString("http://store.test/f?")
	for i := range 700 {
		fmt.Fprintf(&link, "p%d=parameter-%d&", i, i)
	}
	if link.Len() > maxLink {
		t.Fatal("the link is too long for the test")
	}
	c.learnLink(link.String())
	if got := c.secrets.hide("the-token-of-today"); got != stars {
		t.Error("the token is forgotten")
	}
	_, err := fetchFrom(t, c, "http://store.test/f?"+strings.Repeat("x", maxLink), "f.mrc", io.Discard)
	wantError(t, err, KindServer, "a link that is no http or https URL")
}

// Names that a server gives reach results and events as they are, but not with a secret in them.
func TestNamesTellNoSecret(t *testing.T) {
	const token = "token-of-the-stub"
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.json("GET /data-export/job-profiles", 200, `{"jobProfiles":[{"id":"`+profileID+`","name":"profile `+token+`"}],"totalRecords":1}`)
		s.json("GET /data-export/job-executions", 200, strings.ReplaceAll(strings.ReplaceAll(jobList("COMPLETED", 1, 0), "ids-112", "ids-"+token),
			`"hrId":112`, `"hrId":112,"jobProfileName":"`+token+`","runBy":{"firstName":"`+token+`","lastName":"`+token+`","userId":"`+token+`"}`))
		var told bytes.Buffer
		c := s.client(t, Config{URL: "http://okapi.test", HTTPClient: &http.Client{Transport: direct{s}}, OnEvent: func(e Event) {
			json.NewEncoder(&told).Encode(e)
		}})
		result, err := c.Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		json.NewEncoder(&told).Encode(result)
		if strings.Contains(told.String(), token) || !strings.Contains(told.String(), "ids-***.mrc") {
			t.Errorf("%s", told.String())
		}
	})
}

func FuzzExcerpt(f *testing.F) {
	f.Add([]byte("a\x00b\x1b[31m \xff " + strings.Repeat("é", 200)))
	s := newSecrets("hunter2hunter2")
	f.Fuzz(func(t *testing.T, body []byte) {
		got := s.excerpt(slices.Concat(body, []byte(" hunter2hunter2")))
		if len(got) > excerptSize+len("…") || !utf8.ValidString(got) || strings.Contains(got, "hunter2hunter2") {
			t.Errorf("%d bytes: %q", len(got), got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("not printable: %q", got)
		}
	})
}

func TestInterruptedExportSaysSo(t *testing.T) {
	for _, call := range append([]string{"POST /authn/login-with-expiry", "POST /data-export/export"}, apiCalls...) {
		synctest.Test(t, func(t *testing.T) {
			s := newStub()
			s.answers[call] = silence
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err := s.inProcess(t).Export(ctx, Export{IDs: oneID(), Output: io.Discard})
			if failure := wantError(t, err, KindOther, ": interrupted"); failure.Err != context.DeadlineExceeded {
				t.Errorf("%s: cause %v", call, failure.Err)
			}
		})
	}
}
