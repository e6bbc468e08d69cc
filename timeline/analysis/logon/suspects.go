package logon

import (
	"slices"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/reference"
)

// A SuspectSet is the logons that evidence weighs on which needs no habit of
// their user: no habit is learned from them, and what they brought vouches for
// nothing.
type SuspectSet struct {
	logons  map[int]bool    // by row
	devices map[uint64]bool // pairs of user and device
}

// Logon reports whether evidence weighs on the logon of a row.
func (s *SuspectSet) Logon(row int) bool { return s.logons[row] }

// Device reports whether a user's device came with a suspect logon.
func (s *SuspectSet) Device(user, device uint32) bool {
	return device != 0 && s.devices[Pair(user, device)]
}

// Suspects are found below habits, so that habits can be learned without them.
// They begin with what the records show by themselves: a tool for attacks, or
// another one in a network that hides, the Tor network, a success from an address that attacked passwords, a rule, a
// forwarding or a consent that weighs by itself and was made from an address
// on the day on which the account first used it. What shares a session and
// network, or a hiding address, with one of them follows, and so does every
// logon of a device that came with them.
var Suspects = &analysis.Fact[*SuspectSet]{
	Name:       "suspect logons",
	Needs:      []analysis.Need{Logons, Networks, Tools, change.Rules, change.Forwards, change.Consents},
	Thresholds: []*analysis.Threshold{HistoryDays, sprayUsers, sprayMinutes, successHours, HidingPoints},
	Points:     append([]*analysis.Point{suspectHours}, habitPoints...),
	Make:       findSuspects,
}

// HidingPoints is what makes a rule that hides mail a sign by itself.
var HidingPoints = &analysis.Threshold{Name: "hiding-rule.points", Value: 3, Doc: "points from which on a rule that hides mail is a sign"}

// suspectHours is how long an address of somebody else's keeps its user.
var suspectHours = &analysis.Point{Name: "logon.suspect_hours", Value: 24, Doc: "hours around a suspect logon in which others from its address, in a network that hides who is behind it, are suspect too; and hours after an account's first use of a network in which a change from there weighs"}

func findSuspects(p *analysis.Pass) *SuspectSet {
	f := &suspectFinder{
		p: p, list: Logons.Of(p), number: Networks.Of(p).Number, within: int64(suspectHours.Int()) * int64(time.Hour),
		found: &SuspectSet{map[int]bool{}, map[uint64]bool{}},
	}
	f.tools()
	f.afterAttacks()
	f.changes()
	if len(f.found.logons) == 0 {
		return f.found
	}
	f.spread()
	f.bring()
	f.spread()
	return f.found
}

type suspectFinder struct {
	p      *analysis.Pass
	list   []Logon
	number []uint32 // of the network, by code of ColIP
	within int64
	found  *SuspectSet
}

// people yields the admitted logons of people.
func (f *suspectFinder) people(yield func(*Logon) bool) {
	for i := range f.list {
		if l := &f.list[i]; l.Admitted() && l.User != 0 && !f.p.Timeline.Has(l.Row, timeline.AppOnly) && !yield(l) {
			return
		}
	}
}

// tools marks logons by tools for phishing and attacks, through Tor, and by any
// other listed tool from a network that hides who is behind it. A script that a
// user or the estate has had all along is their own.
func (f *suspectFinder) tools() {
	t, tools, numbers := f.p.Timeline, Tools.Of(f.p), map[string]uint64{}
	for code, tool := range tools {
		if tool.Tool != "" && numbers[tool.Tool] == 0 {
			numbers[tool.Tool] = uint64(code)
		}
	}
	toolOf := func(l *Logon) reference.Agent { return tools[t.Code(timeline.ColUserAgent, l.Row)] }
	scripts := HabitsOf(f.p, f.list, func(l *Logon) uint64 { return numbers[toolOf(l).Tool] })
	for l := range f.people {
		tool := toolOf(l)
		value := numbers[tool.Tool]
		others := scripts.Others(value, l.User)
		switch {
		case tool.Category == AttackAgent, tool.Category == PhishingAgent, l.Place.Kind == kindTor:
		case tool.Tool != "" && Anonymous(l.Place) && !others.Shared() && !scripts.Of[l.User].Habit(value):
		default:
			continue
		}
		f.found.logons[l.Row] = true
	}
}

