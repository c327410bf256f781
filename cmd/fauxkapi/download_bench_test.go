package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// BenchmarkDownload fetches a file of 1,000,000 records from a server in another process, by turns with curl of the same
// link and with us, and reports the medians and their ratio. Ours is checked, summed up and on the disk at the end, and
// under its final name.
func BenchmarkDownload(b *testing.B) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		b.Skip("there is no curl to be compared with")
	}
	server := startProcess(b, buildBinary(b), "--release", "guide", "--set", "duration=500ms")
	defer server.stop(b)
	c, job := exportedMillion(b, server)
	file := (*job.ExportedFiles)[0]
	folder := b.TempDir()
	var ours, theirs []float64
	for b.Loop() {
		link, err := c.DownloadLink(b.Context(), job.Id, file.FileId)
		if err != nil {
			b.Fatal(err)
		}
		theirs = append(theirs, seconds(b, func() error {
			return exec.CommandContext(b.Context(), curl, "-fsS", "-o", filepath.Join(folder, "curl.mrc"), link).Run()
		}))
		path := filepath.Join(folder, "ours.mrc")
		ours = append(ours, seconds(b, func() error { return downloadTo(b.Context(), c, link, file, path) }))
		same := exec.CommandContext(b.Context(), "cmp", filepath.Join(folder, "curl.mrc"), path)
		if out, err := same.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		for _, name := range []string{"curl.mrc", "ours.mrc"} {
			if err := os.Remove(filepath.Join(folder, name)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(median(ours), "s")
	b.ReportMetric(median(theirs), "s-curl")
	b.ReportMetric(median(ours)/median(theirs), "ratio")
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		if now, err := strconv.ParseFloat(strings.Fields(string(load))[0], 64); err == nil {
			b.ReportMetric(now, "load")
		}
	}
}

// exportedMillion is a job that has exported 1,000,000 records, and who may fetch them.
func exportedMillion(b *testing.B, server *process) (*client.Client, api.JobExecution) {
	b.Helper()
	c, err := client.New(client.Config{URL: server.url, Tenant: "diku", Username: "diku_admin", Password: "admin"})
	if err != nil {
		b.Fatal(err)
	}
	definition, err := c.CreateFileDefinition(b.Context(), "million.csv")
	if err != nil {
		b.Fatal(err)
	}
	uploaded, err := c.Upload(b.Context(), definition.Id, strings.NewReader(string(millionIDs())))
	if err != nil {
		b.Fatal(err)
	}
	profile, err := c.JobProfile(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	if err := c.StartExport(b.Context(), definition.Id, profile.Id); err != nil {
		b.Fatal(err)
	}
	job, err := c.Wait(b.Context(), *uploaded.JobExecutionId, client.Patience{PollInterval: 100 * time.Millisecond})
	if err != nil {
		b.Fatal(err)
	}
	return c, job
}

// downloadTo saves a file as export does.
func downloadTo(ctx context.Context, c *client.Client, link string, file api.ExportedFile, path string) error {
	part, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	output := &steady{File: part}
	if _, err := c.Download(ctx, link, file, output); err != nil {
		return err
	}
	if err := output.Sync(); err != nil {
		return err
	}
	if err := output.Close(); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

// seconds measures after what was written before is on the disk.
func seconds(b *testing.B, do func() error) float64 {
	b.Helper()
	if out, err := exec.CommandContext(b.Context(), "sync").CombinedOutput(); err != nil {
		b.Fatalf("sync: %v: %s", err, out)
	}
	start := time.Now()
	if err := do(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start).Seconds()
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
