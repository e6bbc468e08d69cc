package bec

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"becforensics/timeline/analysis"
)

// wilson is the upper bound of the 95 % Wilson score interval of a share of k
// in n: honest about small samples, 1 where there are none.
func wilson(k, n int) float64 {
	if n == 0 {
		return 1
	}
	const z = 1.959964 // of the normal distribution, 95 % two-sided
	p, m := float64(k)/float64(n), float64(n)
	centre := p + z*z/(2*m)
	spread := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return min(1, (centre+spread)/(1+z*z/m))
}

// chanceOfNew is the chance that a user's next session-day shows a value
// never seen before, by Good and Turing with one added: singletons are the
// values that were seen on exactly one day, n the session-days. It errs to
// the mild side.
func chanceOfNew(singletons, n int) float64 {
	return min(1, float64(singletons+1)/float64(n+2))
}

// surprise is the weight of that chance, from 0 for a user to whom the new is
// usual to 3.
func surprise(p float64) float64 { return min(3, -math.Log10(p)) }

// percent writes a share for a cell.
func percent(p float64) string { return fmt.Sprintf("%.1f %%", 100*p) }

// Judgements on what is usual; the examiner may change them by these names.
const (
	// Below this many active days a user's own history decides nothing.
	historyDays = 20
	// Days of a value that lie to 80 % within 14 days are a burst, however
	// many its events: a visit, not a routine.
	burstDays  = 14
	burstShare = 0.8
	// A routine needs more than a couple of days.
	routineDays = 3
	// A value that three users had for ten days each is the estate's own: an
	// office, a company VPN.
	sharedUsers = 3
	sharedDays  = 10
)

// A usage is how a user used one value of an attribute.
type usage struct {
	sessions int     // session-days: distinct (day, session or network)
	days     []int32 // distinct, rising
}

// burst reports whether most of the days lie close together.
func (u *usage) burst() bool {
	need := int(math.Ceil(burstShare * float64(len(u.days))))
	for i := 0; i+need <= len(u.days); i++ {
		if u.days[i+need-1]-u.days[i] < burstDays {
			return true
		}
	}
	return false
}

// A routine is what a user did, day by day, for one attribute.
type routine struct {
	sessions int
	days     []int32 // active days, rising
	values   map[uint64]*usage
}

// usual reports whether a value is a routine of the user: spread over time and
// there before enough history without it had passed, or the value of half of
// all session-days. What begins later is first seen, and an old compromise is
// not usual.
func (h *routine) usual(value uint64) bool {
	u := h.values[value]
	if u == nil {
		return false
	}
	if 2*u.sessions >= h.sessions {
		return true
	}
	before, _ := slices.BinarySearch(h.days, u.days[0])
	return len(u.days) >= routineDays && !u.burst() && before < historyDays
}

// singletons counts the values that were seen on one day only, but for value.
func (h *routine) singletons(value uint64) int {
	n := 0
	for v, u := range h.values {
		if v != value && len(u.days) == 1 {
			n++
		}
	}
	return n
}

// chance is how likely a new value of the attribute was for the user, judged
// on all days but those of the value itself.
func (h *routine) chance(value uint64) (p float64, days, seen int) {
	days, sessions := len(h.days), h.sessions
	if u := h.values[value]; u != nil {
		days, sessions = days-len(u.days), sessions-u.sessions
	}
	seen = h.singletons(value)
	return chanceOfNew(seen, sessions), days, seen
}

// routines are those of all users, for one attribute.
type routines map[uint32]*routine

// A sessionDay is what counts once, however many events it has.
type sessionDay struct {
	user    uint32
	day     int32
	session uint64
	value   uint64
}

// newRoutines counts session-days of an attribute. Values of 0 count as days of
// the user only.
func newRoutines(seen []sessionDay) routines {
	slices.SortFunc(seen, func(a, b sessionDay) int {
		return cmp.Or(cmp.Compare(a.user, b.user), cmp.Compare(a.day, b.day), cmp.Compare(a.session, b.session), cmp.Compare(a.value, b.value))
	})
	seen = slices.Compact(seen)
	of := routines{}
	for i, s := range seen {
		h := of[s.user]
		if h == nil {
			h = &routine{values: map[uint64]*usage{}}
			of[s.user] = h
		}
		if i == 0 || seen[i-1].user != s.user || seen[i-1].day != s.day || seen[i-1].session != s.session {
			h.sessions++
		}
		if len(h.days) == 0 || h.days[len(h.days)-1] != s.day {
			h.days = append(h.days, s.day)
		}
		if s.value == 0 {
			continue
		}
		u := h.values[s.value]
		if u == nil {
			u = &usage{}
			h.values[s.value] = u
		}
		u.sessions++
		if len(u.days) == 0 || u.days[len(u.days)-1] != s.day {
			u.days = append(u.days, s.day)
		}
	}
	return of
}

// An estate is how a value stands among all users.
type estate struct {
	users  int // who had it
	steady int // who had it for sharedDays or more
	usual  int // whose routine it is
}

// estate counts who else used a value; the user named is left out.
func (of routines) estate(value uint64, except uint32) estate {
	var e estate
	for user, h := range of {
		u := h.values[value]
		if user == except || u == nil {
			continue
		}
		e.users++
		if len(u.days) >= sharedDays {
			e.steady++
		}
		if h.usual(value) {
			e.usual++
		}
	}
	return e
}

// shared reports whether the value is the estate's own.
func (e estate) shared() bool { return e.steady >= sharedUsers }

// daysElsewhere counts the active days of all users but one on which value
// was not seen.
func (of routines) daysElsewhere(value uint64, except uint32) int {
	n := 0
	for user, h := range of {
		if user == except {
			continue
		}
		n += len(h.days)
		if u := h.values[value]; u != nil {
			n -= len(u.days)
		}
	}
	return n
}

// enough is how many active days make a history.
func enough(p *analysis.Pass) int {
	return int(p.Settings.Threshold("history_days", historyDays))
}
