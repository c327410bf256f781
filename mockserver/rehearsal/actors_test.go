package rehearsal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/client"
)

// The programs that are rehearsed here are the test binary itself, which acts a
// part when it is told to: so they need no shell, and start at once.
const part = "REHEARSAL_TEST_PART"

func TestMain(m *testing.M) {
	if act, ok := map[string]func() int{
		"naive":      naive,
		"no limit":   func() int { return script{knowsAllEnds: true}.run() },
		"twice":      func() int { return script{knowsAllEnds: true, limited: true, exports: 2}.run() },
		"leaks":      func() int { return script{knowsAllEnds: true, limited: true, leaks: true}.run() },
		"hasty":      func() int { return script{knowsAllEnds: true, limited: true, hasty: true}.run() },
		"correct":    correct,
		"deaf":       func() int { return 0 },
		"flood":      func() int { return script{knowsAllEnds: true, hasty: true, exports: 2}.run() },
		"pipe":       func() int { return leaving(func(out string) error { return exec.Command("mkfifo", out).Run() }) },
		"huge":       func() int { return leaving(func(out string) error { return hugeFile(out) }) },
		"asks empty": func() int { return asksAndEnds(0) },
		"gives up":   func() int { return asksAndEnds(4) },
		"renews":     renews,
		"insists":    insists,
		"slow":       func() int { return wait(time.Hour) },
		"loud":       loud,
		"parent":     parent,
		"child":      func() int { return wait(time.Hour) },
	}[os.Getenv(part)]; ok {
		os.Exit(act())
	}
	os.Exit(m.Run())
}

// naive is the guide taken literally: it waits for SUCCESS, and believes what it
// gets.
func naive() int { return script{}.run() }

// script does the six steps with what net/http offers.
type script struct {
	knowsAllEnds, limited, leaks, hasty bool
	exports                             int
}

func (s script) run() int {
	profile := os.Getenv("JOB_PROFILE")
	csv, err := os.ReadFile(os.Getenv("CSV"))
	if err != nil {
		return 1
	}
	definition := s.ask("POST", "/data-export/file-definitions", "application/json", []byte(`{"fileName":"test.csv"}`))
	uploaded := s.ask("POST", "/data-export/file-definitions/"+definition["id"].(string)+"/upload", "application/octet-stream", csv)
	job := uploaded["jobExecutionId"].(string)
	for range max(1, s.exports) {
		s.ask("POST", "/data-export/export", "application/json", fmt.Appendf(nil, `{"fileDefinitionId":%q,"jobProfileId":%q}`, definition["id"], profile))
	}
	var state map[string]any
	began := time.Now()
	for {
		// A refused token is not noticed: there is no status then.
		page := s.ask("GET", "/data-export/job-executions?query="+url.QueryEscape("id=="+job), "", nil)
		status := ""
		if jobs, ok := page["jobExecutions"].([]any); ok {
			state = jobs[0].(map[string]any)
			status = state["status"].(string)
		}
		if status == "SUCCESS" || s.knowsAllEnds && (status == "COMPLETED" || status == "COMPLETED_WITH_ERRORS") {
			break
		}
		if s.knowsAllEnds && status == "FAIL" {
			return 4
		}
		if s.limited && time.Since(began) > inSeconds("TIMEOUT") {
			return 5
		}
		if !s.hasty {
			wait(inSeconds("POLL_INTERVAL"))
		}
	}
	files := state["exportedFiles"].([]any)
	file := files[0].(map[string]any)["fileId"].(string)
	link := s.ask("GET", "/data-export/job-executions/"+job+"/download/"+file, "", nil)["link"].(string)
	if err := os.WriteFile(os.Getenv("OUT"), s.fetch(link), 0o600); err != nil {
		return 1
	}
	if s.knowsAllEnds && state["status"] == "COMPLETED_WITH_ERRORS" {
		return 3
	}
	return 0
}

