package client

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// outage makes a server useless from the first request of a step on, for a while and for every step, as a restart does.
type outage struct {
	step  string
	lasts time.Duration
	fault fault
	began atomic.Pointer[time.Time]
}

func (o *outage) spoil(step string, n int) (fault, bool) {
	if step == o.step && o.began.Load() == nil {
		o.began.Store(new(time.Now()))
	}
	began := o.began.Load()
	return o.fault, began != nil && time.Since(*began) < o.lasts
}

// outages are what a server is like that is being restarted.
func outages() []fault {
	return []fault{
		{name: "502", do: func(w http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) {
			answer(502, "text/html", "<h1>502 Bad Gateway</h1>")(w, r)
		}},
		{name: "silent", do: func(w http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) { silence(w, r) }},
		{name: "closed", do: func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) { hangUp(w, false) }},
	}
}

// Once there is a job, ten minutes without one good answer cost a night nothing but time, although no token and no link
// outlives them.
func TestJobOutlastsAnOutage(t *testing.T) {
	for _, release := range mockserver.Releases() {
		for _, step := range []string{"job", "link", "file"} {
			for _, f := range outages() {
				t.Run(release+"/"+step+"/"+f.name, inBubble(func(t *testing.T) {
					out := &outage{step: step, lasts: 11 * time.Minute, fault: f}
					p := newProving(t, release)
					if err := p.run(t, ordeal{name: f.name, user: "diku_admin", ids: 7, spoil: out.spoil, limit: time.Hour, patience: time.Hour}); err != nil {
						t.Error(err)
					}
				}))
			}
		}
	}
}

// An outage that does not end is an error of the step, after a quarter of an hour and not before.
func TestOutageThatDoesNotEnd(t *testing.T) {
	for step, op := range map[string]string{"job": opJob, "link": opLink, "file": opDownload} {
		for _, f := range outages() {
			t.Run(step+"/"+f.name, inBubble(func(t *testing.T) {
				out := &outage{step: step, lasts: 24 * time.Hour, fault: f}
				err := newProving(t, "sunflower").run(t, ordeal{name: f.name, user: "diku_admin", ids: 7, spoil: out.spoil, limit: 2 * time.Hour, patience: time.Hour})
				failure, ok := errors.AsType[*Error](err)
				if !ok || failure.Kind != KindServer || failure.Op != op && failure.Op != opLogin || failure.JobExecutionID == "" {
					t.Errorf("%#v", err)
				}
				if lasted := time.Since(*out.began.Load()); lasted < DefaultOutageTimeout-2*longestPause || lasted > DefaultOutageTimeout+2*DefaultCallTimeout {
					t.Errorf("given up after %v: %v", lasted, err)
				}
			}))
		}
	}
}

// A deadline of the job that comes earlier ends the wait, and the error says what is known.
func TestDeadlineComesBeforeTheEndOfAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.answers["GET /data-export/job-executions"] = inTurn(answer(200, "application/json", jobList("IN_PROGRESS", 3, 4)), answer(502, "text/html", ""))
		_, err := s.inProcess(t).Wait(t.Context(), jobID, Patience{Timeout: 5 * time.Minute})
		wantError(t, err, KindTimeout, "has not ended within 5m0s, it was IN_PROGRESS, 3 of 7, 4 failed 5m2s ago, and there is no answer since; ")
	})
}

// Before there is a job nothing is lost, and a step has its three minutes.
func TestNothingIsAwaitedBeforeThereIsAJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &outage{step: "profile", lasts: time.Hour, fault: outages()[0]}
		c := newStub().client(t, Config{URL: "http://okapi.test", HTTPClient: newWire(t, &saboteur{server: newStub(), spoil: out.spoil})})
		_, err := c.Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
		wantError(t, err, KindServer, "choose the job profile: ", "answered 502")
		if lasted := time.Since(*out.began.Load()); lasted > DefaultStepTimeout {
			t.Errorf("given up after %v", lasted)
		}
	})
}

// A password that was never taken is not tried any more often because there is a job.
func TestOutageIsNoReasonForAFourthLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.answers[loginCall] = answer(504, "text/html", "")
		_, err := s.inProcess(t).Wait(t.Context(), jobID, Patience{Timeout: time.Hour})
		wantError(t, err, KindServer, "log in: ", "answered 504")
		if n := s.count(loginCall); n != 3 {
			t.Errorf("%d logins", n)
		}
	})
}