// afterAttacks marks successes from a network on which the passwords of several
// users failed within minutes, most of whom never get in from there: a slip of
// colleagues in an office is followed by their success.
func (f *suspectFinder) afterAttacks() {
	wrong := wrongPasswords(f.p)
	failed, admitted := map[uint32][]*Logon{}, map[uint32]map[uint32]bool{}
	for i := range f.list {
		l := &f.list[i]
		n := f.number[l.IP]
		switch {
		case n == 0 || l.User == 0 || l.Service:
		case l.Outcome == timeline.Failure && (l.Export.FailuresArePasswords || wrong[f.p.Timeline.Code(timeline.ColError, l.Row)]):
			failed[n] = append(failed[n], l)
		case l.Admitted():
			if admitted[n] == nil {
				admitted[n] = map[uint32]bool{}
			}
			admitted[n][l.User] = true
		}
	}
	attacks := map[uint32]span{}
	least := max(int(f.p.Threshold(sprayUsers)), 1)
	for n, bad := range failed {
		users, at := mostUsers(bad, f.p.Minutes(sprayMinutes), 0)
		if users >= least && 2*len(admitted[n]) <= users {
			attacks[n] = at
		}
	}
	around := time.Duration(f.p.Threshold(successHours) * float64(time.Hour))
	for l := range f.people {
		if s, ok := attacks[f.number[l.IP]]; ok && l.Time >= s.from-int64(around) && l.Time <= s.to+int64(around) {
			f.found.logons[l.Row] = true
		}
	}
}

// changes marks logons from the place of a change that weighs by itself.
func (f *suspectFinder) changes() {
	p, t := f.p, f.p.Timeline
	var rows []int
	for _, r := range change.Rules.Of(p).Rules {
		if len(r.Made) > 0 && r.Hides && !r.Failed && float64(r.Points) >= p.Threshold(HidingPoints) {
			rows = append(rows, r.Made[0])
		}
	}
	for _, w := range change.Forwards.Of(p) {
		if w.Outside && t.Outcome(w.Row) != timeline.Failure {
			rows = append(rows, w.Row)
		}
	}
	consents := change.Consents.Of(p)
	for i := range consents {
		if c := &consents[i]; c.Severity == analysis.Critical {
			rows = append(rows, c.Rows[0])
		}
	}
	if len(rows) == 0 {
		return
	}
	first := map[uint64]int64{} // use of a network by a user; of none, by the user at all
	for l := range f.people {
		for _, key := range [...]uint64{Pair(l.User, f.number[l.IP]), Pair(l.User, 0)} {
			if _, known := first[key]; !known {
				first[key] = l.Time
			}
		}
	}
	for _, row := range rows {
		f.change(row, first)
	}
}

// change marks the logons of a change's user in its session and network, or at
// its address that day, if the network was new to an account that was used
// elsewhere before.
func (f *suspectFinder) change(row int, first map[uint64]int64) {
	t := f.p.Timeline
	at, timed := t.Nanos(row)
	ip, user, session := t.Code(timeline.ColIP, row), t.Folded(timeline.ColUser, row), t.Code(timeline.ColSession, row)
	began, known := first[Pair(user, f.number[ip])]
	if !timed || ip == 0 || !known || at-began > f.within || began-first[Pair(user, 0)] < f.within {
		return
	}
	for l := range f.people {
		if l.User != user || f.number[l.IP] != f.number[ip] {
			continue
		}
		own := t.Code(timeline.ColSession, l.Row)
		if session != 0 && own == session && !l.Export.ClientSessions || (session == 0 || own == 0) && l.IP == ip && f.near(l.Time, at) {
			f.found.logons[l.Row] = true
		}
	}
}

func (f *suspectFinder) near(a, b int64) bool { return max(a-b, b-a) <= f.within }

// spread marks what shares a session and network with a suspect logon, or its
// address at about its time where that hides who is behind it.
func (f *suspectFinder) spread() {
	type visit struct {
		user, network uint32
		session       uint64
	}
	sessions, times := map[visit]bool{}, map[Presence][]int64{}
	for l := range f.people {
		if !f.found.logons[l.Row] {
			continue
		}
		if l.session>>32 != 0 {
			sessions[visit{l.User, f.number[l.IP], l.session}] = true
		}
		if Anonymous(l.Place) {
			at := Presence{User: l.User, IP: l.IP}
			times[at] = append(times[at], l.Time)
		}
	}
	for l := range f.people {
		there := times[Presence{User: l.User, IP: l.IP}]
		i, _ := slices.BinarySearch(there, l.Time-f.within)
		if sessions[visit{l.User, f.number[l.IP], l.session}] || i < len(there) && there[i] <= l.Time+f.within {
			f.found.logons[l.Row] = true
		}
	}
}

// bring marks the devices that a user first had in a suspect logon, and every
// logon by them: whoever registered a device is at its other end.
func (f *suspectFinder) bring() {
	had := map[uint64]bool{}
	for l := range f.people {
		if l.Device == 0 {
			continue
		}
		key := Pair(l.User, l.Device)
		if f.found.logons[l.Row] && !had[key] {
			f.found.devices[key] = true
		}
		had[key] = true
		if f.found.devices[key] {
			f.found.logons[l.Row] = true
		}
	}
}
