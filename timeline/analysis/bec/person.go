package bec

import (
	"slices"
	"sort"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A person is a user whose logons are judged, with what every judgement asks
// of them: made once, so that many visits of one user stay cheap.
type person struct {
	p        *analysis.Pass
	pr       *profile
	Code     uint32
	every    []*logon // in time order
	admitted []*logon // in the analysis window

	indexed  bool
	days     map[int32]int      // admitted logons of each day that habits are learned from
	failures map[uint64][]int64 // times of failures, by number of the network
	starts   map[uint32][]int   // rows without an outcome, by code of the address
	located  []*logon           // admitted, from where the address says that the user was
}

func newPerson(p *analysis.Pass, pr *profile, u userLogons) *person {
	q := &person{p: p, pr: pr, Code: u.user, every: u.logons}
	for _, l := range u.logons {
		if l.admitted() && judged(p, l) {
			q.admitted = append(q.admitted, l)
		}
	}
	return q
}

func (q *person) name() string { return q.p.Timeline.Value(timeline.ColUser, q.Code) }

func (q *person) index() {
	if q.indexed {
		return
	}
	q.indexed = true
	q.days, q.failures, q.starts = map[int32]int{}, map[uint64][]int64{}, map[uint32][]int{}
	for _, l := range q.every {
		switch {
		case l.admitted():
			if from := q.p.Settings.From; from.IsZero() || l.time < from.UnixNano() {
				q.days[l.day()]++
			}
			if l.located() && !carried(l.place) {
				q.located = append(q.located, l)
			}
		case l.outcome == timeline.Failure:
			n := q.pr.number(l)
			q.failures[n] = append(q.failures[n], l.time)
		case l.outcome == timeline.Unknown && l.ip != 0:
			q.starts[l.ip] = append(q.starts[l.ip], l.row)
		}
	}
}

// daysBeside counts the days on which the user was active elsewhere than in
// these logons.
func (q *person) daysBeside(these []*logon) int {
	q.index()
	own := map[int32]int{}
	for _, l := range these {
		if l.admitted() {
			own[l.day()]++
		}
	}
	n := len(q.days)
	for day, count := range own {
		if q.days[day] == count {
			n--
		}
	}
	return n
}

// failuresBefore counts the failures on a network in the hours before a time.
func (q *person) failuresBefore(number uint64, until, within int64) int {
	q.index()
	times := q.failures[number]
	hi, _ := slices.BinarySearch(times, until)
	lo, _ := slices.BinarySearch(times, until-within+1)
	return hi - lo
}

// startsFrom are the logon records without an outcome, such as the Logon
// activity of a browser, from the addresses of these logons.
func (q *person) startsFrom(these []*logon) []int {
	q.index()
	seen := map[uint32]bool{}
	var rows []int
	for _, l := range these {
		if !seen[l.ip] {
			seen[l.ip] = true
			rows = append(rows, q.starts[l.ip]...)
		}
	}
	return rows
}

// interleaved finds a logon of others that lies so close in time to one of
// the visits that nobody can have made both; nil if there is none. Both are
// in time order. The user's own device is not somebody else's, and his phone
// may come out elsewhere than what he carries beside it.
func (q *person) interleaved(visits, others []*logon) (visit, other *logon, km float64) {
	for _, v := range visits {
		known := q.pr.familiar(v)
		if known == ownDevice {
			continue
		}
		i := sort.Search(len(others), func(i int) bool { return others[i].time > v.time })
		for _, o := range q.nearest(others, i, v, known) {
			if km, impossible := cannotTravel(o, v); impossible {
				return v, o, km
			}
		}
	}
	return nil, nil, 0
}

// nearest are the logons before and after a visit, others[at] being the first
// after it, that another person would have made.
func (q *person) nearest(others []*logon, at int, v *logon, known familiarity) []*logon {
	var found []*logon
	for _, step := range [...]int{-1, 1} {
		i := at
		if step < 0 {
			i--
		}
		for known == familiar && i >= 0 && i < len(others) && (q.pr.twoDevices(q.p.Timeline, v, others[i]) || q.oneDevice(v, others[i])) {
			i += step
		}
		if i >= 0 && i < len(others) {
			found = append(found, others[i])
		}
	}
	return found
}

// oneDevice reports whether a visit and another logon are those of one phone
// in one session: see session-reuse.
func (q *person) oneDevice(v, other *logon) bool {
	return v.session == other.session && q.pr.roams(q.p, q.Code, []int{v.row}, other.row)
}
