package verify_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/openapi"
)

var update = flag.Bool("update", false, "rewrite the pages that are made from the claims")

const claimsPage = "../../docs/claims.md"

// docs/claims.md is made from the claims.
func TestClaimsPageIsFresh(t *testing.T) {
	want := describeClaims()
	if *update {
		if err := os.WriteFile(claimsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(claimsPage); err != nil || string(got) != want {
		t.Errorf("docs/claims.md is stale (%v); run go test ./contracttests/verify -run ClaimsPage -update", err)
	}
}

func describeClaims() string {
	var b strings.Builder
	b.WriteString("# Claims\n\n<!-- Made from the claims by contracttests/verify/page_test.go. Do not edit. -->\n\n")
	fmt.Fprintf(&b, "What `fauxkapi verify` holds a FOLIO to: %d claims. How it goes about it is in [verify.md](verify.md). A claim with a\n"+
		"number such as A04 rests on an [assumption](assumptions.md): nobody has seen a real server do it.\n", len(verify.Claims()))
	for _, level := range verify.Levels() {
		fmt.Fprintf(&b, "\n## Level %s\n\n| claim | what is claimed | source | when it fails, it is usually |\n|---|---|---|---|\n", level)
		for _, claim := range verify.Claims() {
			if claim.Level != level {
				continue
			}
			sentence := claim.Sentence
			if len(claim.Releases) > 0 {
				sentence += " (" + strings.Join(claim.Releases, ", ") + ")"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", claim.ID, tableCell(sentence), tableCell(strings.TrimSuffix(claim.Source+", "+claim.Assumption, ", ")), tableCell(claim.Usually))
		}
	}
	return b.String()
}

func tableCell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(text)
}

// Claims have an id of their own, a sentence, a source, a reason and a level, and know the releases.
func TestClaimsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range verify.Claims() {
		topic, what, found := strings.Cut(c.ID, ".")
		switch {
		case seen[c.ID]:
			t.Errorf("%s is there twice", c.ID)
		case !found, topic == "", what == "", strings.ToLower(c.ID) != c.ID:
			t.Errorf("%q is no id", c.ID)
		case !strings.HasSuffix(c.Sentence, "."), c.Source == "", c.Usually == "", strings.HasSuffix(c.Usually, "."):
			t.Errorf("%s is not complete", c.ID)
		case !slices.Contains(verify.Levels(), c.Level):
			t.Errorf("%s has no level", c.ID)
		}
		for _, release := range c.Releases {
			if !slices.Contains(openapi.Releases(), release) {
				t.Errorf("%s is about release %q", c.ID, cmp.Or(release, "without a name"))
			}
		}
		seen[c.ID] = true
	}
}
