package rules

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// uses are what makes a run differ from the last one, by package; nil means all
// of a package.
var uses = map[string][]string{
	"time":                   {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
	"math/rand":              nil,
	"math/rand/v2":           nil,
	"crypto/rand":            nil,
	"github.com/google/uuid": {"New", "NewString", "NewRandom", "NewUUID", "NewV6", "NewV7"},
}

const chanceReason = "a world must come out the same every time it is played: take the instant from sim.Clock and chance from sim.Dice"

// exempt may use them, each for a reason of its own.
var exempt = map[string]string{
	"./mockserver/internal/sim": "it owns the clock of the fake",
	"./client/...":              "it waits for real servers, with contexts and timers",
	"./mockserver/rehearsal":    "it watches programs of the machine, which live in the machine's time",
	"./contracttests/verify":    "it keeps to a rate and waits for real servers, and labels its runs",
	"./cmd/...":                 "it starts worlds at the present instant and talks to people",
}

func TestTimeAndChance(t *testing.T) {
	module, packages := list(t)
	looked := 0
	for _, p := range packages {
		if p.DepOnly || slices.ContainsFunc(slices.Collect(maps.Keys(exempt)), func(e string) bool { return matches(module, e, p.ImportPath) }) {
			continue
		}
		for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			looked++
			findings, err := chanceIn(filepath.Join(p.Dir, name), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range findings {
				t.Errorf("%s: %s", f, chanceReason)
			}
		}
	}
	if looked == 0 {
		t.Error("no file was looked at")
	}
	for pattern := range exempt {
		if !slices.ContainsFunc(packages, func(p listed) bool { return matches(module, pattern, p.ImportPath) }) {
			t.Errorf("%s is exempt and does not exist", pattern)
		}
	}
}

// chanceIn finds the uses in a file; src is as in parser.ParseFile. A name that
// hides one of the packages is taken for it, which no code should need.
func chanceIn(file string, src any) ([]string, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []string
	report := func(at token.Pos, what string) {
		position := files.Position(at)
		found = append(found, fmt.Sprintf("%s:%d: %s", position.Filename, position.Line, what))
	}
	watched := map[string]string{} // import path by the name it has in the file
	for _, spec := range parsed.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		names, ours := uses[path]
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		switch {
		case !ours:
		case names == nil:
			report(spec.Pos(), "imports "+path)
		case name == ".":
			report(spec.Pos(), "imports "+path+" without its name, so that its uses cannot be seen")
		default:
			watched[name] = path
		}
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := selector.X.(*ast.Ident); ok && slices.Contains(uses[watched[of.Name]], selector.Sel.Name) {
			report(selector.Pos(), "uses "+watched[of.Name]+"."+selector.Sel.Name)
		}
		return true
	})
	return found, nil
}

func TestChanceIn(t *testing.T) {
	for path, names := range uses {
		base := path[strings.LastIndex(path, "/")+1:]
		if names == nil {
			wantChance(t, "import _ "+strconv.Quote(path), "imports "+path)
		}
		for _, name := range names {
			wantChance(t, fmt.Sprintf("import %q\nvar _ = %s.%s", path, base, name), "uses "+path+"."+name)
			wantChance(t, fmt.Sprintf("import other %q\nfunc f() { go other.%s() }", path, name), "uses "+path+"."+name)
		}
	}
	wantChance(t, `import . "time"`+"\nvar _ = Now", "imports time without its name, so that its uses cannot be seen")

	wantChance(t, `import "time"`+"\nfunc f(t time.Time) time.Time { return t.Add(time.Second) }")
	wantChance(t, `import "github.com/google/uuid"`+"\nvar _ = uuid.MustParse")
	wantChance(t, `import "example.org/time"`+"\nvar _ = time.Now")
	wantChance(t, `import "example.org/clock"`+"\nfunc f(c clock.Clock) { c.Now() } // not time.Now")
}

func wantChance(t *testing.T, body string, want ...string) {
	t.Helper()
	got, err := chanceIn("f.go", "package p\n"+body)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		_, got[i], _ = strings.Cut(got[i], ": ")
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nfound %q, want %q", body, got, want)
	}
}
