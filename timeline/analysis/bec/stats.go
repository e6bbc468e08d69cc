package bec

import (
	"cmp"
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
	usual    bool    // it is a habit; see routine.usual
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
	sessions   int
	days       []int32 // active days, rising
	values     map[uint64]*usage
	singletons int // values that were seen on one day only
}

// usual reports whether a value is a habit of the user.
func (h *routine) usual(value uint64) bool {
	u := h.values[value]
	return u != nil && u.usual
}

// usage is how a value was used; not at all, if it was not seen.
func (h *routine) usage(value uint64) usage {
	if u := h.values[value]; u != nil {
		return *u
	}
	return usage{}
}

// judge says that a usage is a habit if it is spread over time and began
// before enough history without it had passed, or is seen on more than half of
// all active days, or on half of them with half of all session-days: many
// sessions within a day make no habit. What begins later is first seen, and an
// old compromise is not usual.
func (h *routine) judge(u *usage, history int) bool {
	if days := 2 * len(u.days); days > len(h.days) || days == len(h.days) && 2*u.sessions >= h.sessions {
		return true
	}
	before, _ := slices.BinarySearch(h.days, u.days[0])
	return len(u.days) >= routineDays && !u.burst() && before < history
}

// chance is how likely a new value of the attribute was for the user, judged
// on all days but those of the value itself: with how many days that is, and
// how many other values were seen on one day only.
func (h *routine) chance(value uint64) (p float64, days, singletons int) {
	days, sessions, singletons := len(h.days), h.sessions, h.singletons
	if u := h.values[value]; u != nil {
		days, sessions = days-len(u.days), sessions-u.sessions
		if len(u.days) == 1 {
			singletons--
		}
	}
	return chanceOfNew(singletons, sessions), days, singletons
}

// routines are those of all users, for one attribute.
type routines struct {
	of        map[uint32]*routine
	standings map[uint64]*standing
	days      int // active days of all users
}

// A standing is how a value stands among all users.
type standing struct {
	users  int     // who had it
	steady int     // who had it for sharedDays or more
	usual  int     // whose habit it is
	days   int     // active days with it
	first  []int32 // first day of each user, rising
}

// A sessionDay is what counts once, however many events it has.
type sessionDay struct {
	user    uint32
	day     int32
	session uint64
	value   uint64
}

// newRoutines counts session-days of an attribute, given in the order of
// days; history is how many active days make one. Values of 0 count as days of
// the user only.
func newRoutines(seen []sessionDay, history int) *routines {
	of := map[uint32]*routine{}
	for _, list := range byUser(seen) {
		h := &routine{values: map[uint64]*usage{}}
		of[list[0].user] = h
		for from := 0; from < len(list); {
			to := from + 1
			for to < len(list) && list[to].day == list[from].day {
				to++
			}
			h.live(list[from:to])
			from = to
		}
	}
	r := &routines{of: of, standings: map[uint64]*standing{}}
	for _, h := range of {
		r.days += len(h.days)
		for value, u := range h.values {
			u.usual = h.judge(u, history)
			if len(u.days) == 1 {
				h.singletons++
			}
			st := r.standings[value]
			if st == nil {
				st = &standing{}
				r.standings[value] = st
			}
			st.add(u, 1)
			st.first = append(st.first, u.days[0])
		}
	}
	for _, st := range r.standings {
		slices.Sort(st.first)
	}
	return r
}

// byUser splits session-days by user, in the order of the users' first days;
// repetitions that follow each other are dropped.
func byUser(seen []sessionDay) [][]sessionDay {
	index := map[uint32]int{}
	var lists [][]sessionDay
	last := -1
	for _, s := range seen {
		if last < 0 || lists[last][0].user != s.user {
			var ok bool
			if last, ok = index[s.user]; !ok {
				last = len(lists)
				index[s.user] = last
				lists = append(lists, nil)
			}
		}
		if l := lists[last]; len(l) == 0 || l[len(l)-1] != s {
			lists[last] = append(l, s)
		}
	}
	return lists
}

// live counts one day of the user.
func (h *routine) live(day []sessionDay) {
	if len(day) > 1 {
		slices.SortFunc(day, func(a, b sessionDay) int {
			if a.session != b.session {
				return cmp.Compare(a.session, b.session)
			}
			return cmp.Compare(a.value, b.value)
		})
		day = slices.Compact(day)
	}
	h.days = append(h.days, day[0].day)
	for i, s := range day {
		if i == 0 || day[i-1].session != s.session {
			h.sessions++
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
}

func (st *standing) add(u *usage, n int) {
	st.users += n
	st.days += n * len(u.days)
	if len(u.days) >= sharedDays {
		st.steady += n
	}
	if u.usual {
		st.usual += n
	}
}

// know makes sure that a user has a routine, if an empty one.
func (r *routines) know(user uint32) {
	if r.of[user] == nil {
		r.of[user] = &routine{values: map[uint64]*usage{}}
	}
}

// usual reports whether a value is a habit of a user.
func (r *routines) usual(user uint32, value uint64) bool {
	h := r.of[user]
	return h != nil && value != 0 && h.usual(value)
}

// others is how a value stands among all users but one.
func (r *routines) others(value uint64, but uint32) standing {
	var st standing
	if all := r.standings[value]; all != nil {
		st = *all
	}
	if h := r.of[but]; h != nil && h.values[value] != nil {
		st.add(h.values[value], -1)
	}
	return st
}

// shared reports whether the value is the estate's own.
func (st *standing) shared() bool { return st.steady >= sharedUsers }

// elsewhere counts the active days of all users but one on which a value was
// not seen.
func (r *routines) elsewhere(value uint64, but uint32) int {
	n := r.days - r.others(value, but).days
	if h := r.of[but]; h != nil {
		n -= len(h.days)
	}
	return n
}

// newAround counts the users to whom a value came as new within some days of
// a day.
func (st *standing) newAround(day, days int32) int {
	lo, _ := slices.BinarySearch(st.first, day-days)
	hi, _ := slices.BinarySearch(st.first, day+days+1)
	return hi - lo
}

// enough is how many active days make a history.
func enough(p *analysis.Pass) int {
	return int(p.Threshold("history_days"))
}

// drop counts one less of a key; of what is counted no more nothing is kept.
func drop[K comparable](counts map[K]int, key K) {
	if counts[key]--; counts[key] == 0 {
		delete(counts, key)
	}
}
