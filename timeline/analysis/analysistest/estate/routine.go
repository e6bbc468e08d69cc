package estate

import (
	"math/rand/v2"
	"time"
)

// ordinary lets the users work, day after day.
func (t *tenant) ordinary() {
	for day := -t.options.Before; day < t.scenario.Days+t.options.After; day++ {
		for _, u := range t.users {
			t.arrivals(u, day)
		}
		for _, u := range t.users {
			t.work(u, day)
		}
	}
}

func (t *tenant) weekend(day int) bool {
	w := t.day(day).Weekday()
	return w == time.Saturday || w == time.Sunday
}

// arrivals are the messages that reach a user from outside.
func (t *tenant) arrivals(u *user, day int) {
	r := t.draw("arrivals", u.upn, day)
	n := 1 + r.IntN(3)
	if t.weekend(day) {
		n = r.IntN(2)
	}
	for range n {
		t.deliver(t.fromPartner(r, pick(r, u.partners), u, within(r, t.local(day, 7, 0), 9*time.Hour)))
	}
}

// work is a user's day: the desk, now and then webmail, and the phone.
func (t *tenant) work(u *user, day int) {
	r := t.draw("work", u.upn, day)
	if !t.weekend(day) {
		at := t.office
		if r.IntN(10) < 3 {
			at = u.home
		}
		if l, away := t.away[u][day]; away {
			at = l
		}
		s := t.open(r, u, at, u.main, within(r, t.local(day, 8, 0), time.Hour))
		if t.scenario.Era == Graph {
			t.graphRequest(s, "GET", "/me/calendarView", nil)
		}
		t.read(r, s, 1+r.IntN(3), 36*time.Hour)
		t.correspond(r, s, u, day)
	}
	if r.IntN(10) < 4 {
		s := t.open(r, u, newLine(t.home+"-mobile", r), t.client("phone"), within(r, t.local(day, 18, 0), 3*time.Hour))
		t.read(r, s, 1, 12*time.Hour)
	}
}

// read opens some of the messages that came lately.
func (t *tenant) read(r *rand.Rand, s *session, n int, lately time.Duration) {
	for _, m := range t.recent(s.mailbox, s.now.Add(4*time.Hour), n) {
		if m.at.Before(s.now.Add(-lately)) {
			continue
		}
		if s.now.Before(m.at) {
			s.now = m.at
		}
		s.wait(r, 10*time.Minute)
		t.view(s, m)
		if r.IntN(8) == 0 {
			s.wait(r, 2*time.Minute)
			t.remove(s, m, "MoveToDeletedItems")
		}
	}
}

// correspond answers a correspondent, writes to a colleague, looks for something.
func (t *tenant) correspond(r *rand.Rand, s *session, u *user, day int) {
	if r.IntN(2) == 0 {
		s.wait(r, 40*time.Minute)
		p := pick(r, u.partners)
		t.send(s, t.newMessage(r, s.now, u.upn, "RE: "+pick(r, subjects()), p.address))
	}
	if r.IntN(3) == 0 && !u.added {
		s.wait(r, 40*time.Minute)
		to := pick(r, t.users[:t.scenario.Users])
		if to != u {
			t.send(s, t.newMessage(r, s.now, u.upn, pick(r, subjects()), to.upn))
		}
	}
	if r.IntN(8) == 0 {
		s.wait(r, 30*time.Minute)
		t.search(s, pick(r, []string{"rota", "drawing", "minutes"}))
	}
	if t.scenario.Era != Activities && r.IntN(2) == 0 {
		s.wait(r, 2*time.Hour)
		t.refresh(s)
	}
}
