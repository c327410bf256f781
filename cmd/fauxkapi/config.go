package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// config is a file with the servers that somebody works with. It holds no secret
// itself, only where one is.
type config struct {
	Servers map[string]serverConfig `yaml:"servers"`
}

type serverConfig struct {
	URL      string `yaml:"url"`
	Tenant   string `yaml:"tenant"`
	Username string `yaml:"username"`
	Password secret `yaml:"password"`
}

// secret says where a password is; exactly one member.
type secret struct {
	Env     string   `yaml:"env"`     // a variable of the environment
	File    string   `yaml:"file"`    // its first line
	Command []string `yaml:"command"` // the first line of its output
}

const (
	maxConfig      = 256 << 10
	commandTimeout = 30 * time.Second
)

// configPath is where the file is, unless $FAUXKAPI_CONFIG says otherwise.
func configPath(env func(string) string) (string, error) {
	if path := env("FAUXKAPI_CONFIG"); path != "" {
		return path, nil
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", usage("no folder for configuration: %v; set FAUXKAPI_CONFIG to the path of the file", err)
	}
	return filepath.Join(folder, "fauxkapi", "config.yaml"), nil
}

// findServer returns a server of the configuration by its name.
func findServer(name string, env func(string) string) (serverConfig, error) {
	path, err := configPath(env)
	if err != nil {
		return serverConfig{}, err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return serverConfig{}, usage("--server %s needs %q, which does not exist: docs/servers.md shows what is in it", name, path)
	}
	if err != nil {
		return serverConfig{}, usage("the configuration cannot be read: %v", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxConfig+1))
	if err != nil || len(data) > maxConfig {
		return serverConfig{}, usage("the configuration %q cannot be read (%v), or is longer than 256 KiB", path, err)
	}
	var known config
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithKnownFields())
	if err == nil {
		err = loader.Load(&known)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return serverConfig{}, usage("%s: %s; docs/servers.md shows what is in it", path, strings.ReplaceAll(err.Error(), "\n", " "))
	}
	found, ok := known.Servers[name]
	switch {
	case !ok && len(known.Servers) == 0:
		return found, usage("%s has no servers; docs/servers.md shows how to write them", path)
	case !ok:
		return found, usage("%s has no server %q; it has %s", path, name, strings.Join(slices.Sorted(maps.Keys(known.Servers)), ", "))
	case found.URL == "" || found.Tenant == "" || found.Username == "":
		return found, usage("%s: server %s needs url, tenant and username", path, name)
	}
	return found, nil
}

// read returns the password that a secret leads to. It appears in no error.
func (s secret) read(ctx context.Context, env func(string) string) (string, error) {
	given := 0
	for _, is := range []bool{s.Env != "", s.File != "", len(s.Command) > 0} {
		if is {
			given++
		}
	}
	if given != 1 {
		return "", usage("a password is one of {env: NAME}, {file: PATH} and {command: [PROGRAM, …]}; it is never written down here")
	}
	switch {
	case s.Env != "":
		password := env(s.Env)
		if password == "" {
			return "", usage("the password is said to be in $%s, which is empty", s.Env)
		}
		return password, nil
	case s.File != "":
		return readPassword(s.File)
	}
	limited, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	out, err := exec.CommandContext(limited, s.Command[0], s.Command[1:]...).Output()
	line, _, _ := strings.Cut(string(out), "\n")
	line = strings.TrimSuffix(line, "\r")
	switch {
	case err != nil:
		return "", usage("the command %q for the password failed: %v", s.Command[0], err)
	case line == "" || len(line) > maxPassword:
		return "", usage("the command %q printed no password in its first line", s.Command[0])
	}
	return line, nil
}

// use takes over what the configuration says of a server.
func (s *server) use(ctx context.Context, term *console) (password string, err error) {
	found, err := findServer(s.Server, term.env)
	if err != nil {
		return "", err
	}
	s.URL, s.Tenant, s.Username, s.PasswordFile = found.URL, found.Tenant, found.Username, ""
	if password, err = found.Password.read(ctx, term.env); err != nil {
		return "", fmt.Errorf("server %s: %w", s.Server, err)
	}
	return password, nil
}
