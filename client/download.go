package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const (
	// copySize is how many bytes lie between two events of a download.
	copySize = 64 << 10
	// maxCuts bounds how often one download goes on after it broke off.
	maxCuts = 20
)

// File is a file that was downloaded and checked.
type File struct {
	FileID   string `json:"fileId"`
	FileName string `json:"fileName"` // as the server named it
	Path     string `json:"path"`     // where it was saved; for the caller to fill in
	Bytes    int64  `json:"bytes"`
	Records  int    `json:"records"` // -1 for a ZIP that could not be read back, see Download
	SHA256   string `json:"sha256"`  // lower-case hex

	Members []Member `json:"members,omitempty"` // of a ZIP that was read back
}

// Download fetches the file behind a link, without any credential, and checks it while it streams to output: its length,
// and by the end of its name its structure, as MARC, as JSON Lines (.json), or as a ZIP of these. A ZIP is stored as it
// is; to be counted it has to be read again, so output needs to be an io.ReaderAt at its beginning, as a new os.File is.
//
// A download that breaks off goes on from the byte it had reached, if the store can do that and the file is still the
// same. After an error output holds a part of the file, or one that is not to be trusted.
func (c *Client) Download(ctx context.Context, link string, file api.ExportedFile, output io.Writer) (File, error) {
	t := c.newTransfer(file, output)
	if err := t.from(ctx, link); err != nil {
		return File{}, err
	}
	return t.file, nil
}

// transfer is a download and how far it has come, over any number of requests and links.
type transfer struct {
	c       *Client
	file    File
	output  io.Writer
	content content
	sum     hash.Hash
	buffer  []byte
	cuts    int
	resumed bool          // what is had comes from an earlier process
	limit   time.Duration // for requests in a row that bring nothing; 0 means for as long as a step may take
	begun   func() error  // is called when the size and the tag of the file are known; nil for nobody

	// Of the first answer. Without a strong tag the store cannot be asked for the rest alone.
	size int64 // -1 if it is not known
	tag  string

	most bounds
}

func (c *Client) newTransfer(file api.ExportedFile, output io.Writer) *transfer {
	return &transfer{
		c: c, file: File{FileID: file.FileId, FileName: file.FileName}, output: output,
		content: contentOf(file.FileName), sum: sha256.New(), buffer: make([]byte, copySize), size: -1, most: unbounded(),
	}
}

// from fetches what is missing.
func (t *transfer) from(ctx context.Context, link string) error {
	u, err := checkLink(link)
	if err != nil {
		return err
	}
	t.c.learnLink(link)
	host := printable(t.c.secrets.name(u.Host), excerptSize)
	op := operation{
		name: opDownload, server: host,
		send: func(ctx *watched, _ ...rest.RequestEditorFn) (*http.Response, error) { return t.ask(ctx, link) },
	}
	op.read = func(ctx *watched, answer *http.Response) error {
		err := t.accept(ctx, host, answer)
		if err == nil {
			err = t.store(ctx, host, answer)
		}
		return err
	}
	troubles := trouble{limit: t.limit}
	for {
		had := t.file.Bytes
		failure, ok := errors.AsType[*Error](t.c.attempt(ctx, op, ""))
		if !ok {
			return nil
		}
		if more := t.file.Bytes - had; more > 0 {
			t.cuts++
			if more >= copySize {
				troubles = trouble{limit: t.limit} // it gets on
			}
		}
		if !failure.transient || t.cuts > maxCuts {
			return ofLink(failure)
		}
		if err := t.c.again(ctx, opDownload, &troubles, failure); err != nil {
			return ofLink(err)
		}
	}
}

// ofLink tells a link that leads to nothing from a credential that is refused.
func ofLink(err error) error {
	if failure, ok := errors.AsType[*Error](err); ok && (failure.linkExpired() || failure.Status == http.StatusNotFound) {
		failure.Kind, failure.Hint = KindServer, "the link may have expired: get a new one; if that does not help, the file is gone"
	}
	return err
}

