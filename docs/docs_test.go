// Package docs holds the pages for people who maintain Fauxkapi or wonder about
// it. It has tests only: that the pages agree with the code, with each other
// and with themselves.
package docs

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/scenarios"
)

const root = ".."

// files are the paths below the root that end in suffix, without those that
// belong to nobody: git's, what is built, what is installed.
func files(t *testing.T, suffix string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "dist", "demo", "node_modules"}, d.Name()):
			return fs.SkipDir
		case !d.IsDir() && strings.HasSuffix(path, suffix):
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Code and ledger name the same assumptions, and each other.
func TestAssumptions(t *testing.T) {
	listed := ledger(read(t, "assumptions.md"))
	if len(listed) == 0 {
		t.Fatal("the ledger has no rows")
	}
	cited := map[string][]string{} // files by id
	for _, path := range files(t, ".go") {
		comments, err := commentsOf(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, comment := range comments {
			ids := citations(comment)
			if len(ids) == 0 && unnumbered(comment) {
				t.Errorf("%s calls something an assumption without its number: give it a row in docs/assumptions.md\n%s", path, comment)
			}
			for _, id := range ids {
				if !slices.Contains(cited[id], path) {
					cited[id] = append(cited[id], path)
				}
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(cited)) {
		if _, ok := listed[id]; !ok {
			t.Errorf("%s is cited in %v and has no row in docs/assumptions.md", id, cited[id])
		}
	}
	for _, id := range slices.Sorted(maps.Keys(listed)) {
		if len(cited[id]) == 0 {
			t.Errorf("nothing cites %s: delete its row, or cite it where the code rests on it", id)
			continue
		}
		if want := slices.Sorted(slices.Values(cited[id])); !slices.Equal(listed[id], want) {
			t.Errorf("%s: the ledger says that %v rest on it, it is cited in %v", id, listed[id], want)
		}
	}
}

var (
	citation = regexp.MustCompile(`(?i)\bassumptions? A\d\d(?:(?:, | and )A\d\d)*\b|, A\d\d\b`)
	number   = regexp.MustCompile(`A\d\d`)
	row      = regexp.MustCompile(`(?m)^\| (A\d\d) \|.*$`)
	link     = regexp.MustCompile(`\[[^\]]*\]\(([^)\s]+)\)`)
)

// citations are the ids that a comment names. Behind the first of them, more
// follow a comma.
func citations(comment string) []string {
	var ids []string
	for _, found := range citation.FindAllString(comment, -1) {
		if strings.HasPrefix(found, ",") && len(ids) == 0 {
			continue
		}
		ids = append(ids, number.FindAllString(found, -1)...)
	}
	return ids
}

// unnumbered reports whether a comment speaks of something assumed, but neither
// by its number nor of all of them.
func unnumbered(comment string) bool {
	return strings.Contains(comment, "an assumption") && !strings.Contains(comment, "docs/assumptions.md")
}

// commentsOf are the comments of a Go file, each on one line; src is as in
// parser.ParseFile.
func commentsOf(path string, src any) ([]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var comments []string
	for _, group := range parsed.Comments {
		comments = append(comments, strings.Join(strings.Fields(group.Text()), " "))
	}
	return comments, nil
}

// ledger is the files that each row of the ledger links to.
func ledger(page string) map[string][]string {
	rows := map[string][]string{}
	for _, found := range row.FindAllStringSubmatch(page, -1) {
		paths := []string{}
		for _, to := range link.FindAllStringSubmatch(found[0], -1) {
			paths = append(paths, filepath.Join(to[1]))
		}
		rows[found[1]] = slices.Sorted(slices.Values(paths))
	}
	return rows
}

func TestCitations(t *testing.T) {
	comments, err := commentsOf("f.go", `package p

// It rests on assumption
// A05. And on assumptions A06 and A07.
var a int // this, too: Assumption A08

// It is assumption A25, and for others, A32; not for A33.
var b int

// That is an assumption.
var c int

// Assumptions are in docs/assumptions.md; an assumption has a number, A4 has not.
var d = "assumption A99"
`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var bare int
	for _, comment := range comments {
		got = append(got, citations(comment)...)
		if len(citations(comment)) == 0 && unnumbered(comment) {
			bare++
		}
	}
	if want := []string{"A05", "A06", "A07", "A08", "A25", "A32"}; !slices.Equal(got, want) || bare != 1 {
		t.Errorf("citations %v, want %v; %d without a number, want 1", got, want, bare)
	}
}

// Every ledger row is complete: an id, five columns that say something.
func TestLedgerRowsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, found := range row.FindAllStringSubmatch(read(t, "assumptions.md"), -1) {
		if seen[found[1]] {
			t.Errorf("%s has two rows", found[1])
		}
		seen[found[1]] = true
		cells := strings.Split(strings.Trim(found[0], "|"), "|")
		if len(cells) != 6 || slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) == "" }) {
			t.Errorf("%s has %d columns, or an empty one", found[1], len(cells))
			continue
		}
		for release := range strings.FieldsSeq(cells[2]) {
			if !strings.Contains("g s t", release) {
				t.Errorf("%s names the release %q", found[1], release)
			}
		}
	}
}

