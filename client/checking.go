package client

import (
	"fmt"
	"hash"
)

// maxChunks is how many chunks of a download are held at once: one is filled, the others wait to be looked at.
const maxChunks = 4

// checking sums a download up and judges it in a goroutine of its own, whose end its end waits for. While it works the
// connection is read: else the server would stand still as long, and a busy machine take half as long again.
type checking struct {
	chunks chan []byte
	spare  chan []byte // of no use any more
	made   int         // buffers

	failed chan struct{} // is closed at the first error
	ended  chan struct{}
	err    error // of the content, once ended is closed
}

// beginChecking begins. More than so many records are an error. Somebody has to call end.
func beginChecking(sum hash.Hash, content content, most int) *checking {
	c := &checking{
		chunks: make(chan []byte, maxChunks), spare: make(chan []byte, maxChunks),
		failed: make(chan struct{}), ended: make(chan struct{}),
	}
	go c.run(sum, content, most)
	return c
}

func (c *checking) run(sum hash.Hash, content content, most int) {
	defer close(c.ended)
	for chunk := range c.chunks {
		if c.err == nil {
			sum.Write(chunk)
			if _, c.err = content.Write(chunk); c.err == nil && content.Records() > most {
				c.err = fmt.Errorf("more records than the %d that its job says", most)
			}
			if c.err != nil {
				close(c.failed)
			}
		}
		c.spare <- chunk[:cap(chunk)]
	}
}

// buffer returns one to be filled, for take; nil once the content is found broken.
func (c *checking) buffer() (buffer []byte) {
	if c.made < maxChunks && len(c.spare) == 0 {
		c.made++
		buffer = make([]byte, copySize)
	} else {
		buffer = <-c.spare
	}
	select {
	case <-c.failed:
		return nil
	default:
		return buffer
	}
}

// take is given the next chunk.
func (c *checking) take(chunk []byte) { c.chunks <- chunk }

// end waits until all is looked at and returns the error of the content.
func (c *checking) end() error {
	close(c.chunks)
	<-c.ended
	return c.err
}
