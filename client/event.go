package client

import (
	"net/http"
	"net/url"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Step is a step of the module's guide; the login and the search for ids are before them.
type Step int

// The steps, numbered as in the guide. Fetching the file itself belongs to the last.
const (
	StepLogin Step = iota
	StepProfile
	StepDefinition
	StepUpload
	StepExport
	StepJob
	StepDownload
)

// Event is an answer of the server, the choice of a job profile, how far a download has come, or something that went
// wrong and is no error yet.
type Event struct {
	Step    Step
	Message string // in a few words, printable: "test.csv is NEW"
	Batch   int    // whose, from 1; 0 outside of ExportBatches

	Method string // of the request that was answered; empty if there was none
	Path   string // its path and unescaped query; empty for the link, whose query is a secret
	Status int    // of the answer

	Job *api.JobExecution // as the server described it, at StepJob; nil if there is Trouble

	// Trouble is what went wrong, if that is made good by another request; nil if nothing did. The Message says what
	// happened and what comes next: "look at the job: http://okapi.test answered 502 (Bad Gateway); again in 4s".
	Trouble *Error

	Bytes int64 // of the file so far
	Size  int64 // of the whole file; -1 if the server does not say
}

// tell reports an answer of the gateway.
func (c *Client) tell(answer *http.Response, event Event) {
	event.Status = answer.StatusCode
	if request := answer.Request; request != nil {
		event.Method, event.Path = request.Method, target(request.URL)
	}
	c.emit(event)
}

func (c *Client) emit(event Event) {
	if c.onEvent != nil {
		event.Message = printable(c.secrets.hide(event.Message), 2*excerptSize)
		c.onEvent(event)
	}
}

// trouble reports a failure that is no error yet, and what is done about it.
func (c *Client) trouble(op string, failure *Error, next string) {
	c.emit(Event{
		Step: guideStep(op), Message: op + ": " + printable(failure.Message, excerptSize) + "; " + next,
		Status: failure.Status, Trouble: new(*failure),
	})
}

func target(u *url.URL) string {
	if u.RawQuery == "" {
		return u.Path
	}
	query, err := url.QueryUnescape(u.RawQuery)
	if err != nil {
		query = u.RawQuery
	}
	return u.Path + "?" + query
}
