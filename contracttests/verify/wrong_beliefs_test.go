package verify_test

import (
	"cmp"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// wrongBelief is a server that does otherwise than a claim says that it is believed to.
type wrongBelief struct {
	claim    string
	releases string // in which it is tried
	level    verify.Level
	change   func(http.Handler) http.Handler
	ids      string // to export; empty: what the server lists
	broken   bool   // rather than drift
}

func (w wrongBelief) verdict() verify.Verdict {
	if w.broken {
		return verify.Broken
	}
	return verify.Drift
}

// config is a fake with the change before it.
func (w wrongBelief) config(t *testing.T, release string) verify.Config {
	t.Helper()
	c := fakeBehind(t, cmp.Or(w.level, verify.ReadOnly), w.change, mockserver.WithRelease(release), mockserver.WithNamedRecords())
	c.NoDocument = true
	if w.ids != "" {
		c.IDs = strings.Fields(w.ids)
	}
	return c
}

// reply is an answer that can be changed.
type reply struct {
	status int
	header http.Header
	body   string
}

// asked tells requests apart: by method, by the end or a part of the path, and by a part of the query as it is read.
func asked(method, path, query string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return r.Method == method && strings.Contains(r.URL.Path, path) && strings.Contains(r.URL.RawQuery+" "+strings.Join(r.URL.Query()["query"], " "), query)
	}
}

// with narrows it to requests with a header.
func with(about func(*http.Request) bool, header, value string) func(*http.Request) bool {
	return func(r *http.Request) bool { return about(r) && strings.HasPrefix(r.Header.Get(header), value) }
}

// edited changes the answers to some requests.
func edited(about func(*http.Request) bool, edit func(*reply)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !about(r) {
				next.ServeHTTP(w, r)
				return
			}
			recorder := httptest.NewRecorder()
			next.ServeHTTP(recorder, r)
			a := &reply{recorder.Code, recorder.Header(), recorder.Body.String()}
			edit(a)
			maps.Copy(w.Header(), a.header)
			w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
			w.WriteHeader(a.status)
			_, _ = w.Write([]byte(a.body))
		})
	}
}

// instead is another answer.
func instead(status int, mediaType, body string) func(*reply) {
	return func(a *reply) { *a = reply{status, http.Header{"Content-Type": {mediaType}}, body} }
}

func labelled(mediaType string) func(*reply) {
	return func(a *reply) { a.header.Set("Content-Type", mediaType) }
}

// replaced replaces a pattern in the body.
func replaced(pattern, by string) func(*reply) {
	return func(a *reply) { a.body = regexp.MustCompile(pattern).ReplaceAllString(a.body, by) }
}

const (
	noJobs      = `{"jobExecutions":[],"totalRecords":0}`
	get, post   = http.MethodGet, http.MethodPost
	profiles    = "/data-export/job-profiles"
	executions  = "/data-export/job-executions"
	definitions = "/data-export/file-definitions"
	store       = "/folio-data-export/"
	storedID    = "0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11"
)

