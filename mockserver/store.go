package mockserver

import (
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// serveLink answers as the object store does that download links lead to. It
// needs no credential; one that is sent does no harm here, but is noted. In
// that it is like MinIO, in the words of its errors like AWS: assumption A30.
func (s *Server) serveLink(c *call) reply {
	c.aboutLink()
	r := c.request
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return s.storeError(c, http.StatusMethodNotAllowed, storeError{Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.", Method: r.Method})
	}
	if credential := sentCredential(r); credential != "" {
		c.advise(credentialOnLink(credential))
	}
	switch state, expires := s.links.check(r, c.now); state {
	case linkUnsigned:
		return s.storeError(c, http.StatusForbidden, storeError{Code: "AccessDenied", Message: "Access Denied"})
	case linkExpired:
		return s.storeError(c, http.StatusForbidden, storeError{
			Code: "AccessDenied", Message: "Request has expired", AmzExpires: int(linkLife.Seconds()),
			Expires: expires.UTC().Format(time.RFC3339), ServerTime: c.now.UTC().Format(time.RFC3339),
		})
	case linkAltered:
		return s.storeError(c, http.StatusForbidden, storeError{Code: "SignatureDoesNotMatch", Message: "The request signature we calculated does not match the signature you provided. Check your key and signing method."})
	}
	object, story, ok := s.object(r.URL.Path)
	if ok && story.Link.Missing {
		ok, c.rule = false, "link.missing of scenario "+story.Name
	}
	if !ok {
		key := strings.TrimPrefix(r.URL.Path, "/"+bucket+"/")
		return s.storeError(c, http.StatusNotFound, storeError{Code: "NoSuchKey", Message: "The specified key does not exist.", Key: key})
	}
	return s.serveObject(c, object, story)
}

// serveObject sends a file as a store does that was told nothing of its kind:
// assumption A19.
func (s *Server) serveObject(c *call, object folio.Object, story *scenarios.Scenario) reply {
	content, err := newContent(s.inventory, s.release.Mapping, object)
	if err != nil {
		return s.violated(c, err.Error())
	}
	size := content.size
	var file io.ReadSeeker = content
	if story.Link.Cut > 0 {
		size = max(0, size-int64(story.Link.Cut))
		file, c.rule = cutContent{content, size}, "link.cut of scenario "+story.Name
	}
	c.effect = fmt.Sprintf("%s, %s bytes", object.Name, prose.Thousands(size))
	tag := fingerprint(nil, c.request.URL.Path, strconv.FormatInt(size, 10))
	answered := reply{status: http.StatusOK, contentType: "application/octet-stream"}
	answered.add("Etag", `"`+hex.EncodeToString(tag[:])+`"`)
	answered.add("Accept-Ranges", "bytes")
	answered.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r.WithContext(c.context()), "", time.Time{}, file)
		if content.failed != nil {
			// The head is out and promises more, so net/http cuts the connection.
			s.violated(c, content.failed.Error())
		}
	})
	return answered
}

// object finds what is stored under the path of a link, and what is told of its
// job.
func (s *Server) object(path string) (object folio.Object, story *scenarios.Scenario, ok bool) {
	for tenant, t := range s.tenants {
		rest, inFolder := strings.CutPrefix(path, s.links.folder(tenant))
		job, name, _ := strings.Cut(rest, "/")
		id, err := uuid.Parse(job)
		if !inFolder || err != nil {
			continue
		}
		_ = s.with(t, func(w *folio.World) error { // the command cannot fail
			object, ok = w.Object(id, name)
			return nil
		})
		if ok {
			return object, t.storyOf(id), true
		}
	}
	return folio.Object{}, nil, false
}

// aboutLink says whose link it is, and of which job, if there is such a job.
func (c *call) aboutLink() {
	for name, t := range c.server.tenants {
		rest, inFolder := strings.CutPrefix(c.request.URL.Path, c.server.links.folder(name))
		job, _, _ := strings.Cut(rest, "/")
		id, err := uuid.Parse(job)
		if !inFolder || err != nil {
			continue
		}
		_ = c.server.with(t, func(w *folio.World) error { // the command cannot fail
			c.aboutJob(w, id)
			return nil
		})
		if c.job != nil { // the other tenants share the folder in some releases
			c.tenantName = name
			return
		}
	}
}

// sentCredential names a credential that has no place in a request for a link.
func sentCredential(r *http.Request) string {
	for _, name := range []string{"X-Okapi-Token", "Authorization", "Cookie"} {
		if r.Header.Get(name) != "" {
			return name
		}
	}
	return ""
}

// storeError is an error of S3.
type storeError struct {
	XMLName    xml.Name `xml:"Error"`
	Code       string
	Message    string
	Key        string `xml:",omitempty"`
	Method     string `xml:",omitempty"`
	AmzExpires int    `xml:"X-Amz-Expires,omitempty"`
	Expires    string `xml:",omitempty"`
	ServerTime string `xml:",omitempty"`
	RequestID  string `xml:"RequestId"`
	HostID     string `xml:"HostId"`
}

func (s *Server) storeError(c *call, status int, e storeError) reply {
	drawn := s.tokens.dice.Bytes("store request", uint64(c.ordinal))
	e.RequestID = strings.ToUpper(hex.EncodeToString(drawn[:8]))
	e.HostID = hex.EncodeToString(drawn[8:])
	c.effect = e.Code
	body, err := xml.Marshal(e)
	if err != nil {
		return s.violated(c, err.Error())
	}
	return textReply(status, "application/xml", xml.Header+string(body))
}
