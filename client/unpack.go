package client

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
)

const opUnpack = "unpack the file"

// Unpack saves what a downloaded file holds in a folder: a ZIP member by member, any other file as it is, under the names
// that the server gave them. source is the file that was downloaded. It is held against file.SHA256 and, as far as it is a
// ZIP, checked again; the files appear under their names when all of them are whole, and replace what was there.
//
// A name that leads out of the folder or is none on some system is refused, and so is a ZIP that unpacks to more than
// two hundred times its size.
func Unpack(ctx context.Context, folder *os.Root, file File, source io.ReaderAt) ([]Member, error) {
	u := &unpacking{folder: folder, tag: rand.Text()[:8], taken: map[string]bool{}}
	defer u.discard()
	members, err := readFile(ctx, file, source, u.open)
	if err != nil {
		return nil, unpacked(ctx, opUnpack, file, err)
	}
	if err := u.keep(); err != nil {
		return nil, &Error{Op: opUnpack, Message: fmt.Sprintf("the folder cannot be written (%v)", err), Err: err}
	}
	return members, nil
}

// readFile reads a downloaded file back and writes what is in it to what open returns.
func readFile(ctx context.Context, file File, source io.ReaderAt, open func(name string) (io.Writer, error)) ([]Member, error) {
	if isZIP(file.FileName) {
		sum := sha256.New()
		if err := copyIn(ctx, sum, io.NewSectionReader(source, 0, file.Bytes)); err != nil {
			return nil, err
		}
		if err := same(file, sum); err != nil {
			return nil, err
		}
		return readZIP(ctx, source, file.Bytes, func() {}, open)
	}
	out, err := open(file.FileName)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	if err := copyIn(ctx, io.MultiWriter(out, sum), io.NewSectionReader(source, 0, file.Bytes)); err != nil {
		return nil, err
	}
	return []Member{{Name: file.FileName, Bytes: file.Bytes, Records: file.Records, SHA256: file.SHA256}}, same(file, sum)
}

func same(file File, sum hash.Hash) error {
	if hex.EncodeToString(sum.Sum(nil)) != file.SHA256 {
		return errors.New("it is not what was downloaded any more")
	}
	return nil
}

// copyIn copies until the context ends.
func copyIn(ctx context.Context, to io.Writer, from io.Reader) error {
	for ctx.Err() == nil {
		switch _, err := io.CopyN(to, from, copySize); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
	return context.Cause(ctx)
}

// notWritten is an error of where a file is written to.
type notWritten struct{ error }

func (n notWritten) Unwrap() error { return n.error }

// written marks the errors of a writer.
type written struct{ to io.Writer }

func (w written) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if err != nil {
		err = notWritten{err}
	}
	return n, err
}

// unpacked is the error of a file that could not be read back.
func unpacked(ctx context.Context, op string, file File, err error) error {
	if ctx.Err() != nil {
		return interrupted(ctx, op)
	}
	failure := &Error{Kind: KindServer, Op: op, Err: err, Message: quoted(file.FileName) + ": " + printable(err.Error(), excerptSize)}
	if _, ours := errors.AsType[notWritten](err); ours {
		failure.Kind, failure.Message = KindOther, fmt.Sprintf("the output cannot be written (%v)", err)
	}
	return failure
}

// unpacking is a folder that is being filled.
type unpacking struct {
	folder *os.Root
	tag    string
	files  []*os.File
	names  []string // that they will have
	taken  map[string]bool
}

// open makes the file of a member.
func (u *unpacking) open(name string) (io.Writer, error) {
	folded := strings.ToLower(name) // some systems do not tell these apart
	switch {
	case !plainName(name):
		return nil, errors.New("that is no name for a file")
	case u.taken[folded]:
		return nil, errors.New("there are two of that name")
	}
	u.taken[folded] = true
	if err := u.finish(); err != nil { // one is open at a time
		return nil, notWritten{err}
	}
	file, err := u.folder.OpenFile(u.temporary(len(u.files)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, notWritten{err}
	}
	u.files, u.names = append(u.files, file), append(u.names, name)
	return written{file}, nil
}

// finish brings the file at hand to the disk.
func (u *unpacking) finish() error {
	if len(u.files) == 0 {
		return nil
	}
	file := u.files[len(u.files)-1]
	err := file.Sync()
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

func (u *unpacking) temporary(i int) string { return fmt.Sprintf(".%s.%d.part", u.tag, i) }

// plainName reports whether a name is one of a file in the folder at hand, on every system.
func plainName(name string) bool {
	odd := func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }
	return name != "" && len(name) <= 200 && name == path.Base(name) && filepath.IsLocal(name) &&
		!strings.HasPrefix(name, ".") && !strings.ContainsAny(name, `/\:*?"<>|`) && !strings.ContainsFunc(name, odd) &&
		strings.TrimRight(name, ". ") == name && !deviceName.MatchString(name)
}

// deviceName finds what no file can be called on Windows, whatever its ending.
var deviceName = regexp.MustCompile(`(?i)^(con|prn|aux|nul|(com|lpt)[0-9¹²³]) *(\.|$)`)

// keep gives the files their names.
func (u *unpacking) keep() error {
	if err := u.finish(); err != nil {
		return err
	}
	for i, name := range u.names {
		if err := u.folder.Rename(u.temporary(i), name); err != nil {
			return err
		}
	}
	u.files = nil
	return nil
}

// discard removes what was not kept.
func (u *unpacking) discard() {
	for i, file := range u.files {
		_ = file.Close() // it may be
		_ = u.folder.Remove(u.temporary(i))
	}
}
