package actor

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

// An Actor is whoever used an account by logons that signs rest on: the logons
// of one user from one network and country, and those that share a session with
// them. It is no person: two people behind one network are one actor.
type Actor struct {
	User, Mailbox string
	ips, sessions []string // sorted; of the suspicious logons
	client        string   // the one most used to log on
	Logons        []int    // rows, in time order
	First, last   time.Time
	Severity      analysis.Severity // of the heaviest sign
	Reason        string            // the analyses that give signs, with the severity of each

	number int              // place in the list of actors
	signs  analysis.Weights // the heaviest of each analysis
}

// An Attribution says which acts are an actor's.
type Attribution struct {
	Actors []*Actor    // by first logon
	acts   map[int]act // by row
	order  []int       // rows of acts, in time order
	// ambiguous counts acts that could be the owner's or an actor's.
	ambiguous int
}

// An act is whose a row is, and what that rests on.
type act struct {
	actor *Actor
	basis string
}

// At is whose act a row is and what that rests on; nil if no actor's.
func (a *Attribution) At(row int) (*Actor, string) {
	act := a.acts[row]
	return act.actor, act.basis
}

// Owner numbers whose act a row is, from 1; 0 is no actor's.
func (a *Attribution) Owner(row int) int {
	if by := a.acts[row].actor; by != nil {
		return by.number + 1
	}
	return 0
}

// Rows yields the acts of all actors in time order.
func (a *Attribution) Rows() iter.Seq2[int, *Actor] {
	return func(yield func(int, *Actor) bool) {
		for _, row := range a.order {
			if !yield(row, a.acts[row].actor) {
				return
			}
		}
	}
}

func (a *Attribution) attribute(row int, who *Actor, basis string) {
	a.acts[row] = act{who, basis}
	a.order = append(a.order, row)
}

// Actors are made once of the signs of all analyses. Acts are attributed by
// session, by address, and where the export has neither (Outlook Activities)
// by pseudo-session.
var Actors = &analysis.Fact[*Attribution]{
	Name:       "actors",
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, logon.Logons, logon.Networks},
	Thresholds: []*analysis.Threshold{logon.HistoryDays, AddressHours, PauseMinutes, AroundHours, AnchorHours},
	Make:       findActors,
}

func findActors(p *analysis.Pass) *Attribution {
	a := &Attribution{acts: map[int]act{}}
	byLogon := a.gather(p)
	if len(a.Actors) > 0 {
		a.follow(p, byLogon)
	}
	return a
}

// gather makes the actors and says whose each suspicious logon is.
func (a *Attribution) gather(p *analysis.Pass) map[int]*Actor {
	t := p.Timeline
	signs := analysis.Signs.Of(p)
	type place struct {
		user    uint32
		asn     uint32
		country string
	}
	type userSession struct{ user, session uint32 }
	byPlace, bySession := map[place]*Actor{}, map[userSession]*Actor{}
	byLogon, clients := map[int]*Actor{}, map[*Actor]map[string]int{}
	if !signs.Any() {
		return byLogon
	}
	list := logon.Logons.Of(p)
	for i := range list {
		l := &list[i]
		why := signs.At(t.Origin(l.Row))
		if why == nil || !l.Opened() {
			continue
		}
		at := place{l.User, l.Place.ASN, l.Place.Country}
		in := userSession{l.User, t.Code(timeline.ColSession, l.Row)}
		if l.Export.ClientSessions {
			in.session = 0
		}
		who := byPlace[at]
		if who == nil && in.session != 0 {
			who = bySession[in]
		}
		if who == nil {
			who = &Actor{User: t.Value(timeline.ColUser, l.User), Mailbox: t.Value(timeline.ColMailbox, l.Mailbox), First: t.Time(l.Row), signs: analysis.Weights{}}
			if who.Mailbox == "" {
				who.Mailbox = who.User
			}
			who.number = len(a.Actors)
			a.Actors = append(a.Actors, who)
			clients[who] = map[string]int{}
		}
		byPlace[at] = who
		if in.session != 0 {
			bySession[in] = who
		}
		byLogon[l.Row] = who
		who.Logons = append(who.Logons, l.Row)
		who.last = t.Time(l.Row)
		clients[who][t.Text(timeline.ColClient, l.Row)]++
		for name, s := range why {
			who.signs[name] = max(who.signs[name], s)
		}
	}
	for _, who := range a.Actors {
		who.finish(t, clients[who], signs.Analyzers)
	}
	return byLogon
}

// finish sums up an actor's logons, given the clients that made them and the
// analyses that give signs.
func (who *Actor) finish(t *timeline.Timeline, clients map[string]int, analyzers []*analysis.Analyzer) {
	who.ips = cite.Distinct(t, timeline.ColIP, who.Logons)
	var sessions []int
	for _, row := range who.Logons {
		if !t.Source(row).ClientSessions {
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
	for _, a := range analyzers {
		if s, ok := who.signs[a]; ok {
			words = append(words, a.Name+" ("+s.String()+")")
			who.Severity = max(who.Severity, s)
		}
	}
	who.Reason = strings.Join(words, ", ")
}

// follow attributes acts in time order.
func (a *Attribution) follow(p *analysis.Pass, byLogon map[int]*Actor) {
	t, classes := p.Timeline, analysis.Operations.Of(p)
	addresses, sessions, pseudo := newAddressTrail(p, a.Actors), newSessionTrail(p, a.Actors), newPseudoSessions(p, byLogon)
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
		var who *Actor
		var basis string
		if t.Source(row).SparseAddresses {
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

// logonTries bounds how far back a logon with the client of an act is looked
// for: the sittings of one actor with several clients lie close together.
const logonTries = 32

// logonBefore is the actor's last logon with an address before an act, with
// the same client where there is one.
func (a *Actor) logonBefore(t *timeline.Timeline, row int) (logonRow int, ok bool) {
	i, _ := slices.BinarySearch(a.Logons, row)
	client := t.Folded(timeline.ColClient, row)
	for k := i - 1; k >= 0 && k >= i-logonTries; k-- {
		l := a.Logons[k]
		if t.Code(timeline.ColIP, l) == 0 {
			continue
		}
		if t.Folded(timeline.ColClient, l) == client {
			return l, true
		}
		if !ok {
			logonRow, ok = l, true
		}
	}
	return logonRow, ok
}
