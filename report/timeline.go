package report

import (
	"fmt"
	"slices"
	"strconv"

	"becforensics/timeline"
)

// timelineFirst are the columns of the schema that are printed, in their order;
// the others stand beside them on the screen. The message names the mailbox if
// it is not the user's.
var timelineFirst = []string{"user", "message", "outcome", "country", "network", "source", "origin"}

// timelineFields are the schema's columns without the wide ones, which are as
// long as a record makes them and stand in the exports only.
func timelineFields() []int {
	var first, rest []int
	for _, name := range timelineFirst {
		first = append(first, slices.IndexFunc(timeline.Schema, func(f timeline.Field) bool { return f.Name == name }))
	}
	for i, f := range timeline.Schema {
		if !f.Wide && !slices.Contains(first, i) {
			rest = append(rest, i)
		}
	}
	return append(first, rest...)
}

func timelineColumns() []Column {
	cols := []Column{
		{Name: "Time (UTC)", Doc: "When it happened, as a date of the workbook (milliseconds); datetime has all digits.", Width: 17.5},
		{Name: "Findings", Doc: "Numbers of the suspicious rows that rest on the record.", Width: 12},
	}
	for n, i := range timelineFields() {
		f := timeline.Schema[i]
		c := Column{Name: f.Name, Doc: f.Doc, Width: timelineWidths[f.Type], Fixed: true, Screen: n >= len(timelineFirst)}
		switch f.Name {
		case "user", "mailbox":
			c.Width = 30
		case "outcome", "country", "source", "origin":
			c.Width = 12
		case "message":
			c.Width, c.Wrap = 110, true
		}
		cols = append(cols, c)
	}
	return cols
}

var timelineWidths = map[string]float64{"time": 30, "text": 22, "number": 9, "size": 12, "words": 16}

// timelineSheet holds every event, or those that findings cite where there
// are too many for a reader.
func timelineSheet(x *index) Sheet {
	s := Sheet{Name: timelineName, Title: "Timeline", Columns: timelineColumns()}
	t := x.c.Timeline
	under := map[timeline.Origin][]int{}
	for i := range x.entries {
		for _, o := range x.entries[i].row.Origins {
			under[o] = append(under[o], i+1)
		}
	}
	if x.whole {
		s.Count, s.Rows = t.Len(), timelineRows(t, nil, under)
		return s
	}
	s.Intro = []string{fmt.Sprintf("The Timeline sheet holds the %s that findings cite, of %s in all: the whole timeline is written by 'becforensics timeline -o timeline.csv EVIDENCE…', or here with --timeline-rows %d.",
		plural(len(x.cited), "event"), plural(t.Len(), "event"), t.Len())}
	s.Count, s.Rows = len(x.cited), timelineRows(t, x.cited, under)
	return s
}

// timelineRows yields rows of the timeline, all of them if rows is nil, with the
// numbers of the suspicious rows under which each stands.
func timelineRows(t *timeline.Timeline, rows []int, under map[timeline.Origin][]int) RowSeq {
	fields := timelineFields()
	return func(yield func([]Cell) bool) {
		n := len(rows)
		if rows == nil {
			n = t.Len()
		}
		var texts []string
		cells := make([]Cell, 2+len(fields))
		for i := range n {
			row := i
			if rows != nil {
				row = rows[i]
			}
			texts = t.NarrowCells(row, texts[:0])
			cells[0], cells[1] = moment(t.Time(row)), labels(under[t.Origin(row)])
			for at, field := range fields {
				if cell := &cells[2+at]; timeline.Schema[field].Numeric() {
					*cell = numeral(texts[field])
				} else {
					cell.Text = texts[field]
				}
			}
			if !yield(cells) {
				return
			}
		}
	}
}

// numeral is the cell of a number. Text that is not one stays text.
func numeral(s string) Cell {
	if s == "" {
		return text("")
	}
	v, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		return text(s)
	}
	return Cell{Kind: Number, Number: float64(v), Text: s}
}
