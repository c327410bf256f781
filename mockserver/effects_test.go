package mockserver

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
)

// lastRule is what the journal says that the last answer was made by.
func (c caller) lastRule() string {
	journal := c.s.Journal()
	return journal[len(journal)-1].Rule
}

// The first links of each job are of no use, each job's for itself.
func TestStaleLinks(t *testing.T) {
	for _, release := range Releases() {
		c := newCaller(t, release, withStory(t, "link: {stale: 2}"))
		a, b := c.finished(t, "a.csv", idList(1)), c.finished(t, "b.csv", idList(1))
		for i, step := range []struct {
			job   job
			stale bool
		}{{a, true}, {b, true}, {a, true}, {a, false}, {b, true}, {b, false}, {a, false}} {
			link := c.link(t, step.job)
			rule := map[bool]string{true: "link.stale of scenario story"}[step.stale]
			if got := c.lastRule(); got != rule {
				t.Errorf("%s, link %d was made by %q, want %q", release, i, got, rule)
			}
			w := follow(c.s, http.MethodGet, link)
			if expired := w.Code == 403 && strings.Contains(w.Body.String(), "<Message>Request has expired</Message>"); expired != step.stale || !step.stale && w.Code != 200 {
				t.Errorf("%s, link %d: %d %.200s, want stale %t", release, i, w.Code, w.Body, step.stale)
			}
		}
	}
}

// A file that is missing is so behind its link alone; a job that never had one
// is not told to the story.
func TestMissingFile(t *testing.T) {
	for _, release := range Releases() {
		c := newCaller(t, release, withStory(t, "link: {missing: true}"))
		good, failed := c.finished(t, "a.csv", idList(1)), c.finished(t, "b.csv", "x\n")
		for j, rule := range map[job]string{good: "link.missing of scenario story", failed: ""} {
			w := follow(c.s, http.MethodGet, c.link(t, j))
			if w.Code != 404 || !strings.Contains(w.Body.String(), "<Code>NoSuchKey</Code>") || c.lastRule() != rule {
				t.Errorf("%s: %d %s by %q, want by %q", release, w.Code, w.Body, c.lastRule(), rule)
			}
		}
		if state := stateOf(t, c, good.id.String()); !strings.HasSuffix(state, " 1+0 of 1") {
			t.Errorf("%s: the world has %s", release, state)
		}
	}
}

// A file that lost its end is the beginning of the whole one, whatever part of it
// is asked for.
func TestCutFile(t *testing.T) {
	for _, kind := range []struct{ name, slices string }{{"one file", ""}, {"ZIP", "\nslice-size: 3"}} {
		for _, cut := range []int{1, 100, 1 << 30} {
			t.Run(fmt.Sprintf("%s less %d", kind.name, cut), func(t *testing.T) {
				get := func(link string) (caller, string, []byte) {
					c := newCaller(t, "sunflower", withStory(t, link+kind.slices))
					address := c.link(t, c.finished(t, "a.csv", idList(7)))
					return c, address, follow(c.s, http.MethodGet, address).Body.Bytes()
				}
				_, _, whole := get("link: {missing: false}")
				want := whole[:max(0, len(whole)-cut)]
				c, link, got := get(fmt.Sprintf("link: {cut: %d}", cut))
				if len(whole) < 1000 || !bytes.Equal(got, want) {
					t.Fatalf("%d bytes, want the first %d of %d", len(got), len(want), len(whole))
				}
				if rule := c.lastRule(); rule != "link.cut of scenario story" {
					t.Errorf("the file was sent by %q", rule)
				}
				rapid.Check(t, func(t *rapid.T) {
					size := len(want)
					from := rapid.IntRange(0, size+10).Draw(t, "from")
					to := rapid.IntRange(from, size+10).Draw(t, "to")
					header, part := fmt.Sprintf("bytes=%d-%d", from, to), want[min(from, size):min(to+1, size)]
					switch rapid.IntRange(0, 2).Draw(t, "kind") {
					case 1:
						header, part = fmt.Sprintf("bytes=%d-", from), want[min(from, size):]
					case 2:
						header, part = fmt.Sprintf("bytes=-%d", from+1), want[max(0, size-from-1):]
					}
					r := httptest.NewRequest(http.MethodGet, link, nil)
					r.Header.Set("Range", header)
					w := httptest.NewRecorder()
					c.s.ServeHTTP(w, r)
					length := fmt.Sprintf("/%d", size)
					switch {
					case size == 0: // net/http sends an empty file whole
						if w.Body.Len() > 0 && w.Code < 300 {
							t.Errorf("%s of nothing: %d, %d bytes", header, w.Code, w.Body.Len())
						}
					case len(part) == 0:
						if w.Code != http.StatusRequestedRangeNotSatisfiable {
							t.Errorf("%s of %d bytes: %d", header, size, w.Code)
						}
					case w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), part) || !strings.HasSuffix(w.Header().Get("Content-Range"), length):
						t.Errorf("%s of %d bytes: %d with %d bytes, %s, want %d", header, size, w.Code, w.Body.Len(), w.Header().Get("Content-Range"), len(part))
					}
				})
			})
		}
	}
}

