package report

import (
	"strings"
	"time"

	"becforensics/geo"
)

// utcMark ends the name of every column of times.
const utcMark = " (UTC)"

// localLayout is a time of the case's zone: with its difference from UTC, so
// that the hour that a clock repeats is no riddle.
const localLayout = "2006-01-02 15:04:05 -07:00"

// localWidth shows such a time.
const localWidth = 26

// zoneOf is the time zone that the case file has times shown in; nil if it
// names none or UTC.
func zoneOf(c *Case) *time.Location {
	if name := c.Settings.Case.TimeZone; name != "" && name != "UTC" {
		return geo.Zone(name)
	}
	return nil
}

// local is a time in a zone as text.
func local(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(localLayout)
}

// withZone names a zone in the heads of columns that show its clocks as well.
func withZone(columns []Column, zone *time.Location) {
	for i := range columns {
		if what, ok := strings.CutSuffix(columns[i].Name, utcMark); ok {
			columns[i].Name = what + " (UTC; " + zone.String() + ")"
		}
	}
}

// besideUTC gives a sheet a column in a zone after each of its columns in UTC.
func besideUTC(s *Sheet, zone *time.Location) {
	var columns []Column
	shown := make([]bool, len(s.Columns))
	for i, c := range s.Columns {
		columns = append(columns, c)
		what, ok := strings.CutSuffix(c.Name, utcMark)
		if !ok {
			continue
		}
		shown[i] = true
		columns = append(columns, Column{Name: what + " (" + zone.String() + ")", Doc: "The same time by the clocks of the case's zone.", Width: localWidth})
	}
	if len(columns) == len(s.Columns) {
		return
	}
	s.Columns = columns
	rows := s.Rows
	s.Rows = func(yield func([]Cell) bool) {
		wide := make([]Cell, 0, len(columns))
		rows(func(cells []Cell) bool {
			wide = wide[:0]
			for i, cell := range cells {
				wide = append(wide, cell)
				if shown[i] {
					wide = append(wide, text(local(cell.Time, zone)))
				}
			}
			return yield(wide)
		})
	}
}
