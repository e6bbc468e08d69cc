package logon

import (
	"cmp"
	"slices"
)

// A sessionDay is a day with a session: what counts once, however many events
// show it.
type sessionDay struct {
	session uint64
	day     int32
	of      uint32 // what shows it: the number of a logon, a code
}

// A calendar is the session-days of users, from which the habits of several
// attributes are learned. It is filled by add, and sorted once.
type calendar struct {
	users []userDays
	index map[uint32]int
}

type userDays struct {
	user     uint32
	sessions int          // session-days
	days     []int32      // with any, rising
	seen     []sessionDay // by day, then by session
}

func newCalendar() *calendar { return &calendar{index: map[uint32]int{}} }

func (c *calendar) add(user uint32, d sessionDay) {
	at, ok := c.index[user]
	if !ok {
		at = len(c.users)
		c.index[user] = at
		c.users = append(c.users, userDays{user: user})
	}
	c.users[at].seen = append(c.users[at].seen, d)
}

func (c *calendar) sort() {
	for i := range c.users {
		u := &c.users[i]
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