// wrongBeliefs are at least one for each belief that is claimed.
func wrongBeliefs() []wrongBelief {
	const since5, all = "sunflower trillium", "guide sunflower trillium"
	nothing := instead(http.StatusOK, "application/json", noJobs)
	gateway := []wrongBelief{
		{claim: "doubt.plugin-speaks-json", releases: "trillium", change: edited(with(asked(get, executions, ""), "Authorization", "Bearer"), labelled("text/plain"))},
		{claim: "doubt.body-before-token", releases: "trillium", change: edited(with(asked(get, executions, ""), "Content-Type", "application/json"), instead(http.StatusUnauthorized, "application/json", "{}"))},
		{claim: "doubt.has-nginx-limits", releases: "trillium", change: edited(asked(get, "/data-export/", "padding=0"), instead(http.StatusNotFound, "application/json", "{}"))},
		{claim: "doubt.has-a-page-for-browsers", releases: "trillium", change: edited(with(asked(get, "/data-export/", ""), "Accept", "text/html"), replaced("<h1>Error</h1>", "<h1>Sorry</h1>"))},
		{claim: "doubt.has-its-neighbours", releases: "guide sunflower", change: edited(asked(get, "/modules", "filter=mod-inventory"), replaced(`mod-inventory-\d+`, "mod-inventory-99"))},
		{claim: "doubt.has-its-neighbours", releases: "trillium", change: edited(asked(get, "/entitlements/", ""), instead(http.StatusOK, "application/json", `{"applicationDescriptors":[{"modules":[{"id":"mod-data-export-5.4.0"},{"id":"mod-inventory-99.0.0"}]}]}`))},
		{claim: "doubt.refuses-a-broken-escape", releases: all, change: edited(asked(get, profiles, "%zz"), labelled("text/html"))},
		{claim: "doubt.refuses-unknown-words", releases: "guide sunflower", change: edited(asked(get, "/modules", "order=up"), instead(http.StatusOK, "application/json", "[]"))},
		{claim: "doubt.login-words-its-errors", releases: "trillium", level: verify.OwnServer, change: edited(asked(post, "/authn/logout", ""), func(a *reply) { a.body = strings.ReplaceAll(a.body, "TokenLogoutException", "ServiceException") })},
		{claim: "doubt.login-needs-a-body", releases: "guide sunflower", level: verify.OwnServer, change: edited(asked(post, "/authn/login", ""), func(a *reply) { a.body = strings.ReplaceAll(a.body, "HV000116", "") })},
		{claim: "doubt.errors-have-parameters", releases: "guide sunflower", level: verify.OwnServer, change: edited(asked(post, "/authn/", ""), replaced(`(?s),\s*"parameters" : \[ \]`, ""))},
	}
	lists := []wrongBelief{
		{claim: "doubt.negative-limits-fail", releases: since5, change: edited(asked(get, executions, "limit=-1"), instead(http.StatusBadRequest, "text/plain", "no"))},
		{claim: "doubt.no-rows-are-counted", releases: "guide", change: edited(asked(get, profiles, "limit=0"), replaced(`"totalRecords" : \d+`, `"totalRecords" : 0`))},
		{claim: "doubt.blanks-have-two-escapes", releases: all, broken: true, change: edited(asked(get, profiles, "%20"), instead(http.StatusBadRequest, "text/plain", "no"))},
		{claim: "doubt.members-are-sorted", releases: "trillium", change: edited(asked(get, profiles, "limit=200"), replaced(`\{"jobProfiles":(.*),"totalRecords":(\d+)\}`, `{"totalRecords":$2,"jobProfiles":$1}`))},
		{claim: "doubt.members-are-sorted", releases: "trillium", change: edited(asked(get, profiles, "limit=200"), replaced(`("createdDate":"[^"]*)Z"`, `$1+00:00"`))},
		{claim: "doubt.names-are-collated", releases: since5, change: edited(asked(get, profiles, "sortby name"), instead(http.StatusOK, "application/json", `{"jobProfiles":[{"name":"apples"},{"name":"Zebras"}],"totalRecords":2}`))},
		{claim: "doubt.statuses-are-texts", releases: since5, level: verify.Workflow, change: edited(asked(get, executions, "sortby status"), instead(http.StatusOK, "application/json", `{"jobExecutions":[{"status":"NEW"},{"status":"COMPLETED"}],"totalRecords":2}`))},
		{claim: "doubt.unknown-names-are-named", releases: since5, change: edited(asked(get, executions, "hrId=="), instead(http.StatusInternalServerError, "application/json", "{}"))},
		{claim: "doubt.numbers-are-compared", releases: since5, change: edited(asked(get, executions, "hrid==1 and startedDate="), instead(http.StatusInternalServerError, "application/json", "{}"))},
		{claim: "doubt.days-are-equal-only", releases: since5, change: edited(asked(get, executions, "startedDate>"), nothing)},
		{claim: "doubt.days-are-equal-only", releases: since5, change: edited(asked(get, executions, "startedDate=2026"), instead(http.StatusInternalServerError, "application/json", "{}"))},
		{claim: "doubt.ids-are-whole", releases: "guide", change: edited(asked(get, executions, "id>2209"), nothing)},
		{claim: "doubt.words-end-in-masks", releases: all, change: edited(asked(get, "/inventory/instances", "n*d"), instead(http.StatusOK, "application/json", `{"instances":[],"totalRecords":0}`))},
		{claim: "doubt.numbers-are-texts", releases: "guide", level: verify.Workflow, change: edited(asked(get, executions, "exported>10"), nothing)},
		{claim: "doubt.any-value-is-dropped", releases: "guide", level: verify.Workflow, change: edited(asked(get, executions, "status=*"), instead(http.StatusOK, "application/json", `{"jobExecutions":[{"status":"SUCCESS"}],"totalRecords":1}`))},
		{claim: "jobs.refuse-a-broken-query", releases: all, change: edited(asked(get, executions, "id==("), instead(http.StatusBadRequest, "text/plain", "no"))},
	}
	return append(append(gateway, lists...), append(wrongRequests(), wrongJobs()...)...)
}

