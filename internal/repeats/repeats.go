// Package repeats tells the first line of each id in a long list from those that repeat it, by reading the list twice and
// keeping eight bytes an id: a Finder is told all ids, and the Repeats that it finds are asked about each again.
package repeats

import (
	"encoding/binary"
	"slices"
)

// Finder is told the ids of a list, one after the other.
type Finder struct{ keys []uint64 }

// NewFinder makes one for a list of about so many ids. More are no harm; memory that fewer do not need is never touched.
func NewFinder(expected int64) *Finder {
	return &Finder{keys: make([]uint64, 0, expected)}
}

// Add is told the next id.
func (f *Finder) Add(id [16]byte) { f.keys = append(f.keys, keyOf(id)) }

// Len is how many ids it was told.
func (f *Finder) Len() int { return len(f.keys) }

// Repeats returns what may be repeated, and forgets the ids.
func (f *Finder) Repeats() *Repeats {
	keys := f.keys
	f.keys = nil
	slices.Sort(keys)
	kept := keys[:0]
	for i := 1; i < len(keys); i++ {
		if key := keys[i]; key == keys[i-1] && (len(kept) == 0 || key != kept[len(kept)-1]) {
			kept = append(kept, key) // behind what is still to be looked at
		}
	}
	return &Repeats{keys: kept, low: make([]uint64, len(kept)), at: make([]int32, len(kept)), others: map[[16]byte]int32{}}
}

// Repeats are the ids that may be repeated: all that are, and hardly ever two that merely share a key.
type Repeats struct {
	keys []uint64 // sorted

	// Of the first id that was met with each key: its second half, which makes a whole id of the key, and where it was met,
	// from 1; 0 is not yet.
	low []uint64
	at  []int32

	others map[[16]byte]int32 // where ids were met whose key another has
}

// None reports whether no id is repeated, so that the list need not be read again.
func (r *Repeats) None() bool { return len(r.keys) == 0 }

// First returns where an id was met first: at the place that was given then, or here.
func (r *Repeats) First(id [16]byte, here int32) (place int32, again bool) {
	i, found := slices.BinarySearch(r.keys, keyOf(id))
	if !found {
		return here, false
	}
	low := binary.BigEndian.Uint64(id[8:])
	switch {
	case r.at[i] == 0:
		r.low[i], r.at[i] = low, here+1
		return here, false
	case r.low[i] == low:
		return r.at[i] - 1, true
	}
	if place, again = r.others[id]; !again {
		place, r.others[id] = here, here
	}
	return place, again
}

// keyOf tells almost all ids apart.
func keyOf(id [16]byte) uint64 {
	const odd = 0x9E3779B97F4A7C15
	return binary.BigEndian.Uint64(id[:8])*odd ^ binary.BigEndian.Uint64(id[8:])
}
