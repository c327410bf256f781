package alter

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

// exchangeOf is one exchange, as it was read.
func exchangeOf(t *testing.T, text string) *exchange {
	t.Helper()
	alterations, err := Parse("a.yaml", []byte(one(text)))
	if err != nil {
		t.Fatal(err)
	}
	return &alterations[0].exchanges[0]
}

// edited is what an answer makes of a body.
func edited(t *testing.T, answerText, target, body string) string {
	t.Helper()
	e := exchangeOf(t, "{on: GET /..., answer: {"+answerText+"}}")
	a := answer{status: http.StatusOK, header: http.Header{}, body: []byte(body)}
	e.answer.apply(&a, httptest.NewRequest(http.MethodGet, target, nil), "seed")
	return string(a.body)
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct{ edit, body, want string }{
		{`{set: /a, to: 2}`, `{"a":1,"b":[]}`, `{"a":2,"b":[]}`},
		{`{set: /c, to: {x: [1, "2", null, true, 1.5]}}`, `{"a":1}`, `{"a":1,"c":{"x":[1,"2",null,true,1.5]}}`},
		{`{set: /c, to: 'a "b" <é>'}`, `{}`, `{"c":"a \"b\" <é>"}`},
		{`{set: /c/d, to: 1}`, `{"a":1}`, `{"a":1}`},
		{`{set: /a/d, to: 1}`, `{"a":"text"}`, `{"a":"text"}`},
		{`{set: /2, to: 3}`, `[1,2]`, `[1,2,3]`},
		{`{set: /3, to: 3}`, `[1,2]`, `[1,2]`},
		{`{set: /-1, to: 3}`, `[1,2]`, `[1,2]`},
		{`{set: /*/a, to: 9}`, `[{"a":1},{"b":2},3]`, `[{"a":9},{"b":2,"a":9},3]`},
		{`{set: /*, to: 0}`, `{"a":1,"b":2}`, `{"a":0,"b":0}`},
		{`{set: /a~1b/~0, to: 2}`, `{"a/b":{"~":1}}`, `{"a/b":{"~":2}}`},
		{`{set: /j/*/x, from: /j/*/y/z}`, `{"j":[{"x":1,"y":{"z":"p"}},{"x":1},{"y":{"z":[2]}}]}`, `{"j":[{"x":"p","y":{"z":"p"}},{"x":1},{"y":{"z":[2]},"x":[2]}]}`},
		{`{set: /j/*/x, from: /t}`, `{"j":[{},{}],"t":{"a":1}}`, `{"j":[{"x":{"a":1}},{"x":{"a":1}}],"t":{"a":1}}`},
		{`{default: /a, to: null}`, `{"a":1}`, `{"a":1}`},
		{`{default: /*/b, to: null}`, `[{"a":1},{"b":1}]`, `[{"a":1,"b":null},{"b":1}]`},
		{`{default: /b, from: /c}`, `{"a":1}`, `{"a":1}`},
		{`{remove: /a}`, `{"a":1,"b":2}`, `{"b":2}`},
		{`{remove: /*}`, `[1,2,3]`, `[]`},
		{`{remove: /1}`, `[1,2,3]`, `[1,3]`},
		{`{remove: /3}`, `[1,2,3]`, `[1,2,3]`},
		{`{remove: /*/a/*/b}`, `[{"a":[{"b":1},{"c":1}]},{"a":[{"b":1}]}]`, `[{"a":[{},{"c":1}]},{"a":[{}]}]`},
		{`{add: /a, item: 3}`, `{"a":[1]}`, `{"a":[1,3]}`},
		{`{add: /a, from: /a/0, first: true}`, `{"a":[1,2]}`, `{"a":[1,1,2]}`},
		{`{add: '', item: x}`, `[1]`, `[1,"x"]`},
		{`{add: /a, item: 3}`, `{"a":{}}`, `{"a":{}}`},
		{`{add: /b, item: 3}`, `{"a":[]}`, `{"a":[]}`},
		{`{plus: /*, of: -3}`, `[1,"5",1.5,null,"x",9223372036854775807]`, `[-2,"2",1.5,null,"x",9223372036854775807]`},
		{`{replace: /*, match: '^(\d+)-', with: '$1+'}`, `["12-3",12,"x"]`, `["12+3",12,"x"]`},
		{`{as-text: /*}`, `[1,"a",null,{}]`, `["1","a","null",{}]`},
		{`{as-number: /*}`, `["1","1.5","01","a",2]`, `[1,1.5,"01","a",2]`},
		{`{set: /a, to: 1}`, `not JSON`, `not JSON`},
		{`{set: /a, to: 1}`, ``, ``},
		{`{set: /a, to: 1}`, `{"b":"é\/\ud83d","b":1e400}`, `{"b":"é\/\ud83d","b":1e400,"a":1}`},
	} {
		if got := edited(t, "json: ["+tt.edit+"]", "/", tt.body); got != tt.want {
			t.Errorf("%s of %s\nis %s\nwant %s", tt.edit, tt.body, got, tt.want)
		}
	}
}

func TestAddMindsTheLimit(t *testing.T) {
	const text = `json: [{add: /a, item: 3}, {add: /b/0/c, item: 3}]`
	if got := edited(t, text, "/?limit=1", `{"a":[1],"b":[{"c":[1]}]}`); got != `{"a":[1],"b":[{"c":[1,3]}]}` {
		t.Error(got)
	}
	if got := edited(t, text, "/?limit=2", `{"a":[1],"b":[]}`); got != `{"a":[1,3],"b":[]}` {
		t.Error(got)
	}
}

