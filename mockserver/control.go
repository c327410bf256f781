package mockserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/postman"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi"
)

// controlPrefix is where the fake itself is spoken to. Nothing of FOLIO lives
// there, and a client under test has no business there.
const controlPrefix = "/_fauxkapi/"

// maxAdvance bounds one jump of the clock.
const maxAdvance = 366 * 24 * time.Hour

// control is one thing that can be asked of the fake itself.
type control struct {
	method, path string // below controlPrefix
	use          string // how it is asked for, with its parameters
	does         string
	serve        func(*call) reply
}

// controls are the control paths, for whoever drives a fake in another process.
// They are described in docs/control.md.
func controls() []control {
	return []control{
		{http.MethodGet, "", "", "a page for people", servePage},
		{http.MethodGet, "style.css", "style.css", "how it looks", serveStyle},
		{http.MethodGet, "clock", "clock", "the instant of the world", serveClock},
		{http.MethodPost, "clock/advance", "clock/advance?by=10m", "moves the world on", serveAdvance},
		{http.MethodGet, "journal", "journal?since=0&format=json|har", "the last exchanges", serveJournal},
		{http.MethodGet, "postman/collection.json", "postman/collection.json", "the six steps, and every operation, for Postman", serveCollection},
		{http.MethodGet, "postman/environment.json", "postman/environment.json", "the environment that goes with it", serveEnvironment},
	}
}

// controls tells whether a request is for the fake itself.
func (s *Server) controls(r *http.Request) bool {
	return s.config.control && strings.HasPrefix(r.URL.Path+"/", controlPrefix)
}

// looksOn tells whether a request can change nothing.
func looksOn(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}

// serveControl answers on the control paths. A browser that another site has
// sent here may look, where it cannot read the answer, and do nothing.
func (s *Server) serveControl(c *call) reply {
	r := c.request
	if err := new(http.CrossOriginProtection).Check(r); err != nil {
		c.effect = "refused: it comes from another site"
		return controlText(http.StatusForbidden, "this request comes from the page of another site, and such pages have no business here\n")
	}
	path, ok := strings.CutPrefix(r.URL.Path, controlPrefix)
	if !ok && looksOn(r) {
		moved := reply{status: http.StatusPermanentRedirect}
		moved.add("Location", strings.TrimPrefix(controlPrefix, "/"))
		return moved
	}
	var use strings.Builder
	for _, known := range controls() {
		if path == known.path && (r.Method == known.method || r.Method == http.MethodHead && known.method == http.MethodGet) {
			answered := known.serve(c)
			answered.add("Cache-Control", "no-store")
			answered.add("X-Content-Type-Options", "nosniff")
			return answered
		}
		fmt.Fprintf(&use, "%-4s %s%s   %s\n", known.method, controlPrefix, known.use, known.does)
	}
	return controlText(http.StatusNotFound, "there is no such control path; there are\n"+use.String())
}

func controlText(status int, text string) reply {
	return textReply(status, "text/plain; charset=utf-8", text)
}

func controlJSON(value any) reply {
	body, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return controlText(http.StatusInternalServerError, "this answer cannot be written: "+err.Error()+"\n")
	}
	return textReply(http.StatusOK, "application/json", string(body)+"\n")
}

func serveClock(c *call) reply { return clockReply(c.now) }

func clockReply(now time.Time) reply {
	return textReply(http.StatusOK, "application/json", fmt.Sprintf("{\"now\":%q}\n", now.Format(time.RFC3339Nano)))
}

// maxForm bounds a form, of whatever kind: no part of it is put on the disk.
const maxForm = 4 << 10

// readForm reads the parameters of a request, be they in its address or in its
// body.
func readForm(r *http.Request) error {
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return err
	}
	if err := r.ParseMultipartForm(maxForm); !errors.Is(err, http.ErrNotMultipart) {
		return err
	}
	return nil
}

// serveAdvance moves the clock. Whoever came by a form is sent back to the page.
func serveAdvance(c *call) reply {
	r := c.request
	form := strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	if err := readForm(r); err != nil {
		return controlText(http.StatusBadRequest, "this form cannot be read: 4 KiB are the most, and by=10m is all that it needs\n")
	}
	by, err := time.ParseDuration(r.Form.Get("by"))
	if err != nil || by <= 0 || by > maxAdvance {
		return controlText(http.StatusBadRequest, "say how far, as in ?by=10m or ?by=4h; time does not run backwards, and a year is the most\n")
	}
	c.effect = "the world moves on by " + by.String()
	now := c.server.clock.Advance(by)
	if !form {
		return clockReply(now)
	}
	back := "../"
	if seconds := refreshOf(r.Form.Get("refresh")); seconds > 0 {
		back += "?refresh=" + strconv.Itoa(seconds)
	}
	seeOther := reply{status: http.StatusSeeOther}
	seeOther.add("Location", back)
	return seeOther
}

func serveCollection(c *call) reply {
	// The steps are written for the release that has every operation.
	document, err := openapi.Document(release.Default)
	if err != nil {
		return controlText(http.StatusInternalServerError, err.Error()+"\n")
	}
	made, err := postman.Collection(c.address(), document)
	return download("fauxkapi.postman_collection.json", made, err)
}

func serveEnvironment(c *call) reply {
	made, err := postman.Environment(c.address())
	return download("fauxkapi.postman_environment.json", made, err)
}

func download(name string, data []byte, err error) reply {
	if err != nil {
		return controlText(http.StatusInternalServerError, err.Error()+"\n")
	}
	answered := textReply(http.StatusOK, "application/json", string(data))
	answered.add("Content-Disposition", `attachment; filename="`+name+`"`)
	return answered
}

// address is the base of all paths, as the caller knows it.
func (c *call) address() string {
	base := c.server.links.base(c.request)
	return base.String()
}
