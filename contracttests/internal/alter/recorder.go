package alter

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// recorder keeps what a handler answers.
type recorder struct {
	answer
	began    bool
	live     http.Header // what the handler sees; the answer's are those of the moment at which it began
	tooLarge bool
}

func (r *recorder) Header() http.Header {
	if r.live == nil {
		r.live = http.Header{}
	}
	return r.live
}

func (r *recorder) WriteHeader(status int) {
	if r.began || status < 200 {
		return
	}
	r.began, r.status, r.header = true, status, r.Header().Clone()
}

var errTooLarge = errors.New("alter: the answer is too large to be altered")

func (r *recorder) Write(data []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	if len(r.body)+len(data) > maxBody {
		r.tooLarge = true
		return 0, errTooLarge
	}
	r.body = append(r.body, data...)
	return len(data), nil
}

// end is called when the handler has returned.
func (r *recorder) end() { r.WriteHeader(http.StatusOK) }

// write sends the answer.
func (a answer) write(w http.ResponseWriter, r *http.Request) {
	body := a.body
	if a.gzip && len(body) > 0 && accepts(r, "gzip") {
		body = compressed(body)
		a.header.Set("Content-Encoding", "gzip")
		a.header.Add("Vary", "Accept-Encoding")
	}
	if r.Method != http.MethodHead {
		a.header.Del("Content-Length")
		if len(body) > 0 && !a.chunked {
			a.header.Set("Content-Length", strconv.Itoa(len(body)))
		}
	}
	for name, values := range a.header {
		spelled := inCase(name, a.headerCase)
		if spelled != name {
			w.Header()[name] = nil // so that net/http does not add its own
		}
		w.Header()[spelled] = values
	}
	w.WriteHeader(a.status)
	half := len(body)
	if a.chunked || a.cut {
		half /= 2
	}
	_, _ = w.Write(body[:half]) // a client that has left is no concern of ours
	if half == len(body) {
		return
	}
	_ = http.NewResponseController(w).Flush()
	if a.cut {
		hangUp()
	}
	_, _ = w.Write(body[half:])
}

// inCase spells the name of a header. The length is left to net/http, which would add it again.
func inCase(name, how string) string {
	switch {
	case name == "Content-Length":
		return name
	case how == "lower":
		return strings.ToLower(name)
	case how == "upper":
		return strings.ToUpper(name)
	}
	return name
}

func accepts(r *http.Request, coding string) bool {
	return slices.ContainsFunc(r.Header.Values("Accept-Encoding"), func(v string) bool {
		return slices.ContainsFunc(strings.Split(v, ","), func(one string) bool {
			name, weight, _ := strings.Cut(strings.ReplaceAll(one, " ", ""), ";")
			return strings.EqualFold(name, coding) && weight != "q=0"
		})
	})
}

func compressed(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}
