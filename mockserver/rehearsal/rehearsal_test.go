package rehearsal_test

import (
	stdcontext "context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver/rehearsal"
)

func context() stdcontext.Context { return stdcontext.Background() }

// acting is a plan for a part of the test binary, in haste.
func acting(t *testing.T, act string) rehearsal.Plan {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	return rehearsal.Plan{
		Command: []string{self}, Env: append(os.Environ(), part+"="+act),
		Timeout: 2 * time.Second, PollInterval: 10 * time.Millisecond, Limit: 30 * time.Second,
	}
}

func rehearse(t *testing.T, p rehearsal.Plan) *rehearsal.Report {
	t.Helper()
	report, err := rehearsal.Run(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*"))
	if err != nil || len(left) > 0 && !p.Keep {
		t.Errorf("left in the temporary folder: %v %v", left, err)
	}
	return report
}

// Each of the five programs gets exactly the verdicts that it deserves.
func TestVerdicts(t *testing.T) {
	const rows = `
                 guide  sunflower  trillium
naive
  ok             pass   HANGS      HANGS
  partial        WRONG  HANGS      HANGS
  fail           HANGS  HANGS      HANGS
  stuck          HANGS  HANGS      HANGS
  object-missing WRONG  HANGS      HANGS
no limit
  ok             pass   pass       pass
  partial        WRONG  pass       pass
  fail           pass   pass       pass
  stuck          HANGS  HANGS      HANGS
  object-missing WRONG  WRONG      WRONG
  token-expires-twice LOST LOST    LOST
twice
  ok             TWICE  TWICE      TWICE
  fail           TWICE  TWICE      TWICE
leaks
  ok             LEAKS  LEAKS      LEAKS
  stuck          pass   pass       pass
  token-expires-twice LOST LOST    LOST
correct
  ok             pass   pass       pass
  partial        pass   pass       pass
  fail           pass   pass       pass
  stuck          pass   pass       pass
  object-missing pass   pass       pass
  file-truncated pass   pass       pass
  link-expired   pass   pass       pass
  token-expires-twice pass pass    pass
`
	releases := []string{"guide", "sunflower", "trillium"}
	want := map[string]map[string][]string{} // by part and scenario
	var act string
	var acts []string
	for line := range strings.Lines(rows) {
		switch fields := strings.Fields(line); {
		case len(fields) == 0 || fields[0] == "guide":
		case strings.HasPrefix(line, "  "):
			want[act][fields[0]] = fields[1:]
		default:
			act = strings.TrimSpace(line)
			acts, want[act] = append(acts, act), map[string][]string{}
		}
	}
	for _, act := range acts {
		t.Run(act, func(t *testing.T) {
			// What ends has time enough on a busy machine; what does not is not
			// waited for.
			short, long := acting(t, act), acting(t, act)
			long.Timeout, long.Limit = time.Minute, 2*time.Minute
			for scenario := range want[act] {
				// A second export hangs a job of 5.x, too.
				if scenario == "stuck" || act == "twice" || scenario == "token-expires-twice" && act != "correct" {
					short.Scenarios = append(short.Scenarios, scenario)
				} else {
					long.Scenarios = append(long.Scenarios, scenario)
				}
			}
			var cells []rehearsal.Cell
			for _, p := range []rehearsal.Plan{short, long} {
				if len(p.Scenarios) > 0 {
					cells = append(cells, rehearse(t, p).Cells...)
				}
			}
			report := &rehearsal.Report{Cells: cells}
			for scenario, verdicts := range want[act] {
				for i, release := range releases {
					cell, ok := report.Cell(scenario, release)
					if !ok || string(cell.Verdict) != verdicts[i] {
						t.Errorf("%s in %s: %s, want %s\n%+v\n%s", scenario, release, cell.Verdict, verdicts[i], cell.Findings, cell.Output)
					}
				}
			}
		})
	}
}

// story writes a story that changes ok, and returns its path.
func story(t *testing.T, lines string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "told.yaml")
	if err := os.WriteFile(path, []byte("extends: ok\nsummary: It is told otherwise.\nevidence: [this test]\n"+lines), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What a program was told counts, and what the server has started.
func TestStoriesAreJudgedByWhatWasAnswered(t *testing.T) {
	const (
		none      = "expect: {outcome: fail, file: false, exports: 0}\n"
		badLogins = "answers: [{operation: loginWithExpiry, status: 422, text: '{\"errors\": []}'}]\n"
	)
	for _, tt := range []struct{ name, act, story, want string }{
		{"the end is kept from it", "no limit", "answers: [{operation: getJobExecutions, each: /jobExecutions/*, where: {/status: COMPLETED}, times: 3, text: busy}]", "pass"},
		{"the end is told it too early", "naive", "answers: [{operation: getJobExecutions, each: /jobExecutions/*, edits: [{set: /status, to: FAIL}]}]", "HANGS does not know FAIL; the job said it"},
		{"an export is refused by the gateway, and repeated", "renews", "", "pass"},
		{"the answer to an export is lost, and it is repeated", "twice", "answers: [{operation: startExport, status: 504, text: late}]", "TWICE started 2 exports where the scenario asks for 1"},
		{"it exports nothing where it should", "gives up", "records: unknown\nexpect: {outcome: fail, file: false, exports: 1}\n", "MISSING started no export where the scenario asks for 1"},
		{"it exports one where there should be two", "no limit", "expect: {outcome: success, file: true, exports: 2}\n", "MISSING started 1 export where the scenario asks for 2"},
		{"it exports nothing of a list without ids", "gives up", "input: {ids: 0, lines: [uuid, a b]}\nexpect: {outcome: fail, file: false, exports: 1}\n", "pass"},
		{"it exports where it should not", "no limit", "records: unknown\n" + none, "WRONG started 1 export where the scenario asks for 0"},
		{"it exports nothing where it should not", "gives up", none + badLogins, "pass"},
		{"it repeats a login that is refused", "insists", none + badLogins, "RUDE repeated a login that was refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := acting(t, tt.act)
			p.Scenarios, p.Releases = []string{story(t, tt.story)}, []string{"sunflower"}
			cell := rehearse(t, p).Cells[0]
			got := string(cell.Verdict)
			if len(cell.Findings) > 0 {
				got += " " + cell.Findings[0].Text
			}
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %q, want %q\n%+v\n%s", got, tt.want, cell.Findings, cell.Output)
			}
		})
	}
}

