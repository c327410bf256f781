// Package client runs a data export on a FOLIO server: from a CSV of instance UUIDs to a file of MARC records, in the
// six steps of the module's guide, each of them a method and all of them one call, Export.
//
// It works with every release that this project knows, behind Okapi and behind Kong. It ends with the whole file or with
// an *Error that names the step, what the server said and what to do; a job that ended with some records missing is a
// result, not an error. It sends one credential, to the server it was given and nowhere else; starts no export twice;
// holds neither the ids nor the records in memory; and bounds what it reads. Passwords, tokens and the signatures of
// links appear in no error, no event and no result.
//
// What is safe to repeat is repeated, with growing pauses, for as long as a step may take. Where an answer was lost and
// a repetition could do harm, the server is asked what has become of the first request. A download that breaks off goes
// on where it was, and an export where its State says that another process has left it.
//
// A long list is cut by NewSplit and exported by several jobs, with ExportBatches; an Assembly makes one file of theirs.
package client

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/fauxkapi/fauxkapi/client/rest"
)

// Config says which server, and who asks.
type Config struct {
	// URL is what the server's paths are added to. It may have a path: https://folio.example.org/okapi.
	URL    string
	Tenant string

	// Username and Password are for logging in, at need and again before a token expires.
	Username string
	Password string

	// Token is used if there is no Username. It cannot be renewed.
	Token string

	// CallTimeout is how long the server may take over one answer, or let a transfer stand still or drip. 0 means
	// DefaultCallTimeout.
	CallTimeout time.Duration

	// StepTimeout is how long one request of a step may take with all its repetitions; to find out what became of one may
	// take others. A transfer that moves and a job that is waited for do not count. 0 means DefaultStepTimeout.
	StepTimeout time.Duration

	// OutageTimeout is how long a server may give no good answer once it has a job of ours: while Wait looks at it, and
	// while Export asks for its link and fetches its file. What the job has done by then is worth waiting for. 0 means
	// DefaultOutageTimeout.
	OutageTimeout time.Duration

	// HTTPClient lends its Transport and Timeout; its cookie jar and its CheckRedirect are not used, as both can send a
	// credential that was not asked for. Nil means http.DefaultTransport and no Timeout.
	HTTPClient *http.Client

	// OnEvent is told of every answer, of a download's growth and of what is tried again, by the goroutine that called a
	// method of Client; during ExportBatches by others, one after the other. Nil tells nobody.
	OnEvent func(Event)
}

// Client talks to one server as one user of one tenant. Its methods may be called by several goroutines.
type Client struct {
	base    string // for messages
	rest    *rest.Client
	links   *http.Client // for presigned links: no header of ours but Accept-Encoding
	session *session
	secrets *secrets
	onEvent func(Event)
	reached *atomic.Bool // whether the server has ever answered

	callTimeout, stepTimeout, outageTimeout time.Duration
}

// New checks the configuration and sends nothing.
func New(config Config) (*Client, error) {
	base, err := checkURL(config.URL)
	if err != nil {
		return nil, err
	}
	switch {
	case config.Tenant == "":
		return nil, badConfig("no tenant is given", "name the tenant to work for")
	case config.Username == "" && config.Token == "":
		return nil, badConfig("neither a user name nor a token is given", "give a user name and a password, or a token")
	case config.Username != "" && config.Password == "":
		return nil, badConfig("the password is missing", "give the password of "+config.Username)
	case !headerSafe(config.Tenant) || !headerSafe(config.Token):
		return nil, badConfig("the tenant or the token has characters that no header can carry", "look for blanks and line ends in them")
	case min(config.CallTimeout, config.StepTimeout, config.OutageTimeout) < 0:
		return nil, badConfig("a time limit is negative", "give a duration such as 90s")
	}
	password := config.Password
	if password == config.Username { // what is the user's name too is no secret, and would blot out the name
		password = ""
	}
	c := &Client{
		base:    base,
		session: newSession(config),
		secrets: newSecrets(config.Token, password),
		onEvent: config.OnEvent,
		reached: new(atomic.Bool),

		callTimeout:   cmp.Or(config.CallTimeout, DefaultCallTimeout),
		stepTimeout:   cmp.Or(config.StepTimeout, DefaultStepTimeout),
		outageTimeout: cmp.Or(config.OutageTimeout, DefaultOutageTimeout),
	}
	lent := &http.Client{}
	if config.HTTPClient != nil {
		lent = &http.Client{Transport: config.HTTPClient.Transport, Timeout: config.HTTPClient.Timeout}
	}
	gateway := *lent
	gateway.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.links = lent
	c.links.CheckRedirect = checkLinkRedirect
	c.rest, err = rest.NewClient(base, rest.WithHTTPClient(&gateway), rest.WithRequestEditorFn(
		func(_ context.Context, r *http.Request) error {
			r.Header.Set("X-Okapi-Tenant", config.Tenant)
			// The one value that every module takes: those of 2020 refuse a missing Accept and lists they do not know,
			// those on Spring answer text/plain alone with a 500.
			r.Header.Set("Accept", "*/*")
			return nil
		}))
	if err != nil {
		return nil, badConfig(err.Error(), "give an http or https URL")
	}
	return c, nil
}

// checkURL returns the base URL without a trailing slash. What it refuses is not repeated in full: a URL is a place
// where passwords are found.
func checkURL(text string) (string, error) {
	const hint = "give one like https://okapi.example.org"
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "", badConfig("no URL is given", hint)
	case err != nil:
		return "", badConfig("the URL cannot be read", hint)
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return "", badConfig("the URL "+quoted(u.Redacted())+" does not begin with http:// or https:// and a host", hint)
	case u.User != nil:
		return "", badConfig("the URL of "+u.Host+" has a user or password in it", "give them apart from the URL")
	case u.RawQuery != "" || u.Fragment != "":
		return "", badConfig("the URL of "+u.Host+" has a query or a fragment", "give only the base of the server's paths")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func badConfig(message, hint string) *Error {
	return &Error{Kind: KindInput, Op: "set up the client", Message: message, Hint: hint}
}

func headerSafe(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7F })
}
