package actor

import (
	"maps"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

// A trail is one address of one account while it is an actor's: from the first
// to the last time at which the actor is known to have used it.
type trail struct{ first, last int64 }

// trails start with what signs and sessions are certain of.
func (l *linker) trails(of map[int32]*Actor) map[contextKey]*trail {
	all := map[contextKey]*trail{}
	for i := range l.list {
		c := &l.list[i]
		if of[int32(i)] == nil || c.ip == 0 {
			continue
		}
		first, last := c.first, c.last
		if c.session == 0 {
			if c.signed == nil {
				continue
			}
			first, last = c.signed.first, c.signed.last
		}
		k := contextKey{account: c.account, ip: l.address(c.ip)}
		if tr := all[k]; tr == nil {
			all[k] = &trail{first, last}
		} else {
			tr.first, tr.last = min(tr.first, first), max(tr.last, last)
		}
	}
	return all
}

// follow attributes acts in time order.
func (a *Attribution) follow(l *linker, of map[int32]*Actor) {
	t, classes := l.t, analysis.Operations.Of(l.p)
	trails := l.trails(of)
	byLogon := l.sparseLogons(of, trails)
	pseudo := newPseudoSessions(l.p, byLogon)
	insider := map[int]*Actor{}
	for _, who := range a.Actors {
		for _, row := range who.cited {
			insider[row] = who
		}
	}
	for row := range t.Timed() {
		entry := classes[t.Code(timeline.ColOperation, row)] == analysis.ClassLogon && !logon.Unplaced(t, row)
		who, basis := l.attribute(row, of, trails)
		sparse := t.Source(row).SparseAddresses
		switch {
		case entry && sparse:
			pseudo.logon(row)
		case entry, t.Has(row, timeline.Service):
		case sparse:
			ambiguous := false
			if by, why := pseudo.at(row, &ambiguous); by != nil {
				who, basis = by, why
			}
			if ambiguous && who == nil {
				a.ambiguous++
			}
		}
		if who == nil && !entry && l.unplaced(row, classes[t.Code(timeline.ColOperation, row)]) {
			who, basis = l.minutesAfter(row, of)
		}
		if by := insider[row]; who == nil && by != nil {
			who, basis = by, "cited by a sign"
		}
		if who == nil {
			continue
		}
		a.take(row, who, basis)
		if entry && t.Outcome(row) <= timeline.Success {
			who.Logons = append(who.Logons, row)
		}
	}
}

// take makes a row an actor's act.
func (a *Attribution) take(row int, who *Actor, basis string) {
	a.acts[row] = attributed{who, basis}
	a.order = append(a.order, row)
	who.Rows = append(who.Rows, row)
}

// summarize puts the acts in order and sums up what the actors used. Whoever is
// left without an act, as where signs rest on records without a time, is no actor.
func (a *Attribution) summarize(l *linker) {
	t := l.t
	slices.Sort(a.order)
	a.Actors = slices.DeleteFunc(a.Actors, func(who *Actor) bool { return len(who.Rows) == 0 })
	for i, who := range a.Actors {
		who.number = i
		slices.Sort(who.Rows)
		who.First, who.Last = t.Time(who.Rows[0]), t.Time(who.Rows[len(who.Rows)-1])
		who.UserAgents = cite.Distinct(t, timeline.ColUserAgent, who.Rows)
		who.Apps = cite.Distinct(t, timeline.ColApp, who.Rows)
		who.Mailboxes = l.entered(who)
	}
}

// entered are the mailboxes of an actor's acts that did not fail, and the
// accounts that it entered.
func (l *linker) entered(who *Actor) []string {
	names := map[string]string{}
	for _, row := range who.Rows {
		if l.t.Outcome(row) > timeline.Success {
			continue
		}
		for _, name := range []string{l.t.Text(timeline.ColMailbox, row), l.t.Text(timeline.ColUser, row)} {
			if key := strings.ToLower(name); strings.Contains(name, "@") && names[key] == "" {
				names[key] = name
			}
		}
	}
	return slices.Sorted(maps.Values(names))
}

// attribute says whose a record is by its context: in a session of an actor, or
// at its address within a span of what is known to be the actor's.
func (l *linker) attribute(row int, of map[int32]*Actor, trails map[contextKey]*trail) (*Actor, string) {
	at := l.at(row)
	if at < 0 || of[at] == nil {
		return nil, ""
	}
	c := &l.list[at]
	now, _ := l.t.Nanos(row)
	tr := trails[contextKey{account: c.account, ip: l.address(c.ip)}]
	if c.session == 0 {
		if tr == nil {
			return nil, ""
		}
		if now < tr.first-l.span || now > tr.last+l.span {
			if agent := l.families[l.t.Code(timeline.ColUserAgent, row)]; agent == 0 || agent != c.agent {
				return nil, ""
			}
			return of[at], "same address, user and program"
		}
		tr.last = max(tr.last, now)
		return of[at], "same address and user"
	}
	if tr != nil {
		tr.last = max(tr.last, now)
	}
	return of[at], "same session"
}

// sparseLogons are the logons of Outlook Activities that are an actor's: most
// other records there name no address, and are attributed by them.
func (l *linker) sparseLogons(of map[int32]*Actor, trails map[contextKey]*trail) map[int]*Actor {
	byLogon := map[int]*Actor{}
	list := logon.Logons.Of(l.p)
	for i := range list {
		one := &list[i]
		at := l.at(one.Row)
		if !one.Export.SparseAddresses || at < 0 || of[at] == nil || !one.Opened() {
			continue
		}
		if who, _ := l.attribute(one.Row, of, trails); who != nil {
			byLogon[one.Row] = who
		}
	}
	return byLogon
}
