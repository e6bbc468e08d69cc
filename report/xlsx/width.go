package xlsx

import (
	"math"
	"strconv"
	"strings"

	"becforensics/report"
)

// Widths in characters of the workbook's font.
const (
	// portraitWidth fits an upright page of A4, landscapeWidth one on its side
	// in print of a little over 7 points.
	portraitWidth  = 104
	landscapeWidth = 210
	// pageHeight is how high a page on its side is, in points for each character of
	// its width.
	pageHeight = 3.4
	// fullSize is printed on its side without being made smaller.
	fullSize = 148
	// leastProse and mostProse bound what prose above a table spans.
	leastProse = 90
	mostProse  = 150
	// leastWidth and mostWidth bound a column that says none.
	leastWidth = 6
	mostWidth  = 60
	// longestWord is how much of a word is never broken, and longestAddress of one
	// with an @; leastLong is the least of a column with a text longer than long.
	longestWord    = 20
	longestAddress = 40
	// fewLines are no more than a text should take in a column narrower than a
	// paragraph.
	fewLines  = 8
	paragraph = 60
	long      = 80
	leastLong = 18
	// momentWidth shows a date, and fractionWidth one with milliseconds. A
	// column that is narrower shows the seconds alone.
	momentWidth   = 17.5
	fractionWidth = 22
	// filterWidth is the room of a filter's button beside a column's name.
	filterWidth = 2
	// severityWidth shows the longest word with its symbol.
	severityWidth = 10
)

// measured are the rows that the widths of a sheet too large to be read through
// are taken from.
const measured = 200

// mostLines is how many lines of text the highest row holds, with some room.
const mostLines = maxHeight/bodyLine - 2

// sampled are about how many rows the heights are weighed by.
const sampled = 400

// A measure is what a column needs: to be no narrower than least, to show all
// of its text on one line at most.
type measure struct {
	least, most float64
	longest     float64
	other       bool      // some cell is no text
	flows       []float64 // of each sampled row, the width of all its text
	first       string    // text of the first row
	seen        bool      // whether there was one
	varies      bool      // whether any other row says something else
}

// measure sets the columns with their widths and finds out whether rows have
// altered text.
func (l *layout) measure() {
	whole := l.sheet.Count <= scanned
	needs := make([]measure, len(l.sheet.Columns))
	l.needs(needs, whole)
	if whole && l.legible(needs) > landscapeWidth {
		l.sheet, needs = told(l.sheet, needs)
		l.needs(needs, whole)
	}
	l.marks = l.marks || !whole
	columns := l.sheet.Columns
	if l.marks {
		columns = append(columns[:len(columns):len(columns)], alteredColumn)
		needs = append(needs, measure{least: leastWidth, most: alteredColumn.Width})
	}
	l.shown = printedColumns(columns)
	taken := map[string]bool{}
	for i, c := range columns {
		name, _ := fit(c.Name)
		name = unique(name, i, taken)
		n := &needs[i]
		if c.Width > 0 {
			n.most = c.Width
		}
		n.least = max(n.least, headWidth(name))
		n.most = max(n.most, n.least)
		wrap := c.Wrap || i < l.shown
		l.columns = append(l.columns, column{name, n.most, wrap})
		l.wraps = l.wraps || wrap
	}
	if l.leasts(needs) > landscapeWidth {
		for i := range needs[:l.shown] {
			needs[i].breakWords(l.columns[i].name)
		}
	}
	l.narrow(needs[:l.shown])
}

// leasts is the least width of the printed columns together.
func (l *layout) leasts(needs []measure) float64 {
	width := 0.0
	for _, n := range needs[:l.shown] {
		width += n.least
	}
	return width
}

// breakWords lets addresses be broken as other long words are, where print would
// be too small to be read.
func (n *measure) breakWords(name string) {
	if !n.other {
		n.least = min(n.least, max(longestWord+1, headWidth(name), n.longest/mostLines+1))
	}
}

// headWidth is the least width of a column with that name.
func headWidth(name string) float64 { return wordWidth(name) + filterWidth }

// printedColumns is how many columns are printed.
func printedColumns(columns []report.Column) int {
	for i, c := range columns {
		if c.Screen {
			return i
		}
	}
	return len(columns)
}

// legible is the width at which the printed columns together can be read.
func (l *layout) legible(needs []measure) float64 {
	width := 0.0
	for i, c := range l.sheet.Columns[:printedColumns(l.sheet.Columns)] {
		width += needs[i].legible(c)
	}
	return width
}

// legible is the width at which a column can be read: its words are whole, and its
// longest text takes no more than a few lines or is as wide as a paragraph.
func (n *measure) legible(c report.Column) float64 {
	return max(n.least, headWidth(c.Name), min(n.longest/fewLines, paragraph))
}

