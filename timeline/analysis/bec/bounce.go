package bec

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

// bouncesOf are the logons of a user from a hosting or VPN network that is not
// usual for him, each followed at once by one from where he is at home. The
// first is cited: the second is the user's own. Those of one network are one
// row.
func bouncesOf(p *analysis.Pass, pr *profile, u userLogons, short bool) []analysis.Row {
	t := p.Timeline
	name := t.Value(timeline.ColUser, u.user)
	byASN := map[uint32][]*logon{}
	next := map[*logon]*logon{}
	var order []uint32
	var before *logon
	for _, l := range u.logons {
		if !l.admitted() || !l.interactive || l.ip == 0 {
			continue
		}
		a := before
		before = l
		if a == nil || a.network == l.network || l.time-a.time > int64(bounceWithin) {
			continue
		}
		hidden := anonymous(a.place) && !pr.cleared[a.ip] && !pr.office[a.ip] && !pr.asns.usual(u.user, uint64(a.place.ASN)) && !pr.hosting.usual(u.user, kindValue(true))
		if !hidden || anonymous(l.place) || !pr.atHome(l) || reference.ContainsAny(p.Settings.KnownGood.Users, name) {
			continue
		}
		if estate := pr.asns.others(uint64(a.place.ASN), u.user); estate.shared() {
			continue
		}
		if byASN[a.place.ASN] == nil {
			order = append(order, a.place.ASN)
		}
		byASN[a.place.ASN] = append(byASN[a.place.ASN], a)
		next[a] = l
	}
	var rows []analysis.Row
	for _, asn := range order {
		hops := byASN[asn]
		cited := make([]int, len(hops))
		for i, l := range hops {
			cited[i] = l.row
		}
		one, other := hops[0], next[hops[0]]
		severity, confidence, excuse := analysis.Medium, analysis.Likely, ""
		switch known := pr.familiarityOf(hops); {
		case known == ownDevice || !slices.ContainsFunc(hops, func(l *logon) bool { return l.device == 0 || l.device != next[l].device }):
			severity, excuse = analysis.Info, "the device is the user's own: consistent with a VPN that was switched off"
		case short:
			confidence = analysis.Unsure
		case known == unfamiliar:
			severity = analysis.High
		}
		r := cite.Citing(t, cited)
		r.User, r.Severity, r.Confidence = name, severity, confidence
		r.Cells = []string{
			"bounce", spotName(one), fmt.Sprintf("%s, %s at %s", spotName(other), t.Origin(other.row), cite.Stamp(t.Time(other.row))),
			cite.List(cite.Distinct(t, timeline.ColUserAgent, cited)), t.Text(timeline.ColUserAgent, other.row), cite.List(cite.AppNames(t, cited)), strconv.Itoa(len(hops)),
			fmt.Sprintf("%s before a logon from a usual network: consistent with a kit that passes the logon on and hands the browser back", time.Duration(other.time-one.time).Round(time.Second)), excuse,
		}
		rows = append(rows, r)
	}
	return rows
}