// linkExpired reports whether a store refuses a link that may have been good before: S3 with 403 and the words "Request
// has expired", or with 400 when the session that signed it has ended.
func (e *Error) linkExpired() bool {
	return e.Op == opDownload && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden ||
		e.Status == http.StatusBadRequest && strings.Contains(e.Body, "ExpiredToken"))
}

func (t *transfer) ask(ctx context.Context, link string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	// Asking for gzip, as net/http does by itself, would hide the length.
	request.Header.Set("Accept-Encoding", "identity")
	if t.file.Bytes > 0 && t.tag != "" && t.file.Bytes < t.size {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", t.file.Bytes))
		request.Header.Set("If-Range", t.tag)
	}
	return t.c.links.Do(request)
}

// accept makes sure that the body goes on where we are.
func (t *transfer) accept(ctx *watched, host string, answer *http.Response) error {
	whole, same := int64(-1), true
	switch {
	case answer.StatusCode == http.StatusOK:
		whole = answer.ContentLength
	case answer.StatusCode == http.StatusPartialContent && t.file.Bytes > 0:
		var first, last int64
		n, _ := fmt.Sscanf(answer.Header.Get("Content-Range"), "bytes %d-%d/%d", &first, &last, &whole)
		same = n == 3 && first == t.file.Bytes && last == whole-1
	default:
		return t.broken(host, answer, "only a part of the file")
	}
	tag := answer.Header.Get("Etag")
	if !strings.HasPrefix(tag, `"`) || !headerSafe(tag) {
		tag = "" // a weak one does not promise the same bytes
	}
	if t.file.Bytes == 0 {
		t.size, t.tag = whole, tag
		if t.begun != nil {
			return t.begun()
		}
		return nil
	}
	if !same || whole != t.size || tag != t.tag {
		return t.another(host, answer)
	}
	if answer.StatusCode == http.StatusOK {
		return t.skip(ctx, host, answer)
	}
	return nil
}

// skip reads what was had before, and compares it.
func (t *transfer) skip(ctx *watched, host string, answer *http.Response) error {
	again := sha256.New()
	for left := t.file.Bytes; left > 0; {
		n, err := fill(ctx, answer.Body, t.buffer[:min(left, copySize)])
		again.Write(t.buffer[:n])
		if left -= int64(n); left > 0 && err != nil {
			return t.cut(ctx, host, answer, err)
		}
	}
	if !bytes.Equal(again.Sum(nil), t.sum.Sum(nil)) {
		return t.another(host, answer)
	}
	return nil
}

// another is a file that is not the one of which a part was fetched. What an earlier process has left is then of no use,
// and the download begins anew; but a file that changes under our hands is not to be trusted.
func (t *transfer) another(host string, answer *http.Response) error {
	failure := t.broken(host, answer, "another file than before it broke off")
	if part, ok := t.output.(Part); ok && t.resumed {
		if err := t.beginAnew(part); err != nil {
			return err
		}
		failure.transient = true
	}
	return failure
}

