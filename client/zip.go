package client

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

const (
	// maxUnpacked is how many times as long as a ZIP its members may be in all. Records shrink to a tenth.
	maxUnpacked = 200
	// maxDirectory is how much of a ZIP may be its list of members, in bytes: more than 100,000 of them.
	maxDirectory = 16 << 20
)

// Member is a file in a ZIP that was checked.
type Member struct {
	Name    string `json:"name"`
	Bytes   int64  `json:"bytes"` // unpacked
	Records int    `json:"records"`
	SHA256  string `json:"sha256"` // lower-case hex
}

// readZIP reads a ZIP back, as exports of more than 100,000 ids come in one (mod-data-export 5.3.0, slice_size), and
// checks each member as Download checks a file. What a member holds is also written to what open returns for it, which
// may be nil. moved is called now and then.
func readZIP(ctx context.Context, source io.ReaderAt, size int64, moved func(), open func(name string) (io.Writer, error)) ([]Member, error) {
	bounded := &boundedAt{from: source, left: maxDirectory}
	archive, err := zip.NewReader(bounded, size)
	if err != nil {
		return nil, err
	}
	bounded.open = true
	left := size * maxUnpacked
	var members []Member
	for _, file := range archive.File {
		member, err := readMember(ctx, file, &left, moved, open)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", printable(file.Name, excerptSize/4), err)
		}
		members = append(members, member)
	}
	return members, nil
}

// readMember takes what it unpacks from left.
func readMember(ctx context.Context, file *zip.File, left *int64, moved func(), open func(string) (io.Writer, error)) (Member, error) {
	if isZIP(file.Name) {
		return Member{}, errors.New("a ZIP inside a ZIP")
	}
	body, err := file.Open()
	if err != nil {
		return Member{}, err
	}
	defer body.Close()
	content, sum := contentOf(file.Name), sha256.New()
	to := []io.Writer{content, sum}
	if open != nil {
		out, err := open(file.Name)
		if err != nil {
			return Member{}, err
		}
		to = append(to, out)
	}
	all := io.MultiWriter(to...)
	member := Member{Name: file.Name}
	for {
		moved()
		// In pieces, so that a member that is huge when unpacked can be given up.
		n, err := io.CopyN(all, body, copySize)
		member.Bytes += n
		switch *left -= n; {
		case *left < 0:
			return member, errors.New("it unpacks to more than any list of records")
		case err == io.EOF:
			member.Records, member.SHA256 = content.Records(), hex.EncodeToString(sum.Sum(nil))
			return member, content.Close()
		case err != nil:
			return member, err
		case ctx.Err() != nil:
			return member, context.Cause(ctx)
		}
	}
}

// boundedAt lets so many bytes be read, until it is opened: whoever reads the list of members keeps it in memory.
type boundedAt struct {
	from io.ReaderAt
	left int64
	open bool
}

func (b *boundedAt) ReadAt(p []byte, off int64) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 && !b.open {
		return 0, errors.New("its list of members is longer than any of an export")
	}
	return b.from.ReadAt(p, off)
}
