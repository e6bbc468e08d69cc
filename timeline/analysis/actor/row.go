package actor

import (
	"cmp"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// CiteActor cites records of acts of an actor. Where they have no address or
// session, those of the actor's last logon before each of them stand in.
func CiteActor(t *timeline.Timeline, a *Actor, rows []int) analysis.Row {
	r := cite.Citing(t, rows)
	if len(a.accounts) == 1 {
		r.User, r.Mailbox = cmp.Or(r.User, a.User), cmp.Or(r.Mailbox, a.Mailbox)
	}
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
		r.Sessions = slices.Clone(a.Sessions)
	}
	return r
}
