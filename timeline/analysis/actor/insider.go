package actor

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
)

// insiders makes an actor of each account that grave signs are about although
// it acted from where it usually is. Its acts are what the signs cite, no more:
// all else that the account did there is its work.
func (a *Attribution) insiders(l *linker) {
	founded := map[*analysis.Sign]bool{}
	for _, who := range a.Actors {
		for _, s := range who.Signs {
			founded[s] = true
		}
	}
	entered := map[string]bool{} // accounts that somebody uses, other than services
	for i := range l.list {
		if c := &l.list[i]; c.opened {
			entered[strings.ToLower(l.name(c.account))] = true
		}
	}
	consents := map[timeline.Origin]bool{} // what users are lured into
	for _, c := range change.Consents.Of(l.p) {
		for _, row := range c.Rows {
			consents[l.t.Origin(row)] = true
		}
	}
	byUser := map[string]*Actor{}
	for i := range a.signs.All {
		s := &a.signs.All[i]
		if s.Severity < analysis.High || aboutEntry(s.Analyzer.Family) || !entered[strings.ToLower(s.User)] || founded[s] || consents[s.Origins[0]] {
			continue
		}
		key := strings.ToLower(s.User)
		who := byUser[key]
		if who == nil {
			who = &Actor{Insider: true, User: s.User, Mailbox: s.User, number: len(a.Actors)}
			byUser[key] = who
			a.Actors = append(a.Actors, who)
		}
		who.Signs, who.signs = append(who.Signs, s), append(who.signs, int32(i))
	}
	if len(byUser) == 0 {
		return
	}
	for row := range l.t.Timed() {
		for _, s := range a.signs.At(l.t.Origin(row)) {
			if sign := &a.signs.All[s]; !founded[sign] {
				if who := byUser[strings.ToLower(sign.User)]; who != nil && slices.Contains(who.signs, s) && !l.pr.Cleared[l.t.Code(timeline.ColIP, row)] {
					who.cited = append(who.cited, row)
				}
			}
		}
	}
	a.Actors = slices.DeleteFunc(a.Actors, func(who *Actor) bool { return who.Insider && len(who.cited) == 0 })
	for i, who := range a.Actors {
		who.number = i
		if who.Insider {
			who.cited = slices.Compact(who.cited)
			who.accounts = []account{l.accountOf(who.cited[0])}
			who.IPs, who.Sessions = cite.Distinct(l.t, timeline.ColIP, who.cited), cite.Distinct(l.t, timeline.ColSession, who.cited)
			who.ID = who.identity()
		}
	}
}
