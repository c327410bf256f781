package alter

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/marc"
)

// records are n records with their number in 001 and in 999 $i.
func records(t *testing.T, n int) string {
	t.Helper()
	var b marc.Builder
	var out []byte
	for i := range n {
		b.Reset("00000nam a2200000 a 4500")
		b.Control("001", fmt.Sprint(i+1))
		b.Data("245", '0', '0')
		b.Subfield('a', strings.Repeat("ü", i))
		b.Data("999", 'f', 'f')
		b.Subfield('i', fmt.Sprint("i", i+1))
		b.Subfield('s', "s")
		var err error
		if out, err = b.AppendTo(out); err != nil {
			t.Fatal(err)
		}
	}
	return string(out)
}

// told shows 001 and 999 $i of each record.
func told(body string) (all string) {
	for r, err := range marc.Records(strings.NewReader(body)) {
		if err != nil {
			return all + "broken"
		}
		all += r.Control("001") + r.Subfield("999", 'i') + " "
	}
	return all
}

func TestMARC(t *testing.T) {
	three := records(t, 3)
	for edit, want := range map[string]string{
		"{drop: 1}":                            "2i2 3i3 ",
		"{drop: 9}":                            "1i1 2i2 3i3 ",
		"{repeat: 2}":                          "1i1 2i2 2i2 3i3 ",
		"{order: reverse}":                     "3i3 2i2 1i1 ",
		"{set: 999i, to: x}":                   "1x 2x 3x ",
		"{set: 999i, to: 'longer', record: 2}": "1i1 2longer 3i3 ",
		"{set: '001', to: y, record: 3}":       "1i1 2i2 yi3 ",
		"{set: 999x, to: y}":                   "1i1 2i2 3i3 ",
		"{set: 245a, to: \"\\x1d\"}":           "1i1 2i2 3i3 ", // which no record can hold
		"{remove: '999'}":                      "1 2 3 ",
		"{remove: '001', record: 1}":           "i1 2i2 3i3 ",
		"{rotate: 999i}":                       "1i2 2i3 3i1 ",
		"{rotate: '001'}":                      "2i1 3i2 1i3 ",
		"{damage: length, record: 2}":          "1i1 broken",
		"{damage: base, record: 1}":            "broken",
		"{damage: encoding, record: 3}":        "1i1 2i2 broken",
		"{damage: terminator, record: 1}":      "broken",
		"{drop: 1}, {drop: 1}":                 "3i3 ",
	} {
		if got := told(edited(t, "marc: ["+edit+"]", "/", three)); got != want {
			t.Errorf("%s: %q, want %q", edit, got, want)
		}
	}
	for _, body := range []string{"", "no MARC", three[:len(three)-1]} {
		if got := edited(t, "marc: [{drop: 1}]", "/", body); got != body {
			t.Errorf("%q becomes %q", body, got)
		}
	}
}

// An altered file is asked for as a whole, and its length is its own.
func TestMARCOverHTTP(t *testing.T) {
	alterations, err := Parse("a.yaml", []byte(one("{on: GET LINK, answer: {marc: [{drop: 2}]}}")))
	if err != nil {
		t.Fatal(err)
	}
	file := records(t, 3)
	h := alterations[0].Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if coding := r.Header.Get("Accept-Encoding"); coding != "" {
			t.Errorf("the server is asked for %s", coding)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader([]byte(file)))
	}))
	w := do(h, http.MethodGet, store+"x.mrc", "", "Range", "bytes=5-9", "Accept-Encoding", "gzip")
	if got := told(w.Body.String()); w.Code != http.StatusOK || got != "1i1 3i3 " || w.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) {
		t.Errorf("%d %s %v", w.Code, got, w.Header())
	}
}
