package report

import (
	"time"

	"becforensics/timeline"
)

// A Sheet is one page of the report as plain data. Golden dumps and the
// workbook's writer use it, so that wording and order are decided once. In a
// workbook, one with more rows than a worksheet holds goes on in "Name (2)",
// "Name (3)" and so on.
type Sheet struct {
	Name  string   // at most 31 characters, unique in a book ignoring case; never taken from evidence
	Title string   // heading above the table
	Intro []string // paragraphs between the heading and the table, prose, wrapped
	// Columns and Rows are one table. A sheet without columns is prose alone.
	Columns []Column
	Rows    RowSeq
	Count   int    // number of rows that Rows yields
	Tab     string // tab colour as RRGGBB, or empty
	Charts  []Chart
	// Printed is how many rows are printed; 0 means all. The rest is for the
	// screen, and the sheet's prose says so.
	Printed int
	OnePage bool    // printed on one page, with its charts
	Scales  []Scale // blocks of numbers that are shaded by size
}

// A Scale is a block of cells that are shaded from the smallest number to the
// largest. Rows count from 0, To is behind the last one.
type Scale struct {
	From, To int
	Columns  []string
}

// RowSeq yields the rows of a sheet in order, each with one cell a column.
// The slice is only valid until the next row: large sheets reuse it.
type RowSeq func(yield func([]Cell) bool)

// Rows is a RowSeq over rows held in memory.
func Rows(rows [][]Cell) RowSeq {
	return func(yield func([]Cell) bool) {
		for _, r := range rows {
			if !yield(r) {
				return
			}
		}
	}
}

// rowsOf is a RowSeq that makes each of n rows when it is asked for, so that a
// large sheet is never held whole.
func rowsOf(n int, row func(i int) []Cell) RowSeq {
	return func(yield func([]Cell) bool) {
		for i := range n {
			if !yield(row(i)) {
				return
			}
		}
	}
}

// A Column heads one column of a sheet's table.
type Column struct {
	Name  string
	Doc   string  // what the column says; shown in the glossary
	Width float64 // characters that it would like; 0 means measured from the rows
	Wrap  bool    // prose, wrapped even beside the print
	// Fixed says that the column names what the row is about: it stays one of its own on paper, however
	// wide the table is.
	Fixed bool
	// Screen says that the column and those behind it are not printed, and that
	// its text is not wrapped.
	Screen bool
}

// CellKind is how a cell is to be written.
type CellKind uint8

// Kinds of cells. Text is evidence or prose and never a formula.
const (
	Text     CellKind = iota
	Number            // Cell.Number
	Moment            // Cell.Time, a native date in UTC; the zero time is empty
	Severity          // Cell.Text is a severity word: written with its colour
	Link              // Cell.Text, linked to the sheet named in Cell.Sheet
	Blank             // empty, for the examiner to write in
)

// A Cell is one value of a table. Text is verbatim; the writer makes it fit
// the limits of its format and marks what it had to alter.
type Cell struct {
	Kind   CellKind
	Here   bool // the row itself, which Numbers has, stands by the cell
	Text   string
	Number float64
	Time   time.Time
	Sheet  string // target of a Link: a sheet's name
	Row    int    // of its table, from 1; 0 is the sheet's head
	// Origins are the records that Text names: a page leads to them.
	Origins []timeline.Origin
	// Numbers are those of suspicious rows that Text names, F1, F2 …: a page leads
	// to them.
	Numbers []int
}

// holds reports whether the cell shows anything or is to be written in.
func (c *Cell) holds() bool {
	return c.Text != "" || c.Kind == Number || c.Kind == Blank || c.Kind == Moment && !c.Time.IsZero()
}

// A Chart is drawn from columns of a table.
type Chart struct {
	Title  string
	Alt    string // text for readers who cannot see it
	Kind   string // "column", "stacked" (columns on each other) or "bar"
	Sheet  string // that holds the table; empty for the chart's own
	Labels string // name of the column of labels
	Values []string
	Marked string // the one of Values that stands out
	Points string // name of a column drawn as points over the others; empty for none
	Wide   bool   // as wide as the table, else half of that
	From   int    // first row to draw, from 0
	Rows   int    // rows to draw; 0 means all
}

// A Book is a whole report: its sheets in reading order and what its document
// properties say. It holds no clock.
type Book struct {
	Sheets  []Sheet
	Title   string
	Subject string
	Creator string // tool and version
	Footer  string // case number and marking, printed on each page; may be empty
	Case    string // its number, or empty
	Marking string // what may be done with the book, or empty
}
