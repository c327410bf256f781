package mockserver

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// controlPrefix is where the fake itself is spoken to. Nothing of FOLIO lives
// there, and a client under test has no business there.
const controlPrefix = "/_fauxkapi/"

// maxAdvance bounds one jump of the clock.
const maxAdvance = 366 * 24 * time.Hour

// serveControl answers on the control paths, for whoever drives a fake in
// another process:
//
//	GET  /_fauxkapi/clock                  the instant of the world
//	POST /_fauxkapi/clock/advance?by=10m   moves the world on
func (s *Server) serveControl(c *call) reply {
	r := c.request
	switch path := strings.TrimPrefix(r.URL.Path, controlPrefix); {
	case path == "clock" && r.Method == http.MethodGet:
		return clockReply(c.now)
	case path == "clock/advance" && r.Method == http.MethodPost:
		by, err := time.ParseDuration(r.URL.Query().Get("by"))
		if err != nil || by <= 0 || by > maxAdvance {
			return textReply(http.StatusBadRequest, "text/plain; charset=utf-8", "say how far, as in ?by=10m or ?by=4h; time does not run backwards, and a year is the most\n")
		}
		c.effect = "the world moves on by " + by.String()
		return clockReply(s.clock.Advance(by))
	}
	return textReply(http.StatusNotFound, "text/plain; charset=utf-8", "control paths are GET /_fauxkapi/clock and POST /_fauxkapi/clock/advance?by=10m\n")
}

func clockReply(now time.Time) reply {
	return reply{status: http.StatusOK, contentType: "application/json", body: fmt.Appendf(nil, "{\"now\":%q}\n", now.Format(time.RFC3339Nano))}
}
