package timeline

import (
	"time"
)

func Instant(nanos int64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanos).UTC()
}

// Weekday counts from Thursday, the first day of 1970.
func Weekday(day int32) int { return int((day%7 + 7) % 7) }

func Midnight(day int32) time.Time { return time.Unix(int64(day)*24*60*60, 0).UTC() }

func UnixNano(t *Timeline, row int) int64 {
	n, _ := t.Nanos(row)
	return n
}
