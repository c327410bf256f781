package jsonlayout

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestPrettyOfScalars(t *testing.T) {
	for in, want := range map[string]string{
		`null`: `null`, `"x"`: `"x"`, `-1.5e3`: `-1.5e3`, `[]`: `[ ]`, `{}`: `{ }`, `[{}]`: `[ { } ]`, `[[]]`: `[ [ ] ]`,
		`{"":""}`: "{\n  \"\" : \"\"\n}", `"\\"`: `"\\"`, `["\"",1]`: `[ "\"", 1 ]`,
	} {
		if got := string(Pretty([]byte(in))); got != want {
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
		for name, laidOut := range map[string][]byte{"pretty": Pretty(compact.Bytes()), "sorted": Sorted(compact.Bytes())} {
			if name == "sorted" && strings.Contains(text, `\u`) {
				continue // two spellings of one name may change places, and we write none
			}
			if got := decodeJSON(t, laidOut); !reflect.DeepEqual(got, want) {
				t.Errorf("%s of %s is %s", name, text, laidOut)
			}
		}
		var back bytes.Buffer
		if err := json.Compact(&back, Pretty(compact.Bytes())); err != nil || back.String() != compact.String() {
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
