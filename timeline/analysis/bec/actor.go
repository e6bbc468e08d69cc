package bec

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

// An actor is somebody who used an account by logons that an accusing row
// rests on: the logons of one user from one network and country, and those
// that share a session with them. It is no person: two intruders behind one
// network are one actor.
type actor struct {
	user, mailbox string
	ips, sessions []string // sorted; of the suspicious logons
	client        string   // the one most used to log on
	logons        []int    // rows, in time order
	first, last   time.Time
	severity      analysis.Severity // of the gravest row
	reason        string            // the analyses that accuse, with the severity of each

	number int // place in the list of actors
	grave  map[string]analysis.Severity
}

// An attribution says which acts are an actor's.
type attribution struct {
	actors []*actor // by first logon
	acts   map[int]act
	order  []int
	// ambiguous counts acts that could be the owner's or an actor's.
	ambiguous int
}

type act struct {
	actor *actor
	basis string
}

// at is whose act a row is and what that rests on; nil if it is nobody's that
// is suspected.
func (a *attribution) at(row int) (*actor, string) {
	act := a.acts[row]
	return act.actor, act.basis
}

// rows yields the acts of all actors in time order.
func (a *attribution) rows() iter.Seq2[int, *actor] {
	return func(yield func(int, *actor) bool) {
		for _, row := range a.order {
			if !yield(row, a.acts[row].actor) {
				return
			}
		}
	}
}

func (a *attribution) attribute(row int, who *actor, basis string) {
	a.acts[row] = act{who, basis}
	a.order = append(a.order, row)
}

type actorKey struct{}

// actors are made once of what the accusers found. Acts are attributed by
// session, by address, and where the export has neither (Outlook Activities)
// by pseudo-session.
func actors(p *analysis.Pass) *attribution {
	return analysis.Once(p, actorKey{}, func() *attribution {
		a := &attribution{acts: map[int]act{}}
		byLogon := a.gather(p)
		if len(a.actors) > 0 {
			a.follow(p, byLogon)
		}
		return a
	})
}

// gather makes the actors and says whose each suspicious logon is.
func (a *attribution) gather(p *analysis.Pass) map[int]*actor {
	t := p.Timeline
	accused := analysis.Accusations(p)
	type place struct {
		user    uint32
		asn     uint32
		country string
	}
	type stay struct{ user, session uint32 }
	byPlace, bySession := map[place]*actor{}, map[stay]*actor{}
	byLogon, clients := map[int]*actor{}, map[*actor]map[string]int{}
	if len(accused) == 0 {
		return byLogon
	}
	list := logon.Logons(p)
	for i := range list {
		l := &list[i]
		why := accused[t.Origin(l.Row)]
		if why == nil || !l.Opened() {
			continue
		}
		at := place{l.User, l.Place.ASN, l.Place.Country}
		in := stay{l.User, t.Code(timeline.ColSession, l.Row)}
		if l.Activities {
			in.session = 0
		}
		who := byPlace[at]
		if who == nil && in.session != 0 {
			who = bySession[in]
		}
		if who == nil {
			who = &actor{user: t.Value(timeline.ColUser, l.User), mailbox: t.Value(timeline.ColMailbox, l.Mailbox), first: t.Time(l.Row), grave: analysis.Accusation{}}
			if who.mailbox == "" {
				who.mailbox = who.user
			}
			who.number = len(a.actors)
			a.actors = append(a.actors, who)
			clients[who] = map[string]int{}
		}
		byPlace[at] = who
		if in.session != 0 {
			bySession[in] = who
		}
		byLogon[l.Row] = who
		who.logons = append(who.logons, l.Row)
		who.last = t.Time(l.Row)
		clients[who][t.Text(timeline.ColClient, l.Row)]++
		for name, s := range why {
			who.grave[name] = max(who.grave[name], s)
		}
	}
	for _, who := range a.actors {
		who.finish(t, clients[who])
	}
	return byLogon
}

func (who *actor) finish(t *timeline.Timeline, clients map[string]int) {
	who.ips = cite.Distinct(t, timeline.ColIP, who.logons)
	var sessions []int
	for _, row := range who.logons {
		if t.Source(row).Source != timeline.SourceActivities {
			sessions = append(sessions, row)
		}
	}
	who.sessions = cite.Distinct(t, timeline.ColSession, sessions)
	delete(clients, "")
	for client, n := range clients {
		if c := cmp.Compare(n, clients[who.client]); who.client == "" || c > 0 || c == 0 && client < who.client {
			who.client = client
		}
	}
	var words []string
	for _, name := range analysis.Accusers {
		if s, ok := who.grave[name]; ok {
			words = append(words, name+" ("+s.String()+")")
			who.severity = max(who.severity, s)
		}
	}
	who.reason = strings.Join(words, ", ")
}

// follow attributes acts in time order.
func (a *attribution) follow(p *analysis.Pass, byLogon map[int]*actor) {
	t, classes := p.Timeline, analysis.OperationClasses(p)
	addresses, sessions, pseudo := newAddressTrail(p, a.actors), newSessionTrail(p, a.actors), newPseudoSessions(p, byLogon)
	for row := range t.Timed() {
		if classes[t.Code(timeline.ColOperation, row)] == analysis.ClassLogon && !logon.Unplaced(t, row) {
			if who := byLogon[row]; who != nil {
				a.attribute(row, who, "suspicious logon")
				addresses.touch(row, who)
			}
			pseudo.logon(row)
			continue
		}
		if t.Has(row, timeline.Service) {
			continue
		}
		var who *actor
		var basis string
		if t.Source(row).Source == timeline.SourceActivities {
			ambiguous := false
			if who, basis = pseudo.at(row, &ambiguous); who == nil {
				who, basis = addresses.at(row)
			}
			if ambiguous && who == nil {
				a.ambiguous++
			}
		} else if who, basis = sessions.at(row); who == nil {
			who, basis = addresses.at(row)
		}
		if who != nil {
			a.attribute(row, who, basis)
			addresses.touch(row, who)
			who.last = later(who.last, t.Time(row))
		}
	}
	slices.Sort(a.order)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
