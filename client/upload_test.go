package client

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const (
	createCall     = "POST /data-export/file-definitions"
	uploadCall     = "POST /data-export/file-definitions/" + definitionID + "/upload"
	definitionCall = "GET /data-export/file-definitions/" + definitionID
)

func definitionIs(status string) http.HandlerFunc {
	return answer(200, "application/json", `{"id":"`+definitionID+`","fileName":"ids.csv","jobExecutionId":"`+jobID+`","status":"`+status+`"}`)
}

// inTurn answers with one handler after the other, and with the last for ever.
func inTurn(all ...http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		all[min(int(n.Add(1)), len(all))-1](w, r)
	}
}

func TestUploadInDoubtIsSettledByItsDefinition(t *testing.T) {
	tests := map[string]struct {
		definition []http.HandlerFunc
		uploads    int
		err        string
	}{
		"has arrived":        {[]http.HandlerFunc{definitionIs("COMPLETED")}, 1, ""},
		"arrives":            {[]http.HandlerFunc{definitionIs("IN_PROGRESS"), definitionIs("IN_PROGRESS"), definitionIs("COMPLETED")}, 1, ""},
		"has not arrived":    {[]http.HandlerFunc{definitionIs("NEW")}, 2, ""},
		"is broken":          {[]http.HandlerFunc{definitionIs("ERROR")}, 1, `"ERROR": try again with a new one`},
		"may not be seen":    {[]http.HandlerFunc{answer(403, "text/plain", "Access requires permission: data-export.file-definitions.item.get")}, 1, ""},
		"never gets through": {[]http.HandlerFunc{definitionIs("IN_PROGRESS")}, 1, `"IN_PROGRESS": try again with a new one`},
	}
	for name, test := range tests {
		for doubt, ending := range doubtful {
			t.Run(name+" "+doubt, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStub()
					s.answers[uploadCall] = inTurn(ending, s.answers[uploadCall])
					s.answers[definitionCall] = inTurn(test.definition...)
					test := test
					if name == "has not arrived" && (doubt == "500 of Boot" || doubt == "a page") {
						test.uploads, test.err = 1, `"NEW": try again with a new one` // it would be no better
					}
					made, err := s.onWire(t).Upload(t.Context(), definitionID, oneID())
					switch {
					case test.err != "":
						wantError(t, err, KindServer, "upload the ids: ", test.err)
					case name == "may not be seen":
						wantError(t, err, KindServer, "upload the ids: ", "http://okapi.test")
					case err != nil || made.JobExecutionId == nil || *made.JobExecutionId != jobID:
						t.Errorf("%+v, %v", made, err)
					}
					if n := s.count(uploadCall); n != test.uploads {
						t.Errorf("sent %d times, want %d", n, test.uploads)
					}
				})
			})
		}
	}
}

// A definition that knows of no upload gets a second one, and no third.
func TestUploadThatNeverArrivesIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.answers[uploadCall] = doubtful["503"]
		s.answers[definitionCall] = definitionIs("NEW")
		_, err := s.onWire(t).Upload(t.Context(), definitionID, oneID())
		wantError(t, err, KindServer, "upload the ids: ", "answered 503", `"NEW": try again with a new one`)
		if n := s.count(uploadCall); n != maxUploads {
			t.Errorf("sent %d times", n)
		}
	})
}

// What cannot be read twice is not sent twice.
func TestUploadOfAPipeIsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.answers[uploadCall] = inTurn(reset, s.answers[uploadCall])
		s.answers[definitionCall] = definitionIs("NEW")
		_, err := s.onWire(t).Upload(t.Context(), definitionID, io.MultiReader(oneID()))
		wantError(t, err, KindServer, "upload the ids: no answer from http://okapi.test", "connection reset by peer")
		if n := s.count(uploadCall); n != 1 {
			t.Errorf("sent %d times", n)
		}
	})
}

