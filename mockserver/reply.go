package mockserver

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// reply is an answer as a value: an operation cannot forget its status.
type reply struct {
	status      int
	contentType string
	common      http.Header // of every answer of the gateway
	header      http.Header
	body        []byte

	// handler answers by itself, for what net/http does better: ranges.
	handler http.Handler

	judgedAs string // the content type to judge by, if it is not that of the answer
	close    bool
}

func noContent() reply { return reply{status: http.StatusNoContent} }

func textReply(status int, contentType, body string) reply {
	return reply{status: status, contentType: contentType, body: []byte(body)}
}

// json answers with a value in the layout of the operation's module.
func (c *call) json(status int, value any) (reply, error) {
	body, err := encode(value, c.op.module.Framework.Layout())
	return reply{status: status, contentType: "application/json", body: body}, err
}

func (r *reply) add(name, value string) {
	if r.header == nil {
		r.header = http.Header{}
	}
	r.header[name] = append(r.header[name], value)
}

// write sends the reply and returns how many bytes of body went out.
func (r *reply) write(w http.ResponseWriter, request *http.Request, now time.Time) int64 {
	counted := &countingWriter{ResponseWriter: w}
	header := w.Header()
	header.Set("Date", now.UTC().Format(http.TimeFormat))
	maps.Copy(header, r.common)
	maps.Copy(header, r.header)
	if r.contentType != "" {
		header.Set("Content-Type", r.contentType)
	}
	if r.close {
		header.Set("Connection", "close")
	}
	switch {
	case r.handler != nil:
		r.handler.ServeHTTP(counted, request)
		r.status = counted.status
	default:
		if r.status != http.StatusNoContent {
			header.Set("Content-Length", strconv.Itoa(len(r.body)))
		}
		counted.WriteHeader(r.status)
		if request.Method != http.MethodHead {
			_, _ = counted.Write(r.body) // the client is gone; there is nobody to tell
		}
	}
	return counted.bytes
}

// countingWriter counts what is sent, for the log.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *countingWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *countingWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}
