package catalogue

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/internal/marc"
)

// nods are the named instances with the word, in the order of their HRIDs.
func nods(c *Catalogue) (found []Instance) {
	for _, id := range c.Named() {
		if i := c.Instance(id); slices.Contains(i.Words(), "nod") {
			found = append(found, i)
		}
	}
	return found
}

func TestNod(t *testing.T) {
	found := nods(New(1))
	if len(found) != 25 {
		t.Errorf("%d instances have the word", len(found))
	}
	for _, i := range found {
		if !slices.Contains(Words(i.Title), "nod") {
			t.Errorf("%s has the word, but not in its title %q", i.HRID, i.Title)
		}
	}
}

// The order by title is the same for every collation that a database may have.
func TestOrderOfTheNods(t *testing.T) {
	collations := map[string]func(string) string{
		"bytes":                   func(s string) string { return s },
		"case folded":             strings.ToLower,
		"accents folded":          func(s string) string { return strings.Join(Words(s), " ") },
		"letters and digits only": func(s string) string { return strings.Join(Words(s), "") },
	}
	var want []string
	for _, name := range slices.Sorted(maps.Keys(collations)) {
		key := collations[name]
		found := nods(New(1))
		slices.SortStableFunc(found, func(a, b Instance) int { return cmp.Compare(key(a.Title), key(b.Title)) })
		var titles []string
		for n, i := range found {
			titles = append(titles, i.Title)
			if n > 0 && key(i.Title) == key(titles[n-1]) {
				t.Errorf("%s: %q and %q are equal", name, titles[n-1], i.Title)
			}
		}
		if titles[0] != "A nod to the night ferry" || found[0].HRID != "in00000000001" {
			t.Errorf("%s: %s %q comes first", name, found[0].HRID, titles[0])
		}
		if want == nil {
			want = titles
		}
		if !slices.Equal(titles, want) {
			t.Errorf("%s: another order\n%q\n%q", name, titles, want)
		}
	}
}

func TestNamed(t *testing.T) {
	c := New(1)
	ids := c.Named()
	if len(ids) != 100 || len(slices.Compact(slices.SortedFunc(slices.Values(ids), compareIDs))) != 100 {
		t.Fatalf("%d named instances, or not all different", len(ids))
	}
	if slices.MinFunc(ids, compareIDs) != ids[0] {
		t.Errorf("the first id is not the lowest")
	}
	var foreign, marcs int
	titles := map[string]bool{}
	for n, id := range ids {
		i := c.Instance(id)
		if !c.Contains(id) || i.ID != id || id.Version() != 4 || id.Variant() != uuid.RFC4122 {
			t.Errorf("%v is not what it should be", id)
		}
		if want := fmt.Sprintf("in%011d", n+1); i.HRID != want {
			t.Errorf("HRID %s, want %s", i.HRID, want)
		}
		if titles[i.Title] || i.Title == "" || !utf8.ValidString(i.Title) {
			t.Errorf("%s: title %q", i.HRID, i.Title)
		}
		titles[i.Title] = true
		if i.Created.Year() != 2019 || i.Updated.Year() != 2020 || i.Updated.Month() > time.July {
			t.Errorf("%s: created %v, updated %v", i.HRID, i.Created, i.Updated)
		}
		if !isASCII(i.Title) {
			foreign++
		}
		if i.Source == SourceMARC {
			marcs++
		}
	}
	if foreign < 20 || marcs < 20 || marcs > 30 {
		t.Errorf("%d titles are not ASCII, %d records are stored", foreign, marcs)
	}
	if c.Source(ids[0]) != SourceMARC {
		t.Errorf("the first named instance has no stored record")
	}

	ids[0] = uuid.Nil
	if c.Named()[0] == uuid.Nil {
		t.Error("Named gave away its own slice")
	}
	if c.Contains(uuid.Nil) {
		t.Error("the nil UUID is named")
	}
}

// One list of ids must fit every server: the named do not depend on the seed, all others do.
func TestSeed(t *testing.T) {
	a, b, again := New(1), New(2), New(1)
	for _, id := range a.Named() {
		if record(t, a, id, Rules5) != record(t, b, id, Rules5) {
			t.Errorf("%v differs between seeds", id)
		}
	}
	same := 0
	for n := range 200 {
		id := numbered(n)
		if record(t, a, id, Rules5) != record(t, again, id, Rules5) {
			t.Errorf("%v differs between two catalogues of one seed", id)
		}
		if record(t, a, id, Rules5) == record(t, b, id, Rules5) {
			same++
		}
	}
	if same != 0 {
		t.Errorf("%d of 200 records do not depend on the seed", same)
	}
}

// Every bit of seed and id counts.
func TestDraw(t *testing.T) {
	id := numbered(1)
	draws := map[draw]bool{newDraw(1, id): true}
	for bit := range 64 {
		draws[newDraw(1^1<<bit, id)] = true
	}
	for bit := range 128 {
		other := id
		other[bit/8] ^= 1 << (bit % 8)
		draws[newDraw(1, other)] = true
	}
	if len(draws) != 1+64+128 {
		t.Errorf("%d different draws", len(draws))
	}
}

