package actor

import (
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/logon"
)

// AddressHours bounds attribution by address: later a dynamic address may have
// passed to another customer.
var AddressHours = &analysis.Threshold{Name: "actor.address_hours", Value: 24, Doc: "hours around what is known to be an actor's in which its address still is"}

// An addressTrail attributes acts by address and user.
type addressTrail struct {
	t         *timeline.Timeline
	span      int64             // for which an address is the actor's, in nanoseconds
	byUser    map[uint64]*trail // code of ColIP and user
	byMailbox map[uint64]*trail // for acts whose user is not stated
}

// A trail is one address of one actor, with the first and the last time at which
// the actor is known to have used it.
type trail struct {
	who         *Actor
	first, last int64
}

func newAddressTrail(p *analysis.Pass, all []*Actor) *addressTrail {
	t := p.Timeline
	a := &addressTrail{t: t, span: int64(hours(p, AddressHours)), byUser: map[uint64]*trail{}, byMailbox: map[uint64]*trail{}}
	networks := logon.Networks.Of(p)
	routine := logon.HabitsOf(p, logon.Logons.Of(p), func(l *logon.Logon) uint64 { return uint64(networks.Number[l.IP]) })
	for _, who := range all {
		for _, row := range who.Logons {
			ip, user, mailbox := t.Code(timeline.ColIP, row), t.Folded(timeline.ColUser, row), t.Folded(timeline.ColMailbox, row)
			if ip == 0 || routine.Usual(user, uint64(networks.Number[ip])) && !allOf(routine.Of[user], who) {
				continue
			}
			if a.byUser[logon.Pair(ip, user)] == nil {
				n, _ := t.Nanos(row)
				tr := &trail{who, n, n}
				a.byUser[logon.Pair(ip, user)] = tr
				if a.byMailbox[logon.Pair(ip, mailbox)] == nil {
					a.byMailbox[logon.Pair(ip, mailbox)] = tr
				}
			}
		}
	}
	return a
}

// hours is a threshold that is a span in hours.
func hours(p *analysis.Pass, t *analysis.Threshold) time.Duration {
	return time.Duration(p.Threshold(t) * float64(time.Hour))
}

// allOf reports whether all that a user did is the actor's: then nothing is the
// owner's routine.
func allOf(h *logon.Habit, who *Actor) bool { return len(who.Logons) >= h.Sessions }

func (a *addressTrail) trail(row int) *trail {
	ip, user := a.t.Code(timeline.ColIP, row), a.t.Folded(timeline.ColUser, row)
	if user == 0 {
		return a.byMailbox[logon.Pair(ip, a.t.Folded(timeline.ColMailbox, row))]
	}
	return a.byUser[logon.Pair(ip, user)]
}

// touch notes that an act at the row's address is the actor's.
func (a *addressTrail) touch(row int, who *Actor) {
	if tr := a.trail(row); tr != nil && tr.who == who {
		tr.last, _ = a.t.Nanos(row)
	}
}

func (a *addressTrail) at(row int) (*Actor, string) {
	tr := a.trail(row)
	now, _ := a.t.Nanos(row)
	if tr == nil || now < tr.first-a.span || now > tr.last+a.span {
		return nil, ""
	}
	return tr.who, "same address and user"
}

// A sessionTrail attributes acts by session id. A session that the owner's
// usual networks use as well was inherited: only the part from elsewhere is
// the actor's.
type sessionTrail struct {
	t      *timeline.Timeline
	of     map[uint32]*Actor
	user   map[uint32]uint32 // folded
	shared map[uint32]bool   // also used from a usual network of the user
	asns   *logon.Habits
}

func newSessionTrail(p *analysis.Pass, all []*Actor) *sessionTrail {
	t := p.Timeline
	s := &sessionTrail{t: t, of: map[uint32]*Actor{}, user: map[uint32]uint32{}, shared: map[uint32]bool{}}
	s.asns = logon.HabitsOf(p, logon.Logons.Of(p), func(l *logon.Logon) uint64 { return uint64(l.Place.ASN) })
	fold := t.Fold(timeline.ColSession)
	for _, who := range all {
		for _, row := range who.Logons {
			if session := fold[t.Code(timeline.ColSession, row)]; session != 0 && !t.Source(row).ClientSessions && s.of[session] == nil {
				s.of[session], s.user[session] = who, t.Folded(timeline.ColUser, row)
			}
		}
	}
	if len(s.of) == 0 {
		return s
	}
	for row := range t.Len() {
		session := fold[t.Code(timeline.ColSession, row)]
		if session != 0 && s.of[session] != nil && s.usual(row, s.user[session]) {
			s.shared[session] = true
		}
	}
	return s
}

// usual reports whether a row's address is in a network that is usual for its
// user.
func (s *sessionTrail) usual(row int, user uint32) bool {
	place := s.t.Place(row)
	return place != nil && s.asns.Usual(user, uint64(place.ASN))
}

func (s *sessionTrail) at(row int) (*Actor, string) {
	session := s.t.Folded(timeline.ColSession, row)
	who := s.of[session]
	if session == 0 || who == nil {
		return nil, ""
	}
	if user := s.t.Folded(timeline.ColUser, row); user != 0 && user != s.user[session] {
		return nil, ""
	}
	if !s.shared[session] {
		return who, "same session"
	}
	if place := s.t.Place(row); place == nil || place.Kind == logon.KindService || s.usual(row, s.user[session]) {
		return nil, ""
	}
	return who, "same session, from outside the user's usual networks"
}
