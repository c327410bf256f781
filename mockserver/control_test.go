package mockserver

import (
	"net/http"
	"strings"
	"testing"
)

// The control paths move the clock, forward and within bounds.
func TestControl(t *testing.T) {
	const use = "control paths are GET /_fauxkapi/clock and POST /_fauxkapi/clock/advance?by=10m\n"
	const far = "say how far, as in ?by=10m or ?by=4h; time does not run backwards, and a year is the most\n"
	c := newCaller(t, "guide", WithControl())
	for _, tt := range []struct {
		method, path string
		status       int
		text         string
	}{
		{"GET", "clock", 200, "{\"now\":\"2020-10-07T13:17:02.263Z\"}\n"},
		{"POST", "clock/advance?by=4h", 200, "{\"now\":\"2020-10-07T17:17:02.263Z\"}\n"},
		{"POST", "clock/advance?by=1ms", 200, "{\"now\":\"2020-10-07T17:17:02.264Z\"}\n"},
		{"POST", "clock/advance", 400, far},
		{"POST", "clock/advance?by=0s", 400, far},
		{"POST", "clock/advance?by=-1h", 400, far},
		{"POST", "clock/advance?by=10000h", 400, far},
		{"POST", "clock/advance?by=soon", 400, far},
		{"GET", "clock/advance?by=1h", 404, use},
		{"POST", "clock", 404, use},
		{"GET", "", 404, use},
		{"GET", "clock", 200, "{\"now\":\"2020-10-07T17:17:02.264Z\"}\n"},
	} {
		if w := c.do(tt.method, controlPrefix+tt.path, ""); w.Code != tt.status || w.Body.String() != tt.text {
			t.Errorf("%s %s: %d %s, want %d %s", tt.method, tt.path, w.Code, w.Body, tt.status, tt.text)
		}
	}
}

// They are no paths of FOLIO, so a fake has them only when asked to.
func TestControlIsClosedByDefault(t *testing.T) {
	c := newCaller(t, "guide")
	before := c.s.Now()
	w := c.do(http.MethodPost, controlPrefix+"clock/advance?by=4h", "")
	if w.Code != http.StatusNotFound || !strings.HasPrefix(w.Body.String(), "No suitable module found") || !c.s.Now().Equal(before) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
