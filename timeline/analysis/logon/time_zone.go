package logon

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

// ZoneRecords bounds how many records of one user are read again for the time
// zone of the browser: the rest of a long list adds nothing new.
var ZoneRecords = &analysis.Point{Name: "foreign-logon.zone_records", Value: 500, Doc: "most records of one user that are read for the time zone of the browser"}

// A Zone is the time zone of a browser's clock, beside those of the user's
// browsers at home.
type Zone struct {
	Name  string // as Windows names it
	Usual []string
	Known bool // which countries keep it is known to the reference tables
	Fits  bool // those of the addresses all do
}

// timeZones are visits by the time zone of the browser, those at home left out:
// evidence that does not depend on the address. None where no zone of home is
// known.
func (q *User) timeZones() []*Visit {
	byName := map[string]*Visit{}
	var list []*Visit
	home := map[string]bool{}
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
		if byName[name] == nil {
			byName[name] = &Visit{User: q, Kind: TimeZone, Zone: &Zone{Name: name}}
			list = append(list, byName[name])
		}
		byName[name].Logons = append(byName[name].Logons, l)
		if q.Pr.AtHome(l) {
			home[name] = true
		}
	}
	if len(home) == 0 {
		return nil
	}
	usual := cite.SortedSet(home)
	list = slices.DeleteFunc(list, func(v *Visit) bool { return home[v.Zone.Name] })
	for _, v := range list {
		v.Zone.Usual = usual
		v.Zone.settle(q.P.Reference, v.countries())
	}
	return list
}

// settle says whether a zone is kept in all of some countries.
func (z *Zone) settle(r *reference.Set, countries []string) {
	row, known := r.Table(reference.TimeZones).Find(z.Name)
	z.Known = known && len(countries) > 0
	kept := strings.Fields(row.Get("countries"))
	z.Fits = z.Known && !slices.ContainsFunc(countries, func(c string) bool { return !slices.Contains(kept, c) })
}
