package logon

import (
	"fmt"
	"slices"

	"becforensics/geo"
	"becforensics/timeline"
)

// A Site is a network in a country, as an attribute.
type Site struct {
	Country uint64
	ASN     uint32
	Lodged  bool // of a session: a line of the user's provider that they did not have before it; see Sessions
}

// SiteOf is the site of a logon.
func SiteOf(l *Logon) Site { return Site{Country: CountryValue(l.Place.Country), ASN: l.Place.ASN} }

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

// PlaceName names a place in a cell: its country and network.
func PlaceName(place *geo.Place) string {
	if s := networkName(place); s != "" {
		return place.Country + ", " + s
	}
	return place.Country
}

// networkName names the network of a place in a cell: its number, name and
// kind; empty if its number is not known.
func networkName(place *geo.Place) string {
	if place.ASN == 0 {
		return ""
	}
	s := fmt.Sprintf("AS%d %s", place.ASN, place.Network)
	if place.Kind != "" {
		s += " (" + place.Kind + ")"
	}
	return s
}

// SiteName names the place of a logon in a cell.
func SiteName(l *Logon) string { return PlaceName(l.Place) }

// NetworkOf names the network of a logon in a cell.
func NetworkOf(l *Logon) string { return networkName(l.Place) }

// HomeRow reports whether a record comes from a network and country that are
// usual for its user, from an office or from a cleared address.
func (pr *Estate) HomeRow(t *timeline.Timeline, row int) bool {
	ip := t.Code(timeline.ColIP, row)
	if ip == 0 {
		return false
	}
	place, user := t.PlaceOf(ip), t.Folded(timeline.ColUser, row)
	return pr.Office[ip] || pr.Cleared[ip] || pr.ASNs.Usual(user, uint64(place.ASN)) && pr.Countries.Usual(user, CountryValue(place.Country)) ||
		unknown(place) && pr.ownUnknown(user, ip)
}

// Habit is usual, of a value that was seen on several days.
func (h *Habit) Habit(value uint64) bool {
	u := h.Values[value]
	return u != nil && len(u.Days) >= RoutineDays.Int() && h.Usual(value)
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
		if s := networkName(t.PlaceOf(code)); s != "" {
			names = append(names, s)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
