package logon

import (
	"math"
	"slices"

	"becforensics/timeline/analysis"
)

// RareNews tells travellers from others: a user for whom one day in ten brings
// a new value is a traveller.
var RareNews = &analysis.Threshold{Name: "foreign-logon.rare_news", Value: 0.1, Doc: "chance of a new country or network for the user up to which one weighs more; session-reuse uses it too"}

// RareChance is the chance of something new up to which a user hardly ever has
// it.
func RareChance(p *analysis.Pass) float64 {
	return p.Threshold(RareNews)
}

// wilsonZ says how wide Wilson's interval is.
var wilsonZ = &analysis.Point{Name: "logon.wilson_z", Value: 1.959964, Doc: "quantile of the normal distribution that gives a two-sided interval of 95 %"}

// Wilson is the upper bound of the 95 % Wilson score interval of a share of k
// in n: honest about small samples, 1 where there aren't any.
func Wilson(k, n int) float64 {
	if n == 0 {
		return 1
	}
	z := wilsonZ.Value
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

// Bounds of what is usual. Days that mostly lie close together are a burst,
// however many their events: a visit, not a habit. What several users had for
// many days each is the estate's own: an office, a company VPN.
var (
	burstDays    = &analysis.Point{Name: "logon.burst_days", Value: 14, Doc: "days within which most days of a burst lie"}
	burstPercent = &analysis.Point{Name: "logon.burst_percent", Value: 80, Doc: "share of its days that makes a burst, in per cent"}
	RoutineDays  = &analysis.Point{Name: "logon.routine_days", Value: 3, Doc: "days on which something must have been seen to be a habit"}
	SharedUsers  = &analysis.Point{Name: "logon.shared_users", Value: 3, Doc: "other users who make something the estate's own"}
	SharedDays   = &analysis.Point{Name: "logon.shared_days", Value: 10, Doc: "days for which each of them must have had it"}
)

// habitPoints are the bounds by which habits are known.
var habitPoints = []*analysis.Point{burstDays, burstPercent, RoutineDays, SharedUsers, SharedDays, wilsonZ}

// HistoryDays are the active days below which a user's own history decides
// nothing.
var HistoryDays = &analysis.Threshold{Name: "history_days", Value: 20, Doc: "active days from which on a user's own history decides, in all analyses"}

// A Use is how a user used one value of an attribute.
type Use struct {
	Sessions int     // session-days: distinct (day, session or network)
	Days     []int32 // distinct, rising
	usual    bool    // it is a habit; see Habit.judge
}

// burst reports whether most of the days lie close together.
func (u *Use) burst() bool {
	need := int(math.Ceil(burstPercent.Value / 100 * float64(len(u.Days))))
	for i := 0; i+need <= len(u.Days); i++ {
		if u.Days[i+need-1]-u.Days[i] < int32(burstDays.Int()) {
			return true
		}
	}
	return false
}

// A Habit is what a user did, day by day, for one attribute.
type Habit struct {
	Sessions   int
	Days       []int32 // active days, rising
	Values     map[uint64]*Use
	singletons int // values that were seen on one day only
}

// Usual reports whether a value is a habit of the user.
func (h *Habit) Usual(value uint64) bool {
	u := h.Values[value]
	return u != nil && u.usual
}

// Usage is how a value was used; not at all, if it was not seen.
func (h *Habit) Usage(value uint64) Use {
	if u := h.Values[value]; u != nil {
		return *u
	}
	return Use{}
}

// judge says that a usage is a habit if it is spread over time and began
// before enough history without it had passed, or is seen on more than half of
// all active days, or on half of them with half of all session-days: many
// sessions within a day make no habit. What begins later is first seen, and an
// old compromise is not usual.
func (h *Habit) judge(u *Use, history int) bool {
	if days := 2 * len(u.Days); days > len(h.Days) || days == len(h.Days) && 2*u.Sessions >= h.Sessions {
		return true
	}
	before, _ := slices.BinarySearch(h.Days, u.Days[0])
	return len(u.Days) >= RoutineDays.Int() && !u.burst() && before < history
}

// Chance is how likely a new value of the attribute was for the user, judged
// on all days but those of the value itself: with how many days that is, and
// how many other values were seen on one day only.
func (h *Habit) Chance(value uint64) (p float64, days, singletons int) {
	days, sessions, singletons := len(h.Days), h.Sessions, h.singletons
	if u := h.Values[value]; u != nil {
		days, sessions = days-len(u.Days), sessions-u.Sessions
		if len(u.Days) == 1 {
			singletons--
		}
	}
	return chanceOfNew(singletons, sessions), days, singletons
}

// Habits are those of all users, for one attribute.
type Habits struct {
	Of        map[uint32]*Habit
	Standings map[uint64]*Prevalence
	Days      int // active days of all users
}

// A Prevalence is how a value stands among all users.
type Prevalence struct {
	Users  int     // who had it
	Steady int     // who had it for SharedDays or more
	Usual  int     // whose habit it is
	days   int     // active days with it
	first  []int32 // first day of each user, rising
}

// habits are those of an attribute; value gives it of what a session-day shows, 0
// where it does not have it: then the day is one of the user only. history is how
// many active days make one.
func (c *calendar) habits(value func(of uint32) uint64, history int) *Habits {
	r := &Habits{Of: make(map[uint32]*Habit, len(c.users)), Standings: map[uint64]*Prevalence{}}
	var shown []uint64
	for i := range c.users {
		lived := &c.users[i]
		h := &Habit{Sessions: lived.sessions, Days: lived.days, Values: map[uint64]*Use{}}
		r.Of[lived.user] = h
		for session := range lived.each {
			shown = shown[:0]
			for _, s := range session {
				if v := value(s.of); v != 0 && (len(shown) == 0 || shown[len(shown)-1] != v) {
					shown = append(shown, v)
				}
			}
			if len(shown) > 1 {
				slices.Sort(shown)
				shown = slices.Compact(shown)
			}
			for _, v := range shown {
				h.use(v, session[0].day)
			}
		}
		r.count(h, history)
	}
	for _, st := range r.Standings {
		slices.Sort(st.first)
	}
	return r
}

// use counts a session-day of a value.
func (h *Habit) use(value uint64, day int32) {
	u := h.Values[value]
	if u == nil {
		u = &Use{}
		h.Values[value] = u
	}
	u.Sessions++
	if len(u.Days) == 0 || u.Days[len(u.Days)-1] != day {
		u.Days = append(u.Days, day)
	}
}

// count judges the habits of one user, and counts them among those of all.
func (r *Habits) count(h *Habit, history int) {
	r.Days += len(h.Days)
	for value, u := range h.Values {
		if len(u.Days) == len(h.Days) {
			u.Days = h.Days // the same days
		}
		u.usual = h.judge(u, history)
		if len(u.Days) == 1 {
			h.singletons++
		}
		st := r.Standings[value]
		if st == nil {
			st = &Prevalence{}
			r.Standings[value] = st
		}
		st.add(u, 1)
		st.first = append(st.first, u.Days[0])
	}
}

func (st *Prevalence) add(u *Use, n int) {
	st.Users += n
	st.days += n * len(u.Days)
	if len(u.Days) >= SharedDays.Int() {
		st.Steady += n
	}
	if u.usual {
		st.Usual += n
	}
}

// know makes sure that a user has a habit, if an empty one.
func (r *Habits) know(user uint32) {
	if r.Of[user] == nil {
		r.Of[user] = &Habit{Values: map[uint64]*Use{}}
	}
}

// Usual reports whether a value is a habit of a user.
func (r *Habits) Usual(user uint32, value uint64) bool {
	h := r.Of[user]
	return h != nil && value != 0 && h.Usual(value)
}

// Others is how a value stands among all users but one.
func (r *Habits) Others(value uint64, but uint32) Prevalence {
	var st Prevalence
	if all := r.Standings[value]; all != nil {
		st = *all
	}
	if h := r.Of[but]; h != nil && h.Values[value] != nil {
		st.add(h.Values[value], -1)
	}
	return st
}

// Shared reports whether the value is the estate's own.
func (st *Prevalence) Shared() bool { return st.Steady >= SharedUsers.Int() }

// A Novelty says how surprising a value is for a user, judged on all days but
// those of the value itself.
type Novelty struct {
	Chance    float64    // that a session-day of the user shows a new value
	Days      int        // active days of the user
	Once      int        // values that the user had on one day only
	Others    Prevalence // among the other users
	Elsewhere int        // active days of the other users
}

// novelty is that of a value for a user of whom habits are known.
func (r *Habits) novelty(user uint32, value uint64) Novelty {
	h, others := r.Of[user], r.Others(value, user)
	n := Novelty{Others: others, Elsewhere: r.Days - others.days - len(h.Days)}
	n.Chance, n.Days, n.Once = h.Chance(value)
	return n
}

// newAround counts the users to whom a value came as new within some days of
// a day.
func (st *Prevalence) newAround(day, days int32) int {
	lo, _ := slices.BinarySearch(st.first, day-days)
	hi, _ := slices.BinarySearch(st.first, day+days+1)
	return hi - lo
}

// Enough is how many active days make a history.
func Enough(p *analysis.Pass) int {
	return int(p.Threshold(HistoryDays))
}
