package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/marc"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// outputs are the files of batches, in memory.
type outputs struct {
	mu         sync.Mutex
	files      map[int]*bytes.Buffer
	open, most int // at once
}

type memory struct {
	*bytes.Buffer
	close func()
}

func (m memory) Close() error {
	m.close()
	return nil
}

func (o *outputs) take(b Batch) (io.WriteCloser, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.files == nil {
		o.files = map[int]*bytes.Buffer{}
	}
	o.files[b.Number] = &bytes.Buffer{}
	o.open++
	o.most = max(o.most, o.open)
	return memory{o.files[b.Number], func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.open--
	}}, nil
}

// idsIn are the instances whose records a file holds, sorted.
func idsIn(t *testing.T, file io.Reader) (ids []string) {
	t.Helper()
	for r, err := range marc.Records(file) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.Subfield("999", 'i'))
	}
	slices.Sort(ids)
	return ids
}

func (f *fake) count(prefix string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.requests {
		if strings.HasPrefix(r, prefix) {
			n++
		}
	}
	return n
}

func (f *fake) exports() int { return f.count(exportCall) }

func eightIDs(t *testing.T) *Split { return split(t, listed("\n", 1, 2, 3, 4, 5, 6, 7, 8), 3) }

func TestBatches(t *testing.T) {
	onEachRelease(t, func(t *testing.T, release string) {
		f := newFake(t, release)
		c := f.client(t, "diku_admin")
		var out outputs
		seen := map[int]bool{}
		c.onEvent = func(e Event) { seen[e.Batch] = true }
		result, err := c.ExportBatches(t.Context(), Batches{List: eightIDs(t), FileName: "all.csv", Open: out.take})
		if err != nil {
			t.Fatal(err)
		}
		if result.Outcome != Success || result.Progress.Exported != 8 || result.Progress.Total != 8 || len(result.Files) != 3 || result.JobProfile.ID != profileID {
			t.Errorf("%+v", result)
		}
		for i, want := range [][]string{{idOf(1), idOf(2), idOf(3)}, {idOf(4), idOf(5), idOf(6)}, {idOf(7), idOf(8)}} {
			if got := idsIn(t, out.files[i+1]); !slices.Equal(got, want) {
				t.Errorf("batch %d: %v", i+1, got)
			}
			one := result.Batches[i]
			if one.Number != i+1 || one.Of != 3 || one.First != int64(3*i+1) || one.Records() != len(want) || len(one.Files[0].SHA256) != 64 ||
				!strings.HasPrefix(one.Files[0].FileName, fmt.Sprintf("all-%d-", i+1)) && release == "guide" || !seen[i+1] {
				t.Errorf("%+v", one)
			}
		}
		if f.exports() != 3 || out.most != 1 || out.open != 0 || seen[0] {
			t.Errorf("%d exports, %d at once, %d open, %v", f.exports(), out.most, out.open, seen)
		}
	})
}

// Records are those of the files of a batch.
func (b BatchResult) Records() (n int) {
	for _, f := range b.Files {
		n += f.Records
	}
	return n
}

func TestOneBatchIsAnExportAsEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, "guide")
		var out outputs
		result, err := f.client(t, "diku_admin").ExportBatches(t.Context(), Batches{List: split(t, listed("\n", 1, 2), 5), FileName: "all.csv", Open: out.take})
		if err != nil || result.Files[0].FileName != "all-112.mrc" || result.Files[0].Records != 2 {
			t.Errorf("%+v, %v", result, err)
		}
	})
}

// Jobs run at once as many as may and no more, and each is started once.
func TestBatchesInParallel(t *testing.T) {
	for _, parallel := range []int{2, 3, MaxParallel} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, "sunflower")
			list := split(t, listed("\n", 1, 2, 3, 4, 5, 6, 7, 8, 9), 2)
			var out outputs
			result, err := f.client(t, "diku_admin").ExportBatches(t.Context(), Batches{List: list, Parallel: parallel, Open: out.take})
			if err != nil || result.Progress.Exported != 9 || f.exports() != 5 || out.most != min(parallel, 5) || out.open != 0 {
				t.Errorf("%+v, %v; %d exports, %d at once", result, err, f.exports(), out.most)
			}
			if logins := f.count("POST /authn/login"); logins != 1 {
				t.Errorf("%d logins", logins)
			}
			for i, one := range result.Batches {
				if got := idsIn(t, out.files[i+1]); one.Number != i+1 || len(got) != one.Records() || got[0] != idOf(2*i+1) {
					t.Errorf("batch %d: %v", i+1, got)
				}
			}
		})
	}
}

