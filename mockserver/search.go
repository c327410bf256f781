package mockserver

import (
	"errors"
	"strings"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// lists are what can be asked for with a query.
type lists struct {
	jobs      *queries[*folio.Job]
	logs      *queries[*folio.LogEntry]
	profiles  *queries[release.Profile]
	instances *queries[catalogue.Instance]
}

func newLists(row *release.Release) lists {
	return lists{
		jobs:      newQueries("JobExecution", folio.JobSchema(row)),
		logs:      newQueries("ErrorLog", folio.LogSchema()),
		profiles:  newQueries("JobProfile", folio.ProfileSchema(row)),
		instances: newQueries("Instance", folio.InstanceSchema()),
	}
}

// queries gives queries their meaning over one list. It depends on the text
// alone, so it is remembered: who polls asks the same again and again.
type queries[T any] struct {
	entity string // how mod-data-export 5.x calls what is listed
	schema *cql.Schema[T]
	known  *memo[string, *cql.Filter[T]]
}

// maxQueries bounds the queries that are remembered, of 8 KiB at most.
const maxQueries = 256

func newQueries[T any](entity string, schema *cql.Schema[T]) *queries[T] {
	return &queries[T]{entity: entity, schema: schema, known: newMemo[string, *cql.Filter[T]](maxQueries)}
}

// filter returns what the call's query lets through.
func (q *queries[T]) filter(c *call) (*cql.Filter[T], error) {
	text := c.query.Get("query")
	if filter, ok := q.known.get(text); ok {
		return filter, nil
	}
	query, err := cql.Parse(text)
	if err != nil {
		return nil, c.refuseQuery(err, text, q.entity)
	}
	filter, err := cql.Compile(query, q.schema)
	if err != nil {
		return nil, c.refuseQuery(err, text, q.entity)
	}
	q.known.put(text, filter)
	return filter, nil
}

// refuseQuery says in the release's words why a query is not answered.
func (c *call) refuseQuery(err error, text, entity string) error {
	if e, ok := errors.AsType[*cql.UnsupportedError](err); ok {
		c.advise(notImitated("this fake does not evaluate that query: " + e.What))
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
