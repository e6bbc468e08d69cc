package logon

import (
	"cmp"
	"slices"
)

// A sessionDay is a day of a user with a session: what counts once, however
// many events show it.
type sessionDay struct {
	session uint64
	user    uint32
	day     int32
	of      uint32 // what shows it: the number of a logon, a code
}

// A calendar is the session-days of users, from which the habits of several
// attributes are learned.
type calendar []userDays

type userDays struct {
	user     uint32
	sessions int          // session-days
	days     []int32      // with any, rising
	seen     []sessionDay // by day, then by session
}

// newCalendar sorts session-days that are given in the order of days.
func newCalendar(seen []sessionDay) calendar {
	index := map[uint32]int{}
	var c calendar
	var events []int // of each user
	for _, s := range seen {
		at, ok := index[s.user]
		if !ok {
			at = len(c)
			index[s.user] = at
			c, events = append(c, userDays{user: s.user}), append(events, 0)
		}
		events[at]++
	}
	room := make([]sessionDay, len(seen))
	for i, n := range events {
		c[i].seen, room = room[:0:n], room[n:]
	}
	for _, s := range seen {
		u := &c[index[s.user]]
		u.seen = append(u.seen, s)
	}
	for i := range c {
		u := &c[i]
		slices.SortStableFunc(u.seen, func(a, b sessionDay) int {
			return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.session, b.session))
		})
		for session := range u.each {
			u.sessions++
			if day := session[0].day; len(u.days) == 0 || u.days[len(u.days)-1] != day {
				u.days = append(u.days, day)
			}
		}
		u.days = slices.Clone(u.days)
	}
	return c
}

// each yields what shows each session-day.
func (u *userDays) each(yield func([]sessionDay) bool) {
	for from := 0; from < len(u.seen); {
		to := from + 1
		for to < len(u.seen) && u.seen[to].day == u.seen[from].day && u.seen[to].session == u.seen[from].session {
			to++
		}
		if !yield(u.seen[from:to]) {
			return
		}
		from = to
	}
}
