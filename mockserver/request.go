package mockserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// maxJSON bounds a JSON body; the largest that makes sense has a few hundred
// bytes.
const maxJSON = 1 << 20

// checkRequest is what the framework of the module does before the module's own
// code runs: headers, parameters, body. The document is the measure; the
// release words what is wrong. Which fault of several is named is assumption A44.
func (s *Server) checkRequest(c *call) error {
	if err := c.checkAccept(); err != nil {
		return err
	}
	if err := c.checkContentType(); err != nil {
		return err
	}
	if err := c.checkParameters(); err != nil {
		return err
	}
	if c.op.body == nil {
		return nil
	}
	return c.checkBody()
}

func (c *call) checkAccept() error {
	if c.op.module.Framework == release.Internal {
		return nil
	}
	accept := strings.Join(c.request.Header.Values("Accept"), ",")
	refuse := func(kind release.Kind) error {
		return release.Refuse(kind, "got", accept, "want", quotedList(c.op.produces))
	}
	if accept == "" {
		if c.op.module.Framework == release.RMB30 {
			return refuse(release.NotAcceptable)
		}
		return nil
	}
	if !slices.ContainsFunc(c.op.produces, func(t string) bool { return accepts(accept, t) }) {
		return refuse(release.NotAcceptable)
	}
	if c.op.module.Answers[release.NoTextForm].Status != 0 && c.op.Method == http.MethodGet && !accepts(accept, c.op.produces[0]) {
		return refuse(release.NoTextForm)
	}
	return nil
}

// accepts tells whether an Accept header lets a media type through.
func accepts(header, mediaType string) bool {
	family, _, _ := strings.Cut(mediaType, "/")
	for part := range strings.SplitSeq(header, ",") {
		accepted, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch strings.ToLower(strings.TrimSpace(accepted)) {
		case "*/*", family + "/*", mediaType:
			return true
		}
	}
	return false
}

func (c *call) checkContentType() error {
	if c.op.consumes == "" {
		return nil
	}
	sent := c.request.Header.Get("Content-Type")
	mediaType, _, err := mime.ParseMediaType(sent)
	if err == nil && mediaType == c.op.consumes {
		return nil
	}
	if sent == "" {
		switch c.op.module.Framework {
		case release.RMB35, release.Internal:
			return nil // counts as JSON since RMB-519
		case release.Spring53, release.Spring54:
			if c.op.optional && c.request.ContentLength == 0 {
				return nil
			}
		}
	}
	return release.Refuse(release.WrongContentType, "got", sent, "want", c.op.consumes)
}

func (c *call) checkParameters() error {
	var err error
	if c.query, err = parseQuery(c.request.URL.RawQuery); err != nil {
		return release.Refuse(release.MalformedURL, "why", err.Error())
	}
	key := fingerprint(nil, "parameters", c.op.ID, c.request.URL.Path, c.request.URL.RawQuery)
	if _, good := c.server.verdicts.get(key); good {
		return nil
	}
	withoutBody := c.request.WithContext(c.context()) // a copy
	withoutBody.Body = http.NoBody
	err = openapi3filter.ValidateRequest(c.context(), &openapi3filter.RequestValidationInput{
		Request:     withoutBody,
		PathParams:  c.vars,
		QueryParams: c.query,
		Route:       c.op.route,
		Options:     c.op.options,
	})
	if err == nil {
		c.server.verdicts.put(key, struct{}{})
		return nil
	}
	bad, ok := errors.AsType[*openapi3filter.RequestError](err)
	if !ok || bad.Parameter == nil {
		return fmt.Errorf("request against the document: %w", err)
	}
	return c.refuseParameter(bad.Parameter)
}

// refuseParameter says what is wrong with a parameter that the document does
// not allow.
func (c *call) refuseParameter(p *openapi3.Parameter) error {
	if p.In == openapi3.ParameterInPath {
		return release.Refuse(release.PathNotUUID, "name", p.Name, "value", c.vars[p.Name])
	}
	value := c.query.Get(p.Name)
	with := []string{"name", p.Name, "value", value}
	n, err := strconv.ParseInt(value, 10, 64)
	switch {
	case p.Schema.Value.Type.Is(openapi3.TypeBoolean):
		return release.Refuse(release.BadBoolean, with...)
	case p.Schema.Value.Enum != nil:
		return release.Refuse(release.BadWord, with...)
	case errors.Is(err, strconv.ErrRange):
		return release.Refuse(release.QueryOutOfRange, with...)
	case err != nil:
		return release.Refuse(release.QueryNotNumber, with...)
	case n < 0:
		return release.Refuse(release.QueryNegative, with...)
	case n == 0:
		return release.Refuse(release.LimitZero)
	}
	return release.Refuse(release.QueryOutOfRange, with...)
}

