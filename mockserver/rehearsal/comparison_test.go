package rehearsal

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

func TestComparison(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		status     int
		chunks     []string
		same       bool
	}{
		{"the same", "abcdef", http.StatusOK, []string{"abc", "", "d", "ef"}, true},
		{"both empty", "", http.StatusOK, nil, true},
		{"a byte differs", "abcdef", http.StatusOK, []string{"abc", "dEf"}, false},
		{"the file is longer", "abcdefg", http.StatusOK, []string{"abcdef"}, false},
		{"the file is shorter", "abcde", http.StatusOK, []string{"abc", "def"}, false},
		{"the file is shorter by a chunk", "abc", http.StatusOK, []string{"abc", "def"}, false},
		{"it goes on after a difference", "abcabc", http.StatusOK, []string{"abx", "abc"}, false},
		{"an error that looks like the file", "abc", http.StatusNotFound, []string{"abc"}, false},
	} {
		c := comparison{header: http.Header{}, file: bufio.NewReader(strings.NewReader(tt.file))}
		c.WriteHeader(tt.status)
		for _, chunk := range tt.chunks {
			_, _ = io.WriteString(&c, chunk) // that it fails is looked at below
		}
		if got := c.same(); got != tt.same {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.same)
		}
	}
	c := comparison{file: bufio.NewReader(strings.NewReader("abx"))}
	if _, err := io.WriteString(&c, "abc"); err == nil {
		t.Error("a difference does not end the answer")
	}
}

// A story can put anything into an answer, also for an address.
func TestAudienceTakesAnyAddress(t *testing.T) {
	server, err := mockserver.New(mockserver.WithSpeed(0))
	if err != nil {
		t.Fatal(err)
	}
	a := newAudience(server)
	for _, target := range []string{"http://[bad", "a b", "/a b?c d", "", "%zz", "/\x00", "mailto:x", "//", "http://elsewhere.example/x"} {
		w := httptest.NewRecorder()
		if err := a.send(w, http.MethodGet, target, ""); err == nil && w.Code < 300 {
			t.Errorf("%q: %d %s", target, w.Code, w.Body)
		}
	}
	if broken := server.Violations(); len(broken) > 0 {
		t.Error(broken)
	}
}
