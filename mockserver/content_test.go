package mockserver

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/internal/marc"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
)

// stored makes an object of slices with so many records, and says what its
// slices hold.
func stored(t testing.TB, c *catalogue.Catalogue, names []string, records ...int) (folio.Object, [][]byte) {
	t.Helper()
	object := folio.Object{Name: "a.mrc", Members: names}
	var whole [][]byte
	for i, n := range records {
		ids := make([]uuid.UUID, n)
		var data []byte
		for j := range ids {
			ids[j][0], ids[j][14], ids[j][15] = byte(i), byte(j>>8), byte(j)
			var err error
			if data, err = c.AppendRecord(data, ids[j], catalogue.Rules5); err != nil {
				t.Fatal(err)
			}
		}
		object.Slices = append(object.Slices, folio.Slice{Instances: ids})
		object.Bytes += int64(len(data))
		whole = append(whole, data)
	}
	return object, whole
}

// What is read is the records of the ids one after the other, as many bytes as
// were announced, from wherever one begins to read.
func TestContent(t *testing.T) {
	inventory := catalogue.New(1)
	for _, records := range []int{0, 1, 2, 300} {
		object, whole := stored(t, inventory, nil, records)
		c, err := newContent(inventory, catalogue.Rules5, object)
		if err != nil {
			t.Fatal(err)
		}
		if c.size != int64(len(whole[0])) {
			t.Errorf("%d records: %d bytes are announced, want %d", records, c.size, len(whole[0]))
		}
		if err := iotest.TestReader(c, whole[0]); err != nil {
			t.Errorf("%d records: %v", records, err)
		}
		if n := countRecords(t, whole[0]); n != records {
			t.Errorf("%d records are %d", records, n)
		}
	}
}

func countRecords(t interface {
	Helper()
	Fatal(args ...any)
}, data []byte,
) int {
	t.Helper()
	n := 0
	for _, err := range marc.Records(bytes.NewReader(data)) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// A ZIP that is made while it is sent has the length that was worked out before,
// and others can read it.
func TestContentOfZIP(t *testing.T) {
	inventory := catalogue.New(1)
	for _, names := range [][]string{{"a-1-1.mrc"}, {"a-1-1.mrc", "a-1-2.mrc"}, {"ä-1.mrc", "夜-2.mrc", "a b/c-3.mrc"}} {
		records := []int{120, 1, 300}[:len(names)]
		object, whole := stored(t, inventory, names, records...)
		c, err := newContent(inventory, catalogue.Rules5, object)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(c)
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(data)) != c.size {
			t.Errorf("%v: %d bytes, %d were announced", names, len(data), c.size)
		}
		if _, err := c.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(c, data); err != nil {
			t.Errorf("%v: %v", names, err)
		}
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		if len(archive.File) != len(names) {
			t.Errorf("%v: %d members", names, len(archive.File))
		}
		for i, f := range archive.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if text := readAll(t, r); f.Name != names[i] || text != string(whole[i]) {
				t.Errorf("member %d is %s with %d bytes, want %s with %d", i, f.Name, len(text), names[i], len(whole[i]))
			}
		}
	}
}

// What cannot be announced rightly is not begun.
func TestContentOfTooLargeZIP(t *testing.T) {
	_, err := newContent(catalogue.New(1), catalogue.Rules5, folio.Object{Name: "a.zip", Members: []string{"a", "b"}, Bytes: 1 << 32})
	if want := "a.zip has more than 4 GiB, for which a ZIP is laid out otherwise"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestSeek(t *testing.T) {
	inventory := catalogue.New(1)
	object, whole := stored(t, inventory, nil, 3)
	c, err := newContent(inventory, catalogue.Rules5, object)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seek(-1, io.SeekStart); err == nil {
		t.Error("there is something before the start")
	}
	if at, err := c.Seek(10, io.SeekEnd); err != nil || at != int64(len(whole[0]))+10 {
		t.Errorf("behind the end: %d, %v", at, err)
	}
	if n, err := c.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("read %d bytes behind the end, %v", n, err)
	}
}

