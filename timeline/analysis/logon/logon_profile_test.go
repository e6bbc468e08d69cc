package logon

import (
	"math"
	"strings"
	"testing"
)

// The sizes at which the bound falls below 5 % and 10 %, as computed by hand.
func TestWilson(t *testing.T) {
	for _, test := range []struct {
		k, n  int
		below float64
	}{{0, 73, 0.05}, {1, 110, 0.05}, {2, 142, 0.05}, {3, 173, 0.05}, {0, 35, 0.1}, {1, 53, 0.1}, {2, 69, 0.1}, {3, 84, 0.1}} {
		if at, before := Wilson(test.k, test.n), Wilson(test.k, test.n-1); at >= test.below || before < test.below {
			t.Errorf("wilson(%d, %d) = %.4f and %.4f before, want the first below %.2f", test.k, test.n, at, before, test.below)
		}
	}
	if Wilson(0, 0) != 1 || Wilson(5, 5) != 1 {
		t.Error("without observations, or with nothing else, the bound is not 1")
	}
}

func TestChanceOfNew(t *testing.T) {
	if p := chanceOfNew(2, 118); math.Abs(p-0.025) > 1e-9 {
		t.Errorf("2 new networks in 118 days: chance %.4f, want 0.0250", p)
	}
	if p := chanceOfNew(0, 0); p != 0.5 {
		t.Errorf("without history: %v", p)
	}
}

// live adds session-days of one user with one value each.
func (c *calendar) live(user, value uint32, list []int32) {
	for _, d := range list {
		c.add(user, sessionDay{day: d, session: uint64(value), of: value})
	}
}

// habitsOf are those of what the session-days show.
func habitsOf(c *calendar) *Habits {
	c.sort()
	return c.habits(func(of uint32) uint64 { return uint64(of) }, int(HistoryDays.Value))
}

func every(from, to, step int32) []int32 {
	var list []int32
	for d := from; d < to; d += step {
		list = append(list, d)
	}
	return list
}

func TestWhatIsUsual(t *testing.T) {
	for _, test := range []struct {
		name  string
		days  []int32
		usual bool
	}{
		{"every third day from the start", every(1, 60, 3), true},
		{"three days over the span", []int32{2, 25, 50}, true},
		{"a visit of two weeks", every(20, 34, 1), false},
		{"one day", []int32{5}, false},
		{"begins after much history without it", every(30, 60, 3), false},
	} {
		seen := newCalendar()
		seen.live(1, 7, every(0, 60, 1))
		seen.live(1, 9, test.days)
		r := habitsOf(seen)
		if got := r.Usual(1, 9); got != test.usual {
			t.Errorf("%s: usual %v, want %v", test.name, got, test.usual)
		}
		if !r.Usual(1, 7) || r.Usual(2, 7) {
			t.Errorf("%s: what was there every day is not the user's own habit", test.name)
		}
	}
}

func TestEstate(t *testing.T) {
	seen := newCalendar()
	for user := uint32(1); user <= 4; user++ {
		seen.live(user, 5, every(0, 12, 1))
	}
	r := habitsOf(seen)
	others := r.Others(5, 1)
	if others.Users != 3 || !others.Shared() || others.Usual != 3 {
		t.Errorf("others %+v", others)
	}
	if n := r.novelty(1, 5).Elsewhere; n != 0 {
		t.Errorf("%d days of others without a value they always have", n)
	}
	if n := r.Standings[5].newAround(0, 7); n != 4 {
		t.Errorf("%d users to whom it was new", n)
	}
}

func TestAgentFamily(t *testing.T) {
	const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s Safari/537.36"
	a, b := agentFamily(strings.Replace(chrome, "%s", "67.0.3419.97", 1)), agentFamily(strings.Replace(chrome, "%s", "68.0.1", 1))
	if a != b || !strings.Contains(a, "Chrome") || strings.ContainsAny(a, "/()") {
		t.Errorf("families %q and %q", a, b)
	}
	if f := agentFamily("axios/1.7.2"); f != "axios" {
		t.Errorf("axios is %q", f)
	}
	if f := agentFamily(strings.Repeat("a", 10*MaxAgent)); len(f) > MaxAgent {
		t.Errorf("a family of %d bytes", len(f))
	}
}
