// Package api holds the messages of the contract as Go types: generated structs whose fields stand in the order of the
// wire, and by hand the two types that releases write differently.
//
// A message that is read and written again looks as it did, for everything a release sends. Whether a message is legal
// in a release is judged against that release's document, not here; and nothing here knows HTTP.
package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Form is a way of writing the zone of an instant in UTC.
type Form uint8

// The forms of the releases; the zero value is the guide's. An unknown form is written as the first.
const (
	FormBasic    Form = iota // +0000: Jackson before 2.11
	FormExtended             // +00:00: Jackson 2.11 and later
	FormZulu                 // Z: Jackson 3
)

// layout ends in literals, not in zone verbs: what is written is always UTC.
func (f Form) layout() string {
	switch f {
	case FormExtended:
		return "2006-01-02T15:04:05.000+00:00"
	case FormZulu:
		return "2006-01-02T15:04:05.000Z"
	default:
		return "2006-01-02T15:04:05.000+0000"
	}
}

// Time is an instant and the form it is written in: in UTC, with exactly three fraction digits, the rest cut off.
type Time struct {
	time.Time
	Form Form
}

// String is the instant as it is written.
func (t Time) String() string {
	return t.UTC().Format(t.Form.layout())
}

// MarshalJSON writes the instant in its form.
func (t Time) MarshalJSON() ([]byte, error) {
	utc := t.UTC()
	if y := utc.Year(); y < 0 || y > 9999 {
		return nil, fmt.Errorf("api: year %d does not fit in four digits", y)
	}
	layout := t.Form.layout()
	b := append(make([]byte, 0, len(layout)+2), '"')
	return append(utc.AppendFormat(b, layout), '"'), nil
}

// readable has the layout each form is read with; time.Parse takes a fraction of any length after the seconds.
var readable = [...]string{
	FormBasic:    "2006-01-02T15:04:05-0700",
	FormExtended: "2006-01-02T15:04:05-07:00",
	FormZulu:     "2006-01-02T15:04:05Z",
}

// UnmarshalJSON reads an instant in any of the forms, with any offset and any number of fraction digits, and remembers
// the form. null leaves the value as it is.
func (t *Time) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("api: %.40s is no instant: %w", data, err)
	}
	for form, layout := range readable {
		if instant, err := time.Parse(layout, s); err == nil {
			*t = Time{Time: instant.UTC(), Form: Form(form)}
			return nil
		}
	}
	return fmt.Errorf("api: %.40q is no instant like 2020-10-07T13:17:02.263+0000", s)
}

// Count is a whole number that is written bare or, by mod-data-export before 4.0, as a string of digits.
type Count struct {
	Value  int64
	Quoted bool
}

// String is the number in digits, never quoted.
func (c Count) String() string { return strconv.FormatInt(c.Value, 10) }

// MarshalJSON writes the number, quoted if it is to be.
func (c Count) MarshalJSON() ([]byte, error) {
	if c.Quoted {
		return []byte(`"` + c.String() + `"`), nil
	}
	return []byte(c.String()), nil
}

// UnmarshalJSON reads a whole number of 64 bits, bare or as a string of nothing else, and remembers which. Fractions,
// exponents, blanks, a plus and leading zeros are refused; a minus is not, as a range belongs to the document.
// null leaves the value as it is.
func (c *Count) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	digits, quoted := bytes.CutPrefix(data, []byte{'"'})
	if quoted {
		digits = bytes.TrimSuffix(digits, []byte{'"'})
	}
	read := Count{Quoted: quoted}
	var err error
	// ParseInt is more lenient than JSON, hence the way back.
	if read.Value, err = strconv.ParseInt(string(digits), 10, 64); err != nil || read.String() != string(digits) {
		return fmt.Errorf("api: %.40s is no count: a whole number or a string of digits is wanted", data)
	}
	*c = read
	return nil
}
