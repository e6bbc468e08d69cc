package actor

import (
	"fmt"
	"sort"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/logon"
)

// Spans of a pseudo-session: the records of Outlook Activities have no session
// ids that hold.
var (
	PauseMinutes = &analysis.Threshold{Name: "actor.pause_minutes", Value: 30, Doc: "minutes without an act of a client after which its pseudo-session may be over"}
	AroundHours  = &analysis.Threshold{Name: "actor.around_hours", Value: 2, Doc: "hours around an act in which all logons of its client must be the actor's, or the act could be the owner's"}
	AnchorHours  = &analysis.Threshold{Name: "actor.anchor_hours", Value: 12, Doc: "hours after a logon in which a pause does not end its pseudo-session; later acts may follow a logon that is not on record"}
)

// pseudoSessions attributes acts of the Outlook Activities log, most of which
// name no address and no session that holds. An act that shares its client
// session id with a logon is of that logon. Any other belongs to the last
// logon of its client, if what the client did since has no long pause and all
// its logons around that time are the actor's.
type pseudoSessions struct {
	t *timeline.Timeline
	// the spans, in nanoseconds
	pause, around, anchor int64

	bySession map[uint64]*joined
	byClient  map[uint64]*stretch
}

// joined are the logons that bear one client session id.
type joined struct {
	who   *Actor
	row   int
	mixed bool // some are the owner's
}

// A stretch is where a client of a mailbox stands.
type stretch struct {
	logons []anchor
	next   int   // the first logon not yet passed
	last   int64 // the last act
	begun  *anchor
}

// An anchor is a logon that acts may belong to.
type anchor struct {
	time int64
	row  int
	who  *Actor // nil if it is no actor's
	same int    // the next logon that is another's
}

func newPseudoSessions(p *analysis.Pass, byLogon map[int]*Actor) *pseudoSessions {
	t := p.Timeline
	s := &pseudoSessions{t: t, pause: int64(p.Minutes(PauseMinutes)), around: int64(hours(p, AroundHours)), anchor: int64(hours(p, AnchorHours)), bySession: map[uint64]*joined{}, byClient: map[uint64]*stretch{}}
	mailboxes := map[uint32]bool{}
	list := logon.Logons.Of(p)
	for i := range list {
		if list[i].Export.SparseAddresses && byLogon[list[i].Row] != nil {
			mailboxes[list[i].Mailbox] = true
		}
	}
	for i := range list {
		l := &list[i]
		if !l.Export.SparseAddresses || !mailboxes[l.Mailbox] || !l.Opened() || l.Service || logon.Unplaced(t, l.Row) {
			continue
		}
		who := byLogon[l.Row]
		if session := t.Code(timeline.ColSession, l.Row); session != 0 {
			key := logon.Pair(l.Mailbox, session)
			if j := s.bySession[key]; j == nil {
				s.bySession[key] = &joined{who: who, row: l.Row}
			} else if j.who != who {
				j.mixed = true
			}
		}
		key := logon.Pair(l.Mailbox, l.Client)
		if s.byClient[key] == nil {
			s.byClient[key] = &stretch{}
		}
		c := s.byClient[key]
		c.logons = append(c.logons, anchor{time: l.Time, row: l.Row, who: who})
	}
	for _, c := range s.byClient {
		c.compare()
	}
	return s
}

// compare notes for each logon how far those that follow are the same
// actor's.
func (c *stretch) compare() {
	for i := len(c.logons) - 1; i >= 0; i-- {
		c.logons[i].same = i + 1
		if i+1 < len(c.logons) && c.logons[i+1].who == c.logons[i].who {
			c.logons[i].same = c.logons[i+1].same
		}
	}
}

func (s *pseudoSessions) stretchOf(row int) *stretch {
	return s.byClient[logon.Pair(s.t.Folded(timeline.ColMailbox, row), s.t.Folded(timeline.ColClient, row))]
}

// logon moves the row's client on to that logon.
func (s *pseudoSessions) logon(row int) {
	c := s.stretchOf(row)
	if c == nil {
		return
	}
	for c.next < len(c.logons) && c.logons[c.next].row <= row {
		c.begun = &c.logons[c.next]
		c.last = c.begun.time
		c.next++
	}
}

func (s *pseudoSessions) at(row int, ambiguous *bool) (*Actor, string) {
	c := s.stretchOf(row)
	now, _ := s.t.Nanos(row)
	if c != nil {
		if now-c.last > s.pause && c.begun != nil && now-c.begun.time > s.anchor {
			c.begun = nil
		}
		c.last = now
	}
	key := logon.Pair(s.t.Folded(timeline.ColMailbox, row), s.t.Code(timeline.ColSession, row))
	if j := s.bySession[key]; uint32(key) != 0 && j != nil && !j.mixed {
		if j.who == nil {
			return nil, ""
		}
		return j.who, fmt.Sprintf("same client session id as the %s logon at %s", s.client(row), s.minute(j.row))
	}
	if c == nil || c.begun == nil || c.begun.who == nil {
		return nil, ""
	}
	if !c.all(now, s.around, c.begun.who) {
		*ambiguous = true
		return nil, ""
	}
	return c.begun.who, fmt.Sprintf("pseudo-session of the %s logon at %s (inferred)", s.client(row), s.minute(c.begun.row))
}

// all reports whether the client's logons within a span around a time are the
// actor's.
func (c *stretch) all(now, span int64, who *Actor) bool {
	from := sort.Search(len(c.logons), func(i int) bool { return c.logons[i].time >= now-span })
	to := from + sort.Search(len(c.logons)-from, func(i int) bool { return c.logons[from+i].time > now+span })
	return from == to || c.logons[from].who == who && c.logons[from].same >= to
}

func (s *pseudoSessions) client(row int) string { return s.t.Text(timeline.ColClient, row) }

func (s *pseudoSessions) minute(row int) string {
	return s.t.Time(row).Format("2006-01-02 15:04")
}
