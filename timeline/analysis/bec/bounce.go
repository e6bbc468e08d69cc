package bec

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

// bouncesOf are the logons of a user from a hosting or VPN network that is not
// usual for him, each followed at once by one from where he is at home. The
// first is cited: the second is the user's own. Those of one network are one
// row.
func bouncesOf(p *analysis.Pass, pr *logon.Estate, u logon.UserLogons, short bool) []analysis.Row {
	t := p.Timeline
	name := t.Value(timeline.ColUser, u.User)
	byASN := map[uint32][]*logon.Logon{}
	next := map[*logon.Logon]*logon.Logon{}
	var order []uint32
	var before *logon.Logon
	for _, l := range u.Logons {
		if !l.Admitted() || !l.Interactive || l.Ip == 0 {
			continue
		}
		a := before
		before = l
		if a == nil || a.Network == l.Network || l.Time-a.Time > int64(bounceWithin) {
			continue
		}
		hidden := logon.Anonymous(a.Place) && !pr.Cleared[a.Ip] && !pr.Office[a.Ip] && !pr.Asns.Usual(u.User, uint64(a.Place.ASN)) && !pr.Hosting.Usual(u.User, logon.KindValue(true))
		if !hidden || logon.Anonymous(l.Place) || !pr.AtHome(l) || reference.ContainsAny(p.Settings.KnownGood.Users, name) {
			continue
		}
		if estate := pr.Asns.Others(uint64(a.Place.ASN), u.User); estate.Shared() {
			continue
		}
		if byASN[a.Place.ASN] == nil {
			order = append(order, a.Place.ASN)
		}
		byASN[a.Place.ASN] = append(byASN[a.Place.ASN], a)
		next[a] = l
	}
	var rows []analysis.Row
	for _, asn := range order {
		hops := byASN[asn]
		cited := make([]int, len(hops))
		for i, l := range hops {
			cited[i] = l.Row
		}
		one, other := hops[0], next[hops[0]]
		severity, confidence, excuse := analysis.Medium, analysis.Likely, ""
		switch known := pr.FamiliarityOf(hops); {
		case known == logon.OwnDevice || !slices.ContainsFunc(hops, func(l *logon.Logon) bool { return l.Device == 0 || l.Device != next[l].Device }):
			severity, excuse = analysis.Info, "the device is the user's own: consistent with a VPN that was switched off"
		case short:
			confidence = analysis.Unsure
		case known == logon.Unfamiliar:
			severity = analysis.High
		}
		r := cite.Citing(t, cited)
		r.User, r.Severity, r.Confidence = name, severity, confidence
		r.Cells = []string{
			"bounce", logon.SiteName(one), fmt.Sprintf("%s, %s at %s", logon.SiteName(other), t.Origin(other.Row), cite.Stamp(t.Time(other.Row))),
			cite.List(cite.Distinct(t, timeline.ColUserAgent, cited)), t.Text(timeline.ColUserAgent, other.Row), cite.List(cite.AppNames(t, cited)), strconv.Itoa(len(hops)),
			fmt.Sprintf("%s before a logon from a usual network: consistent with a kit that passes the logon on and hands the browser back", time.Duration(other.Time-one.Time).Round(time.Second)), excuse,
		}
		rows = append(rows, r)
	}
	return rows
}
