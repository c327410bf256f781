package main

import (
	"bufio"
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

const errorsPage = "testdata/errors.txt"

// A mistake is one way to get it wrong.
type mistake struct {
	name              string
	release, scenario string // default guide, ok
	env               string // NAME=VALUE
	args              string // behind "export", or the whole line if it begins with another command
	code              int
	left              string                  // by which an export can be gone on with, after the folder in the list
	url               func(*testing.T) string // a server that is no fake
}

const sound = " --input ids.csv --output out.mrc"

var mistakes = []mistake{
	{name: "no command", args: "exprot", code: exitUsage},
	{name: "unknown flag", args: sound + " --bogus", code: exitUsage},
	{name: "missing flags", args: "--input ids.csv", code: exitUsage},
	{name: "bad duration", args: sound + " --timeout soon", code: exitUsage},
	{name: "no time at all", args: sound + " --timeout 0s", code: exitUsage},
	{name: "no tenant", env: "OKAPI_TENANT=", args: sound, code: exitUsage},
	{name: "no credentials", env: "OKAPI_USERNAME=", args: sound, code: exitUsage},
	{name: "no password", env: "OKAPI_PASSWORD=", args: sound, code: exitUsage},
	{name: "missing password file", args: sound + " --password-file nowhere", code: exitUsage},

	{name: "missing input", args: "--input nowhere.csv --output out.mrc", code: exitUsage},
	{name: "input is a folder", args: "--input folder --output out.mrc", code: exitUsage},
	{name: "empty input", args: "--input empty.csv --output out.mrc", code: exitUsage},
	{name: "empty standard input", args: "--input - --output out.mrc", code: exitUsage},
	{name: "no UUID in the input", args: "--input titles.csv --output out.mrc", code: exitUsage},
	{name: "UTF-16 in the input", args: "--input wide.csv --output out.mrc", code: exitUsage},
	{name: "output folder is missing", args: "--input ids.csv --output nowhere/out.mrc", code: exitUsage},
	{name: "output is a folder", args: "--input ids.csv --output folder", code: exitUsage},
	{name: "output in a file", args: "--input ids.csv --output ids.csv/out.mrc", code: exitUsage},
	{name: "output is the input", args: "--input ids.csv --output ids.csv", code: exitUsage},
	{name: "output is standard output", args: "--input ids.csv --output -", code: exitUsage},
	{name: "negative batch", args: sound + " --batch=-1", code: exitUsage},
	{name: "too small a batch", args: "--input many.csv --output out.mrc --batch 1", code: exitUsage},
	{name: "a batch without an id", args: "--input gap.csv --output out.mrc --batch 1", code: exitUsage},
	{name: "a ZIP of several jobs", args: "--input gap.csv --output out.zip --batch 2", code: exitUsage},
	{name: "too many at once", args: sound + " --parallel 17", code: exitUsage},
	{name: "unpack into a file", args: sound + " --unpack ids.csv", code: exitUsage},
	{name: "unpack into nowhere", args: sound + " --unpack nowhere/parts", code: exitUsage},
	{name: "run folder in nowhere", args: sound + " --run-dir nowhere/runs", code: exitUsage},
	{name: "run folder that is a file", args: sound + " --run-dir ids.csv", code: exitUsage},
	{name: "unknown profile", release: "sunflower", args: sound + " --profile Nightly", code: exitUsage},
	{name: "bad query", release: "guide", args: "ids --query ((( ", code: exitUsage},

	{name: "empty query", args: "ids --query=", code: exitUsage},
	{name: "list and query", args: sound + " --query title=x", code: exitUsage},
	{name: "empty query file", args: "--input empty.cql --output out.mrc", code: exitUsage},

	{name: "no value of a flag", args: "serve --scenario", code: exitUsage},
	{name: "no subcommand", args: "jobs", code: exitUsage},
	{name: "bad instant", args: "serve --start soon", code: exitUsage},
	{name: "bad speed", args: "serve --speed fast", code: exitUsage},
	{name: "impossible speed", args: "serve --speed=-1", code: exitUsage},
	{name: "speed below zero, apart", args: "serve --speed -1", code: exitUsage},
	{name: "bad seed", args: "serve --seed x", code: exitUsage},
	{name: "unknown release", args: "serve --release poppy", code: exitUsage},
	{name: "unknown scenario", args: "serve --scenario stuk", code: exitUsage},
	{name: "unknown scenario, far from any", args: "serve --scenario everything-burns", code: exitUsage},
	{name: "scenario of another release", args: "serve --scenario zip", code: exitUsage},
	{name: "unknown parameter", args: "serve --set speed=3", code: exitUsage},
	{name: "parameter without a value", args: "serve --set duration", code: exitUsage},
	{name: "bad value of a parameter", args: "serve --set duration=long", code: exitUsage},
	{name: "bad value of a parameter to explain", args: "scenarios explain ok --set steps=many", code: exitUsage},
	{name: "no address", args: "serve --addr=", code: exitUsage},
	{name: "two clocks", args: "serve --time poll --speed 60", code: exitUsage},
	{name: "no such address", args: "serve --addr 192.0.2.1:9130", code: exitUsage},
	{name: "file that is no scenario", args: "scenarios check titles.csv", code: exitUsage},
	{name: "no name of a scenario", args: "scenarios check stuk", code: exitUsage},
	{name: "no file to check", args: "scenarios check nowhere.yaml", code: exitUsage},
	{name: "no file of a scenario", args: "scenarios explain nowhere.yaml", code: exitUsage},
	{name: "no program", args: "rehearse", code: exitUsage},
	{name: "unknown shell", args: "completion tcsh", code: exitUsage},
	{name: "result of the demo in a file", args: "demo --output ids.csv", code: exitUsage},
	{name: "no waivers", args: "verify --waivers nowhere.yaml", code: exitUsage},
	{name: "no list to verify with", args: "verify --input nowhere.csv", code: exitUsage},
	{name: "unknown program", args: "rehearse -- no-such-program", code: exitUsage},
	{name: "guide alone", args: "rehearse --release guide -- go", code: exitUsage},
	{name: "unknown id of a job", release: "trillium", args: "jobs explain 5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11", code: exitUsage},
	{name: "bad query of jobs, guide", args: "jobs list --query (((", code: exitUsage},
	{name: "bad query of jobs, sunflower", release: "sunflower", args: "jobs list --query (((", code: exitServer},
	{name: "unknown index of jobs", release: "sunflower", args: "jobs list --query colour==red", code: exitUsage},
	{name: "unknown job", release: "sunflower", args: "jobs explain 77", code: exitUsage},
	{name: "no job", args: "jobs explain the-last-one", code: exitUsage},

	{name: "wrong password, guide", env: "OKAPI_PASSWORD=guess", args: sound, code: exitAccess},
	{name: "wrong password, sunflower", release: "sunflower", env: "OKAPI_PASSWORD=guess", args: sound, code: exitAccess},
	{name: "wrong password, trillium", release: "trillium", env: "OKAPI_PASSWORD=guess", args: sound, code: exitAccess},
	{name: "wrong password for ids", env: "OKAPI_PASSWORD=guess", args: "ids --query title=x", code: exitAccess},
	{name: "unknown tenant", env: "OKAPI_TENANT=nobody", args: sound, code: exitAccess},
	{name: "garbage token", env: "OKAPI_TOKEN=garbage", args: sound, code: exitAccess},
	{name: "no permission, guide", env: "OKAPI_USERNAME=viewer", args: sound, code: exitAccess},
	{name: "no permission, sunflower", release: "sunflower", env: "OKAPI_USERNAME=viewer", args: sound, code: exitAccess},
	{name: "no permission, trillium", release: "trillium", env: "OKAPI_USERNAME=viewer", args: sound, code: exitAccess},

	{name: "job that fails", scenario: "fail", args: sound, code: exitFailed},
	{name: "job that never ends", scenario: "stuck", args: sound + " --timeout 300ms", code: exitTimeout, left: " out.mrc.state.json"},

	{name: "URL is no URL", env: "OKAPI_URL=okapi.example.org", args: sound, code: exitUsage},
	{name: "nobody listens", args: sound, code: exitServer, url: nobody},
	{name: "no Okapi", args: sound, code: exitServer, url: website},
	{name: "no Okapi, but friendly", args: sound, code: exitServer, url: greeter},
	{name: "moved", args: sound, code: exitServer, url: mover},
	{name: "no HTTP", args: sound, code: exitServer, url: babbler},
}

// TestMistakes holds what is said about each mistake against testdata/errors.txt, so that the sentences can be read one
// after the other. Each leaves nothing behind but what another run can go on with.
func TestMistakes(t *testing.T) {
	var page strings.Builder
	page.WriteString("What fauxkapi says about mistakes, and its exit code. Rewritten by go test ./cmd/fauxkapi -run Mistakes -update.\n")
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			line, got := m.make(t)
			if got.code != m.code || got.stdout != "" {
				t.Errorf("exit %d, want %d: %+v", got.code, m.code, got)
			}
			last := got.stderr[strings.LastIndex(strings.TrimSuffix(got.stderr, "\n"), "\n")+1:]
			if !strings.HasPrefix(last, "fauxkapi: ") || strings.Count(got.stderr, "fauxkapi: ") != 1 {
				t.Errorf("not one sentence: %s", got.stderr)
			}
			if left := files(t); left != "empty.cql empty.csv folder gap.csv ids.csv many.csv"+m.left+" titles.csv wide.csv" {
				t.Errorf("left behind: %s", left)
			}
			fmt.Fprintf(&page, "\n# %s\n$ fauxkapi %s\n%sexit %d\n", m.name, line, anonymous(last), got.code)
		})
	}
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(errorsPage, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(errorsPage)
	if err != nil {
		t.Fatal(err)
	}
	if page.String() != string(want) {
		t.Errorf("%s is stale; run with -update and read the difference. Now:\n%s", errorsPage, page.String())
	}
}

