package mockserver

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/tidwall/gjson"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/sim"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// OperationLink is the operation of a request for a download link, which no
// document describes.
const OperationLink = "link"

// Exchange is a request and what became of it, for logs, for people and for
// judging a client from outside. It holds no credential: neither tokens nor
// passwords nor the signature of a link.
type Exchange struct {
	Number   int       // from 1, in the order in which requests arrived
	At       time.Time // on the world's clock, when it arrived
	Real     time.Time // on the machine's clock
	Duration time.Duration

	Method    string
	Path      string // escaped, without query
	Query     string // decoded, for reading; empty for download links
	Operation string // operationId or [OperationLink]; empty for a path that is nobody's
	Tenant    string

	Status int
	Bytes  int64    // of the answer's body
	Effect string   // what it did or found, in a few words
	Rule   string   // what answered: a kind of refusal, or an edit of the scenario; empty for the plain course of things
	Advice []Advice // what a real server would not forgive, or does otherwise

	// Job is the job that the request was about, if it was about one.
	Job *JobMoment

	wire *wire // what HAR tells beyond this
}

// JobMoment is a job as a request found it and left it.
type JobMoment struct {
	ID            uuid.UUID
	Before, After api.JobExecutionStatus // Before is empty for a job that the request made
	Exported      int                    // records so far
	Total         int

	// Told is the status that an answer to getJobExecutions gave; empty if it gave
	// none. It differs from After where a scenario says so.
	Told api.JobExecutionStatus
}

// Advice is a remark on how a request was made.
type Advice struct {
	Code AdviceCode
	Text string // a sentence, without its full stop
}

// AdviceCode names a remark; the list is closed.
type AdviceCode string

// The remarks.
const (
	CredentialOnLink   AdviceCode = "credential-on-link"
	PollsTooOften      AdviceCode = "polls-too-often"      // more than fifteen times in ten seconds of the machine
	PollAfterEnd       AdviceCode = "poll-after-end"       // the job had ended when it was last asked for
	WaitsForSuccess    AdviceCode = "waits-for-success"    // still polling a job that ended in another word for it
	SecondExport       AdviceCode = "second-export"        // of the same definition
	ExportBeforeUpload AdviceCode = "export-before-upload" //
	OldFileID          AdviceCode = "old-file-id"          // the provisional one, after the job has ended
	UnencodedQuery     AdviceCode = "unencoded-query"      //
	LoginAfterRefusal  AdviceCode = "login-after-refusal"  // the same credentials again
	RefreshTokenReused AdviceCode = "refresh-token-reused" //
	GuideDiffers       AdviceCode = "guide-differs"        // real servers do otherwise than the guide prints
	NotImitated        AdviceCode = "not-imitated"         // the fake cannot do what was asked
	DefectOfTheFake    AdviceCode = "defect-of-the-fake"   // please report it
)

// wire is what went over the wire, as far as it may be told: without secrets,
// and of bodies no more than a beginning.
type wire struct {
	proto, scheme, host string
	query               string // escaped
	request, answer     message
}

// message is a request or an answer.
type message struct {
	headers []header
	size    int64  // of the body, in bytes
	text    string // of a body that is text
}

// Bounds of what an exchange keeps, in bytes.
const (
	maxText = 4 << 10 // of a body
	maxLine = 2 << 10 // of a path, a query, an effect
)

// exchange tells of a call that was answered, without its secrets.
func (c *call) exchange(answered *reply, written int64, sent http.Header) Exchange {
	r := c.request
	e := Exchange{
		Number:   c.ordinal,
		At:       c.now,
		Real:     c.real,
		Duration: sim.Present().Sub(c.real),
		Method:   told(r.Method, 20),
		Path:     told(r.URL.EscapedPath(), maxLine),
		Tenant:   told(c.tenantName, 100),
		Status:   answered.status,
		Bytes:    written,
		Effect:   told(c.effect, maxLine),
		Rule:     c.rule,
		Advice:   toldAdvice(c.advice),
		Job:      c.job,
	}
	if c.server.config.control { // nobody else can ask for it
		e.wire = c.wire(answered, written, sent)
	}
	switch {
	case c.op != nil:
		e.Operation = c.op.ID
		if c.job != nil && c.op.ID == "getJobExecutions" && answered.status == http.StatusOK {
			c.job.Told = c.statusTold(answered)
		}
	case c.server.links.owns(r.URL.Path):
		e.Operation = OperationLink
	}
	// A signature is a secret on a wrong path, too.
	if query := decodedQuery(r.URL.RawQuery); !strings.Contains(query, "X-Amz-Signature") {
		e.Query = told(strings.TrimSpace(query), maxLine)
	}
	return e
}

// statusTold is the status of the call's job in its answer.
func (c *call) statusTold(answered *reply) api.JobExecutionStatus {
	if c.rule == "" {
		return c.job.After
	}
	if !gjson.ValidBytes(answered.body) {
		return ""
	}
	return api.JobExecutionStatus(gjson.GetBytes(answered.body, "jobExecutions.0.status").String())
}

// toldAdvice is what was said of a request, without the secrets that it may quote.
func toldAdvice(said []Advice) []Advice {
	for i := range said {
		said[i].Text = told(said[i].Text, maxLine)
	}
	return said
}

func (c *call) wire(answered *reply, written int64, sent http.Header) *wire {
	r := c.request
	w := &wire{
		proto: r.Proto, scheme: "http", host: told(r.Host, 300), query: toldQuery(r.URL.RawQuery),
		request: message{headers: toldHeaders(r.Header), size: max(r.ContentLength, c.uploaded, int64(len(c.raw)), 0)},
		answer:  message{headers: toldHeaders(sent), size: written},
	}
	if r.TLS != nil {
		w.scheme = "https"
	}
	switch {
	case c.raw == nil:
	case strings.HasPrefix(r.URL.Path, "/authn/"):
		w.request.text = toldLogin(c.raw)
	default:
		w.request.text = told(string(c.raw[:min(len(c.raw), 2*maxText)]), maxText)
	}
	if written > 0 && answered.handler == nil {
		w.answer.text = told(string(answered.body[:min(len(answered.body), 2*maxText)]), maxText)
	}
	return w
}

// size is about what an exchange takes in memory, in bytes.
func (e *Exchange) size() int {
	const fixed = 800 // of the structs
	n := fixed + len(e.Method) + len(e.Path) + len(e.Query) + len(e.Tenant) + len(e.Effect) + len(e.Rule)
	for _, a := range e.Advice {
		n += len(a.Text)
	}
	if e.wire == nil {
		return n
	}
	n += len(e.wire.host) + len(e.wire.query)
	for _, m := range []*message{&e.wire.request, &e.wire.answer} {
		n += len(m.text)
		for _, h := range m.headers {
			n += len(h.Name) + len(h.Value) + 2*16
		}
	}
	return n
}
