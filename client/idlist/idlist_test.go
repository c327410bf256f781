package idlist_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/client/idlist"
)

const (
	a = "0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11"
	b = "5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11"
)

func TestInspectAndClean(t *testing.T) {
	for name, tt := range map[string]struct {
		list  string
		want  idlist.Report
		clean string
		says  []string // part of each remark, in order
	}{
		"plain":                 {a + "\n" + b + "\n", idlist.Report{Lines: 2, IDs: 2}, a + "\n" + b + "\n", nil},
		"no last end":           {a + "\r\n" + b, idlist.Report{Lines: 2, IDs: 2}, a + "\n" + b + "\n", nil},
		"old Mac":               {a + "\r" + b + "\r", idlist.Report{Lines: 2, IDs: 2}, a + "\n" + b + "\n", nil},
		"quoted":                {`"` + a + `"` + "\n", idlist.Report{Lines: 1, IDs: 1}, a + "\n", nil},
		"capitals":              {strings.ToUpper(a) + "\n" + a, idlist.Report{Lines: 2, IDs: 1, Repeated: 1}, a + "\n", []string{"1 line of an id that stood in the list before"}},
		"header":                {"Instance UUID\n" + a, idlist.Report{Lines: 2, IDs: 1, Header: "Instance UUID"}, a + "\n", []string{`line 1, "Instance UUID", looks like the name of a column`}},
		"mark":                  {"\ufeff" + a, idlist.Report{Lines: 1, IDs: 1, Mark: true}, a + "\n", []string{"byte order mark"}},
		"blanks":                {a + "\n\n  \n", idlist.Report{Lines: 3, IDs: 1, Blank: 2}, a + "\n", []string{"2 blank lines"}},
		"padded":                {" " + a + "\n" + b + ",title\n", idlist.Report{Lines: 2, IDs: 2, Padded: 2}, a + "\n" + b + "\n", []string{"2 ids with something around them"}},
		"odd":                   {a + "\nabc\n1-2-3-4-5\n", idlist.Report{Lines: 3, IDs: 1, Odd: 2, OddLine: 2, OddText: "abc"}, a + "\n", []string{`the first is line 2, "abc"`}},
		"a header that is none": {a + "\nuuid\n", idlist.Report{Lines: 2, IDs: 1, Odd: 1, OddLine: 2, OddText: "uuid"}, a + "\n", []string{`line 2, "uuid"`}},
		"UTF-16":                {wide(binary.LittleEndian, "uuid\r\n"+a+"\tA night\r\n"+b+"\r\n"), idlist.Report{Lines: 3, IDs: 2, Header: "uuid", Padded: 1, UTF16: true}, a + "\n" + b + "\n", []string{"the list is UTF-16"}},
		"UTF-16, big end first": {wide(binary.BigEndian, a+"\n"), idlist.Report{Lines: 1, IDs: 1, UTF16: true}, a + "\n", []string{"the list is UTF-16"}},
		"UTF-16, cut":           {wide(binary.LittleEndian, a)[:73], idlist.Report{Lines: 1, Odd: 1, OddLine: 1, OddText: a[:35] + "\ufffd", UTF16: true}, "", []string{"the list is UTF-16"}},
		"empty":                 {"", idlist.Report{}, "", nil},
	} {
		got, err := idlist.Inspect(strings.NewReader(tt.list))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, tt.want)
		}
		remarks := got.Remarks()
		if len(remarks) != len(tt.says) {
			t.Errorf("%s: %q", name, remarks)
		}
		for i, part := range tt.says {
			if i < len(remarks) && !strings.Contains(remarks[i], part) {
				t.Errorf("%s: %q lacks %q", name, remarks[i], part)
			}
		}
		var clean bytes.Buffer
		if err := idlist.Clean(&clean, strings.NewReader(tt.list)); err != nil || clean.String() != tt.clean {
			t.Errorf("%s: cleaned to %q, %v, want %q", name, clean.String(), err, tt.clean)
		}
	}
}

// wide is a text as spreadsheets save Unicode.
func wide(order binary.AppendByteOrder, text string) string {
	var list []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		list = order.AppendUint16(list, unit)
	}
	return string(list)
}

