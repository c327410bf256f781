package client

import (
	"bytes"
	"io"
	"sync"

	"github.com/fauxkapi/fauxkapi/internal/prose"
)

// extent says where a reader stands and how many bytes follow, -1 if it cannot go back.
func extent(r io.Reader) (start, size int64, rewinds bool) {
	seeker, ok := r.(io.Seeker)
	if !ok {
		return 0, -1, false
	}
	start, err := seeker.Seek(0, io.SeekCurrent) // a pipe is an *os.File too, and says here that it cannot
	if err != nil {
		return 0, -1, false
	}
	end, err := seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, -1, false
	}
	if _, err = seeker.Seek(start, io.SeekStart); err != nil {
		return 0, -1, false
	}
	return start, max(end-start, 0), true
}

// loan is a body that is the transport's only while a request lasts. A transport may go on reading behind an early
// answer, and closes what it can.
type loan struct {
	moved func(bytes int)

	mu     sync.Mutex
	from   io.Reader // nil once the loan has ended
	failed error
	bytes  int64
	lines  int64 // line feeds so far
	open   bool  // there is something behind the last of them
}

func (l *loan) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.from == nil {
		return 0, io.ErrClosedPipe
	}
	n, err := l.from.Read(p)
	l.moved(n)
	if n > 0 {
		l.bytes += int64(n)
		l.lines += int64(bytes.Count(p[:n], []byte{'\n'}))
		l.open = p[n-1] != '\n'
	}
	if err != nil && err != io.EOF {
		l.failed = err
	}
	return n, err
}

// end takes the reader back and returns the error it had, if any.
func (l *loan) end() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.from = nil
	return l.failed
}

// String says how much was sent.
func (l *loan) String() string {
	lines := l.lines
	if l.open {
		lines++
	}
	return prose.Count(lines, "line") + ", " + prose.Count(l.bytes, "byte")
}
