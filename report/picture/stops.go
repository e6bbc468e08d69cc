package picture

import (
	"fmt"
	"time"
)

// A stop is where a pause ended.
type stop struct {
	x    float64
	at   time.Time
	left float64 // of its date
	date string  // without the year where it is known; empty if there is no room
	tier int     // the line of dates it stands on, from the lowest
}

// Measures of dates: most lines of them, and the room that one needs.
const (
	mostTiers = 2
	tierHigh  = 29.0 // of a line of dates
	yearRoom  = 66.0
	dateRoom  = 37.0
	mostStops = 24 // pauses that are marked
)

// placeStops gives dates their places so that none covers another, and counts
// the lines that they need.
func placeStops(stops []stop) int {
	var ends [mostTiers]float64
	tiers, year := 1, 0
	for i := range stops {
		s := &stops[i]
		if i == 0 {
			year = s.at.Year() // the span before the lanes names it
		}
		date, room := s.at.Format("01-02"), dateRoom
		if s.at.Year() != year {
			date, room = s.at.Format(time.DateOnly), yearRoom
		}
		s.left = min(s.x, width-room)
		for tier := range ends {
			if s.left >= ends[tier] {
				s.date, s.tier, ends[tier] = date, tier, s.left+room
				tiers, year = max(tiers, tier+1), s.at.Year()
				break
			}
		}
	}
	return tiers
}

// stops draws where pauses ended, and the dates above the lines.
func (c *canvas) stops(stops []stop, head, bottom float64) {
	for _, s := range stops {
		c.line(s.x, head-4-tierHigh*float64(s.tier), s.x, bottom, "p")
	}
	for _, s := range stops {
		if s.date != "" {
			low := head - 7 - tierHigh*float64(s.tier)
			c.text(s.left, low-13, "d", s.date)
			c.text(s.left, low, "d", s.at.Format("15:04"))
		}
	}
}

// spanOf is from when to when marks are.
func spanOf(slots []slot) string {
	if len(slots) == 0 {
		return ""
	}
	const minute = "2006-01-02 15:04"
	return slots[0].mark.At.UTC().Format(minute) + " to " + slots[len(slots)-1].mark.At.UTC().Format(minute)
}

// pauseOf is the least pause that is marked, such that not too many are.
func pauseOf(slots []slot) time.Duration {
	for _, hours := range []int{1, 6, 24, 72} {
		pause, n := time.Duration(hours)*time.Hour, 0
		for i := 1; i < len(slots); i++ {
			if slots[i].mark.At.Sub(slots[i-1].mark.At) >= pause {
				n++
			}
		}
		if n <= mostStops {
			return pause
		}
	}
	return 7 * 24 * time.Hour
}

// begins reports whether a mark is the first, or the first after a pause.
func begins(slots []slot, i int, pause time.Duration) bool {
	return i == 0 || slots[i].mark.At.Sub(slots[i-1].mark.At) >= pause
}

func pauseName(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == time.Hour:
		return "an hour"
	case d < day:
		return fmt.Sprintf("%d hours", d/time.Hour)
	case d == day:
		return "a day"
	}
	return fmt.Sprintf("%d days", d/day)
}
