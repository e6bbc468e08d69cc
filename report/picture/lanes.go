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
	laneLeft  = 200.0 // where marks begin
	laneRight = width - 12.0
	markRoom  = 11.0 // that a mark needs
	spacious  = 18.0 // the most room for a mark
	headRoom  = 34.0 // for dates
	mostStops = 24   // pauses that are marked
	labelRoom = 70.0
)

// SVG draws the lanes.
func (l Lanes) SVG() string {
	l.Lanes = collapse(l.Lanes, l.Most)
	slots := slotsOf(l.Lanes)
	pause := pauseOf(slots)
	total, last := 0.0, time.Time{}
	for i := range slots {
		if i > 0 && slots[i].mark.At.Sub(last) >= pause {
			total++
		}
		total += slots[i].room()
		last = slots[i].mark.At
	}
	step := min(spacious, (laneRight-laneLeft-10)/max(1, total))
	rows := int(math.Ceil(markRoom / step))
	height := max(36, 14+float64(rows)*markRoom)

	var c canvas
	bottom := headRoom + height*float64(len(l.Lanes))
	for i, lane := range l.Lanes {
		top := headRoom + height*float64(i)
		c.printf(`<path class="l%d" d="M0 %sh%dv%sh-%dz"/>`, i%2, short(top), width, short(height), width)
		c.printf(`<g><title>%s</title>`, tip(lane.Name+". "+lane.Note))
		c.text(6, top+height/2-2, "b", cut(lane.Name, 24))
		c.text(6, top+height/2+12, "n", cut(lane.Note, 31))
		c.printf(`</g>`)
	}
	x, labelled := laneLeft+8, -labelRoom
	seen := make([]int, len(l.Lanes))
	for i, s := range slots {
		if i == 0 || s.mark.At.Sub(slots[i-1].mark.At) >= pause {
			if i > 0 {
				x += step
			}
			c.line(x-6, headRoom-4, x-6, bottom, "p")
			if x-labelled >= labelRoom {
				at, class := s.mark.At.UTC(), "d"
				if x > width-labelRoom {
					class = "d r"
				}
				c.text(x-6, 13, class, at.Format(time.DateOnly))
				c.text(x-6, 27, class, at.Format("15:04"))
				labelled = x
			}
		}
		y := headRoom + height*float64(s.lane) + height/2 + (float64(seen[s.lane]%rows)-float64(rows-1)/2)*markRoom
		c.mark(s.mark, x, y)
		seen[s.lane]++
		x += step * s.room()
	}
	return c.close(frame{l.ID, l.Title, l.Desc}, c.keys(l.Keys, bottom+lineStep+2), true)
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
