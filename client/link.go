package client

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const maxRedirects = 3

// checkLink refuses what no presigned link is: other schemes than http and https, and credentials inside.
func checkLink(link string) (*url.URL, error) {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &Error{
			Kind: KindServer, Op: opDownload, Message: "the server gave a link that is no http or https URL",
			Hint: "report it to whoever runs the server",
		}
	}
	return u, nil
}

// learnLink makes secrets of a link and of what signs it, and says how long the link is good for.
func (c *Client) learnLink(link string) string {
	c.secrets.add(link)
	u, err := url.Parse(link)
	if err != nil {
		return "a link"
	}
	for _, values := range u.Query() {
		for _, value := range values {
			if len(value) >= shortSecret {
				c.secrets.add(value)
			}
		}
	}
	if seconds, err := strconv.Atoi(u.Query().Get("X-Amz-Expires")); err == nil && seconds > 0 {
		return "a link, good for " + (time.Duration(seconds) * time.Second).String()
	}
	return "a link"
}

// checkLinkRedirect lets a store send us to another of its addresses, but never from https to http, nor does it tell the
// next address the link that we came by.
func checkLinkRedirect(next *http.Request, via []*http.Request) error {
	switch last := via[len(via)-1].URL; {
	case len(via) > maxRedirects:
		return errors.New("too many redirects")
	case next.URL.Scheme != "https" && (next.URL.Scheme != "http" || last.Scheme == "https"):
		return errors.New("a redirect to " + next.URL.Scheme)
	case next.URL.User != nil:
		return errors.New("a redirect with a credential")
	}
	next.Header.Del("Referer")
	return nil
}
