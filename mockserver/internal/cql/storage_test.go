package cql_test

import (
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
)

func TestStorage(t *testing.T) {
	for name, rows := range map[string][]row{
		"what clients send": {
			{"", "abcd"},
			{`id=="22091d4a-0c70-4a9e-8843-5dcf96c7cdf5"`, "b"},
			{"id==22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", "b"},
			{"id=22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", "b"},
			{"(id==22091d4a-0c70-4a9e-8843-5dcf96c7cdf5)", "b"},
			{`(keyword all "nod") sortby title`, "ba"}, // Ł sorts with l
			{"cql.allRecords=1 sortBy id", "abcd"},
			{`id>"22091d4a-0c70-4a9e-8843-5dcf96c7cdf5" sortBy id`, "cd"},
			{`completedDate>="2024-01-01T00:00:00.000"`, "ab"},
			{`jobProfileName=="Default job profile"`, "a"},
			{"status==FAIL", "c"},
			{"status=(COMPLETED or FAIL)", "abc"}, // a word match: _ separates words
		},
		"ids": {
			{"id==22091D4A-0C70-4A9E-8843-5DCF96C7CDF5", "b"},
			{"id==abc", ""},
			{"id==1-2-3-4-5", ""},
			{"id<>abc", "abcd"},
			{"id=2209*", "b"},
			{"id==2209*", "b"},
			{"id=22091d4a-0c70-*", "b"},
			{"id=22091D4A-0C*", "b"},
			{"id=22091d4a-0c70-4a9e-8843-5dcf96c7cdf5*", "b"},
			{"id=220-*", ""},
			{"id=xyz*", ""},
			{"id=22091d4a-0c70-4a9e-8843-5dcf96c7cdf55*", ""},
			{"id<>2209*", "acd"},
			{"id=*", "abcd"},
			{`id==""`, "abcd"},
			{"id==?2091d4a-0c70-4a9e-8843-5dcf96c7cdf5", ""},
			{"jobProfileId==6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a", "ac"},
			{"jobProfileId=*", "abc"},
			{"jobProfileId<>6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a", "b"},
			{"id<=22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", "ab"},
		},
		"== is the whole field, without case and accents": {
			{`jobProfileName=="DEFAULT JOB PROFILE"`, "a"},
			{"jobProfileName==Default", ""},
			{"jobProfileName==Def*", "a"},
			{"jobProfileName==*PROFILE", "a"},
			{"jobProfileName==*o*o*", "a"},
			{`jobProfileName=="arger\* mit_nod"`, "b"},
			{`jobProfileName=="Arger\* mit%"`, ""},
			{"title==strasse", "d"},
			{"title==straße", "d"},
			{`title==straß\e`, "d"},
			{`title=="LODZ À la ?arte"`, "b"},
			{"title==stras?e", "d"},
			{"title==strass?e", ""},
			{`title<>"*nod*"`, "bd"},
			{`jobProfileName==""`, "c"},
			{`jobProfileName<>""`, "ab"},
			{"status==fail", "c"},
		},
		"= is words": {
			{"title=NOD", "a"},
			{"title=nod*", "ac"},
			{`title="land of"`, "a"},
			{`title="land nod"`, ""},
			{`title adj "of, nod!"`, "a"},
			{`title="of nod the"`, ""},
			{`title all "nod land"`, "a"},
			{`title all "nod sea"`, ""},
			{`title any "nod donkey*"`, "ac"},
			{`title any "sea ship"`, ""},
			{"title=lódź", "b"},
			{`title all "donk nodding"`, ""},
			{`title="\? nod\^"`, "a"},
			{`title="*"`, "abcd"},
			{`title="* nod"`, "a"},
			{`title=","`, ""},
			{`title all ","`, ""},
			{`jobProfileName="arger\*"`, "b"},
			{"jobProfileName=mit", "b"},
			{"jobProfileName=*", "abcd"}, // even without a value
			{`jobProfileName=""`, "abc"},
			{"hrId=112", "b"},
			{"hrId=11*", "b"},
			{"status=in_progress", ""},
			{"status=with_errors", "b"},
			{`completedDate=""`, "abc"},
		},
		"several texts": {
			{`keyword all "nod emile"`, "b"},
			{`keyword all "lodz angstrom"`, "b"},
			{`keyword all "nod stevenson"`, "a"},
			{"keyword=nod*", "abc"},
			{`keyword any "donkeys strasse"`, "cd"},
			{"keyword=no", ""},
			{`keyword=""`, "abcd"},
		},
		"comparisons are of texts": {
			{"hrId>10", "ab"}, // "9" and "112" stand behind "10"
			{"hrId<2", "bc"},
			{"hrId<>9", "bc"},
			{"hrId==9", "a"},
			{"hrId >/number 10", "b"},
			{"hrId </number 100", "ac"},
			{"hrId ==/number 010", "c"},
			{"progress.exported>=3", "b"},
			{"progress.exported >=/Number 3", "ab"},
			{"title>N", "acd"},
			{"title<=lodz", ""},
			{"title<M", "b"},
			{"completedDate<2024", "c"},
			{"completedDate==2024-02-01T00:00:00.000+0000", "b"},
			{"completedDate==2024-02*", "b"},
			{"completedDate<>2024*", "c"},
		},
		"booleans: a negation holds for what has no value": {
			{"cql.allRecords=1 not jobProfileName=Default", "bcd"},
			{`jobProfileName="" not jobProfileName=Default`, "bc"},
			{`cql.allRecords=1 NOT jobProfileName=""`, "d"},
			{`cql.allRecords=1 NOT jobProfileName==""`, "abd"},
			{`jobProfileName="" NOT jobProfileName==""`, "ab"},
			{"status==FAIL or status==NEW", "cd"},
			{"status==FAIL or title=*", "c"},
			{"hrId>/number 9 and (status==FAIL or status==NEW)", "c"},
		},
		"unknown paths match nothing": {
			{"unknown==x", ""},
			{"runBy.lastName=admin", ""},
			{`unknown=""`, ""},
			{"unknown<>x", ""},
			{"unknown<x", ""},
			{"Status==FAIL", ""},
			{"status==FAIL or unknown==x", "c"},
			{"cql.allRecords=1 not unknown==x", "abcd"},
			{"cql.allRecords=1 sortby unknown title", "bcda"},
		},
		"order": {
			{"cql.allRecords=1 sortby title", "bcda"},
			{"cql.allRecords=1 sortby title/sort.descending", "adcb"},
			{"cql.allRecords=1 sortby hrId", "cbad"},
			{"cql.allRecords=1 sortby hrId/number", "acbd"},
			{"cql.allRecords=1 sortby hrId/number/sort.descending", "dbca"},
			{"cql.allRecords=1 sortby completedDate/sort.descending", "dbac"},
			{"cql.allRecords=1 sortby status/ignoreCase/sort.ascending", "abcd"},
			{"cql.allRecords=1 sortby jobProfileId id/sort.descending", "bcad"},
		},
	} {
		t.Run(name, func(t *testing.T) { answers(t, storageSchema(), rows) })
	}
}

