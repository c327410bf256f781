package reports

import (
	"fmt"
	"time"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

const (
	definition = "c8b50e3f-0446-429c-960e-03774b88223f"
	execution  = "7efb1eac-e0ee-4d6f-b8c8-ab3b3a5b8b4f"
)

var began = time.Date(2026, 1, 20, 3, 0, 4, 0, time.UTC)

// claims are a dozen of the kinds that there are, by id.
func claims() []verify.Claim {
	return []verify.Claim{
		{
			ID: "login.token", Sentence: "A login is answered with 201 and a token", Level: verify.ReadOnly,
			Source: "the guide, step 0; mod-login 7.13.2, LoginAPI.java", Usually: "the user has no permission, or the password has expired",
		},
		{
			ID: "profiles.default", Sentence: "The profiles that come with the module are there", Level: verify.ReadOnly,
			Source: "mod-data-export 5.3.0, changelog-v4.8.0.xml", Usually: "somebody deleted one, or the module was enabled without reference data",
		},
		{
			ID: "profiles.members", Sentence: "A profile has the members that the schema requires", Level: verify.ReadOnly,
			Source: "mod-data-export 5.3.0, jobProfile.json", Usually: "a profile of an older version was never migrated",
		},
		{
			ID: "definitions.created", Sentence: "A file definition is answered with 201 and the id of its job", Level: verify.Workflow,
			Source: "the guide, step 2", Usually: "a filter in front of the gateway takes away bodies",
		},
		{
			ID: "definitions.source-path", Sentence: "After the upload the definition says where the list lies", Level: verify.Workflow,
			Source: "mod-data-export 5.3.0, FileUploadServiceImpl.java", Usually: "the bucket of the module is not configured", Assumption: "A16",
		},
		{
			ID: "jobs.found-by-id", Sentence: "A query for the id of a job finds that job and no other", Level: verify.Workflow,
			Source: "the guide, step 5", Usually: "the index of job executions is broken",
		},
		{
			ID: "jobs.hrid-number", Sentence: "hrId is a number", Level: verify.Workflow, Releases: []string{"sunflower", "trillium"},
			Source: "mod-data-export 5.3.0, jobExecution.json; MDEXP-594", Usually: "something in front of the module writes the JSON anew",
		},
		{
			ID: "jobs.counter-grows", Sentence: "The counter of exported records never goes back", Level: verify.Workflow,
			Source: "mod-data-export 5.3.0, ExportExecutor.java", Usually: "two instances of the module work on the same job",
		},
		{
			ID: "exports.completed", Sentence: "A job of ids that the server has ends as COMPLETED", Level: verify.Workflow,
			Source: "the guide, step 5", Usually: "source record storage is down, or the profile's mapping is broken",
		},
		{
			ID: "files.records", Sentence: "The file has one MARC record for each id", Level: verify.Workflow,
			Source: "the guide, step 6", Usually: "a record has no bibliographic source and the mapping rules are broken", Assumption: "A17",
		},
		{
			ID: "files.link-needs-no-token", Sentence: "The link is followed without a token", Level: verify.Workflow,
			Source: "the guide, step 6; mod-data-export 5.3.0, FileExportServiceImpl.java", Usually: "the object store is behind the gateway",
		},
		{
			ID: "logs.of-the-job", Sentence: "A query for a job finds the rows of its log and no others", Level: verify.Workflow,
			Source: "mod-data-export 5.3.0, ErrorLogServiceImpl.java", Usually: "rows of another tenant were restored into this one",
		},
		{
			ID: "gateway.unknown-path", Sentence: "An unknown path is 404", Level: verify.ReadOnly,
			Source: "okapi 6.2.3, ProxyService.java", Usually: "a catch-all route answers it", Assumption: "A23",
		},
	}
}

// result is what came of a claim.
func result(id string, v verify.Verdict, findings ...verify.Finding) verify.Result {
	for _, c := range claims() {
		if c.ID == id {
			return verify.Result{Claim: c, Verdict: v, Findings: findings}
		}
	}
	panic("no claim " + id)
}

// exchanges numbers them, and sends one a second.
func exchanges(all ...verify.Exchange) []verify.Exchange {
	const server = "https://folio-testing-okapi.example.org"
	for i := range all {
		e := &all[i]
		e.N, e.At, e.Took = i+1, began.Add(time.Duration(i)*time.Second), int64(40+7*i)
		e.Try = max(1, e.Try)
		e.Curl = fmt.Sprintf("curl -sS -H 'X-Okapi-Tenant: diku' -H \"X-Okapi-Token: $OKAPI_TOKEN\" -X %s '%s%s'", e.Method, server, e.URL)
		e.URL = server + e.URL
		e.Sent = []string{"X-Okapi-Tenant: diku", "X-Okapi-Token: (a token)", "Accept: application/json"}
		if e.Status > 0 {
			e.Got = []string{"Content-Type: application/json", fmt.Sprintf("Content-Length: %d", len(e.Answer))}
			e.Bytes = len(e.Answer)
		}
	}
	return all
}

// broken is a run in which everything came to pass.
func broken() *verify.Report {
	const jobs = "/data-export/job-executions?query=id%3D%3D" + execution
	return &verify.Report{
		Version: "1", Run: "fauxkapi-8f3a51", Level: verify.Workflow, Began: began, Ended: began.Add(73*time.Second + 400*time.Millisecond),
		Server: verify.Server{
			URL: "https://folio-testing-okapi.example.org", Tenant: "diku", Gateway: "okapi", Module: "mod-data-export-5.3.0", Release: "sunflower",
			Lacks: []string{"data-export.logs.collection.get", "one that the server does not name, for getDownloadLink"},
		},
		Requests: 83, Budget: 200,
		Results: []verify.Result{
			result("login.token", verify.Holds),
			result("profiles.default", verify.Unchecked, verify.Finding{
				Verdict: verify.Unchecked, Operation: "getJobProfiles", Member: "status", Text: "503 came back, which says nothing of the module", Exchange: 3,
			}),
			result("profiles.members", verify.Unchecked, verify.Finding{
				Verdict: verify.Unchecked, Operation: "getJobProfiles", Member: "status", Text: "503 came back, which says nothing of the module", Exchange: 3,
			}),
			result("definitions.created", verify.Holds, verify.Finding{
				Verdict: verify.Broken, Operation: "createFileDefinition", Member: "/metadata/createdByUserId",
				Text: "is missing; a UUID was to be there", Exchange: 4, Waiver: "the system user has no id, until the migration in May",
			}),
			result("definitions.source-path", verify.Drift, verify.Finding{
				Verdict: verify.Drift, Operation: "getFileDefinition", Member: "/storageClass", Text: `there is a member that no known release has: "STANDARD"`, Exchange: 5,
			}),
			result("jobs.found-by-id", verify.Broken,
				verify.Finding{Verdict: verify.Broken, Operation: "getJobExecutions", Member: "/totalRecords", Text: "is 214; 1 was to be found, for the query names one id", Exchange: 6},
				verify.Finding{Verdict: verify.Broken, Operation: "getJobExecutions", Member: "/jobExecutions/0/id", Text: "is another job's", Exchange: 6},
				verify.Finding{Verdict: verify.Broken, Operation: "getJobExecutions", Member: "/jobExecutions/1/id", Text: "is another job's", Exchange: 6},
				verify.Finding{Verdict: verify.Drift, Operation: "getJobExecutions", Member: "/jobExecutions/0/jobProfileName", Text: `is "Default instances"; "Default instances export job profile" was to be`, Exchange: 6},
			),
			result("jobs.hrid-number", verify.Broken, verify.Finding{
				Verdict: verify.Broken, Operation: "getJobExecutions", Member: "/jobExecutions/0/hrId", Text: `is "112", a string; a number was to be`, Exchange: 6,
			}),
			result("jobs.counter-grows", verify.Unstable, verify.Finding{
				Verdict: verify.Broken, Operation: "getJobExecutions", Member: "/jobExecutions/0/progress/exported", Text: "went from 3 back to 1 between two polls", Exchange: 7,
			}),
			result("exports.completed", verify.Holds),
			result("files.records", verify.Holds),
			result("files.link-needs-no-token", verify.Unchecked, verify.Finding{
				Verdict: verify.Unchecked, Operation: "getDownloadLink", Member: "/link", Text: "the host minio.folio.internal cannot be found from here: no such host",
			}),
			result("logs.of-the-job", verify.Holds),
			result("gateway.unknown-path", verify.Drift, verify.Finding{
				Verdict: verify.Drift, Member: "body", Text: `says "Not here."; "No suitable module found for path /no-such-path" was to be`, Exchange: 9,
			}),
		},
		Idle: []string{"logs.are-paged", "profiles.are-many"},
		Exchanges: exchanges(
			verify.Exchange{Act: "login", Operation: "login", Method: "POST", URL: "/authn/login", Body: `{"username":"(a name)","password":"(a password)"}`, Status: 201, Answer: `{"okapiToken":"(a token)"}`},
			verify.Exchange{Act: "server", Operation: "getTenantModules", Method: "GET", URL: "/_/proxy/tenants/diku/modules", Status: 200, Answer: `[{"id":"mod-data-export-5.3.0"}]`},
			verify.Exchange{Act: "profiles", Operation: "getJobProfiles", Method: "GET", URL: "/data-export/job-profiles", Status: 503, Answer: "<html>\n<body>upstream is restarting</body>\n</html>\n"},
			verify.Exchange{Act: "six steps", Operation: "createFileDefinition", Method: "POST", URL: "/data-export/file-definitions", Body: `{"fileName":"fauxkapi-8f3a51-1.csv"}`, Status: 201, Answer: fmt.Sprintf("{\n  \"id\": %q,\n  \"jobExecutionId\": %q,\n  \"status\": \"NEW\"\n}", definition, execution)},
			verify.Exchange{Act: "six steps", Operation: "getFileDefinition", Method: "GET", URL: "/data-export/file-definitions/" + definition, Status: 200, Answer: `{"status":"COMPLETED","storageClass":"STANDARD"}`},
			verify.Exchange{Act: "six steps", Operation: "getJobExecutions", Method: "GET", URL: jobs, Status: 200, Answer: `{"jobExecutions":[{"hrId":"112"},{"hrId":"111"}],"totalRecords":214}`},
			verify.Exchange{Act: "six steps", Operation: "getJobExecutions", Method: "GET", URL: jobs, Status: 200, Answer: `{"jobExecutions":[{"hrId":"112","progress":{"exported":1,"total":3}}],"totalRecords":1}`},
			verify.Exchange{Act: "six steps", Try: 2, Operation: "getJobExecutions", Method: "GET", URL: jobs, Status: 200, Answer: `{"jobExecutions":[{"hrId":113,"progress":{"exported":3,"total":3}}],"totalRecords":1}`},
			verify.Exchange{Act: "gateway", Method: "GET", URL: "/no-such-path", Status: 404, Answer: "Not here."},
			verify.Exchange{Act: "tidy", Operation: "deleteJobExecution", Method: "DELETE", URL: "/data-export/job-executions/" + execution, Trouble: "no answer within 30s"},
		),
		Waivers: []verify.Waived{
			{Waiver: verify.Waiver{Field: "createFileDefinition /metadata/createdByUserId", Release: "sunflower", Reason: "the system user has no id, until the migration in May", Ticket: "FOLIO-4711", Expires: "2026-05-31"}, Used: 1},
			{Waiver: verify.Waiver{Claim: "files.records", Reason: "records without a source were left out", Ticket: "MDEXP-811", Expires: "2026-03-01"}},
		},
		Left: []verify.Left{
			{Kind: "file definition", ID: definition},
			{Kind: "job", ID: execution, Why: "no answer within 30s"},
			{Kind: "file definition", ID: "fauxkapi-verify-8f3a51.3.csv", Why: "no answer says whether it was made, and a job with it"},
			{Kind: "log rows", ID: execution},
		},
		Coverage: []verify.Coverage{
			{Operation: "login", Statuses: map[int]int{201: 1}, Claims: []string{"login.token"}},
			{Operation: "getTenantModules", Statuses: map[int]int{200: 1}},
			{Operation: "getJobProfiles", Statuses: map[int]int{503: 1}, Claims: []string{"profiles.default", "profiles.members"}},
			{Operation: "createFileDefinition", Statuses: map[int]int{201: 3, 400: 0, 422: 0}, Claims: []string{"definitions.created"}},
			{Operation: "getFileDefinition", Statuses: map[int]int{200: 2}, Claims: []string{"definitions.source-path"}},
			{Operation: "getJobExecutions", Statuses: map[int]int{200: 61, 400: 1, 401: 0}, Claims: []string{"jobs.found-by-id", "jobs.hrid-number", "jobs.counter-grows"}},
			{Operation: "deleteJobExecution", Statuses: map[int]int{204: 2, 0: 1}},
			{Operation: "getLogs", Statuses: map[int]int{200: 2}, Claims: []string{"logs.of-the-job"}},
			{Operation: "expireJobs", Statuses: map[int]int{202: 0, 401: 0}},
		},
	}
}

// strict is a run in which nothing is broken but what drifts, and a waiver has expired.
func strict() *verify.Report {
	r := broken()
	r.Strict = true
	r.Run = "fauxkapi-02c7de"
	for i := range r.Results {
		if v := r.Results[i].Verdict; v != verify.Holds && v != verify.Drift {
			r.Results[i].Verdict, r.Results[i].Findings = verify.Holds, nil
		}
	}
	r.Waivers[0].Expired = true
	r.Left = r.Left[:1]
	return r
}

// well is a run in which all is well.
func well() *verify.Report {
	r := broken()
	r.Server = verify.Server{URL: "https://library.example.edu/okapi", Tenant: "fs00001", Gateway: "okapi", Module: "mod-data-export-2.1.2", Release: "guide", Given: true}
	r.Run, r.Level, r.Requests, r.Budget = "fauxkapi-b11d07", verify.ReadOnly, 21, 60
	r.Results = nil
	for _, c := range claims() {
		if len(c.Releases) == 0 {
			r.Results = append(r.Results, verify.Result{Claim: c, Verdict: verify.Holds})
		}
	}
	r.Exchanges = r.Exchanges[:2]
	r.Waivers, r.Left, r.Idle = nil, nil, nil
	for i := range r.Coverage {
		if i > 3 {
			r.Coverage[i].Statuses = nil
		}
	}
	r.Coverage = r.Coverage[:6]
	return r
}

// stopped is a run against a server that went down: 30 claims could not be checked, for one reason.
func stopped() *verify.Report {
	r := broken()
	r.Server = verify.Server{URL: "https://trillium.example.org", Tenant: "diku", Gateway: "kong", Module: "mod-data-export-5.5.1", Release: "trillium", Ahead: true}
	r.Run, r.Requests = "fauxkapi-90aa3c", 7
	r.Stopped = "three requests in a row were answered with 502 Bad Gateway"
	r.Results = []verify.Result{result("login.token", verify.Holds)}
	for i := range 30 {
		c := claims()[i%12+1]
		c.ID = fmt.Sprintf("%s-%d", c.ID, i/12+1)
		r.Results = append(r.Results, verify.Result{Claim: c, Verdict: verify.Unchecked, Findings: []verify.Finding{{
			Verdict: verify.Unchecked, Operation: r.Coverage[i%len(r.Coverage)].Operation, Text: fmt.Sprintf("was not sent: the run was stopped after request %d", 7+i%2),
		}}})
	}
	r.Exchanges = r.Exchanges[:3]
	r.Waivers = nil
	r.Left = r.Left[:1]
	for i := range r.Coverage {
		if i > 2 {
			r.Coverage[i].Statuses = nil
		}
	}
	r.Coverage[2].Statuses = map[int]int{502: 3}
	r.Coverage = append(r.Coverage, verify.Coverage{Operation: "loginWithExpiry", Statuses: map[int]int{201: 1}, Claims: []string{"login.token"}})
	return r
}
