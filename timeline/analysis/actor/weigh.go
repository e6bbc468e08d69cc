package actor

import (
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
)

// A Routine is what a row weighs where no sign speaks: its account did it from
// where it usually is.
type Routine struct {
	To     analysis.Severity
	Reason string
}

// Usual is the routine of most changes: they inform.
var Usual = Routine{To: analysis.Info, Reason: RoutineReason}

// RoutineReason is the reason that RoutineBook.Usual gives, in words.
const RoutineReason = "from a network that is usual for the account, or where its own device is: routine by all that is on record"

// Weigh is the one place in which an act of an actor raises a row and the
// routine of its user lowers it; each adds its reason to the row. An act is
// raised by one step, as far as its actor's band allows. What is not raised
// falls to the routine, if there is one, where the record comes from a place
// that is usual for its account. Weigh reports whether the row was raised.
func Weigh(p *analysis.Pass, record int, r *analysis.Row, routine *Routine) bool {
	before := r.Severity
	if by, basis := Actors.Of(p).Against(record); by != nil {
		r.Severity = max(r.Severity, Raised(by, min(r.Severity+1, analysis.Critical)))
		r.Confidence = Confidence(basis)
		r.Reasons = append(r.Reasons, Attributed(by, basis))
	}
	if r.Severity != before {
		return true
	}
	if routine != nil && routine.To < r.Severity && Routines.Of(p).Usual(record) {
		r.Severity = routine.To
		r.Reasons = append(r.Reasons, routine.Reason)
	}
	return false
}

// WeighHit weighs a watched change; one that failed only informs.
func WeighHit(p *analysis.Pass, h *change.Hit) {
	if h.Failed {
		return
	}
	var routine *Routine
	if h.Untouched() {
		routine = &Usual
	}
	Weigh(p, h.Record, h.Row, routine)
}
