package client

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"sort"

	"github.com/fauxkapi/fauxkapi/internal/repeats"
)

const (
	// MaxBatches is how many jobs one list may become.
	MaxBatches = 1000
	// maxLines bounds a list that is split, so that what is kept of its lines has a bound.
	maxLines = 5_000_000
	// minLine is how many bytes a line with an id has at least.
	minLine = 37
)

// Split is a list that was cut into batches, in its order.
type Split struct {
	Batches []Batch
	// Repeated is how many lines are in no batch, because an earlier batch has their id: two jobs would export it twice.
	Repeated int

	name string // of the list, if it has one
}

// Batch is the part of a list that one job exports.
type Batch struct {
	Number int   `json:"batch"`     // from 1
	Of     int   `json:"of"`        // how many there are
	First  int64 `json:"firstLine"` // of the list, from 1
	Last   int64 `json:"lastLine"`

	ids  pieces
	held int64 // ids
}

// IDs returns the lines of the batch as they are in the list.
func (b Batch) IDs() *io.SectionReader { return io.NewSectionReader(b.ids, 0, b.ids.size()) }

// WriteIDs writes the ids of the batch alone, one a line.
func (b Batch) WriteIDs(w io.Writer) error {
	out := bufio.NewWriter(w)
	err := eachLine(b.IDs(), func(line []byte, _ int64) {
		if id := idIn(line); isUUID(id) {
			_, _ = out.Write(append(id, '\n')) // Flush tells
		}
	})
	if err != nil {
		return unreadable(nil, err)
	}
	return out.Flush()
}

func (b Batch) String() string {
	return fmt.Sprintf("batch %d of %d (lines %d to %d)", b.Number, b.Of, b.First, b.Last)
}

// NewSplit cuts a list of ids, one a line, into batches of at most so many lines; 0 leaves it in one. The list stays
// where it is, and is read once, or twice if ids are repeated in it. Eight bytes are kept of each line, of which there may
// be 5,000,000. A list without any line makes one batch, without any.
func NewSplit(list io.ReaderAt, size int64, most int) (*Split, error) {
	if most == 0 {
		most = maxLines
	}
	if most < 0 {
		return nil, badConfig("the size of a batch is negative", "give a number of lines, or 0 for all in one job")
	}
	s := &splitter{most: int64(most)}
	if most < maxLines { // there may be several
		s.finder = repeats.NewFinder(min(size/minLine+1, maxLines))
	}
	if err := eachLine(io.NewSectionReader(list, 0, size), s.line); err != nil {
		return nil, unreadable(list, err)
	}
	switch {
	case s.lines > maxLines:
		return nil, badIDs(list, "has more than 5,000,000 lines", "split it")
	case len(s.batches) > MaxBatches:
		return nil, badIDs(list, fmt.Sprintf("makes %d jobs of %d lines", len(s.batches), most), fmt.Sprintf("choose larger batches: %d jobs are the most", MaxBatches))
	}
	if len(s.batches) == 0 {
		s.batches = []Batch{{First: 1}}
	}
	for i := range s.batches {
		s.batches[i].ids.from = list
	}
	repeated := 0
	if found := s.repeats(); found != nil {
		sifted := &sifter{batches: s.batches, repeats: found}
		if err := eachLine(io.NewSectionReader(list, 0, size), sifted.line); err != nil {
			return nil, unreadable(list, err)
		}
		repeated = sifted.repeated
	}
	return s.number(list, repeated)
}

// splitter finds where batches begin and end.
type splitter struct {
	most    int64
	lines   int64
	begins  int64 // offset of the next line
	batches []Batch
	finder  *repeats.Finder // nil if there is one batch at most
}

func (s *splitter) line(line []byte, end int64) {
	if s.lines++; s.lines > maxLines {
		return
	}
	if (s.lines-1)%s.most == 0 {
		s.batches = append(s.batches, Batch{First: s.lines, ids: pieces{parts: []piece{{from: s.begins}}}})
	}
	b := &s.batches[len(s.batches)-1]
	b.Last = s.lines
	b.ids.parts[0].size += end - s.begins
	s.begins = end
	if id, ok := readID(line); ok {
		b.held++
		if s.finder != nil {
			s.finder.Add(id)
		}
	}
}

