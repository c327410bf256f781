package folio

import (
	"strconv"
	"testing"
	"time"
)

// However many log in, also while the clock stands still, what is remembered of
// them is bounded; the oldest go first.
func TestSessionsAreBounded(t *testing.T) {
	w := worldOf(row(t, "sunflower"))
	user := w.users[0].ID
	for i := range maxSessions + 10 {
		w.OpenSession(user, strconv.Itoa(i), w.now.Add(time.Hour))
	}
	if n := len(w.sessions); n != maxSessions || len(w.opened) != n {
		t.Errorf("%d sessions, opened %d", n, len(w.opened))
	}
	if _, err := w.Redeem("9"); err == nil {
		t.Error("the oldest are still there")
	}
	if _, err := w.Redeem("10"); err != nil {
		t.Errorf("the oldest that fits: %v", err)
	}
	w.RunUntil(w.now.Add(time.Hour))
	w.OpenSession(user, "late", w.now.Add(time.Hour))
	w.OpenSession(user, "late", w.now.Add(time.Hour))
	if len(w.sessions) != 1 || len(w.opened) != 1 {
		t.Errorf("%d sessions once all but one have expired, opened %d", len(w.sessions), len(w.opened))
	}
}
