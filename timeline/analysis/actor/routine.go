package actor

import (
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/logon"
)

// SoonHours is within how many hours a change is taken to follow from a
// suspicious logon (catalogue M19: 24 hours).
var SoonHours = &analysis.Threshold{Name: "actor.soon_hours", Value: 24, Doc: "hours after a suspicious logon in which a change is taken to follow from it"}

// A RoutineBook knows from where accounts usually act, and when a sign speaks
// against them.
type RoutineBook struct {
	t          *timeline.Timeline
	profiles   *logon.Estate
	suspicious map[uint32][]int
	history    int
	Soon       time.Duration // before an act, in which a suspicious logon speaks against it
}

// Routines know what is routine for each account, for changes that may be its
// user's own.
var Routines = &analysis.Fact[*RoutineBook]{
	Name:       "routines",
	Needs:      []analysis.Need{logon.Profiles, Suspicious},
	Thresholds: []*analysis.Threshold{logon.HistoryDays, SoonHours},
	Points:     []*analysis.Point{logon.ExitHours},
	Make: func(p *analysis.Pass) *RoutineBook {
		return &RoutineBook{
			t: p.Timeline, profiles: logon.Profiles.Of(p),
			suspicious: Suspicious.Of(p), history: logon.Enough(p), Soon: hours(p, SoonHours),
		}
	},
}

// Usual reports whether a record comes from a place that is usual for its
// user, known for long enough, or from where the user's own device is, while no
// suspicious logon of the user lies shortly before: the routine of whoever made
// it.
func (b *RoutineBook) Usual(row int) bool {
	ip, user := b.t.Code(timeline.ColIP, row), b.t.Folded(timeline.ColUser, row)
	at, timed := b.t.Nanos(row)
	if ip == 0 || !timed {
		return false
	}
	if !b.profiles.UsualPlace(b.t, user, ip, b.history) && !b.Beside(row) {
		return false
	}
	_, suspicious := b.SuspiciousBefore(user, at)
	return !suspicious
}

// Quiet reports whether an account has a long enough history on record, and no
// suspicious logon in it.
func (b *RoutineBook) Quiet(user uint32) bool {
	h := b.profiles.Networks.Of[user]
	return h != nil && len(h.Days) >= b.history && len(b.suspicious[user]) == 0
}

// Beside reports whether a device of a record's user logged on from the
// record's address at about its time. The record must have a time.
func (b *RoutineBook) Beside(row int) bool {
	at := logon.Presence{User: b.t.Folded(timeline.ColUser, row), IP: b.t.Code(timeline.ColIP, row)}
	return b.profiles.Stayed(at, timeline.UnixNano(b.t, row), int64(logon.ExitHours.Int()))
}

// SuspiciousBefore is the last suspicious logon of a user, by folded code, that
// lies shortly before a time in nanoseconds.
func (b *RoutineBook) SuspiciousBefore(user uint32, at int64) (row int, ok bool) {
	return LastBefore(b.t, b.suspicious[user], at, b.Soon)
}
