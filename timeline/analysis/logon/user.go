package logon

import (
	"slices"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A User is a user whose logons are judged, with what every judgement asks
// of them: made once, so that many visits of one user stay cheap.
type User struct {
	P        *analysis.Pass
	Pr       *Estate
	Code     uint32
	Name     string // as the timeline has it
	Declared analysis.MailboxSettings
	every    []*Logon // in time order
	Admitted []*Logon // in the analysis window

	indexed   bool
	days      map[int32]int      // admitted logons of each day that habits are learned from
	failures  map[uint64][]int64 // times of failures, by number of the network
	starts    map[uint32][]int   // rows without an outcome, by code of the address
	somewhere []*Logon           // admitted, from where the address says that the user was
}

// NewUser is a user with their admitted logons in the analysis window.
func NewUser(p *analysis.Pass, pr *Estate, u UserLogons) *User {
	name := p.Timeline.Value(timeline.ColUser, u.User)
	q := &User{P: p, Pr: pr, Code: u.User, Name: name, Declared: p.Settings.For(name), every: u.Logons}
	for _, l := range u.Logons {
		if l.Admitted() && judged(p, l) {
			q.Admitted = append(q.Admitted, l)
		}
	}
	return q
}

func (q *User) index() {
	if q.indexed {
		return
	}
	q.indexed = true
	q.days, q.failures, q.starts = map[int32]int{}, map[uint64][]int64{}, map[uint32][]int{}
	for _, l := range q.every {
		switch {
		case l.Admitted():
			if from := q.P.Settings.From; from.IsZero() || l.Time < from.UnixNano() {
				q.days[l.Day()]++
			}
			if l.Located() && !Carried(l.Place) {
				q.somewhere = append(q.somewhere, l)
			}
		case l.Outcome == timeline.Failure:
			n := q.Pr.number(l)
			q.failures[n] = append(q.failures[n], l.Time)
		case l.Outcome == timeline.Unknown && l.IP != 0:
			q.starts[l.IP] = append(q.starts[l.IP], l.Row)
		}
	}
}

// judged reports whether a logon lies in the analysis window.
func judged(p *analysis.Pass, l *Logon) bool {
	at := time.Unix(0, l.Time)
	return !at.Before(p.Settings.From) && (p.Settings.To.IsZero() || at.Before(p.Settings.To))
}

// located are the user's admitted logons from where the address says that
// they were.
func (q *User) located() []*Logon {
	q.index()
	return q.somewhere
}

// daysBeside counts the days on which the user was active elsewhere than in
// these logons.
func (q *User) daysBeside(these []*Logon) int {
	q.index()
	own := map[int32]int{}
	for _, l := range these {
		own[l.Day()]++
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
func (q *User) failuresBefore(number uint64, until, within int64) int {
	q.index()
	times := q.failures[number]
	hi, _ := slices.BinarySearch(times, until)
	lo, _ := slices.BinarySearch(times, until-within+1)
	return hi - lo
}

// startsFrom are the logon records without an outcome, such as the Logon
// activity of a browser, from the addresses of these logons.
func (q *User) startsFrom(these []*Logon) []int {
	q.index()
	seen := map[uint32]bool{}
	var rows []int
	for _, l := range these {
		if !seen[l.IP] {
			seen[l.IP] = true
			rows = append(rows, q.starts[l.IP]...)
		}
	}
	return rows
}
