package bec

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// newNetworks judges the networks that are new to a user in a usual country:
// by themselves they say little, since people sit in cafés; with a client
// that the user does not have they are consistent with somebody else.
// Hosting networks are hosting-logon's.
func newNetworks(q *person) []analysis.Row {
	byASN := map[uint32][]*logon{}
	var order []uint32
	for _, l := range q.admitted {
		c, asn := countryValue(l.located(), l.place), l.place.ASN
		switch {
		case c == 0 || asn == 0 || anonymous(l.place) || q.pr.office[l.ip] || q.pr.asns.usual(q.Code, uint64(asn)):
		case !q.pr.countries.usual(q.Code, c) && !analysis.DeclaredHome(q.p.Settings, q.name(), l.place.Country):
		case q.pr.familiar(l) != unfamiliar:
		default:
			if byASN[asn] == nil {
				order = append(order, asn)
			}
			byASN[asn] = append(byASN[asn], l)
		}
	}
	var rows []analysis.Row
	for _, asn := range order {
		v := &visit{person: q, logons: byASN[asn]}
		if row, ok := v.judgeNetwork(asn); ok {
			rows = append(rows, row)
		}
	}
	return rows
}

func (v *visit) judgeNetwork(asn uint32) (analysis.Row, bool) {
	v.beside = v.daysBeside(v.logons)
	v.weigh()
	p, days, seen := v.pr.asns.of[v.Code].chance(uint64(asn))
	days = max(days, v.beside)
	history := fmt.Sprintf("in %s of logons this user was on a network for one day only %s; chance of a new one about %s", cite.Counted(days, "day"), cite.Counted(seen, "time"), cite.Percent(p))
	e := v.pr.asns.others(uint64(asn), v.Code)
	if v.beside < enough(v.p) || p > v.p.Threshold("foreign-logon.often_news") || e.usual > 0 || v.cleared() {
		return analysis.Row{}, false
	}
	severity := analysis.Low
	if p <= rareChance(v.p) || len(v.against) > 1 {
		severity = analysis.Medium
	}
	if p <= rareChance(v.p) && slices.ContainsFunc(v.logons, v.takesMail) {
		severity = analysis.High
		v.against = append(v.against, "the client takes mail away without a browser or Outlook")
	}
	return v.row("new network", severity, analysis.Likely, history), true
}

// takesMail reports whether a logon was made with a protocol for mail.
func (v *visit) takesMail(l *logon) bool {
	return takesMail(v.p.Timeline.Value(timeline.ColClient, l.client))
}

// forwarded reports logons whose forwarded chain begins in one country and
// was received from another: the first hop is what the client claims.
func forwarded(q *person) []analysis.Row {
	var conflicts []*logon
	for _, l := range q.admitted {
		if l.observed.Country != "" && l.place.Country != "" && l.observed.Country != l.place.Country && !carried(l.observed) {
			conflicts = append(conflicts, l)
		}
	}
	if len(conflicts) == 0 {
		return nil
	}
	v := &visit{person: q, logons: conflicts}
	severity := analysis.Info
	strange := func(l *logon) bool {
		return !q.pr.countries.usual(q.Code, countryValue(true, l.observed)) && !analysis.DeclaredHome(q.p.Settings, q.name(), l.observed.Country)
	}
	received := v.distinct(func(l *logon) string { return l.observed.Country })
	v.against = []string{"the last hop, which the service saw, lies in " + cite.List(received)}
	if slices.ContainsFunc(conflicts, strange) && 2*len(conflicts) < len(q.admitted) && !v.cleared() {
		severity = analysis.Low
	} else {
		v.excuse = append(v.excuse, "usual for this user, or the country of the last hop is: consistent with a gateway")
	}
	return []analysis.Row{v.row("forwarded address", severity, analysis.Unsure, "the first hop of a forwarded chain is what the client claims, and can be forged")}
}

// Databases differ over borders and over whose traffic a carrier takes where;
// beyond this distance they contradict each other.
const conflictKm = 1000

// locationConflicts reports logons whose own record names another country
// than the database does for the address.
func locationConflicts(q *person) []analysis.Row {
	t := q.p.Timeline
	byPair := map[string][]*logon{}
	var order []string
	for _, l := range q.admitted {
		logged := t.Text(timeline.ColLogCountry, l.row)
		if logged == "" || len(logged) != 2 || l.place.Country == "" || strings.EqualFold(logged, l.place.Country) {
			continue
		}
		key := logged + " " + l.place.Country
		if byPair[key] == nil {
			order = append(order, key)
		}
		byPair[key] = append(byPair[key], l)
	}
	var rows []analysis.Row
	for _, key := range order {
		v := &visit{person: q, logons: byPair[key]}
		logged, place := key[:2], v.logons[0].place
		v.against = []string{fmt.Sprintf("the log says %s, the database %s", logged, place.Country)}
		severity := analysis.Info
		km, ok := geo.Distance(*place, geo.Place{Country: logged})
		switch {
		case carried(place):
			v.excuse = append(v.excuse, "the network carries traffic for others, and databases seldom agree on it")
		case q.pr.countries.usual(q.Code, countryValue(true, &geo.Place{Country: strings.ToUpper(logged)})) || analysis.DeclaredHome(q.p.Settings, q.name(), logged):
			v.excuse = append(v.excuse, "the log's answer is usual for the user: consistent with a range that has moved since the database was built, or before")
		case ok && km >= conflictKm && !v.cleared():
			severity = analysis.Low
			v.against = append(v.against, fmt.Sprintf("at least %.0f km apart", km))
		}
		rows = append(rows, v.row("log's location", severity, analysis.Unsure, "the log's answer is of the time of the logon, the database's of its own date"))
	}
	return rows
}