func TestOrder(t *testing.T) {
	const body = `{"b":1,"a":[{"y":1,"x":2},2,3],"c":{}}`
	for text, want := range map[string]string{
		`members: reverse`:         `{"c":{},"a":[{"x":2,"y":1},2,3],"b":1}`,
		`members: sorted`:          `{"a":[{"x":2,"y":1},2,3],"b":1,"c":{}}`,
		`lists: {/a: reverse}`:     `{"b":1,"a":[3,2,{"y":1,"x":2}],"c":{}}`,
		`lists: {/b: reverse}`:     body,
		`lists: {/none: shuffled}`: body,
	} {
		if got := edited(t, text, "/", body); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"members: shuffled", "lists: {'': shuffled}"} {
		for _, body := range []string{`{"a":1,"b":2}`, `[1,2]`, `{"b":1,"a":2}`, `[1,2,3]`} {
			got := edited(t, text, "/", body)
			isTurn := (text[0] == 'm') == (body[0] == '{')
			if isTurn == (got == body) {
				t.Errorf("%s of %s is %s", text, body, got)
			}
			if again := edited(t, text, "/", body); again != got {
				t.Errorf("%s of %s is %s, and then %s", text, body, got, again)
			}
		}
	}
}

func TestLayout(t *testing.T) {
	const (
		packed = `{"a":[1],"b":{}}`
		pretty = "{\n  \"a\" : [ 1 ],\n  \"b\" : { }\n}"
	)
	for _, tt := range []struct{ text, body, want string }{
		{"layout: indented", packed, "{\n    \"a\": [\n        1\n    ],\n    \"b\": {}\n}"},
		{"layout: jackson", packed, pretty},
		{"layout: compact", pretty, packed},
		{"layout: final-newline", packed, packed + "\n"},
		{"layout: final-newline", pretty, pretty + "\n"},
		{"json: [{set: /a/0, to: 2}]", pretty, "{\n  \"a\" : [ 2 ],\n  \"b\" : { }\n}"},
		{"json: [{set: /a/0, to: 2}]", packed, `{"a":[2],"b":{}}`},
	} {
		if got := edited(t, tt.text, "/", tt.body); got != tt.want {
			t.Errorf("%s of %s\nis %s\nwant %s", tt.text, tt.body, got, tt.want)
		}
	}
}

func TestDates(t *testing.T) {
	for _, tt := range []struct{ as, date, want string }{
		{"Z", "2026-01-20T09:12:37.010+00:00", "2026-01-20T09:12:37.010Z"},
		{"Z", "2026-01-20T11:12:37.010+02:00", "2026-01-20T09:12:37.010Z"},
		{"+00:00", "2026-01-20T09:12:37Z", "2026-01-20T09:12:37+00:00"},
		{"+0000", "2026-01-20T09:12:37.1+00:00", "2026-01-20T09:12:37.1+0000"},
		{"Z", "2020-10-07T13:18:20.364+0000", "2020-10-07T13:18:20.364Z"},
		{"+02:00", "2026-01-20T23:12:37.010Z", "2026-01-21T01:12:37.010+02:00"},
		{"seconds", "2026-01-20T09:12:37.010Z", "2026-01-20T09:12:37Z"},
		{"micros", "2026-01-20T09:12:37.01Z", "2026-01-20T09:12:37.010000Z"},
		{"micros", "2026-01-20T09:12:37+0000", "2026-01-20T09:12:37.000000+0000"},
		{"Z", "2026-13-20T09:12:37+00:00", "2026-13-20T09:12:37+00:00"},
		{"Z", "on 2026-01-20T09:12:37+00:00", "on 2026-01-20T09:12:37+00:00"},
	} {
		if got := edited(t, "dates: '"+tt.as+"'", "/", `{"a":["`+tt.date+`"]}`); got != `{"a":["`+tt.want+`"]}` {
			t.Errorf("%s as %s: %s", tt.date, tt.as, got)
		}
	}
}

// exercise carries an exchange out on a few bodies, for whatever it may do to the machine.
func exercise(e *exchange, seed string) {
	for _, body := range []string{``, `[]`, `{"a":[{"b":"1"},[2]]}`} {
		r := httptest.NewRequest(http.MethodGet, "/a?limit=1", nil)
		e.mayAlter(r, []byte(body))
		e.request.apply(r, []byte(body), nil, "t")
		a := answer{status: http.StatusOK, header: http.Header{"Set-Cookie": {"a=b; Expires=x"}}, body: []byte(body)}
		e.alters(&a)
		e.answer.apply(&a, r, seed)
	}
}

// Reading and writing is the same, but for the layout.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{`{"a":[1,"\u00e9",{}],"a":null}`, `" "`, `-1e5`, "[ ]\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		root, ok := parseJSON(text)
		if ok != json.Valid(text) {
			t.Fatalf("%q: %t", text, ok)
		}
		if !ok {
			return
		}
		var want bytes.Buffer
		if err := json.Compact(&want, text); err != nil {
			t.Fatal(err)
		}
		if got := root.clone().append(nil); !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s\nbecomes %s", want.Bytes(), got)
		}
	})
}