var block = regexp.MustCompile("(?ms)^```yaml ?(\\w*)\n(.*?)^```$")

// The stories on the page can be told, and those with a name are the ones that
// ship.
func TestScenariosOnThePage(t *testing.T) {
	blocks := block.FindAllStringSubmatch(read(t, "scenarios.md"), -1)
	if len(blocks) == 0 {
		t.Fatal("no story on the page")
	}
	for _, b := range blocks {
		name, story := b[1], b[2]
		if _, err := scenarios.Parse("docs/scenarios.md", []byte(story), nil); err != nil {
			t.Errorf("%v\n%s", err, story)
		}
		if name == "" {
			continue
		}
		_, shipped, _ := strings.Cut(read(t, filepath.Join(root, "scenarios", name+".yaml")), "schema.json\n")
		if story != shipped {
			t.Errorf("%s on the page is not %s.yaml:\n%s", name, name, shipped)
		}
	}
}

// The slip on the page is told as the page says.
func TestSlipOnThePage(t *testing.T) {
	page := read(t, "scenarios.md")
	own := block.FindAllStringSubmatch(page, -1)[1][2]
	_, err := scenarios.Parse("slow.yaml", []byte(strings.Replace(own, "progress", "progres", 1)), nil)
	if err == nil || !strings.Contains(page, err.Error()) {
		t.Errorf("the page does not have the error %v", err)
	}
}

func TestLinks(t *testing.T) {
	for _, path := range files(t, ".md") {
		for _, dead := range deadLinks(path, read(t, path), func(p string) (string, error) {
			info, err := os.Stat(p)
			if err != nil || info.IsDir() {
				return "", err
			}
			text, err := os.ReadFile(p)
			return string(text), err
		}) {
			t.Errorf("%s: %s", path, dead)
		}
	}
}

var (
	fence   = regexp.MustCompile("(?ms)^```.*?^```$")
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	notSlug = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// deadLinks are the links of a page that lead to no file, or to no heading of
// one. What leads to other machines is not looked at.
func deadLinks(path, text string, read func(path string) (string, error)) []string {
	var dead []string
	for _, found := range link.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		target := found[1]
		if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
			continue
		}
		file, anchor, _ := strings.Cut(target, "#")
		page := text
		if file != "" {
			var err error
			if page, err = read(filepath.Join(filepath.Dir(path), file)); err != nil {
				dead = append(dead, target+" leads to nothing")
				continue
			}
		}
		if anchor != "" && !slices.Contains(anchors(page), anchor) {
			dead = append(dead, target+" leads to no heading")
		}
	}
	return dead
}

// anchors are the names that a forge gives to the headings of a page.
func anchors(page string) []string {
	var names []string
	for _, h := range heading.FindAllStringSubmatch(fence.ReplaceAllString(page, ""), -1) {
		name := notSlug.ReplaceAllString(strings.ToLower(h[1]), "")
		names = append(names, strings.ReplaceAll(name, " ", "-"))
	}
	return names
}

func TestDeadLinks(t *testing.T) {
	pages := map[string]string{"docs/b.md": "# B\n## What `b` is, in short\n"}
	read := func(path string) (string, error) {
		if text, ok := pages[path]; ok {
			return text, nil
		}
		return "", fs.ErrNotExist
	}
	const text = "# A page\n[b](b.md) [up](../README.md) [here](#a-page) [there](b.md#what-b-is-in-short) [gone](b.md#gone)\n" +
		"[far](https://example.org/x) [away](#away)\n```\n[code](c.md)\n# away\n```\n"
	want := []string{"../README.md leads to nothing", "b.md#gone leads to no heading", "#away leads to no heading"}
	if got := deadLinks("docs/a.md", text, read); !slices.Equal(got, want) {
		t.Errorf("dead links %q, want %q", got, want)
	}
}
