package sim

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2020, 10, 7, 13, 17, 2, 263e6, time.UTC)

func TestStillClockMovesOnlyWhenAdvanced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Still(start)
		time.Sleep(time.Hour)
		if got := c.Now(); !got.Equal(start) {
			t.Errorf("after an hour of the machine it shows %v, want %v", got, start)
		}
		c.Advance(4 * time.Hour)
		c.Advance(-time.Hour)
		if got, want := c.Now(), start.Add(4*time.Hour); !got.Equal(want) {
			t.Errorf("Now() = %v, want %v", got, want)
		}
	})
}

func TestRunningClockFollowsTheMachineAtItsSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Running(start, 60)
		time.Sleep(time.Second)
		c.Advance(time.Hour)
		if got, want := c.Now(), start.Add(time.Hour+time.Minute); !got.Equal(want) {
			t.Errorf("Now() = %v, want %v", got, want)
		}
	})
}

func TestClockNeverRunsBackwardsAtAnySpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Running(start, 1e6)
		last := c.Now()
		for range 20 {
			time.Sleep(3 * time.Hour)
			now := c.Now()
			if now.Before(last) || now.Year() > 9990 {
				t.Fatalf("after %v it shows %v", last, now)
			}
			last = now
		}
	})
}

func TestTimeStopsBeforeItCannotBeWritten(t *testing.T) {
	c := Still(start)
	for range 30 {
		c.Advance(290 * 365 * 24 * time.Hour)
	}
	if want := time.Date(9990, 1, 1, 0, 0, 0, 0, time.UTC); !c.Now().Equal(want) {
		t.Errorf("it shows %v, want %v", c.Now(), want)
	}
}

func TestQueueOrdersByInstantThenByArrival(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type event struct{ at, n int }
		var q Queue[event]
		var want []event
		for n := range rapid.IntRange(0, 50).Draw(t, "events") {
			e := event{at: rapid.IntRange(0, 5).Draw(t, "at"), n: n}
			want = append(want, e)
			q.Add(start.Add(time.Duration(e.at)*time.Second), e)
		}
		slices.SortStableFunc(want, func(a, b event) int { return a.at - b.at })

		var got []event
		for second := range 6 {
			until := start.Add(time.Duration(second) * time.Second)
			for {
				at, e, ok := q.Next(until)
				if !ok {
					break
				}
				if at.After(until) || !at.Equal(start.Add(time.Duration(e.at)*time.Second)) {
					t.Fatalf("event %v handed out with instant %v when %v was asked for", e, at, until)
				}
				got = append(got, e)
			}
		}
		if !slices.Equal(got, want) || q.Len() != 0 {
			t.Fatalf("handed out %v, want %v; %d left", got, want, q.Len())
		}
	})
}

func TestDrawsDependOnEachPartAndNothingElse(t *testing.T) {
	d := NewDice(1, "diku")
	base := d.UUID("job", 0)
	if again := NewDice(1, "diku").UUID("job", 0); again != base {
		t.Errorf("the same draw gave %v and %v", base, again)
	}
	if base.Version() != 4 {
		t.Errorf("drawn UUID %v has version %d, want 4", base, base.Version())
	}
	for name, other := range map[string][32]byte{
		"seed":    NewDice(2, "diku").Bytes("job", 0),
		"owner":   NewDice(1, "other").Bytes("job", 0),
		"kind":    d.Bytes("file", 0),
		"ordinal": d.Bytes("job", 1),
	} {
		if other == d.Bytes("job", 0) {
			t.Errorf("another %s gives the same draw", name)
		}
	}
}
