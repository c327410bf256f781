package verify

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/openapi"
)

// ConfigError is a configuration with which nothing can be verified.
type ConfigError struct {
	Field string // of Config
	Text  string // what is wrong
	Hint  string // what to do
}

func (e *ConfigError) Error() string { return "verify: " + e.Text + "; " + e.Hint }

// maxIDs is how many ids a job gets.
const maxIDs = 5

// checked fills in the defaults.
func (c Config) checked() (Config, error) {
	bad := func(field, text, hint string) (Config, error) { return c, &ConfigError{field, text, hint} }
	c.Level = cmp.Or(c.Level, ReadOnly)
	c.Rate = cmp.Or(c.Rate, DefaultRate)
	c.TimeoutScale = cmp.Or(c.TimeoutScale, 1)
	c.Run = cmp.Or(c.Run, strings.ToLower(rand.Text()[:8]))
	if c.Budget == 0 {
		c.Budget = map[Level]int{ReadOnly: DefaultReadOnlyBudget, Workflow: DefaultBudget, OwnServer: DefaultOwnBudget}[c.Level]
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Pass == nil {
		c.Pass = wait
	}
	switch {
	case (c.URL == "") == (c.Module == ""):
		return bad("URL", "there is no one server to talk to", "give the URL of the gateway, or else that of the module")
	case c.Tenant == "":
		return bad("Tenant", "no tenant is given", "name the tenant to look at")
	case c.URL != "" && (c.Username == "" || c.Password == ""):
		return bad("Username", "nobody can log in", "give a user name and a password")
	case !slices.Contains(Levels(), c.Level):
		return bad("Level", fmt.Sprintf("there is no level %q", c.Level), "choose read-only, workflow or own-server")
	case c.Level == OwnServer && c.Own != c.Tenant:
		return bad("Own", "the level own-server does what a server that others use must be spared", "say that tenant "+c.Tenant+" is yours alone")
	case c.Aging && c.Level != OwnServer:
		return bad("Aging", "waiting for tokens to expire is for the level own-server", "choose that level, or do not wait")
	case c.Release != "" && !slices.Contains(openapi.Releases(), c.Release):
		return bad("Release", fmt.Sprintf("there is no release %q", c.Release), "choose "+strings.Join(openapi.Releases(), ", "))
	case c.Budget < 1 || c.Budget > 100_000:
		return bad("Budget", fmt.Sprintf("a budget of %d requests", c.Budget), "choose 1 to 100000")
	case math.IsNaN(c.Rate) || c.Rate < 0.01 || c.Rate > 1000:
		return bad("Rate", fmt.Sprintf("a rate of %g requests a second", c.Rate), "choose 0.01 to 1000")
	case math.IsNaN(c.TimeoutScale) || c.TimeoutScale < 0.01 || c.TimeoutScale > 1000:
		return bad("TimeoutScale", fmt.Sprintf("limits of time multiplied by %g", c.TimeoutScale), "choose 0.01 to 1000")
	case !plainLabel(c.Run):
		return bad("Run", fmt.Sprintf("the label %q", c.Run), "use 1 to 32 letters, digits and hyphens")
	}
	for _, id := range c.IDs {
		if err := uuid.Validate(id); err != nil || len(id) != 36 {
			return bad("IDs", fmt.Sprintf("%q is no instance id", id), "give UUIDs, one a line")
		}
	}
	if c.Module != "" && c.Release == "" {
		return bad("Release", "a module does not tell which it is", "name the release that it is to be held to")
	}
	c.IDs = c.IDs[:min(len(c.IDs), maxIDs)]
	return c, c.checkWaivers()
}

// base is the address of the server without a slash at its end.
func (c Config) base() (*url.URL, error) {
	field, address := "URL", c.URL
	if c.Module != "" {
		field, address = "Module", c.Module
	}
	u, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, &ConfigError{field, fmt.Sprintf("%.200q is no address of a server", address), "give one such as https://folio.example.org/okapi"}
	}
	if u.User != nil {
		return nil, &ConfigError{field, "the address has a user name in it", "give user name and password apart"}
	}
	return u, nil
}

func plainLabel(label string) bool {
	return len(label) > 0 && len(label) <= 32 && strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