// A module of 4.4 to 4.8 answers while the file is still being taken.
func TestUploadUnderWayIsAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.answers[uploadCall] = definitionIs("IN_PROGRESS")
		start := time.Now()
		s.answers[definitionCall] = func(w http.ResponseWriter, r *http.Request) {
			status := "IN_PROGRESS"
			if time.Since(start) >= 5*time.Second {
				status = "COMPLETED"
			}
			definitionIs(status)(w, r)
		}
		made, err := s.inProcess(t).Upload(t.Context(), definitionID, oneID())
		if err != nil || made.Status != api.FileDefinitionStatusCompleted {
			t.Errorf("%+v, %v", made, err)
		}
		if n := s.count(definitionCall); n != 8 { // at 0, ¼, ½, 1, 2, 3, 4 and 5 s
			t.Errorf("looked %d times", n)
		}
		s.answers[definitionCall] = inTurn(definitionIs("IN_PROGRESS"), definitionIs("ERROR"))
		_, err = s.inProcess(t).Upload(t.Context(), definitionID, oneID())
		wantError(t, err, KindServer, "upload the ids: ", `"ERROR"`)
		s.answers[definitionCall] = answer(403, "text/plain", "Access requires permission: data-export.file-definitions.item.get")
		if made, err = s.inProcess(t).Upload(t.Context(), definitionID, oneID()); err != nil || made.JobExecutionId == nil {
			t.Errorf("who may not look: %+v, %v", made, err)
		}
	})
}

// An export leaves a definition behind whose upload is broken, or in a doubt that it may not settle.
func TestExportTakesANewDefinitionForABrokenUpload(t *testing.T) {
	for name, seen := range map[string]http.HandlerFunc{"broken": definitionIs("ERROR"), "unseen": answer(403, "text/plain", "Access requires permission: x")} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStub()
				s.answers[uploadCall] = inTurn(reset, s.answers[uploadCall])
				s.answers[definitionCall] = seen
				if _, err := s.onWire(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard}); err != nil {
					t.Error(err)
				}
				if d, u, e := s.count(createCall), s.count(uploadCall), s.count(exportCall); d != 2 || u != 2 || e != 1 {
					t.Errorf("%d definitions, %d uploads, %d exports", d, u, e)
				}
			})
		})
	}
}

// A definition whose answer is lost is looked for by the id that was sent; no id is sent twice.
func TestDefinitionInDoubt(t *testing.T) {
	for name, found := range map[string]bool{"made": true, "not made": false} {
		for doubt, ending := range doubtful {
			t.Run(name+" "+doubt, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStub()
					var sent []string
					client := newWire(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						switch {
						case r.Method == http.MethodPost && r.URL.Path == "/data-export/file-definitions":
							var body bytes.Buffer
							io.Copy(&body, r.Body)
							sent = append(sent, body.String())
							if len(sent) == 1 {
								ending(w, r)
								return
							}
						case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/data-export/file-definitions/"):
							if !strings.Contains(sent[len(sent)-1], r.URL.Path[len("/data-export/file-definitions/"):]) {
								t.Errorf("looked for %s, sent %s", r.URL.Path, sent)
							}
							if found {
								definitionIs("NEW")(w, r)
								return
							}
						}
						s.ServeHTTP(w, r)
					}))
					_, err := s.client(t, Config{URL: "http://okapi.test", HTTPClient: client}).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
					want := 1
					if !found {
						if want = 2; doubt == "500 of Boot" || doubt == "a page" {
							wantError(t, err, KindServer, "create the file definition: ")
							return
						}
					}
					if err != nil {
						t.Error(err)
					}
					if len(sent) != want || want == 2 && sent[0] == sent[1] {
						t.Errorf("sent %q", sent)
					}
				})
			})
		}
	}
}

func TestAFreshIDForEachDefinition(t *testing.T) {
	s := newStub()
	var bodies []string
	c := s.client(t, Config{URL: "http://okapi.test", HTTPClient: &http.Client{Transport: direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/data-export/file-definitions" {
			body, _ := io.ReadAll(r.Body)
			bodies = append(bodies, string(body))
		}
		s.ServeHTTP(w, r)
	})}}})
	for range 2 {
		if _, _, err := c.announce(t.Context(), "ids.csv", strings.NewReader(instanceID)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.CreateFileDefinition(t.Context(), "ids.csv"); err != nil {
		t.Fatal(err)
	}
	if len(bodies) != 3 || bodies[0] == bodies[1] || strings.TrimSpace(bodies[2]) != `{"fileName":"ids.csv"}` {
		t.Errorf("sent %q", bodies)
	}
	for _, body := range bodies[:2] {
		var id string
		if _, err := fmt.Sscanf(body, `{"id":"%36s`, &id); err != nil || !isUUID(id) {
			t.Errorf("no id in %s", body)
		}
	}
}
