package mockserver

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// refused words why a call is not done, as the release does. An error that is
// no refusal is a defect of the fake and says so.
func (s *Server) refused(c *call, err error) reply {
	refusal, ok := errors.AsType[*release.Refusal](err)
	if !ok {
		return s.violated(c, err.Error())
	}
	module := ""
	if c.op != nil {
		module = string(c.op.Module)
	}
	answer, ok := s.release.Answer(module, refusal)
	if !ok {
		return s.violated(c, fmt.Sprintf("release %s has no answer to %q", s.release.Name, refusal.Kind))
	}
	c.rule = string(refusal.Kind)
	if c.effect == "" {
		c.effect = explain(refusal)
	}
	if answer.Own {
		return s.worded(c, answer)
	}
	return s.judged(c, s.worded(c, answer))
}

// explain is a refusal in a few words, for the log.
func explain(r *release.Refusal) string {
	if r.Kind == release.NoRoute {
		return string(r.Kind) // the log has the path already
	}
	for _, name := range []string{"permission", "id", "fileName", "tenant", "member", "why", "value", "got"} {
		if value := r.With[name]; value != "" {
			return fmt.Sprintf("%s: %.80s", r.Kind, value)
		}
	}
	return string(r.Kind)
}

// worded turns an answer of the table into bytes.
func (s *Server) worded(c *call, a release.Answer) reply {
	r := reply{status: a.Status, contentType: "application/json", close: a.Close}
	switch a.Form {
	case release.Text:
		r.contentType, r.body = "text/plain", []byte(a.Message)
	case release.SpringText:
		r = springText(c.request, a)
	case release.Boot:
		r.body = s.bootBody(c, a.Status)
	case release.RMB:
		r.body = s.errorsBody(rmbErrors(a), release.Compact)
	case release.RMBPretty:
		r.body = s.errorsBody(rmbErrors(a), release.Pretty)
	case release.Sidecar:
		r.body = s.errorsBody(sidecarErrors(a), release.Compact)
	case release.SpringErrors:
		r.body = s.errorsBody(springErrors(a), release.Compact)
	case release.Kong:
		r = s.kongBody(a, c.ordinal, c.request.Header.Get("Accept"))
	case release.KongJSON:
		r = s.kongBody(a, c.ordinal, "application/json")
		r.contentType = "application/json" // the token plugin's own header, without a charset
	case release.Empty:
		r.contentType = ""
	}
	return r
}

// springText is a bare String under Spring: its converter takes every media
// type, so the same text is labelled JSON when the client asks for nothing else
// (assumption A01).
func springText(r *http.Request, a release.Answer) reply {
	answered := textReply(a.Status, "text/plain;charset=UTF-8", a.Message)
	accept := r.Header.Get("Accept")
	if accept != "" && !accepts(accept, "text/plain") && accepts(accept, "application/json") {
		answered.contentType, answered.judgedAs = "application/json", answered.contentType
	}
	return answered
}

func (s *Server) bootBody(c *call, status int) []byte {
	return s.errorsBody(api.BootError{
		Timestamp: s.view.Time(c.now),
		Status:    status,
		Error:     http.StatusText(status),
		Path:      c.request.URL.Path,
	}, release.Compact)
}

// errorsBody encodes one of the error objects, none of which can fail to.
func (s *Server) errorsBody(value any, layout release.Layout) []byte {
	body, err := encode(value, layout)
	if err != nil {
		s.report(err.Error())
	}
	return body
}

// rmbErrors has an empty list of parameters where there is none: assumption A03.
func rmbErrors(a release.Answer) api.RmbErrors {
	parameters := []api.ErrorParameter{}
	if a.Parameter {
		parameters = append(parameters, api.ErrorParameter{Key: a.Key, Value: &a.Value})
	}
	return api.RmbErrors{Errors: []api.RmbError{{Message: a.Message, Type: &a.Type, Code: &a.Code, Parameters: &parameters}}}
}

func sidecarErrors(a release.Answer) api.SidecarErrors {
	return api.SidecarErrors{Errors: []api.SidecarError{{Type: a.Type, Code: a.Code, Message: a.Message}}, TotalRecords: 1}
}

func springErrors(a release.Answer) api.RmbErrors {
	return api.RmbErrors{Errors: []api.RmbError{{Message: a.Message, Type: &a.Type, Code: &a.Code}}, TotalRecords: new(1)}
}

// kongBody is one of Kong's templates, chosen by what the client accepts. The
// markup of the page for browsers is assumption A23.
func (s *Server) kongBody(a release.Answer, number int, accept string) reply {
	drawn := s.tokens.dice.Bytes("kong request", uint64(number))
	id := hex.EncodeToString(drawn[:16])
	switch {
	case accept == "" || accepts(accept, "application/json"):
		body := fmt.Sprintf("{\n  \"message\":%s,\n  \"request_id\":\"%s\"\n}", quoteJSON(a.Message), id)
		return textReply(a.Status, "application/json; charset=utf-8", body)
	case strings.Contains(accept, "text/html"):
		body := fmt.Sprintf("<!doctype html>\n<html>\n  <head>\n    <meta charset=\"utf-8\">\n    <title>Error</title>\n  </head>\n  <body>\n    <h1>Error</h1>\n    <p>%s.</p>\n    <p>request_id: %s</p>\n  </body>\n</html>\n", a.Message, id)
		page := textReply(a.Status, "text/html; charset=utf-8", body)
		page.judgedAs = "text/plain" // kin-openapi reads no HTML
		return page
	}
	return textReply(a.Status, "text/plain; charset=utf-8", a.Message+"\nrequest_id: "+id+"\n")
}

func quoteJSON(s string) string {
	quoted, err := marshal(s)
	if err != nil {
		return `""`
	}
	return string(quoted)
}
