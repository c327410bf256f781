package mockserver

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// harType is what HAR goes by; there is no registered media type for it.
const harType = "application/har+json"

// The journal as an HTTP Archive 1.2, which browsers and proxies read. Members
// with an underscore are ours, as the format allows.

type har struct {
	Log harLog `json:"log"`
}

type harLog struct {
	Version string     `json:"version"`
	Creator harCreator `json:"creator"`
	Entries []harEntry `json:"entries"` // by number, and so by their start
}

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harEntry struct {
	Started  time.Time        `json:"startedDateTime"` // on the machine's clock
	Time     float64          `json:"time"`            // in milliseconds
	Request  harRequest       `json:"request"`
	Response harResponse      `json:"response"`
	Cache    struct{}         `json:"cache"`
	Timings  harTimings       `json:"timings"`
	Fauxkapi exchangeDocument `json:"_fauxkapi"`
}

type harRequest struct {
	Method      string       `json:"method"`
	URL         string       `json:"url"`
	HTTPVersion string       `json:"httpVersion"`
	Cookies     []header     `json:"cookies"`
	Headers     []header     `json:"headers"`
	QueryString []header     `json:"queryString"`
	PostData    *harPostData `json:"postData,omitempty"`
	HeadersSize int          `json:"headersSize"`
	BodySize    int64        `json:"bodySize"`
}

type harPostData struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Comment  string `json:"comment,omitempty"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []header   `json:"cookies"`
	Headers     []header   `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
}

type harContent struct {
	Size     int64  `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

// harTimings has the whole time as waiting: what lies in between is nobody's.
type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// unknownSize is what HAR says where a size was not counted.
const unknownSize = -1

func harOf(exchanges []Exchange) har {
	h := har{Log: harLog{Version: "1.2", Creator: harCreator{Name: "fauxkapi", Version: "1"}, Entries: []harEntry{}}}
	for _, e := range exchanges {
		if e.wire != nil {
			h.Log.Entries = append(h.Log.Entries, e.har())
		}
	}
	return h
}

func (e *Exchange) har() harEntry {
	w := e.wire
	took := milliseconds(e.Duration)
	address := w.scheme + "://" + w.host + e.Path
	if w.query != "" {
		address += "?" + w.query
	}
	entry := harEntry{
		Started: e.Real, Time: took, Timings: harTimings{Wait: took}, Fauxkapi: e.document(),
		Request: harRequest{
			Method: e.Method, URL: escaped(address), HTTPVersion: w.proto,
			Cookies: cookiesIn(w.request.headers, "Cookie"), Headers: byName(w.request.headers), QueryString: queryPairs(w.query),
			HeadersSize: unknownSize, BodySize: w.request.size,
		},
		Response: harResponse{
			Status: e.Status, StatusText: http.StatusText(e.Status), HTTPVersion: w.proto,
			Cookies: cookiesIn(w.answer.headers, "Set-Cookie"), Headers: byName(w.answer.headers),
			Content:     harContent{Size: e.Bytes, MimeType: valueOf(w.answer.headers, "Content-Type"), Text: w.answer.text, Comment: w.answer.comment()},
			RedirectURL: valueOf(w.answer.headers, "Location"), HeadersSize: unknownSize, BodySize: e.Bytes,
		},
	}
	if w.request.size > 0 {
		entry.Request.PostData = &harPostData{MimeType: valueOf(w.request.headers, "Content-Type"), Text: w.request.text, Comment: w.request.comment()}
	}
	return entry
}

// byName returns a copy that is sorted, and an empty list rather than none.
func byName(headers []header) []header {
	sorted := append([]header{}, headers...)
	slices.SortStableFunc(sorted, func(a, b header) int { return strings.Compare(a.Name, b.Name) })
	return sorted
}

func valueOf(headers []header, name string) string {
	for _, h := range headers {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}

// cookiesIn are the cookies of a header, whose values are hidden already.
func cookiesIn(headers []header, name string) []header {
	cookies := []header{}
	for _, h := range headers {
		if h.Name != name {
			continue
		}
		pairs := strings.Split(h.Value, ";")
		if name == "Set-Cookie" {
			pairs = pairs[:1] // attributes follow
		}
		for _, pair := range pairs {
			if cookie, _, ok := strings.Cut(strings.TrimSpace(pair), "="); ok {
				cookies = append(cookies, header{Name: cookie, Value: hidden})
			}
		}
	}
	return cookies
}

// queryPairs are the parameters of a query in their order.
func queryPairs(escaped string) []header {
	pairs := []header{}
	for part := range strings.SplitSeq(escaped, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		pairs = append(pairs, header{Name: unescaped(name), Value: unescaped(value)})
	}
	return pairs
}

// escaped makes an address of what a client may have sent as it liked.
func escaped(address string) string {
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c > '~' || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// comment says what a text is not, or "".
func (m *message) comment() string {
	switch {
	case m.text == "" && m.size > 0:
		return "the body was not kept, only its size"
	case m.size > maxText:
		return "the first 4 KiB of the body"
	}
	return ""
}

// unescaped is for reading: what cannot be unescaped stays as it is.
func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
