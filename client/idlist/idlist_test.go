package idlist_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

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
	endless := io.LimitReader(newlines{}, idlist.MaxLines+1)
	if _, err := idlist.Inspect(endless); !errors.Is(err, idlist.ErrTooLong) {
		t.Errorf("got %v", err)
	}
	long := strings.Repeat("x", 1<<20)
	if r, err := idlist.Inspect(strings.NewReader(long)); err != nil || r.Odd != 1 || len(r.OddText) > 100 {
		t.Errorf("%+v, %v", r, err)
	}
	broken := iotest.ErrReader(errors.New("the disk is gone"))
	if _, err := idlist.Inspect(broken); err == nil {
		t.Error("no error of the reader")
	}
	if err := idlist.Clean(io.Discard, broken); err == nil {
		t.Error("no error of the reader")
	}
}

type newlines struct{}

func (newlines) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '\n'
	}
	return len(p), nil
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
		after, err := idlist.Inspect(&clean)
		if err != nil {
			t.Fatal(err)
		}
		if want := (idlist.Report{Lines: before.IDs, IDs: before.IDs}); after != want {
			t.Errorf("%+v was cleaned to %+v", before, after)
		}
	})
}
