package logon

import (
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Settled reports whether a record comes from where its user is known to have
// been at home: an office, a cleared address, or a usual network in a usual
// country that the user had on several days before. What came into use since is
// no habit; on the first days of a long history there is no before, and what
// is usual in it counts. In a short record the first network seen has no right
// of its own.
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
	day := timeline.Day(timeline.UnixNano(t, row))
	if active, _ := slices.BinarySearch(h.Days, day); active < RoutineDays.Int() {
		return len(h.Days) >= Enough(p)
	}
	u := h.Values[uint64(t.PlaceOf(ip).ASN)]
	if u == nil {
		return false
	}
	before, _ := slices.BinarySearch(u.Days, day)
	return before >= RoutineDays.Int()
}

// HadDevice reports whether a logon names a device that its user had on several
// days before: one that was registered a moment ago vouches for nobody.
func (pr *Estate) HadDevice(l *Logon) bool {
	h := pr.devices.Of[l.User]
	if h == nil || l.Device == 0 {
		return false
	}
	u := h.Values[uint64(l.Device)]
	if u == nil {
		return false
	}
	before, _ := slices.BinarySearch(u.Days, l.Day())
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
