package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// had is a file as it is after its download.
func had(name, body string) (File, *strings.Reader) {
	return File{FileName: name, Bytes: int64(len(body)), Records: strings.Count(body, "\x1d"), SHA256: sumOf(body)}, strings.NewReader(body)
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func rootAt(t *testing.T, dir string) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

func TestUnpack(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ids-1-2.mrc"), []byte("what was there before"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, body := had("ids-1.zip", zipped(t, "ids-1-1.mrc", mrc(3), "ids-1-2.mrc", mrc(4)))
	got, err := Unpack(t.Context(), rootAt(t, dir), file, body)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprint([]Member{{"ids-1-1.mrc", int64(3 * len(record)), 3, sumOf(mrc(3))}, {"ids-1-2.mrc", int64(4 * len(record)), 4, sumOf(mrc(4))}})
	if fmt.Sprint(got) != want {
		t.Errorf("got %v\nwant %v", got, want)
	}
	file, body = had("ids-2.mrc", mrc(5))
	if got, err := Unpack(t.Context(), rootAt(t, dir), file, body); err != nil || len(got) != 1 || got[0].Records != 5 {
		t.Errorf("%v, %v", got, err)
	}
	wantFiles(t, dir, map[string]string{"ids-1-1.mrc": mrc(3), "ids-1-2.mrc": mrc(4), "ids-2.mrc": mrc(5)})
}

func wantFiles(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if body, ok := want[e.Name()]; err != nil || !ok || string(text) != body {
			t.Errorf("%s: %.40q, %v", e.Name(), text, err)
		}
	}
	if len(entries) != len(want) {
		t.Errorf("%d files, want %d", len(entries), len(want))
	}
}

// Nothing of a ZIP that is not as it should be is unpacked, and nothing outside of the folder is touched.
func TestUnpackRefuses(t *testing.T) {
	good := zipped(t, "ids-1-1.mrc", mrc(3))
	long := strings.Repeat("a", 250) + ".mrc"
	tests := map[string]struct{ name, body, text string }{
		"bomb":       {"f.zip", zipped(t, "a.mrc", mrc(1), "b.json", strings.Repeat("\n", 10_000_000)), "b.json: it unpacks to more than any list of records"},
		"twins":      {"f.zip", zipped(t, "a.mrc", mrc(1), "A.MRC", mrc(1)), "there are two of that name"},
		"nested":     {"f.zip", zipped(t, "a.mrc", mrc(1), "b.zip", good), "a ZIP inside a ZIP"},
		"no MARC":    {"f.zip", zipped(t, "a.mrc", mrc(1), "b.mrc", "no marc, but long enough for a leader"), "b.mrc: MARC record 1"},
		"no ZIP":     {"f.zip", mrc(3), "not a valid zip file"},
		"bad name":   {"../f.mrc", mrc(1), `"../f.mrc": that is no name for a file`},
		"not theirs": {"f.mrc", mrc(2), "it is not what was downloaded any more"},
	}
	for _, name := range []string{
		"../evil.mrc", "/evil.mrc", `..\evil.mrc`, `C:\evil.mrc`, "C:evil.mrc", "folder/evil.mrc", "folder/", ".", "..", "", ".hidden", "evil.mrc.", "evil ", "a\x00b", "a\nb", "a:b", "a\xffb", long, "CON", "nul.mrc", "com1 .tar.gz", "Lpt¹",
	} {
		tests["name "+name[:min(len(name), 20)]] = struct{ name, body, text string }{"f.zip", zipped(t, "a.mrc", mrc(1), name, ""), "no name for a file"}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			outside := t.TempDir()
			dir := filepath.Join(outside, "in")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			file, body := had(test.name, test.body)
			if name == "not theirs" {
				body = strings.NewReader(mrc(1) + record[:25] + "\x1e")
			}
			_, err := Unpack(t.Context(), rootAt(t, dir), file, body)
			wantError(t, err, KindServer, "unpack the file: ", test.text)
			wantFiles(t, dir, nil)
			if entries, err := os.ReadDir(outside); err != nil || len(entries) != 1 {
				t.Errorf("outside: %v, %v", entries, err)
			}
		})
	}
}