func (s script) ask(method, path, contentType string, body []byte) map[string]any {
	request, err := http.NewRequest(method, os.Getenv("OKAPI_URL")+path, bytes.NewReader(body))
	if err != nil {
		os.Exit(1)
	}
	request.Header.Set("X-Okapi-Tenant", os.Getenv("OKAPI_TENANT"))
	if token := os.Getenv("OKAPI_TOKEN"); token != "" {
		request.Header.Set("X-Okapi-Token", token)
	}
	request.Header.Set("Accept", "application/json")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		os.Exit(1)
	}
	defer answer.Body.Close()
	var value map[string]any
	_ = json.NewDecoder(answer.Body).Decode(&value)
	return value
}

func (s script) fetch(link string) []byte {
	request, err := http.NewRequest("GET", link, nil)
	if err != nil {
		os.Exit(1)
	}
	if s.leaks {
		request.Header.Set("X-Okapi-Token", os.Getenv("OKAPI_TOKEN"))
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		os.Exit(1)
	}
	defer answer.Body.Close()
	content, _ := io.ReadAll(answer.Body)
	return content
}

// correct is the client that users import.
func correct() int {
	c, err := client.New(client.Config{
		URL: os.Getenv("OKAPI_URL"), Tenant: os.Getenv("OKAPI_TENANT"), Username: os.Getenv("OKAPI_USERNAME"), Password: os.Getenv("OKAPI_PASSWORD"),
	})
	if err != nil {
		return 2
	}
	ids, err := os.ReadFile(os.Getenv("CSV"))
	if err != nil {
		return 2
	}
	var file bytes.Buffer
	result, err := c.Export(context(), client.Export{
		IDs: bytes.NewReader(ids), FileName: "ids.csv", Output: &file,
		Patience: client.Patience{Timeout: inSeconds("TIMEOUT"), PollInterval: inSeconds("POLL_INTERVAL")},
	})
	if failure, ok := errors.AsType[*client.Error](err); ok {
		fmt.Println(err)
		return 10 + int(failure.Kind)
	}
	if err := os.WriteFile(os.Getenv("OUT"), file.Bytes(), 0o600); err != nil {
		return 1
	}
	if result.Outcome == client.Partial {
		return 3
	}
	return 0
}

// asksAndEnds exports nothing.
func asksAndEnds(code int) int {
	script{}.ask("GET", "/data-export/job-profiles", "", nil)
	return code
}

// renews sends its export with a token that is refused, and again with a good
// one.
func renews() int {
	good := os.Getenv("OKAPI_TOKEN")
	_ = os.Setenv("OKAPI_TOKEN", "gone.gone.gone")
	script{}.ask("POST", "/data-export/export", "application/json", []byte(`{}`))
	_ = os.Setenv("OKAPI_TOKEN", good)
	return script{knowsAllEnds: true}.run()
}

// insists repeats its login until it is let in, and gives up after the third.
func insists() int {
	login := fmt.Appendf(nil, `{"username":%q,"password":%q}`, os.Getenv("OKAPI_USERNAME"), os.Getenv("OKAPI_PASSWORD"))
	_ = os.Unsetenv("OKAPI_TOKEN")
	for range 3 {
		if _, refused := (script{}).ask("POST", "/authn/login-with-expiry", "application/json", login)["errors"]; !refused {
			return 0
		}
	}
	return 6
}

// leaving asks for something, and leaves something at OUT.
func leaving(leave func(out string) error) int {
	script{}.ask("GET", "/data-export/job-profiles", "", nil)
	if leave(os.Getenv("OUT")) != nil {
		return 1
	}
	return 0
}

// hugeFile makes a file of 64 GiB with nothing in it.
func hugeFile(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Truncate(64 << 30)
}

// loud writes gigabytes until it is ended.
func loud() int {
	line := bytes.Repeat([]byte("all work and no play\n"), 4000)
	for {
		if _, err := os.Stdout.Write(line); err != nil {
			return 1
		}
	}
}

// parent leaves a child behind that holds its streams, and says which.
func parent() int {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), part+"=child")
	child.Stdout = os.Stdout
	if err := child.Start(); err != nil {
		return 1
	}
	fmt.Println(child.Process.Pid)
	return 0
}

func wait(d time.Duration) int {
	time.Sleep(d)
	return 0
}

func inSeconds(variable string) time.Duration {
	n, err := strconv.ParseFloat(os.Getenv(variable), 64)
	if err != nil {
		os.Exit(2)
	}
	return time.Duration(n * float64(time.Second))
}
