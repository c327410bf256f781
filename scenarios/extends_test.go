package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/plainyaml"
)

// write puts files into a folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestExtends(t *testing.T) {
	folder := write(t, map[string]string{
		"slow.yaml":       "extends: ok\nsummary: It is slow.\nevidence: [here]\nparameters: {duration: {default: 2h}}\ntoken: {life: 25m}\n",
		"more/fail.yaml":  "extends: ../slow.yaml\nsummary: It is slow, and fails.\nevidence: [there]\nrecords: unknown\nexpect: {outcome: fail, file: false, exports: 1}\n",
		"other-job.yaml":  "extends: slow.yaml\nsummary: It takes no parameters.\nevidence: [there]\njob: [{state: IN_PROGRESS}, never]\nexpect: {outcome: timeout, file: false, exports: 1}\n",
		"contradict.yaml": "extends: ok\nsummary: It does not end.\nevidence: [there]\njob: [{state: IN_PROGRESS}, never]\n",
		"loop.yaml":       "extends: pool.yaml\nsummary: A loop.\nevidence: [there]\n",
		"pool.yaml":       "extends: loop.yaml\nsummary: A loop.\nevidence: [there]\n",
		"broken.yaml":     "extends: wrong.yaml\nsummary: It builds on sand.\nevidence: [there]\n",
		"wrong.yaml":      "extends: ok\nsummary: It is wrong.\nevidence: [there]\nlink: {stale: 0}\n",
		"unused.yaml":     "extends: ok\nsummary: It names what it does not use.\nevidence: [there]\nparameters: {speed: {default: 5, help: none}}\n",
		"ok.yaml":         "extends: ok\nsummary: It is called like what it extends.\nevidence: [there]\n",
		"default.yaml":    "extends: ok\nsummary: Its default is none.\nevidence: [there]\nparameters: {duration: {default: long}}\n",
		"counts.yaml":     "summary: It counts.\nevidence: [there]\ninput: {ids: 20}\njob: [{state: IN_PROGRESS}, {progress: 15, in: 1s}, {state: end}]\nexpect: {outcome: success, file: true, exports: 1}\n",
		"few.yaml":        "extends: counts.yaml\nsummary: It has few ids.\nevidence: [there]\ninput: {ids: 14}\n",
		"folder.yaml":     "extends: ./more\nsummary: It extends a folder.\nevidence: [there]\n",
		"gone.yaml":       "extends: more/gone.yaml\nsummary: It extends nothing.\nevidence: [there]\n",
		"list.yaml":       "- extends\n",
		"on-list.yaml":    "extends: list.yaml\nsummary: It extends a list.\nevidence: [there]\n",
		"bare.yaml":       "extends: ok\nevidence: [there]\n",
	})
	load := func(name string, set map[string]string) (*Scenario, error) {
		return Load(filepath.Join(folder, name), set)
	}

	ok, err := Load("ok", nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := load("more/fail.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "fail" || s.Summary != "It is slow, and fails." || len(s.Labels) > 0 || s.Token.Life != 25*time.Minute || s.Expect.Outcome != OutcomeFail {
		t.Errorf("got %+v", s)
	}
	if p := s.Job[1].(Progress); p.In.From != 2*time.Hour || s.Parameters[0].Help != ok.Parameters[0].Help || s.Parameters[0].Value != "2h" {
		t.Errorf("the parameter is not merged: %+v, %+v", p, s.Parameters)
	}
	if s, err = load("more/fail.yaml", map[string]string{"duration": "3h"}); err != nil || s.Job[1].(Progress).In.From != 3*time.Hour {
		t.Errorf("set: %+v, %v", s, err)
	}
	if s, err = load("other-job.yaml", nil); err != nil || len(s.Parameters) > 0 {
		t.Errorf("parameters that are inherited and not used are dropped: %+v, %v", s, err)
	}

	t.Chdir(folder)
	if s, err = Load("ok.yaml", nil); err != nil || s.Summary != "It is called like what it extends." {
		t.Errorf("a file with the name of a scenario: %+v, %v", s, err)
	}

	for name, want := range map[string]string{
		"few.yaml":        "few.yaml:1:10: progress goes to 15 records, but the list brings 14 at most; lower it, or give input more ids",
		"folder.yaml":     "folder.yaml:1:10: extends: cannot be read: it is no regular file; give the path of a YAML file, or a name that `fauxkapi scenarios list` shows",
		"on-list.yaml":    "list.yaml:1:1: a scenario is a list, not a mapping; its keys are " + plainyaml.List(scenarioKeys, "and"),
		"bare.yaml":       "bare.yaml:1:1: summary is missing; say in one sentence what happens",
		"contradict.yaml": "contradict.yaml:1:10: outcome is success, but the job never ends; expect timeout",
		"loop.yaml":       `pool.yaml:1:10: extends goes in a circle: "loop.yaml", "pool.yaml", "loop.yaml"; leave one of them out`,
		"broken.yaml":     `wrong.yaml:4:15: stale "0" is out of range; give a whole number from 1 to 100`,
		"unused.yaml":     "unused.yaml:4:14: parameter speed is never used; use it as ${speed} or delete it",
	} {
		if _, err := load(name, nil); err == nil || !strings.HasSuffix(err.Error(), want) || !strings.Contains(err.Error(), folder) {
			t.Errorf("%s:\n got %v\nwant …%s", name, err, want)
		}
	}
	if _, err := load("gone.yaml", nil); err == nil || !strings.Contains(err.Error(), "gone.yaml:1:10: extends: cannot be read: ") {
		t.Errorf("got %v", err)
	}
	// The value is the child's, the place is that of its use.
	if _, err := load("default.yaml", nil); err == nil || err.Error() != `ok.yaml:15:9: in "long" is no duration (parameter duration); write it as 512ms, 5s or 1h30m` {
		t.Errorf("got %v", err)
	}
	if _, err := load("few.yaml", map[string]string{"duration": "1s"}); err == nil || !strings.HasSuffix(err.Error(), "few.yaml:1:10: progress goes to 15 records, but the list brings 14 at most; lower it, or give input more ids") {
		t.Errorf("got %v", err)
	}
}

