package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// looks notes when the job was looked at, in time since the first call of the returned function.
func (s *stub) looks() (at func() []time.Duration) {
	var all []time.Duration
	start := time.Now()
	good := s.answers["GET /data-export/job-executions"]
	s.answers["GET /data-export/job-executions"] = func(w http.ResponseWriter, r *http.Request) {
		all = append(all, time.Since(start))
		good(w, r)
	}
	return func() []time.Duration { return all }
}

func TestLooksAtAJob(t *testing.T) {
	const s = time.Second
	early := []time.Duration{s / 4, s / 2, 1 * s, 2 * s, 3 * s, 4 * s, 5 * s, 6 * s, 7 * s, 8 * s, 9 * s, 10 * s}
	tests := map[string]struct {
		patience Patience
		want     []time.Duration
	}{
		"default interval": {Patience{Timeout: 32 * s}, append(slices.Clone(early), 15*s, 20*s, 25*s, 30*s, 32*s)},
		"long interval":    {Patience{Timeout: 130 * s, PollInterval: 60 * s}, append(slices.Clone(early), 70*s, 130*s)},
		"short interval":   {Patience{Timeout: s / 2, PollInterval: s / 10}, []time.Duration{s / 10, s / 5, 3 * s / 10, 2 * s / 5, s / 2}},
		"short timeout":    {Patience{Timeout: 3 * s}, early[:5]},
		"very short":       {Patience{Timeout: s / 10}, []time.Duration{s / 10}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStub()
				s.job("IN_PROGRESS", 3, 4)
				looks := s.looks()
				_, err := s.inProcess(t).Wait(t.Context(), jobID, test.patience)
				failure := wantError(t, err, KindTimeout,
					fmt.Sprintf("look at the job: job %s has not ended within %v, it is IN_PROGRESS, 3 of 7, 4 failed; ", jobID, test.patience.Timeout))
				if failure.JobExecutionID != jobID || failure.JobStatus != api.JobExecutionStatusInProgress {
					t.Errorf("the error is about %s, %s", failure.JobExecutionID, failure.JobStatus)
				}
				if got := looks(); !slices.Equal(got, test.want) {
					t.Errorf("looked at\n%v, want\n%v", got, test.want)
				}
			})
		})
	}
}

// Four hours at the default interval are at most 400 looks, and no end is seen more than a minute late.
func TestLooksGetFewerWithTheAgeOfAJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.job("IN_PROGRESS", 0, 1)
		looks := s.looks()
		_, err := s.inProcess(t).Wait(t.Context(), jobID, Patience{Timeout: 4 * time.Hour})
		wantError(t, err, KindTimeout)
		all := looks()
		if len(all) > 400 || len(all) < 200 {
			t.Errorf("%d looks", len(all))
		}
		var last time.Duration
		for _, at := range all {
			if last >= 10*time.Second && last < 240*time.Second && at-last != DefaultPollInterval {
				t.Errorf("%v after %v, before the pauses grow", at-last, last)
			}
			if pause := at - last; pause > time.Minute || last >= 10*time.Second && at < 4*time.Hour && pause < DefaultPollInterval {
				t.Errorf("%v between %v and %v", pause, last, at)
			}
			last = at
		}
	})
}

// The end of a job of half a second is seen within half a second, however slow the network.
func TestEndOfAShortJobIsSeenAtOnce(t *testing.T) {
	for latency := time.Duration(0); latency <= 200*time.Millisecond; latency += 20 * time.Millisecond {
		synctest.Test(t, func(t *testing.T) {
			s := newStub()
			start := time.Now()
			s.answers["GET /data-export/job-executions"] = func(w http.ResponseWriter, r *http.Request) {
				status := "IN_PROGRESS"
				if time.Since(start) >= time.Second/2 {
					status = "COMPLETED"
				}
				time.Sleep(latency)
				answer(200, "application/json", jobList(status, 1, 0))(w, r)
			}
			if _, err := s.inProcess(t).Wait(t.Context(), jobID, Patience{}); err != nil {
				t.Error(err)
			}
			if late := time.Since(start) - time.Second/2; late > time.Second/2+latency {
				t.Errorf("with %v of latency it is seen %v late", latency, late)
			}
		})
	}
}

func TestWholeExportHasALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.job("IN_PROGRESS", 3, 4)
		start := time.Now()
		result, err := s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard, Limit: 88 * time.Second})
		failure := wantError(t, err, KindTimeout, "look at the job: the export has not ended within 1m28s: job "+jobID+" is IN_PROGRESS, 3 of 7, 4 failed; ")
		if took := time.Since(start); took != 88*time.Second || result.Outcome != Timeout || failure.JobExecutionID != jobID || failure.JobStatus != "IN_PROGRESS" {
			t.Errorf("after %v: %+v, %+v", took, result, failure)
		}
		s.answers["GET /data-export/job-profiles"] = silence
		result, err = s.inProcess(t).Export(t.Context(), Export{IDs: oneID(), Output: io.Discard, Limit: time.Minute})
		if wantError(t, err, KindTimeout, "choose the job profile: the export has not ended within 1m0s"); result != nil {
			t.Errorf("%+v", result)
		}
	})
}

func TestLimitsOfCallsAndSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.answers["GET /data-export/job-profiles"] = silence
		c := s.client(t, Config{URL: "http://okapi.test", CallTimeout: 4 * time.Second, StepTimeout: 10 * time.Second, HTTPClient: &http.Client{Transport: direct{s}}})
		start := time.Now()
		_, err := c.JobProfiles(t.Context())
		wantError(t, err, KindServer, "went silent for 4s")
		if took := time.Since(start); took < 8*time.Second || took > 10*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestJobThatEndsIsNotLookedAtAgain(t *testing.T) {
	for _, status := range []string{"SUCCESS", "COMPLETED", "COMPLETED_WITH_ERRORS", "FAIL"} {
		t.Run(status, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStub()
				n := 0
				s.answers["GET /data-export/job-executions"] = func(w http.ResponseWriter, r *http.Request) {
					now := "IN_PROGRESS"
					if n++; n >= 3 {
						now = status
					}
					answer(200, "application/json", jobList(now, 1, 0))(w, r)
				}
				start := time.Now()
				job, err := s.inProcess(t).Wait(t.Context(), jobID, Patience{})
				if status == "FAIL" {
					wantError(t, err, KindFailed, "job 112 ("+jobID+") ended in FAIL, 1 of 1 exported; see `fauxkapi jobs explain "+jobID+"`")
				} else if err != nil {
					t.Error(err)
				}
				if string(job.Status) != status || n != 3 || time.Since(start) != time.Second {
					t.Errorf("%s after %d looks and %v", job.Status, n, time.Since(start))
				}
			})
		})
	}
}

func TestJobThatEndsWithTheTimeoutIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		start := time.Now()
		s.answers["GET /data-export/job-executions"] = func(w http.ResponseWriter, r *http.Request) {
			if time.Since(start) < 17*time.Second {
				answer(200, "application/json", jobList("IN_PROGRESS", 0, 1))(w, r)
				return
			}
			answer(200, "application/json", jobList("COMPLETED", 1, 0))(w, r)
		}
		if _, err := s.inProcess(t).Wait(t.Context(), jobID, Patience{Timeout: 17 * time.Second}); err != nil {
			t.Error(err)
		}
	})
}

