package mockserver

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The journal as JSON. The names of its members are documented in
// docs/control.md and stay.
type journalDocument struct {
	Exchanges []exchangeDocument `json:"exchanges"` // by number
}

type exchangeDocument struct {
	Number     int              `json:"number"`
	At         time.Time        `json:"at"`
	Real       time.Time        `json:"real"`
	DurationMS float64          `json:"durationMs"`
	Method     string           `json:"method"`
	Path       string           `json:"path"`
	Query      string           `json:"query,omitempty"`
	Tenant     string           `json:"tenant,omitempty"`
	Operation  string           `json:"operation,omitempty"`
	Status     int              `json:"status"`
	Bytes      int64            `json:"bytes"`
	Effect     string           `json:"effect,omitempty"`
	Rule       string           `json:"rule,omitempty"`
	Job        *jobDocument     `json:"job,omitempty"`
	Advice     []adviceDocument `json:"advice"`
}

type jobDocument struct {
	ID       string `json:"id"`
	Before   string `json:"before,omitempty"`
	After    string `json:"after"`
	Exported int    `json:"exported"`
	Total    int    `json:"total"`
}

type adviceDocument struct {
	Code AdviceCode `json:"code"`
	Text string     `json:"text"`
}

func (e *Exchange) document() exchangeDocument {
	d := exchangeDocument{
		Number: e.Number, At: e.At, Real: e.Real, DurationMS: milliseconds(e.Duration),
		Method: e.Method, Path: e.Path, Query: e.Query, Tenant: e.Tenant, Operation: e.Operation,
		Status: e.Status, Bytes: e.Bytes, Effect: e.Effect, Rule: e.Rule, Advice: []adviceDocument{},
	}
	if e.Job != nil {
		d.Job = &jobDocument{ID: e.Job.ID.String(), Before: string(e.Job.Before), After: string(e.Job.After), Exported: e.Job.Exported, Total: e.Job.Total}
	}
	for _, a := range e.Advice {
		d.Advice = append(d.Advice, adviceDocument(a))
	}
	return d
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// serveJournal answers with the last exchanges, as JSON or as HAR.
func serveJournal(c *call) reply {
	query := c.request.URL.Query()
	since, err := strconv.Atoi(query.Get("since"))
	if query.Get("since") != "" && err != nil {
		return controlText(http.StatusBadRequest, "since is the number of an exchange; those after it are told\n")
	}
	format := query.Get("format")
	if format == "" && strings.Contains(c.request.Header.Get("Accept"), harType) {
		format = "har"
	}
	found := c.server.journal.since(since)
	switch format {
	case "", "json":
		document := journalDocument{Exchanges: []exchangeDocument{}}
		for _, e := range found {
			document.Exchanges = append(document.Exchanges, e.document())
		}
		return controlJSON(document)
	case "har":
		answered := controlJSON(harOf(found))
		answered.contentType = harType
		return answered
	}
	return controlText(http.StatusBadRequest, "format is json or har\n")
}
