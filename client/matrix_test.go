package client

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/marc"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

var soak = flag.Int("soak", 100, "how many random mixes of faults an export is put through")

// proving is a fake on which one export after the other is put through an ordeal.
type proving struct {
	*mockserver.Server
	started atomic.Int32
}

func newProving(t *testing.T, release string) *proving {
	t.Helper()
	p := &proving{}
	var err error
	p.Server, err = mockserver.New(mockserver.WithRelease(release), mockserver.WithObserver(func(e mockserver.Exchange) {
		if e.Method == http.MethodPost && e.Path == "/data-export/export" && e.Status == http.StatusNoContent {
			p.started.Add(1)
		}
		for _, a := range e.Advice {
			// After lost answers the end is asked for again, and after a refused login nothing is.
			if a.Code != mockserver.GuideDiffers && a.Code != mockserver.PollAfterEnd && a.Code != mockserver.WaitsForSuccess {
				t.Errorf("%s %s: %s", e.Method, e.Path, a.Text)
			}
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ordeal is an export whose answers a saboteur spoils.
type ordeal struct {
	name, user string
	ids        int
	spoil      func(step string, n int) (fault, bool)
	limit      time.Duration
	patience   time.Duration // with the job; 0 means the default
}

// run holds the export to what is promised whatever happens: it ends in time, with every record or with a typed error,
// and was started once. It returns the error.
func (p *proving) run(t *testing.T, o ordeal) error {
	t.Helper()
	p.started.Store(0)
	var want []string
	for i := range o.ids {
		want = append(want, fmt.Sprintf("%08x-0000-4000-8000-000000000000", i))
	}
	c, err := New(Config{
		URL: "http://okapi.test", Tenant: "diku", Username: o.user, Password: strings.Replace(o.user, "diku_admin", "admin", 1),
		HTTPClient: newWire(t, &saboteur{server: p, spoil: o.spoil}),
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	began := time.Now()
	result, err := c.Export(t.Context(), Export{IDs: strings.NewReader(strings.Join(want, "\n") + "\n"), FileName: "test.csv", Output: &out, Limit: o.limit, Patience: Patience{Timeout: o.patience}})
	if took := time.Since(began); took > o.limit+time.Second {
		t.Errorf("%s: took %v of %v", o.name, took, o.limit)
	}
	synctest.Wait() // the server tells of a request after it has answered
	if n := p.started.Load(); n > 1 || n == 0 && err == nil {
		t.Errorf("%s: started %d exports", o.name, n)
	}
	if err != nil {
		if failure, ok := errors.AsType[*Error](err); !ok || failure.Op == "" || failure.Kind == KindOther || failure.Kind == KindInput {
			t.Errorf("%s: not an error that helps: %#v", o.name, err)
		}
		return err
	}
	sum := sha256.Sum256(out.Bytes())
	if f := result.Files[0]; result.Outcome != Success || f.Records != o.ids || f.Bytes != int64(out.Len()) || f.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%s: %+v", o.name, result)
	}
	var got []string
	for r, err := range marc.Records(&out) {
		if err != nil {
			t.Fatalf("%s: %v", o.name, err)
		}
		got = append(got, r.Subfield("999", 'i'))
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%s: %d of %d records", o.name, len(got), len(want))
	}
	return nil
}

// TestEveryAnswerOfEveryStepSpoilt spoils the first answer of each step, and the first two, and holds how exports end
// against the second table of docs/resilience.md; -update writes that.
func TestEveryAnswerOfEveryStepSpoilt(t *testing.T) {
	page := newFaultsPage()
	for _, release := range mockserver.Releases() {
		for _, step := range attackable {
			for _, user := range usersAt(step) {
				t.Run(release+"/"+step+"/"+user, inBubble(func(t *testing.T) {
					p := newProving(t, release)
					for _, f := range faults(release) {
						ends := [2]string{}
						for times := 1; times <= 2; times++ {
							o := ordeal{name: fmt.Sprintf("%v, %d times", f, times), user: user, ids: 7, limit: 20 * time.Minute}
							o.spoil = func(at string, n int) (fault, bool) { return f, at == step && n <= times }
							err := p.run(t, o)
							if err != nil && !excused(user, step, f, times) {
								t.Errorf("%s: it need not have failed: %v", o.name, err)
							}
							ends[times-1] = ending(t, step, err)
						}
						page.note(f.String(), column(step, user), release, ends)
					}
				}))
			}
		}
	}
	page.hold(t)
}

// usersAt are the users for whom a step may end differently.
func usersAt(step string) []string {
	if step == "definition" || step == "upload" {
		return []string{"diku_admin", "exporter"} // who may not look at file definitions
	}
	return []string{"diku_admin"}
}

// ending is how an export ended whose answers at one step were spoilt: an error has to be that of the step.
func ending(t *testing.T, step string, err error) string {
	t.Helper()
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		return "file"
	}
	if of := map[string]string{
		"login": opLogin, "profile": opProfile, "definition": opDefinition, "upload": opUpload, "export": opExport, "job": opJob, "link": opLink, "file": opDownload,
	}[step]; failure.Kind != KindServer || failure.Op != of {
		t.Errorf("%s: an error of the kind %v: %v", step, failure.Kind, err)
	}
	return "error"
}

// excused reports whether an export may fail of a fault. An export that never reached the server is one: it cannot be
// told from one that is late. Rubbish in a sound form is another, unless the definition can tell what became of the
// request; and two calls of the full length are as much as a step has time for, unless there is a job by then.
func excused(user, step string, f fault, times int) bool {
	blind := user == "exporter"
	silent := strings.HasPrefix(f.name, "hung") || strings.HasPrefix(f.name, "stalled")
	switch step {
	case "export":
		return !f.lost
	case "definition":
		return f.name == "garbled" && blind
	case "upload":
		return times == 2 && blind
	case "job", "link", "file":
		return f.name == "garbled"
	}
	return f.name == "garbled" || silent && times == 2
}

// TestSoak puts exports through random mixes of faults; go test ./client -run Soak -soak 1000 does more of it.
func TestSoak(t *testing.T) {
	ended := map[string]int{}
	for seed := range uint64(*soak) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dice := rand.New(rand.NewPCG(seed, 0))
				release := mockserver.Releases()[dice.IntN(len(mockserver.Releases()))]
				o := ordeal{name: release, user: []string{"diku_admin", "exporter"}[dice.IntN(2)], ids: 1 + dice.IntN(200), limit: 30 * time.Minute}
				share := dice.Float64() * 0.6
				all := append(faults(release),
					fault{name: "401", do: func(w http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) {
						answer(401, "text/plain", "Invalid token")(w, r)
					}},
					fault{name: "429", do: func(w http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) {
						w.Header().Set("Retry-After", "20")
						answer(429, "text/plain", "Too many requests")(w, r)
					}})
				o.spoil = func(string, int) (fault, bool) { return all[dice.IntN(len(all))], dice.Float64() < share }
				err := newProving(t, release).run(t, o)
				ending := "success"
				if failure, ok := errors.AsType[*Error](err); ok {
					ending = failure.Op
				}
				ended[ending]++
			})
		})
	}
	t.Logf("%v", ended)
	if *soak >= 100 && (ended["success"] < *soak/5 || ended["success"] == *soak) {
		t.Errorf("%d of %d succeeded: the mix tells nothing", ended["success"], *soak)
	}
}
