package xlsx

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"becforensics/report"
)

// maxLinks is Excel's limit of links in a worksheet; later ones are text.
const maxLinks = 65_530

// mostNumber bounds the numbers that Excel keeps in full, with 15 digits. A
// larger one, such as an id, is written as its text.
const mostNumber = 1e15

// Dates before March 1900 differ between spreadsheets, and the last day of
// 9999 rounds into a year that Excel cannot show: both are written as text.
var (
	firstDate = time.Date(1900, time.March, 1, 0, 0, 0, 0, time.UTC)
	lastDate  = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
)

// unixDate is 1970-01-01 as the days of a worksheet.
const unixDate = 25569

const dayMillis = 24 * 60 * 60 * 1000

// cells writes the rows of one worksheet as XML.
type cells struct {
	*styles
	layout *layout
	sheets map[string]*layout // links may go to
	b      []byte
	names  []string // letters of each column
	opens  []string // start of each column's cells, up to the row's number
	digits []byte   // the number of the row being written
	links  []link
}

// A link goes from a cell to a row of a sheet's table.
type link struct {
	column, row int // of the worksheet
	to          *layout
	at          int
}

func newCells(st *styles, l *layout, sheets map[string]*layout) *cells {
	c := &cells{styles: st, layout: l, sheets: sheets}
	for i := range l.columns {
		c.names = append(c.names, columnName(i))
		c.opens = append(c.opens, `<c r="`+c.names[i])
	}
	return c
}

// columnName is the letters of a column; the first is 0.
func columnName(i int) string {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		panic(err) // layOut holds the limit
	}
	return name
}

// head writes the rows above the table: title, prose and the columns' names.
func (c *cells) head() {
	c.line(1, c.layout.sheet.Title, c.title, titleLine)
	for i, p := range c.layout.sheet.Intro {
		c.line(2+i, p, c.prose, c.layout.height(p))
	}
	if len(c.layout.sheet.Columns) == 0 {
		return
	}
	n := c.layout.header()
	c.openRow(n, c.layout.headerHeight())
	for i, col := range c.layout.columns {
		c.literal(i, c.header, col.name)
	}
	c.closeRow()
}

// line writes a row with text in its first cell.
func (c *cells) line(n int, text string, style int, height float64) {
	c.openRow(n, height)
	text, _ = fit(text)
	c.literal(0, style, text)
	c.closeRow()
}

// row writes a row of the table.
func (c *cells) row(n int, row []report.Cell) {
	height := 0.0
	if c.layout.wraps {
		height = c.layout.rowHeight(row)
	}
	c.openRow(n, height)
	altered := false
	for i := range row {
		switch cell := &row[i]; cell.Kind {
		case report.Number:
			altered = c.numeric(i, cell) || altered
		case report.Moment:
			c.date(i, cell.Time)
		case report.Severity:
			altered = c.mark(i, cell.Text) || altered
		case report.Link:
			style := c.textStyle(i)
			if to := c.sheets[cell.Sheet]; to != nil && cell.Text != "" && len(c.links) < maxLinks {
				style = c.styles.link
				c.links = append(c.links, link{i, n, to, cell.Row})
			}
			altered = c.fitted(i, style, cell.Text) || altered
		case report.Blank:
			c.open(i, c.blank)
			c.b = append(c.b, `"/>`...)
		default:
			altered = c.fitted(i, c.textStyle(i), cell.Text) || altered
		}
	}
	if altered && c.layout.marks {
		c.literal(len(row), c.text, "yes")
	}
	c.closeRow()
}

// textStyle is how the text of a column stands.
func (c *cells) textStyle(column int) int {
	if c.layout.columns[column].wrap {
		return c.wrapped
	}
	return c.text
}

// numeric writes a number, or its text where Excel could not hold it.
func (c *cells) numeric(i int, cell *report.Cell) bool {
	v := cell.Number
	if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) >= mostNumber {
		text := cell.Text
		if text == "" {
			text = strconv.FormatFloat(v, 'g', -1, 64)
		}
		return c.fitted(i, c.text, text)
	}
	c.open(i, c.number)
	c.b = append(c.b, `"><v>`...)
	c.b = strconv.AppendFloat(c.b, v, 'g', -1, 64)
	c.b = append(c.b, `</v></c>`...)
	return false
}

// date writes a time in UTC to the millisecond, the precision of Excel, and shows
// as much of it as the column has room for; the zero time is an empty cell.
func (c *cells) date(i int, t time.Time) {
	if t.IsZero() {
		return
	}
	t = t.UTC()
	if t.Before(firstDate) || !t.Before(lastDate) {
		c.literal(i, c.text, t.Format(time.RFC3339Nano))
		return
	}
	millis := t.UnixMilli()
	style := c.moment
	if millis%1000 != 0 && c.layout.columns[i].width >= fractionWidth {
		style = c.fraction
	}
	c.open(i, style)
	c.b = append(c.b, `"><v>`...)
	c.b = strconv.AppendFloat(c.b, unixDate+float64(millis)/dayMillis, 'f', -1, 64)
	c.b = append(c.b, `</v></c>`...)
}

// mark writes a severity as symbol and word on its fill.
func (c *cells) mark(i int, word string) bool {
	m, ok := c.severity[word]
	if !ok {
		return c.fitted(i, c.text, word)
	}
	c.literal(i, m.style, m.symbol+" "+word)
	return false
}

// fitted writes text of any kind and says whether it had to be altered.
func (c *cells) fitted(i, style int, s string) bool {
	s, altered := fit(s)
	c.literal(i, style, s)
	return altered
}

// literal writes text that fits as an inline string; empty text is no cell.
func (c *cells) literal(i, style int, s string) {
	if s == "" {
		return
	}
	c.open(i, style)
	c.b = append(c.b, `" t="inlineStr"><is><t`...)
	if edge(s[0]) || edge(s[len(s)-1]) {
		c.b = append(c.b, ` xml:space="preserve"`...)
	}
	c.b = append(c.b, '>')
	c.b = appendText(c.b, s)
	c.b = append(c.b, `</t></is></c>`...)
}

// edge says whether XML may drop the byte at either end of text.
func edge(b byte) bool { return b == ' ' || b == '\n' }

// open starts a cell, up to the end of its style's number.
func (c *cells) open(i, style int) {
	c.b = append(c.b, c.opens[i]...)
	c.b = append(c.b, c.digits...)
	c.b = append(c.b, `" s="`...)
	c.b = strconv.AppendInt(c.b, int64(style), 10)
}

// openRow starts a row; height 0 is the usual one.
func (c *cells) openRow(n int, height float64) {
	c.digits = strconv.AppendInt(c.digits[:0], int64(n), 10)
	c.b = append(c.b, `<row r="`...)
	c.b = append(c.b, c.digits...)
	if height > 0 {
		c.b = append(c.b, `" ht="`...)
		c.b = strconv.AppendFloat(c.b, height, 'f', -1, 64)
	}
	c.b = append(c.b, `">`...)
}

func (c *cells) closeRow() { c.b = append(c.b, `</row>`...) }

var attribute = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;")
