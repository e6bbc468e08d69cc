package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"becforensics/timeline"
)

// timelineColumns are the export's columns without the wide ones, which are
// as long as a record makes them and stand in the exports only.
func timelineColumns() []Column {
	cols := []Column{{Name: "Time (UTC)", Doc: "When it happened, as a date of the workbook (milliseconds); datetime has all digits.", Width: 20}}
	for _, f := range timeline.Schema {
		if !f.Wide {
			cols = append(cols, Column{Name: f.Name, Doc: f.Doc, Width: timelineWidths[f.Type]})
		}
	}
	return cols
}

var timelineWidths = map[string]float64{"time": 30, "text": 22, "number": 9, "size": 12, "words": 16}

// timelineSheet holds every event, or those that findings cite where there
// are too many for a reader.
func timelineSheet(c *Case) Sheet {
	s := Sheet{Name: timelineName, Title: "Timeline", Columns: timelineColumns(), Split: true}
	t := c.Timeline
	if t.Len() <= c.Settings.TimelineRows {
		s.Count, s.Rows = t.Len(), timelineRows(t, nil)
		return s
	}
	rows := citedRows(c, cited(c, true))
	s.Intro = []string{fmt.Sprintf("The Timeline sheet holds the %s that findings cite, of %s in all: the whole timeline is written by 'becforensics timeline -o timeline.csv EVIDENCE…', or here with --timeline-rows %d.",
		plural(len(rows), "event"), plural(t.Len(), "event"), t.Len())}
	s.Count, s.Rows = len(rows), timelineRows(t, rows)
	return s
}

// timelineRows yields rows of the timeline; all of them if rows is nil.
func timelineRows(t *timeline.Timeline, rows []int) RowSeq {
	return func(yield func([]Cell) bool) {
		n := len(rows)
		if rows == nil {
			n = t.Len()
		}
		var texts []string
		cells := make([]Cell, 0, len(timeline.Schema)+1)
		for i := range n {
			row := i
			if rows != nil {
				row = rows[i]
			}
			texts = t.NarrowCells(row, texts[:0])
			cells = append(cells[:0], moment(t.Time(row)))
			for j, f := range timeline.Schema {
				switch {
				case f.Wide:
				case f.Numeric():
					cells = append(cells, numeral(texts[j]))
				default:
					cells = append(cells, text(texts[j]))
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
	v, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		return text(s)
	}
	return Cell{Kind: Number, Number: float64(v), Text: s}
}

// mostKeyRows keeps the key timeline readable on paper.
const mostKeyRows = 200

// keyTimeline holds the records that the weightiest rows rest on.
func keyTimeline(c *Case) Sheet {
	s := Sheet{Name: keyName, Title: "Key timeline", Intro: []string{"The records that suspicious rows rest on, in time order: the course of events if the rows are what they look like."}}
	s.Columns = []Column{
		{Name: "Time (UTC)", Doc: "When it happened.", Width: 20},
		{Name: "Severity", Doc: "Highest severity of the rows that cite the record.", Width: 12},
		{Name: "What", Doc: "The event in one line.", Width: 90, Wrap: true},
		{Name: "Analyses", Doc: "The analyses that cite the record.", Width: 40, Wrap: true},
		{Name: "Record", Doc: "Where it was read.", Width: 14},
	}
	cites := cited(c, false)
	rows := citedRows(c, cites)
	total := len(rows)
	t := c.Timeline
	if total > mostKeyRows {
		slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(cites[t.Origin(b)], cites[t.Origin(a)]) })
		rows = rows[:mostKeyRows]
		slices.Sort(rows)
		s.Intro = append(s.Intro, fmt.Sprintf("Of %s the %d under the weightiest rows are shown.", plural(total, "such record"), mostKeyRows))
	}
	by := analysesOf(c)
	out := make([][]Cell, len(rows))
	for i, row := range rows {
		o := t.Origin(row)
		out[i] = []Cell{moment(t.Time(row)), severity(cites[o]), text(t.Line(row)), text(list(by[o])), citing(o)}
	}
	s.Rows, s.Count = Rows(out), len(out)
	return s
}

// analysesOf lists for each origin the analyses with accusing rows on it.
func analysesOf(c *Case) map[timeline.Origin][]string {
	by := map[timeline.Origin][]string{}
	for _, r := range c.Results {
		if r.Finding == nil {
			continue
		}
		for _, row := range r.Finding.Rows {
			if !row.Suspicious() {
				continue
			}
			for _, o := range row.Origins {
				if n := len(by[o]); n == 0 || by[o][n-1] != r.Analyzer.Name {
					by[o] = append(by[o], r.Analyzer.Name)
				}
			}
		}
	}
	return by
}