func TestSilentServerEndsAsATimeoutOfTheJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		n := 0
		s.answers["GET /data-export/job-executions"] = func(w http.ResponseWriter, r *http.Request) {
			if n++; n > 2 {
				silence(w, r)
				return
			}
			answer(200, "application/json", jobList("IN_PROGRESS", 5, 0))(w, r)
		}
		start := time.Now()
		_, err := s.inProcess(t).Wait(t.Context(), jobID, Patience{Timeout: 20 * time.Second})
		wantError(t, err, KindTimeout, "IN_PROGRESS, 5 of 5")
		if took := time.Since(start); took != 22*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestLooksSurviveAServerInTrouble(t *testing.T) {
	for _, status := range []int{408, 429, 502, 503, 504} {
		synctest.Test(t, func(t *testing.T) {
			s := newStub()
			good := s.answers["GET /data-export/job-executions"]
			var trouble time.Duration // for how long
			start := time.Now()
			s.answers["GET /data-export/job-executions"] = func(w http.ResponseWriter, r *http.Request) {
				if time.Since(start) < trouble {
					answer(status, "text/html", "<html>trouble</html>")(w, r)
					return
				}
				good(w, r)
			}
			trouble = DefaultOutageTimeout - 2*longestPause
			if _, err := s.inProcess(t).Wait(t.Context(), jobID, Patience{Timeout: time.Hour}); err != nil {
				t.Error(err)
			}
			start, trouble = time.Now(), time.Hour
			_, err := s.inProcess(t).Wait(t.Context(), jobID, Patience{Timeout: time.Hour})
			failure := wantError(t, err, KindServer, fmt.Sprintf("answered %d (trouble)", status))
			if failure.JobExecutionID != jobID || failure.Status != status {
				t.Errorf("error is about job %q, status %d", failure.JobExecutionID, failure.Status)
			}
			if took := time.Since(start); took < DefaultOutageTimeout-longestPause || took > DefaultOutageTimeout+time.Second {
				t.Errorf("given up after %v", took)
			}
		})
	}
}

func TestStatusThatIsNotTransientEndsTheWait(t *testing.T) {
	for status, kind := range map[int]Kind{400: KindServer, 403: KindAccess, 404: KindServer, 500: KindServer, 501: KindServer} {
		synctest.Test(t, func(t *testing.T) {
			s := newStub()
			s.answers["GET /data-export/job-executions"] = answer(status, "text/plain", "no")
			_, err := s.inProcess(t).Wait(t.Context(), jobID, Patience{})
			if failure := wantError(t, err, kind); failure.Status != status {
				t.Errorf("status %d, want %d", failure.Status, status)
			}
			if n := s.count("GET /data-export/job-executions"); n != 1 {
				t.Errorf("%d: looked %d times", status, n)
			}
		})
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.job("IN_PROGRESS", 0, 1)
		ctx, cancel := context.WithTimeout(t.Context(), 33*time.Second)
		defer cancel()
		_, err := s.inProcess(t).Wait(ctx, jobID, Patience{})
		failure := wantError(t, err, KindOther, "look at the job: interrupted")
		if failure.JobExecutionID != jobID || failure.Err != context.DeadlineExceeded {
			t.Errorf("%#v", failure)
		}
	})
}