func TestBatchThatFails(t *testing.T) {
	tests := map[string]struct {
		scenario string
		goOn     bool
		kind     Kind
		outcome  Outcome
		exports  int
		text     string
	}{
		"the first of three":              {"first-job-fails", false, KindFailed, Fail, 1, "batch 1 of 3 (lines 1 to 3): job "},
		"the first of three, and goes on": {"first-job-fails", true, KindFailed, Partial, 3, "batch 1 of 3 (lines 1 to 3): job "},
		"all":                             {"fail", true, KindFailed, Fail, 3, "batch 1 of 3 (lines 1 to 3): job "},
		"never ends":                      {"stuck", true, KindTimeout, Timeout, 1, "batch 1 of 3 (lines 1 to 3): job "},
		"a line of one":                   {"ok", false, 0, Partial, 3, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, "sunflower", mockserver.WithScenario(test.scenario))
				list := eightIDs(t)
				if test.kind == 0 {
					list = split(t, listed("\n", 1, 2, 3, 4, "x", 6, 7, 8), 3)
				}
				var out outputs
				result, err := f.client(t, "diku_admin").ExportBatches(t.Context(), Batches{
					List: list, GoOn: test.goOn, Open: out.take, Patience: Patience{Timeout: time.Minute},
				})
				if test.kind == 0 && err != nil {
					t.Error(err)
				} else if test.kind != 0 {
					failure := wantError(t, err, test.kind, test.text)
					if failure.JobExecutionID == "" || result.Batches[0].Error == "" || strings.Contains(result.Batches[0].Error, "batch 1") {
						t.Errorf("%+v", result.Batches[0])
					}
				}
				if result.Outcome != test.outcome || f.exports() != test.exports || out.open != 0 {
					t.Errorf("%+v, %d exports, %d open", result, f.exports(), out.open)
				}
			})
		})
	}
}

// What can be gone on with is told before what has failed for good.
func TestBatchErrorThatCanBeGoneOnWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, "sunflower", mockserver.WithScenario("first-job-fails"))
		var out outputs
		result, err := f.client(t, "diku_admin").ExportBatches(t.Context(), Batches{
			List: eightIDs(t), GoOn: true,
			Open: func(b Batch) (io.WriteCloser, error) {
				if b.Number == 2 {
					return nil, errors.New("no space left on device")
				}
				return out.take(b)
			},
		})
		wantError(t, err, KindOther, "batch 2 of 3 (lines 4 to 6): the output cannot be opened (no space left on device)")
		if result.Outcome != "" || f.exports() != 1 || result.Batches[2].Result != nil {
			t.Errorf("%+v, %d exports", result, f.exports())
		}
	})
}

func TestBatchesThatAreInterrupted(t *testing.T) {
	tests := map[string]struct {
		limit  time.Duration
		cancel bool
		kind   Kind
		text   string
	}{
		"limit":  {3 * time.Second, false, KindTimeout, "the export has not ended within 3s"},
		"cancel": {0, true, KindOther, "interrupted"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // which sees that no goroutine is left
				f := newFake(t, "sunflower", mockserver.WithScenario("stuck"))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if test.cancel {
					time.AfterFunc(3*time.Second, cancel)
				}
				var out outputs
				result, err := f.client(t, "diku_admin").ExportBatches(ctx, Batches{List: eightIDs(t), Parallel: 2, Open: out.take, Limit: test.limit})
				wantError(t, err, test.kind, test.text)
				if f.exports() != 2 || result.Batches[2].Result != nil || out.open != 0 {
					t.Errorf("%d exports, %+v", f.exports(), result)
				}
			})
		})
	}
}

func TestBatchesThatCannotBe(t *testing.T) {
	list, open := eightIDs(t), (&outputs{}).take
	for text, b := range map[string]Batches{
		"an export needs ids and an output":   {Open: open},
		"17 jobs at once are not possible":    {List: list, Open: open, Parallel: 17},
		"there are more states than batches":  {List: list, Open: open, States: make([]State, 4)},
		"the limit of the export is negative": {List: list, Open: open, Limit: -1},
	} {
		result, err := newStub().inProcess(t).ExportBatches(t.Context(), b)
		wantError(t, err, KindInput, text)
		if result != nil {
			t.Errorf("%+v", result)
		}
	}
}

// A process that ends at whatever moment is followed by one that goes on: each job is started once, and what was had is
// not fetched again.
func TestBatchesGoOn(t *testing.T) {
	for _, parallel := range []int{1, 2} {
		for stop, done := 1, false; !done; stop++ {
			t.Run(fmt.Sprintf("%d at once, state %d", parallel, stop), func(t *testing.T) {
				folder := t.TempDir()
				synctest.Test(t, func(t *testing.T) {
					f := newFakeThatLets(t, "sunflower", mockserver.PollAfterEnd) // the next process has to look
					states := make([]State, 3)
					saved := 0
					b := Batches{
						List: eightIDs(t), Parallel: parallel,
						Open: func(b Batch) (io.WriteCloser, error) {
							return os.OpenFile(filepath.Join(folder, fmt.Sprint(b.Number)), os.O_RDWR|os.O_CREATE, 0o600)
						},
						OnState: func(b Batch, s State) error {
							if saved++; saved >= stop {
								return errors.New("the process is dead")
							}
							states[b.Number-1] = s
							return nil
						},
					}
					_, err := f.client(t, "diku_admin").ExportBatches(t.Context(), b)
					if done = err == nil; done {
						return
					}
					b.States, b.OnState = states, nil
					result, err := f.client(t, "diku_admin").ExportBatches(t.Context(), b)
					if err != nil || result.Outcome != Success || result.Progress.Exported != 8 || f.exports() != 3 {
						t.Fatalf("%+v, %v; %d exports", result, err, f.exports())
					}
					for i := range 3 {
						file, err := os.Open(filepath.Join(folder, fmt.Sprint(i+1)))
						if err != nil {
							t.Fatal(err)
						}
						if got := idsIn(t, file); len(got) != result.Batches[i].Records() || got[0] != idOf(3*i+1) {
							t.Errorf("batch %d: %v", i+1, got)
						}
						file.Close()
					}
					if links := f.count("GET /folio-data-export/"); links > 3+parallel {
						t.Errorf("%d downloads of 3 files", links)
					}
				})
			})
			if stop > 100 {
				t.Fatal("it never ends")
			}
		}
	}
}
