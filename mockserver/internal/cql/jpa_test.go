package cql_test

import (
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
)

func TestJPA(t *testing.T) {
	for name, rows := range map[string][]row{
		"what clients send": {
			{"", "abcd"},
			{"id==22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", "b"},
			{`id=="22091d4a-0c70-4a9e-8843-5dcf96c7cdf5"`, "b"},
			{"id=22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", "b"},
			{"(id==22091d4a-0c70-4a9e-8843-5dcf96c7cdf5)", "b"},
			{"id==99999999-0c70-4a9e-8843-5dcf96c7cdf5", ""},
			{"status=(COMPLETED or COMPLETED_WITH_ERRORS or FAIL) sortBy completedDate/sort.descending", "bac"},
			{"status=(IN_PROGRESS) sortBy completedDate/sort.descending", ""},
			{"hrid=112", "b"},
			{`jobProfileId="6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"`, "ac"},
			{`(completedDate>="2024-01-01T00:00:00.000" and completedDate<="2024-01-31T23:59:59.999")`, "a"},
			{"cql.allRecords=1 sortby jobProfileName", "cbad"},
		},
		"ids": {
			{"id==22091D4A-0C70-4A9E-8843-5DCF96C7CDF5", "b"},
			{"id==1-2-3-4-5", ""}, // Java reads it
			{"id<>22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", "acd"},
			{`id=""`, "abcd"},
			{`jobProfileId=""`, "abc"},
			{"jobProfileId<>6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a", "b"}, // null is not unequal
		},
		"strings: whole value, case-sensitive, no words": {
			{`jobProfileName=="Default job profile"`, "a"},
			{`jobProfileName="Default job profile"`, "a"},
			{`jobProfileName=="default job profile"`, ""},
			{"jobProfileName=job", ""},
			{"jobProfileName=*job*", "a"},
			{"jobProfileName==Default*", "a"},
			{`jobProfileName=="Default ??? profile"`, "a"},
			{`jobProfileName=="?rger* mit_Nod"`, "b"},
			{`jobProfileName=="Ärger\* *"`, "b"},
			{`jobProfileName=="Default\* *"`, ""},
			{`jobProfileName=="Default % profile"`, ""},
			{`jobProfileName=="Ärger? mit?Nod"`, "b"},
			{`jobProfileName==*`, "abc"},
			{`jobProfileName any "Default*"`, "a"},
			{`jobProfileName all "Default*"`, "a"},
			{`jobProfileName ADJ "Default*"`, "a"},
			{`jobProfileName<>"Default*"`, "bc"},
			{`jobProfileName=""`, "abc"},
			{`jobProfileName==""`, "c"},
			{`jobProfileName<>""`, "ab"},
			{`jobProfileName<D`, "bc"}, // Ä collates with A
			{`jobProfileName>="Default job profile"`, "a"},
		},
		"enums: text, exactly": {
			{"status==COMPLETED", "a"},
			{"status=(COMPLETED or FAIL)", "ac"},
			{"status==(COMPLETED or FAIL)", "ac"},
			{"status==completed", ""},
			{"status==SUCCESS", ""},
			{"status==COMP*", ""},
			{"status<>FAIL", "abd"},
			{`status=""`, "abcd"},
		},
		"numbers": {
			{"hrid==9", "a"},
			{"hrid<>9", "bc"},
			{"hrid<10", "a"},
			{"hrid<=10", "ac"},
			{"hrid>10", "b"},
			{"hrid>=10", "bc"},
			{`hrid=""`, "abc"},
			{"exported==0", "cd"},
		},
		"dates: local, in UTC": {
			{"completedDate==2024-02-01T00:00:00", "b"},
			{"completedDate=2024-01-01T10:00:00.500", "a"}, // stored in milliseconds
			{"completedDate<>2024-02-01T00:00:00", "ac"},
			{"completedDate<2024-01-01T00:00:00", "c"},
			{"completedDate>2024-01-01T10:00:00.499", "ab"},
			{"completedDate==2024-01-01:2024-02-01", "a"},
			{`completedDate="2024-01-01:2024-02-02"`, "ab"},
			{`completedDate=""`, "abc"},
		},
		"booleans": {
			{"CQL.ALLRECORDS=1", "abcd"},
			{"status==FAIL or status==NEW and hrid==10", "c"}, // from left to right, without precedence
			{"status==FAIL OR (status==NEW AND hrid==10)", "c"},
			{"hrid>5 not status==FAIL", "ab"},
			{"hrid>5 NOT (status==FAIL or hrid==9)", "b"},
			{"cql.allRecords=1 not hrid==9", "bc"}, // NOT of unknown is unknown
			{"cql.allRecords=1 not (hrid==9 and status==FAIL)", "abcd"},
			{"cql.allRecords=1 not (hrid==9 or status==NEW)", "bc"},
			{"status==FAIL or jobProfileName=*", "c"}, // the branch is dropped
			{"status==FAIL or status=*", "c"},
			{"status==FAIL or unknown=*", "c"},
			{"jobProfileName=* or status==NEW", "abcd"},
			{"status==FAIL or jobProfileName==*", "abc"},
			{"jobProfileName=(Default* or Ärger*) and hrid>100", "b"},
		},
		"order": {
			{"cql.allRecords=1 sortby completedDate", "cabd"},
			{"cql.allRecords=1 sortby completedDate/sort.ascending", "cabd"},
			{"cql.allRecords=1 sortBy completedDate/sort.descending", "dbac"}, // null first
			{"cql.allRecords=1 SORTBY hrid/sort.descending", "dbca"},
			{"cql.allRecords=1 sortby jobProfileId/sort.descending hrid/sort.descending", "dcab"},
			{"cql.allRecords=1 sortby exported hrid", "cdba"},
			{"cql.allRecords=1 sortby status", "abcd"},
			{"cql.allRecords=1 sortby id/sort.descending", "dcba"},
			{`cql.allRecords=1 sortby "exported"`, "cdba"},
			{"cql.allRecords=1 sortby exported", "cdba"}, // stable
		},
	} {
		t.Run(name, func(t *testing.T) { answers(t, jpaSchema(), rows) })
	}
}

