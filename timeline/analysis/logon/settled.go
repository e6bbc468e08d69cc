package logon

import (
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Settled reports whether a record comes from where its user is known to be at
// home: an office, a cleared address, or a usual network in a usual country
// that a long history shows, or that the user had on several days before. In a
// short record the first network seen has no right of its own.
func (pr *Estate) Settled(p *analysis.Pass, row int) bool {
	t := p.Timeline
	ip, user := t.Code(timeline.ColIP, row), t.Folded(timeline.ColUser, row)
	if pr.Office[ip] || pr.Cleared[ip] {
		return true
	}
	h := pr.ASNs.Of[user]
	if h == nil || !pr.HomeRow(t, row) {
		return false
	}
	if len(h.Days) >= Enough(p) {
		return true
	}
	u := h.Values[uint64(t.PlaceOf(ip).ASN)]
	if u == nil {
		return false
	}
	before, _ := slices.BinarySearch(u.Days, timeline.Day(timeline.UnixNano(t, row)))
	return before >= RoutineDays.Int()
}

// AllSettled reports whether all records that state an address are from where
// their user is known to be at home, and some do.
func (pr *Estate) AllSettled(p *analysis.Pass, rows []int) bool {
	some := false
	for _, row := range rows {
		if p.Timeline.Code(timeline.ColIP, row) == 0 {
			continue
		}
		if !pr.Settled(p, row) {
			return false
		}
		some = true
	}
	return some
}