// A cut file can be read in any way.
func TestCutContent(t *testing.T) {
	inventory := catalogue.New(1)
	object, whole := stored(t, inventory, nil, 3)
	made, err := newContent(inventory, catalogue.Rules5, object)
	if err != nil {
		t.Fatal(err)
	}
	want := whole[0][:len(whole[0])-100]
	if err := iotest.TestReader(cutContent{made, int64(len(want))}, want); err != nil {
		t.Error(err)
	}
}

// A token lives as long as the story says, but for one that has no end.
func TestTokenLife(t *testing.T) {
	for _, tt := range []struct {
		release, path string
		expires       bool
	}{
		{"guide", "/authn/login", false},
		{"sunflower", "/authn/login", false},
		{"sunflower", "/authn/login-with-expiry", true},
		{"trillium", "/authn/login", true},
		{"trillium", "/authn/login-with-expiry", true},
	} {
		c := newCaller(t, tt.release, withStory(t, "token: {life: 25m}"))
		login := c.do(http.MethodPost, tt.path, `{"username":"diku_admin","password":"admin"}`, "X-Okapi-Token", "")
		c.token = login.Header().Get("X-Okapi-Token")
		if c.token == "" {
			cookies := (&http.Response{Header: login.Header()}).Cookies()
			i := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return c.Name == "folioAccessToken" })
			if i < 0 {
				t.Fatalf("%s %s: %d %s", tt.release, tt.path, login.Code, login.Body)
			}
			if c.token = cookies[i].Value; cookies[i].MaxAge != 25*60 {
				t.Errorf("%s %s: the cookie lives for %d s", tt.release, tt.path, cookies[i].MaxAge)
			}
		}
		for _, step := range []struct {
			by   time.Duration
			good bool
		}{{24*time.Minute + 59*time.Second, true}, {3 * time.Second, !tt.expires}, {365 * 24 * time.Hour, !tt.expires}} {
			c.s.Advance(step.by)
			if w := c.get("/data-export/job-profiles"); (w.Code == 200) != step.good || !step.good && w.Code != 401 {
				t.Errorf("%s %s: %v on: %d %s, want good %t", tt.release, tt.path, step.by, w.Code, w.Body, step.good)
			}
		}
	}
}

// The number of ids to a file is the story's, where the release has such a number.
func TestSliceSize(t *testing.T) {
	for release, want := range map[string][]string{
		"guide":     nil,
		"sunflower": {"a-1-1.mrc 3", "a-1-2.mrc 3", "a-1-3.mrc 1"},
		"trillium":  {"a-1-1.mrc 3", "a-1-2.mrc 3", "a-1-3.mrc 1"},
	} {
		c := newCaller(t, release, withStory(t, "slice-size: 3\nlink: {missing: false}"))
		data := follow(c.s, http.MethodGet, c.link(t, c.finished(t, "a.csv", idList(7)))).Body.Bytes()
		if want == nil {
			if n := countRecords(t, data); n != 7 {
				t.Errorf("%s: %d records", release, n)
			}
			continue
		}
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range archive.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%s %d", f.Name, countRecords(t, []byte(readAll(t, r)))))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: members %v, want %v", release, got, want)
		}
	}
}

const stuckStory = `summary: A story.
evidence: [here]
job:
  - state: IN_PROGRESS
  - progress: 50%
    in: 10m
  - never
`