// repeats are the ids that more than one batch may have; nil if there is none.
func (s *splitter) repeats() *repeats.Repeats {
	if len(s.batches) < 2 {
		return nil
	}
	if found := s.finder.Repeats(); !found.None() {
		return found
	}
	return nil
}

// number gives the batches that have lines left their numbers.
func (s *splitter) number(list io.ReaderAt, repeated int) (*Split, error) {
	if len(s.batches) > 1 {
		s.batches = slices.DeleteFunc(s.batches, func(b Batch) bool { return b.ids.size() == 0 })
	}
	for i := range s.batches {
		b := &s.batches[i]
		b.Number, b.Of = i+1, len(s.batches)
		if b.held == 0 && b.Of > 1 {
			return nil, badIDs(list, fmt.Sprintf("has no UUID in the lines %d to %d, of which one job would be made", b.First, b.Last), "leave them out")
		}
	}
	return &Split{Batches: s.batches, Repeated: repeated, name: nameOf(list)}, nil
}

// sifter takes lines out of batches whose id an earlier batch has.
type sifter struct {
	batches  []Batch
	repeats  *repeats.Repeats // by the index of the batch that has an id
	at       int              // the batch of this line
	lines    int64
	begins   int64
	repeated int
}

func (s *sifter) line(line []byte, end int64) {
	s.lines++
	begins := s.begins
	s.begins = end
	if s.lines > s.batches[s.at].Last {
		s.at++
	}
	id, ok := readID(line)
	if !ok {
		return
	}
	if first, again := s.repeats.First(id, int32(s.at)); again && int(first) < s.at {
		s.repeated++
		s.batches[s.at].held--
		s.batches[s.at].ids.cut(begins, end)
	}
}

// readID reads the id that a line holds.
func readID(line []byte) (id [16]byte, ok bool) {
	text := idIn(line)
	if !isUUID(text) {
		return id, false
	}
	for i, at := range [...]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34} {
		_, _ = hex.Decode(id[i:i+1], text[at:at+2]) // isUUID has seen that it can
	}
	return id, true
}

// namedList is a batch that errors call by the name of its list.
type namedList struct {
	*io.SectionReader
	name string
}

// Name is what an *os.File has, too; empty if nothing is known.
func (n namedList) Name() string { return n.name }

// pieces are parts of a list, one after the other.
type pieces struct {
	from  io.ReaderAt
	parts []piece
}

type piece struct {
	from, size int64 // in the list
	at         int64 // in the whole of the pieces
}

func (p pieces) size() int64 {
	if len(p.parts) == 0 {
		return 0
	}
	last := p.parts[len(p.parts)-1]
	return last.at + last.size
}

// cut takes out what lies between two offsets of the list, which has to be of the last piece.
func (p *pieces) cut(begins, end int64) {
	last := &p.parts[len(p.parts)-1]
	rest := piece{from: end, size: last.from + last.size - end, at: last.at + begins - last.from}
	if last.size = begins - last.from; last.size == 0 {
		*last = rest
		return
	}
	p.parts = append(p.parts, rest)
}

// ReadAt reads from the whole of the pieces.
func (p pieces) ReadAt(b []byte, off int64) (n int, err error) {
	first := sort.Search(len(p.parts), func(i int) bool { return p.parts[i].at+p.parts[i].size > off })
	for _, part := range p.parts[min(first, len(p.parts)):] {
		if n == len(b) {
			return n, nil
		}
		skip := off + int64(n) - part.at
		want := min(int64(len(b)-n), part.size-skip)
		got, err := p.from.ReadAt(b[n:n+int(want)], part.from+skip)
		if n += got; int64(got) < want {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF // the list has become shorter
			}
			return n, err
		}
	}
	if n < len(b) {
		err = io.EOF
	}
	return n, err
}
