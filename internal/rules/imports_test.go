// Package rules holds the tree to its walls: which package may know which, and
// who may ask for the time or for chance. It has tests only. Each rule says why
// it exists, and a failing test prints that reason.
//
// The rules are about what a package is built of. Tests may reach across: the
// client is tried on the fake, after all.
package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ban says that a package must not import another. Both are patterns as the go
// command has them: ./scenarios is a package of this module, ./client/... a
// package and all below it; without ./ it is another's.
type ban struct {
	of     string
	direct bool // only an import of its own counts, not one by way of others
	reason string
}

const kin = "github.com/getkin/kin-openapi/..."

// bans by the package that they bind.
var bans = map[string][]ban{
	"./openapi/api": {
		{of: "net/http", reason: "the world is made of these types, and knows no HTTP"},
		{of: kin, reason: "whoever needs the messages should not have to build a validator"},
	},
	"./openapi/...": {
		{of: "./mockserver/...", reason: "the contract is what both halves are held against, so it is made without them"},
		{of: "./client/...", reason: "the contract is what both halves are held against, so it is made without them"},
	},
	"./mockserver/internal/folio": {
		{of: "net/http", reason: "the world answers commands; statuses and headers are the funnel's"},
		{of: kin, reason: "the world is judged from outside; it must not be able to ask the judge"},
		{of: "encoding/json", direct: true, reason: "the world returns values; how they look on the wire is the release's layout"},
	},
	"./scenarios": {
		{of: "./mockserver/...", reason: "a story is data that suite and client read too; the server translates it, not the other way round"},
	},
	"./client/...": {
		{of: "./mockserver/...", reason: "a client that knows the fake proves nothing about servers, and its users do not want one"},
		{of: "./cmd/...", reason: "the library is below the command"},
	},
	"./mockserver/...": {
		{of: "./client/...", reason: "one mistake in code that both share would hide itself; the halves meet in tests and in cmd"},
		{of: "./cmd/...", reason: "the library is below the command"},
	},
	"./contracttests/...": {
		{of: "./mockserver/...", reason: "the specs must hold for any server, so only its bootstrap, a test, may start the fake"},
		{of: "./cmd/...", reason: "the library is below the command"},
	},
	"./contracttests/internal/alter": {
		{of: "./contracttests/verify/...", reason: "what is planted must not know who looks for it"},
		{of: "./client/...", reason: "it stands before a server, and calls none"},
	},
	"./internal/prose": {
		{of: "./openapi/...", reason: "both halves write with it, which is harmless as long as it knows words alone and nothing of FOLIO"},
		{of: "net/http", reason: "it makes texts of texts, and asks nobody"},
	},
	"./internal/...": {
		{of: "./mockserver/...", reason: "it is what both halves share, so it knows neither"},
		{of: "./client/...", reason: "it is what both halves share, so it knows neither"},
	},
}

func TestImports(t *testing.T) {
	module, packages := list(t)
	for _, finding := range violations(module, packages, bans) {
		t.Error(finding)
	}
}

// A rule about packages that do not exist holds for ever and says nothing.
func TestBansAreAboutSomething(t *testing.T) {
	module, packages := list(t)
	exists := func(pattern string) bool {
		return slices.ContainsFunc(packages, func(p listed) bool { return matches(module, pattern, p.ImportPath) })
	}
	for who, list := range bans {
		if !exists(who) {
			t.Errorf("a ban binds %s, which does not exist", who)
		}
		for _, b := range list {
			if !exists(b.of) {
				t.Errorf("%s is banned from %s, which nothing is built of any more", who, b.of)
			}
			if b.reason == "" {
				t.Errorf("the ban of %s from %s has no reason", who, b.of)
			}
		}
	}
}