func wrongRequests() []wrongBelief {
	const since5, all = "sunflower trillium", "guide sunflower trillium"
	define := asked(post, definitions, "")
	created := func(a *reply) { a.status = http.StatusBadRequest }
	return []wrongBelief{
		{claim: "doubt.texts-are-labelled-json", releases: since5, level: verify.Workflow, change: edited(with(define, "Accept", "application/json"), labelled("text/plain;charset=UTF-8"))},
		{claim: "doubt.the-missing-are-named", releases: since5, change: edited(asked(get, definitions, ""), instead(http.StatusNotFound, "text/plain", "Not found"))},
		{claim: "doubt.what-follows-is-ignored", releases: "sunflower", level: verify.Workflow, change: onBody(definitions, "} x", created)},
		{claim: "doubt.digits-are-numbers", releases: all, level: verify.Workflow, change: onBody(definitions, `"size":"5"`, created)},
		{claim: "doubt.sentences-end-so", releases: "guide", level: verify.Workflow, change: onBody(definitions, `"x":1`, replaced(`Unrecognized field \\"x\\"`, `Unrecognized field \"x\" (class FileDefinition)`))},
		{claim: "doubt.sentences-end-so", releases: "sunflower", level: verify.Workflow, change: edited(asked(get, "/inventory/instances", "limit=-1"), replaced("must be.*", "no"))},
		{claim: "doubt.ids-are-of-old-versions", releases: "guide", level: verify.Workflow, change: onBody("/data-export/export", "-7c2c-", instead(http.StatusBadRequest, "text/plain", "JobProfile not found"))},
		{claim: "doubt.an-id-is-taken", releases: "guide", level: verify.OwnServer, change: onBody(definitions, `"id":"`, instead(http.StatusBadRequest, "text/plain", "no"))},
		{claim: "doubt.what-is-not-acceptable-is-said", releases: since5, change: edited(asked(get, profiles, "limit=-1"), instead(http.StatusNotAcceptable, "", ""))},
		{claim: "doubt.faults-have-an-order", releases: all, level: verify.Workflow, change: onBody(definitions, `"x":1`, instead(http.StatusBadRequest, "application/json", "{}"))},
		{claim: "doubt.faults-have-an-order", releases: all, broken: true, level: verify.Workflow, change: edited(asked(get, profiles, "limit=-1"), instead(http.StatusOK, "application/json", "{}"))},
		{claim: "doubt.nobodys-job-is-missed", releases: "trillium", level: verify.Workflow, change: onBody(definitions, "jobExecutionId", func(a *reply) { a.status = http.StatusUnprocessableEntity })},
	}
}

