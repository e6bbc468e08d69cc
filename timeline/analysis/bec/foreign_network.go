package bec

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

// newNetworks judges the networks that are new to a user in a usual country:
// by themselves they say little, since people sit in cafés; with a client
// that the user does not have they are consistent with somebody else.
// Hosting networks are hosting-logon's.
func newNetworks(q *logon.User) []analysis.Row {
	byASN := map[uint32][]*logon.Logon{}
	var order []uint32
	for _, l := range q.Admitted {
		c, asn := logon.CountryValue(l.Located(), l.Place), l.Place.ASN
		switch {
		case c == 0 || asn == 0 || logon.Anonymous(l.Place) || q.Pr.Office[l.Ip] || q.Pr.Asns.Usual(q.Code, uint64(asn)):
		case !q.Pr.Countries.Usual(q.Code, c) && !analysis.DeclaredHome(q.P.Settings, q.Name(), l.Place.Country):
		case q.Pr.Familiar(l) != logon.Unfamiliar:
		default:
			if byASN[asn] == nil {
				order = append(order, asn)
			}
			byASN[asn] = append(byASN[asn], l)
		}
	}
	var rows []analysis.Row
	for _, asn := range order {
		v := &logon.Visit{User: q, Logons: byASN[asn]}
		if row, ok := judgeNetwork(v, asn); ok {
			rows = append(rows, row)
		}
	}
	return rows
}

func judgeNetwork(v *logon.Visit, asn uint32) (analysis.Row, bool) {
	v.Beside = v.DaysBeside(v.Logons)
	v.Weigh()
	p, days, seen := v.Pr.Asns.Of[v.Code].Chance(uint64(asn))
	days = max(days, v.Beside)
	history := fmt.Sprintf("in %s of logons this user was on a network for one day only %s; chance of a new one about %s", cite.Counted(days, "day"), cite.Counted(seen, "time"), cite.Percent(p))
	e := v.Pr.Asns.Others(uint64(asn), v.Code)
	if v.Beside < logon.Enough(v.P) || p > v.P.Threshold("foreign-logon.often_news") || e.Usual > 0 || v.Cleared() {
		return analysis.Row{}, false
	}
	severity := analysis.Low
	if p <= logon.RareChance(v.P) || len(v.Against) > 1 {
		severity = analysis.Medium
	}
	if p <= logon.RareChance(v.P) && slices.ContainsFunc(v.Logons, v.TakesMail) {
		severity = analysis.High
		v.Against = append(v.Against, "the client takes mail away without a browser or Outlook")
	}
	return v.Row("new network", severity, analysis.Likely, history), true
}

// forwarded reports logons whose forwarded chain begins in one country and
// was received from another: the first hop is what the client claims.
func forwarded(q *logon.User) []analysis.Row {
	var conflicts []*logon.Logon
	for _, l := range q.Admitted {
		if l.Observed.Country != "" && l.Place.Country != "" && l.Observed.Country != l.Place.Country && !logon.Carried(l.Observed) {
			conflicts = append(conflicts, l)
		}
	}
	if len(conflicts) == 0 {
		return nil
	}
	v := &logon.Visit{User: q, Logons: conflicts}
	severity := analysis.Info
	strange := func(l *logon.Logon) bool {
		return !q.Pr.Countries.Usual(q.Code, logon.CountryValue(true, l.Observed)) && !analysis.DeclaredHome(q.P.Settings, q.Name(), l.Observed.Country)
	}
	received := v.Distinct(func(l *logon.Logon) string { return l.Observed.Country })
	v.Against = []string{"the last hop, which the service saw, lies in " + cite.List(received)}
	if slices.ContainsFunc(conflicts, strange) && 2*len(conflicts) < len(q.Admitted) && !v.Cleared() {
		severity = analysis.Low
	} else {
		v.Excuse = append(v.Excuse, "usual for this user, or the country of the last hop is: consistent with a gateway")
	}
	return []analysis.Row{v.Row("forwarded address", severity, analysis.Unsure, "the first hop of a forwarded chain is what the client claims, and can be forged")}
}

// Databases differ over borders and over whose traffic a carrier takes where;
// beyond this distance they contradict each other.
const conflictKm = 1000

// locationConflicts reports logons whose own record names another country
// than the database does for the address.
func locationConflicts(q *logon.User) []analysis.Row {
	t := q.P.Timeline
	byPair := map[string][]*logon.Logon{}
	var order []string
	for _, l := range q.Admitted {
		logged := t.Text(timeline.ColLogCountry, l.Row)
		if logged == "" || len(logged) != 2 || l.Place.Country == "" || strings.EqualFold(logged, l.Place.Country) {
			continue
		}
		key := logged + " " + l.Place.Country
		if byPair[key] == nil {
			order = append(order, key)
		}
		byPair[key] = append(byPair[key], l)
	}
	var rows []analysis.Row
	for _, key := range order {
		v := &logon.Visit{User: q, Logons: byPair[key]}
		logged, place := key[:2], v.Logons[0].Place
		v.Against = []string{fmt.Sprintf("the log says %s, the database %s", logged, place.Country)}
		severity := analysis.Info
		km, ok := geo.Distance(*place, geo.Place{Country: logged})
		switch {
		case logon.Carried(place):
			v.Excuse = append(v.Excuse, "the network carries traffic for others, and databases seldom agree on it")
		case q.Pr.Countries.Usual(q.Code, logon.CountryValue(true, &geo.Place{Country: strings.ToUpper(logged)})) || analysis.DeclaredHome(q.P.Settings, q.Name(), logged):
			v.Excuse = append(v.Excuse, "the log's answer is usual for the user: consistent with a range that has moved since the database was built, or before")
		case ok && km >= conflictKm && !v.Cleared():
			severity = analysis.Low
			v.Against = append(v.Against, fmt.Sprintf("at least %.0f km apart", km))
		}
		rows = append(rows, v.Row("log's location", severity, analysis.Unsure, "the log's answer is of the time of the logon, the database's of its own date"))
	}
	return rows
}
