package api

import (
	"encoding/json"
	"testing"
)

// What is accepted is a fixed point after one writing: it reads back as the same instant (to the millisecond) and form.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		`"2020-10-07T13:17:02.263+0000"`, `"2026-01-20T13:17:02.263+00:00"`, `"2026-04-17T13:17:02.263Z"`,
		`"2020-10-07T13:17:02,5-0130"`, `"0000-01-01T00:00:00+23:59"`, `"9999-12-31T23:59:59.999999999-2359"`, `null`, `""`, `1`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var first Time
		if first.UnmarshalJSON(data) != nil {
			return
		}
		written, err := json.Marshal(first)
		if err != nil {
			return // an offset can carry the instant out of the four-digit years
		}
		var second Time
		if err := json.Unmarshal(written, &second); err != nil {
			t.Fatalf("%s was read, written as %s and then refused: %v", data, written, err)
		}
		if d := first.Sub(second.Time); d < 0 || d >= 1e6 || first.Form != second.Form {
			t.Fatalf("%s was read as %v and %v", data, first, second)
		}
	})
}

// What is accepted is written byte for byte as it was read.
func FuzzCount(f *testing.F) {
	for _, seed := range []string{`112`, `"112"`, `"-5"`, `"01"`, `1e3`, `"`, `""`, `null`, `"9223372036854775808"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c Count
		if string(data) == "null" || c.UnmarshalJSON(data) != nil || !json.Valid(data) {
			return
		}
		if written, err := c.MarshalJSON(); err != nil || string(written) != string(data) {
			t.Fatalf("%s was written as %s, %v", data, written, err)
		}
	})
}
