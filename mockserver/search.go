package mockserver

import (
	"errors"
	"strings"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// schemas are what queries over each list may name.
type schemas struct {
	jobs      *cql.Schema[*folio.Job]
	profiles  *cql.Schema[release.Profile]
	instances *cql.Schema[catalogue.Instance]
}

// compile gives the call's query its meaning over a list. entity is how
// mod-data-export 5.x calls what is listed.
func compile[T any](c *call, schema *cql.Schema[T], entity string) (*cql.Filter[T], error) {
	text := c.query.Get("query")
	query, err := cql.Parse(text)
	if err != nil {
		return nil, c.refuseQuery(err, text, entity)
	}
	filter, err := cql.Compile(query, schema)
	if err != nil {
		return nil, c.refuseQuery(err, text, entity)
	}
	return filter, nil
}

// refuseQuery says in the release's words why a query is not answered.
func (c *call) refuseQuery(err error, text, entity string) error {
	if e, ok := errors.AsType[*cql.UnsupportedError](err); ok {
		c.note("this fake does not evaluate that query: " + e.What)
		return release.Refuse(release.UnsupportedQuery, "what", e.Error(), "query", text)
	}
	if e, ok := errors.AsType[*cql.ServerChoiceError](err); ok {
		return release.Refuse(release.BareTerm, "why", e.Error(), "query", text)
	}
	if e, ok := errors.AsType[*cql.UnknownIndexError](err); ok {
		return release.Refuse(release.UnknownIndex, "index", e.Index, "entity", entity)
	}
	if e, ok := errors.AsType[*cql.TermError](err); ok {
		return release.Refuse(release.BadTerm, "why", e.Error())
	}
	return release.Refuse(release.MalformedQuery, "why", err.Error(), "key", betweenApostrophes(err.Error()), "query", text)
}

// betweenApostrophes is what RMB names as the key of a CQL error: all between
// the first and the last apostrophe of the message.
func betweenApostrophes(message string) string {
	first, last := strings.Index(message, "'"), strings.LastIndex(message, "'")
	if first == last {
		return ""
	}
	return message[first+1 : last]
}
