package actor

import (
	"fmt"
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
		a.acts[row] = attributed{who, basis}
		a.order = append(a.order, row)
		who.Rows = append(who.Rows, row)
		if entry && t.Outcome(row) <= timeline.Success {
			who.Logons = append(who.Logons, row)
		}
		if t.Outcome(row) != timeline.Failure || who.First.IsZero() {
			if who.First.IsZero() {
				who.First = t.Time(row)
			}
			who.Last = t.Time(row)
		}
	}
	slices.Sort(a.order)
	for _, who := range a.Actors {
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

// classDevice is that of operations on devices in the directory.
const classDevice = "device"

// unplaced reports whether a record says nothing of where it was made, and is
// of a kind that an account makes seldom: of devices, or one that signs cite.
func (l *linker) unplaced(row int, class string) bool {
	if l.at(row) >= 0 || l.t.Source(row).SparseAddresses || l.t.Code(timeline.ColIP, row) != 0 {
		return false
	}
	return class == classDevice || len(analysis.Signs.Of(l.p).At(l.t.Origin(row))) > 0
}

// minutesAfter attributes a record that says nothing of where it was made to
// whoever used the account last, within some minutes before it. Directory
// changes that a service makes for an account name that as their target.
func (l *linker) minutesAfter(row int, of map[int32]*Actor) (*Actor, string) {
	t, now := l.t, timeline.UnixNano(l.t, row)
	who := l.accountOf(row)
	if t.Has(row, timeline.AppOnly|timeline.Service) {
		target, _, _ := strings.Cut(t.Text(timeline.ColTarget, row), " ")
		code, ok := t.Find(timeline.ColUser, target)
		if !ok {
			return nil, ""
		}
		who = account(t.Fold(timeline.ColUser)[code])
	}
	for before := row - 1; before >= 0 && now-timeline.UnixNano(t, before) <= int64(l.p.Minutes(PauseMinutes)); before-- {
		at := l.at(before)
		if at < 0 || l.list[at].account != who || t.Outcome(before) > timeline.Success {
			continue
		}
		if by := of[at]; by != nil {
			return by, fmt.Sprintf("minutes after the actor's record %s (inferred)", t.Origin(before))
		}
		return nil, ""
	}
	return nil, ""
}