func TestBounds(t *testing.T) {
	many := strings.NewReader(strings.Repeat("\n", idlist.MaxLines+1))
	if _, err := idlist.Inspect(many); !errors.Is(err, idlist.ErrTooLong) {
		t.Errorf("got %v", err)
	}
	if err := idlist.Clean(io.Discard, many); !errors.Is(err, idlist.ErrTooLong) {
		t.Errorf("got %v", err)
	}
	long := strings.Repeat("x", 1<<20)
	if r, err := idlist.Inspect(strings.NewReader(long)); err != nil || r.Odd != 1 || len(r.OddText) > 100 {
		t.Errorf("%+v, %v", r, err)
	}
}

// A list may break at any reading, and before it at each return to its beginning.
func TestBrokenList(t *testing.T) {
	const list = a + "\n" + a + "\n"
	for good := range 5 {
		broken := &failing{ReadSeeker: strings.NewReader(list), left: good}
		_, err := idlist.Inspect(broken)
		if errors.Is(err, errDisk) != (good < 4) {
			t.Errorf("Inspect, the list is lost after %d steps: %v", good, err)
		}
		broken = &failing{ReadSeeker: strings.NewReader(list), left: good}
		if err := idlist.Clean(io.Discard, broken); errors.Is(err, errDisk) != (good < 4) {
			t.Errorf("Clean, the list is lost after %d steps: %v", good, err)
		}
	}
}

// failing is a list that is lost after so many steps: a return to its beginning,
// and the reading that follows, are one each.
type failing struct {
	io.ReadSeeker
	left int
}

var errDisk = errors.New("the disk is gone")

func (f *failing) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		if f.left == 0 {
			return 0, errDisk
		}
		f.left--
	}
	return f.ReadSeeker.Seek(offset, whence)
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.ReadSeeker.Read(p)
	if err == io.EOF {
		if f.left == 0 {
			return n, errDisk
		}
		f.left--
	}
	return n, err
}

// Two ids can share what is kept of them, and are two ids all the same.
func TestIDsThatLookAlike(t *testing.T) {
	const twin = "0a1c6d1e-5b0f-4f3b-3e1a-a1b79edb0f04"
	list := strings.NewReader(a + "\n" + twin + "\n" + a + "\n" + b + "\n")
	got, err := idlist.Inspect(list)
	if want := (idlist.Report{Lines: 4, IDs: 3, Repeated: 1}); err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	var clean strings.Builder
	if err := idlist.Clean(&clean, list); err != nil || clean.String() != a+"\n"+twin+"\n"+b+"\n" {
		t.Errorf("cleaned to %q, %v", clean.String(), err)
	}
}

// A long list costs eight bytes an id, and what reading any list costs.
func TestMemoryOfLongList(t *testing.T) {
	const n = 100_000
	list := bytes.NewReader(numbered(n))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := idlist.Inspect(list)
	runtime.ReadMemStats(&after)
	if err != nil || got.IDs != n {
		t.Fatalf("%+v, %v", got, err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8*n+256<<10 {
		t.Errorf("%d bytes for %d ids", grown, n)
	}
}

// numbered is a list of so many ids.
func numbered(n int) []byte {
	var list bytes.Buffer
	for i := range n {
		list.WriteString(uuid.NewSHA1(uuid.NameSpaceOID, []byte(strconv.Itoa(i))).String())
		list.WriteByte('\n')
	}
	return list.Bytes()
}

func BenchmarkInspect(b *testing.B) {
	list := numbered(1_000_000)
	b.SetBytes(int64(len(list)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := idlist.Inspect(bytes.NewReader(list)); err != nil {
			b.Fatal(err)
		}
	}
}

// What is cleaned needs no remark, and has as many ids.
func FuzzClean(f *testing.F) {
	f.Add([]byte("\ufeffuuid\r" + a + "\n\"" + b + "\",x\n\n" + a))
	f.Add([]byte(wide(binary.LittleEndian, "uuid\r\n"+a+"\tA night 🌙\r\n")))
	f.Fuzz(func(t *testing.T, list []byte) {
		before, err := idlist.Inspect(bytes.NewReader(list))
		if err != nil {
			t.Fatal(err)
		}
		var clean bytes.Buffer
		if err := idlist.Clean(&clean, bytes.NewReader(list)); err != nil {
			t.Fatal(err)
		}
		after, err := idlist.Inspect(bytes.NewReader(clean.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if want := (idlist.Report{Lines: before.IDs, IDs: before.IDs}); after != want {
			t.Errorf("%+v was cleaned to %+v", before, after)
		}
	})
}
