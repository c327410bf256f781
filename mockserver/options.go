package mockserver

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// config is what the options fill in.
type config struct {
	release    string
	scenario   string
	parameters map[string]string
	named      bool
	seed       uint64
	start      time.Time // zero: the instant of the release
	speed      float64
	polls      bool // the world moves when a job is polled
	tenants    []string
	publicURL  *url.URL
	control    bool
	observer   func(Exchange)
}

// Option changes one default of a fake.
type Option func(*config) error

// configured are the defaults with what options change of them.
func configured(options []Option) (config, error) {
	c := config{release: release.Default, scenario: "ok", parameters: map[string]string{}, seed: 1, speed: 1, tenants: []string{"diku"}}
	for _, option := range options {
		if err := option(&c); err != nil {
			return c, err
		}
	}
	if c.polls {
		c.speed = 0
	}
	return c, nil
}

// WithRelease chooses what is imitated; Releases lists the names. The default
// is "guide".
func WithRelease(name string) Option {
	return func(c *config) error {
		c.release = name
		_, err := release.Find(name)
		return err
	}
}

// WithScenario chooses the story of every job: a name from the scenarios
// package, or the path of a file. The default is "ok".
func WithScenario(nameOrPath string) Option {
	return func(c *config) error {
		c.scenario = nameOrPath
		return nil
	}
}

// WithParameter sets a parameter of the scenario, such as duration to "5s".
func WithParameter(name, value string) Option {
	return func(c *config) error {
		c.parameters[name] = value
		return nil
	}
}

// WithNamedRecords makes the 100 instances of the catalogue the only ones that
// exist. By default every well-formed UUID has a record.
func WithNamedRecords() Option {
	return func(c *config) error {
		c.named = true
		return nil
	}
}

// WithSeed changes the number from which all ids and records are drawn. The
// default is 1.
func WithSeed(seed uint64) Option {
	return func(c *config) error {
		c.seed = seed
		return nil
	}
}

// WithStart sets the instant at which the world starts. By default it is a
// fixed one, so that runs can be compared: the guide's 2020-10-07T13:17:02.263Z,
// 2026-01-20T13:17:02.263Z for sunflower, 2026-04-17T13:17:02.263Z for trillium.
func WithStart(t time.Time) Option {
	return func(c *config) error {
		if y := t.UTC().Year(); y < 1970 || y > 9000 {
			return fmt.Errorf("the world cannot start in the year %d: take one from 1970 to 9000", y)
		}
		c.start = t
		return nil
	}
}

// WithSpeed lets the world's clock run so many times as fast as the machine's;
// 0 makes it stand still until Server.Advance. The default is 1.
func WithSpeed(speed float64) Option {
	return func(c *config) error {
		if !(speed >= 0 && speed <= 1e6) {
			return fmt.Errorf("a speed of %g is not possible: take one from 0 to 1,000,000", speed)
		}
		c.speed = speed
		return nil
	}
}

// WithTimeByPolling makes the world stand still until a job is polled. Such a
// poll is answered first; if the job has not ended, the world then moves on, by a
// step that doubles from poll to poll, so that any job that ends has ended at the
// twelfth. Tokens and links age with it. It takes the place of WithSpeed.
func WithTimeByPolling() Option {
	return func(c *config) error {
		c.polls = true
		return nil
	}
}

// WithTenants replaces the one tenant "diku". Each tenant has a world of its
// own, with the same users, so tests that take a tenant each never meet.
func WithTenants(names ...string) Option {
	return func(c *config) error {
		if len(names) == 0 {
			return errors.New("a fake without a tenant answers nobody: name one")
		}
		for _, name := range names {
			if !tenantName.MatchString(name) || name == supertenant {
				return fmt.Errorf("%q can be no tenant: take up to 31 lower-case letters, digits, - and _, a letter first", name)
			}
		}
		c.tenants = slices.Clone(names)
		return nil
	}
}

// tenantName is what Okapi 6 takes for a new tenant, and what older ones have.
var tenantName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,30}$`)

// WithPublicURL sets what download links are built on, for a fake behind a
// proxy or in a container. By default it is the host that the request named.
func WithPublicURL(base string) Option {
	return func(c *config) error {
		u, err := url.Parse(base)
		if err != nil {
			return fmt.Errorf("%q is no public URL: it looks like http://host:9130", base)
		}
		bare := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
		if u.Host == "" || !slices.Contains([]string{"http", "https"}, u.Scheme) || bare.String() != u.String() {
			return fmt.Errorf("%q is no public URL: it looks like http://host:9130", u.Redacted())
		}
		u.Path = strings.TrimSuffix(u.Path, "/")
		c.publicURL = u
		return nil
	}
}

// WithControl opens the paths under /_fauxkapi/, by which another process moves
// the clock. They are closed by default.
func WithControl() Option {
	return func(c *config) error {
		c.control = true
		return nil
	}
}

// WithObserver calls f for each exchange, once it was answered, from the
// goroutine that served it: f must be safe for concurrent use, and a client may
// have gone on by then.
func WithObserver(f func(Exchange)) Option {
	return func(c *config) error {
		c.observer = f
		return nil
	}
}

// Releases returns the names that WithRelease takes, the oldest first.
func Releases() []string { return release.Names() }
