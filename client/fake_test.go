package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/marc"
	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const sampleQuery = `(keyword all "nod") sortby title`

// A fake is what the client would meet of a release, its requests noted.
type fake struct {
	*mockserver.Server
	mu       sync.Mutex
	requests []string // method and path
}

func newFake(t *testing.T, release string, options ...mockserver.Option) *fake {
	t.Helper()
	return newFakeThatLets(t, release, mockserver.GuideDiffers, options...)
}

// newFakeThatLets is one on which a piece of advice besides those of the guide is no fault.
func newFakeThatLets(t *testing.T, release string, advice mockserver.AdviceCode, options ...mockserver.Option) *fake {
	t.Helper()
	f := &fake{}
	var err error
	f.Server, err = mockserver.New(append(options, mockserver.WithRelease(release), mockserver.WithObserver(func(e mockserver.Exchange) {
		for _, a := range e.Advice { // what a real server would hold against us; the guide's own departures aside
			if a.Code != mockserver.GuideDiffers && a.Code != advice {
				t.Errorf("%s %s: %s", e.Method, e.Path, a.Text)
			}
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.requests = append(f.requests, e.Method+" "+e.Path)
	}))...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fake) client(t *testing.T, user string) *Client {
	t.Helper()
	password := strings.Replace(user, "diku_admin", "admin", 1)
	c, err := New(Config{URL: "http://okapi.test", Tenant: "diku", Username: user, Password: password, HTTPClient: &http.Client{Transport: direct{f}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// onEachRelease runs a test in each release, its time faked.
func onEachRelease(t *testing.T, test func(t *testing.T, release string)) {
	for _, release := range mockserver.Releases() {
		t.Run(release, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, release) })
		})
	}
}

func TestQueryToRecords(t *testing.T) {
	onEachRelease(t, func(t *testing.T, release string) {
		f := newFake(t, release)
		c := f.client(t, "diku_admin")
		ids, err := collect(t, c, sampleQuery)
		if err != nil || len(ids) != 25 {
			t.Fatalf("%d ids, %v", len(ids), err)
		}
		var out bytes.Buffer
		result, err := c.Export(t.Context(), Export{IDs: strings.NewReader(strings.Join(ids, "\n") + "\n"), FileName: "test.csv", Output: &out})
		if err != nil {
			t.Fatal(err)
		}
		want := api.JobExecutionStatusCompleted
		if release == "guide" {
			want = api.JobExecutionStatusSuccess
		}
		if result.Status != want || result.Outcome != Success || result.Progress.Exported != 25 || result.Progress.Total != 25 ||
			result.Files[0].Records != 25 || result.Files[0].Bytes != int64(out.Len()) || result.JobProfile.ID != profileID {
			t.Errorf("%+v", result)
		}
		var exported []string
		for r, err := range marc.Records(&out) {
			if err != nil {
				t.Fatal(err)
			}
			exported = append(exported, r.Subfield("999", 'i'))
		}
		if slices.Sort(ids); !slices.Equal(slices.Sorted(slices.Values(exported)), ids) {
			t.Errorf("exported %v", exported)
		}
	})
}

func TestExporterNeedsNoMoreThanTheSixSteps(t *testing.T) {
	onEachRelease(t, func(t *testing.T, release string) {
		f := newFake(t, release)
		if _, err := f.client(t, "exporter").Export(t.Context(), Export{IDs: oneID(), Output: &bytes.Buffer{}}); err != nil {
			t.Error(err)
		}
	})
}

func TestViewerMayNot(t *testing.T) {
	onEachRelease(t, func(t *testing.T, release string) {
		_, err := newFake(t, release).client(t, "viewer").Export(t.Context(), Export{IDs: oneID(), Output: &bytes.Buffer{}})
		failure := wantError(t, err, KindAccess, "create the file definition: ", "ask an administrator of the tenant for the permission")
		if named := strings.Contains(failure.Hint, "data-export.file-definitions.item.post"); named == (release == "trillium") {
			t.Errorf("%v", err)
		}
	})
}

func TestWrongPasswordIsTriedOnce(t *testing.T) {
	onEachRelease(t, func(t *testing.T, release string) {
		f := newFake(t, release)
		c, err := New(Config{URL: "http://okapi.test", Tenant: "diku", Username: "diku_admin", Password: "wrong", HTTPClient: &http.Client{Transport: direct{f}}})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			_, err := c.Export(t.Context(), Export{IDs: oneID(), Output: &bytes.Buffer{}})
			wantError(t, err, KindAccess, "log in: ", "check the user name, the password and the tenant")
		}
		if len(f.requests) != 1 {
			t.Errorf("%v", f.requests)
		}
	})
}

func TestStories(t *testing.T) {
	const good, unknown = instanceID, "not-a-uuid"
	tests := map[string]struct {
		scenario string
		ids      []string
		kind     Kind
		outcome  Outcome
	}{
		"one line":       {"ok", []string{good}, 0, Success},
		"a bad line too": {"ok", []string{good, unknown}, 0, Partial},
		"fail":           {"fail", []string{good}, KindFailed, Fail},
		"stuck":          {"stuck", []string{good}, KindTimeout, Timeout},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			onEachRelease(t, func(t *testing.T, release string) {
				f := newFake(t, release, mockserver.WithScenario(test.scenario))
				result, err := f.client(t, "diku_admin").Export(t.Context(), Export{
					IDs: strings.NewReader(strings.Join(test.ids, "\n")), Output: &bytes.Buffer{}, Patience: Patience{Timeout: 30 * time.Second},
				})
				if test.kind != 0 {
					wantError(t, err, test.kind, result.JobExecutionID)
				} else if err != nil {
					t.Fatal(err)
				}
				if result.Outcome != test.outcome || len(result.Files) != 0 && test.kind != 0 {
					t.Errorf("%+v", result)
				}
				exports := 0
				for _, r := range f.requests {
					if r == "POST /data-export/export" {
						exports++
					}
				}
				if exports != 1 {
					t.Errorf("%d exports", exports)
				}
			})
		})
	}
}