// needs measures the columns that have not been by the rows: all of them if
// whole.
func (l *layout) needs(needs []measure, whole bool) {
	var columns []int
	for i := range needs {
		if !needs[i].seen {
			columns = append(columns, i)
		}
	}
	if len(columns) == 0 {
		return
	}
	row, step := 0, max(1, min(l.sheet.Count, scanned)/sampled)
	l.sheet.Rows(func(cells []report.Cell) bool {
		for _, i := range columns {
			if i < len(cells) {
				altered := needs[i].add(&cells[i], row%step == 0)
				l.marks = l.marks || altered
			}
		}
		row++
		return row < measured || whole
	})
}

// add takes a cell in, and its row if that is sampled, and says whether its text
// is altered.
func (n *measure) add(cell *report.Cell, sample bool) bool {
	if !n.seen {
		n.first, n.seen = cell.Text, true
	}
	n.varies = n.varies || cell.Text != n.first
	text, altered := fit(cell.Text)
	n.other = n.other || cell.Kind != report.Text
	length := 0.0
	switch cell.Kind {
	case report.Moment:
		n.least, length = max(n.least, momentWidth), momentWidth
		if cell.Time.Nanosecond() >= 1e6 {
			length = fractionWidth
		}
	case report.Severity:
		n.least, length = max(n.least, severityWidth), severityWidth
	default:
		if cell.Kind == report.Number {
			text = numeral(cell)
			n.least = max(n.least, textWidth(text)+2)
		}
		length = textWidth(text) + 1.5
		if cell.Kind == report.Link {
			// Not every program wraps a link.
			n.least = max(n.least, min(length, mostWidth))
		}
		if length > long {
			n.least = max(n.least, leastLong)
		}
		n.least = max(n.least, leastWidth, wordWidth(text)+1, float64(1+strings.Count(text, "\n")+int(length))/mostLines)
	}
	n.longest = max(n.longest, length)
	n.most = max(n.most, min(length, mostWidth))
	if sample {
		n.flows = append(n.flows, flow(text))
	}
	return altered
}

// numeral is a number as text.
func numeral(cell *report.Cell) string {
	if cell.Text != "" {
		return cell.Text
	}
	return strconv.FormatFloat(cell.Number, 'g', -1, 64)
}

// narrow makes the printed columns fit the page. Whichever column adds the least
// to the heights of the rows gives way, a character at a time: until the
// page is wide enough, and then, on a single page, as long as a larger print
// costs no line.
func (l *layout) narrow(needs []measure) {
	heights, total := l.heights(needs)
	for width := l.printed(); width > fullSize; width = l.printed() {
		best, least, narrower := -1, 0, 0.0
		for i := range needs {
			n, now := &needs[i], l.columns[i].width
			to := max(now-1, n.least)
			if to >= now {
				continue
			}
			added := 0
			for row, high := range heights {
				added += max(0, n.lines(row, to)-high)
			}
			if best < 0 || added < least || added == least && now > l.columns[best].width {
				best, least, narrower = i, added, to
			}
		}
		if best < 0 || width <= landscapeWidth && (least > 0 || !l.onePage(width-1, total+least, len(heights))) {
			return
		}
		l.columns[best].width = narrower
		total += least
		for row, high := range heights {
			heights[row] = max(high, needs[best].lines(row, narrower))
		}
	}
}

// onePage reports whether a table of that width likely fits one page, by the lines
// of some of its rows.
func (l *layout) onePage(width float64, lines, rows int) bool {
	printed := l.sheet.Count
	if most := l.sheet.Printed; most > 0 {
		printed = min(printed, most)
	}
	share := float64(printed) / float64(max(rows, 1))
	high := (float64(lines)*bodyLine+float64(rows)*rowGap)*share + titleLine + 2*headerLine
	for _, p := range l.sheet.Intro {
		high += proseLine * (1 + math.Floor(flow(p)*proseScale/min(width, mostProse)))
	}
	return high <= width*pageHeight
}

// heights are the lines of the sampled rows, and their sum.
func (l *layout) heights(needs []measure) (rows []int, total int) {
	for i := range needs {
		for len(rows) < len(needs[i].flows) {
			rows = append(rows, 1)
		}
		for row := range needs[i].flows {
			rows[row] = max(rows[row], needs[i].lines(row, l.columns[i].width))
		}
	}
	for _, n := range rows {
		total += n
	}
	return rows, total
}

// brokenOff is about how much of a line is left empty where a word goes on in the
// next.
const brokenOff = 4

// lines is about how many lines a column takes in a sampled row.
func (n *measure) lines(row int, width float64) int {
	if row >= len(n.flows) {
		return 1
	}
	if n.flows[row] <= width-1 {
		return 1
	}
	return 1 + int(n.flows[row]/max(width-brokenOff, fullWidth))
}