// checkBody reads the JSON body, bounded, and holds it against the document.
func (c *call) checkBody() error {
	data, err := io.ReadAll(io.LimitReader(c.request.Body, maxJSON+1))
	switch {
	case err != nil:
		return release.Refuse(release.NotJSON, "why", "the body did not arrive whole")
	case len(data) > maxJSON:
		return release.Refuse(release.BodyTooLarge, "limit", strconv.Itoa(maxJSON))
	case len(bytes.TrimSpace(data)) == 0:
		return release.Refuse(release.EmptyBody)
	}
	c.raw = data
	value, err := c.parseBody(data)
	if err != nil {
		return err
	}
	err = c.op.body.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsRequest())
	if err != nil {
		return refuseBody(err)
	}
	c.body, err = marshal(onlyKnown(value, c.op.body))
	return err
}

// onlyKnown drops the members that a release ignores: encoding/json would take
// "filename" for "fileName".
func onlyKnown(value any, schema *openapi3.Schema) any {
	if members, ok := value.(map[string]any); ok {
		maps.DeleteFunc(members, func(name string, _ any) bool { return schema.Properties[name] == nil })
	}
	return value
}

// decode fills v from the body that the document has let through; that it does
// not fit is a defect of the fake.
func (c *call) decode(v any) error {
	if err := json.Unmarshal(c.body, v); err != nil {
		return fmt.Errorf("decode a checked body: %w", err)
	}
	return nil
}

// parseBody reads the JSON value that a body is.
func (c *call) parseBody(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, release.Refuse(release.NotJSON, "why", err.Error())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) && c.op.module.Framework != release.Spring53 {
		return nil, release.Refuse(release.TrailingContent, "why", "unexpected content after the JSON value")
	}
	return value, nil
}

// refuseBody picks the finding that the frameworks name first: a member that is
// not known stops the parser, the rest is found by looking at what was parsed.
func refuseBody(err error) error {
	findings := schemaErrors(err)
	rank := func(e *openapi3.SchemaError) int {
		switch e.SchemaField {
		case "properties":
			return 0
		case "type", "enum":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(findings, func(a, b *openapi3.SchemaError) int { return rank(a) - rank(b) })
	if len(findings) == 0 {
		return fmt.Errorf("body against the document: %w", err)
	}
	first := findings[0]
	member := strings.Join(first.JSONPointer(), ".")
	switch first.SchemaField {
	case "properties":
		return release.Refuse(release.UnknownMember, "member", unsupportedName(first))
	case "required", "nullable":
		return release.Refuse(release.MissingMember, "member", member)
	case "pattern", "format":
		return release.Refuse(release.PatternMismatch, "member", member, "value", fmt.Sprint(first.Value), "pattern", first.Schema.Pattern)
	}
	return release.Refuse(release.WrongValue, "member", member, "why", firstLine(first.Reason))
}

// schemaErrors flattens what kin-openapi found.
func schemaErrors(err error) []*openapi3.SchemaError {
	if several, ok := errors.AsType[openapi3.MultiError](err); ok {
		var found []*openapi3.SchemaError
		for _, e := range several {
			found = append(found, schemaErrors(e)...)
		}
		return found
	}
	if one, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		return []*openapi3.SchemaError{one}
	}
	return nil
}

// unsupportedName digs the name of an unknown member out of kin-openapi's
// sentence, the only place that has it: property "x" is unsupported.
func unsupportedName(e *openapi3.SchemaError) string {
	if _, rest, ok := strings.Cut(e.Reason, `"`); ok {
		name, _, _ := strings.Cut(rest, `"`)
		return name
	}
	return e.Reason
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func quotedList(types []string) string {
	quoted := make([]string, 0, len(types))
	for _, t := range types {
		quoted = append(quoted, strconv.Quote(t))
	}
	return "[" + strings.Join(quoted, ",") + "]"
}
