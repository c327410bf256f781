package mockserver

import (
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
