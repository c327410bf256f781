package mockserver

import "testing"

func TestMemoForgetsRatherThanGrows(t *testing.T) {
	m := newMemo[int, string](3)
	for i := range 10 {
		m.put(i, "x")
		if _, ok := m.get(i); !ok || len(m.known) > 3 {
			t.Fatalf("after %d of them: knows the last %v, %d in all", i+1, ok, len(m.known))
		}
	}
	if _, ok := m.get(10); ok {
		t.Error("knows what it was not told")
	}
}
