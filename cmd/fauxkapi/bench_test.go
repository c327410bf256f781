package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// These benchmarks run the real process, because that is what people wait for
// and what takes their memory.

// BenchmarkReady measures a server from its start to its ready line, and its
// resident memory then.
func BenchmarkReady(b *testing.B) {
	binary := buildBinary(b)
	var resident int64
	for b.Loop() {
		server := startProcess(b, binary, "--release", "guide")
		b.StopTimer()
		resident = max(resident, server.memory(b, "VmRSS"))
		server.stop(b)
		b.StartTimer()
	}
	b.ReportMetric(float64(resident)/1024, "resident-MB")
}

// BenchmarkMillionLines exports a list of 1,000,000 ids, from the upload to the
// last byte, in one job or in batches, and reports the most memory that the
// server and the export have held.
func BenchmarkMillionLines(b *testing.B) {
	for _, flags := range [][]string{{"guide", "--batch", "0"}, {"sunflower", "--batch", "0"}, {"sunflower"}} {
		release, flags := flags[0], flags[1:]
		b.Run(strings.Join(append([]string{release}, flags...), ""), func(b *testing.B) {
			binary := buildBinary(b)
			list := filepath.Join(b.TempDir(), "million.csv")
			if err := os.WriteFile(list, millionIDs(), 0o600); err != nil {
				b.Fatal(err)
			}
			output := filepath.Join(b.TempDir(), "million.out")
			for b.Loop() {
				server := startProcess(b, binary, "--release", release, "--set", "duration=1s")
				command, peak := measured(b, append([]string{binary, "export", "--input", list, "--output", output, "--url", server.url, "--tenant", "diku"}, flags...))
				export := exec.CommandContext(b.Context(), command[0], command[1:]...)
				export.Env = append(os.Environ(), "OKAPI_USERNAME=diku_admin", "OKAPI_PASSWORD=admin")
				if out, err := export.CombinedOutput(); err != nil {
					b.Fatalf("export: %v\n%s", err, out)
				}
				b.StopTimer()
				b.ReportMetric(float64(server.memory(b, "VmHWM"))/1024, "server-peak-MB")
				b.ReportMetric(peak(), "export-peak-MB")
				server.stop(b)
				b.StartTimer()
			}
		})
	}
}

func millionIDs() []byte {
	var list bytes.Buffer
	for i := range 1_000_000 {
		list.WriteString(uuid.NewSHA1(uuid.NameSpaceOID, []byte(strconv.Itoa(i))).String())
		list.WriteByte('\n')
	}
	return list.Bytes()
}

func buildBinary(b *testing.B) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "fauxkapi")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// process is a server in a process of its own.
type process struct {
	command *exec.Cmd
	url     string
}

func startProcess(b *testing.B, binary string, flags ...string) *process {
	b.Helper()
	p := &process{command: exec.Command(binary, append([]string{"serve", "--addr", "127.0.0.1:0"}, flags...)...)}
	out, err := p.command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewReader(out)
	ready, err := lines.ReadString('\n')
	if err != nil {
		b.Fatalf("no ready line: %v", err)
	}
	if _, err := fmt.Sscanf(ready, "fauxkapi ready %s", &p.url); err != nil {
		b.Fatalf("%q: %v", ready, err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, lines) // ends with the process
	}()
	return p
}

func (p *process) stop(b *testing.B) {
	b.Helper()
	if err := p.command.Process.Signal(os.Interrupt); err != nil {
		b.Fatal(err)
	}
	timeout := time.AfterFunc(10*time.Second, func() { _ = p.command.Process.Kill() })
	defer timeout.Stop()
	if err := p.command.Wait(); err != nil {
		b.Fatalf("serve: %v", err)
	}
}

// measured is a command that runs another, and what that has held at most, in MB. It takes GNU time, for a process that is
// started by a large one counts as large from its start; without it the peak is 0.
func measured(b *testing.B, command []string) (whole []string, peak func() float64) {
	b.Helper()
	gnu, err := exec.LookPath("time")
	if err != nil || runtime.GOOS != "linux" {
		return command, func() float64 { return 0 }
	}
	file := filepath.Join(b.TempDir(), "peak")
	return append([]string{gnu, "-f", "%M", "-o", file}, command...), func() float64 {
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		kb, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			b.Fatal(err)
		}
		return float64(kb) / 1024
	}
}

// memory reads a line of the process's status, in KB; Linux alone has it.
func (p *process) memory(b *testing.B, name string) int64 {
	b.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb
		}
	}
	b.Fatalf("the process has no %s", name)
	return 0
}
