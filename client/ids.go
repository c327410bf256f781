package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"regexp"
	"strings"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const (
	instancePage = 1000
	// maxElement bounds one element of a list that is otherwise endless, in bytes.
	maxElement = 1 << 20
)

// InstanceIDs yields the ids of the instances that a CQL query finds, in the server's order, as they arrive. It asks
// /instance-bulk/ids, the guide's endpoint, and where that is gone (mod-inventory-storage 20 removed it) pages through
// /inventory/instances. An error is the last thing yielded; what came before it is then not the whole list.
func (c *Client) InstanceIDs(ctx context.Context, query string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		err := c.bulkIDs(ctx, query, yield)
		if failure, ok := errors.AsType[*Error](err); ok && failure.Status == http.StatusNotFound {
			err = c.pagedIDs(ctx, query, yield)
		}
		if err != nil {
			yield("", err)
		}
	}
}

func (c *Client) bulkIDs(ctx context.Context, query string, yield func(string, error) bool) error {
	return c.list(ctx, "ids", yield, func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
		return c.rest.GetInstanceBulkIds(ctx, &api.GetInstanceBulkIdsParams{Query: &query}, edit...)
	}, new(page))
}

func (c *Client) pagedIDs(ctx context.Context, query string, yield func(string, error) bool) error {
	query = sorted(query)
	for offset := 0; ; {
		var got page
		err := c.list(ctx, "instances", yield, func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			params := &api.GetInstancesParams{Query: &query, Limit: new(instancePage), Offset: &offset}
			return c.rest.GetInstances(ctx, params, edit...)
		}, &got)
		if err != nil {
			return err
		}
		// The total can be an estimate, so a full page is always followed by another.
		if offset += got.ids; got.stopped || got.ids == 0 || got.ids < instancePage && offset >= got.total {
			return nil
		}
	}
}

var (
	quotedTerm = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	sortClause = regexp.MustCompile(`(?i)\bsortby\b`)
)

// sorted returns the query with an order, or nothing keeps its pages from overlapping.
func sorted(query string) string {
	switch {
	case strings.TrimSpace(query) == "":
		return "cql.allRecords=1 sortby id"
	case sortClause.MatchString(quotedTerm.ReplaceAllString(query, "")):
		return query
	}
	return query + " sortby id"
}

// page is what is known of one answer after its end.
type page struct {
	ids, total int
	problems   []api.Diagnostic
	stopped    bool // the caller wants no more
}

func (c *Client) list(ctx context.Context, member string, yield func(string, error) bool, send sender, got *page) error {
	op := operation{name: opIDs, send: send, safe: true, renews: true, streams: true}
	op.read = func(ctx *watched, answer *http.Response) error {
		if err := c.wantJSON(opIDs, answer); err != nil {
			return err
		}
		err := readList(ctx, answer.Body, member, got, func(id string) (more bool) {
			ctx.outside(func() { more = yield(id, nil) })
			return more
		})
		switch {
		case errors.Is(err, errNotAList):
			return c.unusable(opIDs, answer, "JSON that does not fit: %s", printable(c.secrets.hide(err.Error()), excerptSize))
		case err != nil:
			failure := c.noAnswer(ctx, op, err)
			if failure.Kind == KindServer {
				failure.Message = fmt.Sprintf("%s broke off after %s (%s)", c.base, prose.Count(got.ids, "id"), c.secrets.excerpt([]byte(err.Error())))
				failure.Hint = "the list is not whole: try again"
			}
			failure.transient = failure.transient && got.ids == 0 // what is yielded stays yielded
			return failure
		case len(got.problems) > 0:
			// A failure in mid-stream still comes as 200.
			p := got.problems[0]
			return &Error{
				Kind: KindServer, Op: opIDs, Status: answer.StatusCode,
				Message: fmt.Sprintf("%s gave up after %s (%s %s)", c.base, prose.Count(got.ids, "id"), printable(p.Code, 20), c.secrets.excerpt([]byte(p.Message))),
				Hint:    "the list is not whole: try again",
			}
		}
		return nil
	}
	err := c.do(ctx, op)
	if e, ok := errors.AsType[*Error](err); ok && e.Op == opIDs && !e.refusedToken() && !e.unknownTenant() &&
		(e.Status == http.StatusBadRequest || e.Status == http.StatusUnprocessableEntity) {
		e.Kind, e.Hint = KindInput, "check the query"
	}
	return err
}

// errNotAList is JSON that is sound and something else, or not sound.
var errNotAList = errors.New("no list of ids")

// readList reads {member: [ids…], "totalRecords": n, "resultInfo": {…}}, holding one element at a time.
func readList(ctx *watched, from io.Reader, member string, got *page, use func(id string) bool) error {
	body := &meter{from: from, left: maxElement, over: fmt.Errorf("%w: one element has more than %d bytes", errNotAList, maxElement)}
	in := json.NewDecoder(body)
	var read int64
	refill := func() {
		ctx.moved(int(in.InputOffset() - read))
		read = in.InputOffset()
		body.left = maxElement
	}
	if err := expect(in, '{'); err != nil {
		return err
	}
	listed := false
	for in.More() {
		refill()
		key, err := in.Token()
		if err != nil {
			return ofJSON(err)
		}
		switch key {
		case member:
			listed = true
			err = readElements(in, refill, got, use)
		case "totalRecords":
			err = in.Decode(&got.total)
		case "resultInfo":
			var info api.ResultInfo
			if err = in.Decode(&info); err == nil && info.Diagnostics != nil {
				got.problems = *info.Diagnostics
			}
		default:
			var ignored json.RawMessage
			err = in.Decode(&ignored)
		}
		if err != nil || got.stopped {
			return ofJSON(err)
		}
	}
	if err := expect(in, '}'); err != nil {
		return err
	}
	if !listed {
		return fmt.Errorf("%w: the member %s is missing", errNotAList, member)
	}
	return nil
}

func readElements(in *json.Decoder, refill func(), got *page, use func(id string) bool) error {
	if err := expect(in, '['); err != nil {
		return err
	}
	for in.More() {
		refill()
		var e element
		if err := in.Decode(&e); err != nil {
			return err
		}
		if !isUUID(e.id) {
			return fmt.Errorf("%w: %s is no UUID", errNotAList, quoted(e.id))
		}
		got.ids++
		if !use(e.id) {
			got.stopped = true
			return nil
		}
	}
	return expect(in, ']')
}

// element is an id, as the RAML of /instance-bulk/ids has it, or an object with one, as its code does.
type element struct{ id string }

func (e *element) UnmarshalJSON(data []byte) error {
	if strings.HasPrefix(string(data), `"`) {
		return json.Unmarshal(data, &e.id)
	}
	var object struct{ ID string }
	err := json.Unmarshal(data, &object)
	e.id = object.ID
	return err
}

func expect(in *json.Decoder, want json.Delim) error {
	token, err := in.Token()
	if err != nil {
		return ofJSON(err)
	}
	if token != want {
		return fmt.Errorf("%w: %v where %v is due", errNotAList, token, want)
	}
	return nil
}

// ofJSON tells what is wrong with JSON from what is wrong with the connection.
func ofJSON(err error) error {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, kind := errors.AsType[*json.UnmarshalTypeError](err)
	if syntax || kind {
		return fmt.Errorf("%w: %w", errNotAList, err)
	}
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
