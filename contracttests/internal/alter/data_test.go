package alter

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// read reads one of the files of package verify.
func read(t *testing.T, name string) []Alteration {
	t.Helper()
	path := "../../verify/testdata/" + name + ".yaml"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	alterations, err := Parse(name+".yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return alterations
}

func TestVariantsBreakNothingAndDefectsSomething(t *testing.T) {
	variants, defects := read(t, "variants"), read(t, "defects")
	if len(variants) < 36 || len(defects) < 70 {
		t.Errorf("%d variants and %d defects", len(variants), len(defects))
	}
	names := map[string]bool{}
	for _, a := range variants {
		names[a.Name] = true
		if len(a.Breaks) > 0 {
			t.Errorf("the variant %s breaks %v", a.Name, a.Breaks)
		}
	}
	for _, a := range defects {
		if names[a.Name] {
			t.Errorf("%s is a variant and a defect", a.Name)
		}
		if len(a.Breaks) == 0 {
			t.Errorf("nobody must notice the defect %s", a.Name)
		}
	}
}

// Each alteration of the files alters something in each of its releases: no pointer is misspelled, no condition is never met.
func TestEachAlters(t *testing.T) {
	for _, release := range mockserver.Releases() {
		exchanges := tour(t, release)
		for _, file := range []string{"variants", "defects"} {
			for _, a := range read(t, file) {
				if !a.In(release) || len(a.exchanges) == 0 {
					continue
				}
				see := func(recorded, *httptest.ResponseRecorder) {}
				if file == "variants" {
					see = func(e recorded, got *httptest.ResponseRecorder) { stillHonest(t, a.Name, e, got) }
				}
				if replay(a, exchanges, see) == 0 {
					t.Errorf("%s: %s alters nothing in %s", file, a.Name, release)
				}
			}
		}
	}
}

// recorded is an exchange with the fake.
type recorded struct {
	method, target, body string
	header               http.Header
	answer               *httptest.ResponseRecorder
}

// stillHonest holds what a variant answers against what it answered before: the same status, and JSON that is JSON.
func stillHonest(t *testing.T, name string, e recorded, got *httptest.ResponseRecorder) {
	t.Helper()
	if got.Code != e.answer.Code {
		t.Errorf("%s: %s %s is answered with %d, was %d", name, e.method, e.target, got.Code, e.answer.Code)
	}
	if got.Header().Get("Content-Encoding") == "" && json.Valid(e.answer.Body.Bytes()) && !json.Valid(got.Body.Bytes()) {
		t.Errorf("%s: %s %s is answered with %s", name, e.method, e.target, got.Body)
	}
}

// replay plays a tour before a server with the alteration, shows each answer, and counts what is altered.
func replay(a Alteration, exchanges []recorded, see func(recorded, *httptest.ResponseRecorder)) int {
	var now recorded
	h := a.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range now.answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(now.answer.Code)
		_, _ = w.Write(now.answer.Body.Bytes())
	}))
	for _, now = range exchanges {
		r := httptest.NewRequest(now.method, now.target, strings.NewReader(now.body))
		r.Header = now.header.Clone()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		see(now, w)
	}
	return h.Altered()
}
