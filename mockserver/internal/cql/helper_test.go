package cql_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
)

// job is a record with a bit of everything that FOLIO's lists hold.
type job struct {
	key       string // how the tables below call it
	id        uuid.UUID
	hrid      int // 0 is null
	exported  int
	profile   string // "-" is null
	profileID uuid.UUID
	status    string
	completed time.Time
	title     string
	people    []string
}

var (
	idA = uuid.MustParse("1ab4d9a3-6d0f-4d1e-8c53-0f2a1b7c9e01")
	idB = uuid.MustParse("22091d4a-0c70-4a9e-8843-5dcf96c7cdf5")
	idC = uuid.MustParse("b975b199-fa3c-4cc8-8257-4e996e64addb")
	idD = uuid.MustParse("d0d6b4dc-2207-42ec-ac6b-3c30300e4307")

	profile1 = uuid.MustParse("6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a")
	profile2 = uuid.MustParse("25d81cbe-9686-11ea-bb37-0242ac130002")
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

var jobs = []job{
	{
		key: "a", id: idA, hrid: 9, exported: 25, profile: "Default job profile", profileID: profile1, status: "COMPLETED",
		completed: at("2024-01-01T10:00:00.5004Z"), title: "The Land of Nod", people: []string{"Stevenson, Robert Louis"},
	},
	{
		key: "b", id: idB, hrid: 112, exported: 3, profile: "Ärger* mit_Nod", profileID: profile2, status: "COMPLETED_WITH_ERRORS",
		completed: at("2024-02-01T00:00:00Z"), title: "Łódź à la carte", people: []string{"Nod, Émile", "Ångström, A."},
	},
	{
		key: "c", id: idC, hrid: 10, profile: "", profileID: profile1, status: "FAIL",
		completed: at("2023-12-31T23:59:59.999Z"), title: "nodding donkeys",
	},
	{key: "d", id: idD, profile: "-", status: "NEW", title: "Straße"},
}

func fields() []cql.Field[job] {
	return []cql.Field[job]{
		cql.ID("id", func(j job) uuid.UUID { return j.id }),
		cql.Ref("jobProfileId", func(j job) uuid.UUID { return j.profileID }),
		cql.Text("jobProfileName", func(j job) (string, bool) { return j.profile, j.profile != "-" }),
		cql.Enum("status", func(j job) string { return j.status }),
		cql.Date("completedDate", func(j job) time.Time { return j.completed }),
		cql.Words("keyword", func(j job) []string { return append([]string{j.title}, j.people...) }),
		cql.Opaque[job]("locked"), cql.Opaque[job]("runBy.lock"),
	}
}

func jpaSchema() *cql.Schema[job] {
	return cql.NewJPA(append(
		fields(),
		cql.Number("hrid", func(j job) (int, bool) { return j.hrid, j.hrid != 0 }),
		cql.Number("exported", func(j job) (int, bool) { return j.exported, true }),
	)...)
}

func storageSchema() *cql.Schema[job] {
	return cql.NewStorage("2006-01-02T15:04:05.000-0700", append(
		fields(),
		cql.Number("hrId", func(j job) (int, bool) { return j.hrid, j.hrid != 0 }),
		cql.Number("progress.exported", func(j job) (int, bool) { return j.exported, true }),
		cql.Text("title", func(j job) (string, bool) { return j.title, true }),
	)...)
}

func compile(text string, s *cql.Schema[job]) (*cql.Filter[job], error) {
	q, err := cql.Parse(text)
	if err != nil {
		return nil, err
	}
	return cql.Compile(q, s)
}

// answer is the keys of the jobs that a query finds, in its order.
func answer(t *testing.T, text string, s *cql.Schema[job]) string {
	t.Helper()
	filter, err := compile(text, s)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var found []job
	for _, j := range jobs {
		if filter.Match(j) {
			found = append(found, j)
		}
	}
	filter.Sort(found)
	var keys strings.Builder
	for _, j := range found {
		keys.WriteString(j.key)
	}
	return keys.String()
}

type row struct{ query, want string }

func answers(t *testing.T, s *cql.Schema[job], rows []row) {
	t.Helper()
	for _, r := range rows {
		if got := answer(t, r.query, s); got != r.want {
			t.Errorf("%s\n got %q\nwant %q", r.query, got, r.want)
		}
	}
}

// refuses wants an error of type E for each query, and hands it to check.
func refuses[E error](t *testing.T, s *cql.Schema[job], check func(query string, err E), queries ...string) {
	t.Helper()
	for _, query := range queries {
		_, err := compile(query, s)
		if e, ok := errors.AsType[E](err); ok {
			check(query, e)
		} else {
			t.Errorf("%s\n got %T: %v", query, err, err)
		}
	}
}

func anyOf[E error](string, E) {}
