package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/client/idlist"
	"github.com/fauxkapi/fauxkapi/internal/prose"
)

// listFlags say which ids are exported.
type listFlags struct {
	Input   string `placeholder:"FILE" predictor:"file" xor:"ids" required:"" help:"CSV with one instance UUID a line, or a .cql file with a query; - reads a CSV from standard input."`
	Query   string `placeholder:"CQL" xor:"ids" required:"" help:"Export what this query finds, in place of --input, for example '(keyword all \"nod\") sortby title'."`
	Clean   bool   `help:"Send each id of the list once, and leave out lines that are no id."`
	IfEmpty string `name:"if-empty" default:"fail" enum:"ok,fail" help:"What a list without any id is: nothing to do, or an error. Default: ${default}."`
}

// maxQuery bounds a .cql file, in bytes.
const maxQuery = 64 << 10

// list is what will be sent.
type list struct {
	io.ReadSeeker
	name  string // that the server is told
	empty bool   // it holds no id
	given string // the file that it came from, if it did
	done  func() // removes what is temporary
}

// named is a list that errors call by its file.
type named struct{ *list }

// Name is what an os.File has, too.
func (n named) Name() string { return n.given }

// reader is what is sent.
func (l *list) reader() io.Reader {
	if l.given == "" {
		return struct{ io.ReadSeeker }{l.ReadSeeker} // not the name of a temporary file
	}
	return named{l}
}

// prepare finds the ids, says what the server will make of them, and cleans them
// if that was asked for. What it returns has to be done with.
func (f *listFlags) prepare(ctx context.Context, term *console, c *client.Client) (*list, error) {
	found, err := f.find(ctx, term, c)
	if err != nil {
		return nil, err
	}
	report, err := idlist.Inspect(found)
	if err == nil {
		_, err = found.Seek(0, io.SeekStart)
	}
	if err != nil {
		found.done()
		return nil, usage("read the ids: %q cannot be read (%v); give a CSV with one UUID a line", cmp.Or(found.given, "the list"), err)
	}
	found.empty = report.IDs == 0
	if found.empty && f.IfEmpty == "fail" && (f.query() || f.Clean && report.Lines > 0) {
		found.done()
		if f.query() {
			return nil, usage("the query finds nothing: check it, or give --if-empty ok")
		}
		return nil, usage("read the ids: no id is left of %s after --clean: check the list, or give --if-empty ok", cmp.Or(found.given, "the list"))
	}
	remarks := report.Remarks()
	if report.UTF16 && !f.Clean {
		found.done()
		return nil, usage("read the ids: %s, or give --clean", remarks[0])
	}
	for _, remark := range remarks {
		term.say("note: %s", remark)
	}
	switch {
	case len(remarks) == 0:
		return found, nil
	case !f.Clean:
		term.say("note: --clean would send each id once, and nothing else")
		return found, nil
	}
	defer found.done()
	cleaned, err := spool(found.name, func(w io.Writer) error { return idlist.Clean(w, found) })
	if err == nil {
		cleaned.empty, cleaned.given = found.empty, found.given
		term.say("cleaned: %s", prose.Count(report.IDs, "id"))
	}
	return cleaned, err
}

// query tells whether the ids are those that a query finds.
func (f *listFlags) query() bool {
	return f.Query != "" || strings.EqualFold(filepath.Ext(f.Input), ".cql")
}

// find returns the ids as they are given.
func (f *listFlags) find(ctx context.Context, term *console, c *client.Client) (*list, error) {
	query := f.Query
	switch {
	case query != "":
	case f.Input == "-":
		return spool("ids.csv", func(w io.Writer) error {
			_, err := io.Copy(w, term.stdin)
			return err
		})
	case strings.EqualFold(filepath.Ext(f.Input), ".cql"):
		text, err := readQuery(f.Input)
		if err != nil {
			return nil, err
		}
		query = text
	default:
		file, err := openIDs(f.Input)
		if err != nil {
			return nil, err
		}
		if about, err := file.Stat(); err == nil && !about.Mode().IsRegular() && !about.IsDir() { // a pipe is read once
			defer file.Close()
			return spool("ids.csv", func(w io.Writer) error {
				_, err := io.Copy(w, file)
				return err
			})
		}
		name := filepath.Base(f.Input)
		if !strings.EqualFold(filepath.Ext(name), ".csv") {
			name = strings.TrimSuffix(name, filepath.Ext(name)) + ".csv" // FOLIO takes no other
		}
		return &list{ReadSeeker: file, name: name, given: f.Input, done: func() { _ = file.Close() }}, nil
	}
	n := 0
	collected, err := spool("query.csv", func(w io.Writer) error {
		for id, err := range c.InstanceIDs(ctx, query) {
			if err != nil {
				return err
			}
			n++
			if _, err := fmt.Fprintln(w, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		term.say("the query finds %s", prose.Count(n, "id"))
	}
	return collected, err
}

func openIDs(path string) (*os.File, error) {
	file, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage("read the ids: there is no file %q; give --input a CSV with one UUID a line", path)
	case err != nil:
		return nil, usage("read the ids: the file cannot be opened (%v); give --input a CSV with one UUID a line", err)
	}
	return file, nil
}

func readQuery(path string) (string, error) {
	file, err := openIDs(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxQuery+1))
	query := strings.TrimSpace(string(text))
	switch {
	case err != nil:
		return "", usage("read the query: %v", err)
	case len(text) > maxQuery:
		return "", usage("read the query: %q is longer than 64 KiB; a server takes 8 KiB at most", path)
	case query == "":
		return "", usage("read the query: %q is empty; write a CQL query into it, such as title=\"nod\"", path)
	}
	return query, nil
}

// spool keeps ids in a temporary file, because they are read several times.
func spool(name string, write func(io.Writer) error) (*list, error) {
	file, err := os.CreateTemp("", "fauxkapi-ids-*.csv")
	if err != nil {
		return nil, fmt.Errorf("no temporary file for the ids: %w; make room, or name another folder by TMPDIR", err)
	}
	l := &list{ReadSeeker: file, name: name, done: func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}}
	if err := write(file); err != nil {
		l.done()
		return nil, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		l.done()
		return nil, err
	}
	return l, nil
}