// What comes with the package names no files.
func TestEmbeddedNamesNoFiles(t *testing.T) {
	text := "extends: ./ok.yaml\nsummary: A path.\nevidence: [here]\n"
	_, err := read([]byte(text), nil, newLibrary(source{file: "path.yaml", embedded: true}), false)
	if want := `path.yaml:1:10: extends cannot be the path "./ok.yaml" here; name one that comes with the package`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestExtendsIsBounded(t *testing.T) {
	files := map[string]string{"0.yaml": "extends: ok\nsummary: The first.\nevidence: [here]\n"}
	for _, name := range []string{"1", "2", "3", "4", "5"} {
		files[name+".yaml"] = "extends: " + string(name[0]-1) + ".yaml\nsummary: One more.\nevidence: [here]\n"
	}
	folder := write(t, files)
	if _, err := Load(filepath.Join(folder, "4.yaml"), nil); err != nil {
		t.Error(err)
	}
	if _, err := Load(filepath.Join(folder, "5.yaml"), nil); err == nil || !strings.Contains(err.Error(), "one behind the other") {
		t.Errorf("got %v", err)
	}
}

func TestCases(t *testing.T) {
	const profile = "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"
	folder := write(t, map[string]string{"many.yaml": `extends: ok
summary: It depends.
evidence: [here]
cases:
  - {number: 2, story: stuck}
  - {file: "fail-*.csv", story: fail}
  - {profile: ` + profile + `, file: "x.csv", story: tiny}
  - {profile: By name, story: partial}
`})
	s, err := Load(filepath.Join(folder, "many.yaml"), map[string]string{"duration": "9s"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		number           int
		file, name, want string
	}{
		{1, "a.csv", "", "many"},
		{2, "fail-1.csv", "", "stuck"},
		{3, "fail-1.csv", "", "fail"},
		{3, "prevail-1.csv", "", "many"},
		{3, "x.csv", "", "tiny"},
		{3, "a.csv", "By name", "partial"},
	} {
		if got := s.For(tt.number, tt.file, profile, tt.name); got.Name != tt.want {
			t.Errorf("%+v: got %s", tt, got.Name)
		}
	}
	if p := s.Cases[1].Story.Job[1].(Progress); p.In.From != 9*time.Second {
		t.Errorf("what is set does not reach the cases: %+v", p)
	}
}

// A value that is set goes to those stories that have a parameter for it; one of
// them must.
func TestCasesTakeWhatTheyDeclare(t *testing.T) {
	folder := write(t, map[string]string{
		"cases.yaml": "extends: ok\nsummary: It depends.\nevidence: [here]\ncases: [{number: 1, story: cut.yaml}, {number: 2, story: cut.yaml}]\n",
		"cut.yaml": "summary: It is cut.\nevidence: [here]\nparameters: {bytes: {default: 1, help: so many}, steps: {default: 1, help: movements}}\nlink: {cut: \"${bytes}\"}\n" +
			"job: [{state: IN_PROGRESS}, {progress: 100%, in: 1s, steps: \"${steps}\"}, {state: end}]\nexpect: {outcome: fail, file: false, exports: 1}\n",
	})
	path := filepath.Join(folder, "cases.yaml")
	s, err := Load(path, map[string]string{"duration": "9s", "bytes": "120", "steps": "7"})
	if err != nil {
		t.Fatal(err)
	}
	if own, told := s.Job[1].(Progress), s.Cases[1].Story; own.In.From != 9*time.Second || own.Steps != 7 || told.Link.Cut != 120 || told.Job[1].(Progress).Steps != 7 {
		t.Errorf("got %+v and %+v", s, told)
	}
	_, err = Load(path, map[string]string{"byte": "120"})
	if want := path + `:1:10: unknown parameter "byte"; this scenario has duration, steps and bytes`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestCasesThatCannotBe(t *testing.T) {
	const head = "summary: A story.\nevidence: [here]\nextends: ok\n"
	folder := write(t, map[string]string{
		"token.yaml":  head + "token: {life: 25m}\n",
		"expire.yaml": head + "expire-every: 6h\n",
		"told.yaml":   head + "cases: [{number: 1, story: ./self.yaml}]\n",
		"self.yaml":   head + "cases: [{number: 1, story: ./self.yaml}]\n",
		"broken.yaml": head + "slice-size: 0\n",
	})
	for lines, want := range map[string]string{
		"cases: [{number: 1, story: token.yaml}]":                           `:4:28: the story "token" has its own life of tokens, which all jobs share; say the same in the scenario with the cases`,
		"token: {life: 1m}\ncases: [{number: 1, story: token.yaml}]":        `:5:28: the story "token" has its own life of tokens, which all jobs share; say the same in the scenario with the cases`,
		"token: {life: 25m}\ncases: [{number: 1, story: token.yaml}]":       "",
		"cases: [{number: 1, story: expire.yaml}]":                          `:4:28: the story "expire" has its own expire-every, which all jobs share; say the same in the scenario with the cases`,
		"expire-every: 6h\ncases: [{number: 1, story: expire.yaml}]":        "",
		"cases: [{number: 1, story: self.yaml}]":                            `self.yaml:4:28: story goes in a circle: "self.yaml", "self.yaml"; leave one of them out`,
		"cases: [{number: 1, story: broken.yaml}]":                          `broken.yaml:4:13: slice-size "0" is out of range; give a whole number from 1 to 1000000`,
		"cases: [" + strings.Repeat("{number: 1, story: tiny}, ", 10) + "]": `:4:262: a scenario can build on 5 others one behind the other, and be made of 20 files; write the story out`,
	} {
		path := filepath.Join(folder, "cases.yaml")
		if err := os.WriteFile(path, []byte(head+lines), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path, nil)
		if want == "" && err == nil {
			continue
		}
		if err == nil || want == "" || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s\n got %v\nwant …%s", lines, err, want)
		}
	}
}