// What the package comment promises of the others, in rough numbers.
func TestOthers(t *testing.T) {
	c := New(1)
	const total = 4000
	var foreign, marcs int
	hrid := regexp.MustCompile(`^in[1-9]\d{10}$`)
	for n := range total {
		i := c.Instance(numbered(n))
		if !hrid.MatchString(i.HRID) {
			t.Fatalf("HRID %q", i.HRID)
		}
		if i.Created.Year() < 2010 || i.Updated.Before(i.Created) || i.Updated.Year() > 2020 {
			t.Errorf("%s: created %v, updated %v", i.HRID, i.Created, i.Updated)
		}
		if slices.Contains(i.Words(), "nod") {
			t.Errorf("%s has the word: %q", i.HRID, i.Title)
		}
		if !slices.Contains(i.Languages, "eng") && len(i.Languages) > 0 {
			foreign++
		}
		if i.Source == SourceMARC {
			marcs++
		}
		if i.Source != c.Source(i.ID) {
			t.Errorf("%s: source %s, and %s", i.HRID, i.Source, c.Source(i.ID))
		}
	}
	if foreign < total*28/100 || foreign > total*38/100 || marcs < total*22/100 || marcs > total*28/100 {
		t.Errorf("of %d instances %d are foreign and %d have a stored record", total, foreign, marcs)
	}
}

func TestRecordLength(t *testing.T) {
	c := New(1)
	for _, id := range c.Named() {
		checkLength(t, c, id)
	}
	rapid.Check(t, func(t *rapid.T) {
		id := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		checkLength(t, New(rapid.Uint64().Draw(t, "seed")), id)
	})
}

func checkLength(t rapid.TB, c *Catalogue, id uuid.UUID) {
	for _, m := range []Mapping{Rules2020, Rules5} {
		if got, want := c.RecordLength(id, m), len(record(t, c, id, m)); got != want {
			t.Errorf("%v, rules %d: RecordLength %d, but %d bytes", id, m, got, want)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	c := New(1)
	want := record(t, c, c.Named()[3], Rules5)
	for n := range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for range 200 {
				record(t, c, numbered(n), Rules2020)
				if record(t, c, c.Named()[3], Rules5) != want {
					t.Error("the record changed")
				}
			}
		})
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"A nod to the night ferry":     {"a", "nod", "to", "the", "night", "ferry"},
		"Rain, rye, and a NOD":         {"rain", "rye", "and", "a", "nod"},
		"Příběhy ze země Nod":          {"pribehy", "ze", "zeme", "nod"},
		"e\u0301loge Éloge":            {"eloge", "eloge"},
		"Nodding : the node's anodyne": {"nodding", "the", "node", "s", "anodyne"},
		"(OCoLC)9900000001 990-1":      {"ocolc", "9900000001", "990", "1"},
		"Nod : 頷きの":                    {"nod", "頷きの"},
		" ; ":                          nil,
	} {
		if got := Words(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func BenchmarkAppendRecord(b *testing.B) {
	for _, bm := range []struct {
		name string
		m    Mapping
	}{{"2020", Rules2020}, {"5", Rules5}} {
		b.Run(bm.name, func(b *testing.B) {
			c := New(1)
			dst := make([]byte, 0, 1<<12)
			ids, bytes := benchIDs(c, bm.m)
			b.SetBytes(int64(bytes / len(ids)))
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if _, err := c.AppendRecord(dst, ids[n%len(ids)], bm.m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRecordLength(b *testing.B) {
	c := New(1)
	ids, _ := benchIDs(c, Rules5)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		c.RecordLength(ids[n%len(ids)], Rules5)
	}
}

func benchIDs(c *Catalogue, m Mapping) (ids []uuid.UUID, bytes int) {
	for n := range 1024 {
		id := numbered(n)
		ids = append(ids, id)
		bytes += c.RecordLength(id, m)
	}
	return ids, bytes
}

// record is the record's bytes.
func record(t rapid.TB, c *Catalogue, id uuid.UUID, m Mapping) string {
	t.Helper()
	raw, err := c.AppendRecord(nil, id, m)
	if err != nil {
		t.Fatalf("%v: %v", id, err)
	}
	return string(raw)
}

// readRecord is the record, as read back.
func readRecord(t *testing.T, c *Catalogue, id uuid.UUID, m Mapping) (found marc.Record) {
	t.Helper()
	n := 0
	for r, err := range marc.Records(bytes.NewReader([]byte(record(t, c, id, m)))) {
		if err != nil {
			t.Fatalf("%v: %v", id, err)
		}
		found = r
		n++
	}
	if n != 1 {
		t.Fatalf("%v: %d records", id, n)
	}
	return found
}

// numbered is one of many UUIDs of version 4.
func numbered(n int) uuid.UUID { return draw(n).recordID() }

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}
