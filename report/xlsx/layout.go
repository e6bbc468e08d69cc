package xlsx

import (
	"fmt"
	"math"
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

// splitRows is where a sheet that may be split goes on in the next one: a
// round number below the limit, which leaves room for the head.
const splitRows = 1_000_000

// Widths in characters.
const (
	minWidth = 8 // of a measured column, as are the next two
	// mostWidth shows an address or a GUID; longer text would push the other
	// columns off the screen.
	mostWidth = 40
	mostWrap  = 60 // of a wrapped one
	// proseWidth is about what prose above a table spans.
	proseWidth = 130
	// pageWidth is the one column of a sheet that is prose alone.
	pageWidth = 110
	// momentWidth shows a date with milliseconds, which a narrower column
	// would show as ####.
	momentWidth = 23
	// filterWidth is the room of a filter's button beside a column's name.
	filterWidth = 4
	// emptyWidth is Excel's width of a column that says none.
	emptyWidth = 9.14
)

// measured are the rows that column widths are taken from.
const measured = 200

// scanned are the rows up to which a sheet is read through before it is
// written, so that it has the column of altered rows only where one was
// altered. A larger sheet always has that column.
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
}

type column struct {
	name  string
	width float64
	wrap  bool
}

// A page is one worksheet: its name and how many rows of its sheet it holds.
type page struct {
	name string
	rows int
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
		l.columns = []column{{width: pageWidth, wrap: true}}
	}
	rows := s.Count
	if !s.Split && l.header()+rows > maxRows {
		return nil, fmt.Errorf("%d rows are more than a worksheet holds", rows)
	}
	split = min(split, maxRows-l.header())
	for n := 1; n == 1 || rows > 0; n++ {
		name := s.Name
		if n > 1 {
			name = numbered(name, n)
		}
		held := rows
		if s.Split {
			held = min(rows, split)
		}
		l.pages = append(l.pages, page{name, held})
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

// measure sets the columns with their widths and finds out whether rows have
// altered text.
func (l *layout) measure() {
	columns := l.sheet.Columns
	widths := make([]float64, len(columns))
	row := 0
	l.marks = l.sheet.Count > scanned
	l.sheet.Rows(func(cells []report.Cell) bool {
		for i := range min(len(cells), len(widths)) {
			text, altered := fit(cells[i].Text)
			if text == "" && cells[i].Kind == report.Number {
				text = strconv.FormatFloat(cells[i].Number, 'g', -1, 64)
			}
			l.marks = l.marks || altered
			most := float64(mostWidth)
			if columns[i].Wrap {
				most = mostWrap
			}
			switch {
			case row >= measured:
			case cells[i].Kind == report.Moment:
				widths[i] = max(widths[i], momentWidth)
			default:
				widths[i] = max(widths[i], min(most, textWidth(text)+2))
			}
		}
		row++
		return row < measured || l.sheet.Count <= scanned
	})
	if l.marks {
		columns = append(columns[:len(columns):len(columns)], alteredColumn)
		widths = append(widths, 0)
	}
	taken := map[string]bool{}
	for i, c := range columns {
		name, _ := fit(c.Name)
		name = unique(name, i, taken)
		width := max(widths[i], minWidth, textWidth(name)+filterWidth)
		if c.Width > 0 {
			width = c.Width
			if widths[i] == momentWidth {
				width = max(width, momentWidth)
			}
		}
		l.columns = append(l.columns, column{name, width, c.Wrap})
		l.wraps = l.wraps || c.Wrap
	}
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

// textWidth is the length of the longest line, in characters.
func textWidth(s string) float64 {
	longest := 0
	for line := range strings.SplitSeq(s, "\n") {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	return float64(longest)
}

// header is the number of the row with the columns' names, or of the last row
// above the table if it has no columns: title, paragraphs, a blank.
func (l *layout) header() int {
	if len(l.sheet.Columns) == 0 {
		return 1 + len(l.sheet.Intro)
	}
	return 1 + len(l.sheet.Intro) + 1 + 1
}

// last is the number of the last row of a page. An empty table has one row,
// which says so.
func (l *layout) last(p page) int {
	if len(l.sheet.Columns) == 0 {
		return l.header()
	}
	return l.header() + max(p.rows, 1)
}

// span is how many columns the prose above the table takes, and their width.
func (l *layout) span() (columns int, width float64) {
	if len(l.sheet.Columns) == 0 {
		return 1, pageWidth
	}
	for width < proseWidth-emptyWidth/2 {
		if columns < len(l.columns) {
			width += l.columns[columns].width
		} else {
			width += emptyWidth
		}
		columns++
	}
	return columns, width
}

// Heights of a line in points.
const (
	titleLine = 24
	proseLine = 15
	bodyLine  = 13.5
)

// bodyScale is how many characters of the smaller body font stand in the width
// of one of the workbook's font, which column widths are counted in.
const bodyScale = 1.15

// height is how high a paragraph of prose stands, in points.
func (l *layout) height(paragraph string) float64 {
	_, width := l.span()
	return min(maxHeight, proseLine*lines(paragraph, width))
}

// rowHeight is how high a row of the table stands by its wrapped columns; 0 if
// it is one line.
func (l *layout) rowHeight(row []report.Cell) float64 {
	most := 1.0
	for i := range row {
		if l.columns[i].wrap {
			most = max(most, lines(row[i].Text, l.columns[i].width*bodyScale))
		}
	}
	if most == 1 {
		return 0
	}
	return min(maxHeight, most*bodyLine)
}

// lines is how many lines text takes when it is wrapped at a width in
// characters.
func lines(s string, width float64) float64 {
	n := 0.0
	for line := range strings.SplitSeq(s, "\n") {
		n += max(1, math.Ceil(textWidth(line)/width))
	}
	return n
}
