package report

import (
	"time"

	"becforensics/timeline"
)

// A Sheet is one page of the report as plain data. Golden dumps and the
// workbook's writer use it, so that wording and order are decided once.
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
	// Split says that the sheet may go on in "Name (2)", "Name (3)" … when it
	// holds more rows than a worksheet can.
	Split bool
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

// A Column heads one column of a sheet's table.
type Column struct {
	Name  string
	Doc   string  // what the column says; shown in the glossary
	Width float64 // characters; 0 means measured from the first rows
	Wrap  bool    // prose: wrap the text
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
)

// A Cell is one value of a table. Text is verbatim; the writer makes it fit
// the limits of its format and marks what it had to alter.
type Cell struct {
	Kind   CellKind
	Text   string
	Number float64
	Time   time.Time
	Sheet  string // target of a Link: a sheet's name
	// Origins are the records that Text names: a page leads to them.
	Origins []timeline.Origin
}

// A Chart is drawn from two columns of the sheet's own table.
type Chart struct {
	Title  string
	Alt    string // text for readers who cannot see it
	Kind   string // "column" or "bar"
	Labels string // name of the column of labels
	Values []string
	Rows   int // first rows to draw; 0 means all
}

// A Book is a whole report: its sheets in reading order and what its document
// properties say. It holds no clock.
type Book struct {
	Sheets  []Sheet
	Title   string
	Subject string
	Creator string // tool and version
	Footer  string // case number and marking, printed on each page; may be empty
}
