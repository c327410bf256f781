package repeats

import (
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"testing"
)

func numbered(n uint64) (id [16]byte) {
	binary.BigEndian.PutUint64(id[8:], n)
	return id
}

func repeatsOf(list [][16]byte) *Repeats {
	f := NewFinder(1)
	for _, id := range list {
		f.Add(id)
	}
	return f.Repeats()
}

// sharing returns an id that has the key of another.
func sharing(id [16]byte) (other [16]byte) {
	other[0] = id[0] + 1
	binary.BigEndian.PutUint64(other[8:], keyOf(other)^keyOf(id))
	return other
}

// Whatever the list, First says what a map of all ids would.
func TestFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		var list [][16]byte
		for range random.IntN(40) {
			id := numbered(random.Uint64N(30))
			for range random.IntN(3) {
				id = sharing(id)
			}
			list = append(list, id)
		}
		r, first := repeatsOf(list), map[[16]byte]int32{}
		repeated := false
		for i, id := range list {
			want, again := first[id]
			if !again {
				want, first[id] = int32(i), int32(i)
			}
			repeated = repeated || again
			if place, told := r.First(id, int32(i)); place != want || told != again {
				t.Fatalf("%x: id %d was met first at %d (again: %v), not %d (%v)", list, i, want, again, place, told)
			}
		}
		if repeated && r.None() {
			t.Fatalf("%x: none is said to be repeated", list)
		}
	}
}

func TestNone(t *testing.T) {
	if a, b, c := numbered(3), numbered(1), numbered(2); !repeatsOf([][16]byte{a, b, c}).None() || repeatsOf([][16]byte{a, b, a}).None() {
		t.Error("a list without repeats would be read again, or one with them would not")
	}
	if !repeatsOf(nil).None() {
		t.Error("no list has repeats")
	}
	if other := sharing(numbered(3)); keyOf(other) != keyOf(numbered(3)) || other == numbered(3) {
		t.Error("the ids of these tests do not share their keys")
	}
}

func TestEightBytesAnID(t *testing.T) {
	const ids = 100_000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f := NewFinder(ids)
	for n := range uint64(ids) {
		f.Add(numbered(n))
	}
	f.Repeats()
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8*ids+32<<10 {
		t.Errorf("%d bytes for %d ids", grown, ids)
	}
}