// Any range of a file is that part of the whole, over HTTP.
func TestRanges(t *testing.T) {
	for _, kind := range []struct {
		name  string
		slice int
	}{{"one file", 0}, {"ZIP", 3}} {
		t.Run(kind.name, func(t *testing.T) {
			c := newCaller(t, "sunflower")
			if kind.slice > 0 {
				c.s.release.Input.SliceSize = kind.slice
			}
			link := c.link(t, c.finished(t, "a.csv", idList(7)))
			whole := follow(c.s, http.MethodGet, link).Body.Bytes()
			if zipped := bytes.HasPrefix(whole, []byte("PK")); zipped != (kind.slice > 0) {
				t.Fatalf("the file begins %.10q", whole)
			}
			rapid.Check(t, func(t *rapid.T) {
				size := len(whole)
				from := rapid.IntRange(0, size+10).Draw(t, "from")
				to := rapid.IntRange(from, size+10).Draw(t, "to")
				header, want := fmt.Sprintf("bytes=%d-%d", from, to), whole[min(from, size):min(to+1, size)]
				switch rapid.IntRange(0, 2).Draw(t, "kind") {
				case 1:
					header, want = fmt.Sprintf("bytes=%d-", from), whole[min(from, size):]
				case 2:
					header, want = fmt.Sprintf("bytes=-%d", from+1), whole[max(0, size-from-1):]
				}
				r := httptest.NewRequest(http.MethodGet, link, nil)
				r.Header.Set("Range", header)
				w := httptest.NewRecorder()
				c.s.ServeHTTP(w, r)
				switch {
				case len(want) == 0:
					if w.Code != http.StatusRequestedRangeNotSatisfiable {
						t.Errorf("%s of %d bytes: %d", header, size, w.Code)
					}
				case w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), want):
					t.Errorf("%s of %d bytes: %d with %d bytes, want %d", header, size, w.Code, w.Body.Len(), len(want))
				}
			})
		})
	}
}

// A file is sent whole with its length, and a HEAD that is signed as such gets
// the length alone.
func TestStoreAnswers(t *testing.T) {
	c := newCaller(t, "sunflower")
	link := c.link(t, c.finished(t, "a.csv", idList(3)))
	get := follow(c.s, http.MethodGet, link)
	length := fmt.Sprint(get.Body.Len())
	for name, want := range map[string]string{"Content-Length": length, "Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"} {
		if got := get.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if n := countRecords(t, get.Body.Bytes()); n != 3 {
		t.Errorf("%d records", n)
	}

	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("X-Amz-Signature", c.s.links.signature(http.MethodHead, u.EscapedPath(), query, u.Host))
	u.RawQuery = query.Encode()
	head := follow(c.s, http.MethodHead, u.String())
	if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Length") != length {
		t.Errorf("HEAD: %d, %d bytes, Content-Length %q", head.Code, head.Body.Len(), head.Header().Get("Content-Length"))
	}

	again := httptest.NewRequest(http.MethodGet, link, nil)
	again.Header.Set("If-None-Match", get.Header().Get("Etag"))
	w := httptest.NewRecorder()
	c.s.ServeHTTP(w, again)
	if w.Code != http.StatusNotModified {
		t.Errorf("the same file again: %d", w.Code)
	}
}

// A list that is longer than a slice comes as a ZIP, named so, with a member for
// each slice.
func TestLongListIsZipped(t *testing.T) {
	c := newCaller(t, "trillium")
	c.s.release.Input.SliceSize = 2
	link := c.link(t, c.finished(t, "a b.csv", idList(3)))
	if !strings.Contains(link, "/a%20b-1.zip?") {
		t.Errorf("the link is %s", link)
	}
	data := follow(c.s, http.MethodGet, link).Body.Bytes()
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
	if want := []string{"a b-1-1.mrc 2", "a b-1-2.mrc 1"}; !slices.Equal(got, want) {
		t.Errorf("members %v, want %v", got, want)
	}
}

// A file that is not what was announced is a defect that is told, though its
// head is out already.
func TestContentThatIsNotAsAnnounced(t *testing.T) {
	c := newCaller(t, "guide")
	j := c.finished(t, "a.csv", idList(3))
	link := c.link(t, j)
	c.s.release.Mapping = catalogue.Rules5 // after the lengths were summed by the other rules
	w := c.do("GET", strings.TrimPrefix(link, "http://example.com"), "", "X-Okapi-Token", "")
	if found := c.s.Violations(); len(found) != 1 || !strings.Contains(found[0], "was announced with") {
		t.Errorf("%d, %d bytes, violations %q", w.Code, w.Body.Len(), found)
	}
	c.s.violations = nil
}
