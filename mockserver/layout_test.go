package mockserver

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// The three layouts of a value, by hand.
func TestEncode(t *testing.T) {
	type inner struct {
		Z int    `json:"z"`
		A string `json:"a"`
	}
	type outer struct {
		Name   string         `json:"name"`
		Empty  struct{}       `json:"empty"`
		None   []int          `json:"none"`
		Number []int          `json:"number"`
		Inner  []inner        `json:"inner"`
		Nested [][]int        `json:"nested"`
		Big    int64          `json:"big"`
		Free   map[string]any `json:"free"`
	}
	value := outer{
		Name: "a \"b\" \\ <&> \u2028 é \t ,} {[:,]}", None: []int{}, Number: []int{1, 2},
		Inner: []inner{{1, "x"}, {2, "y"}}, Nested: [][]int{{}, {1}, {2, 3}}, Big: 9007199254740993,
		Free: map[string]any{"b": nil, "a": true},
	}
	for layout, want := range map[release.Layout]string{
		release.Compact: `{"name":"a \"b\" \\ <&> \u2028 é \t ,} {[:,]}","empty":{},"none":[],"number":[1,2],"inner":[{"z":1,"a":"x"},{"z":2,"a":"y"}],"nested":[[],[1],[2,3]],"big":9007199254740993,"free":{"a":true,"b":null}}`,
		release.Sorted:  `{"big":9007199254740993,"empty":{},"free":{"a":true,"b":null},"inner":[{"a":"x","z":1},{"a":"y","z":2}],"name":"a \"b\" \\ <&> \u2028 é \t ,} {[:,]}","nested":[[],[1],[2,3]],"none":[],"number":[1,2]}`,
		release.Pretty: `{
  "name" : "a \"b\" \\ <&> \u2028 é \t ,} {[:,]}",
  "empty" : { },
  "none" : [ ],
  "number" : [ 1, 2 ],
  "inner" : [ {
    "z" : 1,
    "a" : "x"
  }, {
    "z" : 2,
    "a" : "y"
  } ],
  "nested" : [ [ ], [ 1 ], [ 2, 3 ] ],
  "big" : 9007199254740993,
  "free" : {
    "a" : true,
    "b" : null
  }
}`,
	} {
		got, err := encode(value, layout)
		if err != nil || string(got) != want {
			t.Errorf("layout %d: %v\n%s\nwant\n%s", layout, err, got, want)
		}
	}
	for _, layout := range []release.Layout{release.Compact, release.Sorted, release.Pretty} {
		if _, err := encode(func() {}, layout); err == nil {
			t.Errorf("layout %d: a function is JSON", layout)
		}
	}
}

func TestPrettyOfScalars(t *testing.T) {
	for in, want := range map[string]string{
		`null`: `null`, `"x"`: `"x"`, `-1.5e3`: `-1.5e3`, `[]`: `[ ]`, `{}`: `{ }`, `[{}]`: `[ { } ]`, `[[]]`: `[ [ ] ]`,
		`{"":""}`: "{\n  \"\" : \"\"\n}", `"\\"`: `"\\"`, `["\"",1]`: `[ "\"", 1 ]`,
	} {
		if got := string(pretty([]byte(in))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// However it is laid out, a value is the same value.
func FuzzLayouts(f *testing.F) {
	for _, seed := range []string{`{"b":[1,{"a":"\"}"}],"a":{}}`, `[[],[[]]]`, `"\\\""`, `1e400`, `{"a":1,"a":2}`, `{"\u0000":"\ud800"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var compact bytes.Buffer
		if !json.Valid([]byte(text)) || json.Compact(&compact, []byte(text)) != nil {
			return // the encoder writes nothing else
		}
		want := decodeJSON(t, compact.Bytes())
		for name, laidOut := range map[string][]byte{"pretty": pretty(compact.Bytes()), "sorted": sorted(nil, compact.Bytes())} {
			if name == "sorted" && strings.Contains(text, `\u`) {
				continue // two spellings of one name may change places, and we write none
			}
			if got := decodeJSON(t, laidOut); !reflect.DeepEqual(got, want) {
				t.Errorf("%s of %s is %s", name, text, laidOut)
			}
		}
		var back bytes.Buffer
		if err := json.Compact(&back, pretty(compact.Bytes())); err != nil || back.String() != compact.String() {
			t.Errorf("pretty of %s has other bytes: %s, %v", text, back.String(), err)
		}
	})
}

func decodeJSON(t *testing.T, data []byte) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return value
}
