package clock

import "time"

// FileTime reads a time of Windows: units of 100 ns since 1601, UTC.
func FileTime(ticks uint64) (Reading, bool) {
	const until1970 = 116444736000000000
	if ticks < until1970 || ticks > until1970*3 {
		return Reading{}, false
	}
	t := time.Unix(0, 0).UTC().Add(time.Duration((ticks - until1970) * 100))
	return Reading{Nanos: t.UnixNano()}, t.Year() >= minYear && t.Year() <= maxYear
}
