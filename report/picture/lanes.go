package picture

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// A Mark is one act in a lane.
type Mark struct {
	At     time.Time
	Shape  Shape
	Hollow bool   // it was tried and failed
	Title  string // the act in words
	Href   string // of the record below, "#…"; empty if it is not printed
	Count  int    // of acts that the mark stands for; 0 is one
}

// A Lane is one thing that acts concern.
type Lane struct {
	Name, Note string
	Marks      []Mark // in time order
	Daily      bool   // a mark a day is enough
}

// Lanes are the acts of an actor. They stand in the order of time, evenly
// spaced, and a line says where a pause ended: seconds and weeks are seen on
// one picture.
type Lanes struct {
	ID, Title, Desc string
	Lanes           []Lane
	Most            int // marks of a lane, and of all lanes, above which the fullest collapse to days
	Keys            []Key
}

// Measures of lanes.
const (
	laneLeft  = 240.0 // where marks begin
	laneRight = width - 12.0
	markRoom  = 11.0 // that a mark needs
	spacious  = 18.0 // the most room for a mark
	widestGap = 20.0 // of a pause
	gapsShare = 0.35 // of the width that pauses take at most
	tierHigh  = 29.0 // of a line of dates
	mostStops = 24   // pauses that are marked
	labelRoom = 70.0
	noteRunes = 36 // of a line of a note
)

// SVG draws the lanes.
func (l Lanes) SVG() string {
	l.Lanes = collapse(l.Lanes, l.Most)
	slots := slotsOf(l.Lanes)
	pause := pauseOf(slots)
	total, pauses := 0.0, 0
	for i := range slots {
		if begins(slots, i, pause) {
			pauses++
		}
		total += slots[i].room()
	}
	room := laneRight - laneLeft - 10
	gap := min(widestGap, gapsShare*room/float64(max(1, pauses)))
	step := min(spacious, (room-gap*float64(pauses))/max(1, total))
	rows := int(math.Ceil(markRoom / step))
	height := max(36, 14+float64(rows)*markRoom)
	for _, lane := range l.Lanes {
		height = max(height, 10+textStep*float64(len(lane.label())))
	}

	// Where marks stand, and where pauses end.
	at := make([]float64, len(slots))
	var stops []stop
	x := laneLeft + 8
	for i, s := range slots {
		if begins(slots, i, pause) {
			if i > 0 {
				x += gap
			}
			stops = append(stops, stop{x: x - 6, at: s.mark.At.UTC()})
		}
		at[i] = x
		x += step * s.room()
	}
	head := tierHigh*float64(placeStops(stops)) + 5
	span := ""
	if len(stops) > 0 {
		span = stops[0].at.Format("2006-01-02 15:04") + " to " + slots[len(slots)-1].mark.At.UTC().Format("2006-01-02 15:04")
	}

	var c canvas
	c.text(6, head-7, "d", span)
	bottom := head + height*float64(len(l.Lanes))
	for i, lane := range l.Lanes {
		top := head + height*float64(i)
		c.printf(`<path class="l%d" d="M0 %sh%dv%sh-%dz"/>`, i%2, short(top), width, short(height), width)
		c.printf(`<g><title>%s</title>`, tip(lane.Name+". "+lane.Note))
		lines := lane.label()
		for k, line := range lines {
			class := "b"
			if k == len(lines)-1 && lane.Note != "" {
				class = "n"
			}
			c.text(6, top+height/2+4+textStep*(float64(k)-float64(len(lines)-1)/2), class, line)
		}
		c.printf(`</g>`)
	}
	c.stops(stops, head, bottom)
	seen := make([]int, len(l.Lanes))
	for i, s := range slots {
		y := head + height*float64(s.lane) + height/2 + (float64(seen[s.lane]%rows)-float64(rows-1)/2)*markRoom
		c.mark(s.mark, at[i], y)
		seen[s.lane]++
	}
	y := c.keys(l.Keys, bottom+lineStep+2)
	c.text(6, y, "k", fmt.Sprintf("From left to right in the order of time, not to scale. A dashed line: what follows came after a pause of %s or more; its date and time (UTC) stand above.", pauseName(pause)))
	return c.close(frame{l.ID, l.Title, l.Desc}, y+8, true)
}