// A link in the folder is replaced, not followed.
func TestUnpackFollowsNoLink(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(outside, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "a.mrc")); err != nil {
		t.Skip(err)
	}
	file, body := had("f.zip", zipped(t, "a.mrc", mrc(1)))
	if _, err := Unpack(t.Context(), rootAt(t, dir), file, body); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, map[string]string{"a.mrc": mrc(1)})
	if text, _ := os.ReadFile(outside); string(text) != "precious" {
		t.Errorf("%q", text)
	}
}

func TestUnpackThatIsInterrupted(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"f.zip", "f.mrc"} {
		file, body := had(name, zipped(t, "a.mrc", mrc(20_000)))
		_, err := Unpack(ctx, rootAt(t, dir), file, body)
		if wantError(t, err, KindOther, "unpack the file: interrupted"); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	wantFiles(t, dir, nil)
}

// The list of members is in memory, so it has a bound.
func TestZIPWithTooLongAListOfMembers(t *testing.T) {
	var members []string
	for i := range 60_000 {
		members = append(members, fmt.Sprintf("%s-%d.mrc", strings.Repeat("a", 250), i), "")
	}
	body := zipped(t, members...)
	_, err := readZIP(t.Context(), strings.NewReader(body), int64(len(body)), func() {}, nil)
	if err == nil || !strings.Contains(err.Error(), "its list of members is longer than any of an export") {
		t.Errorf("%d bytes: %v", len(body), err)
	}
	body = zipped(t, members[:2*10_000]...)
	if got, err := readZIP(t.Context(), strings.NewReader(body), int64(len(body)), func() {}, nil); err != nil || len(got) != 10_000 {
		t.Errorf("%d members, %v", len(got), err)
	}
}

func TestAssembly(t *testing.T) {
	type part struct{ name, body string }
	tests := map[string]struct {
		parts   []part
		want    string
		records int
		err     string
	}{
		"MARC":             {[]part{{"a-1.mrc", mrc(2)}, {"a-2.mrc", mrc(3)}}, mrc(5), 5, ""},
		"ZIPs":             {[]part{{"a-1.zip", zipped(t, "a-1-1.mrc", mrc(2), "a-1-2.mrc", mrc(1))}, {"a-2.mrc", mrc(3)}}, mrc(6), 6, ""},
		"JSON":             {[]part{{"a-1.zip", zipped(t, "a.json", "{}\n{}", "b.json", "[]\n")}}, "{}\n{}\n[]\n", 3, ""},
		"none":             {nil, "", 0, ""},
		"MARC and JSON":    {[]part{{"a-1.mrc", mrc(2)}, {"a-2.zip", zipped(t, "a.json", "{}")}}, "", 0, `put the files together: "a-2.zip": a.json: "a.json" holds JSON, and the files before it MARC`},
		"broken in a ZIP":  {[]part{{"a-1.zip", zipped(t, "a.mrc", mrc(2)[:40])}}, "", 0, `"a-1.zip": a.mrc: MARC record 2`},
		"names in the ZIP": {[]part{{"a-1.zip", zipped(t, "../a.mrc", mrc(1))}}, mrc(1), 1, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			all := NewAssembly(&out)
			for _, p := range test.parts {
				file, body := had(p.name, p.body)
				if err := all.Add(t.Context(), file, body); err != nil {
					if test.err == "" {
						t.Fatal(err)
					}
					wantError(t, err, KindServer, test.err)
					return
				}
			}
			if test.err != "" || out.String() != test.want || all.Records != test.records || all.Bytes != int64(out.Len()) || all.SHA256() != sumOf(test.want) {
				t.Errorf("%d records, %d bytes, %q", all.Records, all.Bytes, out.String())
			}
		})
	}
}

// A part that a crash has spoilt is noticed.
func TestAssemblyHoldsAPartAgainstItsSum(t *testing.T) {
	file, _ := had("a.mrc", mrc(3))
	for name, body := range map[string]string{"shorter": mrc(2), "other": strings.ReplaceAll(mrc(3), "nam a", "cam a")} {
		err := NewAssembly(io.Discard).Add(t.Context(), file, strings.NewReader(body))
		if wantError(t, err, KindServer, "it is not what was downloaded any more"); err == nil {
			t.Error(name)
		}
	}
	file, body := had("a.mrc", mrc(3))
	wantError(t, NewAssembly(fullDisk{}).Add(t.Context(), file, body), KindOther, "the output cannot be written (no space left on device)")
}
