package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/openapi"
)

// documented is how the claims about the OpenAPI document end.
const documented = ".as-documented"

// operations tells which operation of the contract a request belongs to, and what its document says of an answer.
type operations struct {
	routers map[string]func() (routers.Router, error) // by release
}

func newOperations() *operations {
	o := &operations{routers: map[string]func() (routers.Router, error){}}
	for _, release := range openapi.Releases() {
		o.routers[release] = sync.OnceValues(func() (routers.Router, error) {
			document, err := openapi.Document(release)
			if err != nil {
				return nil, err
			}
			return gorillamux.NewRouter(document)
		})
	}
	return o
}

// of is the operationId of a request; empty if no release has such an operation.
func (o *operations) of(r request) string {
	for _, release := range slices.Backward(openapi.Releases()) {
		if route, _, _, err := o.find(release, r); err == nil {
			return route.Operation.OperationID
		}
	}
	return ""
}

func (o *operations) find(release string, r request) (*routers.Route, map[string]string, *http.Request, error) {
	if r.link {
		return nil, nil, nil, errors.New("a link is no operation")
	}
	router, err := o.routers[release]()
	if err != nil {
		return nil, nil, nil, err
	}
	sent := &http.Request{Method: r.method, URL: &url.URL{Path: r.path}, Header: http.Header{}}
	route, parameters, err := router.FindRoute(sent)
	return route, parameters, sent, err
}

// difference is one thing in an answer that the document does not say so.
type difference struct {
	verdict Verdict
	member  string
	text    string
	missing bool
}

// foreign tells whether an answer is about what others have made.
func (o *observed) foreign() bool {
	return slices.Contains([]string{"profiles", "jobs", actCompany, actInstances}, o.Act)
}

// maxValues bounds what is held against a document, whose reader keeps every error: some three times what a FOLIO sends.
const maxValues = 30_000

// differences holds an answer against the document of a release. What is missing or of another type is broken; what is
// there in addition, worded or written differently is drift.
func (o *operations) differences(release string, seen *observed) []difference {
	route, parameters, sent, err := o.find(release, seen.request)
	if err != nil {
		return []difference{{verdict: Unchecked, member: "", text: "the document of the release has no such operation"}}
	}
	if bytes.Count(seen.body, []byte(",")) > maxValues {
		return []difference{{verdict: Unchecked, member: "body", text: "the answer is too long to be held against the document"}}
	}
	options := &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: sent, PathParams: parameters, Route: route, Options: options},
		Status:                 seen.Status,
		Header:                 seen.header,
		Body:                   io.NopCloser(bytes.NewReader(seen.body)),
		Options:                options,
	})
	return dissect(err, seen)
}

// maxReason bounds what is shown of the validator's reasons, in bytes.
const maxReason = 160

// dissect takes the validator's errors apart.
func dissect(err error, seen *observed) []difference {
	if err == nil {
		return nil
	}
	if many, is := err.(openapi3.MultiError); is {
		return dissectAll(many, seen)
	}
	if schema, is := err.(*openapi3.SchemaError); is {
		return dissectSchema(schema, seen)
	}
	response, is := err.(*openapi3filter.ResponseError)
	switch {
	case is && response.Err != nil:
		return dissect(response.Err, seen)
	case is && strings.Contains(response.Reason, "status is not supported"):
		verdict := Drift
		if seen.Status < 300 {
			verdict = Broken // a success that the document does not have means something else
		}
		return []difference{{verdict: verdict, member: "status", text: fmt.Sprintf("the document has no status %d", seen.Status)}}
	case is && strings.Contains(response.Reason, "Content-Type"):
		verdict := Drift
		if seen.Status < 300 {
			verdict = Broken
		}
		return []difference{{verdict: verdict, member: "header Content-Type", text: fmt.Sprintf("it is %s, which the document does not have for status %d", brief(seen.header.Get("Content-Type")), seen.Status)}}
	}
	if parse, is := errors.AsType[*openapi3filter.ParseError](err); is {
		return []difference{{verdict: Broken, member: "body", text: "it cannot be read: " + brief(parse.Error())}}
	}
	if inner := parts(err); len(inner) > 0 {
		return dissectAll(inner, seen)
	}
	return []difference{{verdict: Drift, member: "body", text: prose.Cut(prose.Printable(firstLine(err.Error())), maxReason)}}
}

// parts are the errors below an error of allOf or oneOf. Their types are not exported and have no Unwrap, but they are
// lists of errors.
func parts(err error) (all []error) {
	list := reflect.ValueOf(errors.Unwrap(err))
	if list.Kind() != reflect.Slice {
		return nil
	}
	for i := range list.Len() {
		if one, is := list.Index(i).Interface().(error); is {
			all = append(all, one)
		}
	}
	return all
}

func dissectAll(many []error, seen *observed) []difference {
	var all []difference
	for _, one := range many {
		all = append(all, dissect(one, seen)...)
	}
	return all
}

// dissectSchema says what one error of a schema means for whoever reads the answer.
func dissectSchema(schema *openapi3.SchemaError, seen *observed) []difference {
	if schema.Origin != nil {
		if inner := dissect(schema.Origin, seen); len(inner) > 0 {
			return inner
		}
	}
	member := "/" + strings.Join(schema.JSONPointer(), "/")
	verdict := Drift
	if seen.Status < 300 && (schema.SchemaField == "required" || schema.SchemaField == "type") {
		verdict = Broken
	}
	return []difference{{verdict: verdict, member: member, text: prose.Cut(prose.Printable(firstLine(schema.Reason)), maxReason), missing: schema.SchemaField == "required"}}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// othersOperations are those of other modules, to which only a gateway leads.
func othersOperations() []string {
	return []string{"loginWithExpiry", "refreshToken", "logout", "getInstances", "getInstanceBulkIds"}
}

// documentClaim holds every answer of one operation against the document.
func documentClaim(topic, operation, sentence string, level Level, releases ...string) Claim {
	return Claim{
		ID: topic + documented, Sentence: sentence, Level: level, Releases: releases,
		Source:  "openapi/releases, operation " + operation,
		Usually: "a member that a newer module added or dropped, or a proxy that changes answers",
		judge: func(c *check) {
			c.touchOperation(operation)
			found := false
			for _, o := range c.ev.inOrder() {
				if o.Operation != operation || o.doubted || o.unusable() != "" {
					continue
				}
				found = true
				c.touch(o.Act)
				for _, d := range c.operations.differences(c.facts().release, o) {
					if d.missing && o.foreign() {
						d.verdict = Drift // what others made may be without what the run's own objects must have
					}
					c.add(d.verdict, o, d.member, d.text)
				}
			}
			switch {
			case found:
			case c.facts().gateway == gatewayNone && slices.Contains(othersOperations(), operation):
				c.idle = true
			default:
				c.unchecked(nil, "%s was not answered in a way that can be looked at", operation)
			}
		},
	}
}
