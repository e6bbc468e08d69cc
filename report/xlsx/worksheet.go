package xlsx

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"becforensics/ingest/evidence"
)

// mostFrozen is how many lines may stay in view above the rows: more would
// leave a small screen nothing to scroll. The table shows its columns' names
// in place of the letters then.
const mostFrozen = 18

// paperA4 is a sheet of A4 in excelize's numbers.
const paperA4 = 9

// mostFooter is how many characters of the footer are printed, doubled &
// included: Excel takes 255 with the page number.
const mostFooter = 200

// A worksheet is the frame of one page: all but its cells.
type worksheet struct {
	file   *excelize.File
	layout *layout
	page   page
	first  bool // of its sheet
	number int  // in the workbook
}

func (w *worksheet) build(footer string) error {
	if w.number == 1 {
		if err := w.file.SetSheetName("Sheet1", w.page.name); err != nil {
			return err
		}
	} else if _, err := w.file.NewSheet(w.page.name); err != nil {
		return err
	}
	if err := errors.Join(w.widths(), w.prose(), w.paper(footer), w.extent()); err != nil {
		return err
	}
	if len(w.layout.sheet.Columns) == 0 {
		return nil
	}
	if err := errors.Join(w.table(), w.freeze()); err != nil || !w.first {
		return err
	}
	return w.charts()
}

func (w *worksheet) widths() error {
	for i, c := range w.layout.columns {
		name := columnName(i)
		if err := w.file.SetColWidth(w.page.name, name, name, min(c.width, excelize.MaxColumnWidth)); err != nil {
			return err
		}
	}
	return nil
}

// prose lets the paragraphs above the table span several of its columns.
func (w *worksheet) prose() error {
	n, _ := w.layout.span()
	if n == 1 {
		return nil
	}
	for i := range w.layout.sheet.Intro {
		if err := w.file.MergeCell(w.page.name, fmt.Sprintf("A%d", 2+i), fmt.Sprintf("%s%d", columnName(n-1), 2+i)); err != nil {
			return err
		}
	}
	return nil
}

// mostAcross is how many characters a landscape page of A4 holds across in
// print that can be read, which is scaled to about a half.
const mostAcross = 260

// across is how many pages stand beside each other in print: one, or as few as
// let wide sheets be read.
func (l *layout) across() int {
	total := 0.0
	for _, c := range l.columns {
		total += c.width
	}
	return int(math.Ceil(total / mostAcross))
}

// paper lays the worksheet out for print, in landscape.
func (w *worksheet) paper(footer string) error {
	props := &excelize.SheetPropsOptions{FitToPage: new(true)}
	if tab := w.layout.sheet.Tab; tab != "" {
		props.TabColorRGB = &tab
	}
	const side, edge, inner = 0.4, 0.6, 0.3 // inches
	return errors.Join(
		w.file.SetSheetProps(w.page.name, props),
		w.file.SetPageLayout(w.page.name, &excelize.PageLayoutOptions{Size: new(paperA4), Orientation: new("landscape"), FitToWidth: new(w.layout.across()), FitToHeight: new(0), PageOrder: new("overThenDown")}),
		w.file.SetPageMargins(w.page.name, &excelize.PageLayoutMarginsOptions{Left: new(side), Right: new(side), Top: new(edge), Bottom: new(edge), Header: new(inner), Footer: new(inner)}),
		w.file.SetHeaderFooter(w.page.name, &excelize.HeaderFooterOptions{OddFooter: footer}),
	)
}

// printed is the footer as Excel's code for it.
func printed(footer string) string {
	footer = strings.ReplaceAll(evidence.Printable(footer), "&", "&&")
	if cut := unitsBefore(footer, mostFooter); cut < len(footer) {
		footer = strings.TrimRight(footer[:cut], "&") + "…"
	}
	if footer != "" {
		footer += " | "
	}
	return "&C" + footer + "Page &P of &N"
}

// extent says which cells are used, and that numbers in text are meant so.
func (w *worksheet) extent() error {
	ref := fmt.Sprintf("A1:%s%d", columnName(len(w.layout.columns)-1), w.layout.last(w.page))
	return errors.Join(
		w.file.SetSheetDimension(w.page.name, ref),
		w.file.AddIgnoredErrors(w.page.name, ref, excelize.IgnoredErrorsNumberStoredAsText),
	)
}

// table makes the rows a table with filters and bands, whose header is printed
// on every page, with the first column where there are several across and it
// holds no prose, which would be repeated cut.
func (w *worksheet) table() error {
	header, last := w.layout.header(), columnName(len(w.layout.columns)-1)
	for i, c := range w.layout.columns {
		if err := w.file.SetCellStr(w.page.name, fmt.Sprintf("%s%d", columnName(i), header), c.name); err != nil {
			return err
		}
	}
	titles := fmt.Sprintf("%s!$%d:$%d", quoted(w.page.name), header, header)
	if w.layout.across() > 1 && len(w.layout.sheet.Intro) == 0 {
		titles = quoted(w.page.name) + "!$A:$A," + titles
	}
	return errors.Join(
		w.file.AddTable(w.page.name, &excelize.Table{
			Range: fmt.Sprintf("A%d:%s%d", header, last, w.layout.last(w.page)),
			Name:  fmt.Sprintf("Table%d", w.number), StyleName: "TableStyleLight1",
		}),
		w.file.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", Scope: w.page.name,
			RefersTo: titles,
		}),
	)
}

// quoted is a sheet's name in a reference.
func quoted(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// freeze keeps the header in view.
func (w *worksheet) freeze() error {
	header := w.layout.header()
	head := float64(header - len(w.layout.sheet.Intro))
	for _, p := range w.layout.sheet.Intro {
		head += w.layout.height(p) / proseLine
	}
	if head > mostFrozen {
		return nil
	}
	return w.file.SetPanes(w.page.name, &excelize.Panes{
		Freeze: true, YSplit: header, TopLeftCell: fmt.Sprintf("A%d", header+1),
		ActivePane: "bottomLeft", Selection: []excelize.Selection{{SQRef: "A1", ActiveCell: "A1", Pane: "bottomLeft"}},
	})
}
