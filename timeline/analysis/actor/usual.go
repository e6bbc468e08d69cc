package actor

import (
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/logon"
)

// UsualNetwork reports whether a record comes from a network that is a habit
// of its user, known for long enough, or from where the user's own device is,
// while nothing accuses the user's logons at the time. It excuses what is
// routine for the one who did it.
func UsualNetwork(p *analysis.Pass, row int) bool {
	t, pr := p.Timeline, logon.Profiles.Of(p)
	ip, user := t.Code(timeline.ColIP, row), t.Folded(timeline.ColUser, row)
	at, timed := t.Nanos(row)
	if ip == 0 || !timed {
		return false
	}
	h := pr.Networks.Of[user]
	habit := h != nil && len(h.Days) >= logon.Enough(p) && h.Usual(uint64(logon.Networks.Of(p).Number[ip]))
	if !habit && !pr.Stayed(logon.Presence{User: user, IP: ip}, at, int64(logon.ExitHours.Int())) {
		return false
	}
	_, suspicious := LastBefore(t, Suspicious.Of(p)[user], at, SoonAfter)
	return !suspicious
}

// RoutineExcuse is the excuse that UsualNetwork gives, in words.
const RoutineExcuse = "from a network that is usual for the account, or where its own device is: routine by all that is on record"
