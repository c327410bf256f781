package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	maxRedirects = 3
	// maxLink bounds a link, in bytes; one with a session's token has some two thousand.
	maxLink = 16 << 10
	// maxSigned bounds how many parameters of a link are taken for secrets.
	maxSigned = 16
)

// errRedirect ends the sentence about a redirect that leads to where we do not go.
var errRedirect = errors.New("which is not followed")

// checkLink refuses what no presigned link is: other schemes than http and https, and credentials inside.
func checkLink(link string) (*url.URL, error) {
	u, err := url.Parse(link)
	if err != nil || len(link) > maxLink || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &Error{
			Kind: KindServer, Op: opDownload, Message: "the server gave a link that is no http or https URL",
			Hint: "report it to whoever runs the server",
		}
	}
	return u, nil
}

// learnLink makes secrets of a link and of what signs it, and says how long the link is good for.
func (c *Client) learnLink(link string) string {
	u, err := url.Parse(link)
	if err != nil || len(link) > maxLink {
		return "a link"
	}
	c.secrets.learn(link)
	learned := 0
	for _, values := range u.Query() {
		for _, value := range values {
			if len(value) >= shortSecret && learned < maxSigned {
				c.secrets.learn(value)
				learned++
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
		return fmt.Errorf("one of too many redirects, %w", errRedirect)
	case next.URL.Scheme != "https" && (next.URL.Scheme != "http" || last.Scheme == "https"):
		return fmt.Errorf("a redirect to %s, %w", next.URL.Scheme, errRedirect)
	case next.URL.User != nil:
		return fmt.Errorf("a redirect with a credential, %w", errRedirect)
	}
	next.Header.Del("Referer")
	return nil
}
