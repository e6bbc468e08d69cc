package xlsx

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"becforensics/report"
)

// Limits of a worksheet.
const (
	maxRows    = 1_048_576
	maxColumns = 16_384
	maxName    = 31
	maxHeight  = 409 // points of a row
)

// splitRows is after how many rows a sheet goes on in the next worksheet: a
// round number below the limit, which leaves room for the head.
const splitRows = 1_000_000

// emptyWidth is Excel's width of a column that says none, in characters.
const emptyWidth = 9.14

// scanned are the rows up to which a sheet is read through before it is
// written, so that it has the column of altered rows only where one was altered.
// A larger sheet always has that column, and is measured by its first rows.
const scanned = 20_000

// alteredColumn marks rows with text that was altered.
var alteredColumn = report.Column{Name: "Text altered", Width: 14}

// A layout is how a sheet stands in one or more worksheets.
type layout struct {
	sheet   *report.Sheet
	columns []column
	wraps   bool // some column is wrapped
	marks   bool // the last column says which rows have altered text
	pages   []page
	shown   int // columns that are printed
}

type column struct {
	name  string
	width float64
	wrap  bool
}

// A page is one worksheet: its name and how many rows of its sheet it holds.
type page struct {
	name      string
	rows      int
	reference string // its name in the location of a link
}

// layOut decides everything about a sheet that stands above or beside its
// rows.
func layOut(s *report.Sheet, split int) (*layout, error) {
	l := &layout{sheet: s}
	if len(s.Columns) >= maxColumns {
		return nil, fmt.Errorf("%d columns are more than a worksheet holds", len(s.Columns))
	}
	if len(s.Columns) > 0 {
		l.measure()
	} else {
		l.columns, l.shown = []column{{width: portraitWidth, wrap: true}}, 1
	}
	rows := s.Count
	split = min(split, maxRows-l.header())
	for n := 1; n == 1 || rows > 0; n++ {
		name := s.Name
		if n > 1 {
			name = numbered(name, n)
		}
		held := min(rows, split)
		l.pages = append(l.pages, page{name, held, attribute.Replace(quoted(name))})
		rows -= held
	}
	return l, nil
}

// numbered is the name of a sheet's n-th worksheet.
func numbered(name string, n int) string {
	suffix := fmt.Sprintf(" (%d)", n)
	for utf8.RuneCountInString(name)+len(suffix) > maxName {
		_, last := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-last]
	}
	return strings.TrimRight(name, " ") + suffix
}

// unique is a name for the column that no other column of the table has,
// which Excel asks for.
func unique(name string, i int, taken map[string]bool) string {
	if name == "" {
		name = fmt.Sprintf("Column %d", i+1)
	}
	for base, n := name, 2; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s %d", base, n)
	}
	taken[strings.ToLower(name)] = true
	return name
}

// header is the number of the row with the columns' names, or of the last row
// above the table if it has no columns: title, paragraphs, a blank.
func (l *layout) header() int {
	if len(l.sheet.Columns) == 0 {
		return 1 + len(l.sheet.Intro)
	}
	return 1 + len(l.sheet.Intro) + 1 + 1
}

// place appends where a row of the table stands, from 1, as a reference; 0 is the
// head of the sheet, as is a row that it does not have.
func (l *layout) place(b []byte, row int) []byte {
	for i := range l.pages {
		p := &l.pages[i]
		if row > 0 && row <= p.rows {
			b = append(append(b, p.reference...), "!A"...)
			return strconv.AppendInt(b, int64(l.header()+row), 10)
		}
		row -= p.rows
	}
	return append(append(b, l.pages[0].reference...), "!A1"...)
}

// last is the number of the last row of a page. An empty table has one row,
// which says so.
func (l *layout) last(p page) int {
	if len(l.sheet.Columns) == 0 {
		return l.header()
	}
	return l.header() + max(p.rows, 1)
}

// headerHeight is that of its longest name.
func (l *layout) headerHeight() float64 {
	most := 1
	for _, c := range l.columns {
		most = max(most, lines(c.name, c.width-filterWidth))
	}
	return headerLine * float64(most)
}

// span is how many columns the prose above the table takes, and their width.
func (l *layout) span() (columns int, width float64) {
	if len(l.sheet.Columns) == 0 {
		return 1, portraitWidth
	}
	most := min(max(l.printed(), leastProse), mostProse)
	for width < most-emptyWidth/2 {
		if columns < len(l.columns) {
			width += l.columns[columns].width
		} else {
			width += emptyWidth
		}
		columns++
	}
	return columns, width
}

// printed is the width of the columns that are printed.
func (l *layout) printed() float64 {
	width := 0.0
	for _, c := range l.columns[:l.shown] {
		width += c.width
	}
	return width
}

// Heights of a line in points, and what a row of the table has beside its lines.
const (
	titleLine  = 24
	proseLine  = 15
	bodyLine   = 12.75
	headerLine = 13.5
	rowGap     = 1.5
)

// proseScale is how much larger the font of prose is than that of the table.
const proseScale = 1.1

// height is how high a paragraph of prose stands, in points.
func (l *layout) height(paragraph string) float64 {
	_, width := l.span()
	return min(maxHeight, proseLine*float64(lines(paragraph, (width-1)/proseScale)))
}

// rowHeight is how high a row of the table stands by its wrapped columns; 0 if
// it is one line, as the worksheet's rows are unless they say otherwise.
func (l *layout) rowHeight(row []report.Cell) float64 {
	most := 1
	for i := range row {
		// Most text is too short to be wrapped, however wide its characters are.
		if width := l.columns[i].width - 1; l.columns[i].wrap && row[i].Kind != report.Moment && (float64(len(row[i].Text))*wideWidth > width || strings.Contains(row[i].Text, "\n")) {
			most = max(most, lines(row[i].Text, width))
		}
	}
	if most == 1 {
		return 0
	}
	return min(maxHeight, float64(most)*bodyLine+rowGap)
}
