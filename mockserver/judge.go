package mockserver

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3filter"
)

// judge holds responses against the document. A verdict depends on the bytes of
// the answer alone, so a good one is remembered: a client that polls gets the
// same answer many times, and judging is the dearest part of a request.
type judge struct {
	mu   sync.Mutex
	good map[[16]byte]struct{}
}

// maxVerdicts bounds what is remembered, at 16 bytes each.
const maxVerdicts = 8192

func newJudge() *judge { return &judge{good: map[[16]byte]struct{}{}} }

func (j *judge) knows(key [16]byte) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, ok := j.good[key]
	return ok
}

func (j *judge) remember(key [16]byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.good) >= maxVerdicts {
		clear(j.good)
	}
	j.good[key] = struct{}{}
}

// judged returns the reply if the document allows it, and otherwise a 500 that
// says why. Answers before a route was found belong to no operation and are not
// judged.
func (s *Server) judged(c *call, r reply) reply {
	for _, h := range s.release.Gateway.Headers {
		r.add(h[0], h[1])
	}
	if c.op == nil || r.handler != nil {
		return r
	}
	mediaType := r.contentType
	if r.judgedAs != "" {
		mediaType = r.judgedAs
	}
	key := fingerprint([]byte(c.op.ID), []byte{byte(r.status >> 8), byte(r.status)}, []byte(mediaType), r.body)
	if r.stream == nil && s.judge.knows(key) {
		return r
	}
	if err := judgeReply(c, r, mediaType); err != nil {
		return s.violated(c, fmt.Sprintf("%s answers %d: %s", c.op.ID, r.status, firstLine(err.Error())))
	}
	if r.stream == nil {
		s.judge.remember(key)
	}
	return r
}

func judgeReply(c *call, r reply, mediaType string) error {
	options := *c.op.options
	options.ExcludeResponseBody = r.stream != nil
	header := http.Header{}
	for name, values := range r.header {
		header[name] = values
	}
	if mediaType != "" {
		header.Set("Content-Type", strings.TrimSpace(mediaType))
	}
	return openapi3filter.ValidateResponse(context.WithoutCancel(c.context()), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: c.request, PathParams: c.vars, QueryParams: c.query, Route: c.op.route, Options: &options,
		},
		Status:  r.status,
		Header:  header,
		Body:    io.NopCloser(bytes.NewReader(r.body)),
		Options: &options,
	})
}

// violated is the answer of a fake that has found a defect in itself.
func (s *Server) violated(c *call, finding string) reply {
	finding = fmt.Sprintf("release %s, %s %s: %s", s.release.Name, c.request.Method, c.request.URL.Path, finding)
	s.report(finding)
	c.effect = "defect of the fake"
	c.note(finding)
	return textReply(http.StatusInternalServerError, "text/plain; charset=utf-8", "fauxkapi: this is a defect of the fake, please report it: "+finding)
}
