package mockserver

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/gorilla/mux"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi"
)

// operation is one operation of the document with all that a request needs of
// it, prepared once.
type operation struct {
	openapi.Operation
	module   release.Module
	run      func(*call) (reply, error)
	route    *routers.Route
	options  *openapi3filter.Options
	body     *openapi3.Schema // of a JSON body; nil if there is none
	consumes string           // media type of the body; "" if there is none
	optional bool             // the body may be missing
	produces []string         // media types of success, then text/plain
}

// ServeHTTP makes an operation something that mux can route to. Nobody calls it:
// the router is asked for a match only.
func (*operation) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNotImplemented)
}

// buildRoutes makes the router of the document. There is no second table of
// paths: a path that the document does not have is no path of the fake.
func (s *Server) buildRoutes(document *openapi3.T) error {
	runs := s.runs()
	s.router = mux.NewRouter().UseEncodedPath()
	s.operations = map[string]*operation{}
	for o := range openapi.Operations(document) {
		module, ok := s.release.Modules[string(o.Module)]
		if !ok {
			return fmt.Errorf("operation %s belongs to module %q, which release %s does not have", o.ID, o.Module, s.release.Name)
		}
		run, ok := runs[o.ID]
		if !ok {
			return fmt.Errorf("operation %s of the document is not implemented", o.ID)
		}
		op := &operation{
			Operation: o,
			module:    module,
			run:       run,
			route:     &routers.Route{Spec: document, Path: o.Path, PathItem: o.PathItem, Method: o.Method, Operation: o.Operation},
			options: &openapi3filter.Options{
				ExcludeRequestBody:    true,
				IncludeResponseStatus: true,
				SkipSettingDefaults:   true,
				AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc, // the gateway has done it
			},
			produces: produced(o.Operation),
		}
		op.readBody()
		s.operations[o.ID] = op
		s.router.Handle(o.Path, op).Methods(o.Method)
	}
	return nil
}

func (o *operation) readBody() {
	body := o.Operation.Operation.RequestBody
	if body == nil || body.Value == nil {
		return
	}
	o.optional = !body.Value.Required
	for mediaType, content := range body.Value.Content {
		o.consumes = mediaType
		if mediaType == "application/json" {
			o.body = content.Schema.Value
		}
	}
}

// produced lists what an operation can answer with, success first.
func produced(o *openapi3.Operation) []string {
	var types []string
	responses := o.Responses.Map()
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		if strings.HasPrefix(status, "2") {
			types = slices.AppendSeq(types, maps.Keys(responses[status].Value.Content))
		}
	}
	if len(types) == 0 {
		types = append(types, "application/json") // passes everywhere, also where nothing is sent
	}
	if !slices.Contains(types, "text/plain") {
		types = append(types, "text/plain")
	}
	return types
}

// match finds the operation of a request and the variables of its path; nil if
// the document has none for this path and method.
func (s *Server) match(r *http.Request) (*operation, map[string]string) {
	var m mux.RouteMatch
	if !s.router.Match(r, &m) || m.MatchErr != nil {
		return nil, nil
	}
	op, ok := m.Handler.(*operation)
	if !ok {
		return nil, nil
	}
	vars := m.Vars
	for name, value := range vars {
		if unescaped, err := url.PathUnescape(value); err == nil {
			vars[name] = unescaped
		}
	}
	return op, vars
}
