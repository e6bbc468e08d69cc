package timeline

import (
	"time"
)

// Instant is the time, in UTC, of nanoseconds since 1970; zero for 0.
func Instant(nanos int64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanos).UTC()
}

// weekday counts from Thursday, the first day of 1970.
func weekday(day int32) int { return int((day%7 + 7) % 7) }

// Midnight is when a day begins, in UTC; days count from 1970.
func Midnight(day int32) time.Time { return time.Unix(int64(day)*24*60*60, 0).UTC() }

// UnixNano is a row's time in nanoseconds since 1970. A row without a time
// counts as later than all others.
func UnixNano(t *Timeline, row int) int64 {
	n, _ := t.Nanos(row)
	return n
}