func TestJobIsReadInEveryShape(t *testing.T) {
	const guides = `{
		"id": "` + jobID + `", "hrId": "112",
		"exportedFiles": [{"fileId": "` + fileID + `", "fileName": "test-112.mrc"}],
		"progress": {"exported": 25, "failed": 0, "total": "25"},
		"completedDate": "2020-10-07T13:18:20.364+0000", "startedDate": "2020-10-07T13:18:19.852+0000",
		"runBy": {"firstName": "admin", "lastName": "admin"}, "status": "SUCCESS"}`
	tests := map[string]struct{ body, status, err string }{
		"alone, as in the guide":    {guides, "SUCCESS", ""},
		"a collection":              {`{"jobExecutions":[` + guides + `],"totalRecords":1}`, "SUCCESS", ""},
		"among others":              {`{"jobExecutions":[{"id":"` + fileID + `","status":"FAIL"},` + guides + `],"totalRecords":2}`, "SUCCESS", ""},
		"new":                       {`{"jobExecutions":[{"id":"` + jobID + `","lastUpdatedDate":"2026-04-17T09:12:33.120Z","status":"NEW"}],"totalRecords":1}`, "NEW", ""},
		"another date":              {`{"jobExecutions":[{"id":"` + jobID + `","completedDate":"2026-01-20T13:17:02.263+00:00","status":"FAIL"}],"totalRecords":1}`, "FAIL", ""},
		"none":                      {`{"jobExecutions":[],"totalRecords":0}`, "", "no job"},
		"another job":               {`{"id":"` + fileID + `","status":"FAIL"}`, "", "no job"},
		"a list":                    {`[]`, "", "does not fit"},
		"null":                      {`null`, "", "no job"},
		"failures apart, as in 4.8": {`{"jobExecutions":[{"id":"` + jobID + `","progress":{"exported":1,"failed":{"duplicatedSrs":0,"otherFailed":2},"total":3},"status":"FAIL"}]}`, "FAIL", ""},
		"below zero, above total":   {`{"jobExecutions":[{"id":"` + jobID + `","hrId":7,"progress":{"exported":30,"failed":-5,"total":25},"status":"COMPLETED"}]}`, "COMPLETED", ""},
		"wrong type":                {`{"jobExecutions":[{"id":7}]}`, "", "does not fit"},
		"half of it":                {guides[:100], "", "does not fit"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStub()
			s.json("GET /data-export/job-executions", 200, test.body)
			job, err := s.inProcess(t).Job(t.Context(), jobID)
			if test.err != "" {
				wantError(t, err, KindServer, "look at the job: ", test.err)
			} else if err != nil || string(job.Status) != test.status {
				t.Errorf("%s, %v; want %s", job.Status, err, test.status)
			}
		})
	}
}

func TestFailuresOfEveryRelease(t *testing.T) {
	for progress, want := range map[string]api.JobProgress{
		`{"exported":1,"failed":2,"total":"3"}`:                                 {Exported: 1, Failed: 2, Total: api.Count{Value: 3, Quoted: true}},
		`{"exported":1,"failed":-2,"total":3,"duplicatedSrs":4}`:                {Exported: 1, Failed: -2, Total: api.Count{Value: 3}, DuplicatedSrs: new(4)},
		`{"exported":1,"failed":{"duplicatedSrs":4,"otherFailed":2},"total":3}`: {Exported: 1, Failed: 2, Total: api.Count{Value: 3}, DuplicatedSrs: new(4)},
		`{"exported":1,"failed":{},"total":3}`:                                  {Exported: 1, Total: api.Count{Value: 3}},
		`{"exported":1,"total":3,"readIds":3}`:                                  {Exported: 1, Total: api.Count{Value: 3}, ReadIds: new(3)},
	} {
		jobs, _, err := readJobs([]byte(`{"jobExecutions":[{"id":"` + jobID + `","status":"FAIL","progress":` + progress + `}]}`))
		if err != nil || len(jobs) != 1 || !reflect.DeepEqual(jobs[0].Progress, &want) {
			t.Errorf("%s: %+v, %v", progress, jobs, err)
		}
	}
	jobs, _, err := readJobs([]byte(`{"id":"` + jobID + `","status":"COMPLETED"}`))
	if err != nil || len(jobs) != 1 || jobs[0].Progress != nil {
		t.Errorf("without progress: %+v, %v", jobs, err)
	}
}

// A list has the job in the shape of every release, too, and so has a job that is found by its number.
func TestJobsAreListedInEveryShape(t *testing.T) {
	s := newStub()
	s.json("GET /data-export/job-executions", 200, `{"jobExecutions":[{"id":"`+jobID+`","hrId":"7","progress":{"exported":1,"failed":{"duplicatedSrs":0,"otherFailed":2},"total":3},"status":"FAIL"}],"totalRecords":40}`)
	c := s.inProcess(t)
	jobs, total, err := c.Jobs(t.Context(), "", 1)
	if err != nil || total != 40 || len(jobs) != 1 || jobs[0].Progress.Failed != 2 {
		t.Errorf("%+v of %d, %v", jobs, total, err)
	}
	if job, err := c.FindJob(t.Context(), "7"); err != nil || job.Progress.Failed != 2 {
		t.Errorf("%+v, %v", job, err)
	}
}
