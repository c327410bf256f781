package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// A server of the configuration file stands in for four flags, wherever its
// password is.
func TestNamedServers(t *testing.T) {
	tr := newTrial(t, mockserver.WithRelease("sunflower"))
	write(t, "password", "admin\nand more\n")
	servers := "servers:\n"
	for name, password := range map[string]string{
		"by-env": "{env: SECRET}", "by-file": "{file: password}", "by-command": "{command: [cat, password]}", "no-env": "{env: NOTHING}",
		"failing": "{command: [cat, nowhere]}", "twice": "{env: SECRET, file: password}", "plain": "{}",
	} {
		servers += "  " + name + ": {url: \"" + tr.url + "\", tenant: diku, username: diku_admin, password: " + password + "}\n"
	}
	write(t, "config.yaml", servers)
	tr.env = map[string]string{"FAUXKAPI_CONFIG": "config.yaml", "SECRET": "admin", "OKAPI_URL": "http://192.0.2.1", "OKAPI_TENANT": "nobody"}
	for name, want := range map[string]string{
		"by-env": "", "by-file": "", "by-command": "",
		"no-env":  "$NOTHING, which is empty",
		"failing": `the command "cat" for the password failed`,
		"twice":   "a password is one of",
		"plain":   "a password is one of",
		"absent":  `config.yaml has no server "absent"; it has by-command, by-env, by-file`,
	} {
		if name == "by-command" && runtime.GOOS == "windows" {
			continue // there is no cat
		}
		got := tr.run(t.Context(), "profiles", "list", "--server", name)
		if ok := want == ""; ok != (got.code == exitOK) || !strings.Contains(got.stderr, want) || strings.Contains(got.stderr, "admin\n") {
			t.Errorf("%s: %+v", name, got)
		}
	}

	for text, want := range map[string]string{
		"servers: {a: {url: x}}":           "needs url, tenant and username",
		"servers: {a: {password: secret}}": "docs/servers.md",
		"servers: {a: {uri: x}}":           "docs/servers.md",
		"":                                 "has no servers",
		"servers: {a: {url: x, tenant: t, username: u, password: {env: SECRET}}}": "http",
	} {
		write(t, "config.yaml", text)
		if got := tr.run(t.Context(), "profiles", "list", "--server", "a"); got.code != exitUsage || !strings.Contains(got.stderr, want) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%q: %+v", text, got)
		}
	}
	tr.env["FAUXKAPI_CONFIG"] = filepath.Join("no", "file")
	if got := tr.run(t.Context(), "profiles", "list", "--server", "a"); got.code != exitUsage || !strings.Contains(got.stderr, "does not exist") {
		t.Errorf("%+v", got)
	}
}

// The page's example is one that the program takes.
func TestServersPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/servers.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	t.Chdir(t.TempDir())
	write(t, "config.yaml", example)
	env := func(name string) string { return map[string]string{"FAUXKAPI_CONFIG": "config.yaml"}[name] }
	for _, name := range []string{"testing", "production", "laptop"} {
		if found, err := findServer(name, env); err != nil || found.URL == "" {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
}
