package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// copySize is how many bytes lie between two events of a download.
const copySize = 256 << 10

// File is a file that was downloaded and checked.
type File struct {
	FileID   string `json:"fileId"`
	FileName string `json:"fileName"` // as the server named it
	Path     string `json:"path"`     // where it was saved; for the caller to fill in
	Bytes    int64  `json:"bytes"`
	Records  int    `json:"records"` // -1 for a ZIP that could not be read back, see Download
	SHA256   string `json:"sha256"`  // lower-case hex
}

// Download fetches the file behind a link, without any credential, and checks it while it streams to output: its length,
// and by the end of its name its structure, as MARC, as JSON Lines (.json), or as a ZIP of these. A ZIP is stored as it
// is; to be counted it has to be read again, so output needs to be an io.ReaderAt at its beginning, as a new os.File is.
// After an error output holds a part of the file, or one that is not to be trusted.
func (c *Client) Download(ctx context.Context, link string, file api.ExportedFile, output io.Writer) (File, error) {
	u, err := checkLink(link)
	if err != nil {
		return File{}, err
	}
	c.learnLink(link)
	got := File{FileID: file.FileId, FileName: file.FileName}
	op := operation{name: opDownload, server: u.Host, safe: true, anonymous: true}
	op.send = func(ctx *watched, _ ...rest.RequestEditorFn) (*http.Response, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
		if err != nil {
			return nil, err
		}
		// Asking for gzip, as net/http does by itself, would hide the length.
		request.Header.Set("Accept-Encoding", "identity")
		return c.links.Do(request)
	}
	op.read = func(ctx *watched, answer *http.Response) error {
		if answer.StatusCode != http.StatusOK {
			return broken(u.Host, answer, "only a part of the file")
		}
		err := c.store(ctx, u.Host, answer, &got, output)
		if err == nil {
			return nil
		}
		failure, ours := errors.AsType[*Error](err)
		if !ours {
			failure = c.noAnswer(ctx, op, err)
		}
		failure.transient = failure.transient && got.Bytes == 0 // what is written stays written
		return failure
	}
	err = c.do(ctx, op)
	if failure, ok := errors.AsType[*Error](err); ok {
		if failure.Kind == KindAccess || failure.Status == http.StatusNotFound {
			failure.Kind, failure.Hint = KindServer, "the link may have expired: get a new one; if that does not help, the file is gone"
		}
		return File{}, failure
	}
	return got, nil
}

// store copies the body to output, checks it and fills in got.
func (c *Client) store(ctx *watched, host string, answer *http.Response, got *File, output io.Writer) error {
	content := contentOf(got.FileName)
	sum := sha256.New()
	buffer := make([]byte, copySize)
	for ended := false; !ended; {
		n, readErr := fill(ctx, answer.Body, buffer)
		chunk := buffer[:n]
		got.Bytes += int64(n)
		var err error
		ctx.outside(func() { _, err = output.Write(chunk) })
		if err != nil {
			return &Error{Op: opDownload, Message: fmt.Sprintf("the output cannot be written (%v)", err), Err: err}
		}
		sum.Write(chunk)
		if _, err := content.Write(chunk); err != nil {
			return broken(host, answer, "a broken file: %v", err)
		}
		ctx.outside(func() { c.emit(Event{Step: StepDownload, Bytes: got.Bytes, Size: answer.ContentLength}) })
		switch {
		case readErr == io.EOF:
			ended = true
		case readErr != nil && ctx.Err() == nil:
			return broken(host, answer, "%s and broke off (%v)", amount(got.Bytes, answer.ContentLength), readErr)
		case readErr != nil:
			return readErr
		}
	}
	if answer.ContentLength >= 0 && got.Bytes != answer.ContentLength {
		return broken(host, answer, "%s", amount(got.Bytes, answer.ContentLength))
	}
	if err := content.Close(); err != nil {
		return broken(host, answer, "a broken file: %v", err)
	}
	got.SHA256 = hex.EncodeToString(sum.Sum(nil))
	got.Records = content.Records()
	if source, ok := output.(io.ReaderAt); ok && isZIP(got.FileName) {
		var err error
		if got.Records, err = countZIP(ctx, source, got.Bytes); err != nil && ctx.Err() == nil {
			return broken(host, answer, "a broken ZIP: %v", err)
		} else if err != nil {
			return err
		}
	}
	message := counted(got.Bytes, "byte")
	if got.Records >= 0 {
		message += ", " + counted(int64(got.Records), "record")
	}
	c.emit(Event{Step: StepDownload, Method: http.MethodGet, Status: answer.StatusCode, Message: message, Bytes: got.Bytes, Size: answer.ContentLength})
	return nil
}

// fill reads until the buffer is full or the body has ended in whatever way; io.ReadFull would hide a cut.
func fill(ctx *watched, body io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) && err == nil {
		var more int
		more, err = body.Read(buffer[n:])
		n += more
		ctx.moved()
	}
	return n, err
}

func amount(have, all int64) string {
	if all < 0 {
		return counted(have, "byte")
	}
	return fmt.Sprintf("%d of %d bytes", have, all)
}

// broken is a file that came with a good status and is not to be trusted.
func broken(host string, answer *http.Response, format string, args ...any) *Error {
	return &Error{
		Kind: KindServer, Op: opDownload, Status: answer.StatusCode,
		Message: host + " sent " + printable(fmt.Sprintf(format, args...), 2*excerptSize),
		Hint:    "do not use it; download it again",
	}
}