func TestStorageRefuses(t *testing.T) {
	s := storageSchema()
	t.Run("bare term", func(t *testing.T) {
		refuses(t, s, func(query string, e *cql.ServerChoiceError) {
			if want := "cql.serverChoice requested, but no serverChoiceIndexes defined."; e.Error() != want {
				t.Errorf("%s: got %q, want %q", query, e, want)
			}
		}, "foo", `"foo bar"`, "status==NEW and foo", "(foo) sortby title", "and", "cql.serverChoice all x")
	})
	t.Run("unsupported", func(t *testing.T) {
		refuses(
			t, s, anyOf[*cql.UnsupportedError],
			"cql.keywords=x", "status==NEW prox status==FAIL", "status==NEW or/x status==FAIL",
			`hrId within "1 5"`, "title exact x", "unknown within x",
			"title==/respectCase x", "title=/masked x", "hrId=/number=1 5", "title=/number 5", "hrId>/number x", "hrId all/number 5",
			"title=*od", "title=n*d", "title=no?", `title="^the"`,
			"keyword==nod", "keyword<>nod", "keyword>nod", "completedDate=2024",
			"id=22*9*", "id any 22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", "id>abc", "id==/string x",
			"locked==true", "locked.by=x", "runBy.lock==x", "cql.allRecords=1 sortby locked",
			"cql.allRecords=1 sortby keyword", "cql.allRecords=1 sortby title/number", "cql.allRecords=1 sortby title/missingLow",
		)
	})
}

// What PostgreSQL 15 makes of these letters with lower(unaccent(…)).
func TestFolding(t *testing.T) {
	s := cql.NewStorage("", cql.Text("t", func(s string) (string, bool) { return s, true }))
	for value, folded := range map[string]string{
		"Ærø": "aero", "Łódź": "lodz", "ß": "ss", "đĐ": "dd", "İstanbul": "istanbul", "ıœþð": "ioethd", "e\u0301É": "ee",
	} {
		for _, query := range []string{"t==" + folded, "t==" + value, "t=" + value, "t<=" + folded, "t>=" + value} {
			q, err := cql.Parse(query)
			if err != nil {
				t.Fatal(err)
			}
			filter, err := cql.Compile(q, s)
			if err != nil {
				t.Fatal(err)
			}
			if !filter.Match(value) {
				t.Errorf("%s does not match %s", query, value)
			}
		}
	}
}
