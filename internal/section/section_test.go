package section_test

import (
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/internal/section"
)

func TestReplace(t *testing.T) {
	const first, second = "<!-- generated: a; run make a -->\n", "<!-- generated: b; run make b -->\n"
	const page = "# Page\n" + first + "old\n<!-- end -->\nbetween\n" + second + "<!-- end -->\n"
	want := "# Page\n" + first + "new\n<!-- end -->\nbetween\n" + second + "<!-- end -->\n"
	got, err := section.Replace(page, "a", "make a", "new\n")
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	if got, err = section.Replace(got, "b", "make b", "other\n"); err != nil || got != strings.Replace(want, second, second+"other\n", 1) {
		t.Errorf("%v\n%s", err, got)
	}
	for name, broken := range map[string]string{
		"missing": "# Page\n", "another command": strings.Replace(page, "make a", "make c", 1), "open": "# Page\n" + first, "twice": page + first + "<!-- end -->\n",
	} {
		if got, err := section.Replace(broken, "a", "make a", "new\n"); err == nil || !strings.Contains(err.Error(), first+"<!-- end -->") {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

func TestTable(t *testing.T) {
	got := section.Table([]string{"a", "b"}, [][]string{{"1|2", "3\n4"}, {"", "5"}})
	if want := "| a | b |\n|---|---|\n| 1\\|2 | 3 4 |\n|  | 5 |\n"; got != want {
		t.Errorf("%s", got)
	}
}
