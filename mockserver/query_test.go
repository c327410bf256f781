package mockserver

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
)

func TestParseQuery(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		want url.Values
	}{
		{"", url.Values{}},
		{"&&", url.Values{}},
		{"query=id==1", url.Values{"query": {"id==1"}}},
		{"query=id%3D%3D1", url.Values{"query": {"id==1"}}},
		{`query=id=="1"`, url.Values{"query": {`id=="1"`}}},
		{"query=(a+or%20b)+sortby%20c", url.Values{"query": {"(a or b) sortby c"}}},
		{"query=a%2Bb", url.Values{"query": {"a+b"}}},
		{"query=a;b", url.Values{"query": {"a;b"}}},
		{"a;b=c", url.Values{"a;b": {"c"}}},
		{"query=a?b", url.Values{"query": {"a?b"}}},
		{"query=%26&limit=1", url.Values{"query": {"&"}, "limit": {"1"}}},
		{"limit=1&limit=2", url.Values{"limit": {"1", "2"}}},
		{"limit", url.Values{"limit": {""}}},
		{"=x", url.Values{"": {"x"}}},
		{"query=%E5%A4%9C", url.Values{"query": {"夜"}}},
		{"query=夜", url.Values{"query": {"夜"}}},
	} {
		if got, err := parseQuery(tt.raw); err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q: %v, %v, want %v", tt.raw, got, err, tt.want)
		}
	}
	for raw, want := range map[string]string{
		"query=%zz":              `value of "query": invalid URL escape "%zz"`,
		"query=5%":               `value of "query": invalid URL escape "%"`,
		"a=1&%=2":                `parameter "%": invalid URL escape "%"`,
		strings.Repeat("%", 100): `parameter "` + strings.Repeat("%", 40) + `": invalid URL escape "%%%"`,
	} {
		if got, err := parseQuery(raw); err == nil || err.Error() != want {
			t.Errorf("%q: %v, %v, want %s", raw, got, err, want)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"", "a=b&c", "query=(a+or%20b)", "%", "a;b=%3B", "&=&", "a=%zz&b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		values, err := parseQuery(raw)
		if err != nil {
			return
		}
		// Where net/url does not drop anything both read the same.
		if standard, err := url.ParseQuery(raw); err == nil && !reflect.DeepEqual(values, standard) {
			t.Errorf("%q: %v, net/url reads %v", raw, values, standard)
		}
		if again, err := parseQuery(values.Encode()); err != nil || !reflect.DeepEqual(again, values) {
			t.Errorf("%q: %v, written and read again %v, %v", raw, values, again, err)
		}
		if shown := decodedQuery(raw); strings.ContainsFunc(shown, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("%q is shown as %q", raw, shown)
		}
	})
}

func TestDecodedQuery(t *testing.T) {
	for raw, want := range map[string]string{
		"query=id%3D%3D%221%22+sortby%20x": `query=id=="1" sortby x`,
		"query=%zz":                        "query=%zz",
		"a%0Ab%7F":                         "a b ",
	} {
		if got := decodedQuery(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}
