package cql_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
)

// sound holds a text to what is true of every query: it is refused, or what it prints means the same
// and prints the same; and a filter that names an id matches no other record.
func sound(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string,
) {
	t.Helper()
	q, err := cql.Parse(text)
	if err != nil {
		return
	}
	printed := q.String()
	again, err := cql.Parse(printed)
	switch {
	case err != nil && len(printed) <= cql.MaxLength:
		t.Fatalf("%q prints as %q: %v", text, printed, err)
	case err != nil:
		again = q
	case again.String() != printed:
		t.Fatalf("%q prints as %q, then as %q", text, printed, again)
	}
	for _, schema := range []*cql.Schema[job]{jpaSchema(), storageSchema()} {
		filter, err := cql.Compile(q, schema)
		twin, twinErr := cql.Compile(again, schema)
		if (err == nil) != (twinErr == nil) {
			t.Fatalf("%q: %v; printed as %q: %v", text, err, printed, twinErr)
		}
		if err != nil {
			continue
		}
		sorted, twinSorted := slices.Clone(jobs), slices.Clone(jobs)
		filter.Sort(sorted)
		twin.Sort(twinSorted)
		id, bound := filter.ID()
		for i, j := range sorted {
			switch matches := filter.Match(j); {
			case j.id != twinSorted[i].id:
				t.Fatalf("%q and %q sort differently", text, printed)
			case matches != twin.Match(j):
				t.Fatalf("%q and %q differ on %s", text, printed, j.key)
			case matches && bound && j.id != id:
				t.Fatalf("%q is bound to %s and matches %s", text, id, j.id)
			}
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"", "id==22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", `(keyword all "nod") sortby title`, "id=2209* or status<>FAIL",
		"status=(COMPLETED or COMPLETED_WITH_ERRORS) sortBy completedDate/sort.descending", `a==b\(c not (d any "x*")`,
		`completedDate="2024-01-01:2024-02-02"`, "hrId >/number 5 and/x=y z prox q", `jobProfileName="*?\*\"" sortby hrId/number`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { sound(t, text) })
}

// TestQueriesAreSound draws queries from the grammar, which a fuzzer finds seldom.
func TestQueriesAreSound(t *testing.T) {
	operand := rapid.OneOf(
		rapid.SampledFrom([]string{
			"x", "*", "and", "sortby", "any", "cql.any", "FAIL", "COMPLETED", "no?", "9", `""`, `"a b"`, `"(\"\\*"`, `"and"`, `x\)`,
			idB.String(), "2209*", "2024-01-01T00:00:00",
		}),
		rapid.Map(rapid.StringMatching(`[a-zé*? ]{0,8}`), func(s string) string { return `"` + s + `"` }),
	)
	index := rapid.SampledFrom([]string{
		"id", "jobProfileId", "jobProfileName", "status", "completedDate", "hrid", "hrId", "exported", "title", "keyword", "cql.allRecords",
	})
	relation := rapid.SampledFrom([]string{"=", "==", "<>", "<", "<=", ">", ">=", " any ", " all ", " ADJ ", " =/number ", " >/number "})
	operator := rapid.SampledFrom([]string{" and ", " or ", " NOT "})

	var clauses func(t *rapid.T, depth int) string
	clauses = func(t *rapid.T, depth int) string {
		var text strings.Builder
		for i := range rapid.IntRange(1, 3).Draw(t, "clauses") {
			if i > 0 {
				text.WriteString(operator.Draw(t, "operator"))
			}
			if rapid.Bool().Draw(t, "index") {
				text.WriteString(index.Draw(t, "index") + relation.Draw(t, "relation"))
			}
			if depth > 0 && rapid.Bool().Draw(t, "nested") {
				text.WriteString("(" + clauses(t, depth-1) + ")")
			} else {
				text.WriteString(operand.Draw(t, "operand"))
			}
		}
		return text.String()
	}
	rapid.Check(t, func(t *rapid.T) {
		text := clauses(t, 3)
		for range rapid.IntRange(0, 2).Draw(t, "keys") {
			if !strings.Contains(text, " sortby ") {
				text += " sortby "
			}
			text += index.Draw(t, "key") + rapid.SampledFrom([]string{" ", "/sort.descending ", "/number "}).Draw(t, "modifier")
		}
		sound(t, text)
	})
}

func BenchmarkIDQuery(b *testing.B) {
	schema := jpaSchema()
	b.ReportAllocs()
	for b.Loop() {
		filter, err := compile(`id=="22091d4a-0c70-4a9e-8843-5dcf96c7cdf5"`, schema)
		if err != nil {
			b.Fatal(err)
		}
		if id, ok := filter.ID(); !ok || id != idB || !filter.Match(jobs[1]) {
			b.Fatal("not bound to its id")
		}
	}
}

func BenchmarkListQuery(b *testing.B) {
	schema := jpaSchema()
	b.ReportAllocs()
	for b.Loop() {
		const ui = "status=(COMPLETED or COMPLETED_WITH_ERRORS or FAIL) sortBy completedDate/sort.descending"
		if _, err := compile(ui, schema); err != nil {
			b.Fatal(err)
		}
	}
}