func (m *mistake) make(t *testing.T) (line string, got ended) {
	t.Helper()
	tr := newTrial(t, mockserver.WithRelease(cmp.Or(m.release, "guide")), mockserver.WithScenario(cmp.Or(m.scenario, "ok")))
	write(t, "empty.csv", "")
	write(t, "empty.cql", "")
	write(t, "gap.csv", oneID+"title\n0a1c6d1e-5b5e-4c5e-9d8a-6f0f6a5a1b12\n")
	write(t, "many.csv", strings.Repeat(oneID, 1001))
	write(t, "titles.csv", "title\nA nod to the night ferry\n")
	write(t, "wide.csv", "\xff\xfe0\x00\n\x00")
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	if m.url != nil {
		tr.env["OKAPI_URL"] = m.url(t)
	}
	name, value, _ := strings.Cut(m.env, "=")
	switch name {
	case "OKAPI_TOKEN":
		tr.env["OKAPI_USERNAME"] = ""
	case "OKAPI_USERNAME":
		tr.env["OKAPI_PASSWORD"] = value
	}
	tr.env[name] = value
	args := strings.Fields(m.args)
	if !slices.Contains([]string{"completion", "demo", "exprot", "ids", "jobs", "rehearse", "scenarios", "serve", "verify"}, args[0]) {
		args = append([]string{"export"}, args...)
	}
	line = strings.Join(args, " ")
	if m.env != "" {
		line += "   (" + m.env + ")"
	}
	return line, tr.run(t.Context(), args...)
}

var (
	ports = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
)

// anonymous takes out what differs from run to run.
func anonymous(text string) string {
	return uuids.ReplaceAllString(ports.ReplaceAllString(text, "127.0.0.1:PORT"), "ID")
}

func nobody(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}

func serveAt(t *testing.T, handler http.HandlerFunc) string {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func website(t *testing.T) string {
	return serveAt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<html>\n<head><title>404 Not Found</title></head>\n<body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body>\n</html>")
	})
}

func greeter(t *testing.T) string {
	return serveAt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html>Welcome!</html>")
	})
}

func mover(t *testing.T) string {
	return serveAt(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://folio.example.org"+r.URL.Path, http.StatusMovedPermanently)
	})
}

func babbler(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			http.ReadRequest(bufio.NewReader(conn)) // what is left unread would reset the connection
			fmt.Fprint(conn, "SSH-2.0-OpenSSH_9.2\r\n")
			conn.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}