// A program may hold its time limit against a clock that a fast sleep does not
// move: it has that time then, too.
func TestFastSleepLeavesTheClock(t *testing.T) {
	for act, want := range map[string]rehearsal.Verdict{"hasty": rehearsal.Pass, "no limit": rehearsal.Hangs} {
		p := acting(t, act)
		p.Scenarios, p.Releases, p.FastSleep, p.PollInterval = []string{"stuck"}, []string{"sunflower"}, true, 100*time.Millisecond
		if cell := rehearse(t, p).Cells[0]; cell.Verdict != want || cell.Polls < 2 {
			t.Errorf("%s: %s after %d polls, want %s", act, cell.Verdict, cell.Polls, want)
		}
	}
}

// A program that polls without a pause is no good guest.
func TestHasteIsRude(t *testing.T) {
	p := acting(t, "hasty")
	p.Scenarios, p.Releases, p.PollInterval = []string{"stuck"}, []string{"sunflower"}, time.Second
	cell := rehearse(t, p).Cells[0]
	if cell.Verdict != rehearsal.Rude || !strings.Contains(cell.Findings[0].Text, "more than 15 times in 10s") {
		t.Errorf("%s %+v", cell.Verdict, cell.Findings)
	}
}

func TestProgramsThatMisbehave(t *testing.T) {
	for act, want := range map[string]string{
		"deaf": "WRONG never asked the server at OKAPI_URL, and ended with exit code 0",
		"slow": "SLOW still on its way after 300ms; it has asked the server for nothing yet",
		"loud": "SLOW still on its way after 300ms; it has asked the server for nothing yet",
	} {
		t.Run(act, func(t *testing.T) {
			p := acting(t, act)
			if act != "deaf" { // which ends by itself
				p.Limit, p.Timeout = 300*time.Millisecond, 200*time.Millisecond
			}
			p.Scenarios, p.Releases = []string{"ok"}, []string{"sunflower"}
			cell := rehearse(t, p).Cells[0]
			if got := string(cell.Verdict) + " " + cell.Findings[0].Text; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if len(cell.Output) > 70_000 {
				t.Errorf("%d bytes of output are kept", len(cell.Output))
			}
		})
	}
}

// What a program leaves at OUT can be anything.
func TestOddOutputs(t *testing.T) {
	for act, want := range map[string]string{
		"pipe":       "what it left at OUT is no file",
		"huge":       "left a file of 68719476736 bytes although there is none to keep",
		"asks empty": "exit code 0 although",
	} {
		t.Run(act, func(t *testing.T) {
			p := acting(t, act)
			p.Scenarios, p.Releases = []string{"fail"}, []string{"sunflower"}
			if act == "asks empty" {
				p.Scenarios = []string{"empty-list"}
			}
			cell := rehearse(t, p).Cells[0]
			if !slices.ContainsFunc(cell.Findings, func(f rehearsal.Finding) bool { return f.Verdict == rehearsal.Wrong && strings.Contains(f.Text, want) }) {
				t.Errorf("%s %+v", cell.Verdict, cell.Findings)
			}
		})
	}
}

