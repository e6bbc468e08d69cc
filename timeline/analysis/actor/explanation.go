package actor

import (
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/logon"
)

// What speaks for the user, in points.
var (
	travelPoints = &analysis.Point{Name: "actor.travel", Value: -20, Doc: "points for declared travel to the country of every logon"}
	devicePoints = &analysis.Point{Name: "actor.device", Value: -20, Doc: "points for a device of the user's own at the address of every logon, at about the time"}
	sharedPoints = &analysis.Point{Name: "actor.shared", Value: -15, Doc: "points for networks that colleagues have long used"}
)

// explanations are what speaks for the user of an actor's first account. Each
// holds for every logon of that account, or not at all.
func (l *linker) explanations(who *Actor) []Explanation {
	user := uint32(who.accounts[0])
	declared := l.p.Settings.For(who.User)
	logons, travelled, own, shared := 0, 0, 0, 0
	for _, row := range who.Logons {
		place := l.t.Place(row)
		if l.t.Folded(timeline.ColUser, row) != user {
			continue
		}
		logons++
		if place == nil {
			continue
		}
		ip := l.t.Code(timeline.ColIP, row)
		if declared.Travelled(place.Country, l.t.Time(row)) {
			travelled++
		}
		if l.pr.Stayed(logon.Presence{User: user, IP: ip}, timeline.UnixNano(l.t, row), int64(logon.ExitHours.Int())) {
			own++
		}
		if others := l.pr.Networks.Others(uint64(l.networks[ip]), user); others.Shared() {
			shared++
		}
	}
	var list []Explanation
	for _, e := range []struct {
		held   int
		points *analysis.Point
		text   string
	}{
		{travelled, travelPoints, "the user's travel there is declared"},
		{own, devicePoints, "a device of the user's own logged on from the same address at about the time"},
		{shared, sharedPoints, "colleagues have long used the network"},
	} {
		if e.held > 0 && e.held == logons {
			list = append(list, Explanation{e.points.Value, e.text})
		}
	}
	return list
}
