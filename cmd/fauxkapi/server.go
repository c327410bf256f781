package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/fauxkapi/fauxkapi/client"
)

// server has the flags of every command that talks to one. Secrets are no flags: other users of a machine can read those.
type server struct {
	Server       string `placeholder:"NAME" help:"A server of the configuration file, in place of the four flags below; see docs/servers.md."`
	URL          string `placeholder:"URL" variable:"OKAPI_URL" help:"Base URL of Okapi or Kong."`
	Tenant       string `placeholder:"ID" variable:"OKAPI_TENANT" help:"Tenant to work for."`
	Username     string `placeholder:"NAME" variable:"OKAPI_USERNAME" help:"User to log in as. Without one, the token in $$OKAPI_TOKEN is used."`
	PasswordFile string `placeholder:"FILE" help:"File with the password, instead of $$OKAPI_PASSWORD."`
}

// maxPassword bounds a password file, in bytes.
const maxPassword = 4096

func (s *server) connect(ctx context.Context, term *console, watch func(client.Event)) (*client.Client, error) {
	config, err := s.clientConfig(ctx, term)
	if err != nil {
		return nil, err
	}
	config.OnEvent = watch
	return client.New(config)
}

// clientConfig puts the flags, the environment and the configuration file together.
func (s *server) clientConfig(ctx context.Context, term *console) (config client.Config, err error) {
	if s.Server != "" {
		password, err := s.use(ctx, term)
		if err != nil {
			return config, err
		}
		return client.Config{URL: s.URL, Tenant: s.Tenant, Username: s.Username, Password: password}, nil
	}
	switch {
	case s.URL == "":
		return config, usage("which server? Set OKAPI_URL, or give --url, or --server with a name of the configuration file")
	case s.Tenant == "":
		return config, usage("which tenant? Set OKAPI_TENANT, or give --tenant, or --server with a name of the configuration file")
	}
	config = client.Config{URL: s.URL, Tenant: s.Tenant, Username: s.Username, Token: term.env("OKAPI_TOKEN")}
	switch {
	case s.PasswordFile != "" && s.Username == "":
		return config, usage("log in: --password-file is given without a user; add --username or set OKAPI_USERNAME")
	case s.PasswordFile != "":
		password, err := readPassword(s.PasswordFile)
		if err != nil {
			return config, err
		}
		config.Password = password
	case s.Username != "":
		config.Password = term.env("OKAPI_PASSWORD")
		if config.Password == "" && config.Token == "" {
			return config, usage("log in: there is no password for %s; set OKAPI_PASSWORD or give --password-file", s.Username)
		}
		if config.Password == "" {
			config.Username = "" // the token has to do
		}
	case config.Token == "":
		return config, usage("log in: there are no credentials; set OKAPI_USERNAME and OKAPI_PASSWORD, or OKAPI_TOKEN")
	}
	return config, nil
}

// readPassword takes the first line of a file.
func readPassword(path string) (string, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", usage("log in: there is no password file %q; give --password-file one that holds the password in its first line", path)
	}
	if err != nil {
		return "", usage("log in: the password file cannot be read (%v); give one that holds the password in its first line", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxPassword))
	if err != nil {
		return "", usage("log in: the password file cannot be read (%v); give one that holds the password in its first line", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" {
		return "", usage("log in: the password file %q has nothing in its first line; write the password there", path)
	}
	return line, nil
}
