package logon

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

// zoneReads bounds how many records of one user are read again for the time
// zone of the browser: the rest of a long list tells nothing new.
const zoneReads = 500

// TimeZones reports logons of browsers whose clock was set to a zone that is
// not the user's usual one: evidence that does not depend on the address.
func TimeZones(q *User) []analysis.Row {
	byZone := map[string][]*Logon{}
	var order []string
	reads := 0
	for _, l := range q.every {
		if !l.Activities || l.Outcome != timeline.Unknown || reads == zoneReads {
			continue
		}
		reads++
		_, details, err := q.P.Timeline.Wide(l.Row)
		if err != nil {
			continue
		}
		zone := timeline.Property(details, "Timezone")
		if zone == "" {
			continue
		}
		if byZone[zone] == nil {
			order = append(order, zone)
		}
		byZone[zone] = append(byZone[zone], l)
	}
	if len(order) == 0 {
		return nil
	}
	homes := map[string]bool{}
	for _, zone := range order {
		homes[zone] = slices.ContainsFunc(byZone[zone], q.Pr.AtHome)
	}
	var rows []analysis.Row
	for _, zone := range order {
		if homes[zone] {
			continue
		}
		v := &Visit{User: q, Logons: byZone[zone]}
		if row, ok := v.judgeZone(zone, homes); ok {
			rows = append(rows, row)
		}
	}
	return rows
}

// judgeZone accuses a zone that fits neither the user nor the address.
func (v *Visit) judgeZone(zone string, homes map[string]bool) (analysis.Row, bool) {
	var usual []string
	for z, home := range homes {
		if home {
			usual = append(usual, z)
		}
	}
	if len(usual) == 0 {
		return analysis.Row{}, false
	}
	slices.Sort(usual)
	fits, known := zoneOf(v.P, zone, v.Distinct(func(l *Logon) string { return l.Place.Country }))
	severity := analysis.Medium
	v.Against = []string{fmt.Sprintf("the browser's time zone is %q; this user's at home is %q", zone, cite.Join(usual))}
	switch {
	case !known:
		severity = analysis.Info
		v.Excuse = append(v.Excuse, "which countries keep that zone is not known to the reference tables")
	case fits:
		severity = analysis.Info
		v.Excuse = append(v.Excuse, "the zone is that of the address")
	default:
		v.Against = append(v.Against, "the zone does not fit the country of the address either")
	}
	if v.Cleared() {
		severity = analysis.Info
	}
	return v.Row("time zone", severity, analysis.Likely, ""), true
}

// zoneOf reports whether a time zone, by its Windows name, is kept in all of
// the countries, and whether the reference tables know it.
func zoneOf(p *analysis.Pass, zone string, countries []string) (fits, known bool) {
	row, known := p.Reference.Table(reference.TimeZones).Find(zone)
	if !known || len(countries) == 0 {
		return false, false
	}
	kept := strings.Fields(row.Get("countries"))
	return !slices.ContainsFunc(countries, func(c string) bool { return !slices.Contains(kept, c) }), true
}
