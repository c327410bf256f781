package sim

import (
	"container/heap"
	"iter"
	"time"
)

// Queue holds events that are still to come and hands them out in the order of
// their instants; events of one instant come in the order in which they were
// added. The zero value is empty and ready.
type Queue[E any] struct {
	items items[E]
	added uint64
}

type item[E any] struct {
	at    time.Time
	seq   uint64
	event E
}

// Add puts an event on the queue for instant at.
func (q *Queue[E]) Add(at time.Time, event E) {
	heap.Push(&q.items, item[E]{at: at, seq: q.added, event: event})
	q.added++
}

// Next takes the first event that is due at instant until or before, with its
// own instant. ok is false when nothing is due.
func (q *Queue[E]) Next(until time.Time) (at time.Time, event E, ok bool) {
	if len(q.items) == 0 || q.items[0].at.After(until) {
		return at, event, false
	}
	first := heap.Pop(&q.items).(item[E])
	return first.at, first.event, true
}

// Peek returns the instant of the first event that is still to come.
func (q *Queue[E]) Peek() (at time.Time, ok bool) {
	if len(q.items) == 0 {
		return at, false
	}
	return q.items[0].at, true
}

// All returns the events that are still to come, with their instants, in no
// order.
func (q *Queue[E]) All() iter.Seq2[time.Time, E] {
	return func(yield func(time.Time, E) bool) {
		for _, i := range q.items {
			if !yield(i.at, i.event) {
				return
			}
		}
	}
}

// Len returns how many events are still to come.
func (q *Queue[E]) Len() int { return len(q.items) }

type items[E any] []item[E]

func (s items[E]) Len() int { return len(s) }

func (s items[E]) Less(i, j int) bool {
	if !s[i].at.Equal(s[j].at) {
		return s[i].at.Before(s[j].at)
	}
	return s[i].seq < s[j].seq
}

func (s items[E]) Swap(i, j int) { s[i], s[j] = s[j], s[i] }

func (s *items[E]) Push(x any) { *s = append(*s, x.(item[E])) }

func (s *items[E]) Pop() any {
	last := len(*s) - 1
	popped := (*s)[last]
	(*s)[last] = item[E]{}
	*s = (*s)[:last]
	return popped
}
