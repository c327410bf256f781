package alter

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
)

// Orders of members and of lists.
const (
	reverse  = "reverse"
	sorted   = "sorted"
	shuffled = "shuffled"
)

// listOrder puts the lists at a pointer in another order.
type listOrder struct {
	at    pointer
	order string
}

func (l listOrder) apply(root *node, seed string) {
	for _, p := range root.places(l.at) {
		if list := p.value(); list != nil && list.kind == '[' {
			reorder(list.parts, l.order, seed, func(i int, _ part) string { return strconv.Itoa(i) })
		}
	}
}

// reorderMembers puts the members of every object in another order.
func reorderMembers(root *node, order, seed string) {
	root.each(func(n *node) {
		if n.kind == '{' {
			reorder(n.parts, order, seed, func(_ int, p part) string { return p.name })
		}
	})
}

// reorder puts parts in another order. What is shuffled is never as it was, if it can be otherwise.
func reorder(parts []part, order, seed string, key func(int, part) string) {
	switch order {
	case reverse:
		slices.Reverse(parts)
	case sorted:
		slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.name, b.name) })
	case shuffled:
		was := slices.Clone(parts)
		hashes := make(map[*node]uint64, len(parts))
		for i, p := range parts {
			hashes[p.value] = hash(seed, key(i, p))
		}
		slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(hashes[a.value], hashes[b.value]) })
		if len(parts) > 1 && slices.Equal(parts, was) {
			copy(parts, was[1:])
			parts[len(parts)-1] = was[0]
		}
	}
}

func hash(seed, key string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(seed + "\x00" + key)) // it never fails
	return h.Sum64()
}