// Every ban finds an import of its own and, unless it is about those alone, one
// by way of others, and prints its reason.
func TestEachBanBites(t *testing.T) {
	const module = "example.org/m"
	name := func(pattern string) string {
		path, _ := strings.CutSuffix(pattern, "/...")
		if own, ok := strings.CutPrefix(path, "./"); ok {
			return module + "/" + own
		}
		return path
	}
	for who, list := range bans {
		for _, b := range list {
			binds := map[string][]ban{who: {b}}
			from, to := name(who), name(b.of)
			banned := listed{ImportPath: to}

			own := violations(module, []listed{{ImportPath: from, Imports: []string{"fmt", to}}, banned}, binds)
			if len(own) != 1 || !strings.Contains(own[0], b.reason) || !strings.Contains(own[0], "imports "+short(module, to)) {
				t.Errorf("%s imports %s: found %q", who, b.of, own)
			}
			through := violations(module, []listed{
				{ImportPath: from, Imports: []string{"example.org/other"}},
				{ImportPath: "example.org/other", Imports: []string{to}},
				banned,
			}, binds)
			if found := len(through) == 1 && strings.Contains(through[0], "by way of example.org/other"); found == b.direct {
				t.Errorf("%s imports %s by way of another package: found %q", who, b.of, through)
			}
			innocent := violations(module, []listed{
				{ImportPath: from, Imports: []string{"fmt"}},
				{ImportPath: module + "/bystander", Imports: []string{to}},
				{ImportPath: "fmt"},
				banned,
			}, binds)
			if len(innocent) != 0 {
				t.Errorf("%s does not import %s: found %q", who, b.of, innocent)
			}
		}
	}
}

func TestMatches(t *testing.T) {
	for _, tt := range []struct {
		pattern, path string
		want          bool
	}{
		{"./client", "m/client", true},
		{"./client", "m/client/rest", false},
		{"./client/...", "m/client", true},
		{"./client/...", "m/client/rest", true},
		{"./client/...", "m/clients", false},
		{"./client/...", "other/client", false},
		{"net/http", "net/http", true},
		{"net/http", "net/http/httptest", false},
		{"net/http", "m/net/http", false},
	} {
		if got := matches("m", tt.pattern, tt.path); got != tt.want {
			t.Errorf("matches(%q, %q) = %t", tt.pattern, tt.path, got)
		}
	}
}

// violations lists the imports that break a ban, sorted, each with its reason.
func violations(module string, packages []listed, bans map[string][]ban) []string {
	imports := make(map[string][]string, len(packages))
	for _, p := range packages {
		imports[p.ImportPath] = p.Imports
	}
	var found []string
	for who, list := range bans {
		for _, p := range packages {
			if !matches(module, who, p.ImportPath) {
				continue
			}
			for _, b := range list {
				way := wayTo(imports, p.ImportPath, func(path string) bool { return matches(module, b.of, path) })
				if len(way) == 0 || b.direct && !slices.ContainsFunc(p.Imports, func(path string) bool { return matches(module, b.of, path) }) {
					continue
				}
				by := ""
				if between := way[:len(way)-1]; len(between) > 0 && !b.direct {
					by = " by way of " + short(module, strings.Join(between, " and "))
				}
				found = append(found, fmt.Sprintf("%s imports %s%s: %s",
					short(module, p.ImportPath), short(module, way[len(way)-1]), by, b.reason))
			}
		}
	}
	slices.Sort(found)
	return found
}

// wayTo is the shortest way of imports from a package to one that is wanted,
// without the first; empty if there is none.
func wayTo(imports map[string][]string, from string, wanted func(string) bool) []string {
	parent := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, next := range imports[queue[0]] {
			if _, seen := parent[next]; seen {
				continue
			}
			parent[next] = queue[0]
			if !wanted(next) {
				queue = append(queue, next)
				continue
			}
			var way []string
			for at := next; at != from; at = parent[at] {
				way = append(way, at)
			}
			slices.Reverse(way)
			return way
		}
	}
	return nil
}

func matches(module, pattern, path string) bool {
	if own, ok := strings.CutPrefix(pattern, "./"); ok {
		pattern = module + "/" + own
	}
	if tree, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == tree || strings.HasPrefix(path, tree+"/")
	}
	return path == pattern
}

func short(module, text string) string { return strings.ReplaceAll(text, module+"/", "") }

// listed is a package as the go command describes it.
type listed struct {
	ImportPath     string
	Dir            string
	DepOnly        bool // not of this module, or not asked for
	Imports        []string
	GoFiles        []string
	IgnoredGoFiles []string // that another platform would build
}

const root = "../.."

// list asks the go command for this module and all that it is built of.
func list(t *testing.T) (module string, packages []listed) {
	t.Helper()
	touch(t)
	module = strings.TrimSpace(output(t, "list", "-m"))
	decoder := json.NewDecoder(strings.NewReader(output(t, "list", "-deps", "-json=ImportPath,Dir,DepOnly,Imports,GoFiles,IgnoredGoFiles", "./...")))
	for {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return module, packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// touch looks at every folder of the module. The cache of go test remembers
// what a test has looked at, but not what a command did that it ran.
func touch(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func output(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", arguments...)
	command.Dir = root
	text, err := command.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("go %s: %s", strings.Join(arguments, " "), failed.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