// label is what is written before a lane: its name, and its note on a line of
// its own.
func (l Lane) label() []string {
	lines := nameLines(l.Name)
	if l.Note != "" {
		lines = append(lines, cut(l.Note, noteRunes))
	}
	return lines
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

// A slot is a mark with its lane.
type slot struct {
	lane int
	mark *Mark
}

// room is how many marks' room it takes.
func (s slot) room() float64 {
	if s.mark.Count > 1 {
		return 2
	}
	return 1
}

// slotsOf are the marks of all lanes that have a time, in time order.
func slotsOf(lanes []Lane) []slot {
	var slots []slot
	for i := range lanes {
		for k := range lanes[i].Marks {
			if m := &lanes[i].Marks[k]; !m.At.IsZero() {
				slots = append(slots, slot{i, m})
			}
		}
	}
	slices.SortStableFunc(slots, func(a, b slot) int { return a.mark.At.Compare(b.mark.At) })
	return slots
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

// A stop is where a pause ended.
type stop struct {
	x    float64
	at   time.Time
	left float64 // of its date
	date string  // without the year where it is known; empty if there is no room
	tier int     // the line of dates it stands on, from the lowest
}

// Most lines of dates, and the room that a date needs.
const (
	mostTiers = 2
	yearRoom  = 66.0
	dateRoom  = 37.0
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

// mark draws a mark with what it stands for, which leads to its record.
func (c *canvas) mark(m *Mark, x, y float64) {
	if m.Href != "" {
		c.printf(`<a href="%s"><title>%s</title>`, escape(m.Href), tip(m.Title))
	} else {
		c.printf(`<g><title>%s</title>`, tip(m.Title))
	}
	c.shape(m.Shape, x, y, m.Hollow)
	if m.Count > 1 {
		c.text(x+7, y+4, "c", fmt.Sprint(m.Count))
	}
	if m.Href != "" {
		c.printf(`</a>`)
	} else {
		c.printf(`</g>`)
	}
}

// collapse turns lanes with more marks than there may be into a mark a day and
// shape, the fullest first.
func collapse(lanes []Lane, most int) []Lane {
	lanes = slices.Clone(lanes)
	done := make([]bool, len(lanes))
	for i := range lanes {
		if lanes[i].Daily {
			lanes[i].Marks, done[i] = byDay(lanes[i].Marks), true
		}
	}
	for {
		total, fullest := 0, -1
		for i := range lanes {
			total += len(lanes[i].Marks)
			if !done[i] && (fullest < 0 || len(lanes[i].Marks) > len(lanes[fullest].Marks)) {
				fullest = i
			}
		}
		if total <= most || fullest < 0 {
			return lanes
		}
		done[fullest] = true
		lanes[fullest].Marks = byDay(lanes[fullest].Marks)
		if lanes[fullest].Note != "" {
			lanes[fullest].Note += "; "
		}
		lanes[fullest].Note += "a mark a day"
	}
}

// byDay makes one mark of those of a day that have one shape.
func byDay(marks []Mark) []Mark {
	type dayOf struct {
		day    string
		shape  Shape
		hollow bool
	}
	place := map[dayOf]int{}
	var days []Mark
	for _, m := range marks {
		if m.At.IsZero() {
			continue
		}
		k := dayOf{m.At.UTC().Format(time.DateOnly), m.Shape, m.Hollow}
		i, ok := place[k]
		if !ok {
			i = len(days)
			place[k] = i
			first := m
			first.Count = 0
			days = append(days, first)
		}
		days[i].Count += max(1, m.Count)
		if days[i].Href == "" {
			days[i].Href = m.Href
		}
	}
	for i := range days {
		if d := &days[i]; d.Count > 1 {
			d.Title = fmt.Sprintf("%d acts on %s, the first: %s", d.Count, d.At.UTC().Format(time.DateOnly), d.Title)
		}
	}
	return days
}
