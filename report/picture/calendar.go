package picture

import (
	"fmt"
	"slices"
	"time"
)

// A State is what is known of a mailbox on a day. Several may hold on one day.
type State uint8

// States.
const (
	Proved   State = iota // on record
	Presumed              // within what was copied
	Blind                 // what was accessed cannot be told
)

// words name the states, as exposure does.
var words = [...]string{"proved", "presumed", "blind"}

// A Span is a state of a mailbox from one time to another.
type Span struct {
	From, To time.Time
	State    State
	Count    int // of messages; 0 if it is of none
}

// A CalendarRow is one mailbox.
type CalendarRow struct {
	Name  string
	Spans []Span
}

// A Calendar shows when mailboxes were exposed, a column a day, or a week or a
// month where the time is long.
type Calendar struct {
	ID, Title, Desc string
	Rows            []CalendarRow
}

// Measures of calendars.
const (
	mostColumns  = 62
	calendarLeft = 270.0
	cellHigh     = 10.0
)

// SVG draws the calendar; empty if nothing in it has a time.
func (k Calendar) SVG() string {
	starts, unit := k.columns()
	if len(starts) == 0 {
		return ""
	}
	var c canvas
	wide := min(24, (width-calendarLeft-12)/float64(len(starts)))
	labelled := -labelRoom
	for i, start := range starts {
		x := calendarLeft + wide*float64(i)
		if x-labelled >= labelRoom {
			c.text(x, 14, "d", start.Format(time.DateOnly))
			labelled = x
		}
	}
	y := 22.0
	high := (cellHigh+2)*float64(len(words)) + 4
	for r, row := range k.Rows {
		c.printf(`<path class="l%d" d="M0 %sh%dv%sh-%dz"/>`, r%2, short(y), width, short(high), width)
		c.text(6, y+high/2+4, "b", cut(row.Name, 34))
		for i, start := range starts {
			end := next(start, unit)
			for state, word := range words {
				count, ok := row.between(start, end, State(state))
				if !ok {
					continue
				}
				what := word
				if count > 0 {
					what += fmt.Sprintf(", %d messages", count)
				}
				c.printf(`<g><title>%s</title>`, tip(fmt.Sprintf("%s, from %s: %s", row.Name, start.Format(time.DateOnly), what)))
				c.cell(State(state), calendarLeft+wide*float64(i), y+3+(cellHigh+2)*float64(state), wide-2, cellHigh)
				c.printf(`</g>`)
			}
		}
		y += high
	}
	y += 8
	x := calendarLeft
	for state, word := range words {
		c.cell(State(state), x, y+2, 20, cellHigh)
		c.text(x+26, y+12, "k", word)
		x += 110
	}
	c.text(6, y+12, "k", "A column is a "+unit+" (UTC).")
	return c.close(frame{k.ID, k.Title, k.Desc}, y+24, false)
}

// cell draws a state: proved is filled, presumed half, blind crossed out.
func (c *canvas) cell(s State, x, y, w, h float64) {
	c.printf(`<path class="e%d" d="M%s %sh%sv%sh-%sz"/>`, s, short(x), short(y), short(w), short(h), short(w))
	switch s {
	case Presumed:
		c.printf(`<path class="e0" d="M%s %sh%sl-%s-%sz"/>`, short(x), short(y+h), short(w), short(w), short(h))
	case Blind:
		c.printf(`<path class="q" d="M%s %sl%s %sm0-%sl-%s %s"/>`, short(x), short(y), short(w), short(h), short(h), short(w), short(h))
	}
}

// between reports whether a row is in a state within a column, with the
// messages that began to be exposed in it.
func (r *CalendarRow) between(start, end time.Time, state State) (count int, ok bool) {
	for _, s := range r.Spans {
		if s.State != state || s.From.IsZero() || !s.From.Before(end) || s.To.Before(start) {
			continue
		}
		ok = true
		if !s.From.Before(start) {
			count += s.Count
		}
	}
	return count, ok
}

// columns are the starts of the calendar's columns and their unit.
func (k *Calendar) columns() ([]time.Time, string) {
	var first, last time.Time
	for _, row := range k.Rows {
		for _, s := range row.Spans {
			if s.From.IsZero() {
				continue
			}
			if first.IsZero() || s.From.Before(first) {
				first = s.From
			}
			if s.To.After(last) {
				last = s.To
			}
		}
	}
	if first.IsZero() {
		return nil, ""
	}
	var starts []time.Time
	for _, unit := range []string{"day", "week", "month", "year"} {
		starts = starts[:0]
		for at := startOf(first.UTC(), unit); !at.After(last) && len(starts) <= mostColumns; at = next(at, unit) {
			starts = append(starts, at)
		}
		if len(starts) <= mostColumns {
			return starts, unit
		}
	}
	return slices.Clip(starts[:mostColumns]), "year"
}

// startOf is when the day, week (from Monday), month or year of a time began.
func startOf(t time.Time, unit string) time.Time {
	year, month, day := t.Date()
	switch unit {
	case "week":
		day -= (int(t.Weekday()) + 6) % 7
	case "month":
		day = 1
	case "year":
		month, day = time.January, 1
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// next is when the unit after the one that starts at t starts.
func next(t time.Time, unit string) time.Time {
	switch unit {
	case "week":
		return t.AddDate(0, 0, 7)
	case "month":
		return t.AddDate(0, 1, 0)
	case "year":
		return t.AddDate(1, 0, 0)
	}
	return t.AddDate(0, 0, 1)
}