// The timer of a story fails its dead jobs, in releases that have expire-jobs.
func TestExpireEvery(t *testing.T) {
	story := stuckStory + "expire-every: 30m\nexpect: {outcome: fail, file: false, exports: 1}\n"
	for release, want := range map[string]string{"guide": "IN_PROGRESS", "sunflower": "FAIL 90", "trillium": "FAIL 90"} {
		c := newCaller(t, release, withFile(t, story))
		j := c.export(t, "a.csv", idList(4))
		began := c.s.Now()
		c.s.Advance(90*time.Minute - time.Nanosecond) // the last save was within the first ten minutes
		if got := stateOf(t, c, j.id.String()); !strings.HasPrefix(got, "IN_PROGRESS") {
			t.Errorf("%s: too early it is %s", release, got)
		}
		c.s.Advance(24 * time.Hour)
		found := c.jobs(t, "query=id=="+j.id.String())[0]
		got := string(found.Status)
		if found.CompletedDate != nil {
			got += fmt.Sprintf(" %.0f", found.CompletedDate.Sub(began.Truncate(time.Millisecond)).Minutes())
		}
		if got != want {
			t.Errorf("%s: %s, want %s", release, got, want)
		}
	}
}

// endsIn is how long after its export each job will end.
func (c caller) endsIn(t testing.TB, j job) time.Duration {
	t.Helper()
	var in time.Duration
	err := c.s.with(c.s.tenants["diku"], func(w *folio.World) error {
		end, ends := w.EndOf(j.id)
		if !ends {
			t.Fatal("it never ends")
		}
		in = end.Sub(c.s.Now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// A span is drawn for each job from the seed: the same for the same, another for
// another, and within its bounds.
func TestSpans(t *testing.T) {
	const story = `summary: A story.
evidence: [here]
job:
  - state: IN_PROGRESS
  - progress: 50%
    in: 10s..20s
  - wait: 1h..2h
  - progress: 100%
    in: 5s
  - state: end
expect: {outcome: success, file: true, exports: 1}
`
	run := func(release string, options ...Option) (ends []time.Duration) {
		c := newCaller(t, release, append(options, withFile(t, story))...)
		for range 20 {
			j := c.export(t, "a.csv", idList(2))
			ends = append(ends, c.endsIn(t, j))
			c.s.Advance(time.Minute)
		}
		return ends
	}
	for _, release := range Releases() {
		ends := run(release)
		if again := run(release); !slices.Equal(again, ends) {
			t.Errorf("%s: %v and then %v", release, ends, again)
		}
		other := run(release, WithSeed(2))
		sorted := slices.Sorted(slices.Values(ends))
		least, most := time.Hour+15*time.Second, 2*time.Hour+26*time.Second // and the little in which 2020 starts
		if sorted[0] < least || sorted[19] > most || sorted[19]-sorted[0] < 20*time.Minute || len(slices.Compact(sorted)) < 15 {
			t.Errorf("%s: the jobs end after %v", release, ends)
		}
		same := 0
		for i := range ends {
			if ends[i] == other[i] {
				same++
			}
		}
		if same > 2 {
			t.Errorf("%s: with another seed %d of 20 jobs take as long", release, same)
		}
	}
}

// The first case that fits a job tells its story: by the number of the export in
// its tenant, by the name of its list, by its profile.
func TestCases(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/cases.yaml", `extends: ok
summary: A story.
evidence: [here]
cases:
  - {file: "*-both.csv", number: 4, story: stuck}
  - {number: 2, story: fail}
  - {file: "bad-*.csv", story: fail}
  - {profile: 5e9835fc-0e51-44c8-8a47-f7b8fce35da7, story: stuck}
  - {profile: Default authority export job profile, story: stuck}
`)
	const good, bad, stuck = "COMPLETED", "FAIL", "IN_PROGRESS"
	c := newCaller(t, "sunflower", WithScenario(dir+"/cases.yaml"), WithTenants("diku", "other"))
	for i, step := range []struct{ file, profile, want string }{
		{"a.csv", instances, good},
		{"a.csv", instances, bad}, // the second
		{"bad-1.csv", instances, bad},
		{"bad-both.csv", instances, stuck}, // the fourth, and named so
		{"bad-both.csv", instances, bad},   // named so, but the fifth
		{"bad.csv", instances, good},
		{"x-bad-1.csv", instances, good},
		{"a.csv", holdings, stuck},
		{"a.csv", authority, stuck},
		{"bad-1.csv", holdings, bad}, // the case before
	} {
		created := c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"`+step.file+`"}`)
		definition, id := member(t, created, "id"), member(t, created, "jobExecutionId")
		c.do(http.MethodPost, "/data-export/file-definitions/"+definition+"/upload", idList(5), "Content-Type", "application/octet-stream")
		c.do(http.MethodPost, "/data-export/export", fmt.Sprintf(`{"fileDefinitionId":%q,"jobProfileId":%q}`, definition, step.profile))
		c.s.Advance(time.Hour)
		if got, _, _ := strings.Cut(stateOf(t, c, id), " "); got != step.want {
			t.Errorf("export %d, %s with profile %.8s: %s, want %s", i+1, step.file, step.profile, got, step.want)
		}
	}
	// Another tenant counts for itself.
	list := folio.List{FileName: "a.csv"}
	for number, want := range []string{"cases", "fail", "cases"} {
		if story, n := c.s.tenants["other"].tell(list); story.Name != want || n != number+1 {
			t.Errorf("export %d of another tenant is told %s as number %d, want %s", number+1, story.Name, n, want)
		}
	}
}

// Whatever stories do to a list: the file has as many bytes as were announced,
// and as many records as the job has exported, each of which can be read.
func TestFilesAreAsAnnounced(t *testing.T) {
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) {
			c := newCaller(t, release)
			row := c.s.release
			rapid.Check(t, func(t *rapid.T) {
				w := folio.NewWorld(folio.Config{Release: row, Tenant: "diku", Seed: 1, Start: row.Instant})
				admin := w.Users()[0]
				lines := strings.Split(idList(40), "\n")
				list := rapid.SliceOfN(rapid.SampledFrom(append(lines, "x", strings.ToUpper(c.s.inventory.Named()[0].String()))), 0, 80).Draw(t, "list")
				reading := row.Input
				reading.SliceSize = rapid.SampledFrom([]int{3, 100}).Draw(t, "slice")
				rules := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) folio.Rule {
					return folio.Rule{
						Answer: folio.RecordAnswer(rapid.IntRange(0, int(folio.Repeated)).Draw(t, "answer")),
						Every:  rapid.IntRange(1, 5).Draw(t, "every"),
					}
				}), 0, 4).Draw(t, "rules")

				d, err := w.CreateFileDefinition(admin, folio.NewFileDefinition{FileName: "a.csv"})
				if err != nil {
					t.Fatal(err)
				}
				in, err := folio.ReadInput(strings.NewReader(strings.Join(list, "\n")), row.Input)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := w.EndUpload(d.ID, in); err != nil {
					t.Fatal(err)
				}
				arrived, special := in.Under(rules)
				o := folio.Classify(arrived, reading, folio.Known{Inventory: c.s.inventory, Mapping: row.Mapping, Special: special})
				asked := folio.ExportRequest{Definition: d.ID, Profile: row.Profiles[0].ID}
				j, err := w.StartExport(admin, asked, o, []folio.Step{{Status: "IN_PROGRESS"}, {Status: o.FinalStatus(row.Job)}})
				if err != nil {
					t.Fatal(err)
				}
				object, ok := w.Object(j.ID, j.Files[len(j.Files)-1].Name)
				if ok != (o.Exported > 0) {
					t.Fatalf("%d records, stored: %t", o.Exported, ok)
				}
				if !ok {
					return
				}
				made, err := newContent(c.s.inventory, row.Mapping, object)
				if err != nil {
					t.Fatal(err)
				}
				data, err := io.ReadAll(made)
				if err != nil || int64(len(data)) != made.size {
					t.Fatalf("%v: %d bytes, announced %d", err, len(data), made.size)
				}
				records := 0
				if object.Members == nil {
					records = countRecords(t, data)
				} else {
					archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
					if err != nil {
						t.Fatal(err)
					}
					for _, f := range archive.File {
						r, err := f.Open()
						if err != nil {
							t.Fatal(err)
						}
						member, err := io.ReadAll(r)
						if err != nil {
							t.Fatal(err)
						}
						records += countRecords(t, member)
					}
				}
				if records != o.Exported {
					t.Fatalf("%d records in the file, exported %d", records, o.Exported)
				}
			})
		})
	}
}

// Two source records of one instance differ in their own id and by a note, which
// whoever looks at the file sees.
func TestTwoRecordsOfOneInstance(t *testing.T) {
	c := newCaller(t, "sunflower", withStory(t, "records: two-sources\nlink: {missing: false}"))
	id := c.s.inventory.Named()[0]
	data := follow(c.s, http.MethodGet, c.link(t, c.finished(t, "a.csv", id.String()))).Body.String()
	pair := c.s.inventory.SourceRecords(id)
	const note = "\x1e  \x1faSecond record of this instance."
	records := strings.SplitAfter(data, "\x1d")
	if len(records) != 3 {
		t.Fatalf("the file is %q", data)
	}
	for i, id := range pair {
		if strings.Count(records[i], id.String()) != 1 || strings.Count(records[i], note) != i {
			t.Errorf("record %d is %q", i+1, records[i])
		}
	}
	if pair[0] == uuid.Nil || pair[1] == uuid.Nil {
		t.Errorf("the records are %v", pair)
	}
}
