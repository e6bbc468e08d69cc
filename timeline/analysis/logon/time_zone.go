package logon

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// ZoneRecords bounds how many records of one user are read again for the time
// zone of the browser: the rest of a long list adds nothing new.
var ZoneRecords = &analysis.Point{Name: "foreign-logon.zone_records", Value: 500, Doc: "most records of one user that are read for the time zone of the browser"}

// A Zone is the logons of a user's browsers whose clock was set to one time
// zone.
type Zone struct {
	Name   string // as Windows names it
	Logons []*Logon
	Home   bool // one of them came from where the user is at home
}

// TimeZones are a user's logons by the time zone of the browser, in the order
// of the first: evidence that does not depend on the address.
func TimeZones(q *User) []*Zone {
	byName := map[string]*Zone{}
	var zones []*Zone
	reads, most := 0, ZoneRecords.Int()
	for _, l := range q.every {
		if !l.Export.SparseAddresses || l.Outcome != timeline.Unknown || reads == most {
			continue
		}
		reads++
		name := timeline.Property(q.P.Timeline.Details(l.Row), "Timezone")
		if name == "" {
			continue
		}
		zone := byName[name]
		if zone == nil {
			zone = &Zone{Name: name}
			byName[name] = zone
			zones = append(zones, zone)
		}
		zone.Logons = append(zone.Logons, l)
		zone.Home = zone.Home || q.Pr.AtHome(l)
	}
	return zones
}

// Fits reports whether a zone is kept in all of some countries, and whether
// the reference tables know it.
func (z *Zone) Fits(p *analysis.Pass, countries []string) (fits, known bool) {
	row, known := p.Reference.Table(reference.TimeZones).Find(z.Name)
	if !known || len(countries) == 0 {
		return false, false
	}
	kept := strings.Fields(row.Get("countries"))
	return !slices.ContainsFunc(countries, func(c string) bool { return !slices.Contains(kept, c) }), true
}
