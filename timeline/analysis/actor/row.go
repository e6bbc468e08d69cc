package actor

import (
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// CiteActor cites records of acts of an actor. Where they have no address or
// session, those of the actor's last logon before each of them stand in.
func CiteActor(t *timeline.Timeline, a *Actor, rows []int) analysis.Row {
	r := cite.Citing(t, rows)
	r.User, r.Mailbox = a.User, a.Mailbox
	if len(r.IPs) == 0 {
		var logons []int
		for _, row := range rows {
			if l, ok := a.logonBefore(t, row); ok {
				logons = append(logons, l)
			}
		}
		r.IPs = cite.Distinct(t, timeline.ColIP, logons)
	}
	if len(r.Sessions) == 0 {
		r.Sessions = slices.Clone(a.sessions)
	}
	return r
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