// store copies the rest of the body to the output, checks it and sums it up, chunk by chunk: what lies in the socket keeps
// the server busy meanwhile, and a goroutine of its own for the checks would only take the server's core where they share
// a machine (BenchmarkDownload).
func (t *transfer) store(ctx *watched, host string, answer *http.Response) error {
	for ended := false; !ended; {
		n, readErr := fill(ctx, answer.Body, t.buffer)
		chunk := t.buffer[:n]
		if t.size >= 0 && t.file.Bytes+int64(n) > t.size {
			return t.broken(host, answer, "more than the %d bytes it announced", t.size)
		}
		if t.file.Bytes+int64(n) > t.most.bytes {
			return t.broken(host, answer, "more than %d bytes, which is more than this list can become", t.most.bytes)
		}
		var err error
		ctx.outside(func() { _, err = t.output.Write(chunk) })
		if err != nil {
			return unwritable(err)
		}
		t.file.Bytes += int64(n)
		if err := t.judge(chunk); err != nil {
			if part, ok := t.output.(Part); ok && t.begun != nil {
				_ = t.beginAnew(part) // nobody goes on with it; the error that matters is the first
			}
			return t.broken(host, answer, "a broken file: %v", err)
		}
		ctx.outside(func() { t.c.emit(Event{Step: StepDownload, Bytes: t.file.Bytes, Size: t.size}) })
		switch {
		case readErr == io.EOF:
			ended = true
		case readErr != nil:
			return t.cut(ctx, host, answer, readErr)
		}
	}
	if t.size >= 0 && t.file.Bytes != t.size {
		return t.cut(ctx, host, answer, io.ErrUnexpectedEOF)
	}
	return t.finish(ctx, host, answer)
}

// judge sums a chunk up, and says what is wrong with it.
func (t *transfer) judge(chunk []byte) error {
	t.sum.Write(chunk)
	if _, err := t.content.Write(chunk); err != nil {
		return err
	}
	if t.content.Records() > t.most.records {
		return fmt.Errorf("more records than the %d that its job says", t.most.records)
	}
	return nil
}

// finish judges the file as a whole.
func (t *transfer) finish(ctx *watched, host string, answer *http.Response) error {
	if err := t.content.Close(); err != nil {
		return t.broken(host, answer, "a broken file: %v", err)
	}
	t.file.SHA256 = hex.EncodeToString(t.sum.Sum(nil))
	t.file.Records = t.content.Records()
	if source, ok := t.output.(io.ReaderAt); ok && isZIP(t.file.FileName) {
		members, err := readZIP(ctx, source, t.file.Bytes, ctx.restart, nil)
		if err != nil && ctx.Err() == nil {
			return t.broken(host, answer, "a broken ZIP: %v", err)
		} else if err != nil {
			return err
		}
		t.file.Records = 0
		for _, member := range members {
			if t.file.Records += member.Records; t.c.secrets.name(member.Name) != member.Name {
				return t.broken(host, answer, "a ZIP that names a file like a secret")
			}
		}
		t.file.Members = members
	}
	message := prose.Count(t.file.Bytes, "byte")
	if t.file.Records >= 0 {
		message += ", " + prose.Count(t.file.Records, "record")
	}
	t.c.emit(Event{Step: StepDownload, Method: http.MethodGet, Status: answer.StatusCode, Message: message, Bytes: t.file.Bytes, Size: t.size})
	return nil
}

// fill reads until the buffer is full or the body has ended in whatever way; io.ReadFull would hide a cut.
func fill(ctx *watched, body io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) && err == nil {
		var more int
		more, err = body.Read(buffer[n:])
		n += more
		ctx.moved(more)
	}
	return n, err
}

// cut is a body that ended too early, for whatever reason; the next request may bring the rest.
func (t *transfer) cut(ctx *watched, host string, answer *http.Response, err error) error {
	if ctx.Err() != nil {
		return err
	}
	amount := prose.Count(t.file.Bytes, "byte")
	if t.size >= 0 {
		amount = fmt.Sprintf("%d of %d bytes", t.file.Bytes, t.size)
	}
	failure := t.broken(host, answer, "%s and broke off (%v)", amount, err)
	failure.transient = true
	return failure
}

// broken is a file that came with a good status and is not to be trusted.
func (t *transfer) broken(host string, answer *http.Response, format string, args ...any) *Error {
	return &Error{
		Kind: KindServer, Op: opDownload, Status: answer.StatusCode,
		Message: host + " sent " + printable(t.c.secrets.hide(fmt.Sprintf(format, args...)), 2*excerptSize),
		Hint:    "do not use it; download it again",
	}
}
