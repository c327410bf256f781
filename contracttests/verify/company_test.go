package verify_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// Where another run is at work, this one waits for up to five minutes, and makes nothing meanwhile. A label that is none
// comes into no text.
func TestAnotherRun(t *testing.T) {
	for name, tt := range map[string]struct {
		file  string
		looks int64 // in which it is seen
		want  string
	}{
		"ends":          {"fauxkapi-verify-other.1-7.mrc", 3, ""},
		"stays":         {"fauxkapi-verify-other.1-7.mrc", 100, "run other is at work"},
		"has our label": {"fauxkapi-verify-test.1-7.mrc", 100, "run test is at work"},
		"is crafted":    {`fauxkapi-verify-<b>\" or id=*.1-7.mrc`, 100, "run without a label is at work"},
		"is nobody's":   {"their-export-7.mrc", 100, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var looks, made atomic.Int64
			c := fakeBehind(t, verify.Workflow, func(next http.Handler) http.Handler {
				seen := edited(func(r *http.Request) bool {
					return asked(get, executions, "status==IN_PROGRESS")(r) && looks.Add(1) <= tt.looks
				}, instead(http.StatusOK, "application/json",
					`{"jobExecutions":[{"id":"`+plantedID+`","hrId":7,"status":"IN_PROGRESS","exportedFiles":[{"fileId":"`+plantedID+`","fileName":"`+tt.file+`"}]}],"totalRecords":1}`))(next)
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == post && r.URL.Path == definitions {
						made.Add(1)
					}
					seen.ServeHTTP(w, r)
				})
			}, mockserver.WithRelease("sunflower"), mockserver.WithNamedRecords())
			began := c.Now()
			report := run(t, c)
			waited := c.Now().Sub(began)
			if !strings.Contains(report.Stopped, tt.want) || (report.Stopped == "") != (tt.want == "") {
				t.Errorf("%q", report.Stopped)
			}
			switch {
			case tt.want == "" && (made.Load() == 0 || report.Outcome() != verify.AllHold):
				t.Errorf("%d definitions, %s", made.Load(), report.Outcome())
			case tt.want != "" && (made.Load() > 0 || waited < 5*time.Minute || waited > 7*time.Minute || report.Outcome() != verify.CouldNotCheck):
				t.Errorf("%d definitions after %s, %s", made.Load(), waited, report.Outcome())
			}
			if all := forms(t, report); strings.Contains(all["table"], "id=*") {
				t.Error(all["table"])
			}
		})
	}
}
