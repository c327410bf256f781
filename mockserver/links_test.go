package mockserver

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// follow asks the store as somebody who has nothing but a link.
func follow(s *Server, method, link string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(method, link, nil))
	return w
}

// Who looks at the journal sees whose link was followed, also where the files of
// all tenants lie in one folder.
func TestLinksOfManyTenants(t *testing.T) {
	names := []string{"diku", "a", "b", "c", "d", "e", "f", "g"}
	for _, release := range Releases() {
		s := newServer(t, release, WithTenants(names...))
		for _, name := range names {
			c := caller{s: s, token: tokenIn(t, s, name), tenant: name}
			j := c.finished(t, name+".csv", idList(1))
			link := c.link(t, j)
			for range 4 { // the tenants are looked at in no order
				if w := follow(s, http.MethodGet, link); w.Code != http.StatusOK {
					t.Fatalf("%s: %s: %d %s", release, name, w.Code, w.Body)
				}
				if entries := s.Journal(); entries[len(entries)-1].Tenant != name || entries[len(entries)-1].Job.ID != j.id {
					t.Fatalf("%s: the journal says that a link of %s was %+v", release, name, entries[len(entries)-1])
				}
			}
		}
	}
}

// A link is good for one thing: to get the file that it was made for, from the
// host that it names, for ten minutes.
func TestLinks(t *testing.T) {
	const denied, altered, unknown = "<Code>AccessDenied</Code><Message>Access Denied</Message>", "<Code>SignatureDoesNotMatch</Code>", "<Code>NoSuchKey</Code>"
	for _, release := range Releases() {
		c := newCaller(t, release)
		a, b := c.finished(t, "a.csv", idList(3)), c.finished(t, "b.csv", idList(1))
		good, other := c.link(t, a), c.link(t, b)
		edit := func(change func(u *url.URL, query url.Values)) string {
			u, err := url.Parse(good)
			if err != nil {
				t.Fatal(err)
			}
			query := u.Query()
			change(u, query)
			u.RawQuery = query.Encode()
			return u.String()
		}
		otherURL, err := url.Parse(other)
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name, method, link string
			status             int
			text               string
		}{
			{"as it is", "GET", good, 200, ""},
			{"its parameters in another order", "GET", edit(func(*url.URL, url.Values) {}), 200, ""},
			{"another method", "HEAD", good, 403, ""},
			{"a method that the store does not know", "POST", good, 405, "<Code>MethodNotAllowed</Code>"},
			{"without its query", "GET", edit(func(_ *url.URL, q url.Values) { clear(q) }), 403, denied},
			{"without its signature", "GET", edit(func(_ *url.URL, q url.Values) { q.Del("X-Amz-Signature") }), 403, denied},
			{"with another signature", "GET", edit(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Signature", strings.Repeat("0", 64)) }), 403, altered},
			{"with a signature of nonsense", "GET", edit(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Signature", "é") }), 403, altered},
			{"with the signature of another file", "GET", edit(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Signature", otherURL.Query().Get("X-Amz-Signature")) }), 403, altered},
			{"with a longer life", "GET", edit(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Expires", "601") }), 403, altered},
			{"with a life that no link has", "GET", edit(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Expires", "604801") }), 403, denied},
			{"with a life below zero", "GET", edit(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Expires", "-1") }), 403, denied},
			{"with another date", "GET", edit(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Date", c.s.Now().Add(time.Minute).Format(amzDateLayout)) }), 403, altered},
			{"with a date that is none", "GET", edit(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Date", "today") }), 403, denied},
			{"with another key", "GET", edit(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Credential", "x") }), 403, altered},
			{"with a parameter more", "GET", edit(func(_ *url.URL, q url.Values) { q.Set("x", "y") }), 403, altered},
			{"with a parameter twice", "GET", edit(func(_ *url.URL, q url.Values) { q.Add("X-Amz-Expires", "600") }), 403, altered},
			{"to another file", "GET", edit(func(u *url.URL, _ url.Values) { u.Path, u.RawPath = otherURL.Path, "" }), 403, altered},
			{"to a file that is not there", "GET", edit(func(u *url.URL, _ url.Values) { u.Path += "x" }), 403, altered},
			{"from another host", "GET", edit(func(u *url.URL, _ url.Values) { u.Host = "other.example" }), 403, altered},
			{"from another port", "GET", edit(func(u *url.URL, _ url.Values) { u.Host += ":81" }), 403, altered},
		} {
			w := follow(c.s, tt.method, tt.link)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.text) {
				t.Errorf("%s: a link %s: %d %s\nwant %d %s", release, tt.name, w.Code, w.Body, tt.status, tt.text)
			}
			if want := "application/xml"; tt.status != 200 && w.Header().Get("Content-Type") != want {
				t.Errorf("%s: a link %s: %s", release, tt.name, w.Header().Get("Content-Type"))
			}
		}

		unfinished := c.export(t, "c.csv", idList(1))
		c.s.Advance(25 * time.Millisecond)
		if w := follow(c.s, "GET", c.link(t, unfinished)); w.Code != 404 || !strings.Contains(w.Body.String(), unknown) {
			t.Errorf("%s: a link to nothing: %d %s", release, w.Code, w.Body)
		}
	}
}

// A link lives to the end of its last second, on the world's clock.
func TestLinksExpire(t *testing.T) {
	for _, release := range Releases() {
		c := newCaller(t, release)
		link := c.link(t, c.finished(t, "a.csv", idList(1)))
		made := c.s.Now().Truncate(time.Second)
		c.s.Advance(made.Add(10 * time.Minute).Sub(c.s.Now()))
		if w := follow(c.s, "GET", link); w.Code != 200 {
			t.Errorf("%s: in its last moment: %d %s", release, w.Code, w.Body)
		}
		c.s.Advance(1)
		w := follow(c.s, "GET", link)
		want := "<Message>Request has expired</Message><X-Amz-Expires>600</X-Amz-Expires><Expires>" + made.Add(10*time.Minute).Format(time.RFC3339) + "</Expires>"
		if w.Code != 403 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: after it: %d %s, want %s", release, w.Code, w.Body, want)
		}
		if again := c.s.links.sign(httptest.NewRequest("GET", "/", nil), "diku", [16]byte{}, "a", c.s.Now()); again == link {
			t.Errorf("%s: a new link is the old one", release)
		}
	}
}

// What links are built on is the host that was asked, or the public URL, whose
// path the proxy before the fake takes away.
func TestLinksNameTheirHost(t *testing.T) {
	for _, tt := range []struct {
		public, want string
	}{
		{"", "http://example.com/folio-data-export/"},
		{"https://folio.example", "https://folio.example/folio-data-export/"},
		{"https://folio.example:8443/", "https://folio.example:8443/folio-data-export/"},
		{"http://folio.example/a/b%20c/", "http://folio.example/a/b%20c/folio-data-export/"},
	} {
		var options []Option
		if tt.public != "" {
			options = append(options, WithPublicURL(tt.public))
		}
		c := newCaller(t, "sunflower", options...)
		link := c.link(t, c.finished(t, "a.csv", idList(1)))
		rest, ok := strings.CutPrefix(link, tt.want)
		if !ok {
			t.Errorf("public URL %q gives %s, want %s", tt.public, link, tt.want)
			continue
		}
		if w := follow(c.s, "GET", "/folio-data-export/"+rest); tt.public != "" && w.Code != 200 {
			t.Errorf("public URL %q: behind the proxy: %d %s", tt.public, w.Code, w.Body)
		}
	}
	secure := newCaller(t, "guide")
	r := httptest.NewRequest("GET", "https://fake.example:9130/", nil)
	if link := secure.s.links.sign(r, "diku", [16]byte{}, "a", secure.s.Now()); !strings.HasPrefix(link, "https://fake.example:9130/") {
		t.Errorf("over TLS: %s", link)
	}
}

// The key is the release's, with the tenant's folder in 2020.
func TestLinksHaveTheirKey(t *testing.T) {
	for release, prefix := range map[string]string{
		"guide": "/folio-data-export/diku/", "sunflower": "/folio-data-export/mod-data-export/download/", "trillium": "/folio-data-export/mod-data-export/download/",
	} {
		c := newCaller(t, release)
		j := c.finished(t, "test.csv", idList(1))
		u, err := url.Parse(c.link(t, j))
		if err != nil {
			t.Fatal(err)
		}
		if dir, name := path.Split(u.Path); dir != prefix+j.id.String()+"/" || !strings.HasPrefix(name, "test-") || !strings.HasSuffix(name, ".mrc") {
			t.Errorf("%s: %s", release, u.Path)
		}
	}
}

// Any name of a list comes back in its link, and the link leads to its file.
func TestLinksToOddNames(t *testing.T) {
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) {
			c := newCaller(t, release)
			for _, name := range []string{"a b", "50%", "%41", "a?b", "a#b", "a+b", "a&b=c", "ä", "夜", "..", ".", "", "a/b", "/", "a\\b", `"`, "a;b", "~-_.!*'()", "\x01"} {
				link := c.link(t, c.finished(t, name+".csv", idList(1)))
				if w := follow(c.s, "GET", link); w.Code != 200 {
					t.Errorf("%q: %s: %d %s", name, link, w.Code, w.Body)
				}
			}
		})
	}
}

// Whatever is signed is found good again; one byte more or less is not.
func TestSignatureCoversEverything(t *testing.T) {
	s := newServer(t, "sunflower")
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		host := rapid.StringMatching(`[a-z]{1,10}(:[1-9][0-9]{0,3})?`).Draw(t, "host")
		now := s.Now().Add(time.Duration(rapid.Int64Range(0, 1e15).Draw(t, "now")))
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		link, err := url.Parse(s.links.sign(r, "diku", [16]byte{1}, name, now))
		if err != nil {
			t.Fatal(err)
		}
		check := func(u *url.URL, host string) linkState {
			state, _ := s.links.check(&http.Request{Method: "GET", URL: u, Host: host}, now)
			return state
		}
		if state := check(link, host); state != linkGood {
			t.Fatalf("%s is found %d", link, state)
		}
		longer := *link
		longer.Path += "x"
		if check(&longer, host) != linkAltered || check(link, host+"x") != linkAltered {
			t.Fatalf("%s is good for another path or host", link)
		}
	})
}
