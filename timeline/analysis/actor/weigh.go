package actor

import (
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/logon"
)

// A Routine is what a row weighs where nothing suspicious speaks: its account
// did it from where it usually is.
type Routine struct {
	To     analysis.Severity
	Reason string
}

// Usual is the routine of most changes: they inform.
var Usual = Routine{To: analysis.Info, Reason: RoutineExcuse}

// Weigh is the one place in which an act of an actor raises a row and the
// routine of its user lowers it; each adds its reason to the row. An act is
// raised by one step, as far as its actor's cap allows. What is not raised
// falls to the routine, if there is one, where the record comes from a place
// that is usual for its account. Weigh reports whether the row was raised.
func Weigh(p *analysis.Pass, record int, r *analysis.Row, routine *Routine) bool {
	before := r.Severity
	if by, basis := Actors.Of(p).At(record); by != nil {
		r.Severity = max(r.Severity, Raised(by, min(r.Severity+1, analysis.Critical)))
		r.Confidence = Confidence(basis)
		r.Reasons = append(r.Reasons, Attributed(by, basis))
	}
	if r.Severity != before {
		return true
	}
	if routine != nil && routine.To < r.Severity && UsualNetwork(p, record) {
		r.Severity = routine.To
		r.Reasons = append(r.Reasons, routine.Reason)
	}
	return false
}

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

// WeighHit weighs a watched change; one that failed only informs.
func WeighHit(p *analysis.Pass, h *change.Hit) {
	if h.Failed {
		return
	}
	var routine *Routine
	if h.Untouched() {
		routine = &Usual
	}
	Weigh(p, h.Record, &h.Row, routine)
}
