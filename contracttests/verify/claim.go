package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Level is how much a run may do to the server.
type Level string

// The levels, each of which includes those before it.
const (
	ReadOnly  Level = "read-only"  // one login, and GETs
	Workflow  Level = "workflow"   // what the six steps create, at most three jobs of at most five ids
	OwnServer Level = "own-server" // whatever a server that others use must be spared
)

// Levels are all levels, from the mildest.
func Levels() []Level { return []Level{ReadOnly, Workflow, OwnServer} }

// Within tells whether something of level l may be done in a run of a level.
func (l Level) Within(run Level) bool {
	return slices.Index(Levels(), l) <= slices.Index(Levels(), run)
}

// Claim is one thing that a FOLIO is held to.
type Claim struct {
	ID       string `json:"id"`       // such as jobs.found-by-id: what it is about, and what of it
	Sentence string `json:"sentence"` // what is the case if it holds
	Source   string `json:"source"`   // the guide, or upstream file and version, or a ticket
	Usually  string `json:"usually"`  // when it fails, it is usually this
	// Assumption is the id in docs/assumptions.md if nobody has seen a real server do it.
	Assumption string   `json:"assumption,omitempty"`
	Level      Level    `json:"level"`
	Releases   []string `json:"releases,omitempty"` // empty: all

	early bool // it can be judged before the release is known
	judge func(*check)
}

// assumed is a claim of which nobody has seen that a real server keeps it.
func assumed(id string, c Claim) Claim {
	c.Assumption = id
	return c
}

// in is the claim about these releases alone.
func (c Claim) in(releases ...string) Claim {
	c.Releases = releases
	return c
}

// Claims are all claims, in the order in which they are reported.
func Claims() []Claim {
	return slices.Concat(loginClaims(), profileClaims(), jobClaims(), definitionClaims(), exportClaims(), fileClaims(), logClaims(), gatewayClaims(), ownServerClaims(), doubtClaims())
}

// Fits tells whether the claim is about a release, of which empty means any, and may be checked in a run of a level, of
// which empty means ReadOnly.
func (c Claim) Fits(release string, level Level) bool {
	level = cmp.Or(level, ReadOnly)
	return c.Level.Within(level) && (len(c.Releases) == 0 || release == "" || slices.Contains(c.Releases, release))
}

// ParseLevel reads the name of a level.
func ParseLevel(name string) (Level, error) {
	if l := Level(name); slices.Contains(Levels(), l) {
		return l, nil
	}
	names := make([]string, 0, len(Levels()))
	for _, l := range Levels() {
		names = append(names, string(l))
	}
	return "", fmt.Errorf("verify: there is no level %q; there are %s", name, strings.Join(names, ", "))
}
