package mockserver

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3filter"
)

// maxVerdicts bounds the good verdicts that are remembered, at 16 bytes each. A
// client that polls asks and gets the same many times, and judging is the
// dearest part of a request.
const maxVerdicts = 8192

// judged returns the reply if the document allows it, and otherwise a 500 that
// says why. Answers before a route was found belong to no operation and are not
// judged.
func (s *Server) judged(c *call, r reply) reply {
	r.common = s.common
	if c.op == nil || r.handler != nil {
		return r
	}
	mediaType := r.contentType
	if r.judgedAs != "" {
		mediaType = r.judgedAs
	}
	key := fingerprint(r.body, "answer", c.op.ID, strconv.Itoa(r.status), mediaType)
	onlyBody := r.header == nil // so the key is all of it
	if _, good := s.verdicts.get(key); good && onlyBody {
		return r
	}
	if err := judgeReply(c, r, mediaType); err != nil {
		return s.violated(c, fmt.Sprintf("%s answers %d: %s", c.op.ID, r.status, firstLine(err.Error())))
	}
	if onlyBody {
		s.verdicts.put(key, struct{}{})
	}
	return r
}

func judgeReply(c *call, r reply, mediaType string) error {
	header := http.Header{}
	for name, values := range r.header {
		header[name] = values
	}
	if mediaType != "" {
		header.Set("Content-Type", strings.TrimSpace(mediaType))
	}
	return openapi3filter.ValidateResponse(context.WithoutCancel(c.context()), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: c.request, PathParams: c.vars, QueryParams: c.query, Route: c.op.route, Options: c.op.options,
		},
		Status:  r.status,
		Header:  header,
		Body:    io.NopCloser(bytes.NewReader(r.body)),
		Options: c.op.options,
	})
}

// violated is the answer of a fake that has found a defect in itself.
func (s *Server) violated(c *call, finding string) reply {
	finding = fmt.Sprintf("release %s, %s %s: %s", s.release.Name, c.request.Method, c.request.URL.Path, finding)
	s.report(finding)
	c.effect = "defect of the fake"
	c.advise(defectOfTheFake(finding))
	return textReply(http.StatusInternalServerError, "text/plain; charset=utf-8", "fauxkapi: this is a defect of the fake, please report it: "+finding)
}
