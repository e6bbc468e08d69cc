package picture

import (
	"fmt"
	"math"
	"slices"
	"strings"
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

// A Calendar shows when mailboxes were exposed: of each a line a state, a column
// a day, or a week or a month where the time is long.
type Calendar struct {
	ID, Title, Desc string
	Rows            []CalendarRow
}

// Measures of calendars.
const (
	mostColumns  = 62
	calendarLeft = 310.0
	stateLeft    = calendarLeft - 64 // where the names of states begin
	cellHigh     = 14.0
	cellStep     = cellHigh + 2
	widestColumn = 44.0
	countRoom    = 26.0 // that a number of messages needs
	dayRoom      = 17.0 // that a day of the month needs
)

// SVG draws the calendar; empty if nothing in it has a time.
func (k Calendar) SVG() string {
	starts, unit := k.columns()
	if len(starts) == 0 {
		return ""
	}
	var c canvas
	wide := min(widestColumn, (width-calendarLeft-12)/float64(len(starts)))
	at := func(i int) float64 { return calendarLeft + wide*float64(i) }
	c.days(starts, unit, wide)
	y := 32.0
	high := cellStep*float64(len(words)) + 6
	desc := k.Desc
	for r, row := range k.Rows {
		c.printf(`<path class="l%d" d="M0 %sh%dv%sh-%dz"/>`, r%2, short(y), width, short(high), width)
		c.lines(6, y+high/2+4, "b", nameLines(row.Name))
		for state, word := range words {
			top := y + 4 + cellStep*float64(state)
			c.text(stateLeft, top+cellHigh-3, "k", word)
			c.line(calendarLeft, top+cellHigh/2, at(len(starts)), top+cellHigh/2, "v")
			var told []string
			for i, start := range starts {
				count, ok := row.between(start, next(start, unit), State(state))
				if !ok {
					continue
				}
				what := word
				if count > 0 {
					what += ", " + messages(count)
				}
				told = append(told, columnName(start, unit)+strings.TrimPrefix(what, word))
				c.printf(`<g><title>%s</title>`, tip(fmt.Sprintf("%s, %s %s: %s", row.Name, unit, columnName(start, unit), what)))
				c.cell(State(state), at(i), top, wide-2, cellHigh)
				if count > 0 && wide >= countRoom {
					c.printf(`<text class="m z%d" x="%s" y="%s">%d</text>`, state, short(at(i)+wide/2-1), short(top+cellHigh-3), count)
				}
				c.printf(`</g>`)
			}
			if len(told) > 0 {
				desc += fmt.Sprintf("%s, %s: %s. ", row.Name, word, strings.Join(told, "; "))
			}
		}
		y += high
	}
	y += lineStep
	c.text(6, y, "k", "A column is a "+unit+" (UTC); a number counts the messages first reached in it. Filled: proved. Hatched: presumed. Crossed out: the records are blind.")
	return c.close(frame{k.ID, k.Title, strings.TrimSpace(desc)}, y+8, false)
}

func messages(n int) string {
	if n == 1 {
		return "1 message"
	}
	return fmt.Sprintf("%d messages", n)
}

// columnName names a column in words.
func columnName(start time.Time, unit string) string {
	switch unit {
	case "week":
		return "from " + start.Format(time.DateOnly)
	case "month":
		return start.Format("2006-01")
	case "year":
		return start.Format("2006")
	}
	return start.Format(time.DateOnly)
}

// days heads the columns: above, the month or year where it changes; below, the
// day or month of each column for which there is room.
func (c *canvas) days(starts []time.Time, unit string, wide float64) {
	above, below := "2006-01", "02"
	if unit == "month" || unit == "year" {
		above, below = "2006", "01"
	}
	last, labelled := "", -labelRoom
	every := int(math.Ceil(dayRoom / wide))
	for i, start := range starts {
		x := calendarLeft + wide*float64(i)
		if head := start.Format(above); head != last && x-labelled >= labelRoom {
			c.text(x, 12, "d", head)
			last, labelled = head, x
		}
		if unit != "year" && i%every == 0 {
			c.text(x, 26, "d", start.Format(below))
		}
	}
}

// cell draws a state: proved is filled, presumed hatched, blind crossed out.
func (c *canvas) cell(s State, x, y, w, h float64) {
	c.printf(`<path class="e%d" d="M%s %sh%sv%sh-%sz"/>`, s, short(x), short(y), short(w), short(h), short(w))
	switch s {
	case Presumed:
		var d strings.Builder
		for at := hatchStep; at < w+h; at += hatchStep {
			fromX, fromY := x+min(at, w), y+max(0, at-w)
			toX, toY := x+max(0, at-h), y+min(at, h)
			fmt.Fprintf(&d, "M%s %sL%s %s", short(fromX), short(fromY), short(toX), short(toY))
		}
		c.printf(`<path class="e3" d="%s"/>`, d.String())
	case Blind:
		c.printf(`<path class="q" d="M%s %sl%s %sm0-%sl-%s %s"/>`, short(x), short(y), short(w), short(h), short(h), short(w), short(h))
	}
}

// hatchStep is from one line of a hatched cell to the next.
const hatchStep = 6.0

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
