package logon

import (
	"slices"

	"becforensics/timeline"
)

// A spot is a network in a country, as an attribute.
type Site struct {
	Country uint64
	Asn     uint32
}

func SiteOf(l *Logon) Site { return Site{CountryValue(true, l.Place), l.Place.ASN} }

// StrangeSides are the sides of a pair that are not the user's habit; the
// later one if both are, so that the pair is shown.
func (pr *Estate) StrangeSides(a, b *Logon) []*Logon {
	var sides []*Logon
	for _, l := range [...]*Logon{a, b} {
		if !pr.AtHome(l) {
			sides = append(sides, l)
		}
	}
	if len(sides) == 0 {
		sides = append(sides, b)
	}
	return sides
}

// ActiveDays are the days with an admitted logon, rising.
func ActiveDays(list []*Logon) []int32 {
	var days []int32
	for _, l := range list {
		if l.Admitted() && (len(days) == 0 || days[len(days)-1] != l.Day()) {
			days = append(days, l.Day())
		}
	}
	return days
}

// SiteName names a place in a cell.
func SiteName(l *Logon) string {
	if s := NetworkOf(l); s != "" {
		return l.Place.Country + ", " + s
	}
	return l.Place.Country
}

// HomeRow reports whether a record comes from a network and country that are
// usual for its user, from an office or from a cleared address.
func (pr *Estate) HomeRow(t *timeline.Timeline, row int) bool {
	ip := t.Code(timeline.ColIP, row)
	if ip == 0 {
		return false
	}
	place, user := t.PlaceOf(ip), t.Folded(timeline.ColUser, row)
	return pr.Office[ip] || pr.Cleared[ip] || pr.Asns.Usual(user, uint64(place.ASN)) && pr.Countries.Usual(user, CountryValue(place.Class == "", place))
}

// Habit is usual, of a value that was seen on several days.
func (h *Habit) Habit(value uint64) bool {
	u := h.Values[value]
	return u != nil && len(u.Days) >= RoutineDays && h.Usual(value)
}

// NetworkNames name the networks of rows.
func NetworkNames(t *timeline.Timeline, rows []int) []string {
	var codes []uint32
	for _, row := range rows {
		if code := t.Code(timeline.ColIP, row); code != 0 {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	var names []string
	for _, code := range codes {
		if s := NetworkOf(&Logon{Place: t.PlaceOf(code)}); s != "" {
			names = append(names, s)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
