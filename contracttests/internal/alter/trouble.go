package alter

import (
	"io"
	"net/http"
)

// page is an answer of what stands between client and server.
type page struct {
	status            int
	contentType, body string
}

func nginx(status int, title string) page {
	return page{status, "text/html", "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
		"</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"}
}

// pages are the troubles that have an answer.
func pages() map[string]page {
	return map[string]page{
		"500":      {http.StatusInternalServerError, "text/plain", "Internal Server Error"},
		"502-html": nginx(http.StatusBadGateway, "502 Bad Gateway"),
		"503":      nginx(http.StatusServiceUnavailable, "503 Service Temporarily Unavailable"),
		"504":      nginx(http.StatusGatewayTimeout, "504 Gateway Time-out"),
		"408":      {http.StatusRequestTimeout, "text/plain", "Request Timeout"},
		"html-200": {http.StatusOK, "text/html", "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>\n"},
		"empty":    {http.StatusOK, "", ""},
	}
}

// Troubles without an answer.
const (
	closed = "closed"
	reset  = "reset"
	hang   = "hang"
)

var troubles = []string{"500", "502-html", "503", "504", "408", "html-200", "empty", closed, reset, hang}

// trouble answers a request, or does not. Its body has been read.
func trouble(w http.ResponseWriter, r *http.Request, kind string) {
	switch kind {
	case reset:
		resetConnection(w)
		return
	case hang:
		<-r.Context().Done()
		hangUp()
	case closed:
		hangUp()
	}
	p := pages()[kind]
	w.Header()["Content-Type"] = nil // so that nothing is guessed
	if p.contentType != "" {
		w.Header().Set("Content-Type", p.contentType)
	}
	w.WriteHeader(p.status)
	_, _ = io.WriteString(w, p.body) // a client that has left is no concern of ours
}

// resetConnection ends the connection so that the client sees a reset, where the network can show one.
func resetConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		hangUp()
	}
	if tcp, ok := conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0) // if it fails, the connection ends in the usual way
	}
	_ = conn.Close()
}

// hangUp ends the connection where it stands; this is how net/http is told to.
func hangUp() { panic(http.ErrAbortHandler) }