func TestTokenOfTenMinutesLastsForAJobOfHours(t *testing.T) {
	onEachRelease(t, func(t *testing.T, release string) {
		f := newFake(t, release, mockserver.WithParameter("duration", "2h"))
		result, err := f.client(t, "diku_admin").Export(t.Context(), Export{
			IDs: oneID(), Output: &bytes.Buffer{}, Patience: Patience{Timeout: 3 * time.Hour, PollInterval: time.Minute},
		})
		if err != nil || result.Outcome != Success {
			t.Errorf("%+v, %v", result, err)
		}
		logins, renewals := 0, 0
		for _, r := range f.requests {
			switch {
			case strings.HasPrefix(r, "POST /authn/login"):
				logins++
			case r == "POST /authn/refresh":
				renewals++
			}
		}
		if logins != 1 || renewals < 14 || renewals > 15 { // two hours, by eight minutes
			t.Errorf("%d logins, %d renewals", logins, renewals)
		}
	})
}

func TestSpooledListLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, "sunflower")
		pipe := struct{ *bytes.Buffer }{bytes.NewBufferString(instanceID)} // no Seek
		if _, err := f.client(t, "diku_admin").Export(t.Context(), Export{IDs: pipe, Output: &bytes.Buffer{}}); err != nil {
			t.Error(err)
		}
	})
	if left, _ := os.ReadDir(os.TempDir()); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A list that is awaited from a pipe ends with the context, and its copy is
// removed.
func TestAwaitedListIsGivenUp(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	silent, writer := io.Pipe()
	defer writer.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newFake(t, "guide").client(t, "diku_admin").Export(ctx, Export{IDs: silent, Output: io.Discard})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want an interrupted export", err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
