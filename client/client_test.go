package client

import (
	"strings"
	"testing"
)

func TestConfig(t *testing.T) {
	good := Config{URL: "https://okapi.example.org/okapi", Tenant: "diku", Username: "u", Password: "p"}
	tests := map[string]struct {
		change func(*Config)
		err    string
	}{
		"good":             {func(*Config) {}, ""},
		"slash at the end": {func(c *Config) { c.URL += "//" }, ""},
		"token":            {func(c *Config) { c.Username, c.Password, c.Token = "", "", "t" }, ""},
		"no URL":           {func(c *Config) { c.URL = "" }, "no URL is given; give one like"},
		"no scheme":        {func(c *Config) { c.URL = "okapi.example.org" }, `the URL "okapi.example.org" does not begin with http:// or https://`},
		"port, no scheme":  {func(c *Config) { c.URL = "localhost:9130" }, `does not begin with http`},
		"other scheme":     {func(c *Config) { c.URL = "ftp://example.org" }, `the URL "ftp://example.org" does not begin`},
		"no host":          {func(c *Config) { c.URL = "http:///x" }, "does not begin"},
		"not readable":     {func(c *Config) { c.URL = "http://u:s3cr3t@a b" }, "the URL cannot be read"},
		"credentials":      {func(c *Config) { c.URL = "http://u:s3cr3t@h" }, "the URL of h has a user or password in it"},
		"query":            {func(c *Config) { c.URL += "?x" }, "has a query"},
		"no tenant":        {func(c *Config) { c.Tenant = "" }, "no tenant is given"},
		"tenant of two":    {func(c *Config) { c.Tenant = "a\r\nb" }, "no header can carry"},
		"no password":      {func(c *Config) { c.Password = "" }, "the password is missing"},
		"no credentials":   {func(c *Config) { c.Username = "" }, "neither a user name nor a token is given"},
		"token of two":     {func(c *Config) { c.Token = "a\nb" }, "no header can carry"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			config := good
			test.change(&config)
			c, err := New(config)
			if test.err == "" {
				if err != nil || c.base != good.URL {
					t.Errorf("%v, %+v", err, c)
				}
				return
			}
			wantError(t, err, KindInput, "set up the client: ", test.err)
			if strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("the password is told: %v", err)
			}
		})
	}
}
