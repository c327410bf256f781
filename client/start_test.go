package client

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const exportCall = "POST /data-export/export"

// What a job looks like before and after its export, in the release of the guide and since mod-data-export 5.
const (
	newOfGuide = `{"id":"` + jobID + `","hrId":"112","exportedFiles":[],"jobProfileName":"","status":"NEW"}`
	newOfFive  = `{"id":"` + jobID + `","lastUpdatedDate":"2026-04-17T09:12:33.120Z","status":"NEW"}`
	justBegun  = `{"id":"` + jobID + `","hrId":"112","exportedFiles":[],"jobProfileId":"` + profileID + `","jobProfileName":"Default job profile","status":"NEW"}`
)

func listOf(job string) string { return `{"jobExecutions":[` + job + `],"totalRecords":1}` }

// doubtful are the answers to step 4 that leave open whether the job was started.
var doubtful = map[string]http.HandlerFunc{
	"408":          answer(408, "application/json", `{"errors":[{"type":"NoStackTraceTimeoutException","code":"read_timeout_error","message":"Request Timeout"}],"total_records":1}`),
	"500 of Okapi": answer(500, "text/plain", "proxyClient failure: mod-data-export-5.3.0 http://10.0.0.1:8081: Connection was closed: POST /data-export/export"),
	"500 of Boot":  answer(500, "application/json", `{"timestamp":"2026-04-17T09:12:33.123Z","status":500,"error":"Internal Server Error","path":"/data-export/export"}`),
	"502":          answer(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>"),
	"503":          answer(503, "application/json", `{"message":"The upstream server is currently unavailable"}`),
	"504":          answer(504, "application/json", `{"message":"The upstream server is timing out"}`),
	"a page":       answer(200, "text/html", "<html>Please sign in</html>"),
	"reset":        reset,
	"closed":       func(w http.ResponseWriter, _ *http.Request) { hangUp(w, false) },
	"silence":      silence,
}

// lost makes step 4 end in doubt; later is what the job then looks like, for an answer given before and one after the
// request.
func (s *stub) lost(ending http.HandlerFunc, before, after string) {
	var sent atomic.Bool
	s.answers[exportCall] = func(w http.ResponseWriter, r *http.Request) {
		sent.Store(true)
		ending(w, r)
	}
	s.answers["GET /data-export/job-executions"] = func(w http.ResponseWriter, r *http.Request) {
		if sent.Load() {
			answer(200, "application/json", listOf(after))(w, r)
			return
		}
		answer(200, "application/json", listOf(before))(w, r)
	}
}

func TestExportInDoubtIsSettledByItsJob(t *testing.T) {
	for name, ending := range doubtful {
		for _, after := range []string{justBegun, strings.TrimSuffix(strings.TrimPrefix(jobList("COMPLETED", 1, 0), `{"jobExecutions":[`), `],"totalRecords":1}`)} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStub()
					s.lost(ending, newOfGuide, after)
					if err := s.onWire(t).startExport(t.Context(), definitionID, profileID, jobID); err != nil {
						t.Error(err)
					}
					if n := s.count(exportCall); n != 1 {
						t.Errorf("sent %d times", n)
					}
				})
			})
		}
	}
}

func TestExportThatItsJobKnowsNothingOfIsAnError(t *testing.T) {
	for name, ending := range doubtful {
		for _, after := range []string{newOfGuide, newOfFive} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStub()
					s.lost(ending, after, after)
					start := time.Now()
					result, err := s.onWire(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
					failure := wantError(t, err, KindServer, "start the export: ", "job "+jobID+" is still NEW", "look again before you start another")
					if failure.JobExecutionID != jobID || failure.JobStatus != "NEW" || result == nil || result.JobExecutionID != jobID || result.Outcome != "" {
						t.Errorf("the job is lost: %+v, %+v", failure, result)
					}
					if n := s.count(exportCall); n != 1 {
						t.Errorf("sent %d times", n)
					}
					if took := time.Since(start); took > DefaultCallTimeout+time.Minute {
						t.Errorf("took %v", took)
					}
				})
			})
		}
	}
}

// A job that shows its export only after a while, as when a gateway gave up before its module did.
func TestExportInDoubtIsGivenTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		start := time.Now()
		s.answers[exportCall] = doubtful["504"]
		s.answers["GET /data-export/job-executions"] = func(w http.ResponseWriter, r *http.Request) {
			job := newOfFive
			if time.Since(start) > 20*time.Second {
				job = justBegun
			}
			answer(200, "application/json", listOf(job))(w, r)
		}
		if err := s.onWire(t).startExport(t.Context(), definitionID, profileID, jobID); err != nil {
			t.Error(err)
		}
	})
}

func TestExportThatIsRefusedIsNotRepeated(t *testing.T) {
	refusals := map[string]struct {
		answer http.HandlerFunc
		kind   Kind
	}{
		"403": {answer(403, "text/plain", "Access requires permission: data-export.export.post"), KindAccess},
		"400": {answer(400, "text/plain", "JobProfile not found with id x"), KindServer},
		"307": {redirect(307, "/data-export/export"), KindServer},
		"308": {redirect(308, "/data-export/export"), KindServer},
	}
	for name, refusal := range refusals {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStub()
				s.lost(refusal.answer, newOfFive, newOfFive)
				_, err := s.onWire(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard})
				wantError(t, err, refusal.kind, "start the export: http://okapi.test answered "+name)
				if n := s.count(exportCall); n != 1 {
					t.Errorf("sent %d times", n)
				}
				if n := s.count("GET /data-export/job-executions"); n != 0 {
					t.Errorf("a clear answer is doubted: %d looks", n)
				}
			})
		})
	}
}

// A gateway turns a stale token away before any module sees the request. It is sent once more if the job agrees.
func TestExportWithARefusedToken(t *testing.T) {
	for name, test := range map[string]struct {
		job  string
		want int
	}{
		"not started": {newOfFive, 2},
		"started":     {justBegun, 1}, // whatever this server does, it is no gateway of FOLIO
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStub()
				guarded(s, exportCall, answer(401, "text/plain", "Invalid token"))
				s.json("GET /data-export/job-executions", 200, listOf(test.job))
				err := s.inProcess(t).startExport(t.Context(), definitionID, profileID, jobID)
				if test.want == 2 && err != nil {
					t.Error(err)
				} else if test.want == 1 {
					wantError(t, err, KindAccess, "start the export: ", "401 (Invalid token)")
				}
				if n := s.count(exportCall); n != test.want {
					t.Errorf("sent %d times, want %d", n, test.want)
				}
			})
		})
	}
}

// Without the job's id the definition is asked for it, which not everybody may do.
func TestExportInDoubtWithoutAJob(t *testing.T) {
	definition := `{"id":"` + definitionID + `","fileName":"ids.csv","jobExecutionId":"` + jobID + `","status":"COMPLETED"}`
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.lost(doubtful["504"], newOfFive, justBegun)
		s.json("GET /data-export/file-definitions/"+definitionID, 200, definition)
		if err := s.onWire(t).StartExport(t.Context(), definitionID, profileID); err != nil {
			t.Error(err)
		}
		s.answers["GET /data-export/file-definitions/"+definitionID] = answer(403, "text/plain", "Access requires permission: data-export.file-definitions.item.get")
		err := s.onWire(t).StartExport(t.Context(), definitionID, profileID)
		wantError(t, err, KindServer, "answered 504", "whether the export was started is not known")
		if n := s.count(exportCall); n != 2 {
			t.Errorf("sent %d times by two calls", n)
		}
	})
}
