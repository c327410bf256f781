package rehearsal

import (
	"fmt"
	"sync"
)

// half is how much of the beginning and of the end of an output is kept.
const half = 32 << 10

// bounded keeps the beginning and the end of what is written to it. It is safe
// for concurrent use.
type bounded struct {
	mu   sync.Mutex
	head []byte
	tail []byte // a ring once it is full
	next int
	lost int64
}

// Write never fails.
func (b *bounded) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(p)
	taken := min(len(p), half-len(b.head))
	b.head, p = append(b.head, p[:taken]...), p[taken:]
	if len(p) > half {
		b.lost += int64(len(p) - half)
		p = p[len(p)-half:]
	}
	for _, c := range p {
		if len(b.tail) < half {
			b.tail = append(b.tail, c)
			continue
		}
		b.tail[b.next] = c
		b.next = (b.next + 1) % half
		b.lost++
	}
	return n, nil
}

func (b *bounded) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := string(b.head)
	if b.lost > 0 {
		text += fmt.Sprintf("\n… %d bytes left out …\n", b.lost)
	}
	return text + string(b.tail[b.next:]) + string(b.tail[:b.next])
}