func wrongJobs() []wrongBelief {
	const since5, all = "sunflower trillium", "guide sunflower trillium"
	file := asked(get, store, "X-Amz-Signature")
	byID := asked(get, executions, `id=="`)
	return []wrongBelief{
		{claim: "doubt.starts-are-shown", releases: all, level: verify.Workflow, change: edited(byID, func(a *reply) {
			replaced(`"(startedDate|jobProfileId)" ?:`, `"no-$1":`)(a)
			replaced(`"status" ?: ?"[A-Z_]+"`, `"status":"NEW"`)(a)
		})},
		{claim: "doubt.no-records-are-no-member", releases: since5, level: verify.Workflow, change: edited(asked(get, "/data-export/logs", ""), replaced(`"errorLogs":\[\{`, `"errorLogs":[{"affectedRecord":{"affectedRecords":[]},`))},
		{claim: "doubt.no-upload-is-no-query", releases: "guide", level: verify.OwnServer, change: edited(asked(post, "/data-export/export", ""), replaced("ERROR: syntax error.*", "no file"))},
		{claim: "doubt.blank-lines-spoil", releases: "guide", level: verify.OwnServer, change: edited(byID, replaced(`"exported" : \d+`, `"exported" : 3`))},
		{claim: "doubt.capitals-come-twice", releases: "guide", level: verify.OwnServer, change: edited(byID, replaced(`"exported" : \d+`, `"exported" : 1`))},
		{claim: "doubt.bad-bytes-are-not-told", releases: "guide", level: verify.OwnServer, change: edited(byID, replaced(`"status" : "(NEW|IN_PROGRESS)"`, `"status" : "FAIL"`))},
		{claim: "doubt.second-exports-hang", releases: since5, level: verify.OwnServer, change: edited(byID, replaced(`"status":"IN_PROGRESS"`, `"status":"COMPLETED"`))},
		{claim: "doubt.broken-uploads-are-errors", releases: since5, level: verify.OwnServer, change: edited(asked(get, definitions, ""), replaced(`"status":"(ERROR|IN_PROGRESS)"`, `"status":"COMPLETED"`))},
		{claim: "doubt.running-jobs-come-back", releases: since5, level: verify.OwnServer, change: goneForGood},
		{claim: "doubt.stored-records-are-copied", releases: "guide", level: verify.Workflow, ids: storedID, change: edited(file, replaced("\x1fs", "\x1fx"))},
		{claim: "doubt.files-have-no-type", releases: all, level: verify.Workflow, change: edited(file, labelled("application/marc"))},
		{claim: "doubt.files-have-no-type", releases: all, level: verify.Workflow, change: edited(file, func(a *reply) { a.header.Set("Content-Disposition", "attachment") })},
		{claim: "doubt.the-store-speaks-s3", releases: all, level: verify.Workflow, change: edited(with(file, "X-Okapi-Token", "garbage"), instead(http.StatusBadRequest, "application/xml", "<Error/>"))},
		{claim: "doubt.the-store-speaks-s3", releases: all, level: verify.Workflow, change: edited(asked(get, store, ""), func(a *reply) {
			if a.status == http.StatusForbidden {
				a.body = "Forbidden"
			}
		})},
		{claim: "doubt.links-name-a-bucket", releases: since5, level: verify.Workflow, change: edited(asked(get, "/download/", ""), replaced(store, "/"))},
		{claim: "doubt.files-come-soon", releases: all, level: verify.Workflow, change: lateFiles},
		{claim: "doubt.times-have-a-tenth", releases: all, level: verify.Workflow, change: edited(file, replaced("\x1e(20\\d{12})\\.", "\x1e$1,"))},
		{claim: "doubt.blanks-come-last", releases: all, level: verify.Workflow, change: edited(file, replaced(`\|\|\|\|\|\|\|\|\|\|\|\|\|       `, `       |||||||||||||`))},
	}
}

// onBody changes the answers to requests with a text in their body.
func onBody(path, part string, edit func(*reply)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		otherwise := edited(func(*http.Request) bool { return true }, edit)(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != post || r.URL.Path != path {
				next.ServeHTTP(w, r)
				return
			}
			if readAgain(r, part) {
				otherwise.ServeHTTP(w, r)
			} else {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// readAgain tells whether a body has a part, and leaves it to be read.
func readAgain(r *http.Request, part string) bool {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	return err == nil && strings.Contains(string(body), part)
}

// goneForGood is a server that a job does not come back to, and whose log goes on.
func goneForGood(next http.Handler) http.Handler {
	var removed atomic.Pointer[string]
	hidden := edited(func(*http.Request) bool { return true }, instead(http.StatusOK, "application/json", noJobs))(next)
	ranOn := edited(func(*http.Request) bool { return true }, func(a *reply) {
		date, err := http.ParseTime(a.header.Get("Date"))
		if err == nil {
			replaced(`"createdDate":"[^"]*"`, `"createdDate":"`+date.Format(time.RFC3339)+`"`)(a)
		}
	})(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := removed.Load()
		gone := id != nil && strings.Contains(r.URL.RawQuery, *id)
		switch {
		case r.Method == http.MethodDelete:
			removed.Store(new(r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]))
			next.ServeHTTP(w, r)
		case gone && r.URL.Path == executions:
			hidden.ServeHTTP(w, r)
		case gone && r.URL.Path == "/data-export/logs":
			ranOn.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// lateFiles is a store that has a file when it is asked for the third time.
func lateFiles(next http.Handler) http.Handler {
	var asked atomic.Int32
	missing := edited(func(*http.Request) bool { return true }, instead(http.StatusNotFound, "application/xml", "<Error><Code>NoSuchKey</Code></Error>"))(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, store) && asked.Add(1) < 3 {
			missing.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
