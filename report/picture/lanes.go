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
	labelRoom = 70.0
	noteRunes = 36 // of a line of a note
)

// SVG draws the lanes.
func (l Lanes) SVG() string {
	l.Lanes = collapse(l.Lanes, l.Most)
	slots := slotsOf(l.Lanes)
	pause := pauseOf(slots)
	at, stops, step := layOut(slots, pause)
	rows := int(math.Ceil(markRoom / step))
	height := max(36, 14+float64(rows)*markRoom)
	for _, lane := range l.Lanes {
		height = max(height, 10+textStep*float64(len(lane.label())))
	}
	head := tierHigh*float64(placeStops(stops)) + 5
	bottom := head + height*float64(len(l.Lanes))

	var c canvas
	c.text(6, head-7, "d", spanOf(slots))
	for i, lane := range l.Lanes {
		top := head + height*float64(i)
		c.printf(`<path class="l%d" d="M0 %sh%dv%sh-%dz"/>`, i%2, short(top), width, short(height), width)
		c.label(lane, top+height/2+4)
	}
	c.stops(stops, head, bottom)
	seen := make([]int, len(l.Lanes))
	for i, s := range slots {
		middle := head + height*(float64(s.lane)+0.5)
		c.mark(s.mark, at[i], middle+(float64(seen[s.lane]%rows)-float64(rows-1)/2)*markRoom)
		seen[s.lane]++
	}
	y := c.keys(l.Keys, bottom+lineStep+2)
	c.text(6, y, "k", fmt.Sprintf("From left to right in the order of time, not to scale. A dashed line: what follows came after a pause of %s or more; its date and time (UTC) stand above.", pauseName(pause)))
	return c.close(frame{l.ID, l.Title, l.Desc}, y+8, true)
}

// layOut gives marks and the ends of pauses their places from left to right, and
// the room of one mark.
func layOut(slots []slot, pause time.Duration) (at []float64, stops []stop, step float64) {
	total, pauses := 0.0, 0
	for i := range slots {
		if begins(slots, i, pause) {
			pauses++
		}
		total += slots[i].room()
	}
	room := laneRight - laneLeft - 10
	gap := min(widestGap, gapsShare*room/float64(max(1, pauses)))
	step = min(spacious, (room-gap*float64(pauses))/max(1, total))
	x := laneLeft + 8
	for i, s := range slots {
		if begins(slots, i, pause) {
			if i > 0 {
				x += gap
			}
			stops = append(stops, stop{x: x - 6, at: s.mark.At.UTC()})
		}
		at = append(at, x)
		x += step * s.room()
	}
	return at, stops, step
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

// label writes the name and the note of a lane.
func (c *canvas) label(lane Lane, middle float64) {
	c.printf(`<g><title>%s</title>`, tip(lane.Name+". "+lane.Note))
	lines := lane.label()
	for i, line := range lines {
		class := "b"
		if i == len(lines)-1 && lane.Note != "" {
			class = "n"
		}
		c.text(6, middle+textStep*(float64(i)-float64(len(lines)-1)/2), class, line)
	}
	c.printf(`</g>`)
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