func TestJPARefuses(t *testing.T) {
	s := jpaSchema()
	t.Run("unknown attribute", func(t *testing.T) {
		for query, index := range map[string]string{
			"hrId==5":                            "hrId",
			"progress.total==5":                  "progress",
			`runBy.userId=="x"`:                  "runBy",
			"a.b.c any x":                        "a",
			"lastUpdatedDate<x":                  "lastUpdatedDate",
			"status==NEW and foo==1":             "foo",
			"cql.allRecords=1 sortby hrId":       "hrId",
			"cql.allRecords=1 sortby metadata.x": "metadata",
			"id==1-1-1-1-1 not (bar=1)":          "bar",
			"foo=1 or id==abc":                   "foo",
		} {
			refuses(t, s, func(query string, e *cql.UnknownIndexError) {
				if want := "Could not resolve attribute '" + index + "'"; e.Index != index || e.Error() != want {
					t.Errorf("%s: got %s: %v, want %s", query, e.Index, e, want)
				}
			}, query)
		}
	})
	t.Run("term that is no UUID", func(t *testing.T) {
		for query, want := range map[string]string{
			"id==abc":                        "Invalid UUID string: abc",
			"id==*":                          "Invalid UUID string: *",
			`id==""`:                         "Invalid UUID string: ",
			"id<>abc":                        "Invalid UUID string: abc",
			"id=(1-2-3-4-5 or xyz)":          "Invalid UUID string: xyz",
			"jobProfileId==22091d4a*":        "Invalid UUID string: 22091d4a*",
			"id=* or status==NEW":            "Invalid UUID string: *",
			`jobProfileId=="1-2-3-4-x"`:      `Error at index 0 in: "x"`,
			"status==NEW or jobProfileId==a": "Invalid UUID string: a",
		} {
			refuses(t, s, func(query string, e *cql.TermError) {
				if e.Error() != want {
					t.Errorf("%s: got %q, want %q", query, e, want)
				}
			}, query)
		}
	})
	t.Run("bare term", func(t *testing.T) {
		refuses(t, s, anyOf[*cql.ServerChoiceError], "foo", `"foo bar"`, "status==NEW or foo", "and", "cql.serverChoice=x")
	})
	t.Run("unsupported", func(t *testing.T) {
		refuses(
			t, s, anyOf[*cql.UnsupportedError],
			"cql.keywords=x", "cql.resultSetId=5", "CQL.foo=1",
			"status==NEW prox status==FAIL", "status==NEW and/x status==FAIL",
			`hrid within "1 5"`, "jobProfileName exact x", "jobProfileName encloses x", "jobProfileName cql.any x",
			"status any NEW", "status<NEW", "hrid all 5", "id any 1-1-1-1-1", "id>1-1-1-1-1", "completedDate adj 2024-01-01T00:00:00",
			"hrid==abc", `hrid==""`, "hrid==9*", "hrid==9.0", "exported==2147483648",
			"completedDate>2024-01-01T00:00:00Z", "completedDate>2024-01-01T00:00:00+00:00", "completedDate>2024-01-01",
			"completedDate>2024-01-01T00:00", "completedDate>2024-01-01T00:00:00.5", "completedDate>2024-01-01T00:00:00.123456",
			`completedDate>"2024-01-01T00:00:00,123"`, "completedDate==2024-13-01T00:00:00", `completedDate==""`, "completedDate==*",
			"completedDate>2024-01-01:2024-02-01", "completedDate==2024-01-01:2024-02",
			"jobProfileName==/ignoreCase x", "hrid >/number 5",
			"locked==true", "cql.allRecords=1 sortby locked", "keyword=nod", "keyword all nod", "cql.allRecords=1 sortby keyword",
			"cql.allRecords=1 sortby hrid/number", "cql.allRecords=1 sortby hrid/sort.descending=1",
		)
	})
}
