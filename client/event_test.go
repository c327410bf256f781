package client

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// While a server is in trouble people are told what happened and what comes next.
func TestTroubleIsTold(t *testing.T) {
	const upload = "POST /data-export/file-definitions/" + definitionID + "/upload"
	down := answer(502, "text/html", "<h1>502 Bad Gateway</h1>")
	busy := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "40")
		answer(503, "text/html", "")(w, r)
	}
	tests := map[string]struct {
		call    string
		answers []http.HandlerFunc // before the good one
		step    Step
		want    []string // with the pauses that chance draws taken out
	}{
		"login": {loginCall, []http.HandlerFunc{down, down}, StepLogin, []string{
			"log in: http://okapi.test answered 502 (502 Bad Gateway); again in PAUSE", "log in: http://okapi.test answered 502 (502 Bad Gateway); again in PAUSE",
		}},
		"told when":  {"GET /data-export/job-profiles", []http.HandlerFunc{busy}, StepProfile, []string{"choose the job profile: http://okapi.test answered 503; again in 40s"}},
		"silent":     {"GET /data-export/job-executions", []http.HandlerFunc{silence}, StepJob, []string{"look at the job: http://okapi.test went silent for 1m30s; again in PAUSE"}},
		"definition": {"POST /data-export/file-definitions", []http.HandlerFunc{down}, StepDefinition, []string{"create the file definition: http://okapi.test answered 502 (502 Bad Gateway); again in PAUSE"}},
		"upload": {upload, []http.HandlerFunc{down}, StepUpload, []string{
			"upload the ids: http://okapi.test answered 502 (502 Bad Gateway); the file definition will tell whether they have arrived",
			"upload the ids: http://okapi.test answered 502 (502 Bad Gateway); once more with a new file definition",
		}},
		"export":    {"POST /data-export/export", []http.HandlerFunc{down}, StepExport, []string{"start the export: http://okapi.test answered 502 (502 Bad Gateway); its job will tell whether it was started"}},
		"old link":  {"link", []http.HandlerFunc{expired}, StepDownload, []string{"download the file: okapi.test answered 403 (AccessDenied Request has expired); a new link is asked for"}},
		"not there": {"link", []http.HandlerFunc{noSuchKey}, StepDownload, []string{"download the file: okapi.test answered 404 (NoSuchKey); again in a moment"}},
		"nothing":   {"", nil, 0, nil},
	}
	for name, test := range tests {
		t.Run(name, inBubble(func(t *testing.T) {
			s := newStub()
			if test.call == "link" {
				s.onLink = inTurn(append(test.answers, s.onLink)...)
			} else if test.call != "" {
				s.answers[test.call] = inTurn(append(test.answers, s.answers[test.call])...)
			}
			var told []string
			c := s.client(t, Config{URL: "http://okapi.test", HTTPClient: newWire(t, s), OnEvent: func(e Event) {
				if e.Trouble == nil {
					return
				}
				if e.Step != test.step || e.Trouble.Kind == KindOther || e.Job != nil || e.Method != "" {
					t.Errorf("%+v", e)
				}
				told = append(told, e.Message)
			}})
			_, err := c.Export(t.Context(), Export{IDs: oneID(), Output: &bytes.Buffer{}})
			if err != nil {
				t.Error(err)
			}
			for i, message := range told {
				if _, pause, ok := strings.Cut(message, "; again "); ok && (pause == "in a moment" || pause == "in 1s") && name != "not there" {
					told[i] = strings.TrimSuffix(message, pause) + "in PAUSE"
				}
			}
			if !slices.Equal(told, test.want) {
				t.Errorf("told %q, want %q", told, test.want)
			}
		}))
	}
}

func TestShortly(t *testing.T) {
	for pause, want := range map[time.Duration]string{0: "in a moment", 999 * time.Millisecond: "in a moment", 4300 * time.Millisecond: "in 4s", 95 * time.Second: "in 1m35s"} {
		if got := shortly(pause); got != want {
			t.Errorf("%v: %s, want %s", pause, got, want)
		}
	}
}

// What is told of trouble tells no secret, and is short whatever the server says.
func TestTroubleIsToldInAFewWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		const call = "GET /data-export/job-profiles"
		s.answers[call] = inTurn(answer(502, "text/plain", "token-of-the-stub "+strings.Repeat("wordy ", 1000)), s.answers[call])
		told := ""
		c := s.client(t, Config{URL: "http://okapi.test", HTTPClient: &http.Client{Transport: direct{s}}, OnEvent: func(e Event) {
			if e.Trouble != nil {
				told = e.Message
			}
		}})
		if _, err := c.JobProfiles(t.Context()); err != nil {
			t.Error(err)
		}
		if len(told) > 2*excerptSize || strings.Contains(told, "token-of-the-stub") || !strings.Contains(told, "…; again in") {
			t.Errorf("%d bytes: %s", len(told), told)
		}
	})
}
