package actor

import (
	"fmt"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
)

// A Window is the time in which an actor had access, as far as the records
// tell.
type Window struct {
	Start, End time.Time // zero if nothing that did not fail is on record
	// StartOpen says that the records begin so shortly before that the access
	// may be older, EndOpen that they end so shortly after that it may have
	// gone on.
	StartOpen, EndOpen bool
	Text               string
}

// openDays is how near to an end of the record an access may have reached
// beyond it.
var openDays = &analysis.Threshold{Name: "actor.open_days", Value: 3, Doc: "days from the start or the end of a source's record within which an actor's access may have begun before it or gone on after it"}

// Windows are those of all actors, by the actor's place in Attribution.Actors.
var Windows = &analysis.Fact[[]Window]{
	Name:       "windows",
	Needs:      []analysis.Need{Actors, Containments},
	Thresholds: []*analysis.Threshold{openDays},
	Make: func(p *analysis.Pass) []Window {
		actors, measures := Actors.Of(p).Actors, Containments.Of(p)
		all := make([]Window, len(actors))
		for i, who := range actors {
			all[i] = windowOf(p, who, measures[i])
		}
		return all
	},
}

// A recorded is the time for which sources of one kind tell what happened.
type recorded struct{ first, last int64 }

// recordOf is the time that all files of a source's kind cover.
func recordOf(t *timeline.Timeline, s *timeline.Source) recorded {
	r := recorded{s.First, s.Last}
	for _, other := range t.Exports() {
		if other.Source == s.Source && other.Mailbox == s.Mailbox && other.First != 0 {
			r.first, r.last = min(r.first, other.First), max(r.last, other.Last)
		}
	}
	return r
}

// accessed are the first and the last record of an actor that show access: acts
// that did not fail, and sign-ins that were stopped after the right password.
func accessed(t *timeline.Timeline, who *Actor) (first, last int, ok bool) {
	for _, row := range who.Rows {
		switch t.Outcome(row) {
		case timeline.Unknown, timeline.Success, timeline.PasswordProved:
			if !ok {
				first, ok = row, true
			}
			last = row
		}
	}
	return first, last, ok
}

func windowOf(p *analysis.Pass, who *Actor, measures []Containment) Window {
	t := p.Timeline
	first, last, ok := accessed(t, who)
	if !ok {
		return Window{Text: "No act that succeeded and no sign-in with the right password is on record."}
	}
	w := Window{Start: t.Time(first), End: t.Time(last)}
	near := int64(p.Days(openDays))
	from, to := recordOf(t, t.Source(first)), recordOf(t, t.Source(last))
	w.StartOpen = timeline.UnixNano(t, first)-from.first <= near
	w.EndOpen = to.last-timeline.UnixNano(t, last) <= near
	ended := endOf(measures)
	var b strings.Builder
	if w.StartOpen {
		fmt.Fprintf(&b, "Began on or before %s (%s): the record of that source begins on %s.", cite.Stamp(w.Start), t.Origin(first), cite.Stamp(time.Unix(0, from.first)))
	} else {
		fmt.Fprintf(&b, "First access on record on %s (%s); the record of that source begins on %s.", cite.Stamp(w.Start), t.Origin(first), cite.Stamp(time.Unix(0, from.first)))
	}
	switch {
	case ended != nil:
		fmt.Fprintf(&b, " Last access on record on %s (%s); no access is on record after %s on %s.", cite.Stamp(w.End), t.Origin(last), strings.Join(ended.What, ", "), cite.Stamp(ended.At))
		w.EndOpen = false
		if ended.At.After(w.End) {
			w.End = ended.At
		}
	case w.EndOpen:
		fmt.Fprintf(&b, " Last access on record on %s (%s), shortly before the record of that source ends on %s: it may have gone on.", cite.Stamp(w.End), t.Origin(last), cite.Stamp(time.Unix(0, to.last)))
	default:
		fmt.Fprintf(&b, " Last access on record on %s (%s); no measure on record is shown to have ended it, and the record of that source ends on %s.", cite.Stamp(w.End), t.Origin(last), cite.Stamp(time.Unix(0, to.last)))
	}
	w.Text = b.String()
	return w
}

// endOf is the first measure that held and closes more than the password, else
// the first that closes it; nil if there is no such measure.
func endOf(measures []Containment) *Containment {
	var password *Containment
	for i := range measures {
		m := &measures[i]
		switch {
		case m.Hold != Held || !m.endsAccess():
		case len(m.kinds) > 1 || m.kinds[0] != change.AccessPassword:
			return m
		case password == nil:
			password = m
		}
	}
	return password
}