// A program that floods the server with polls is judged by all that it did.
func TestFloodsAreCounted(t *testing.T) {
	p := acting(t, "flood")
	p.Scenarios, p.Releases, p.PollInterval = []string{"stuck"}, []string{"trillium"}, time.Second
	cell := rehearse(t, p).Cells[0]
	if cell.Verdict != rehearsal.Hangs || cell.Polls < 1200 {
		t.Errorf("%s after %d polls", cell.Verdict, cell.Polls)
	}
	if !slices.ContainsFunc(cell.Findings, func(f rehearsal.Finding) bool { return f.Verdict == rehearsal.Twice }) {
		t.Errorf("the second export is forgotten: %+v", cell.Findings)
	}
}

// What a program leaves running ends with it.
func TestChildrenAreEnded(t *testing.T) {
	p := acting(t, "parent")
	p.Scenarios, p.Releases = []string{"ok"}, []string{"sunflower"}
	cell := rehearse(t, p).Cells[0]
	pid, err := strconv.Atoi(strings.TrimSpace(cell.Output))
	if err != nil {
		t.Fatalf("the child is not named: %q", cell.Output)
	}
	if err := gone(t, pid); err != nil {
		t.Error(err)
	}
}

func TestInterruptedRehearsalLeavesNothing(t *testing.T) {
	p := acting(t, "slow")
	p.Scenarios = []string{"ok", "fail", "stuck"}
	ctx, cancel := stdcontext.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	report, err := rehearsal.Run(ctx, p)
	if report != nil || !errors.Is(err, stdcontext.DeadlineExceeded) {
		t.Errorf("got %v, %v", report, err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestKeptFolders(t *testing.T) {
	p := acting(t, "correct")
	p.Keep, p.Scenarios, p.Releases = true, []string{"ok"}, []string{"trillium"}
	cell := rehearse(t, p).Cells[0]
	for _, name := range []string{"ids.csv", "out.mrc"} {
		if _, err := os.Stat(filepath.Join(cell.Folder, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestPlansThatCannotBe(t *testing.T) {
	good := acting(t, "correct")
	for want, change := range map[string]func(*rehearsal.Plan){
		"say which program":                          func(p *rehearsal.Plan) { p.Command = nil },
		`"no-such-program" cannot be started`:        func(p *rehearsal.Plan) { p.Command = []string{"no-such-program"} },
		`rehearsal_test.go" cannot be started`:       func(p *rehearsal.Plan) { p.Command = []string{"./rehearsal_test.go"} },
		"the release guide alone proves nothing":     func(p *rehearsal.Plan) { p.Releases = []string{"guide"} },
		`unknown release "poppy"`:                    func(p *rehearsal.Plan) { p.Releases = []string{"sunflower", "poppy"} },
		`unknown scenario "okk"; did you mean "ok"?`: func(p *rehearsal.Plan) { p.Scenarios = []string{"okk"} },
		"none of the scenarios fits":                 func(p *rehearsal.Plan) { p.Scenarios, p.Releases = []string{"stays-new"}, []string{"sunflower"} },
		"have to be more than 0":                     func(p *rehearsal.Plan) { p.Limit = -1 },
		"two scenarios are named ok":                 func(p *rehearsal.Plan) { p.Scenarios = []string{"ok", "../../scenarios/ok.yaml"} },
		"guide alone proves nothing":                 func(p *rehearsal.Plan) { p.Releases = []string{"guide", "guide"} },
		"would be ended by the limit":                func(p *rehearsal.Plan) { p.Limit = time.Second },
		"no cell can run":                            func(p *rehearsal.Plan) { p.Parallel = -1 },
	} {
		p := good
		change(&p)
		if _, err := rehearsal.Run(t.Context(), p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A file that says it can be run and is no program.
func TestProgramThatCannotStart(t *testing.T) {
	p := acting(t, "correct")
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte("\x00\x01 not a program"), 0o700); err != nil {
		t.Fatal(err)
	}
	p.Command, p.Scenarios = []string{program}, []string{"ok"}
	if _, err := rehearsal.Run(t.Context(), p); err == nil || !strings.Contains(err.Error(), "cannot be started") {
		t.Errorf("got %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestCore(t *testing.T) {
	core := rehearsal.Core()
	if len(core) < 8 || len(core) > 14 || !slices.Contains(core, "ok") || !slices.Contains(core, "stuck") {
		t.Errorf("core is %v", core)
	}
}

// gone waits until a process has ended.
func gone(t *testing.T, pid int) error {
	t.Helper()
	process, err := os.FindProcess(pid)
	if err != nil {
		return nil
	}
	for range 100 {
		if err := process.Signal(syscall.Signal(0)); err != nil {
			return nil
		}
		if state, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); errors.Is(err, fs.ErrNotExist) || err == nil && strings.Contains(string(state), ") Z ") {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.New("the child is still running")
}
