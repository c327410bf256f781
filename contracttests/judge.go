package contracttests

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi"
)

// judge holds answers against the document of a release and remembers which kinds of them came by. It is the suite's
// own: whether the server judges itself makes no difference.
type judge struct {
	release string
	router  func() (routers.Router, error) // of the document, loaded at first need
	seen    map[sighting]bool              // in this process
}

// sighting is a kind of answer that came by.
type sighting struct {
	Release, Operation string
	Status             int
}

// sightingEntry names the report entries by which the processes tell of sightings.
const sightingEntry = "contract: seen"

func newJudge(release string) (*judge, error) {
	if known := openapi.Releases(); !slices.Contains(known, release) {
		return nil, fmt.Errorf("contracttests: unknown release %q; known are %s", release, strings.Join(known, ", "))
	}
	load := func() (routers.Router, error) {
		document, err := openapi.Document(release)
		if err != nil {
			return nil, err
		}
		return gorillamux.NewRouter(document)
	}
	return &judge{release: release, router: sync.OnceValues(load), seen: map[sighting]bool{}}, nil
}

// hold fails the spec if the document does not allow the answer.
func (j *judge) hold(sent *http.Request, base string, a answer) {
	GinkgoHelper()
	seen, err := j.check(sent, base, a)
	if seen.Operation != "" {
		j.remember(seen)
	}
	Expect(err).NotTo(HaveOccurred(), "the document of release %s does not allow this answer of %s", j.release, seen.Operation)
}

// check holds an answer against the document and returns what kind of answer it is. Requests that belong to no operation
// are answered by the gateway alone, and no document tells how.
func (j *judge) check(sent *http.Request, base string, a answer) (sighting, error) {
	router, err := j.router()
	if err != nil {
		return sighting{}, err
	}
	route, variables, err := router.FindRoute(below(base, sent))
	if err != nil {
		return sighting{}, nil
	}
	seen := sighting{Release: j.release, Operation: route.Operation.OperationID, Status: a.status}
	if a.request.mislabelled {
		return seen, nil
	}
	options := &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}
	return seen, openapi3filter.ValidateResponse(sent.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: sent, PathParams: variables, Route: route, Options: options,
		},
		Status:  a.status,
		Header:  a.header,
		Body:    io.NopCloser(bytes.NewReader(a.body)),
		Options: options,
	})
}

// below is the request as the document sees it: the path without that of the target's URL.
func below(base string, sent *http.Request) *http.Request {
	prefix := ""
	if u, err := url.Parse(base); err == nil {
		prefix = strings.TrimSuffix(u.Path, "/")
	}
	seen := *sent
	seen.URL = &url.URL{Path: strings.TrimPrefix(sent.URL.Path, prefix), RawPath: strings.TrimPrefix(sent.URL.RawPath, prefix)}
	return &seen
}

// remember reports a kind of answer at its first sight in this process.
func (j *judge) remember(s sighting) {
	if j.seen[s] {
		return
	}
	j.seen[s] = true
	AddReportEntry(sightingEntry, s, ReportEntryVisibilityNever)
}
