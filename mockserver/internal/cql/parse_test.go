package cql_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/cql"
)

func TestParse(t *testing.T) {
	for query, want := range map[string]string{
		"":                              "cql.allRecords = 1",
		"a==b":                          "a == b",
		`a=="b c"`:                      `a == "b c"`,
		`a==(b or "")`:                  `a == b or a == ""`,
		`a==""`:                         `a == ""`,
		`a="x\"y"`:                      `a = x\"y`,
		`a==\(b\)`:                      `a == "\(b\)"`,
		"a\t==\r\nb\tsortby\tc":         "a == b sortBy c",
		"a==\"b\tc\"":                   "a == \"b\tc\"",
		"a=(b or c)":                    "a = b or a = c",
		"a=(b or c==d)":                 "a = b or c == d",
		"a or b and c":                  "a or b and c",
		"a or (b and c)":                "a or (b and c)",
		"a==and and b==or":              "a == and and b == or",
		"a==sortby":                     "a == sortby",
		"a any sortby":                  "a any sortby",
		"a==any":                        "a == any",
		"a all all sortby b":            "a all all sortBy b",
		"a =/x/y=1 b":                   "a =/x/y=1 b",
		"a==b and/x=1 c==d":             "a == b and c == d",
		"a==b sortby c/sort.descending": "a == b sortBy c/sort.descending",
		"(a==b) sortby c d":             "a == b sortBy c d",
		strings.Repeat("(", 64) + "a==b" + strings.Repeat(")", 64): "a == b",
	} {
		q, err := cql.Parse(query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if got := q.String(); got != want {
			t.Errorf("%s\n got %s\nwant %s", query, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for query, want := range map[string]string{
		"id==":                    "search term expected at position 4",
		"(((":                     "search term expected at position 3",
		"(a==b":                   "missing ) at position 5",
		"a==b)":                   "EOF expected at position 5",
		" ":                       "search term expected at position 1",
		`a=="b`:                   "quote is not closed at position 3",
		`a=="b\"`:                 "quote is not closed at position 3",
		`a==b"c"`:                 "quote inside a word at position 4",
		`a==b\`:                   "backslash at the end at position 4",
		"a==b==c":                 "relation behind a term at position 4",
		"a any b any c":           "relation behind a term at position 8",
		"a==b cql.any c":          "relation behind a term at position 5",
		"a==b and (c=d<e)":        "relation behind a term at position 13",
		`""==b`:                   "index without a name at position 2",
		"a<=b<=c":                 "relation behind a term at position 4",
		"a>=b>=c":                 "relation behind a term at position 4",
		"a<>b<>c":                 "relation behind a term at position 4",
		"(a) == b":                "EOF expected at position 7",
		"a==b sortby":             "sort key expected at position 11",
		"(a==b) SortBy ":          "sort key expected at position 14",
		"a==any sortby":           "sort key expected at position 13",
		"a==b\x00c":               "NUL or a character that is not UTF-8 at position 4",
		"a==\"b\xff\"":            "NUL or a character that is not UTF-8 at position 5",
		"a==b c":                  "relation expected at position 5",
		`a=="b" "c"`:              "relation expected at position 7",
		"a==b and":                "search term expected at position 8",
		"a== ==b":                 "search term expected at position 7",
		"a==b sortby c/":          "missing modifier key at position 14",
		strings.Repeat("(", 65):   "parentheses nest deeper than 64 at position 64",
		strings.Repeat("a", 8193): "query is longer than 8192 bytes at position 8192",
	} {
		q, err := cql.Parse(query)
		bad, ok := errors.AsType[*cql.SyntaxError](err)
		if !ok {
			t.Errorf("%.60q: got %v, %v", query, q, err)
			continue
		}
		if bad.Error() != want {
			t.Errorf("%.60q\n got %s\nwant %s", query, bad, want)
		}
	}
}

func TestParseRefusesPrefixes(t *testing.T) {
	for _, query := range []string{`>dc="info:x" dc.title=y`, `a=(>"info:x" b)`} {
		if q, err := cql.Parse(query); err == nil {
			t.Errorf("%s: got %s", query, q)
		} else if _, ok := errors.AsType[*cql.UnsupportedError](err); !ok {
			t.Errorf("%s: got %T", query, err)
		}
	}
}

func TestFilterID(t *testing.T) {
	const b, c = "22091d4a-0c70-4a9e-8843-5dcf96c7cdf5", "b975b199-fa3c-4cc8-8257-4e996e64addb"
	both := map[string]string{
		"id==" + b:                          b,
		`(id="` + strings.ToUpper(b) + `")`: b,
		"status==NEW and (id==" + b + " not status==FAIL)": b,
		"id==" + b + " and id==" + c:                       b,
		"cql.allRecords=1 and id==" + b + " sortby id":     b,
		"id==" + b + " or id==" + c:                        "",
		"cql.allRecords=1 not id==" + b:                    "",
		"id<>" + b:                                         "",
		`id=""`:                                            "",
		"jobProfileId==" + b:                               "",
		"cql.allRecords=1":                                 "",
		"":                                                 "",
	}
	storage := map[string]string{
		"id==abc":  "00000000-0000-0000-0000-000000000000",
		"id=2209*": "",
		"id==*":    "",
		"id>" + b:  "",
	}
	jpa := map[string]string{"id==1-2-3-4-5": "00000001-0002-0003-0004-000000000005"}
	check := func(s *cql.Schema[job], queries map[string]string) {
		for query, want := range queries {
			filter, err := compile(query, s)
			if err != nil {
				t.Errorf("%s: %v", query, err)
				continue
			}
			got := ""
			if id, ok := filter.ID(); ok {
				got = id.String()
			}
			if got != want {
				t.Errorf("%s\n got %q\nwant %q", query, got, want)
			}
		}
	}
	check(storageSchema(), both)
	check(storageSchema(), storage)
	check(jpaSchema(), both)
	check(jpaSchema(), jpa)
}
