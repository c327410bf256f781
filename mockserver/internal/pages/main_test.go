package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// The pages say what the code does.
func TestPagesAreFresh(t *testing.T) {
	all, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	for name, sections := range all {
		page, err := os.ReadFile(filepath.Join("../../../docs", name))
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := fill(string(page), sections)
		if err != nil {
			t.Errorf("docs/%s: %v", name, err)
		} else if fresh != string(page) {
			t.Errorf("docs/%s is stale: run make generate, and look whether the text around the tables still holds", name)
		}
	}
}

func TestFill(t *testing.T) {
	const page = "a\n<!-- generated: one; run make generate -->\nold\n<!-- end -->\nb\n<!-- generated: two; run make generate -->\n<!-- end -->\n"
	got, err := fill(page, map[string]string{"one": "1 $1\n", "two": "2\n"})
	want := "a\n<!-- generated: one; run make generate -->\n1 $1\n<!-- end -->\nb\n<!-- generated: two; run make generate -->\n2\n<!-- end -->\n"
	if err != nil || got != want {
		t.Errorf("fill: %q, %v", got, err)
	}
	for _, tt := range []struct {
		name     string
		page     string
		sections map[string]string
		want     string
	}{
		{"a section that nobody makes", page, map[string]string{"one": ""}, `"two" is unknown`},
		{"a section without a place", page, map[string]string{"one": "", "two": "", "three": ""}, `"three" is missing`},
		{"a section in two places", page + page, map[string]string{"one": "", "two": ""}, "comes twice"},
		{"a section that does not end", strings.Replace(page, "<!-- end -->\n", "", 2), map[string]string{"one": ""}, `"one" is missing`},
	} {
		if _, err := fill(tt.page, tt.sections); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %s", tt.name, err, tt.want)
		}
	}
}

func TestUpdateWritesTheSectionsOnly(t *testing.T) {
	all, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, sections := range all {
		text := "# Mine\n"
		for section := range sections {
			text += "\n<!-- generated: " + section + "; run make generate -->\n<!-- end -->\n"
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\nAlso mine.\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second time changes nothing
		if err := update(dir); err != nil {
			t.Fatal(err)
		}
		for name, sections := range all {
			page, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			for section, text := range sections {
				if !strings.Contains(string(page), text) {
					t.Errorf("%s lacks %s", name, section)
				}
			}
			if !strings.HasPrefix(string(page), "# Mine\n") || !strings.HasSuffix(string(page), "\nAlso mine.\n") {
				t.Errorf("%s: the text around the sections has changed:\n%s", name, page)
			}
		}
	}
	if err := update(t.TempDir()); err == nil {
		t.Error("a missing page is no error")
	}
}

// A line that says the same of each release as of one that does not exist is
// about nothing; so is a mistake that no release minds.
func TestTablesSayWhatTheRowsSay(t *testing.T) {
	all, err := allReleases()
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]line{identity, behaviour, gateways} {
		for _, l := range list {
			for _, r := range all {
				if l.of(r) == "" || strings.Contains(l.of(r), "``") {
					t.Errorf("%s of %s is empty: %q", l.about, r.Name, l.of(r))
				}
			}
		}
	}
	for module, list := range map[string][]mistake{"data-export": moduleMistakes, "": gatewayMistakes, "login": loginMistakes} {
		for _, m := range list {
			said := mistakes(all, module, []mistake{m})
			if strings.Count(said, " "+silent+" |") == len(all) {
				t.Errorf("no release minds %s", m.about)
			}
		}
	}
}

func TestWorded(t *testing.T) {
	for _, tt := range []struct {
		answer release.Answer
		want   string
	}{
		{release.Answer{Status: 404, Form: release.Text, Message: "no {id}"}, "404 T `no <id>`"},
		{release.Answer{Status: 500, Form: release.Boot}, "500 B"},
		{release.Answer{Status: 422, Form: release.RMB, Message: "may not be null", Code: "-1"}, "422 R `may not be null`"},
		{release.Answer{Status: 401, Form: release.Sidecar, Message: "Unauthorized", Code: "authorization_error"}, "401 S `Unauthorized` (`authorization_error`)"},
		{release.Answer{Status: 500, Form: release.Empty}, "500"},
	} {
		if got := worded(tt.answer); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.answer, got, tt.want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	got := markdown([][]string{{"a", "b"}, {"x|y", "two\nlines"}})
	if want := "| a | b |\n|---|---|\n| x\\|y | two lines |\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
